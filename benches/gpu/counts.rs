//! Lower bounds of the data moved and the operations of each work, computed from its shapes; docs/gpu.md compares them
//! with the measurements.
//!
//! Scalars have s = 4 bytes. Each kernel reads its operands once and writes its result once. Not counted are the
//! entries of a panel that a sparse product gathers, since that panel fits into the cache, l x l matrices, and the
//! unused columns of a row.

use crate::plan::{Kind, Shape, Work};
use serde::{Deserialize, Serialize};

/// Bytes and flops of an iteration, or of an SVD.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Counts {
    /// The bytes of A, once for each product with it.
    pub matrix_bytes: f64,
    /// The bytes including all panels.
    pub bytes: f64,
    pub flops: f64,
}

const SCALAR: f64 = 4.0;
/// The bytes of a stored entry and its column.
const STORED: f64 = SCALAR + 4.0;
/// The bytes of {begin, end, row, slot} of an undivided row.
const PIECE: f64 = 16.0;

impl Counts {
    /// Counts a work; an SVD has `rounds` power iterations.
    pub fn of(work: &Work, rounds: usize) -> Self {
        let (shape, k) = (work.shape, work.rank as f64);
        match work.kind {
            Kind::Mu => mu(shape, k),
            Kind::Gradient => gradient(shape, k),
            Kind::Kl => kl(shape, k),
            Kind::Svd => svd(shape, k, k + work.oversampling as f64, rounds as f64),
        }
    }
}

/// A pass over A in both directions, on average.
fn pass(shape: Shape) -> f64 {
    let (m, n) = shape.sides();
    match shape.nonzeros {
        Some(nonzeros) => STORED * nonzeros as f64 + PIECE * (m + n) / 2.0,
        None => SCALAR * m * n,
    }
}

/// The entries of A that a product visits.
fn entries(shape: Shape) -> f64 {
    let (m, n) = shape.sides();
    shape.nonzeros.map_or(m * n, |nonzeros| nonzeros as f64)
}

/// W and H: A H and A^T W; H^T H and W^T W; <W, A H>; x <- x n / (x G).
///
/// Panels, in (m + n) k: 2 for the products, 1 for the Gram matrices, 3 for the updates; 2 m k for the
/// inner product. Flops: 2 k an entry and product, 2 k^2 a row for the Gram matrix, as many for x G.
fn mu(shape: Shape, k: f64) -> Counts {
    let (m, n) = shape.sides();
    let matrix_bytes = 2.0 * pass(shape);
    Counts {
        matrix_bytes,
        bytes: matrix_bytes + SCALAR * k * (6.0 * (m + n) + 2.0 * m),
        flops: 4.0 * entries(shape) * k + (m + n) * k * (4.0 * k + 2.0) + 2.0 * m * k,
    }
}

/// D_W = A H - W H^T H and D_H = A^T W - H W^T W; two inner products with W; x <- max(x + rate d, 0).
///
/// Panels, in (m + n) k: 2 for the products, 1 for the Gram matrices, 3 for what is subtracted, 3 for the
/// step, 2 for the projection; 4 m k for the inner products.
fn gradient(shape: Shape, k: f64) -> Counts {
    let (m, n) = shape.sides();
    let matrix_bytes = 2.0 * pass(shape);
    Counts {
        matrix_bytes,
        bytes: matrix_bytes + SCALAR * k * (11.0 * (m + n) + 4.0 * m),
        flops: 4.0 * entries(shape) * k + (m + n) * k * (4.0 * k + 3.0) + 4.0 * m * k,
    }
}

/// v = (W H^T)_ij twice for each positive entry, then N += (a / v) y; once its part of the divergence. D and the sum of
/// the model are computed from sums of columns.
///
/// Panels, in (m + n) k: 2 for reading both factors in either pass, 1 for N, 1 for D, 4 for x <- x n / d; sums of
/// columns, (2 m + n) k. Flops of an entry and pass: 2 k for v, 2 k for N, and a division; 3 for the divergence,
/// its logarithm as one. The number of positive entries of a dense matrix is unknown: none is counted, and the bound is
/// that of the bytes.
fn kl(shape: Shape, k: f64) -> Counts {
    let (m, n) = shape.sides();
    let matrix_bytes = 2.0 * pass(shape);
    let above_zero = shape.nonzeros.unwrap_or(0) as f64;
    Counts {
        matrix_bytes,
        bytes: matrix_bytes + SCALAR * k * ((m + n) * 8.0 + 2.0 * m + n),
        flops: above_zero * (2.0 * (4.0 * k + 1.0) + 3.0) + k * (4.0 * m + 3.0 * n),
    }
}

/// 2 p + 2 products with l columns, two with k for residuals and error; p + 1 times Q of a panel on the
/// shorter side and once on the longer; U and V.
///
/// Q takes two Gram matrices and two products with a triangle: 6 l numbers and 8 l^2 flops a row.
fn svd(shape: Shape, k: f64, l: f64, p: f64) -> Counts {
    let (m, n) = shape.sides();
    let products = 2.0 * p + 2.0;
    let matrix_bytes = (products + 2.0) * pass(shape);
    let orthogonal_rows = (p + 1.0) * m.min(n) + m.max(n);
    let panels = (m + n) * (products * l + 2.0 * k) + orthogonal_rows * 6.0 * l + (m + n) * (l + k);
    Counts {
        matrix_bytes,
        bytes: matrix_bytes + SCALAR * panels,
        flops: 2.0 * entries(shape) * (products * l + 2.0 * k)
            + orthogonal_rows * 8.0 * l * l
            + 2.0 * (m + n) * l * k,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(nonzeros: Option<usize>) -> Shape {
        Shape {
            rows: 2034,
            columns: 26_576,
            nonzeros,
        }
    }

    #[test]
    fn reading_a_dense_matrix_twice_is_most_of_a_multiplicative_update() {
        let counts = mu(shape(None), 6.0);
        assert_eq!(counts.matrix_bytes, 2.0 * 4.0 * 2034.0 * 26_576.0);
        assert!(counts.bytes / counts.matrix_bytes < 1.02);
        assert!(counts.flops > 4.0 * 6.0 * 2034.0 * 26_576.0);
    }

    #[test]
    fn a_sparse_matrix_costs_by_its_entries() {
        let [few, many] = [100_000, 200_000].map(|nonzeros| mu(shape(Some(nonzeros)), 6.0));
        assert_eq!(many.matrix_bytes - few.matrix_bytes, 2.0 * 8.0 * 100_000.0);
        assert_eq!(many.flops - few.flops, 4.0 * 6.0 * 100_000.0);
    }

    #[test]
    fn zeros_of_a_dense_matrix_are_only_read() {
        let [dense, sparse] = [None, Some(100_000)].map(|nonzeros| kl(shape(nonzeros), 20.0));
        assert_eq!(dense.matrix_bytes, 2.0 * 4.0 * 2034.0 * 26_576.0);
        assert!(dense.flops < sparse.flops);
    }

    #[test]
    fn a_round_is_two_products() {
        let [one, two] = [1.0, 2.0].map(|rounds| svd(shape(None), 20.0, 30.0, rounds));
        let products = two.matrix_bytes - one.matrix_bytes;
        assert_eq!(products, 2.0 * 4.0 * 2034.0 * 26_576.0);
    }
}

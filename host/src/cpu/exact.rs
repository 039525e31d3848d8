//! The exact SVD of a matrix, or of a centered one, by faer.
//!
//! Where one side is short, the eigenvectors of its Gram matrix, in f64, are accurate enough if the wanted singular values
//! are not small relative to the largest; this is checked. If it fails, or if no side is short, the thin SVD of the tall
//! orientation is computed. The means of the columns of a sparse matrix are a correction of rank one, x y^T, so that it
//! stays sparse until then.

use super::gram_svd::{Tall, TallProduct, svd_by_gram};
use super::rows::inner_product;
use super::tall_dense::{bytes_of_sums, has_short_side, svd_on_short_side};
use super::thin_svd::thin_svd;
use super::triplets::{Centering, Triplets};
use crate::Scalar;
use crate::{DenseMatrix, Error, Matrix, SparseMatrix, memory};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd_scratch};
use faer::linalg::svd::{ComputeSvdVectors, svd_scratch};
use faer::{Mat, MatRef, Par};
use lowrank_core::Real;
use lowrank_core::summation::CompensatedSum;
use rayon::prelude::*;

/// Computes the k leading triplets of A or of A - 1 m^T, in f64 and, where faer has to, scaled by a power of two, because
/// faer is not scale-safe.
///
/// # Errors
/// [`Error::Memory`], before anything is allocated for which there is not enough memory.
pub(crate) fn exact_svd<T: Scalar>(
    a: Matrix<'_, T>,
    centering: Centering,
    exponent: i32,
    k: usize,
) -> Result<Triplets<T>, Error> {
    let down = |x: &T| x.to_f64().scale_by_power_of_two(-exponent);
    let found = match a {
        Matrix::Sparse(a) | Matrix::Observed(a) => {
            let scaled = SparseMatrix {
                values: a.values.iter().map(down).collect(),
                row_offsets: a.row_offsets.clone(),
                columns: a.columns.clone(),
                ncols: a.ncols,
            };
            sparse_svd(&scaled, centering, k)?
        }
        Matrix::Dense(a) => {
            let tall = a.nrows() >= a.ncols();
            let (m, n) = (a.nrows().max(a.ncols()), a.nrows().min(a.ncols()));
            if has_short_side(a) {
                check_memory(a.nrows(), a.ncols(), gram_bytes(n) + bytes_of_sums(n))?;
                if let Some(found) = svd_on_short_side(a, centering, k)? {
                    return Ok(found.triplets.normalized().oriented(tall));
                }
            }
            check_memory(a.nrows(), a.ncols(), thin_svd_bytes(m, n))?;
            let means: Vec<f64> = match centering {
                Centering::None => vec![0.0; a.ncols()],
                Centering::Columns => (0..a.ncols())
                    .map(|j| mean(a.column(j).iter().map(down), a.nrows()))
                    .collect(),
            };
            let entry = |i, j| down(&a.at(i, j)) - means[j];
            let entry = |i, j| if tall { entry(i, j) } else { entry(j, i) };
            dense_svd(Mat::from_fn(m, n, entry), k)?.oriented(tall)
        }
    };
    let scaled = |s: &f64| s.scale_by_power_of_two(exponent);
    Ok(Triplets {
        u: found.u.cast(),
        singular_values: found.singular_values.iter().map(scaled).collect(),
        v: found.v.cast(),
    })
}

/// Computes sum x / count.
fn mean(x: impl Iterator<Item = f64>, count: usize) -> f64 {
    let mut sum = CompensatedSum::default();
    x.for_each(|x| sum.add(x));
    sum.sum() / count as f64
}

/// A tall sparse matrix B and its transpose, less x y^T.
struct TallSparse<'a> {
    long: &'a SparseMatrix<f64>,
    short: &'a SparseMatrix<f64>,
    /// x, one number for each row of B; zeros without centering.
    x: Vec<f64>,
    /// y, one number for each column of B.
    y: Vec<f64>,
}

fn sparse_svd(
    a: &SparseMatrix<f64>,
    centering: Centering,
    k: usize,
) -> Result<Triplets<f64>, Error> {
    let tall = a.nrows() >= a.ncols();
    let transposed = a.transpose();
    let (ones, means) = match centering {
        Centering::None => (vec![0.0; a.nrows()], vec![0.0; a.ncols()]),
        Centering::Columns => (vec![1.0; a.nrows()], column_means(&transposed)),
    };
    let b = if tall {
        TallSparse {
            long: a,
            short: &transposed,
            x: ones,
            y: means,
        }
    } else {
        TallSparse {
            long: &transposed,
            short: a,
            x: means,
            y: ones,
        }
    };
    let (m, n) = (b.x.len(), b.y.len());
    let gram_bytes = gram_bytes(n);
    let thin_bytes = thin_svd_bytes(m, n);
    if gram_bytes < thin_bytes {
        check_memory(a.nrows(), a.ncols(), gram_bytes)?;
        if let Some(found) = svd_by_gram(&b, b.gram(), k, parallelism())? {
            return Ok(found.normalized().oriented(tall));
        }
    }
    check_memory(a.nrows(), a.ncols(), thin_bytes)?;
    Ok(dense_svd(b.dense(), k)?.oriented(tall))
}

/// Computes the means of the rows of A^T.
fn column_means(transposed: &SparseMatrix<f64>) -> Vec<f64> {
    (0..transposed.nrows())
        .map(|j| mean(transposed.row(j).1.iter().copied(), transposed.ncols()))
        .collect()
}

fn parallelism() -> Par {
    match rayon::current_num_threads() {
        1 => Par::Seq,
        threads => Par::rayon(threads),
    }
}

/// Returns the bytes of the Gram matrix, its eigenvectors and faer's scratch.
fn gram_bytes(n: usize) -> u64 {
    let par = parallelism();
    let scratch =
        self_adjoint_evd_scratch::<f64>(n, ComputeEigenvectors::Yes, par, Default::default());
    2 * 8 * (n as u64) * (n as u64) + scratch.unaligned_bytes_required() as u64
}

/// Returns the bytes of a dense m x n matrix, its singular vectors and faer's scratch.
fn thin_svd_bytes(m: usize, n: usize) -> u64 {
    let (thin, par) = (ComputeSvdVectors::Thin, parallelism());
    let scratch = svd_scratch::<f64>(m, n, thin, thin, par, Default::default());
    let (m, n) = (m as u64, n as u64);
    8 * (2 * m * n + n * n) + scratch.unaligned_bytes_required() as u64
}

fn check_memory(rows: usize, columns: usize, needed: u64) -> Result<(), Error> {
    memory::check(needed, memory::available).map_err(|available| Error::Memory {
        rows,
        columns,
        needed,
        available,
    })
}

fn dense_svd(a: Mat<f64>, k: usize) -> Result<Triplets<f64>, Error> {
    let (m, n) = a.shape();
    let found = thin_svd(a.as_ref(), parallelism(), Default::default());
    let (u, s, v) = found.ok_or(Error::NotConverged)?;
    Ok(Triplets {
        u: DenseMatrix::from_fn(m, k, |i, j| u[(i, j)]),
        singular_values: s.column_vector().iter().take(k).copied().collect(),
        v: DenseMatrix::from_fn(n, k, |i, j| v[(i, j)]),
    })
}

impl Tall<f64> for TallSparse<'_> {
    fn multiply(&self, v: MatRef<'_, f64>) -> TallProduct<f64> {
        let (n, k) = v.shape();
        let v = DenseMatrix::from_fn(n, k, |i, j| v[(i, j)]);
        let w = columns_of_product(self.long, (&self.x, &self.y), &v);
        let back = columns_of_product(self.short, (&self.y, &self.x), &w);
        let inner = |i: usize, j: usize| inner_product(w.column(i), w.column(j));
        TallProduct {
            gram: Mat::from_fn(k, k, |i, j| if i < j { 0.0 } else { inner(i, j) }),
            back: Mat::from_fn(n, k, |i, j| back.at(i, j)),
            w,
        }
    }
}

impl TallSparse<'_> {
    /// (B - x y^T)^T (B - x y^T) = B^T B - z y^T - y z^T + ||x||^2 y y^T, where z = B^T x.
    fn gram(&self) -> Mat<f64> {
        let n = self.y.len();
        let z: Vec<f64> = (0..n)
            .map(|j| row_product(self.short, j, &self.x))
            .collect();
        let squares: f64 = self.x.iter().map(|x| x * x).sum();
        let rows: Vec<Vec<f64>> = (0..n)
            .into_par_iter()
            .map(|i| {
                let mut row = vec![0.0; n];
                let (columns, values) = self.short.row(i);
                for (&c, &x) in columns.iter().zip(values) {
                    let (partners, others) = self.long.row(c as usize);
                    for (&j, &y) in partners.iter().zip(others) {
                        row[j as usize] += x * y;
                    }
                }
                for (j, entry) in row.iter_mut().enumerate() {
                    let (y, other) = (self.y[i], self.y[j]);
                    *entry += squares * y * other - z[i] * other - y * z[j];
                }
                row
            })
            .collect();
        Mat::from_fn(n, n, |i, j| rows[i.max(j)][i.min(j)])
    }

    /// B - x y^T, with all of its entries.
    fn dense(&self) -> Mat<f64> {
        let entry = |i: usize, j: usize| -(self.x[i] * self.y[j]);
        let mut dense = Mat::from_fn(self.x.len(), self.y.len(), entry);
        for i in 0..self.x.len() {
            let (columns, values) = self.long.row(i);
            for (&j, &x) in columns.iter().zip(values) {
                dense[(i, j as usize)] += x;
            }
        }
        dense
    }
}

/// The product of row i of A with a column.
fn row_product(a: &SparseMatrix<f64>, i: usize, x: &[f64]) -> f64 {
    let (columns, values) = a.row(i);
    let terms = columns.iter().zip(values);
    terms.map(|(&c, v)| v * x[c as usize]).sum()
}

/// (A - x y^T) V, column by column.
fn columns_of_product(
    a: &SparseMatrix<f64>,
    (x, y): (&[f64], &[f64]),
    v: &DenseMatrix<f64>,
) -> DenseMatrix<f64> {
    let columns: Vec<f64> = (0..v.ncols())
        .into_par_iter()
        .flat_map_iter(|j| {
            let v = v.column(j);
            let offset: f64 = y.iter().zip(v).map(|(y, v)| y * v).sum();
            (0..a.nrows()).map(move |i| row_product(a, i, v) - x[i] * offset)
        })
        .collect();
    DenseMatrix::from_fn(a.nrows(), v.ncols(), |i, j| columns[j * a.nrows() + i])
}

//! The exact SVD, by faer.
//!
//! For a flat sparse matrix, the eigenvectors of the Gram matrix of its short side, in f64, are
//! accurate enough if the wanted singular values are not small relative to the largest; this is checked. If
//! it fails, or if the matrix is dense, the thin SVD of the tall orientation is computed.

use super::thin_svd::thin_svd;
use crate::Scalar;
use crate::{DenseMatrix, Error, Matrix, SparseMatrix, memory};
use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::svd::{ComputeSvdVectors, svd_scratch};
use faer::{Mat, Par};
use lowrank_core::Real;
use rayon::prelude::*;

/// The k leading singular triplets.
#[derive(Debug)]
pub(crate) struct Triplets {
    pub(crate) u: DenseMatrix<f64>,
    pub(crate) singular_values: Vec<f64>,
    pub(crate) v: DenseMatrix<f64>,
}

impl Triplets {
    fn exchanged(self) -> Self {
        Self {
            u: self.v,
            v: self.u,
            ..self
        }
    }
}

/// The residuals and inner products, relative to s_1 and to one, up to which the result of the Gram matrix is accepted.
const TOLERANCE: f64 = 1e-10;

/// Computes the k leading triplets of A, in f64 and scaled by a power of two, because faer is not
/// scale-safe.
///
/// # Errors
/// [`Error::Memory`], before anything is allocated for which there is not enough memory.
pub(crate) fn exact_svd<T: Scalar>(
    a: Matrix<'_, T>,
    exponent: i32,
    k: usize,
) -> Result<Triplets, Error> {
    let down = |x: &T| x.to_f64().scale_by_power_of_two(-exponent);
    let mut found = match a {
        Matrix::Sparse(a) | Matrix::Observed(a) => {
            let scaled = SparseMatrix {
                values: a.values.iter().map(down).collect(),
                row_offsets: a.row_offsets.clone(),
                columns: a.columns.clone(),
                ncols: a.ncols,
            };
            sparse_svd(&scaled, k)?
        }
        Matrix::Dense(a) => {
            let tall = a.nrows() >= a.ncols();
            let (m, n) = (a.nrows().max(a.ncols()), a.nrows().min(a.ncols()));
            check_memory(a.nrows(), a.ncols(), thin_svd_bytes(m, n))?;
            let entry = |i, j| down(&if tall { a.at(i, j) } else { a.at(j, i) });
            oriented(dense_svd(Mat::from_fn(m, n, entry), k)?, tall)
        }
    };
    for s in &mut found.singular_values {
        *s = s.scale_by_power_of_two(exponent);
    }
    Ok(found)
}

fn oriented(found: Triplets, tall: bool) -> Triplets {
    if tall { found } else { found.exchanged() }
}

fn sparse_svd(a: &SparseMatrix<f64>, k: usize) -> Result<Triplets, Error> {
    let tall = a.nrows() >= a.ncols();
    let transposed = a.transpose();
    let (long, short) = if tall {
        (a, &transposed)
    } else {
        (&transposed, a)
    };
    let (m, n) = (long.nrows(), long.ncols());
    let gram_bytes = gram_bytes(n);
    let thin_bytes = thin_svd_bytes(m, n);
    if gram_bytes < thin_bytes {
        check_memory(a.nrows(), a.ncols(), gram_bytes)?;
        if let Some(found) = svd_by_gram(long, short, k)? {
            return Ok(oriented(found, tall));
        }
    }
    check_memory(a.nrows(), a.ncols(), thin_bytes)?;
    let mut dense = Mat::zeros(m, n);
    for i in 0..m {
        let (columns, values) = long.row(i);
        for (&j, &x) in columns.iter().zip(values) {
            dense[(i, j as usize)] = x;
        }
    }
    Ok(oriented(dense_svd(dense, k)?, tall))
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
    match memory::available() {
        Some(available) if needed > available => Err(Error::Memory {
            rows,
            columns,
            needed,
            available,
        }),
        _ => Ok(()),
    }
}

fn dense_svd(a: Mat<f64>, k: usize) -> Result<Triplets, Error> {
    let (m, n) = a.shape();
    let found = thin_svd(a.as_ref(), parallelism(), Default::default());
    let (u, s, v) = found.ok_or(Error::NotConverged)?;
    Ok(Triplets {
        u: DenseMatrix::from_fn(m, k, |i, j| u[(i, j)]),
        singular_values: s.column_vector().iter().take(k).copied().collect(),
        v: DenseMatrix::from_fn(n, k, |i, j| v[(i, j)]),
    })
}

/// Computes the triplets of the tall A from the eigenvectors of A^T A; `None` if their residuals or
/// their orthogonality do not reach [`TOLERANCE`].
fn svd_by_gram(
    long: &SparseMatrix<f64>,
    short: &SparseMatrix<f64>,
    k: usize,
) -> Result<Option<Triplets>, Error> {
    let n = short.nrows();
    let eigenvectors = eigenvectors(gram(long, short))?;
    let v = DenseMatrix::from_fn(n, k, |i, j| eigenvectors[(i, n - 1 - j)]);
    let products = columns_of_product(long, &v);
    let lengths: Vec<f64> = (0..k).map(|j| norm(products.column(j))).collect();
    let u = DenseMatrix::from_fn(long.nrows(), k, |i, j| products.at(i, j) / lengths[j]);
    let back = columns_of_product(short, &u);
    let accepted = (0..k).all(|j| {
        let pairs = back.column(j).iter().zip(v.column(j));
        let residual: f64 = pairs.map(|(x, v)| (x - lengths[j] * v).powi(2)).sum();
        residual.sqrt() <= TOLERANCE * lengths[0] && orthogonal_to_earlier(&u, j)
    });
    Ok(accepted.then_some(Triplets {
        u,
        singular_values: lengths,
        v,
    }))
}

fn orthogonal_to_earlier(u: &DenseMatrix<f64>, j: usize) -> bool {
    let inner = |i| -> f64 {
        u.column(i)
            .iter()
            .zip(u.column(j))
            .map(|(x, y)| x * y)
            .sum()
    };
    (0..j).all(|i| inner(i).abs() <= TOLERANCE)
}

fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// A^T A, where A = `long` and A^T = `short`, both by rows.
fn gram(long: &SparseMatrix<f64>, short: &SparseMatrix<f64>) -> Mat<f64> {
    let n = short.nrows();
    let rows: Vec<Vec<f64>> = (0..n)
        .into_par_iter()
        .map(|i| {
            let mut row = vec![0.0; n];
            let (columns, values) = short.row(i);
            for (&c, &x) in columns.iter().zip(values) {
                let (partners, others) = long.row(c as usize);
                for (&j, &y) in partners.iter().zip(others) {
                    row[j as usize] += x * y;
                }
            }
            row
        })
        .collect();
    Mat::from_fn(n, n, |i, j| rows[i.max(j)][i.min(j)])
}

/// Computes the eigenvectors, those of the largest eigenvalues last.
fn eigenvectors(gram: Mat<f64>) -> Result<Mat<f64>, Error> {
    let (n, par) = (gram.nrows(), parallelism());
    let mut values = Diag::zeros(n);
    let mut vectors = Mat::zeros(n, n);
    let scratch =
        self_adjoint_evd_scratch::<f64>(n, ComputeEigenvectors::Yes, par, Default::default());
    let mut buffer = MemBuffer::new(scratch);
    let out = Some(vectors.as_mut());
    let stack = MemStack::new(&mut buffer);
    self_adjoint_evd(
        gram.as_ref(),
        values.as_mut(),
        out,
        par,
        stack,
        Default::default(),
    )
    .map_err(|_| Error::NotConverged)?;
    Ok(vectors)
}

/// A X, column by column.
fn columns_of_product(a: &SparseMatrix<f64>, x: &DenseMatrix<f64>) -> DenseMatrix<f64> {
    let columns: Vec<f64> = (0..x.ncols())
        .into_par_iter()
        .flat_map_iter(|j| {
            let x = x.column(j);
            (0..a.nrows()).map(move |i| {
                let (columns, values) = a.row(i);
                columns
                    .iter()
                    .zip(values)
                    .map(|(&c, v)| v * x[c as usize])
                    .sum::<f64>()
            })
        })
        .collect();
    DenseMatrix::from_fn(a.nrows(), x.ncols(), |i, j| columns[j * a.nrows() + i])
}

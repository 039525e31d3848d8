//! The peers that are written in Rust: k singular triplets by each.

use crate::matrices::Shared;
use crate::{Answer, Request, timed};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::matrix_free::eigen::{partial_svd, partial_svd_scratch};
use faer::sparse::{SparseRowMatRef, SymbolicSparseRowMatRef};
use faer::{Col, Mat, Par};
use lowrank::matrix::OwnedMatrix;
use lowrank::{DenseMatrix, SparseMatrix};
use serde_json::json;
use single_svdlib::randomized::RandomizedConfig;
use single_svdlib::{SvdMat, irlba, randomized};

/// The tolerance of faer's `partial_svd` and that of single-svdlib's irlba by default.
const TOLERANCE: f64 = 1e-10;

/// The rounds of scikit-learn, which single-svdlib's default of two is far from in accuracy.
const ROUNDS: usize = 7;

pub fn svd(peer: &str, request: &Request, a: &Shared) -> Answer {
    let k = request.size("k").unwrap_or(5);
    let (s, seconds) = match (peer, &a.0) {
        ("faer", OwnedMatrix::Sparse(a)) => faer_sparse(a, k)?,
        ("faer", OwnedMatrix::Dense(a)) => faer_dense(a)?,
        ("nalgebra", OwnedMatrix::Dense(a)) => nalgebra_dense(a)?,
        ("single-svdlib irlba", OwnedMatrix::Sparse(a)) => {
            let a = of_single_svdlib(a);
            let (found, seconds) = timed(|| irlba::svd_seed(&a, k, 0));
            (found?.s.to_vec(), seconds)
        }
        ("single-svdlib randomized", OwnedMatrix::Sparse(a)) => {
            let a = of_single_svdlib(a);
            let config = RandomizedConfig::new(k).power_iterations(ROUNDS).seed(0);
            let (found, seconds) = timed(|| randomized::svd_with(&a, &config, None));
            (found?.s.to_vec(), seconds)
        }
        (peer, _) => return Err(format!("{peer} has no SVD for such a matrix").into()),
    };
    // U spans what is kept of A, so that the squares subtract.
    let kept: f64 = s.iter().take(k).map(|s| s * s).sum();
    let error = (a.squared_norm() - kept).max(0.0).sqrt();
    Ok(json!({"seconds": seconds, "error": error}))
}

type Found = Result<(Vec<f64>, f64), Box<dyn std::error::Error>>;

fn of_single_svdlib(a: &SparseMatrix<f64>) -> SvdMat<f64> {
    let offsets = a
        .row_offsets()
        .iter()
        .map(|offset| *offset as u64)
        .collect();
    let (columns, values) = (a.columns().to_vec(), a.values().to_vec());
    SvdMat::new((a.nrows(), a.ncols()), offsets, columns, values)
}

/// Lanczos bidiagonalisation with restarts, one thread.
fn faer_sparse(a: &SparseMatrix<f64>, k: usize) -> Found {
    let columns: Vec<usize> = a.columns().iter().map(|j| *j as usize).collect();
    let (m, n) = (a.nrows(), a.ncols());
    let symbolic = SymbolicSparseRowMatRef::new_checked(m, n, a.row_offsets(), None, &columns);
    let view = SparseRowMatRef::new(symbolic, a.values());
    let (mut u, mut v, mut s) = (Mat::zeros(m, k), Mat::zeros(n, k), vec![0.0; k]);
    let start = Col::from_fn(n, |_| 1.0 / (n as f64).sqrt());
    let (converged, seconds) = timed(|| {
        let scratch = partial_svd_scratch(&view, k, Par::Seq, Default::default());
        let mut memory = MemBuffer::new(scratch);
        let found = partial_svd(
            u.as_mut(),
            v.as_mut(),
            &mut s,
            &view,
            start.as_ref(),
            TOLERANCE,
            Par::Seq,
            MemStack::new(&mut memory),
            Default::default(),
        );
        found.n_converged_eigen
    });
    match converged >= k {
        true => Ok((s, seconds)),
        false => Err(format!("{converged} of {k} triplets converged").into()),
    }
}

fn faer_dense(a: &DenseMatrix<f64>) -> Found {
    faer::set_global_parallelism(Par::Seq);
    let view = faer::MatRef::from_column_major_slice(a.as_slice(), a.nrows(), a.ncols());
    let (found, seconds) = timed(|| view.thin_svd());
    let found = found.map_err(|error| format!("{error:?}"))?;
    let s = found.S().column_vector();
    Ok(((0..s.nrows()).map(|i| s[i]).collect(), seconds))
}

fn nalgebra_dense(a: &DenseMatrix<f64>) -> Found {
    let a = nalgebra::DMatrix::from_column_slice(a.nrows(), a.ncols(), a.as_slice());
    let (found, seconds) = timed(|| a.try_svd(true, true, f64::EPSILON, 10_000));
    let found = found.ok_or("no convergence")?;
    let mut s = found.singular_values.as_slice().to_vec();
    s.sort_by(|x, y| y.total_cmp(x));
    Ok((s, seconds))
}

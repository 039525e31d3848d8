//! The algorithms of lowrank-core on matrices that own their entries. Every buffer is filled with NaN first, to detect
//! reads of unwritten memory.

use crate::Matrix;
use crate::ratios::Svd;
use core::ops::ControlFlow;
use lowrank_core::approximation::Approximation;
use lowrank_core::dense::jacobi_svd::{jacobi_svd, scratch_len};
use lowrank_core::dense::qr::thin_qr;
use lowrank_core::iteration::{Progress, Report};
use lowrank_core::nmf::NmfFactors;
use lowrank_core::operator::EntrywiseOperator;
use lowrank_core::svd::{RangeFinder, SvdFactors, SvdReport};
use lowrank_core::workspace::workspace_len;
use lowrank_core::{Error, MatMut, Nmf, Real, TruncatedSvd, Workspace};

fn dirt<T: Real>() -> T {
    T::from_f64(f64::NAN)
}

fn dirty<T: Real>(nrows: usize, ncols: usize) -> Matrix<T> {
    Matrix::from_fn(nrows, ncols, |_, _| dirt())
}

/// The small SVD of lowrank, in buffers full of NaN.
pub fn small_svd<T: Real>(a: &Matrix<T>) -> Result<Svd<T>, Error> {
    let (m, n) = (a.nrows, a.ncols);
    let k = m.min(n);
    let (mut copy, mut u, mut v) = (a.clone(), dirty(m, k), dirty(n, k));
    let (mut s, mut scratch) = (vec![dirt(); k], vec![dirt(); scratch_len(m, n)]);
    let (a, u_view, v_view) = (&mut copy.view_mut(), &mut u.view_mut(), &mut v.view_mut());
    jacobi_svd(a, u_view, &mut s, v_view, &mut scratch)?;
    Ok(Svd { u, s, v })
}

/// Q, m x n, and R of the thin QR of lowrank, m >= n.
pub fn qr<T: Real>(a: &Matrix<T>) -> Result<(Matrix<T>, Matrix<T>), Error> {
    let (mut q, mut r) = (a.clone(), dirty(a.ncols, a.ncols));
    thin_qr(&mut q.view_mut(), &mut r.view_mut())?;
    Ok((q, r))
}

/// The result of a truncated SVD.
#[derive(Clone, Debug)]
pub struct Truncated<T> {
    pub svd: Svd<T>,
    pub residuals: Vec<T>,
    pub report: SvdReport<T>,
}

/// The truncated SVD of a m x n operator in a workspace of width `l`.
pub fn truncated_svd<T: Real, A>(
    settings: &TruncatedSvd,
    a: &A,
    (m, n): (usize, usize),
    l: usize,
) -> Result<Truncated<T>, Error>
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let k = settings.rank;
    let mut buffer = vec![dirt(); workspace_len(m, n, l)];
    let mut workspace = Workspace::in_buffer(&mut buffer, m, n, l)?;
    let (mut first, mut second) = (dirty(m.min(n), l), dirty(m.min(n), l));
    workspace.spare = [Some(first.view_mut()), Some(second.view_mut())];
    let (mut u, mut v) = (dirty(m, k), dirty(n, k));
    let (mut s, mut residuals) = (vec![dirt(); k], vec![dirt(); k]);
    let mut factors = SvdFactors {
        u: u.view_mut(),
        singular_values: &mut s,
        v: v.view_mut(),
        residuals: &mut residuals,
    };
    let report = settings.run(a, &mut workspace, &mut factors)?;
    Ok(Truncated {
        svd: Svd { u, s, v },
        residuals,
        report,
    })
}

/// Returns Q of the range finder and the rank that it determined.
pub fn range<T: Real, A>(
    settings: &RangeFinder,
    a: &A,
    (m, n): (usize, usize),
    l: usize,
) -> Result<(Matrix<T>, usize), Error>
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let (mut q, mut sketch, mut small) = (dirty(m, l), dirty(n, l), dirty(l, l));
    let (mut q_view, sketch) = (q.view_mut(), &mut sketch.view_mut());
    let rank = settings.run(a, &mut q_view, sketch, &mut small.view_mut())?;
    let found = q_view.ncols();
    q.entries.truncate(m * found);
    q.ncols = found;
    Ok((q, rank))
}

/// The result of a non-negative factorization.
#[derive(Clone, Debug)]
pub struct Factorized<T> {
    pub w: Matrix<T>,
    pub h: Matrix<T>,
    pub report: Report<T>,
    /// ||A - W H^T||_F before each iteration and after the last.
    pub errors: Vec<T>,
}

/// The non-negative factorization of a m x n operator in a workspace of width `l`.
pub fn nmf<T: Real, A>(
    settings: &Nmf,
    a: &A,
    (m, n): (usize, usize),
    l: usize,
) -> Result<Factorized<T>, Error>
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let (w, h) = (dirty(m, settings.rank), dirty(n, settings.rank));
    factorized(w, h, l, |workspace, factors, observe| {
        settings.run(a, workspace, factors, observe)
    })
}

/// Calls `run` with a workspace of width `l`, the factors, and an observer that notes the errors.
fn factorized<T: Real>(
    mut w: Matrix<T>,
    mut h: Matrix<T>,
    l: usize,
    run: impl for<'p> FnOnce(
        &mut Workspace<'_, MatMut<'p, T>>,
        &mut NmfFactors<MatMut<'p, T>>,
        &mut dyn FnMut(Progress<T>) -> ControlFlow<()>,
    ) -> Result<Report<T>, Error>,
) -> Result<Factorized<T>, Error> {
    let (m, n) = (w.nrows, h.nrows);
    let mut buffer = vec![dirt(); workspace_len(m, n, l)];
    let mut workspace = Workspace::in_buffer(&mut buffer, m, n, l)?;
    let mut errors = Vec::new();
    let mut observe = |progress: Progress<T>| {
        errors.push(progress.error);
        ControlFlow::Continue(())
    };
    let mut factors = NmfFactors {
        w: w.view_mut(),
        h: h.view_mut(),
    };
    let report = run(&mut workspace, &mut factors, &mut observe)?;
    Ok(Factorized {
        w,
        h,
        report,
        errors,
    })
}

/// Returns W of new rows for the H of an earlier factorization, and H after the call.
pub fn transform<T: Real, A>(
    settings: &Nmf,
    a: &A,
    (m, _): (usize, usize),
    h: &Matrix<T>,
) -> Result<Factorized<T>, Error>
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let k = settings.rank;
    factorized(dirty(m, k), h.clone(), k, |workspace, factors, observe| {
        settings.transform(a, workspace, factors, observe)
    })
}

/// ||A - W H^T||_F as computed by lowrank.
pub fn measure<T: Real, A>(a: &A, w: &Matrix<T>, h: &Matrix<T>) -> Result<Approximation<T>, Error>
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let (mut w, mut h) = (w.clone(), h.clone());
    let (m, n, k) = (w.nrows, h.nrows, w.ncols);
    let mut buffer = vec![dirt(); workspace_len(m, n, k)];
    let mut workspace = Workspace::in_buffer(&mut buffer, m, n, k)?;
    Approximation::measure(a, &mut w.view_mut(), &mut h.view_mut(), &mut workspace)
}

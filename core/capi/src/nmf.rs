//! Non-negative factorizations.

use crate::matrix::{Matrix, Scalar, check_rank};
use crate::memory::{Buffer, Memory, Place, lend};
use crate::status::LowrankStatus;
use crate::workspace::{panel, workspace};
use core::ops::ControlFlow;
use lowrank_core::iteration::{Progress, Report, Stop};
use lowrank_core::nmf::NmfFactors as Factors;
use lowrank_core::svd::RangeFinder;
use lowrank_core::{MatMut, MatRef, Nmf, Workspace};

/// The settings of a non-negative factorization; LOWRANK_NMF_SETTINGS(rank, width) has the usual ones.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct NmfSettings {
    /// k, the number of components; at most the width.
    pub rank: usize,
    /// The columns of the sketch for the start; four to ten more than the rank are customary.
    pub width: usize,
    /// The most iterations.
    pub iterations: usize,
    /// The iteration ends when ten steps gain no more than this share of the objective; 0: all iterations are made.
    pub tolerance: f64,
    /// Equal seeds give equal results, on every machine.
    pub seed: u64,
}

/// The factors of A ~ W H^T.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct NmfFactors<T> {
    /// W, rows x rank, column after column: the weights of the components in each row of A.
    pub w: Buffer<T>,
    /// H, columns x rank, column after column: the components.
    pub h: Buffer<T>,
}

/// The result of a non-negative factorization beside its factors.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct NmfReport<T> {
    /// ||A - W H^T||_F.
    pub error: T,
    /// No less than the error, rounding included.
    pub error_bound: T,
    /// ||A||_F.
    pub norm: T,
    /// The number of iterations that were made.
    pub iterations: usize,
    /// The tolerance was reached, not only the number of iterations.
    pub converged: bool,
}

impl NmfSettings {
    fn nmf(&self) -> Nmf {
        let range_finder = RangeFinder {
            seed: self.seed,
            ..RangeFinder::default()
        };
        Nmf {
            rank: self.rank,
            iterations: self.iterations,
            tolerance: self.tolerance,
            range_finder,
            ..Nmf::default()
        }
    }
}

/// The arguments of both functions, checked.
struct Problem<'m, T: Scalar> {
    a: MatRef<'m, T>,
    nmf: Nmf,
    factors: Factors<MatMut<'m, T>>,
    workspace: Workspace<'m, MatMut<'m, T>>,
    report: Place<'m, NmfReport<T>>,
}

impl<'m, T: Scalar> Problem<'m, T> {
    #[inline(always)]
    fn lent(
        memory: &mut Memory<'m>,
        (a, settings): (Matrix<T>, NmfSettings),
        factors: NmfFactors<T>,
        buffer: Buffer<T>,
        report: *mut NmfReport<T>,
    ) -> Result<Self, LowrankStatus> {
        let (m, n, k, l) = (a.rows, a.columns, settings.rank, settings.width);
        let a = a.lent(memory)?;
        check_rank(k, l)?;
        Ok(Self {
            a,
            nmf: settings.nmf(),
            factors: Factors {
                w: panel(memory, factors.w, (m, k))?,
                h: panel(memory, factors.h, (n, k))?,
            },
            workspace: workspace(memory, buffer, (m, n), l)?,
            report: memory.place(report)?,
        })
    }
}

fn go_on<T>(_: Progress<T>) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn tell<T: Scalar>(place: Place<'_, NmfReport<T>>, found: Report<T>) {
    place.set(NmfReport {
        error: found.approximation.error,
        error_bound: found.approximation.error_bound,
        norm: found.approximation.frobenius_norm,
        iterations: found.iterations,
        converged: found.stop == Stop::Tolerance,
    });
}

/// # Safety
/// As [`lend`] demands.
#[inline(always)]
unsafe fn nmf<T: Scalar>(
    a: Matrix<T>,
    settings: NmfSettings,
    factors: NmfFactors<T>,
    buffer: Buffer<T>,
    report: *mut NmfReport<T>,
) -> LowrankStatus {
    // SAFETY: as the caller of this function promises.
    unsafe {
        lend(|memory| {
            let mut p = Problem::lent(memory, (a, settings), factors, buffer, report)?;
            let found = p
                .nmf
                .run(&p.a, &mut p.workspace, &mut p.factors, go_on::<T>)?;
            tell(p.report, found);
            Ok(())
        })
    }
}

/// # Safety
/// As [`lend`] demands.
#[inline(always)]
unsafe fn transform<T: Scalar>(
    a: Matrix<T>,
    settings: NmfSettings,
    factors: NmfFactors<T>,
    buffer: Buffer<T>,
    report: *mut NmfReport<T>,
) -> LowrankStatus {
    // SAFETY: as the caller of this function promises.
    unsafe {
        lend(|memory| {
            let mut p = Problem::lent(memory, (a, settings), factors, buffer, report)?;
            let found = p
                .nmf
                .transform(&p.a, &mut p.workspace, &mut p.factors, go_on::<T>)?;
            tell(p.report, found);
            Ok(())
        })
    }
}

/// Computes A ~ W H^T with W, H >= 0, in the Frobenius norm, by hierarchical alternating least squares (Cichocki & Phan
/// 2009) from a start by NNDSVDa (Boutsidis & Gallopoulos 2008).
///
/// `workspace` has LOWRANK_WORKSPACE_LEN(rows, columns, width) numbers.
///
/// An iteration costs two products of A with a matrix of rank columns.
///
/// # Safety
/// Each pointer that is not refused names as many numbers as its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_nmf_f32(
    a: Matrix<f32>,
    settings: NmfSettings,
    factors: NmfFactors<f32>,
    workspace: Buffer<f32>,
    report: *mut NmfReport<f32>,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { nmf(a, settings, factors, workspace, report) }
}

/// Computes lowrank_nmf_f32 in double precision.
///
/// # Safety
/// As for lowrank_nmf_f32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_nmf_f64(
    a: Matrix<f64>,
    settings: NmfSettings,
    factors: NmfFactors<f64>,
    workspace: Buffer<f64>,
    report: *mut NmfReport<f64>,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { nmf(a, settings, factors, workspace, report) }
}

/// Computes the weights W of new rows in components that are known: min ||A - W H^T||_F over W >= 0.
///
/// H is what lowrank_nmf_f32 found, and is read. If its entries are very large or very small, it is scaled and scaled
/// back, so it must be writable. The other arguments are those of lowrank_nmf_f32. For one row of a model that was trained
/// elsewhere, lowrank_nmf_fold_in is smaller and sooner.
///
/// # Safety
/// As for lowrank_nmf_f32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_nmf_transform_f32(
    a: Matrix<f32>,
    settings: NmfSettings,
    factors: NmfFactors<f32>,
    workspace: Buffer<f32>,
    report: *mut NmfReport<f32>,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { transform(a, settings, factors, workspace, report) }
}

/// Computes lowrank_nmf_transform_f32 in double precision.
///
/// # Safety
/// As for lowrank_nmf_f32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_nmf_transform_f64(
    a: Matrix<f64>,
    settings: NmfSettings,
    factors: NmfFactors<f64>,
    workspace: Buffer<f64>,
    report: *mut NmfReport<f64>,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { transform(a, settings, factors, workspace, report) }
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;

    #[test]
    fn the_settings_of_the_header_are_those_of_core() {
        let Nmf {
            iterations,
            tolerance,
            range_finder,
            ..
        } = Nmf::default();
        let seed = range_finder.seed;
        let usual = std::format!("(size_t)(width), {iterations}, {tolerance:e}, {seed} }}");
        let header = include_str!("../include/lowrank.h");
        let found = header
            .split("LOWRANK_NMF_SETTINGS(rank, width)")
            .nth(1)
            .unwrap();
        assert!(found.lines().next().unwrap().ends_with(&usual), "{usual}");
    }
}

//! The largest singular values of a matrix and their vectors.

use crate::matrix::{Matrix, Scalar, check_rank};
use crate::memory::{Buffer, lend};
use crate::status::LowrankStatus;
use crate::workspace::{panel, workspace};
use lowrank_core::TruncatedSvd;
use lowrank_core::svd::{RangeFinder, SvdFactors as Factors};

/// The settings of a truncated SVD; LOWRANK_SVD_SETTINGS(rank, width) has the usual ones.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct SvdSettings {
    /// k, the number of singular values; at most the width, and at most the rows and the columns.
    pub rank: usize,
    /// The columns of the sketch; four to ten more than the rank are customary.
    pub width: usize,
    /// Rounds of two products each, after which the sketch is accurate; 8 are usual.
    pub power_iterations: usize,
    /// Equal seeds give equal results, on every machine.
    pub seed: u64,
}

/// The factors of A ~ U diag(s) V^T.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct SvdFactors<T> {
    /// U, rows x rank, column after column: left singular vectors.
    pub u: Buffer<T>,
    /// s: the rank largest singular values, descending.
    pub singular_values: Buffer<T>,
    /// V, columns x rank, column after column: right singular vectors.
    pub v: Buffer<T>,
    /// ||A v_i - s_i u_i||, one number for each: a singular value of A lies within this distance of s_i.
    pub residuals: Buffer<T>,
}

/// The result of a truncated SVD beside its factors.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct SvdReport<T> {
    /// The number of singular values that are not rounding; less than asked for if A has a smaller rank.
    pub rank: usize,
    /// ||A||_F.
    pub norm: T,
    /// No less than ||A - U diag(s) V^T||_F.
    pub error_bound: T,
    /// An estimate of the error less the smallest one that this rank can have.
    pub excess: T,
    /// The error is the smallest one, but for rounding, as far as the residuals can tell. If it is false, take more power
    /// iterations, or a larger width.
    pub converged: bool,
}

/// # Safety
/// As [`lend`] demands.
#[inline(always)]
unsafe fn svd<T: Scalar>(
    a: Matrix<T>,
    settings: SvdSettings,
    factors: SvdFactors<T>,
    buffer: Buffer<T>,
    report: *mut SvdReport<T>,
) -> LowrankStatus {
    let (m, n, k, l) = (a.rows, a.columns, settings.rank, settings.width);
    // SAFETY: as the caller of this function promises.
    unsafe {
        lend(|memory| {
            let a = a.lent(memory)?;
            check_rank(k, l.min(m).min(n))?;
            let mut factors = Factors {
                u: panel(memory, factors.u, (m, k))?,
                singular_values: memory.output(factors.singular_values, k)?,
                v: panel(memory, factors.v, (n, k))?,
                residuals: memory.output(factors.residuals, k)?,
            };
            let mut workspace = workspace(memory, buffer, (m, n), l)?;
            let report = memory.place(report)?;
            let range_finder = RangeFinder {
                power_iterations: settings.power_iterations,
                seed: settings.seed,
                ..RangeFinder::default()
            };
            let svd = TruncatedSvd {
                rank: k,
                range_finder,
                ..TruncatedSvd::default()
            };
            let found = svd.run(&a, &mut workspace, &mut factors)?;
            report.set(SvdReport {
                rank: found.rank,
                norm: found.frobenius_norm,
                error_bound: found.error_bound,
                excess: found.excess,
                converged: found.converged,
            });
            Ok(())
        })
    }
}

/// Computes the rank largest singular values of A, and their vectors: A ~ U diag(s) V^T, by a randomized range finder
/// (Halko, Martinsson & Tropp 2011). The entry of greatest magnitude in each left singular vector is positive.
///
/// `workspace` has LOWRANK_WORKSPACE_LEN(rows, columns, width) numbers.
///
/// Costs 2 p + 3 products of A with a matrix of width columns for p power iterations.
///
/// # Safety
/// Each pointer that is not refused names as many numbers as its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_svd_f32(
    a: Matrix<f32>,
    settings: SvdSettings,
    factors: SvdFactors<f32>,
    workspace: Buffer<f32>,
    report: *mut SvdReport<f32>,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { svd(a, settings, factors, workspace, report) }
}

/// Computes lowrank_svd_f32 in double precision.
///
/// # Safety
/// As for lowrank_svd_f32.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_svd_f64(
    a: Matrix<f64>,
    settings: SvdSettings,
    factors: SvdFactors<f64>,
    workspace: Buffer<f64>,
    report: *mut SvdReport<f64>,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe { svd(a, settings, factors, workspace, report) }
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;

    #[test]
    fn the_settings_of_the_header_are_those_of_core() {
        let RangeFinder {
            power_iterations,
            seed,
            ..
        } = RangeFinder::default();
        let usual = std::format!("(size_t)(width), {power_iterations}, {seed} }}");
        let header = include_str!("../include/lowrank.h");
        let found = header
            .split("LOWRANK_SVD_SETTINGS(rank, width)")
            .nth(1)
            .unwrap();
        assert!(found.lines().next().unwrap().ends_with(&usual), "{usual}");
    }
}

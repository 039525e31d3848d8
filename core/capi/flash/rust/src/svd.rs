//! A truncated SVD in single precision.

use crate::{setting, size};
use core::hint::black_box;
use lowrank_core::svd::{RangeFinder, Subspace, SvdFactors, SvdReport};
use lowrank_core::workspace::workspace_len;
use lowrank_core::{Error, MatMut, MatRef, TruncatedSvd, Workspace};

const M: usize = 64;
const N: usize = 32;
const K: usize = 4;
const L: usize = 8;

static A: [f32; M * N] = [1.0; M * N];
static mut U: [f32; M * K] = [0.0; M * K];
static mut S: [f32; K] = [0.0; K];
static mut V: [f32; N * K] = [0.0; N * K];
static mut RESIDUALS: [f32; K] = [0.0; K];
static mut WORKSPACE: [f32; workspace_len(M, N, L)] = [0.0; workspace_len(M, N, L)];
static mut REPORT: Option<SvdReport<f32>> = None;

pub fn call() -> Result<(), Error> {
    // SAFETY: called once, by `main`.
    let (u, s, v, residuals, workspace) = unsafe {
        (
            &mut *(&raw mut U),
            &mut *(&raw mut S),
            &mut *(&raw mut V),
            &mut *(&raw mut RESIDUALS),
            &mut *(&raw mut WORKSPACE),
        )
    };
    let (m, n, k, l) = (size(M), size(N), size(K), size(L));
    let range_finder = RangeFinder {
        power_iterations: size(8),
        seed: black_box(0),
        ..RangeFinder::default()
    };
    let svd = TruncatedSvd {
        rank: k,
        subspace: setting(Subspace::Power),
        range_finder,
        ..TruncatedSvd::default()
    };
    let mut factors = SvdFactors {
        u: MatMut::new(u, m, k)?,
        singular_values: s,
        v: MatMut::new(v, n, k)?,
        residuals,
    };
    let mut workspace = Workspace::in_buffer(workspace, m, n, l)?;
    let report = svd.run(
        &MatRef::new(black_box(&A), m, n)?,
        &mut workspace,
        &mut factors,
    )?;
    // SAFETY: as above.
    unsafe { (&raw mut REPORT).write_volatile(Some(report)) };
    Ok(())
}

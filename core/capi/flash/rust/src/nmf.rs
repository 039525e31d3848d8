//! A non-negative factorization in single precision.

use crate::{setting, size};
use core::hint::black_box;
use core::ops::ControlFlow;
use lowrank_core::iteration::Report;
use lowrank_core::nmf::{NmfFactors, NmfSolver};
use lowrank_core::svd::{RangeFinder, Subspace};
use lowrank_core::workspace::workspace_len;
use lowrank_core::{Error, MatMut, MatRef, Nmf, Workspace};

const M: usize = 64;
const N: usize = 32;
const K: usize = 4;
const L: usize = 8;

static A: [f32; M * N] = [1.0; M * N];
static mut W: [f32; M * K] = [0.0; M * K];
static mut H: [f32; N * K] = [0.0; N * K];
static mut WORKSPACE: [f32; workspace_len(M, N, L)] = [0.0; workspace_len(M, N, L)];
static mut REPORT: Option<Report<f32>> = None;

pub fn call() -> Result<(), Error> {
    // SAFETY: called once, by `main`.
    let (w, h, workspace) = unsafe {
        (
            &mut *(&raw mut W),
            &mut *(&raw mut H),
            &mut *(&raw mut WORKSPACE),
        )
    };
    let (m, n, k, l) = (size(M), size(N), size(K), size(L));
    let range_finder = RangeFinder {
        seed: black_box(0),
        ..RangeFinder::default()
    };
    let nmf = Nmf {
        rank: k,
        iterations: size(30000),
        tolerance: black_box(5e-6),
        solver: setting(NmfSolver::Hals),
        subspace: setting(Subspace::Power),
        range_finder,
        ..Nmf::default()
    };
    let mut factors = NmfFactors {
        w: MatMut::new(w, m, k)?,
        h: MatMut::new(h, n, k)?,
    };
    let mut workspace = Workspace::in_buffer(workspace, m, n, l)?;
    let a = MatRef::new(black_box(&A), m, n)?;
    let go_on = |_| ControlFlow::Continue(());
    let report = nmf.run(&a, &mut workspace, &mut factors, go_on)?;
    // SAFETY: as above.
    unsafe { (&raw mut REPORT).write_volatile(Some(report)) };
    Ok(())
}

//! The algorithms on one operator.

use crate::hash::{Hash, Scalar};
use crate::operators::M;
use core::hint::black_box;
use core::ops::ControlFlow;
use lowrank_core::approximation::Approximation;
use lowrank_core::iteration::{Progress, Report, Stop};
use lowrank_core::nmf::{
    BatchRecord, BetaNmf, Forgetting, MiniBatchBetaNmf, MiniBatchNmf, MiniBatchState, NmfFactors,
    NmfInit, NmfSolver,
};
use lowrank_core::operator::{DivergenceOperator, EntrywiseOperator};
use lowrank_core::pca::Centered;
use lowrank_core::penalty::Penalty;
use lowrank_core::random::Distribution;
use lowrank_core::svd::{Normalizer, RangeFinder, Sides, Subspace, SvdFactors};
use lowrank_core::workspace::workspace_len;
use lowrank_core::{
    Error, FixedNmf, FixedSvd, FixedWorkspace, MatMut, Nmf, TruncatedSvd, Workspace,
};

/// The most columns of a sketch.
const L: usize = 5;
/// Every operator is M x 11, 11 x M, 3 x 11 or 11 x 3.
const ROOM: usize = workspace_len(M, 11, L);

/// Every algorithm with every setting.
pub fn algorithms<T: Scalar, A>(a: &A, hash: &mut Hash)
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    for distribution in black_box([
        Distribution::Uniform,
        Distribution::Sign,
        Distribution::Gaussian,
        Distribution::HalfGaussian,
    ]) {
        for normalizer in black_box([Normalizer::Lu, Normalizer::Qr, Normalizer::None]) {
            for sides in black_box([Sides::Both, Sides::Shorter]) {
                let range_finder = RangeFinder {
                    distribution,
                    power_iterations: black_box(2),
                    normalizer,
                    sides,
                    seed: 7,
                };
                let done = find_range(a, &range_finder, hash);
                hash.outcome(done);
            }
        }
    }
    for (rank, l, sides) in black_box([
        (3, 5, Sides::Both),
        (2, 2, Sides::Shorter),
        (4, 3, Sides::Both),
        (1, 5, Sides::Both),
        (0, 0, Sides::Both),
        (1, usize::MAX, Sides::Both),
    ]) {
        let range_finder = RangeFinder {
            sides,
            ..RangeFinder::default()
        };
        for subspace in black_box([Subspace::Power, Subspace::Krylov, Subspace::Chebyshev]) {
            let svd = TruncatedSvd {
                rank,
                subspace,
                tolerance: black_box(1e-2),
                block: black_box(4),
                iterations: black_box(8),
                range_finder,
            };
            let done = truncate(a, &svd, l, hash);
            hash.outcome(done);
        }
        for init in black_box([NmfInit::Random, NmfInit::Nndsvd, NmfInit::Nndsvda]) {
            for solver in black_box([NmfSolver::Mu, NmfSolver::Hals]) {
                let nmf = Nmf {
                    rank,
                    solver,
                    init,
                    iterations: 6,
                    tolerance: black_box(1e-3),
                    ..Nmf::default()
                };
                let done = factorize(a, &nmf, l, hash);
                hash.outcome(done);
                let l1 = Penalty {
                    l1: black_box(0.1),
                    l2: 0.0,
                };
                let l2 = Penalty {
                    l1: 0.0,
                    l2: black_box(0.2),
                };
                let penalised = Nmf {
                    w_penalty: l1,
                    h_penalty: l2,
                    ..nmf
                };
                let done = factorize(a, &penalised, l, hash);
                hash.outcome(done);
            }
        }
    }
    let done = center(a, hash);
    hash.outcome(done);
    fixed(a, hash);
}

/// Every divergence over a matrix of which some entries may be missing.
pub fn divergences<T: Scalar, A>(a: &A, hash: &mut Hash)
where
    A: for<'p> DivergenceOperator<MatMut<'p, T>>,
{
    if let Some((row, column)) = a.first_zero() {
        hash.size(row);
        hash.size(column);
    }
    for beta in black_box([2.0, 1.0, 0.0, 0.5, -0.7, 3.0, f64::NAN]) {
        for (rank, l, init, solver) in black_box([
            (2, 4, NmfInit::Random, NmfSolver::Mu),
            (1, 3, NmfInit::Nndsvda, NmfSolver::Mu),
            (2, 3, NmfInit::Random, NmfSolver::Mu),
            (1, 2, NmfInit::Given, NmfSolver::Hals),
        ]) {
            let settings = Nmf {
                rank,
                solver,
                init,
                iterations: 3,
                w_penalty: Penalty {
                    l1: 0.0,
                    l2: black_box(0.1),
                },
                h_penalty: Penalty {
                    l1: black_box(0.1),
                    l2: 0.0,
                },
                ..Nmf::default()
            };
            let done = diverge(a, &BetaNmf { beta, settings }, l, hash);
            hash.outcome(done);
            let batches = MiniBatchNmf {
                settings,
                forgetting: black_box(Forgetting::ByAge(3)),
            };
            let done = learn(a, &MiniBatchBetaNmf { beta, batches }, l, false, hash);
            hash.outcome(done);
        }
    }
    for (solver, init, forgetting) in black_box([
        (NmfSolver::Hals, NmfInit::Nndsvda, Forgetting::ByAge(0)),
        (NmfSolver::Mu, NmfInit::Given, Forgetting::ByBatch(0.9)),
        (NmfSolver::Hals, NmfInit::Random, Forgetting::ByBatch(2.0)),
    ]) {
        let settings = Nmf {
            rank: 2,
            solver,
            init,
            iterations: 3,
            ..Nmf::default()
        };
        let batches = MiniBatchNmf {
            settings,
            forgetting,
        };
        let done = learn(a, &MiniBatchBetaNmf { beta: 2.0, batches }, 3, true, hash);
        hash.outcome(done);
    }
}

/// Fits the same batch twice, by N and G if those `suffice`.
#[inline(never)]
fn learn<T: Scalar, A>(
    a: &A,
    nmf: &MiniBatchBetaNmf,
    l: usize,
    suffice: bool,
    hash: &mut Hash,
) -> Result<(), Error>
where
    A: for<'p> DivergenceOperator<MatMut<'p, T>>,
{
    const K: usize = 2;
    let (m, n, k) = (a.nrows(), a.ncols(), nmf.batches.settings.rank);
    let mut buffer = [T::ZERO; ROOM];
    let (mut w, mut h) = ([T::ONE; M * K], [T::ONE; M * K]);
    let (mut sums, mut gram) = ([T::ONE; M * 2 * K], [T::ONE; K * K]);
    let mut record = BatchRecord::default();
    for _ in 0..black_box(2) {
        let mut workspace = Workspace::in_buffer(&mut buffer, m, n, l)?;
        let mut w = MatMut::new(&mut w, m, k)?;
        let width = if suffice { k } else { k.saturating_mul(2) };
        let mut state = MiniBatchState {
            h: MatMut::new(&mut h, n, k)?,
            sums: MatMut::new(&mut sums, n, width)?,
            gram: MatMut::new(&mut gram, k, k)?,
            record: &mut record,
        };
        let report = if suffice {
            nmf.batches
                .partial_fit(a, &mut workspace, &mut w, &mut state)?
        } else {
            nmf.partial_fit(a, &mut workspace, &mut w, &mut state)?
        };
        told(&report, hash);
        hash.matrix(&w);
        hash.matrix(&state.h);
    }
    hash.word(record.rows);
    hash.scalar(record.weight as f32);
    hash.word(record.exponent.map_or(u64::MAX, |e| e as u64));
    hash.word(u64::from(record.started));
    Ok(())
}

#[inline(never)]
fn diverge<T: Scalar, A>(a: &A, nmf: &BetaNmf, l: usize, hash: &mut Hash) -> Result<(), Error>
where
    A: for<'p> DivergenceOperator<MatMut<'p, T>>,
{
    let (m, n, k) = (a.nrows(), a.ncols(), nmf.settings.rank);
    let mut buffer = [T::ZERO; ROOM];
    let (mut w, mut h) = ([T::ONE; M * L], [T::ONE; M * L]);
    let mut factors = NmfFactors {
        w: MatMut::new(&mut w, m, k)?,
        h: MatMut::new(&mut h, n, k)?,
    };
    let mut workspace = Workspace::in_buffer(&mut buffer, m, n, l)?;
    let report = nmf.run(a, &mut workspace, &mut factors, |progress| {
        watch(progress, 5, hash)
    })?;
    told(&report, hash);
    let again = BetaNmf {
        settings: Nmf {
            init: NmfInit::Given,
            iterations: 1,
            ..nmf.settings
        },
        ..*nmf
    };
    let report = again.run(a, &mut workspace, &mut factors, |progress| {
        watch(progress, 5, hash)
    })?;
    told(&report, hash);
    hash.matrix(&factors.w);
    hash.matrix(&factors.h);
    let report = nmf.transform(a, &mut workspace, &mut factors, |progress| {
        watch(progress, 5, hash)
    })?;
    told(&report, hash);
    hash.matrix(&factors.w);
    Ok(())
}

#[inline(never)]
fn find_range<T: Scalar, A>(a: &A, settings: &RangeFinder, hash: &mut Hash) -> Result<(), Error>
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let l = black_box(4);
    let (mut q, mut sketch) = ([T::ZERO; M * L], [T::ZERO; M * L]);
    let mut small = [T::ZERO; L * L];
    let mut q = MatMut::new(&mut q, a.nrows(), l)?;
    let mut sketch = MatMut::new(&mut sketch, a.ncols(), l)?;
    let mut small = MatMut::new(&mut small, l, l)?;
    hash.size(settings.run(a, &mut q, &mut sketch, &mut small)?);
    hash.matrix(&q);
    Ok(())
}

/// The principal components.
#[inline(never)]
fn center<T: Scalar, A>(a: &A, hash: &mut Hash) -> Result<(), Error>
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let (m, n, k, l) = (a.nrows(), a.ncols(), 2, black_box(4));
    let (mut ones, mut means, mut row) = ([T::ZERO; M], [T::ZERO; M], [T::ZERO; L]);
    let mut buffer = [T::ZERO; ROOM];
    let (mut u, mut v) = ([T::ZERO; M * L], [T::ZERO; M * L]);
    let (mut s, mut residuals) = ([T::ZERO; L], [T::ZERO; L]);
    let (mut ones, mut means) = (
        MatMut::new(&mut ones, m, 1)?,
        MatMut::new(&mut means, n, 1)?,
    );
    let mut workspace = Workspace::in_buffer(&mut buffer, m, n, l)?;
    let mut factors = SvdFactors {
        u: MatMut::new(&mut u, m, k)?,
        singular_values: s.get_mut(..k).unwrap_or_default(),
        v: MatMut::new(&mut v, n, k)?,
        residuals: residuals.get_mut(..k).unwrap_or_default(),
    };
    let row = MatMut::new(&mut row, 1, L)?;
    let centered = Centered::new(a, &mut ones, &mut means, row)?;
    let svd = TruncatedSvd {
        rank: k,
        ..TruncatedSvd::default()
    };
    let report = svd.run(&centered, &mut workspace, &mut factors)?;
    hash.slice(&[report.frobenius_norm, report.error_bound]);
    hash.slice(factors.singular_values);
    hash.matrix(&factors.u);
    hash.matrix(&factors.v);
    Ok(())
}

#[inline(never)]
fn truncate<T: Scalar, A>(a: &A, svd: &TruncatedSvd, l: usize, hash: &mut Hash) -> Result<(), Error>
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let (m, n, k) = (a.nrows(), a.ncols(), svd.rank);
    let mut buffer = [T::ZERO; ROOM];
    let (mut u, mut v) = ([T::ZERO; M * L], [T::ZERO; M * L]);
    let (mut s, mut residuals) = ([T::ZERO; L], [T::ZERO; L]);
    let mut spare = [[T::ZERO; 11 * L]; 2];
    let mut workspace = Workspace::in_buffer(&mut buffer, m, n, l)?;
    let [first, second] = &mut spare;
    workspace.spare = [
        Some(MatMut::new(first, m.min(n), l)?),
        Some(MatMut::new(second, m.min(n), l)?),
    ];
    let mut factors = SvdFactors {
        u: MatMut::new(&mut u, m, k)?,
        singular_values: s.get_mut(..k).unwrap_or_default(),
        v: MatMut::new(&mut v, n, k)?,
        residuals: residuals.get_mut(..k).unwrap_or_default(),
    };
    let report = svd.run(a, &mut workspace, &mut factors)?;
    hash.size(report.rank);
    hash.slice(&[report.frobenius_norm, report.error_bound]);
    if let Some(rank) = report.smallest_rank(factors.singular_values, black_box(0.5)) {
        hash.size(rank);
    }
    hash.matrix(&factors.u);
    hash.slice(factors.singular_values);
    hash.matrix(&factors.v);
    hash.slice(factors.residuals);
    // The halves of the same, with blocks of two columns.
    let narrow = TruncatedSvd {
        block: black_box(2),
        ..*svd
    };
    let Some(search) = narrow.search(a, &mut workspace, &mut factors)? else {
        return Ok(());
    };
    if let Some(report) = narrow.finish(a, &search, &mut workspace, &mut factors)? {
        hash.size(report.iterations);
        hash.slice(&[report.excess, report.error_bound]);
        hash.matrix(&factors.u);
        hash.slice(factors.singular_values);
        hash.matrix(&factors.v);
        hash.slice(factors.residuals);
    }
    Ok(())
}

#[inline(never)]
fn factorize<T: Scalar, A>(a: &A, nmf: &Nmf, l: usize, hash: &mut Hash) -> Result<(), Error>
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let (m, n, k) = (a.nrows(), a.ncols(), nmf.rank);
    let mut buffer = [T::ZERO; ROOM];
    let (mut w, mut h) = ([T::ZERO; M * L], [T::ZERO; M * L]);
    let mut factors = NmfFactors {
        w: MatMut::new(&mut w, m, k)?,
        h: MatMut::new(&mut h, n, k)?,
    };
    let mut workspace = Workspace::in_buffer(&mut buffer, m, n, l)?;
    let report = nmf.run(a, &mut workspace, &mut factors, |progress| {
        watch(progress, 5, hash)
    })?;
    told(&report, hash);
    hash.matrix(&factors.w);
    hash.matrix(&factors.h);
    let report = nmf.transform(a, &mut workspace, &mut factors, |progress| {
        watch(progress, 9, hash)
    })?;
    told(&report, hash);
    hash.matrix(&factors.w);
    measured(
        &Approximation::measure(a, &mut factors.w, &mut factors.h, &mut workspace)?,
        hash,
    );
    Ok(())
}

fn watch<T: Scalar>(progress: Progress<T>, last: usize, hash: &mut Hash) -> ControlFlow<()> {
    hash.size(progress.iteration);
    hash.size(progress.iterations);
    hash.scalar(progress.error);
    if progress.iteration >= last {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}

fn told<T: Scalar>(report: &Report<T>, hash: &mut Hash) {
    measured(&report.approximation, hash);
    hash.scalar(report.loss);
    hash.size(report.iterations);
    hash.word(match report.stop {
        Stop::Tolerance => 0,
        Stop::Iterations => 1,
        Stop::Observer => 2,
    });
}

fn measured<T: Scalar>(measured: &Approximation<T>, hash: &mut Hash) {
    hash.slice(&[
        measured.error,
        measured.error_bound,
        measured.frobenius_norm,
    ]);
}

/// Runs the algorithms in buffers of a size known at compile time, which fit one of the operators.
#[inline(never)]
fn fixed<T: Scalar, A>(a: &A, hash: &mut Hash)
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let mut workspace = FixedWorkspace::<T, M, 11, 4>::default();
    let mut factors = FixedSvd::<T, M, 11, 2>::default();
    let svd = TruncatedSvd {
        rank: black_box(2),
        ..TruncatedSvd::default()
    };
    let done = svd.run(a, &mut workspace.lend(), &mut factors.lend());
    hash.outcome(done);
    hash.slice(&factors.singular_values);
    hash.slice(&factors.residuals);
    hash.slice(factors.u.as_flattened());
    hash.slice(factors.v.as_flattened());
    let mut factors = FixedNmf::<T, M, 11, 2>::default();
    let nmf = Nmf {
        rank: black_box(2),
        iterations: 3,
        ..Nmf::default()
    };
    let go_on = |_| ControlFlow::Continue(());
    let done = nmf.run(a, &mut workspace.lend(), &mut factors.lend(), go_on);
    if let Some(report) = hash.outcome(done) {
        told(&report, hash);
    }
    hash.slice(factors.w.as_flattened());
    hash.slice(factors.h.as_flattened());
}

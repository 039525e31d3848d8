//! Gradient descents and chains on one operator.

use crate::hash::{Hash, Scalar};
use crate::operators::M;
use core::hint::black_box;
use core::ops::ControlFlow;
use lowrank_core::approximation::Approximation;
use lowrank_core::descent::{
    Adam, DescentState, GradientNmf, GradientStart, GradientSvd, Momentum, Objective, Optimizer,
    Sgd, SignRule,
};
use lowrank_core::learning_rate::LearningRate;
use lowrank_core::nmf::{BetaChain, ChainFactors, ChainPanels, ChainStart, FactorRule, NmfFactors};
use lowrank_core::operator::{DivergenceOperator, EntrywiseOperator};
use lowrank_core::penalty::Penalty;
use lowrank_core::svd::SvdFactors;
use lowrank_core::workspace::workspace_len;
use lowrank_core::{Error, MatMut, Workspace};

/// The most columns of a factor of a descent: the stack has 16 kB.
const K: usize = 2;
/// Every operator is M x 11, 11 x M, 3 x 11 or 11 x 3.
const ROOM: usize = workspace_len(M, 11, K);
/// The most columns of a factor of a chain.
const R: usize = 3;
/// The most columns of its workspace: two terms for each.
const L: usize = 2 * R;

/// Every descent with every rule.
pub fn descents<T: Scalar, A>(a: &A, hash: &mut Hash)
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    for (rank, initial, iterations) in black_box([(2, 0.01, 12), (1, 1e30, 30), (0, 0.1, 1)]) {
        with_optimizer(a, rank, initial, iterations, Sgd, hash);
        with_optimizer(a, rank, initial, iterations, Momentum::default(), hash);
        with_optimizer(a, rank, initial, iterations, Adam::default(), hash);
    }
    with_optimizer(a, 1, black_box(0.0), 1, Sgd, hash);
    with_optimizer(
        a,
        1,
        1.0,
        1,
        Momentum {
            momentum: black_box(1.5),
        },
        hash,
    );
}

fn with_optimizer<T: Scalar, A, O: Optimizer + Copy>(
    a: &A,
    rank: usize,
    initial: f64,
    iterations: usize,
    optimizer: O,
    hash: &mut Hash,
) where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let learning_rate = LearningRate {
        initial,
        factor: 0.9,
        every: 5,
    };
    for sign in black_box([
        SignRule::Projected,
        SignRule::Penalty {
            weight: 2.0,
            floor: 1e-3,
        },
        SignRule::MeanPenalty {
            weight: 0.5,
            floor: 0.0,
        },
    ]) {
        for objective in black_box([Objective::Squares, Objective::Norm]) {
            let nmf = GradientNmf {
                rank,
                objective,
                sign,
                optimizer,
                learning_rate,
                start: GradientStart::HalfGaussian { deviation: 0.1 },
                iterations,
                tolerance: black_box(1e-3),
                seed: 3,
            };
            let done = factorize(a, &nmf, hash);
            hash.outcome(done);
        }
    }
    let svd = GradientSvd {
        rank,
        optimizer,
        learning_rate,
        orthogonality: 0.01,
        iterations,
        starts: black_box(2),
        refinement: black_box(7),
        tolerance: 1e-9,
        seed: 4,
    };
    let done = decompose(a, &svd, hash);
    hash.outcome(done);
}

#[inline(never)]
fn factorize<T: Scalar, A, O: Optimizer>(
    a: &A,
    nmf: &GradientNmf<O>,
    hash: &mut Hash,
) -> Result<(), Error>
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let (m, n, k) = (a.nrows(), a.ncols(), nmf.rank);
    let mut buffer = [T::ZERO; ROOM];
    let mut workspace = Workspace::in_buffer(&mut buffer, m, n, K)?;
    let mut panels = [[T::ONE; M * K]; 6];
    let [w, h, u, v, x, y] = &mut panels;
    let mut factors = NmfFactors {
        w: MatMut::new(w, m, k)?,
        h: MatMut::new(h, n, k)?,
    };
    let mut state = DescentState {
        left: &mut [MatMut::new(u, m, k)?, MatMut::new(x, m, k)?],
        right: &mut [MatMut::new(v, n, k)?, MatMut::new(y, n, k)?],
    };
    let report = nmf.run(a, &mut workspace, &mut state, &mut factors, |progress| {
        hash.scalar(progress.error);
        ControlFlow::Continue(())
    })?;
    approximation(&report.report.approximation, hash);
    hash.size(report.negative_entries);
    hash.size(report.report.iterations);
    hash.matrix(&factors.w);
    hash.matrix(&factors.h);
    Ok(())
}

fn approximation<T: Scalar>(found: &Approximation<T>, hash: &mut Hash) {
    hash.slice(&[found.error, found.error_bound, found.frobenius_norm]);
}

#[inline(never)]
fn decompose<T: Scalar, A, O: Optimizer>(
    a: &A,
    svd: &GradientSvd<O>,
    hash: &mut Hash,
) -> Result<(), Error>
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let (m, n, k) = (a.nrows(), a.ncols(), svd.rank);
    let mut buffer = [T::ZERO; ROOM];
    let mut workspace = Workspace::in_buffer(&mut buffer, m, n, K)?;
    let mut panels = [[T::ONE; M * K]; 8];
    let [u, v, a1, a2, a3, b1, b2, b3] = &mut panels;
    let (mut s, mut residuals) = ([T::ZERO; K], [T::ZERO; K]);
    let mut factors = SvdFactors {
        u: MatMut::new(u, m, k)?,
        singular_values: &mut s,
        v: MatMut::new(v, n, k)?,
        residuals: &mut residuals,
    };
    let mut state = DescentState {
        left: &mut [
            MatMut::new(a1, m, k)?,
            MatMut::new(a2, m, k)?,
            MatMut::new(a3, m, k)?,
        ],
        right: &mut [
            MatMut::new(b1, n, k)?,
            MatMut::new(b2, n, k)?,
            MatMut::new(b3, n, k)?,
        ],
    };
    let report = svd.run(a, &mut workspace, &mut state, &mut factors, |progress| {
        hash.scalar(progress.progress.loss);
        hash.size(progress.progress.iteration);
        ControlFlow::Continue(())
    })?;
    approximation(&report.report.approximation, hash);
    hash.scalar(report.report.loss);
    hash.size(report.starts);
    hash.size(report.best_start);
    hash.matrix(&factors.u);
    hash.slice(factors.singular_values);
    hash.matrix(&factors.v);
    hash.slice(factors.residuals);
    Ok(())
}

/// Chains with one inner factor and none.
pub fn chains<T: Scalar, A>(a: &A, hash: &mut Hash)
where
    A: for<'p> DivergenceOperator<MatMut<'p, T>>,
{
    let rules = black_box(
        [FactorRule {
            penalty: Penalty { l1: 0.1, l2: 0.2 },
            orthogonality: 0.3,
            frozen: false,
        }; 3],
    );
    for (beta, start, links) in black_box([
        (1.0, ChainStart::Random { seed: 5 }, 1usize),
        (2.0, ChainStart::Given, 1),
        (0.5, ChainStart::Random { seed: 5 }, 0),
        (f64::NAN, ChainStart::Given, 1),
    ]) {
        let chain = BetaChain {
            beta,
            rules: rules.get(..links.saturating_add(2)).unwrap_or_default(),
            order: black_box(&[1, 0, 2]),
            start,
            iterations: 3,
            tolerance: black_box(1e-3),
        };
        let done = link(a, &chain, links, hash);
        hash.outcome(done);
    }
}

#[inline(never)]
fn link<T: Scalar, A>(
    a: &A,
    chain: &BetaChain<'_>,
    links: usize,
    hash: &mut Hash,
) -> Result<(), Error>
where
    A: for<'p> DivergenceOperator<MatMut<'p, T>>,
{
    let (m, n, k) = (a.nrows(), a.ncols(), black_box(2));
    let mut buffer = [T::ZERO; workspace_len(M, 11, L)];
    let mut workspace = Workspace::in_buffer(&mut buffer, m, n, L)?;
    let mut panels = [[T::ONE; M * R]; 5];
    let [w, h, x, y, z] = &mut panels;
    let last = if links > 0 { 3 } else { k };
    let (mut w, mut h) = (MatMut::new(w, m, k)?, MatMut::new(h, n, last)?);
    let mut panels = ChainPanels {
        left: [MatMut::new(x, m, R)?, MatMut::new(y, m, R)?],
        right: MatMut::new(z, n, R)?,
    };
    let mut entries = [T::HALF; R * R];
    let mut inner = [MatMut::new(&mut entries, k, 3)?];
    let mut factors = ChainFactors {
        w: &mut w,
        inner: inner.get_mut(..links).unwrap_or_default(),
        h: &mut h,
    };
    let report = chain.run(a, &mut workspace, &mut panels, &mut factors, |progress| {
        hash.scalar(progress.error);
        ControlFlow::Continue(())
    })?;
    approximation(&report.approximation, hash);
    hash.scalar(report.loss);
    hash.matrix(&w);
    hash.matrix(&h);
    for factor in &inner {
        hash.matrix(factor);
    }
    Ok(())
}

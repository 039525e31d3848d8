//! Panels and operators that claim absurd sizes and exponents: what another crate may hand in.

use crate::hash::{Hash, Scalar};
use core::hint::black_box;
use core::ops::ControlFlow;
use lowrank_core::approximation::Approximation;
use lowrank_core::dense::jacobi_svd::scratch_len;
use lowrank_core::descent::{DescentState, GradientNmf, GradientSvd, Momentum, SignRule};
use lowrank_core::divergence::MultiplicativeStep;
use lowrank_core::nmf::{
    BatchRecord, BetaChain, BetaNmf, ChainFactors, ChainPanels, ChainStart, FactorRule, Forgetting,
    MiniBatchBetaNmf, MiniBatchNmf, MiniBatchState, NmfFactors, NmfInit, NmfSolver,
};
use lowrank_core::operator::{
    DivergenceModel, DivergenceOperator, EntryStats, EntrywiseOperator, Side, Transposed,
};
use lowrank_core::panel::{
    AdamStep, DescentPanel, Jacobi, NonNegativePanel, Panel, RowScratch, RowSolver,
};
use lowrank_core::penalty::Penalty;
use lowrank_core::random::RandomEntries;
use lowrank_core::svd::{RangeFinder, Subspace, SvdFactors};
use lowrank_core::workspace::{SmallScratch, small_scratch_len, workspace_len};
use lowrank_core::{Error, LinearOperator, MatMut, MatRef, Nmf, TruncatedSvd, Workspace};

/// Runs every algorithm over nothing.
#[inline(never)]
pub fn absurd_sizes<T: Scalar>(hash: &mut Hash) {
    for (m, n, l, exponent) in black_box([
        (usize::MAX, usize::MAX, 2, 0),
        (usize::MAX, 3, 2, i32::MIN),
        (3, usize::MAX, usize::MAX, i32::MAX),
        (usize::MAX, usize::MAX, usize::MAX, i32::MIN + 1),
    ]) {
        hash.size(scratch_len(m, n));
        hash.size(small_scratch_len(l));
        hash.size(workspace_len(m, n, l));
        hash.outcome(SmallScratch::<T>::in_buffer(&mut [], l));
        hash.outcome(Workspace::<MatMut<'_, T>>::in_buffer(&mut [], m, n, l));
        let a = Hollow::<T> {
            nrows: m,
            ncols: n,
            exponent,
            scalar: T::from_f64(black_box(0.5)),
        };
        with_operator(&a, l, hash);
        with_operator(&Transposed(&a), l, hash);
        diverging(&a, l, hash);
    }
}

/// A panel of ones.
fn panel<T: Scalar>(nrows: usize, ncols: usize) -> Hollow<T> {
    Hollow {
        nrows,
        ncols,
        exponent: 0,
        scalar: T::ONE,
    }
}

fn workspace<T: Scalar>(
    (m, n): (usize, usize),
    width: usize,
    scratch: SmallScratch<'_, T>,
) -> Workspace<'_, Hollow<T>> {
    Workspace {
        left: panel(m, width),
        right: panel(n, width),
        small: (),
        other: (),
        spare: black_box([Some(panel(m, width)), Some(panel(n, width))]),
        scratch,
    }
}

/// Factorizations for another loss.
fn diverging<T: Scalar>(a: &Hollow<T>, l: usize, hash: &mut Hash) {
    for (rank, width) in black_box([(1, l), (1, 2), (l, l)]) {
        let mut buffer = [T::ONE; 2 * small_scratch_len(2)];
        let scratch = match SmallScratch::in_buffer(&mut buffer, width.min(2)) {
            Ok(scratch) => scratch,
            Err(error) => return hash.error(error),
        };
        let mut workspace = workspace((a.nrows, a.ncols), width, scratch);
        let mut factors = NmfFactors {
            w: panel(a.nrows, rank),
            h: panel(a.ncols, rank),
        };
        let nmf = BetaNmf {
            beta: black_box(0.3),
            settings: Nmf {
                rank,
                solver: NmfSolver::Mu,
                init: NmfInit::Given,
                iterations: 2,
                ..Nmf::default()
            },
        };
        let go_on = |_| ControlFlow::Continue(());
        let done = nmf.run(a, &mut workspace, &mut factors, go_on);
        hash.outcome(done);
        let done = nmf.transform(a, &mut workspace, &mut factors, go_on);
        hash.outcome(done);
        learning(a, &nmf, &mut workspace, &mut factors.w, hash);
        descending(a, rank, &mut workspace, &mut factors, hash);
    }
}

/// Descents and chains of absurd sizes; without a trace where the largest size decides how they end.
fn descending<T: Scalar>(
    a: &Hollow<T>,
    rank: usize,
    workspace: &mut Workspace<'_, Hollow<T>>,
    factors: &mut NmfFactors<Hollow<T>>,
    hash: &mut Hash,
) {
    let panel = |nrows| Hollow {
        nrows,
        ncols: rank,
        exponent: 0,
        scalar: T::ONE,
    };
    let mut state = DescentState {
        left: &mut [panel(a.nrows), panel(a.nrows)],
        right: &mut [panel(a.ncols), panel(a.ncols)],
    };
    let go_on = |_| ControlFlow::Continue(());
    let nmf = GradientNmf::<Momentum> {
        rank,
        sign: black_box(SignRule::MeanPenalty {
            weight: 1.0,
            floor: 0.0,
        }),
        iterations: 2,
        ..GradientNmf::default()
    };
    let done = nmf.run(a, workspace, &mut state, factors, go_on);
    hash.outcome(done);
    let NmfFactors { w, h } = factors;
    let mut panels = ChainPanels {
        left: [panel(a.nrows), panel(a.nrows)],
        right: panel(a.ncols),
    };
    let rules = [FactorRule::default(); 2];
    let chain = BetaChain {
        beta: black_box(0.3),
        rules: &rules,
        order: black_box(&[0, 1]),
        start: ChainStart::default(),
        iterations: 2,
        tolerance: 0.0,
    };
    let mut factors = ChainFactors {
        w,
        inner: &mut [],
        h,
    };
    let done = chain.run(a, workspace, &mut panels, &mut factors, go_on);
    black_box(done.is_ok());
    let (mut s, mut residuals) = ([T::ONE; 2], [T::ONE; 2]);
    let mut factors = SvdFactors {
        u: panel(a.nrows),
        singular_values: &mut s,
        v: panel(a.ncols),
        residuals: &mut residuals,
    };
    let svd = GradientSvd::<Momentum> {
        rank,
        iterations: 2,
        starts: 2,
        refinement: 2,
        ..GradientSvd::default()
    };
    let done = svd.run(a, workspace, &mut state, &mut factors, |_| {
        ControlFlow::Continue(())
    });
    black_box(done.is_ok());
}

/// Batches of absurd sizes.
fn learning<T: Scalar>(
    a: &Hollow<T>,
    nmf: &BetaNmf,
    workspace: &mut Workspace<'_, Hollow<T>>,
    w: &mut Hollow<T>,
    hash: &mut Hash,
) {
    let rank = nmf.settings.rank;
    let mut record = BatchRecord {
        rows: black_box(u64::MAX),
        weight: f64::MAX,
        exponent: Some(i32::MAX),
        started: false,
    };
    for (forgetting, width) in black_box([
        (Forgetting::ByAge(u32::MAX), 2),
        (Forgetting::ByBatch(1.0), 1),
    ]) {
        let panel = |ncols| Hollow {
            nrows: a.ncols,
            ncols,
            exponent: 0,
            scalar: T::ONE,
        };
        let batches = MiniBatchNmf {
            settings: nmf.settings,
            forgetting,
        };
        let mut gram = [T::ONE];
        let gram = match MatMut::new(&mut gram, 1, 1) {
            Ok(gram) => gram,
            Err(error) => return hash.error(error),
        };
        let mut state = MiniBatchState {
            h: panel(rank),
            sums: panel(rank.saturating_mul(width)),
            gram,
            record: &mut record,
        };
        let of_terms = MiniBatchBetaNmf {
            beta: nmf.beta,
            batches,
        };
        let done = of_terms.partial_fit(a, workspace, w, &mut state);
        hash.outcome(done);
        let done = batches.partial_fit(a, workspace, w, &mut state);
        hash.outcome(done);
        hash.word(record.rows);
    }
}

fn with_operator<T: Scalar, A: EntrywiseOperator<Hollow<T>>>(a: &A, l: usize, hash: &mut Hash) {
    for (rank, width) in black_box([(1, l), (2, 2), (l, l)]) {
        let mut buffer = [T::ONE; 2 * small_scratch_len(2)];
        let scratch = match SmallScratch::in_buffer(&mut buffer, width.min(2)) {
            Ok(scratch) => scratch,
            Err(error) => return hash.error(error),
        };
        let mut workspace = workspace((a.nrows(), a.ncols()), width, scratch);
        let mut factors = NmfFactors {
            w: panel(a.nrows(), rank),
            h: panel(a.ncols(), rank),
        };
        let nmf = Nmf {
            rank,
            init: NmfInit::Random,
            iterations: 2,
            ..Nmf::default()
        };
        let go_on = |_| ControlFlow::Continue(());
        let done = nmf.run(a, &mut workspace, &mut factors, go_on);
        hash.outcome(done);
        let done = nmf.transform(a, &mut workspace, &mut factors, go_on);
        hash.outcome(done);
        let NmfFactors { w: mut u, h: mut v } = factors;
        let done = Approximation::measure(a, &mut u, &mut v, &mut workspace);
        hash.outcome(done);
        let (mut s, mut residuals) = ([T::ONE; 2], [T::ONE; 2]);
        let mut factors = SvdFactors {
            u,
            singular_values: &mut s,
            v,
            residuals: &mut residuals,
        };
        let svd = |subspace| TruncatedSvd {
            rank,
            subspace,
            ..TruncatedSvd::default()
        };
        for subspace in black_box([Subspace::Power, Subspace::Krylov]) {
            let done = svd(subspace).run(a, &mut workspace, &mut factors);
            hash.outcome(done);
        }
        let range_finder = RangeFinder::default();
        let done = range_finder.run(a, &mut workspace.left, &mut workspace.right, &mut ());
        hash.outcome(done);
        // Last and without a trace: the rounding that it allows for grows with the largest size, which
        // differs from machine to machine, and so does when it ends.
        let done = svd(black_box(Subspace::Chebyshev)).run(a, &mut workspace, &mut factors);
        black_box(done.is_ok());
    }
}

/// A panel and a matrix of any size without entries.
struct Hollow<T> {
    nrows: usize,
    ncols: usize,
    exponent: i32,
    scalar: T,
}

impl<T: Scalar> Panel for Hollow<T> {
    type Scalar = T;
    type Small = ();
    type Decompositions = Jacobi;

    fn nrows(&self) -> usize {
        self.nrows
    }

    fn ncols(&self) -> usize {
        self.ncols
    }

    fn set_ncols(&mut self, ncols: usize) -> Result<(), Error> {
        self.ncols = ncols;
        Ok(())
    }

    fn fill_random(&mut self, _: &RandomEntries) -> Result<(), Error> {
        Ok(())
    }

    fn fill(&mut self, value: T) -> Result<(), Error> {
        self.scalar = value;
        Ok(())
    }

    fn append(&mut self, _: &Self) -> Result<(), Error> {
        Ok(())
    }

    fn cross_gram(&self, _: &Self, (): &mut ()) -> Result<(), Error> {
        Ok(())
    }

    fn subtract_product(&mut self, _: &Self, (): &()) -> Result<(), Error> {
        Ok(())
    }

    fn scale(&mut self, factor: T) -> Result<(), Error> {
        self.scalar = factor;
        Ok(())
    }

    fn scale_columns(&mut self, factors: &[T]) -> Result<(), Error> {
        self.scalar = factors.first().copied().unwrap_or(T::ONE);
        Ok(())
    }

    fn combine(&mut self, _: [T; 3], _: &Self, _: &Self) -> Result<(), Error> {
        Ok(())
    }

    fn axpby(&mut self, _: T, _: &Self, _: T) -> Result<(), Error> {
        Ok(())
    }

    fn thin_qr(&mut self, (): &mut ()) -> Result<usize, Error> {
        Ok(self.ncols)
    }

    fn normalize(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn gram(&self, (): &mut ()) -> Result<(), Error> {
        Ok(())
    }

    fn mul_small(&self, (): &(), _: &mut Self) -> Result<(), Error> {
        Ok(())
    }

    fn inner_product(&self, _: &Self) -> Result<T, Error> {
        Ok(self.scalar)
    }

    fn inner_products(&self, _: &Self, _: [&(); 2]) -> Result<[T; 2], Error> {
        let entries = self.ncols.saturating_mul(self.ncols);
        Ok([self.scalar, T::from_usize(entries)])
    }

    fn align_signs(&mut self, _: &mut Self) -> Result<(), Error> {
        Ok(())
    }

    fn distances(&self, _: &[T], _: &Self, _: &mut [T]) -> Result<(), Error> {
        Ok(())
    }

    fn read_small((): &(), mut out: MatMut<'_, T>) -> Result<(), Error> {
        out.fill(T::ONE);
        Ok(())
    }

    fn write_small(_: MatRef<'_, T>, (): &mut ()) -> Result<(), Error> {
        Ok(())
    }
}

impl<T: Scalar> NonNegativePanel for Hollow<T> {
    fn multiplicative_update(&mut self, _: &mut Self, (): &(), _: Penalty<T>) -> Result<(), Error> {
        Ok(())
    }

    fn part_norms(&self, _: &mut [T], _: &mut [T]) -> Result<(), Error> {
        Ok(())
    }

    fn hals_update(&mut self, _: &Self, (): &(), _: usize, _: Penalty<T>) -> Result<(), Error> {
        Ok(())
    }

    fn quotient_update(&mut self, _: &Self, _: MultiplicativeStep<'_, T>) -> Result<(), Error> {
        Ok(())
    }

    fn accumulated_update(
        &mut self,
        _: &mut Self,
        _: &Self,
        _: [T; 2],
        _: MultiplicativeStep<'_, T>,
    ) -> Result<(), Error> {
        Ok(())
    }

    fn solve_rows<S: RowSolver<T>>(
        &mut self,
        _: &Self,
        (): &(),
        _: &S,
        _: RowScratch<'_, T>,
    ) -> Result<(), Error> {
        Ok(())
    }

    fn column_sums(&self, _: &mut [T]) -> Result<(), Error> {
        Ok(())
    }

    fn keep_above(&mut self, _: &[T], _: T, _: T) -> Result<(), Error> {
        Ok(())
    }
}

impl<T: Scalar> DescentPanel for Hollow<T> {
    fn adam_step(
        &mut self,
        _: &Self,
        _: &mut Self,
        _: &mut Self,
        _: AdamStep<T>,
    ) -> Result<(), Error> {
        Ok(())
    }

    fn push_above(&self, _: T, _: T, _: &mut Self) -> Result<T, Error> {
        Ok(self.scalar)
    }

    fn negative_entries(&self) -> Result<usize, Error> {
        Ok(self.nrows)
    }
}

impl<T: Scalar> LinearOperator<Hollow<T>> for Hollow<T> {
    fn nrows(&self) -> usize {
        self.nrows
    }

    fn ncols(&self) -> usize {
        self.ncols
    }

    fn apply(&self, _: &Self, _: &mut Self) -> Result<(), Error> {
        Ok(())
    }

    fn apply_transpose(&self, _: &Self, _: &mut Self) -> Result<(), Error> {
        Ok(())
    }

    fn entry_stats(&self) -> Result<EntryStats<T>, Error> {
        Ok(EntryStats {
            exponent: self.exponent,
            norm: self.scalar,
            sum: self.scalar,
            negative: None,
            entries: 1,
            complete: black_box(true),
        })
    }
}

impl<T: Scalar> EntrywiseOperator<Hollow<T>> for Hollow<T> {
    fn distance(&self, _: i32, _: &Self, _: &Self) -> Result<T, Error> {
        Ok(self.scalar)
    }
}

impl<T: Scalar> DivergenceOperator<Hollow<T>> for Hollow<T> {
    fn first_zero(&self) -> Option<(usize, usize)> {
        None
    }

    fn divergence_terms(
        &self,
        _: DivergenceModel<'_, Self>,
        _: Side,
        _: &mut Self,
    ) -> Result<T, Error> {
        Ok(self.scalar)
    }
}

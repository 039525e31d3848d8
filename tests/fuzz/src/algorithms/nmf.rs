//! [`Nmf`] from every start, with every stop, on dense and sparse operators; then [`transform`]
//! of other rows, with the factor found and with any other.
//!
//! [`transform`]: Nmf::transform

use super::operator::{Check, Seen, as_operator, exceeds};
use super::{Guarded, Input, Scalar};
use core::ops::ControlFlow;
use lowrank_core::iteration::{Progress, Report, Stop};
use lowrank_core::nmf::{NmfFactors, NmfSolver};
use lowrank_core::operator::EntrywiseOperator;
use lowrank_core::svd::Subspace;
use lowrank_core::workspace::workspace_len;
use lowrank_core::{Error, MatMut, Nmf, Real, Workspace};
use lowrank_validate::Matrix;
use lowrank_validate::families::smallest_subnormal;

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    if input.below(2) == 0 {
        with_scalar::<f32>(input);
    } else {
        with_scalar::<f64>(input);
    }
}

fn with_scalar<T: Scalar>(mut input: Input<'_>) {
    let layout = input.below(4);
    let (nrows, ncols) = (input.size(), input.size());
    let shape = if layout < 2 {
        (nrows, ncols)
    } else {
        (ncols, nrows)
    };
    let (k, l) = input.rank_and_width(shape);
    let settings = Nmf {
        rank: k,
        init: input.init(),
        iterations: input.below(40),
        tolerance: input.tolerance(),
        range_finder: input.range_finder(),
        ..Default::default()
    };
    let panels = input.shape(shape);
    let mut call = Call {
        settings,
        l,
        panels,
        buffer: input.length(workspace_len(panels.0, panels.1, l)),
        w: input.shape((shape.0, k)),
        h: input.shape((shape.1, k)),
        spare: input.below(4),
        last: if input.once_in(4) {
            input.below(20)
        } else {
            usize::MAX
        },
        given: input.once_in(4).then(|| input.matrix::<T>(shape.1, k)),
    };
    // No byte of their own, so that corpora keep their meaning.
    if call.spare & 1 == 1 {
        call.settings.solver = NmfSolver::Mu;
    }
    if call.spare & 2 == 2 {
        call.settings.subspace = Subspace::Krylov;
    }
    let mut a = input.matrix::<T>(nrows, ncols);
    if !input.once_in(8) {
        a = a.map(|x| x.abs());
    }
    as_operator(&a, layout, call);
}

/// Settings and sizes, right and wrong.
struct Call<T> {
    settings: Nmf,
    /// The width of the workspace, the shape that it is made for, and the scalars given for it.
    l: usize,
    panels: (usize, usize),
    buffer: usize,
    w: (usize, usize),
    h: (usize, usize),
    /// Scalars that the factors have beyond their shapes.
    spare: usize,
    /// The iteration at which the observer breaks off.
    last: usize,
    /// H of a transform, where it is not the one that was found.
    given: Option<Matrix<T>>,
}

impl<T: Scalar> Check<T> for Call<T> {
    fn check<A>(self, a: &A, seen: &Seen<T>)
    where
        A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
    {
        let mut w = Guarded::panel(self.w, self.spare);
        let mut h = Guarded::panel(self.h, self.spare);
        let mut errors = Vec::new();
        let Some(outcome) = self.call(false, a, &mut w, &mut h, &mut errors) else {
            return;
        };
        if let Some(report) = self.told(outcome, seen) {
            let (w, h) = (w.matrix(self.w), h.matrix(self.h));
            assert!(is_non_negative(&w) && is_non_negative(&h), "{w:?} {h:?}");
            self.judge(&seen.matrix, &w, &h, &report, &errors);
        }
        self.transform(a, seen, h);
        super::mini_batch::learn(&self.settings, a, seen);
    }
}

impl<T: Scalar> Call<T> {
    /// Runs the call; `None` if the buffer is too small for a workspace.
    fn call<A>(
        &self,
        h_is_held: bool,
        a: &A,
        w: &mut Guarded<T>,
        h: &mut Guarded<T>,
        errors: &mut Vec<T>,
    ) -> Option<Result<Report<T>, Error>>
    where
        A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
    {
        let needed = workspace_len(self.panels.0, self.panels.1, self.l);
        let mut buffer = Guarded::new(needed, self.buffer);
        let made = Workspace::in_buffer(buffer.all(), self.panels.0, self.panels.1, self.l);
        let Ok(mut workspace) = made else {
            assert!(self.buffer < needed);
            return None;
        };
        let observe = |progress: Progress<T>| {
            assert_eq!(progress.iteration, errors.len());
            assert_eq!(progress.iterations, self.settings.iterations);
            errors.push(progress.error);
            if progress.iteration == self.last {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let mut factors = NmfFactors {
            w: w.view(self.w),
            h: h.view(self.h),
        };
        let outcome = if h_is_held {
            self.settings
                .transform(a, &mut workspace, &mut factors, observe)
        } else {
            self.settings.run(a, &mut workspace, &mut factors, observe)
        };
        for buffer in [&buffer, w, h] {
            buffer.assert_end_untouched();
        }
        Some(outcome)
    }

    /// Returns the report, or `None` for a legitimate error.
    fn told(&self, outcome: Result<Report<T>, Error>, seen: &Seen<T>) -> Option<Report<T>> {
        let (m, n, k) = (seen.matrix.nrows, seen.matrix.ncols, self.settings.rank);
        let rank_fits = (1..=self.l).contains(&k);
        let shapes_fit = self.panels == (m, n) && self.w == (m, k) && self.h == (n, k);
        let tolerance_fits = self.settings.tolerance >= 0.0;
        match outcome {
            Ok(report) => {
                assert!(rank_fits && shapes_fit && tolerance_fits);
                assert_eq!((seen.not_finite, seen.negative), (None, None));
                return Some(report);
            }
            Err(Error::Empty) => assert!(m == 0 || n == 0),
            Err(Error::Rank { rank, limit }) => {
                assert!(rank == 0 || rank > limit);
                assert!(!rank_fits);
            }
            Err(Error::Shape { expected, found }) => {
                assert!(!shapes_fit && expected != found, "{expected:?} {found:?}");
            }
            Err(Error::Setting { .. }) => assert!(!tolerance_fits),
            // A start may be farther from A than zero is.
            Err(Error::Overflow) => {
                assert!(exceeds(&seen.matrix, -8) || self.given.is_some());
            }
            Err(other) => seen.assert_place(other),
        }
        None
    }

    /// The factors and the matrix are scaled by 2^-e, and so is all that was reported.
    fn judge(&self, a: &Matrix<T>, w: &Matrix<T>, h: &Matrix<T>, report: &Report<T>, errors: &[T]) {
        self.judge_stop(report, errors);
        let e = a.exponent();
        let half = e >> 1;
        let scale = |x: T| x.to_f64().scale_by_power_of_two(-e);
        let exact = a.to_f64(e);
        let norm = exact.frobenius();
        let product = w.to_f64(half).times(&h.to_f64(e - half).transposed());
        let error = exact.minus(&product).frobenius();
        let smallest = 2f64.powi((smallest_subnormal::<T>() - e).max(-1000));
        let size = (a.nrows + a.ncols) as f64 * T::EPSILON.to_f64();
        let rounding = 4.0 * size * norm * norm;
        for pair in errors.windows(2) {
            let (before, after) = (scale(pair[0]), scale(pair[1]));
            let allowed = before * before + rounding + 2.0 * smallest * norm;
            assert!(after * after <= allowed, "{before} -> {after}");
        }
        let measured = report.approximation;
        let (told, bound) = (scale(measured.error), scale(measured.error_bound));
        let slack = 2.0 * rounding.sqrt() + 2.0 * smallest;
        assert!(error <= bound + smallest, "{error} > {bound}");
        assert!((told - error).abs() <= slack, "{told} is not {error}");
        assert!(bound <= error + slack, "{bound} is far above {error}");
        let off = (scale(measured.frobenius_norm) - norm).abs();
        assert!(off <= size * norm + smallest, "||A|| is off by {off}");
    }

    fn judge_stop(&self, report: &Report<T>, errors: &[T]) {
        assert_eq!(errors.len(), report.iterations + 1);
        match report.stop {
            Stop::Observer => assert_eq!(report.iterations, self.last),
            Stop::Iterations => assert_eq!(report.iterations, self.settings.iterations),
            Stop::Tolerance => {
                assert!(self.settings.tolerance > 0.0);
                assert!(errors.len() > 10, "too few to compare: {errors:?}");
            }
        }
    }

    fn transform<A>(&self, a: &A, seen: &Seen<T>, mut h: Guarded<T>)
    where
        A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
    {
        if let Some(given) = &self.given
            && (given.nrows, given.ncols) == self.h
        {
            h = Guarded::holding(given, self.spare);
        }
        let before = h.matrix(self.h);
        let mut w = Guarded::panel(self.w, self.spare);
        let mut errors = Vec::new();
        let Some(outcome) = self.call(true, a, &mut w, &mut h, &mut errors) else {
            return;
        };
        if !is_non_negative(&before) {
            return;
        }
        // H is left alone where its norm is ordinary, which is up to 2^6 times its largest entry.
        // Elsewhere nothing leaves the range where the largest entry is brought to one and then scaled by
        // half of the exponent of A.
        let (size, safe) = (before.exponent(), T::SAFE_EXPONENT);
        let stays = |x: &T| *x == T::ZERO || x.exponent() > size - safe;
        let unscaled = size.abs() + 7 < safe / 2 && seen.matrix.exponent().abs() <= safe;
        if unscaled || before.entries.iter().all(stays) {
            assert_eq!(h.matrix(self.h), before, "H has changed");
        }
        if let Some(report) = self.told(outcome, seen) {
            let w = w.matrix(self.w);
            assert!(is_non_negative(&w), "{w:?} for {before:?}");
            self.judge_stop(&report, &errors);
        }
    }
}

fn is_non_negative<T: Scalar>(a: &Matrix<T>) -> bool {
    a.entries.iter().all(|x| x.is_finite() && *x >= T::ZERO)
}

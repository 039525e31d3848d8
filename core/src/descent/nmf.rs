//! Non-negative factorization by gradient descent in both factors at once.

use super::{DescentState, DescentStep, Divergence, Optimizer};
use crate::approximation::Approximation;
use crate::arguments::check_factors;
use crate::iteration::{Evaluation, Iteration, Progress, Report};
use crate::learning_rate::LearningRate;
use crate::nmf::NmfFactors;
use crate::nmf::initialization::{SECOND_FACTOR, fill_half_gaussian};
use crate::operator::EntrywiseOperator;
use crate::panel::{DescentPanel, NonNegativePanel, Panel};
use crate::scaling::PowerOfTwoScaled;
use crate::stopping::{StoppingRule, TOLERANCE};
use crate::{Error, LinearOperator, Real, Workspace};
use core::ops::ControlFlow;

/// The objective, with V = W H^T.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Objective {
    /// ||A - V||_F^2 / 2.
    #[default]
    Squares,
    /// ||A - V||_F: its gradient does not grow with the error.
    Norm,
}

/// The treatment of negative entries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SignRule {
    /// Each step is projected onto the non-negative factors: projected gradient (Lin 2007).
    Projected,
    /// (weight / 2) sum min(x - floor, 0)^2 over W and H is added to the loss: entries below `floor` are
    /// increased, but some stay negative. With a weight of zero, signs are unconstrained.
    Penalty {
        /// weight >= 0.
        weight: f64,
        /// floor.
        floor: f64,
    },
    /// The same with weight times the mean of min(x - floor, 0)^2 over each factor.
    MeanPenalty {
        /// weight >= 0.
        weight: f64,
        /// floor.
        floor: f64,
    },
}

/// The initialization of W and H.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GradientStart {
    /// |N(0, deviation^2)|, from the seed.
    HalfGaussian {
        /// deviation > 0.
        deviation: f64,
    },
    /// The given factors.
    Given,
}

/// A ~ W H^T by gradient descent from small random factors: with D_W = A H - W H^T H and
/// D_H = A^T W - H W^T W, both at the same W and H, an [`Optimizer`] moves both factors at once.
///
/// An iteration costs two products with A or A^T, as one of [`Nmf`](crate::nmf::Nmf), which needs far fewer
/// iterations: this is a baseline for comparison. The learning rate depends on the size of A: at a
/// rate above 2 / sigma_1 plain descent diverges, which is detected and returned as an error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientNmf<O> {
    /// k.
    pub rank: usize,
    /// The objective.
    pub objective: Objective,
    /// The treatment of negative entries.
    pub sign: SignRule,
    /// The optimizer that turns gradients into steps.
    pub optimizer: O,
    /// The rate of the steps.
    pub learning_rate: LearningRate,
    /// The initialization.
    pub start: GradientStart,
    /// The maximum number of iterations.
    pub iterations: usize,
    /// The iteration stops when a hundred steps gain no more than this share of the objective: the
    /// [`StoppingRule`](crate::stopping::StoppingRule), for every tenth. Zero: all iterations are done.
    pub tolerance: f64,
    /// The seed of the initialization.
    pub seed: u64,
}

impl<O: Default> Default for GradientNmf<O> {
    /// Returns rank 1, projected, at most 1000 iterations from |N(0, 0.01^2)| at a rate of 0.05 that decreases by a tenth
    /// every 100, tolerance 5e-6.
    fn default() -> Self {
        Self {
            rank: 1,
            objective: Objective::default(),
            sign: SignRule::Projected,
            optimizer: O::default(),
            learning_rate: LearningRate {
                initial: 0.05,
                factor: 0.9,
                every: 100,
            },
            start: GradientStart::HalfGaussian { deviation: 0.01 },
            iterations: 1000,
            tolerance: TOLERANCE,
            seed: 0,
        }
    }
}

/// The result of a factorization by gradient descent other than its factors.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct GradientNmfReport<T> {
    /// The report of any factorization.
    pub report: Report<T>,
    /// The number of negative entries in W and H.
    pub negative_entries: usize,
}

/// The number of iterations between two objectives that the stopping rule compares: momentum swings for longer than ten
/// iterations.
const APART: usize = 10;

impl<O: Optimizer> GradientNmf<O> {
    /// Computes W and H of A ~ W H^T.
    ///
    /// - `workspace`: of width l >= k.
    /// - `state`: as many panels on either side as the optimizer's state has; overwritten.
    /// - `factors`: overwritten; for [`GradientStart::Given`], the initial factors.
    /// - `observe`: called before each iteration and after the last; may stop the iteration.
    ///
    /// # Errors
    /// - [`Error::Diverged`] if the loss is not finite or grows without bound, or ends above that of the start
    ///   and of zero factors.
    /// - [`Error::Setting`] for a learning rate that is not positive and finite, and other settings out of
    ///   range.
    /// - [`Error::Rank`], [`Error::Negative`], [`Error::NonFinite`], [`Error::Empty`],
    ///   [`Error::Incomplete`], [`Error::Shape`], [`Error::BufferTooSmall`] and [`Error::Overflow`]
    ///   as for [`Nmf::run`](crate::nmf::Nmf::run).
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use lowrank_core::{FixedNmf, FixedWorkspace, MatRef};
    /// use lowrank_core::descent::{DescentState, GradientNmf, Sgd};
    /// let mut workspace = FixedWorkspace::<f32, 3, 2, 1>::new();
    /// let a = [[0.1, 0.2, 0.3], [0.2, 0.4, 0.6]]; // two columns, rank one
    /// let mut factors = FixedNmf::<f32, 3, 2, 1>::new();
    /// let mut state = DescentState { left: &mut [], right: &mut [] };
    /// let descent = GradientNmf::<Sgd> { iterations: 3000, ..Default::default() };
    /// let go_on = |_| ControlFlow::Continue(());
    /// let a = MatRef::from(&a);
    /// let (mut workspace, mut factors) = (workspace.lend(), factors.lend());
    /// let report = descent.run(&a, &mut workspace, &mut state, &mut factors, go_on)?;
    /// assert!(report.report.approximation.error < 1e-3);
    /// assert_eq!(report.negative_entries, 0);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn run<P, A>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        factors: &mut NmfFactors<P>,
        observe: impl FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    ) -> Result<GradientNmfReport<P::Scalar>, Error>
    where
        P: DescentPanel + NonNegativePanel,
        A: EntrywiseOperator<P>,
    {
        let NmfFactors { w, h } = factors;
        check_factors(self.rank, a, workspace, [w, h])?;
        self.check_settings()?;
        state.check((a.nrows(), a.ncols()), self.rank, self.optimizer.states())?;
        let entry_stats = a.entry_stats()?;
        entry_stats.check_complete()?;
        let squares = entry_stats.squared_norm(0);
        if !squares.is_finite() {
            return Err(Error::Overflow);
        }
        entry_stats.check_signs()?;
        self.begin(state, w, h)?;
        workspace.left.set_ncols(self.rank)?;
        workspace.right.set_ncols(self.rank)?;
        let mut descent = Descent {
            settings: self,
            a,
            squares,
            workspace,
            state,
            w,
            h,
            divergence: Divergence::new(squares),
        };
        let mut rule = StoppingRule::new(self.tolerance);
        rule.every = APART;
        let (iterations, stop) = descent.run(self.iterations, rule, observe)?;
        descent.divergence.check_last(iterations, stop)?;
        let unscaled = PowerOfTwoScaled::unscaled(a, &entry_stats);
        let approximation = Approximation::of_balanced(&unscaled, w, h, workspace)?;
        Ok(GradientNmfReport {
            report: Report::of_squares(approximation, iterations, stop),
            negative_entries: w.negative_entries()?.saturating_add(h.negative_entries()?),
        })
    }

    fn check_settings(&self) -> Result<(), Error> {
        self.learning_rate.check()?;
        self.optimizer.check()?;
        let sign = match self.sign {
            SignRule::Projected => true,
            SignRule::Penalty { weight, floor } | SignRule::MeanPenalty { weight, floor } => {
                weight >= 0.0 && weight.is_finite() && floor.is_finite()
            }
        };
        let start = match self.start {
            GradientStart::HalfGaussian { deviation } => deviation > 0.0 && deviation.is_finite(),
            GradientStart::Given => true,
        };
        Error::unless(sign, "sign")?;
        Error::unless(start, "start")?;
        Error::unless(self.tolerance >= 0.0, "tolerance")
    }

    /// Initializes W and H, and sets the state to zero.
    fn begin<P: DescentPanel>(
        &self,
        state: &mut DescentState<'_, P>,
        w: &mut P,
        h: &mut P,
    ) -> Result<(), Error> {
        for panel in state.left.iter_mut().chain(state.right.iter_mut()) {
            panel.fill(P::Scalar::ZERO)?;
        }
        if let GradientStart::HalfGaussian { deviation } = self.start {
            let deviation = P::Scalar::from_f64(deviation);
            fill_half_gaussian(w, deviation, self.seed)?;
            fill_half_gaussian(h, deviation, self.seed.wrapping_add(SECOND_FACTOR))?;
        }
        Ok(())
    }
}

struct Descent<'r, 's, 't, O, A, P: Panel> {
    settings: &'r GradientNmf<O>,
    a: &'r A,
    /// ||A||_F^2.
    squares: P::Scalar,
    workspace: &'r mut Workspace<'s, P>,
    state: &'r mut DescentState<'t, P>,
    w: &'r mut P,
    h: &'r mut P,
    divergence: Divergence<P::Scalar>,
}

impl<O, A, P> Iteration for Descent<'_, '_, '_, O, A, P>
where
    O: Optimizer,
    A: LinearOperator<P>,
    P: DescentPanel + NonNegativePanel,
{
    type Scalar = P::Scalar;

    fn evaluate(&mut self, done: usize) -> Result<Evaluation<P::Scalar>, Error> {
        let squared_error = self.directions()?;
        let error = squared_error.larger(P::Scalar::ZERO).sqrt();
        let Workspace { left, right, .. } = &mut *self.workspace;
        if self.settings.objective == Objective::Norm {
            let least = P::Scalar::EPSILON * self.squares.sqrt();
            let share = P::Scalar::ONE / error.larger(least);
            left.scale(share)?;
            right.scale(share)?;
        }
        let sign = self.settings.sign;
        let objective = squared_error + (sign.push(self.w, left)? + sign.push(self.h, right)?);
        self.divergence.check(objective, done)?;
        Ok(Evaluation::of_squares(error, objective))
    }

    fn improve(&mut self, done: usize) -> Result<(), Error> {
        let Workspace {
            left,
            right,
            scratch,
            ..
        } = &mut *self.workspace;
        let (settings, w, h) = (self.settings, &mut *self.w, &mut *self.h);
        let rate = settings.learning_rate.at(done);
        let step = DescentStep { rate, done };
        let optimizer = &settings.optimizer;
        optimizer.step(w, left, self.state.left, step)?;
        optimizer.step(h, right, self.state.right, step)?;
        if settings.sign == SignRule::Projected {
            let ones = scratch.vectors.get_mut(..settings.rank).unwrap_or_default();
            ones.fill(P::Scalar::ONE);
            w.keep_above(ones, P::Scalar::ZERO, P::Scalar::ZERO)?;
            h.keep_above(ones, P::Scalar::ZERO, P::Scalar::ZERO)?;
        }
        Ok(())
    }
}

impl<O, A: LinearOperator<P>, P: Panel> Descent<'_, '_, '_, O, A, P> {
    /// Computes D_W and D_H of the squared error in the left and the right panel, and the error.
    fn directions(&mut self) -> Result<P::Scalar, Error> {
        let Workspace {
            left,
            right,
            small,
            other,
            ..
        } = &mut *self.workspace;
        let (w, h) = (&*self.w, &*self.h);
        self.a.apply(h, left)?;
        let inner = w.inner_product(left)?;
        h.gram(other)?;
        left.subtract_product(w, other)?;
        // <A H, W> - ||W H^T||^2.
        let gained = w.inner_product(left)?;
        self.a.apply_transpose(w, right)?;
        w.gram(small)?;
        right.subtract_product(h, small)?;
        Ok(self.squares - inner - gained)
    }
}

impl SignRule {
    /// Adds the direction of the sign rule; returns twice its cost, in the units of the squared error.
    fn push<P: DescentPanel>(self, x: &P, direction: &mut P) -> Result<P::Scalar, Error> {
        let (weight, floor) = match self {
            SignRule::Projected => return Ok(P::Scalar::ZERO),
            SignRule::Penalty { weight, floor } => (P::Scalar::from_f64(weight), floor),
            SignRule::MeanPenalty { weight, floor } => {
                let weight = P::Scalar::from_f64(weight + weight);
                let entries = P::Scalar::from_usize(x.nrows()) * P::Scalar::from_usize(x.ncols());
                (weight / entries, floor)
            }
        };
        let squares = x.push_above(P::Scalar::from_f64(floor), weight, direction)?;
        Ok(weight * squares)
    }
}

//! Non-negative factorization by following the gradient of both factors at once.

use super::{DescentState, Divergence, Optimizer};
use crate::approximation::{Approximation, squared_norm};
use crate::arguments::check_factors;
use crate::error::Error;
use crate::learning_rate::LearningRate;
use crate::nmf::gains::Gains;
use crate::nmf::init::{SECOND_FACTOR, fill_half_gaussian};
use crate::nmf::{NmfProgress, Stop};
use crate::operator::{EntrywiseOperator, LinearOperator, Survey};
use crate::panel::{DescentPanel, NonNegativePanel, Panel};
use crate::real::Real;
use crate::scaling::Balanced;
use crate::workspace::Workspace;
use core::ops::ControlFlow;

/// What is made small, with V = W H^T.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Objective {
    /// ||A - V||_F^2 / 2.
    #[default]
    Squares,
    /// ||A - V||_F: its gradient does not grow with the error.
    Norm,
}

/// How negative entries are kept away.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SignRule {
    /// Each step ends at the nearest factors without any: projected gradient (Lin 2007).
    Projected,
    /// (weight / 2) sum min(x - floor, 0)^2 over W and H is added to the loss: entries below `floor` are
    /// pushed up, and some stay negative. A weight of zero leaves signs free.
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

/// Where W and H start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GradientStart {
    /// |N(0, deviation^2)|, from the seed.
    HalfGaussian {
        /// deviation > 0.
        deviation: f64,
    },
    /// As they are given.
    Given,
}

/// A ~ W H^T by gradient descent from small random factors: with D_W = A H - W H^T H and
/// D_H = A^T W - H W^T W, both at the same W and H, an [`Optimizer`] moves both factors at once.
///
/// Two products with A or A^T an iteration, as [`Nmf`](crate::nmf::Nmf), which needs far fewer iterations:
/// this is the baseline to compare it with. The learning rate belongs to the size of A: with a
/// rate above 2 / sigma_1 plain descent diverges, which is detected, and never returned as a result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientNmf<O> {
    /// k.
    pub rank: usize,
    /// What is made small.
    pub objective: Objective,
    /// How negative entries are kept away.
    pub sign: SignRule,
    /// What makes a step of a gradient.
    pub optimizer: O,
    /// How large it is.
    pub learning_rate: LearningRate,
    /// Where the iteration starts.
    pub start: GradientStart,
    /// The number of iterations at most.
    pub iterations: usize,
    /// Ten iterations that gain no more than this share of all gains so far are the last. Zero: all
    /// iterations are done.
    pub tolerance: f64,
    /// Seed of the start.
    pub seed: u64,
}

impl<O: Default> Default for GradientNmf<O> {
    /// Rank 1, projected, 1000 iterations from |N(0, 0.01^2)| at a rate of 0.05 that falls by a tenth
    /// every 100.
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
            tolerance: 0.0,
            seed: 0,
        }
    }
}

/// What is known of a factorization by gradient descent beside its factors.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct GradientNmfReport<T> {
    /// ||A - W H^T||_F, a bound of it that includes rounding, and ||A||_F.
    pub approximation: Approximation<T>,
    /// The entries of W and H below zero.
    pub negative_entries: usize,
    /// Iterations done.
    pub iterations: usize,
    /// Why they ended.
    pub stop: Stop,
}

/// The iterations between two looks at what was gained: a single one may well lose.
const WINDOW: usize = 10;

impl<O: Optimizer> GradientNmf<O> {
    /// W and H of A ~ W H^T.
    ///
    /// - `workspace`: of width l >= k.
    /// - `state`: as many panels on either side as the optimizer remembers; overwritten.
    /// - `w`: m x k and `h`: n x k; overwritten, or where [`GradientStart::Given`] starts.
    /// - `observe`: called before each iteration and after the last; may end it.
    ///
    /// # Errors
    /// - [`Error::Diverged`] where the loss is not finite or runs away, or ends above that of the start
    ///   and of factors of zeros.
    /// - [`Error::Setting`] for a learning rate that is not above 0 and finite, and other settings out of
    ///   range.
    /// - [`Error::Rank`], [`Error::Negative`], [`Error::NonFinite`], [`Error::Empty`],
    ///   [`Error::Incomplete`], [`Error::Shape`], [`Error::BufferTooSmall`] and [`Error::Overflow`]
    ///   as for [`Nmf::run`](crate::nmf::Nmf::run).
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use lowrank_core::{DescentState, FixedNmf, FixedWorkspace, GradientNmf, MatRef, Sgd};
    /// let mut workspace = FixedWorkspace::<f32, 3, 2, 1>::new();
    /// let a = [[0.1, 0.2, 0.3], [0.2, 0.4, 0.6]]; // two columns, rank one
    /// let mut factors = FixedNmf::<f32, 3, 2, 1>::new();
    /// let (mut w, mut h) = factors.lend();
    /// let mut state = DescentState { left: &mut [], right: &mut [] };
    /// let descent = GradientNmf::<Sgd> { iterations: 3000, ..Default::default() };
    /// let go_on = |_| ControlFlow::Continue(());
    /// let a = MatRef::from(&a);
    /// let report = descent.run(&a, &mut workspace.lend(), &mut state, &mut w, &mut h, go_on)?;
    /// assert!(report.approximation.error < 1e-3);
    /// assert_eq!(report.negative_entries, 0);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn run<P, A, F>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        w: &mut P,
        h: &mut P,
        observe: F,
    ) -> Result<GradientNmfReport<P::Scalar>, Error>
    where
        P: DescentPanel + NonNegativePanel,
        A: EntrywiseOperator<P>,
        F: FnMut(NmfProgress<P::Scalar>) -> ControlFlow<()>,
    {
        let survey = self.check(a, workspace, state, w, h)?;
        self.begin(state, w, h)?;
        workspace.left.set_ncols(self.rank)?;
        workspace.right.set_ncols(self.rank)?;
        let mut descent = Descent {
            settings: self,
            a,
            survey: &survey,
        };
        let (iterations, stop) = descent.iterate(workspace, state, w, h, observe)?;
        let unscaled = Balanced::unscaled(a);
        Ok(GradientNmfReport {
            approximation: Approximation::of_balanced(&unscaled, &survey, w, h, workspace)?,
            negative_entries: w.negative_entries()?.saturating_add(h.negative_entries()?),
            iterations,
            stop,
        })
    }

    fn check<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &A,
        workspace: &Workspace<'_, P>,
        state: &DescentState<'_, P>,
        w: &P,
        h: &P,
    ) -> Result<Survey<P::Scalar>, Error> {
        let (m, n, k) = (a.nrows(), a.ncols(), self.rank);
        check_factors(k, a, workspace, w, h, m)?;
        self.check_settings()?;
        state.check((m, n), k, self.optimizer.states())?;
        let survey = a.survey()?;
        survey.check_complete()?;
        if !squared_norm(&survey, 0).is_finite() {
            return Err(Error::Overflow);
        }
        survey.check_signs()?;
        Ok(survey)
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
        if sign && start && self.tolerance >= 0.0 {
            Ok(())
        } else {
            Err(Error::Setting)
        }
    }

    /// W and H before the first iteration, and a state of zeros.
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

struct Descent<'a, O, A, T> {
    settings: &'a GradientNmf<O>,
    a: &'a A,
    survey: &'a Survey<T>,
}

impl<O: Optimizer, A, T: Real> Descent<'_, O, A, T> {
    fn iterate<P, F>(
        &mut self,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        w: &mut P,
        h: &mut P,
        mut observe: F,
    ) -> Result<(usize, Stop), Error>
    where
        P: DescentPanel<Scalar = T> + NonNegativePanel,
        A: LinearOperator<P>,
        F: FnMut(NmfProgress<T>) -> ControlFlow<()>,
    {
        let settings = self.settings;
        let squares = squared_norm(self.survey, 0);
        let mut gains = Gains::new(settings.tolerance, squares);
        let mut divergence = None;
        let mut iteration = 0;
        loop {
            let squared_error = self.directions(workspace, w, h, squares)?;
            let error = squared_error.larger(T::ZERO).sqrt();
            if settings.objective == Objective::Norm {
                let share = T::ONE / error.larger(T::EPSILON * squares.sqrt());
                workspace.left.scale(share)?;
                workspace.right.scale(share)?;
            }
            let cost = self.push(w, &mut workspace.left)? + self.push(h, &mut workspace.right)?;
            let loss = squared_error + cost;
            let divergence = divergence.get_or_insert_with(|| Divergence::new(loss, squares));
            divergence.check(loss, iteration)?;
            let progress = NmfProgress {
                iteration,
                iterations: settings.iterations,
                error,
            };
            if observe(progress).is_break() {
                return Ok((iteration, Stop::Observer));
            }
            let looked_at = iteration.checked_rem(WINDOW) == Some(0);
            if looked_at && gains.settled(loss) {
                divergence.check_last(loss, iteration)?;
                return Ok((iteration, Stop::Tolerance));
            }
            if iteration >= settings.iterations {
                divergence.check_last(loss, iteration)?;
                return Ok((iteration, Stop::Iterations));
            }
            self.step(workspace, state, w, h, iteration)?;
            iteration = iteration.saturating_add(1);
        }
    }

    /// D_W and D_H of the squared error in the left and the right panel, and that error.
    fn directions<P>(
        &self,
        workspace: &mut Workspace<'_, P>,
        w: &P,
        h: &P,
        squares: T,
    ) -> Result<T, Error>
    where
        P: Panel<Scalar = T>,
        A: LinearOperator<P>,
    {
        let Workspace {
            left,
            right,
            small,
            other,
            ..
        } = workspace;
        self.a.apply(h, left)?;
        let inner = w.inner_product(left)?;
        h.gram(other)?;
        left.subtract_product(w, other)?;
        // <A H, W> - ||W H^T||^2.
        let gained = w.inner_product(left)?;
        self.a.apply_transpose(w, right)?;
        w.gram(small)?;
        right.subtract_product(h, small)?;
        Ok(squares - inner - gained)
    }

    /// Adds to a direction what the sign rule asks for; twice its cost, so that it stands beside the
    /// squared error.
    fn push<P: DescentPanel<Scalar = T>>(&self, x: &P, direction: &mut P) -> Result<T, Error> {
        let (weight, floor) = match self.settings.sign {
            SignRule::Projected => return Ok(T::ZERO),
            SignRule::Penalty { weight, floor } => (T::from_f64(weight), floor),
            SignRule::MeanPenalty { weight, floor } => {
                let weight = T::from_f64(weight + weight);
                let entries = T::from_usize(x.nrows()) * T::from_usize(x.ncols());
                (weight / entries, floor)
            }
        };
        let squares = x.push_above(T::from_f64(floor), weight, direction)?;
        Ok(weight * squares)
    }

    fn step<P>(
        &self,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        w: &mut P,
        h: &mut P,
        iteration: usize,
    ) -> Result<(), Error>
    where
        P: DescentPanel<Scalar = T> + NonNegativePanel,
    {
        let (settings, scratch) = (self.settings, &mut *workspace.scratch.vectors);
        let rate = settings.learning_rate.at(iteration);
        let (left, right) = (&mut workspace.left, &mut workspace.right);
        let optimizer = &settings.optimizer;
        optimizer.step(w, left, state.left, rate, iteration)?;
        optimizer.step(h, right, state.right, rate, iteration)?;
        if settings.sign == SignRule::Projected {
            let ones = scratch.get_mut(..settings.rank).unwrap_or_default();
            ones.fill(T::ONE);
            w.keep_above(ones, T::ZERO, T::ZERO)?;
            h.keep_above(ones, T::ZERO, T::ZERO)?;
        }
        Ok(())
    }
}

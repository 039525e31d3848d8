//! Matrix completion by stochastic gradient descent over single entries.

use super::problem::Problem;
use super::start::Start;
use super::{Completion, CompletionFactors, Weighting};
use crate::completion::Sequential;
use crate::dense::scale;
use crate::iteration::{Evaluation, Iteration, Progress, Report};
use crate::learning_rate::LearningRate;
use crate::operator::{EntryStats, KnownEntries};
use crate::permutation::Permutation;
use crate::stopping::StoppingRule;
use crate::summation::CompensatedSum;
use crate::{Error, MatMut, Real};
use core::ops::ControlFlow;

/// The order in which the known entries are visited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum VisitOrder {
    /// Row by row, as they are stored.
    Sequential,
    /// In another random order in each epoch.
    #[default]
    Shuffled,
}

/// A [`Completion`] by stochastic gradient descent: for one known entry after the other, with
/// e = a_ij - v_ij and the rate eta,
///
/// w_i <- w_i + eta (e h_j - l2 w_i), h_j <- h_j + eta (e w_i - l2 h_j),
/// b_i <- b_i + eta e, c_j <- c_j + eta e,
///
/// all from the values before the step (Funk 2006; Koren, Bell & Volinsky 2009). Penalties that do
/// not grow with the entries of a row divide it by 1 + eta l2 at the end of an epoch.
///
/// W and H are initialized with uniform draws, biases with zero. Rows without known entries are zero.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SgdCompletion {
    /// The objective and the number of epochs.
    pub settings: Completion,
    /// The rate of each epoch, in the inverse unit of A.
    pub learning_rate: LearningRate,
    /// The order of visits.
    pub order: VisitOrder,
}

/// The share of its typical size at which an entry of W or H starts. A smaller share takes more epochs,
/// and leaves less of the start in rows of few entries.
const START: f64 = 0.1;

/// Divergence is reported when the loss exceeds this multiple of the initial loss, and of the loss of zeros.
const LOST: f64 = 4.0;

impl SgdCompletion {
    /// Computes W and H of A ~ W H^T.
    ///
    /// - `a`: m x n.
    /// - `factors`: overwritten.
    /// - `observe`: called before each epoch and after the last; may stop the iteration.
    ///
    /// An epoch costs 8 k flops for each known entry.
    ///
    /// # Errors
    /// - [`Error::Diverged`] if the loss exceeds four times that of the start and of zeros, or is not finite.
    /// - [`Error::Rank`] for k > min(m, n), or k = 0 without biases; [`Error::Empty`].
    /// - [`Error::NonFinite`] with the place of the entry.
    /// - [`Error::Setting`] for a penalty or a tolerance that is negative or not finite, or a rate that
    ///   [`LearningRate::check`] refuses.
    /// - [`Error::Shape`] for factors that do not fit.
    /// - [`Error::Overflow`] if a result is too large for the type.
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use lowrank_core::CsrRef;
    /// use lowrank_core::completion::{Completion, FixedCompletion, SgdCompletion};
    /// use lowrank_core::operator::Observed;
    /// // Ratings of three things by two people, who rated two each.
    /// let ratings = CsrRef::new(&[0, 2, 4], &[0, 1, 1, 2], &[5.0, 2.0, 1.0, 4.0], 3)?;
    /// let settings = Completion { iterations: 2000, tolerance: 0.0, ..Default::default() };
    /// let sgd = SgdCompletion { settings, ..Default::default() };
    /// let mut factors = FixedCompletion::<f32, 2, 3, 1>::new();
    /// let go_on = |_| ControlFlow::Continue(());
    /// let report = sgd.run(&Observed(ratings), &mut factors.lend(), go_on)?;
    /// assert!(report.approximation.error < 0.05);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn run<T, A, F>(
        &self,
        a: &A,
        factors: &mut CompletionFactors<'_, T>,
        observe: F,
    ) -> Result<Report<T>, Error>
    where
        T: Real,
        A: KnownEntries<Scalar = T> + Sync,
        F: FnMut(Progress<T>) -> ControlFlow<()>,
    {
        self.learning_rate.check()?;
        let entry_stats = self.settings.check(a, factors)?;
        let problem = Problem::new(&self.settings, a, &entry_stats);
        let norm = entry_stats.squared_norm(problem.exponent());
        let mut descent = Descent {
            settings: self,
            problem,
            factors,
            costs: [T::ZERO; 2],
            most: norm,
        };
        descent.start(&entry_stats);
        let rule = StoppingRule::new(self.settings.tolerance);
        let ending = descent.run(self.settings.iterations, rule, observe)?;
        let (problem, factors) = (descent.problem, descent.factors);
        problem.finish(factors, &entry_stats, ending, descent.costs)
    }
}

struct Descent<'r, 'f, A, T> {
    settings: &'r SgdCompletion,
    problem: Problem<'r, A, T>,
    factors: &'r mut CompletionFactors<'f, T>,
    /// The costs at the last evaluation.
    costs: [T; 2],
    /// The largest cost that is not divergence.
    most: T,
}

impl<T: Real, A: KnownEntries<Scalar = T> + Sync> Iteration for Descent<'_, '_, A, T> {
    type Scalar = T;

    fn evaluate(&mut self, epoch: usize) -> Result<Evaluation<T>, Error> {
        self.costs = self.costs();
        let [_, cost] = self.costs;
        if epoch == 0 {
            self.most = self.most.larger(cost) * T::from_f64(LOST);
        }
        // False for NaN, too.
        let within = cost <= self.most;
        if !within {
            return Err(Error::Diverged { iteration: epoch });
        }
        Ok(self.problem.evaluation(self.costs))
    }

    fn improve(&mut self, epoch: usize) -> Result<(), Error> {
        self.visit_all(epoch);
        Ok(())
    }
}

impl<T: Real, A: KnownEntries<Scalar = T> + Sync> Descent<'_, '_, A, T> {
    /// Initializes the rows that have known entries.
    fn start(&mut self, entry_stats: &EntryStats<T>) {
        let factors = &mut *self.factors;
        let [of_w, of_h] =
            Start::of_factors(&self.settings.settings, &self.problem, entry_stats, START);
        factors.h.fill(T::ZERO);
        for (i, w) in (0..factors.w.ncols()).zip(factors.w.columns_mut()) {
            w.fill(T::ZERO);
            for (j, _) in self.problem.a.row(i) {
                of_w.fill_row_once(i, w);
                of_h.fill_row_once(j, factors.h.column_mut(j));
            }
        }
    }

    fn costs(&self) -> [T; 2] {
        let (w, h) = (self.factors.w.as_ref(), self.factors.h.as_ref());
        let mut of_h = CompensatedSum::default();
        if self.problem.l2 > T::ZERO {
            if self.settings.settings.weighting == Weighting::Count {
                for i in 0..self.problem.a.nrows() {
                    for (j, _) in self.problem.a.row(i) {
                        of_h.add(self.problem.squared_length(h.column(j)));
                    }
                }
            } else {
                for h in h.columns() {
                    of_h.add(self.problem.squared_length(h));
                }
            }
        }
        let of_h = self.problem.l2 * of_h.sum();
        self.problem.costs(w, h, of_h, &Sequential)
    }

    /// Does one epoch.
    fn visit_all(&mut self, epoch: usize) {
        let step = self.step(epoch);
        let factors = &mut *self.factors;
        let known = self.problem.a.known();
        let order = Permutation::new(self.settings.settings.seed, epoch as u64, known);
        for place in 0..known {
            let index = match self.settings.order {
                VisitOrder::Sequential => place,
                VisitOrder::Shuffled => order.at(place),
            };
            let Some((i, j, a)) = self.problem.a.entry(index) else {
                break;
            };
            let (w, h) = (factors.w.column_mut(i), factors.h.column_mut(j));
            step.take(self.problem.residual(a, w, h), w, h);
        }
        step.shrink(&mut factors.w);
        step.shrink(&mut factors.h);
    }

    /// Returns the step of an epoch.
    fn step(&self, epoch: usize) -> Step<T> {
        let bias_rate = self.settings.learning_rate.at::<T>(epoch);
        let rate = bias_rate.scale_by_power_of_two(self.problem.exponent());
        let (by_entry, by_epoch) = match self.settings.settings.weighting {
            Weighting::Count => (self.problem.l2, T::ZERO),
            Weighting::Plain => (T::ZERO, self.problem.l2),
        };
        let biases = self.settings.settings.biases;
        let rate_of = |has: bool| if has { bias_rate } else { T::ZERO };
        Step {
            rank: self.settings.settings.rank,
            rate,
            shrinking: rate * by_entry,
            bias_rates: [rate_of(biases.of_rows()), rate_of(biases.of_columns())],
            divisor: T::ONE + rate * by_epoch,
            bias_divisor: T::ONE + bias_rate * self.problem.bias_l2,
        }
    }
}

/// The coefficients of one step.
struct Step<T> {
    rank: usize,
    /// eta.
    rate: T,
    /// eta l2.
    shrinking: T,
    /// eta of the biases of rows and of columns, which is dimensionless; zero where there are none.
    bias_rates: [T; 2],
    /// The divisor of W and H at the end of an epoch.
    divisor: T,
    /// The divisor of the biases at the end of an epoch.
    bias_divisor: T,
}

impl<T: Real> Step<T> {
    /// Updates w and h and their biases from the residual e.
    #[inline(always)]
    fn take(&self, e: T, w: &mut [T], h: &mut [T]) {
        let (w, b) = w.split_at_mut_checked(self.rank).unwrap_or_default();
        let (h, c) = h.split_at_mut_checked(self.rank).unwrap_or_default();
        let along = self.rate * e;
        for (w, h) in w.iter_mut().zip(h) {
            let before = *w;
            *w += along * *h - self.shrinking * before;
            *h += along * before - self.shrinking * *h;
        }
        for (rate, biases) in self.bias_rates.iter().zip([b, c]) {
            for bias in biases {
                *bias += *rate * e;
            }
        }
    }

    /// Divides rows and their biases at the end of an epoch.
    fn shrink(&self, rows: &mut MatMut<'_, T>) {
        if self.divisor <= T::ONE && self.bias_divisor <= T::ONE {
            return;
        }
        for row in rows.columns_mut() {
            let (row, bias) = row.split_at_mut_checked(self.rank).unwrap_or_default();
            scale(T::ONE / self.divisor, row);
            scale(T::ONE / self.bias_divisor, bias);
        }
    }
}

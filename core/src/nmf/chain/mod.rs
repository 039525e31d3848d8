//! Non-negative factorization into a chain of factors.

mod products;
mod settings;
mod update;

pub use settings::{BetaChain, ChainFactors, ChainPanels, ChainStart, FactorRule};

use super::beta_divergence::{check_zeros, power};
use super::initialization::{check_start, fill_half_gaussian};
use crate::approximation::Approximation;
use crate::arguments::check_rank;
use crate::dense::check_shape;
use crate::divergence::BetaDivergence;
use crate::iteration::{Iteration, Progress, Report};
use crate::operator::DivergenceOperator;
use crate::panel::{NonNegativePanel, Panel};
use crate::scaling::PowerOfTwoScaled;
use crate::stopping::StoppingRule;
use crate::{Error, LinearOperator, Real, Workspace};
use core::ops::ControlFlow;
use update::{Alternation, Units};

impl BetaChain<'_> {
    /// Computes all factors of A ~ W F_1 .. F_d H^T.
    ///
    /// - `workspace`: of width l >= 2 r for the largest rank r.
    /// - `panels`: overwritten.
    /// - `factors`: overwritten; for [`ChainStart::Given`], the initial factors.
    /// - `observe`: called before each iteration and after the last; may stop the iteration.
    ///
    /// # Errors
    /// - [`Error::Shape`] for factors that do not fit together, with the shape that would.
    /// - [`Error::Rank`] if a factor has no columns.
    /// - [`Error::Setting`] for rules or an order that do not match these factors, and settings out of range.
    /// - [`Error::Start`] if initial factors have entries that are negative or not finite.
    /// - [`Error::Zero`], [`Error::Negative`], [`Error::NonFinite`], [`Error::Empty`],
    ///   [`Error::BufferTooSmall`] and [`Error::Overflow`] as for [`BetaNmf::run`](crate::nmf::BetaNmf::run).
    pub fn run<P, A, F>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        panels: &mut ChainPanels<P>,
        factors: &mut ChainFactors<'_, '_, P>,
        observe: F,
    ) -> Result<Report<P::Scalar>, Error>
    where
        P: NonNegativePanel,
        A: DivergenceOperator<P>,
        F: FnMut(Progress<P::Scalar>) -> ControlFlow<()>,
    {
        self.check_shapes(a, workspace, panels, factors)?;
        let divergence = self.check_settings::<P::Scalar>(factors.inner.len())?;
        let entry_stats = a.entry_stats()?;
        entry_stats.check_signs()?;
        check_zeros(&divergence, a)?;
        let balanced = PowerOfTwoScaled::normalized(a, &entry_stats);
        let half = balanced.exponent() >> 1;
        self.begin(&balanced, workspace, factors)?;
        let mut run = Alternation {
            units: Units {
                chain: self,
                divergence: &divergence,
                unit: power(balanced.exponent(), &divergence),
                half,
            },
            a: &balanced,
            workspace,
            panels,
            factors,
            loss: P::Scalar::ZERO,
        };
        let rule = StoppingRule::new(self.tolerance);
        let (iterations, stop) = run.run(self.iterations, rule, observe)?;
        let loss = run.loss;
        let [product, _] = &mut panels.left;
        products::left_of(factors, factors.inner.len(), product, workspace)?;
        let approximation = Approximation::of_balanced(&balanced, product, factors.h, workspace)?;
        for factor in [&mut *factors.w, &mut *factors.h] {
            factor.scale(P::Scalar::power_of_two(half))?;
        }
        // All panels get the same width again, as the next run requires.
        workspace.right.set_ncols(workspace.left.ncols())?;
        Ok(Report {
            approximation,
            loss,
            iterations,
            stop,
        })
    }

    fn check_shapes<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        panels: &mut ChainPanels<P>,
        factors: &ChainFactors<'_, '_, P>,
    ) -> Result<(), Error> {
        let (m, n) = (a.nrows(), a.ncols());
        if m == 0 || n == 0 {
            return Err(Error::Empty);
        }
        let (first, last) = (factors.w.ncols(), factors.h.ncols());
        for rank in [first, last] {
            check_rank(rank, usize::MAX)?;
        }
        check_shape((factors.w.nrows(), first), (m, first))?;
        check_shape((factors.h.nrows(), last), (n, last))?;
        let (mut rank, mut largest) = (first, first.max(last));
        for factor in factors.inner.iter() {
            check_shape((factor.nrows(), factor.ncols()), (rank, factor.ncols()))?;
            rank = factor.ncols();
            check_rank(rank, usize::MAX)?;
            largest = largest.max(rank);
        }
        check_shape((n, last), (n, rank))?;
        let width = largest.saturating_mul(2);
        workspace.left.set_ncols(width)?;
        workspace.right.set_ncols(width)?;
        for panel in panels.left.iter_mut().chain([&mut panels.right]) {
            panel.set_ncols(largest)?;
        }
        let [x, y] = &panels.left;
        for (panel, rows) in [(&workspace.left, m), (&workspace.right, n)] {
            check_shape((panel.nrows(), width), (rows, width))?;
        }
        for (panel, rows) in [(x, m), (y, m), (&panels.right, n)] {
            check_shape((panel.nrows(), largest), (rows, largest))?;
        }
        Ok(())
    }

    fn check_settings<T: Real>(&self, inner: usize) -> Result<BetaDivergence<T>, Error> {
        let count = inner.saturating_add(2);
        let known = self.order.iter().all(|factor| *factor < count);
        let weights = self
            .rules
            .iter()
            .all(|rule| rule.orthogonality >= 0.0 && rule.orthogonality.is_finite());
        Error::unless(self.rules.len() == count, "rules")?;
        Error::unless(known, "order")?;
        Error::unless(weights, "orthogonality")?;
        Error::unless(self.tolerance >= 0.0, "tolerance")?;
        for rule in self.rules {
            rule.penalty.check()?;
        }
        BetaDivergence::new(self.beta)
    }

    /// Initializes the factors.
    fn begin<P: NonNegativePanel, A>(
        &self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        workspace: &mut Workspace<'_, P>,
        factors: &mut ChainFactors<'_, '_, P>,
    ) -> Result<(), Error> {
        let ChainFactors { w, inner, h } = factors;
        let given = |factor: usize| {
            let frozen = self.rules.get(factor).is_some_and(|rule| rule.frozen);
            frozen || self.start == ChainStart::Given
        };
        let seed = match self.start {
            ChainStart::Random { seed } => seed,
            ChainStart::Given => 0,
        };
        let seed = |factor: usize| seed.wrapping_add(factor as u64);
        let last = inner.len().saturating_add(1);
        let (m, n, k) = (w.nrows(), h.nrows(), h.ncols());
        let size = super::initialization::typical_entry(a, m, n, k);
        let half = P::Scalar::power_of_two((a.exponent() >> 1).saturating_neg());
        for (factor, panel) in [(0, &mut **w), (last, &mut **h)] {
            if given(factor) {
                check_start(panel, workspace.scratch.vectors)?;
                panel.scale(half)?;
            } else {
                fill_half_gaussian(panel, size, seed(factor))?;
            }
        }
        for (factor, inner) in (1..last).zip(inner.iter_mut()) {
            if given(factor) {
                let fits = |x: &P::Scalar| *x >= P::Scalar::ZERO && x.is_finite();
                if !inner.as_slice().iter().all(fits) {
                    return Err(Error::Start);
                }
            } else {
                // The sum of a column is about one.
                let size = P::Scalar::ONE / P::Scalar::from_usize(inner.nrows().max(1));
                fill_half_gaussian(inner, size, seed(factor))?;
            }
        }
        Ok(())
    }
}

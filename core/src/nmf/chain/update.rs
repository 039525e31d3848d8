//! The multiplicative update of one factor of a chain.

use super::products::{left_of, right_of};
use super::{BetaChain, ChainFactors, ChainPanels, FactorRule};
use crate::dense::MatMut;
use crate::divergence::BetaDivergence;
use crate::error::Error;
use crate::nmf::cost_of;
use crate::operator::DivergenceOperator;
use crate::panel::{NonNegativePanel, Panel};
use crate::penalty::Penalty;
use crate::real::Real;
use crate::scaling::Balanced;
use crate::workspace::{SmallScratch, Workspace};

/// What all updates of a run have in common.
pub(super) struct Update<'a, A, T> {
    pub(super) chain: &'a BetaChain<'a>,
    pub(super) divergence: &'a BetaDivergence<T>,
    pub(super) a: &'a Balanced<'a, A>,
    /// What losses are counted in.
    pub(super) unit: T,
    /// W and H are 2^-half of those of A.
    pub(super) half: i32,
}

/// A [`FactorRule`] in the units of a run.
struct Rule<T> {
    penalty: Penalty<T>,
    orthogonality: T,
}

impl<A, T: Real> Update<'_, A, T> {
    /// The divergence of the whole chain.
    pub(super) fn divergence<P>(
        &self,
        workspace: &mut Workspace<'_, P>,
        panels: &mut ChainPanels<P>,
        factors: &ChainFactors<'_, '_, P>,
    ) -> Result<T, Error>
    where
        P: NonNegativePanel<Scalar = T>,
        A: DivergenceOperator<P>,
    {
        let [product, _] = &mut panels.left;
        left_of(factors, factors.inner.len(), product, workspace)?;
        let terms = &mut workspace.left;
        terms.set_ncols(product.ncols().saturating_mul(2))?;
        self.a
            .divergence_terms(self.divergence, product, factors.h, terms)
    }

    /// What the rules add to it.
    pub(super) fn cost<P>(
        &self,
        workspace: &mut Workspace<'_, P>,
        factors: &ChainFactors<'_, '_, P>,
    ) -> Result<T, Error>
    where
        P: NonNegativePanel<Scalar = T>,
    {
        let last = factors.inner.len().saturating_add(1);
        let mut cost = T::ZERO;
        for (factor, panel) in [(0, &*factors.w), (last, &*factors.h)] {
            let rule = self.rule(factor, factors);
            cost += cost_of(panel, &rule.penalty, workspace.scratch.vectors)?;
            if rule.orthogonality > T::ZERO {
                let k = panel.ncols();
                panel.gram(&mut workspace.small)?;
                let gram = &mut workspace.scratch.r;
                gram.reshape(k, k)?;
                P::read_small(&workspace.small, gram.as_mut())?;
                cost += rule.orthogonality * T::HALF * off_diagonal(gram);
            }
        }
        for (factor, inner) in (1..last).zip(factors.inner.iter()) {
            let rule = self.rule(factor, factors);
            cost += cost_of(inner, &rule.penalty, workspace.scratch.vectors)?;
            if rule.orthogonality > T::ZERO {
                let gram = &mut workspace.scratch.r;
                gram.reshape(inner.ncols(), inner.ncols())?;
                for (j, column) in (0..inner.ncols()).zip(gram.columns_mut()) {
                    for (i, g) in column.iter_mut().enumerate() {
                        *g = crate::dense::dot(inner.column(i), inner.column(j));
                    }
                }
                cost += rule.orthogonality * T::HALF * off_diagonal(gram);
            }
        }
        Ok(cost)
    }

    fn rule<P: Panel>(&self, factor: usize, factors: &ChainFactors<'_, '_, P>) -> Rule<T> {
        let rule = self.chain.rules.get(factor).copied().unwrap_or_default();
        let outer = factor == 0 || factor > factors.inner.len();
        let half = if outer { self.half } else { 0 };
        let FactorRule {
            penalty,
            orthogonality,
            ..
        } = rule;
        let of_squares = Penalty {
            l1: 0.0,
            l2: orthogonality,
        };
        Rule {
            penalty: penalty.scaled(half, self.unit),
            orthogonality: of_squares.scaled(half, self.unit).l2,
        }
    }

    /// One step of a factor, unless it is frozen.
    pub(super) fn improve<P>(
        &self,
        factor: usize,
        workspace: &mut Workspace<'_, P>,
        panels: &mut ChainPanels<P>,
        factors: &mut ChainFactors<'_, '_, P>,
    ) -> Result<(), Error>
    where
        P: NonNegativePanel<Scalar = T>,
        A: DivergenceOperator<P>,
    {
        if self.chain.rules.get(factor).is_none_or(|rule| rule.frozen) {
            return Ok(());
        }
        let rule = self.rule(factor, factors);
        let inner = factors.inner.len();
        if factor == 0 {
            right_of(factors, 0, &mut panels.right, workspace)?;
            let terms = &mut workspace.left;
            terms.set_ncols(factors.w.ncols().saturating_mul(2))?;
            self.a
                .divergence_terms(self.divergence, factors.w, &panels.right, terms)?;
            self.step(
                factors.w,
                terms,
                &mut workspace.small,
                &mut workspace.scratch,
                &rule,
            )
        } else if factor > inner {
            let [product, _] = &mut panels.left;
            left_of(factors, inner, product, workspace)?;
            let terms = &mut workspace.right;
            terms.set_ncols(factors.h.ncols().saturating_mul(2))?;
            self.a
                .divergence_terms_transpose(self.divergence, product, factors.h, terms)?;
            self.step(
                factors.h,
                terms,
                &mut workspace.small,
                &mut workspace.scratch,
                &rule,
            )
        } else {
            self.improve_inner(factor.saturating_sub(1), workspace, panels, factors, &rule)
        }
    }

    /// X <- X o (N / (D + o X (1 1^T - I) + ..))^c, where the terms are [N | D].
    fn step<P: NonNegativePanel<Scalar = T>>(
        &self,
        x: &mut P,
        terms: &mut P,
        small: &mut P::Small,
        scratch: &mut SmallScratch<'_, T>,
        rule: &Rule<T>,
    ) -> Result<(), Error> {
        if rule.orthogonality > T::ZERO {
            let k = x.ncols();
            let weights = &mut scratch.r;
            weights.reshape(k, k.saturating_mul(2))?;
            weights.fill(T::ZERO);
            for (j, column) in (0..k).zip(weights.columns_mut().skip(k)) {
                for (i, w) in column.iter_mut().enumerate() {
                    *w = if i == j { T::ZERO } else { -rule.orthogonality };
                }
            }
            P::write_small(weights.as_ref(), small)?;
            terms.subtract_product(x, small)?;
        }
        x.quotient_update(terms, self.divergence, rule.penalty)
    }

    /// The step of F_(`place` + 1), whose terms are L^T N and L^T D.
    fn improve_inner<P>(
        &self,
        place: usize,
        workspace: &mut Workspace<'_, P>,
        panels: &mut ChainPanels<P>,
        factors: &mut ChainFactors<'_, '_, P>,
        rule: &Rule<T>,
    ) -> Result<(), Error>
    where
        P: NonNegativePanel<Scalar = T>,
        A: DivergenceOperator<P>,
    {
        let after = place.saturating_add(1);
        right_of(factors, after, &mut panels.right, workspace)?;
        let [left, product] = &mut panels.left;
        left_of(factors, place, left, workspace)?;
        let Some(x) = factors.inner.get_mut(place) else {
            return Ok(());
        };
        P::write_small(x.as_ref(), &mut workspace.small)?;
        product.set_ncols(x.ncols())?;
        left.mul_small(&workspace.small, product)?;
        let terms = &mut workspace.left;
        terms.set_ncols(x.ncols().saturating_mul(2))?;
        self.a
            .divergence_terms(self.divergence, product, &panels.right, terms)?;
        left.cross_gram(terms, &mut workspace.small)?;
        let sums = &mut workspace.scratch.r;
        sums.reshape(x.nrows(), x.ncols().saturating_mul(2))?;
        P::read_small(&workspace.small, sums.as_mut())?;
        self.step_inner(x, sums, rule);
        Ok(())
    }

    fn step_inner(&self, x: &mut MatMut<'_, T>, sums: &MatMut<'_, T>, rule: &Rule<T>) {
        for i in 0..x.nrows() {
            let mut row = T::ZERO;
            for column in x.columns() {
                row += column.get(i).copied().unwrap_or(T::ZERO);
            }
            let k = x.ncols();
            for (j, column) in (0..k).zip(x.columns_mut()) {
                if let Some(x) = column.get_mut(i) {
                    let (n, d) = (sums.at(i, j), sums.at(i, j.saturating_add(k)));
                    let own = rule.penalty.l1 + rule.penalty.l2 * *x;
                    let overlap = rule.orthogonality * (row - *x);
                    *x *= self.divergence.step(n, d + own + overlap);
                }
            }
        }
    }
}

/// The sum of all entries of a Gram matrix but those of the diagonal.
fn off_diagonal<T: Real>(gram: &MatMut<'_, T>) -> T {
    let mut sum = T::ZERO;
    for (j, column) in (0..gram.ncols()).zip(gram.columns()) {
        for (i, g) in column.iter().enumerate() {
            if i != j {
                sum += *g;
            }
        }
    }
    sum
}

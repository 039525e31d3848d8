//! The multiplicative update of one factor of a chain.

use super::products::{left_of, right_of};
use super::settings::{BetaChain, ChainFactors, ChainPanels, FactorRule};
use crate::divergence::{BetaDivergence, MultiplicativeStep};
use crate::iteration::{Evaluation, Iteration};
use crate::nmf::alternation::cost_of;
use crate::operator::{DivergenceOperator, Side};
use crate::panel::{NonNegativePanel, Panel};
use crate::penalty::Penalty;
use crate::scaling::PowerOfTwoScaled;
use crate::workspace::SmallScratch;
use crate::{Error, MatMut, Real, Workspace};

/// The alternating updates of all factors.
pub(super) struct Alternation<'r, 's, 'f, 'i, A, P: Panel> {
    pub(super) units: Units<'r, P::Scalar>,
    pub(super) a: &'r PowerOfTwoScaled<'r, A, P::Scalar>,
    pub(super) workspace: &'r mut Workspace<'s, P>,
    pub(super) panels: &'r mut ChainPanels<P>,
    pub(super) factors: &'r mut ChainFactors<'f, 'i, P>,
    /// The divergence at the last evaluation.
    pub(super) loss: P::Scalar,
}

/// The settings of a chain, and the units of a run.
pub(super) struct Units<'r, T> {
    pub(super) chain: &'r BetaChain<'r>,
    pub(super) divergence: &'r BetaDivergence<T>,
    /// The unit of losses.
    pub(super) unit: T,
    /// W and H are 2^-half times those of A.
    pub(super) half: i32,
}

impl<P: NonNegativePanel, A: DivergenceOperator<P>> Iteration
    for Alternation<'_, '_, '_, '_, A, P>
{
    type Scalar = P::Scalar;

    fn evaluate(&mut self, _: usize) -> Result<Evaluation<P::Scalar>, Error> {
        let divergence = self.divergence()?;
        self.loss = divergence * self.units.unit;
        let objective = divergence + self.cost()?;
        Ok(Evaluation::of_divergence(self.loss, objective))
    }

    fn improve(&mut self, _: usize) -> Result<(), Error> {
        for factor in self.units.chain.order {
            self.update(*factor)?;
        }
        Ok(())
    }
}

impl<P: NonNegativePanel, A: DivergenceOperator<P>> Alternation<'_, '_, '_, '_, A, P> {
    /// Computes the divergence of the whole chain.
    fn divergence(&mut self) -> Result<P::Scalar, Error> {
        let (factors, workspace) = (&*self.factors, &mut *self.workspace);
        let [product, _] = &mut self.panels.left;
        left_of(factors, factors.inner.len(), product, workspace)?;
        let terms = &mut workspace.left;
        terms.set_ncols(product.ncols().saturating_mul(2))?;
        let factors = [&*product, &*factors.h];
        let divergence = self.units.divergence;
        self.a
            .divergence_terms(divergence, factors, Side::Rows, terms)
    }

    /// Computes the penalties of the rules.
    fn cost(&mut self) -> Result<P::Scalar, Error> {
        let (factors, workspace) = (&*self.factors, &mut *self.workspace);
        let last = factors.inner.len().saturating_add(1);
        let half = P::Scalar::HALF;
        let mut cost = P::Scalar::ZERO;
        for (factor, panel) in [(0, &*factors.w), (last, &*factors.h)] {
            let rule = self.units.rule(factor, last);
            cost += cost_of(panel, &rule.step.penalty, workspace.scratch.vectors)?;
            if rule.orthogonality > P::Scalar::ZERO {
                let k = panel.ncols();
                panel.gram(&mut workspace.small)?;
                let gram = &mut workspace.scratch.r;
                gram.reshape(k, k)?;
                P::read_small(&workspace.small, gram.as_mut())?;
                cost += rule.orthogonality * half * off_diagonal(gram);
            }
        }
        for (factor, inner) in (1..last).zip(factors.inner.iter()) {
            let rule = self.units.rule(factor, last);
            let SmallScratch { r, vectors, .. } = &mut workspace.scratch;
            cost += cost_of(inner, &rule.step.penalty, vectors)?;
            if rule.orthogonality > P::Scalar::ZERO {
                r.reshape(inner.ncols(), inner.ncols())?;
                inner.gram(&mut r.as_mut())?;
                cost += rule.orthogonality * half * off_diagonal(r);
            }
        }
        Ok(cost)
    }

    /// Does one step of a factor, unless it is frozen.
    fn update(&mut self, factor: usize) -> Result<(), Error> {
        let (units, a) = (&self.units, self.a);
        if units.chain.rules.get(factor).is_none_or(|rule| rule.frozen) {
            return Ok(());
        }
        let (factors, workspace) = (&mut *self.factors, &mut *self.workspace);
        let (inner, divergence) = (factors.inner.len(), units.divergence);
        let rule = units.rule(factor, inner.saturating_add(1));
        if factor == 0 {
            right_of(factors, 0, &mut self.panels.right, workspace)?;
            let Workspace {
                left: terms,
                small,
                scratch,
                ..
            } = workspace;
            terms.set_ncols(factors.w.ncols().saturating_mul(2))?;
            let both = [&*factors.w, &self.panels.right];
            a.divergence_terms(divergence, both, Side::Rows, terms)?;
            rule.step(factors.w, terms, small, scratch)
        } else if factor > inner {
            let [product, _] = &mut self.panels.left;
            left_of(factors, inner, product, workspace)?;
            let Workspace {
                right: terms,
                small,
                scratch,
                ..
            } = workspace;
            terms.set_ncols(factors.h.ncols().saturating_mul(2))?;
            let both = [&*product, factors.h];
            a.divergence_terms(divergence, both, Side::Columns, terms)?;
            rule.step(factors.h, terms, small, scratch)
        } else {
            self.update_inner(factor)
        }
    }

    /// Does the step of F_`factor`, whose terms are L^T N and L^T D.
    fn update_inner(&mut self, factor: usize) -> Result<(), Error> {
        let (factors, workspace) = (&mut *self.factors, &mut *self.workspace);
        let (place, last) = (
            factor.saturating_sub(1),
            factors.inner.len().saturating_add(1),
        );
        right_of(factors, factor, &mut self.panels.right, workspace)?;
        let [left, product] = &mut self.panels.left;
        left_of(factors, place, left, workspace)?;
        let Some(x) = factors.inner.get_mut(place) else {
            return Ok(());
        };
        P::write_small(x.as_ref(), &mut workspace.small)?;
        product.set_ncols(x.ncols())?;
        left.mul_small(&workspace.small, product)?;
        let terms = &mut workspace.left;
        terms.set_ncols(x.ncols().saturating_mul(2))?;
        let both = [&*product, &self.panels.right];
        let divergence = self.units.divergence;
        self.a
            .divergence_terms(divergence, both, Side::Rows, terms)?;
        left.cross_gram(terms, &mut workspace.small)?;
        let sums = &mut workspace.scratch.r;
        sums.reshape(x.nrows(), x.ncols().saturating_mul(2))?;
        P::read_small(&workspace.small, sums.as_mut())?;
        self.units.rule(factor, last).step_inner(x, sums);
        Ok(())
    }
}

impl<T: Real> Units<'_, T> {
    /// Returns the rule of a factor; `last` is H.
    fn rule(&self, factor: usize, last: usize) -> Rule<'_, T> {
        let rule = self.chain.rules.get(factor).copied().unwrap_or_default();
        let outer = factor == 0 || factor >= last;
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
            step: MultiplicativeStep {
                divergence: self.divergence,
                penalty: penalty.scaled(half, self.unit),
            },
            orthogonality: of_squares.scaled(half, self.unit).l2,
        }
    }
}

/// A [`FactorRule`] in the units of a run.
struct Rule<'r, T> {
    step: MultiplicativeStep<'r, T>,
    orthogonality: T,
}

impl<T: Real> Rule<'_, T> {
    /// X <- X o (N / (D + o X (1 1^T - I) + ..))^c, where the terms are [N | D].
    fn step<P: NonNegativePanel<Scalar = T>>(
        &self,
        x: &mut P,
        terms: &mut P,
        small: &mut P::Small,
        scratch: &mut SmallScratch<'_, T>,
    ) -> Result<(), Error> {
        if self.orthogonality > T::ZERO {
            let k = x.ncols();
            let weights = &mut scratch.r;
            weights.reshape(k, k.saturating_mul(2))?;
            weights.fill(T::ZERO);
            for (j, column) in (0..k).zip(weights.columns_mut().skip(k)) {
                for (i, w) in column.iter_mut().enumerate() {
                    *w = if i == j { T::ZERO } else { -self.orthogonality };
                }
            }
            P::write_small(weights.as_ref(), small)?;
            terms.subtract_product(x, small)?;
        }
        x.quotient_update(terms, self.step)
    }

    fn step_inner(&self, x: &mut MatMut<'_, T>, sums: &MatMut<'_, T>) {
        for i in 0..x.nrows() {
            let mut row = T::ZERO;
            for column in x.columns() {
                row += column.get(i).copied().unwrap_or(T::ZERO);
            }
            let k = x.ncols();
            for (j, column) in (0..k).zip(x.columns_mut()) {
                if let Some(x) = column.get_mut(i) {
                    let (n, d) = (
                        sums.get_or_zero(i, j),
                        sums.get_or_zero(i, j.saturating_add(k)),
                    );
                    let MultiplicativeStep {
                        divergence,
                        penalty,
                    } = self.step;
                    let own = penalty.l1 + penalty.l2 * *x;
                    let overlap = self.orthogonality * (row - *x);
                    *x *= divergence.step(n, d + own + overlap);
                }
            }
        }
    }
}

/// Sums the off-diagonal entries of a Gram matrix.
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

//! Scaling by powers of two into the range where products and sums are safe, and back.

use crate::divergence::{BetaDivergence, MultiplicativeStep};
use crate::operator::{
    DivergenceModel, DivergenceOperator, EntryStats, EntrywiseOperator, LinearOperator, Side,
};
use crate::panel::{LeastSquaresStep, NonNegativePanel, Panel};
use crate::{Error, Real};

/// 2^-2e A with entries of about one. Half of the power is applied on either side of each product, so that
/// neither side leaves the range of the type. For ordinary entries e is zero and nothing is scaled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PowerOfTwoScaled<'a, A, T> {
    operator: &'a A,
    entry_stats: &'a EntryStats<T>,
    half: i32,
}

impl<'a, A, T: Real> PowerOfTwoScaled<'a, A, T> {
    /// Balances entries that leave the safe range.
    pub(crate) fn new(operator: &'a A, entry_stats: &'a EntryStats<T>) -> Self {
        Self::beyond(T::SAFE_EXPONENT, operator, entry_stats)
    }

    /// Balances entries so that also the squares of the residuals of A A^T are in range.
    pub(crate) fn to_be_squared(operator: &'a A, entry_stats: &'a EntryStats<T>) -> Self {
        Self::beyond(T::SAFE_EXPONENT / 4, operator, entry_stats)
    }

    /// Balances entries of any size: the largest is about one.
    pub(crate) fn normalized(operator: &'a A, entry_stats: &'a EntryStats<T>) -> Self {
        Self::beyond(-1, operator, entry_stats)
    }

    /// Keeps the operator as it is.
    pub(crate) fn unscaled(operator: &'a A, entry_stats: &'a EntryStats<T>) -> Self {
        Self::beyond(i32::MAX, operator, entry_stats)
    }

    /// Balances entries whose binary exponent is larger than `safe` or smaller than -`safe`.
    fn beyond(safe: i32, operator: &'a A, entry_stats: &'a EntryStats<T>) -> Self {
        let extreme = entry_stats.exponent.saturating_abs() > safe;
        Self {
            operator,
            entry_stats,
            half: if extreme {
                entry_stats.exponent >> 1
            } else {
                0
            },
        }
    }

    /// Balances another operator, with entries of the same size, in the same way.
    pub(crate) fn of_same_size<'b, B>(&self, operator: &'b B) -> PowerOfTwoScaled<'b, B, T>
    where
        'a: 'b,
    {
        PowerOfTwoScaled {
            operator,
            entry_stats: self.entry_stats,
            half: self.half,
        }
    }

    pub(crate) fn operator(&self) -> &'a A {
        self.operator
    }

    /// Returns the statistics of the entries of A.
    pub(crate) fn entry_stats(&self) -> &'a EntryStats<T> {
        self.entry_stats
    }

    /// ||2^-2e A||_F^2.
    pub(crate) fn squared_norm(&self) -> T {
        self.entry_stats.squared_norm(self.exponent())
    }

    /// ||2^-2e A - W H^T||_F, entry by entry.
    pub(crate) fn distance<P: Panel<Scalar = T>>(&self, w: &P, h: &P) -> Result<T, Error>
    where
        A: EntrywiseOperator<P>,
    {
        self.operator
            .distance(self.exponent().saturating_neg(), w, h)
    }

    /// Computes [N | D] of a factor, as [`DivergenceOperator`] defines it, and for W the divergence.
    pub(crate) fn divergence_terms<P: Panel<Scalar = T>>(
        &self,
        divergence: &BetaDivergence<T>,
        [w, h]: [&P; 2],
        side: Side,
        terms: &mut P,
    ) -> Result<T, Error>
    where
        A: DivergenceOperator<P>,
    {
        let model = DivergenceModel {
            divergence,
            exponent: self.exponent().saturating_neg(),
            w,
            h,
        };
        self.operator.divergence_terms(model, side, terms)
    }

    /// H <- H after a step from its [N | D], in one pass over A or by way of `terms`.
    pub(crate) fn divergence_step<P: NonNegativePanel<Scalar = T>>(
        &self,
        step: MultiplicativeStep<'_, T>,
        w: &P,
        [h, terms]: [&mut P; 2],
    ) -> Result<(), Error>
    where
        A: DivergenceOperator<P>,
    {
        let (operator, exponent) = (self.operator, self.exponent().saturating_neg());
        if operator.divergence_step(step, exponent, w, [&mut *h, &mut *terms])? {
            return Ok(());
        }
        self.divergence_terms(step.divergence, [w, h], Side::Columns, terms)?;
        h.quotient_update(terms, step)
    }

    /// Returns e' such that the products are those of 2^-e' A.
    pub(crate) fn exponent(&self) -> i32 {
        self.half.saturating_mul(2)
    }

    /// Y <- 2^-2e A X; X is scaled and scaled back.
    pub(crate) fn apply<P: Panel<Scalar = T>>(&self, x: &mut P, y: &mut P) -> Result<(), Error>
    where
        A: LinearOperator<P>,
    {
        if self.half == 0 {
            return self.operator.apply(x, y);
        }
        x.scale(T::power_of_two(self.half.saturating_neg()))?;
        let done = self.operator.apply(x, y);
        x.scale(T::power_of_two(self.half))?;
        done?;
        y.scale(T::power_of_two(self.half.saturating_neg()))
    }

    /// X <- 2^-2e A^T Y; Y is scaled and scaled back.
    pub(crate) fn apply_transpose<P: Panel<Scalar = T>>(
        &self,
        y: &mut P,
        x: &mut P,
    ) -> Result<(), Error>
    where
        A: LinearOperator<P>,
    {
        if self.half == 0 {
            return self.operator.apply_transpose(y, x);
        }
        y.scale(T::power_of_two(self.half.saturating_neg()))?;
        let done = self.operator.apply_transpose(y, x);
        y.scale(T::power_of_two(self.half))?;
        done?;
        x.scale(T::power_of_two(self.half.saturating_neg()))
    }

    /// N <- 2^-2e A^T W, H <- H after a step from N, `gram` <- H^T H, in one pass over A or one after the other. W may
    /// be scaled and scaled back.
    pub(crate) fn least_squares_step<P: NonNegativePanel<Scalar = T>>(
        &self,
        step: &LeastSquaresStep<'_, P>,
        w: &mut P,
        [h, numerator]: [&mut P; 2],
        gram: &mut P::Small,
    ) -> Result<(), Error>
    where
        A: LinearOperator<P>,
    {
        if self.half == 0 {
            let panels = [&mut *h, &mut *numerator];
            if self.operator.least_squares_step(step, w, panels, gram)? {
                return Ok(());
            }
        }
        self.apply_transpose(w, numerator)?;
        h.update(numerator, step)?;
        h.gram(gram)
    }

    /// Y <- 2^-4e A A^T X; `across` may be overwritten.
    pub(crate) fn apply_row_gram<P: Panel<Scalar = T>>(
        &self,
        x: &mut P,
        across: &mut P,
        y: &mut P,
    ) -> Result<(), Error>
    where
        A: LinearOperator<P>,
    {
        if self.half == 0 {
            return self.operator.apply_row_gram(x, across, y);
        }
        self.apply_transpose(x, across)?;
        self.apply(across, y)
    }

    /// X <- 2^-4e A A^T X; `across` may be overwritten.
    pub(crate) fn replace_by_row_gram<P: Panel<Scalar = T>>(
        &self,
        x: &mut P,
        across: &mut P,
    ) -> Result<(), Error>
    where
        A: LinearOperator<P>,
    {
        if self.half == 0 {
            return self.operator.replace_by_row_gram(x, across);
        }
        self.apply_transpose(x, across)?;
        self.apply(across, x)
    }
}

/// x <- 2^e x.
pub(crate) fn unbalance<T: Real>(x: &mut [T], e: i32) -> Result<(), Error> {
    for x in x {
        *x = x.scale_by_power_of_two(e);
        if !x.is_finite() {
            return Err(Error::Overflow);
        }
    }
    Ok(())
}

/// X <- 2^e X.
pub(crate) fn rescale<P: Panel>(panel: &mut P, e: i32) -> Result<(), Error> {
    let half = e >> 1;
    for e in [half, half + (e & 1)] {
        if e != 0 {
            panel.scale(P::Scalar::power_of_two(e))?;
        }
    }
    Ok(())
}

/// H <- 2^-e H with entries of at most about one, if they are so large or so small that their
/// products with A and with each other might leave the range. Returns e, which is zero for ordinary entries
/// and for zeros.
pub(crate) fn bring_into_range<P: Panel>(h: &mut P) -> Result<i32, Error> {
    let step = P::Scalar::MAX.exponent() >> 1;
    let mut squares = h.inner_product(h)?;
    let mut e = 0;
    // Two steps suffice from either end of the range until the squares are in range.
    for _ in 0..2 {
        let way = if !squares.is_finite() {
            step
        } else if squares < P::Scalar::SAFE_SQUARE {
            -step
        } else {
            break;
        };
        rescale(h, -way)?;
        e = way.saturating_add(e);
        squares = h.inner_product(h)?;
    }
    let size = squares.exponent() >> 1;
    if squares <= P::Scalar::ZERO {
        return Ok(0);
    }
    // The squares of W = A / H are then safe for a safe A.
    if e == 0 && size.saturating_abs() <= P::Scalar::SAFE_EXPONENT >> 1 {
        return Ok(0);
    }
    rescale(h, -size)?;
    Ok(size.saturating_add(e))
}

/// The smallest positive number, a bound on what a scaling loses to underflow.
pub(crate) fn smallest<T: Real>() -> T {
    T::SQUARE_ROOT_OF_MIN * T::SQUARE_ROOT_OF_MIN * T::EPSILON
}

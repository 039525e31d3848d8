//! Matrices of any size: brought into the range where products and sums are safe, and back.

use crate::divergence::BetaDivergence;
use crate::error::Error;
use crate::operator::{DivergenceOperator, EntrywiseOperator, LinearOperator};
use crate::panel::Panel;
use crate::real::Real;

/// 2^-2e A with |entries| about one, half of the power on either side of each product, so that
/// neither side leaves the range of the type. For ordinary entries e is zero and nothing is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Balanced<'a, A> {
    operator: &'a A,
    half: i32,
}

impl<'a, A> Balanced<'a, A> {
    /// Balances entries whose largest has the binary exponent `exponent`.
    pub(crate) fn new<T: Real>(operator: &'a A, exponent: i32) -> Self {
        let half = if exponent.saturating_abs() > T::SAFE_EXPONENT {
            exponent >> 1
        } else {
            0
        };
        Self { operator, half }
    }

    /// Balances entries so that also the squares of the residuals of A A^T are in range.
    pub(crate) fn to_be_squared<T: Real>(operator: &'a A, exponent: i32) -> Self {
        if exponent.saturating_abs() > T::SAFE_EXPONENT / 4 {
            Self::normalized(operator, exponent)
        } else {
            Self { operator, half: 0 }
        }
    }

    /// Balances entries of any size: the largest is about one.
    pub(crate) fn normalized(operator: &'a A, exponent: i32) -> Self {
        Self {
            operator,
            half: exponent >> 1,
        }
    }

    /// The operator as it is.
    pub(crate) fn unscaled(operator: &'a A) -> Self {
        Self { operator, half: 0 }
    }

    /// Another operator with entries of the same size, balanced alike.
    pub(crate) fn of_same_size<'b, B>(&self, operator: &'b B) -> Balanced<'b, B> {
        Balanced {
            operator,
            half: self.half,
        }
    }

    pub(crate) fn operator(&self) -> &'a A {
        self.operator
    }

    /// ||2^-2e A - W H^T||_F, entry by entry.
    pub(crate) fn distance<P: Panel>(&self, w: &P, h: &P) -> Result<P::Scalar, Error>
    where
        A: EntrywiseOperator<P>,
    {
        self.operator
            .distance(self.exponent().saturating_neg(), w, h)
    }

    /// [N | D] of W, as [`DivergenceOperator`] says, and the divergence.
    pub(crate) fn divergence_terms<P: Panel>(
        &self,
        divergence: &BetaDivergence<P::Scalar>,
        w: &P,
        h: &P,
        terms: &mut P,
    ) -> Result<P::Scalar, Error>
    where
        A: DivergenceOperator<P>,
    {
        let e = self.exponent().saturating_neg();
        self.operator.divergence_terms(divergence, e, w, h, terms)
    }

    /// [N | D] of H.
    pub(crate) fn divergence_terms_transpose<P: Panel>(
        &self,
        divergence: &BetaDivergence<P::Scalar>,
        w: &P,
        h: &P,
        terms: &mut P,
    ) -> Result<(), Error>
    where
        A: DivergenceOperator<P>,
    {
        let e = self.exponent().saturating_neg();
        self.operator
            .divergence_terms_transpose(divergence, e, w, h, terms)
    }

    /// e' such that the products are those of 2^-e' A.
    pub(crate) fn exponent(&self) -> i32 {
        self.half.saturating_mul(2)
    }

    /// Y <- 2^-2e A X; X is scaled on the way and scaled back.
    pub(crate) fn apply<P: Panel>(&self, x: &mut P, y: &mut P) -> Result<(), Error>
    where
        A: LinearOperator<P>,
    {
        if self.half == 0 {
            return self.operator.apply(x, y);
        }
        x.scale(P::Scalar::power_of_two(self.half.saturating_neg()))?;
        let done = self.operator.apply(x, y);
        x.scale(P::Scalar::power_of_two(self.half))?;
        done?;
        y.scale(P::Scalar::power_of_two(self.half.saturating_neg()))
    }

    /// X <- 2^-2e A^T Y; Y is scaled on the way and scaled back.
    pub(crate) fn apply_transpose<P: Panel>(&self, y: &mut P, x: &mut P) -> Result<(), Error>
    where
        A: LinearOperator<P>,
    {
        if self.half == 0 {
            return self.operator.apply_transpose(y, x);
        }
        y.scale(P::Scalar::power_of_two(self.half.saturating_neg()))?;
        let done = self.operator.apply_transpose(y, x);
        y.scale(P::Scalar::power_of_two(self.half))?;
        done?;
        x.scale(P::Scalar::power_of_two(self.half.saturating_neg()))
    }

    /// Y <- 2^-4e A A^T X; `across` may be overwritten.
    pub(crate) fn apply_row_gram<P: Panel>(
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

/// H <- 2^-e H with entries of at most about one, where they are so large or so small that their
/// products with A and with each other might leave the range. Returns e: zero for all that is not
/// extreme, and for zeros.
pub(crate) fn bring_into_range<P: Panel>(h: &mut P) -> Result<i32, Error> {
    let step = P::Scalar::MAX.exponent() >> 1;
    let mut squares = h.inner_product(h)?;
    let mut e = 0;
    // Two steps lead from either end of the range to where the squares are in it.
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
    // W = A / H of a safe A has safe squares then.
    if e == 0 && size.saturating_abs() <= P::Scalar::SAFE_EXPONENT >> 1 {
        return Ok(0);
    }
    rescale(h, -size)?;
    Ok(size.saturating_add(e))
}

/// The smallest positive number: what the result of a scaling may have lost below the range.
pub(crate) fn smallest<T: Real>() -> T {
    T::SQUARE_ROOT_OF_MIN * T::SQUARE_ROOT_OF_MIN * T::EPSILON
}

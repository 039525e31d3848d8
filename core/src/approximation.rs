//! The distance between a matrix and a product of two factors.

use crate::arguments::check_panels;
use crate::operator::EntrywiseOperator;
use crate::panel::Panel;
use crate::scaling::{PowerOfTwoScaled, bring_into_range, rescale, smallest, unbalance};
use crate::summation::CompensatedSum;
use crate::workspace::SmallScratch;
use crate::{Error, Real, Workspace};

/// The distance of W H^T from A.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Approximation<T> {
    /// ||A - W H^T||_F.
    pub error: T,
    /// An upper bound of the exact error: the computed one plus rounding.
    pub error_bound: T,
    /// ||A||_F.
    pub frobenius_norm: T,
}

impl<T: Real> Approximation<T> {
    /// Computes the distance of W H^T from A.
    ///
    /// ||A||^2 - 2 <A^T W, H> + <W^T W, H^T H> costs one product with A. If this difference has lost
    /// half of its digits, the sum is computed entry by entry, at m n k multiplications; if entries are
    /// missing, over the known ones.
    ///
    /// - `w`: m x k, and `h`: n x k, with a product of about the size of A. If A or H is very large or
    ///   very small, they are scaled and scaled back; entries that leave the range of the type in between
    ///   are rounded.
    /// - `workspace`: of width k or more; its right panel and small matrices are overwritten.
    ///
    /// # Errors
    /// [`Error::Shape`] or [`Error::BufferTooSmall`] for panels that do not fit; [`Error::Rank`] for
    /// k = 0; [`Error::Empty`]; [`Error::NonFinite`]; [`Error::Overflow`].
    pub fn measure<P, A>(
        a: &A,
        w: &mut P,
        h: &mut P,
        workspace: &mut Workspace<'_, P>,
    ) -> Result<Self, Error>
    where
        P: Panel<Scalar = T>,
        A: EntrywiseOperator<P>,
    {
        check_panels(a, w, h)?;
        let entry_stats = a.entry_stats()?;
        let balanced = PowerOfTwoScaled::new(a, &entry_stats);
        let size = bring_into_range(h)?;
        rescale(w, size.saturating_sub(balanced.exponent()))?;
        let measured = Self::of_balanced(&balanced, w, h, workspace);
        rescale(w, balanced.exponent().saturating_sub(size))?;
        rescale(h, size)?;
        measured
    }

    /// Computes the distance for factors of the balanced matrix.
    pub(crate) fn of_balanced<P, A>(
        a: &PowerOfTwoScaled<'_, A, T>,
        w: &mut P,
        h: &mut P,
        workspace: &mut Workspace<'_, P>,
    ) -> Result<Self, Error>
    where
        P: Panel<Scalar = T>,
        A: EntrywiseOperator<P>,
    {
        let (k, sides) = (w.ncols(), w.nrows().saturating_add(h.nrows()));
        workspace.right.set_ncols(k)?;
        a.apply_transpose(w, &mut workspace.right)?;
        w.gram(&mut workspace.small)?;
        h.gram(&mut workspace.other)?;
        let inner = h.inner_product(&workspace.right)?;
        let grams = Grams::read::<P>(workspace, k)?;
        let squares = a.squared_norm();
        let squared_error = squares - (inner + inner) + grams.inner;
        // The sum of the magnitudes of all terms.
        let size = squares.sqrt() + grams.norms;
        let kept_digits = squared_error > T::EPSILON.sqrt() * squares;
        let entry_stats = a.entry_stats();
        let mut norms = if kept_digits && entry_stats.complete {
            let rounding = T::from_usize(sides.saturating_mul(2)) * T::EPSILON * (size * size);
            [squared_error.sqrt(), (squared_error + rounding).sqrt()]
        } else {
            let error = a.distance(w, h)?;
            let rounding = T::from_usize(k.saturating_add(4)) * T::EPSILON * size;
            [error, error + rounding]
        };
        unbalance(&mut norms, a.exponent())?;
        let mut norm = [entry_stats.norm];
        unbalance(&mut norm, entry_stats.exponent)?;
        let ([error, error_bound], [frobenius_norm]) = (norms, norm);
        Ok(Self {
            error,
            error_bound: error_bound + smallest(),
            frobenius_norm,
        })
    }
}

/// Quantities computed from the Gram matrices of both factors.
pub(crate) struct Grams<T> {
    /// <W^T W, H^T H> = ||W H^T||_F^2.
    pub(crate) inner: T,
    /// sum_j ||w_j|| ||h_j||, an upper bound of ||W H^T||_F and of || |W| |H|^T ||_F.
    norms: T,
}

impl<T: Real> Grams<T> {
    /// Reads W^T W and H^T H from the small matrices of a workspace.
    pub(crate) fn read<P: Panel<Scalar = T>>(
        workspace: &mut Workspace<'_, P>,
        k: usize,
    ) -> Result<Self, Error> {
        let SmallScratch { r, u, .. } = &mut workspace.scratch;
        r.reshape(k, k)?;
        u.reshape(k, k)?;
        P::read_small(&workspace.small, r.as_mut())?;
        P::read_small(&workspace.other, u.as_mut())?;
        let mut inner = CompensatedSum::default();
        for (w, h) in r.as_slice().iter().zip(u.as_slice()) {
            inner.add(*w * *h);
        }
        let mut norms = T::ZERO;
        for j in 0..k {
            norms += r.get_or_zero(j, j).sqrt() * u.get_or_zero(j, j).sqrt();
        }
        Ok(Self {
            inner: inner.sum(),
            norms,
        })
    }
}

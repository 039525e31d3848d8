//! Subspace iteration with Chebyshev polynomials on the shorter side of a matrix.

use super::ritz::{Target, ritz};
use crate::error::Error;
use crate::operator::LinearOperator;
use crate::panel::{Panel, copy_panel};
use crate::random::{Draws, Law};
use crate::real::Real;
use crate::scaling::Balanced;
use crate::workspace::SmallScratch;
use core::mem::swap;

/// Q <- orth(p(A A^T) Q), repeatedly, where p(t) = T_d(2 t / b - 1) is small on [0, b] and grows
/// fastest beyond it (Rutishauser 1969; Zhou, Saad, Tiago & Chelikowsky 2006). b is the smallest Ritz
/// value, so that the interval contains the eigenvalues outside Q.
pub(crate) struct ChebyshevIteration<T> {
    /// The distribution of the sketch X in Q_0 = orth(A X).
    pub(crate) law: Law,
    pub(crate) seed: u64,
    /// The accuracy at which the iteration stops. With a tolerance of zero, it is that of rounding.
    pub(crate) target: Target<T>,
}

/// The maximum number of polynomials.
const MOST_ROUNDS: usize = 32;

/// The maximum degree of a polynomial.
const MOST_STEPS: usize = 32;

/// Three panels on the shorter side, one on the longer one, and small matrices.
pub(crate) struct Room<'a, 's, P: Panel> {
    /// m x l. It becomes the result, m x k.
    pub(crate) basis: &'a mut P,
    /// n x l.
    pub(crate) across: &'a mut P,
    /// m x l each.
    pub(crate) spare: &'a mut [P; 2],
    /// l x l.
    pub(crate) small: &'a mut P::Small,
    pub(crate) scratch: &'a mut SmallScratch<'s, P::Scalar>,
}

impl<T: Real> ChebyshevIteration<T> {
    /// Computes the k directions of greatest ||A^T q|| in the subspace: the Ritz vectors of A A^T.
    ///
    /// `a`: m x n, m <= n. Returns false, and no result, if l columns are all that A has.
    #[inline(never)]
    pub(crate) fn find<P: Panel<Scalar = T>, A: LinearOperator<P>>(
        &self,
        a: &Balanced<'_, A, T>,
        room: &mut Room<'_, '_, P>,
    ) -> Result<bool, Error> {
        let Room {
            basis,
            across,
            spare: [images, free],
            small,
            scratch,
        } = room;
        let l = basis.ncols();
        if l >= basis.nrows() {
            return Ok(false);
        }
        for panel in [&mut **across, images, free] {
            panel.set_ncols(l)?;
        }
        across.fill_random(&Draws::new(self.law, self.seed))?;
        a.apply(across, basis)?;
        for round in 0..=MOST_ROUNDS {
            basis.thin_qr(small)?;
            a.apply_row_gram(basis, across, images)?;
            basis.cross_gram(images, small)?;
            ritz::<P>(small, scratch, l)?;
            P::write_small(scratch.u.as_ref().first_columns(l), small)?;
            // Ritz vectors, and their products with A A^T.
            basis.mul_small(small, free)?;
            images.mul_small(small, basis)?;
            swap(*basis, free);
            swap(images, free);
            let (values, lengths) = scratch.vectors.split_at_mut_checked(l).unwrap_or_default();
            images.distances(values, basis, lengths)?;
            let excess = self.excess(values, lengths, basis.nrows());
            if excess <= T::ONE || round >= MOST_ROUNDS {
                break;
            }
            let steps = Steps::new(values, self.target.rank, excess);
            // T_1 = 2 A A^T / b - 1.
            images.axpby(-T::ONE, basis, steps.scale)?;
            for _ in 1..steps.degree {
                a.apply_row_gram(images, across, free)?;
                let scale = steps.scale + steps.scale;
                basis.combine([-T::ONE, scale, -(T::ONE + T::ONE)], free, images)?;
                swap(*basis, images);
            }
            swap(*basis, images);
        }
        self.keep(room)?;
        Ok(true)
    }

    /// Estimates the error of the Ritz values; residuals of the size of rounding count as zero.
    fn excess(&self, values: &[T], lengths: &[T], nrows: usize) -> T {
        let largest = values.first().copied().unwrap_or(T::ZERO);
        let noise = T::from_usize(nrows) * T::EPSILON * largest;
        let lengths = lengths
            .iter()
            .map(|r| if *r > noise { *r } else { T::ZERO });
        self.target.excess(values, lengths)
    }

    /// Reduces the basis to its k leading columns.
    fn keep<P: Panel<Scalar = T>>(&self, room: &mut Room<'_, '_, P>) -> Result<(), Error> {
        let (l, k) = (room.basis.ncols(), self.target.rank);
        let [kept, _] = &mut *room.spare;
        let identity = &mut room.scratch.r;
        identity.reshape(l, k)?;
        identity.fill(T::ZERO);
        for (j, column) in (0..k).zip(identity.columns_mut()) {
            if let Some(x) = column.get_mut(j) {
                *x = T::ONE;
            }
        }
        P::write_small(identity.as_ref(), room.small)?;
        kept.set_ncols(k)?;
        room.basis.mul_small(room.small, kept)?;
        copy_panel(kept, room.basis)?;
        room.across.set_ncols(k)
    }
}

/// The polynomial of a round.
struct Steps<T> {
    /// 2 / b.
    scale: T,
    degree: usize,
}

impl<T: Real> Steps<T> {
    /// Returns the polynomial of the smallest degree that reduces the `excess` of the k-th Ritz value sufficiently, or
    /// of the largest one after which the smallest wanted column still has half of its digits relative to the first.
    fn new(values: &[T], rank: usize, excess: T) -> Self {
        let value = |j: usize| values.get(j).copied().unwrap_or(T::ZERO);
        let largest = value(0);
        let edge = value(values.len().saturating_sub(1)).larger(T::EPSILON * largest);
        let scale = (T::ONE + T::ONE) / edge;
        let argument = |j: usize| (scale * value(j) - T::ONE).larger(T::ONE);
        let (x, y) = (argument(0), argument(rank.saturating_sub(1)));
        let room = T::from_f64(0.125) / T::EPSILON.sqrt();
        // The error decreases with the square of the polynomial.
        let wanted = (excess + excess).sqrt();
        let ((mut first, mut t), (mut first_y, mut u)) = ((T::ONE, x), (T::ONE, y));
        let mut degree: usize = 1;
        while degree < MOST_STEPS && t < room && u < wanted {
            (first, t) = (t, (x + x) * t - first);
            (first_y, u) = (u, (y + y) * u - first_y);
            degree = degree.saturating_add(1);
        }
        Self { scale, degree }
    }
}

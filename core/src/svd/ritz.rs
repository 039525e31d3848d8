//! Approximate singular triplets from the eigenvectors of T = Q^T A A^T Q (Rayleigh-Ritz).

use crate::panel::Panel;
use crate::workspace::SmallScratch;
use crate::{Error, MatMut, Real};

/// The safety factor of the error estimate, which is too low before the Ritz values have converged.
const SAFETY: f64 = 4.0;

/// The accuracy required of the k leading Ritz values.
pub(crate) struct Target<T> {
    /// k.
    pub(crate) rank: usize,
    /// The largest relative excess of the error of the best rank-k approximation from the space over the optimum.
    pub(crate) tolerance: T,
    /// ||A||_F^2.
    pub(crate) squares: T,
}

impl<T: Real> Target<T> {
    /// Returns the error of the k leading Ritz values, as a multiple of the tolerance: up to one is enough.
    ///
    /// The error of a Ritz value d whose residual A A^T y - d y has the length r is about r^2 over the gap to the
    /// eigenvalues outside the space, and at most r (Parlett, The Symmetric Eigenvalue Problem, 11.7). These are
    /// estimated by the Ritz value a quarter of the way from the k-th to the last one, since the Ritz values before
    /// it have converged, too.
    pub(crate) fn excess(&self, values: &[T], lengths: impl Iterator<Item = T>) -> T {
        let behind = values.len().saturating_sub(self.rank);
        let place = self.rank.saturating_add(behind / 4);
        let last = values.len().saturating_sub(1);
        let outside = values.get(place.min(last)).copied().unwrap_or(T::ZERO);
        let (mut missed, mut kept) = (T::ZERO, T::ZERO);
        for (value, length) in values.iter().zip(lengths).take(self.rank) {
            let quadratic = length * length / (*value - outside);
            missed += if quadratic < length {
                quadratic
            } else {
                length
            };
            kept += *value;
        }
        let error = (self.squares - kept).larger(T::EPSILON * self.squares);
        let allowed = self.tolerance * (error + error);
        if missed > T::ZERO {
            missed * T::from_f64(SAFETY) / allowed.larger(T::SQUARE_ROOT_OF_MIN)
        } else {
            T::ZERO
        }
    }
}

/// Computes the eigenvectors of T in `u` of the scratch, and its eigenvalues in `vectors`. The upper triangle of T is
/// that of the leading block of `projected`.
pub(crate) fn ritz<P: Panel>(
    projected: &P::Small,
    scratch: &mut SmallScratch<'_, P::Scalar>,
    held: usize,
) -> Result<(), Error> {
    let r = &mut scratch.r;
    r.reshape(held, held)?;
    P::read_small(projected, r.as_mut())?;
    mirror(r);
    scratch.eigen_of_r::<P>(held)
}

/// Copies the upper triangle of T to the lower one.
fn mirror<T: Real>(t: &mut MatMut<'_, T>) {
    for j in 0..t.ncols() {
        for i in 0..j {
            let x = t.get_or_zero(i, j);
            if let Some(mirrored) = t.column_mut(i).get_mut(j) {
                *mirrored = x;
            }
        }
    }
}

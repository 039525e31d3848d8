//! What the eigenvectors of T = Q^T A A^T Q tell of the singular triplets that Q holds.

use crate::dense::MatMut;
use crate::error::Error;
use crate::panel::Panel;
use crate::real::Real;
use crate::workspace::SmallScratch;

/// Early, when the Ritz values have not settled, what is missed is more than it seems.
const SAFETY: f64 = 4.0;

/// When the k leading Ritz values are near enough to the eigenvalues of A A^T.
pub(crate) struct Target<T> {
    /// k.
    pub(crate) rank: usize,
    /// The error of the best rank-k approximation from the space is above the optimum by no more than
    /// this share.
    pub(crate) tolerance: T,
    /// ||A||_F^2.
    pub(crate) squares: T,
}

impl<T: Real> Target<T> {
    /// What the k leading Ritz values miss, as a multiple of what they may: one or less is enough.
    ///
    /// A Ritz value whose residual A A^T y - d y has the length r is wrong by about r^2 over the gap to
    /// what the space does not hold, and by no more than r (Parlett, The Symmetric Eigenvalue Problem,
    /// 11.7). What it does not hold is taken for the Ritz value a quarter of the way from the k-th to
    /// the last one: those before it have settled, too.
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

/// The eigenvectors of T, whose upper triangle is that of the leading block of `projected`, in `u` of
/// the scratch, and its eigenvalues in `vectors`.
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

/// The lower triangle of T <- the upper one.
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

//! Scores of all items from factors.

use super::recommender::check_scores;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Scalar};
use lowrank_core::Real;
use pulp::{Arch, Simd, WithSimd};

compiled! {
    static INNER_PRODUCTS: InnerProducts<T> = inner_products as fn(&[T], &DenseMatrix<T>, &mut [T]);
}

fn inner_products<T: Scalar>(w: &[T], h: &DenseMatrix<T>, scores: &mut [T]) {
    Arch::new().dispatch(Scores { w, h, scores });
}

/// scores <- H w, where row j of H is column j of `h`, k x n, and w are the k numbers of a user.
///
/// # Errors
/// [`Error::Factorization`] if there are not n scores.
pub(super) fn of_factors<T: Scalar>(
    w: &[T],
    h: &DenseMatrix<T>,
    scores: &mut [T],
) -> Result<(), Error> {
    check_scores(scores, h.ncols())?;
    T::of(&INNER_PRODUCTS)(w, h, scores);
    Ok(())
}

/// Compiled for the processor's vectors; no operations are fused.
struct Scores<'a, T> {
    w: &'a [T],
    h: &'a DenseMatrix<T>,
    scores: &'a mut [T],
}

impl<T: Scalar> WithSimd for Scores<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let rows = self.h.as_slice().chunks_exact(self.h.nrows().max(1));
        for (score, h) in self.scores.iter_mut().zip(rows) {
            *score = inner_product(self.w, h);
        }
    }
}

/// w . h in eight sums.
#[inline(always)]
pub(super) fn inner_product<T: Real>(w: &[T], h: &[T]) -> T {
    let ((w, w_rest), (h, h_rest)) = (w.as_chunks::<8>(), h.as_chunks::<8>());
    let mut sums = [T::ZERO; 8];
    for (w, h) in w.iter().zip(h) {
        for ((sum, w), h) in sums.iter_mut().zip(w).zip(h) {
            *sum += *w * *h;
        }
    }
    let [a, b, c, d, e, f, g, h] = sums;
    let mut rest = T::ZERO;
    for (w, h) in w_rest.iter().zip(h_rest) {
        rest += *w * *h;
    }
    ((a + e) + (c + g)) + ((b + f) + (d + h)) + rest
}

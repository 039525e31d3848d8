//! Scores of all items from factors.

use super::recommender::{check_scores, check_user};
use crate::cpu::vectorized;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Scalar};
use lowrank_core::Real;
use pulp::{Simd, WithSimd};
use std::hint::black_box;

compiled! {
    static INNER_PRODUCTS: InnerProducts<T> = inner_products as fn(&[&[T]], &DenseMatrix<T>, &mut [T]);
}

fn inner_products<T: Scalar>(w: &[&[T]], h: &DenseMatrix<T>, scores: &mut [T]) {
    vectorized(Scores { w, h, scores });
}

/// scores <- H w for one user w after the other, where row j of H is column j of `h`, k x n, and a user has k numbers.
///
/// # Errors
/// [`Error::Factorization`] if there are not n scores for each user.
pub(super) fn of_factors<T: Scalar>(
    w: &[&[T]],
    h: &DenseMatrix<T>,
    scores: &mut [T],
) -> Result<(), Error> {
    check_scores(scores, w.len() * h.ncols())?;
    T::of(&INNER_PRODUCTS)(w, h, scores);
    Ok(())
}

/// [`of_factors`] for some columns of W.
///
/// # Errors
/// [`Error::NoSuchUser`]; those of [`of_factors`].
pub(super) fn of_users<T: Scalar>(
    (w, users): (&DenseMatrix<T>, &[usize]),
    h: &DenseMatrix<T>,
    scores: &mut [T],
) -> Result<(), Error> {
    for &user in users {
        check_user(user, w.ncols())?;
    }
    let w: Vec<&[T]> = users.iter().map(|&user| w.column(user)).collect();
    of_factors(&w, h, scores)
}

/// Implements [`Recommender`](super::Recommender) for a model of factors: `w`, k x m, `h`, k x n, and `fold_in` for a new user.
macro_rules! recommends_by_factors {
    ($model:ident) => {
        impl<T: $crate::Scalar> $crate::recommend::Recommender<T> for $model<T> {
            fn users(&self) -> usize {
                self.w.ncols()
            }

            fn items(&self) -> usize {
                self.h.ncols()
            }

            fn score(&self, user: usize, scores: &mut [T]) -> Result<(), $crate::Error> {
                self.score_many(&[user], scores)
            }

            fn score_many(&self, users: &[usize], scores: &mut [T]) -> Result<(), $crate::Error> {
                $crate::recommend::scores::of_users((&self.w, users), &self.h, scores)
            }

            fn score_new(
                &self,
                entries: $crate::recommend::Entries<'_, T>,
                scores: &mut [T],
            ) -> Result<(), $crate::Error> {
                let user = self.fold_in(entries)?;
                $crate::recommend::scores::of_factors(&[&user], &self.h, scores)
            }
        }
    };
}

pub(super) use recommends_by_factors;

/// The users whose products with a row of H are computed together: H is read once for all of them.
const TOGETHER: usize = 4;

/// Compiled for the processor's vectors; no operations are fused.
struct Scores<'a, T> {
    w: &'a [&'a [T]],
    h: &'a DenseMatrix<T>,
    scores: &'a mut [T],
}

impl<T: Scalar> WithSimd for Scores<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let (n, k) = (self.h.ncols(), self.h.nrows().max(1));
        let (fours, rest) = self.w.as_chunks::<TOGETHER>();
        let (scores, scores_rest) = self.scores.split_at_mut(TOGETHER * n * fours.len());
        for (w, scores) in fours
            .iter()
            .zip(scores.chunks_exact_mut((TOGETHER * n).max(1)))
        {
            for (j, h) in self.h.as_slice().chunks_exact(k).enumerate() {
                for (user, score) in inner_products_of_four(w, h).into_iter().enumerate() {
                    scores[user * n + j] = score;
                }
            }
        }
        for (w, scores) in rest.iter().zip(scores_rest.chunks_exact_mut(n.max(1))) {
            for (score, h) in scores.iter_mut().zip(self.h.as_slice().chunks_exact(k)) {
                *score = inner_product(w, h);
            }
        }
    }
}

/// [`inner_product`] of h and four vectors.
#[inline(always)]
fn inner_products_of_four<T: Real>(w: &[&[T]; TOGETHER], h: &[T]) -> [T; TOGETHER] {
    let (h_eights, h_rest) = h.as_chunks::<8>();
    let w = w.map(|w| w.as_chunks::<8>());
    let [a, b, c, d] = w.map(|(eights, _)| eights);
    let mut sums = [[T::ZERO; 8]; TOGETHER];
    for (h, ((a, b), (c, d))) in h_eights.iter().zip(a.iter().zip(b).zip(c.iter().zip(d))) {
        sums = [
            with_products(sums[0], a, h),
            with_products(sums[1], b, h),
            with_products(sums[2], c, h),
            with_products(sums[3], d, h),
        ];
    }
    // In sight of the sum of eight, which adds pairs, the optimizer would compute all of them two by two.
    let (sums, rests) = (black_box(sums), w.map(|(_, rest)| rest));
    std::array::from_fn(|user| total(sums[user], rests[user], h_rest))
}

#[inline(always)]
fn with_products<T: Real>(mut sums: [T; 8], w: &[T; 8], h: &[T; 8]) -> [T; 8] {
    for ((sum, w), h) in sums.iter_mut().zip(w).zip(h) {
        *sum += *w * *h;
    }
    sums
}

/// w . h in eight sums.
#[inline(always)]
pub(super) fn inner_product<T: Real>(w: &[T], h: &[T]) -> T {
    let ((w, w_rest), (h, h_rest)) = (w.as_chunks::<8>(), h.as_chunks::<8>());
    let mut sums = [T::ZERO; 8];
    for (w, h) in w.iter().zip(h) {
        sums = with_products(sums, w, h);
    }
    total(black_box(sums), w_rest, h_rest)
}

#[inline(always)]
fn total<T: Real>(sums: [T; 8], w: &[T], h: &[T]) -> T {
    let [a, b, c, d, e, f, g, h_sum] = sums;
    let mut rest = T::ZERO;
    for (w, h) in w.iter().zip(h) {
        rest += *w * *h;
    }
    ((a + e) + (c + g)) + ((b + f) + (d + h_sum)) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_together_have_the_scores_of_one_after_the_other() {
        for (k, n) in [(1, 3), (7, 5), (8, 9), (19, 4)] {
            let entry = |i: usize, j: usize| ((3 * i + 7 * j) % 11) as f32 / 7.0 - 0.5;
            let (w, h) = (
                DenseMatrix::from_fn(k, 9, entry),
                DenseMatrix::from_fn(k, n, entry),
            );
            let users = [8, 0, 3, 3, 5, 1, 2];
            let mut found = vec![f32::NAN; users.len() * n];
            of_users((&w, &users), &h, &mut found).unwrap();
            for (user, found) in users.iter().zip(found.chunks_exact(n)) {
                let mut expected = vec![f32::NAN; n];
                of_factors(&[w.column(*user)], &h, &mut expected).unwrap();
                assert_eq!(found, expected, "{k} {n} {user}");
                let exact = |j: usize| -> f32 {
                    let products = w.column(*user).iter().zip(h.column(j));
                    products.map(|(w, h)| w * h).sum()
                };
                for (j, found) in found.iter().enumerate() {
                    assert!((found - exact(j)).abs() < 1e-5);
                }
            }
        }
        let w = DenseMatrix::<f32>::from_fn(2, 3, |_, _| 1.0);
        assert!(of_users((&w, &[3]), &w, &mut [0.0; 3]).is_err());
        assert!(of_users((&w, &[2]), &w, &mut [0.0; 4]).is_err());
    }
}

//! Ratings predicted by the mean over draws of the factors.

use super::recommender::{
    Entries, RatingPredictor, Recommender, check_entries, check_scores, check_user,
};
use crate::backend::Backend;
use crate::cpu::Threads;
use crate::scalar::{Compiled, OfScalar};
use crate::{Error, Scalar, SparseMatrix, memory};
use lowrank_core::completion::{
    CompletionFactors, GibbsCompletion, GibbsRowPrior, GibbsSample, GibbsScale, Sequential,
    als_scratch_len, gibbs_scratch_len,
};
use lowrank_core::operator::Observed;
use lowrank_core::{MatMut, MatRef};
use std::ops::ControlFlow;

/// Bayesian matrix factorization by Gibbs sampling (Salakhutdinov & Mnih 2008), with biases: settings and
/// [`fit`](Gibbs::fit).
///
/// [`GibbsCompletion`] defines the model. There is no penalty to choose, and each prediction has a deviation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gibbs {
    /// k; with biases it may be zero.
    pub rank: usize,
    /// The model has biases of users and items, and a mean.
    pub biases: bool,
    /// The number of sweeps before the first sample.
    pub burn_in: usize,
    /// The number of samples, all of which are kept: (m + n) (k + 1) scalars each.
    pub samples: usize,
    /// The backend, which is no GPU.
    pub backend: Backend,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for Gibbs {
    /// Returns rank 10 with biases, 20 sweeps before 200 samples.
    fn default() -> Self {
        Self {
            rank: 10,
            biases: true,
            burn_in: 20,
            samples: 200,
            backend: Backend::default(),
            seed: 0,
        }
    }
}

/// Draws of the factors of users and items.
#[derive(Clone, Debug, PartialEq)]
pub struct GibbsModel<T> {
    /// The settings of the fit.
    pub settings: Gibbs,
    /// The scale of the predictions.
    pub scale: GibbsScale<T>,
    users: usize,
    items: usize,
    draws: Vec<Draw<T>>,
}

/// The mean and the deviation of a rating over the draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RatingDraws<T> {
    /// The prediction: the mean of v_ij.
    pub mean: T,
    /// The standard deviation of v_ij: how far the model is from knowing the mean.
    pub deviation: T,
    /// The standard deviation of a rating about the prediction: that of v_ij and of the noise together.
    pub rating_deviation: T,
}

/// One draw; rows are contiguous, each followed by its bias.
#[derive(Clone, Debug, PartialEq)]
struct Draw<T> {
    w: Vec<T>,
    h: Vec<T>,
    prior_mean: Vec<T>,
    prior_precision: Vec<T>,
    alpha: T,
}

/// Requests below 256 MiB are not checked against free memory.
const BYTES_NOT_COUNTED: u64 = 1 << 28;

impl Gibbs {
    /// Draws the factors of the known entries of A, m x n.
    ///
    /// # Errors
    /// [`Error::Factorization`] for entries that are not finite, rank zero without biases, no samples and an empty matrix;
    /// [`Error::NoEntries`]; [`Error::SampleMemory`] if the samples do not fit in the free memory.
    pub fn fit<T: Scalar>(&self, a: &SparseMatrix<T>) -> Result<GibbsModel<T>, Error> {
        T::of(&FIT)(self, a)
    }

    fn of_core(&self) -> GibbsCompletion {
        GibbsCompletion {
            rank: self.rank,
            biases: self.biases,
            burn_in: self.burn_in,
            samples: self.samples,
            seed: self.seed,
        }
    }

    fn check_memory<T: Scalar>(
        &self,
        rows: usize,
        available: impl FnOnce() -> Option<u64>,
    ) -> Result<(), Error> {
        let p = self.of_core().row_len() as f64;
        let needed = rows as f64 * p * (self.samples as f64 + 1.0) * size_of::<T>() as f64;
        if needed < BYTES_NOT_COUNTED as f64 {
            return Ok(());
        }
        // No allocation is larger, whatever is free.
        let available = available().unwrap_or(isize::MAX as u64);
        if needed > available as f64 {
            return Err(Error::SampleMemory {
                samples: self.samples,
                needed: needed as u64,
                available,
            });
        }
        Ok(())
    }
}

struct Fit;

impl OfScalar for Fit {
    type Type<T: Scalar> = fn(&Gibbs, &SparseMatrix<T>) -> Result<GibbsModel<T>, Error>;
}

static FIT: Compiled<Fit> = Compiled {
    single: fit,
    double: fit,
};

fn fit<T: Scalar>(settings: &Gibbs, a: &SparseMatrix<T>) -> Result<GibbsModel<T>, Error> {
    let (m, n, gibbs) = (a.nrows(), a.ncols(), settings.of_core());
    let p = gibbs.row_len();
    if m.min(n) > 0 && a.nonzeros() == 0 {
        return Err(Error::NoEntries);
    }
    settings.check_memory::<T>(m.saturating_add(n), memory::available)?;
    let transposed = a.transpose();
    let matrices = (&Observed(a.view()?), &Observed(transposed.view()?));
    let (mut w, mut h) = (vec![T::ZERO; p * m], vec![T::ZERO; p * n]);
    let mut scratch = vec![T::ZERO; gibbs_scratch_len(m, n, p)];
    let mut factors = CompletionFactors {
        w: MatMut::new(&mut w, p, m)?,
        h: MatMut::new(&mut h, p, n)?,
        mean: T::ZERO,
    };
    let (mut draws, mut scale) = (Vec::new(), None);
    let keep = |sample: GibbsSample<'_, T>| {
        let [(mean, precision), _] = sample.priors;
        scale = Some(sample.scale);
        draws.push(Draw {
            w: sample.w.as_slice().to_vec(),
            h: sample.h.as_slice().to_vec(),
            prior_mean: mean.to_vec(),
            prior_precision: precision.to_vec(),
            alpha: sample.precision,
        });
        ControlFlow::Continue(())
    };
    let buffers = (&mut factors, &mut scratch[..]);
    match settings.backend.on_cpu() {
        Backend::Core => gibbs.run(matrices, buffers, &Sequential, keep)?,
        // On a thread of the pool: from outside, each short parallel step would wake a thread.
        _ => rayon::scope(|_| gibbs.run(matrices, buffers, &Threads, keep))?,
    };
    Ok(GibbsModel {
        settings: *settings,
        scale: scale.ok_or(Error::NoEntries)?,
        users: m,
        items: n,
        draws,
    })
}

struct FoldIn;

impl OfScalar for FoldIn {
    type Type<T: Scalar> = fn(&GibbsModel<T>, Entries<'_, T>) -> Result<Vec<Vec<T>>, Error>;
}

static FOLD_IN: Compiled<FoldIn> = Compiled {
    single: fold_in,
    double: fold_in,
};

/// Returns the expected row of a new user in each draw.
fn fold_in<T: Scalar>(
    model: &GibbsModel<T>,
    entries: Entries<'_, T>,
) -> Result<Vec<Vec<T>>, Error> {
    let p = model.row_len();
    let mut scratch = vec![T::ZERO; als_scratch_len(p) + p.next_multiple_of(8)];
    let folded = |draw: &Draw<T>| {
        let mut row = vec![T::ZERO; p];
        let prior = GibbsRowPrior {
            mean: &draw.prior_mean,
            precision: &draw.prior_precision,
            alpha: draw.alpha,
        };
        let held = (MatRef::new(&draw.h, p, model.items)?, prior);
        model.scale.fold_in(entries, held, &mut row, &mut scratch)?;
        Ok(row)
    };
    model.draws.iter().map(folded).collect()
}

impl<T: Scalar> GibbsModel<T> {
    /// Returns the number of draws.
    pub fn draws(&self) -> usize {
        self.draws.len()
    }

    /// Predicts the rating of an item by a user, with deviations; `None` if there is no such user or item.
    pub fn predict(&self, user: usize, item: usize) -> Option<RatingDraws<T>> {
        if user >= self.users || item >= self.items {
            return None;
        }
        let p = self.row_len();
        let rows = self.draws.iter().map(|draw| &draw.w[user * p..][..p]);
        Some(self.over_draws(rows, item))
    }

    /// Predicts the rating of an item by a user whom the model has not seen, from the user's entries.
    ///
    /// # Errors
    /// [`Error::NoSuchItem`]; [`Error::Factorization`] for an entry of an item outside the model, or one that is not finite.
    pub fn predict_new(
        &self,
        entries: Entries<'_, T>,
        item: usize,
    ) -> Result<RatingDraws<T>, Error> {
        let items = self.items;
        if item >= items {
            return Err(Error::NoSuchItem { item, items });
        }
        check_entries(entries, items)?;
        let rows = T::of(&FOLD_IN)(self, entries)?;
        Ok(self.over_draws(rows.iter().map(Vec::as_slice), item))
    }

    fn row_len(&self) -> usize {
        self.settings.of_core().row_len()
    }

    /// Computes the moments of a rating, where `rows` are those of the user in each draw.
    fn over_draws<'r>(&self, rows: impl Iterator<Item = &'r [T]>, item: usize) -> RatingDraws<T> {
        let (p, count) = (self.row_len(), self.draws.len() as f64);
        let unit = self.scale.deviation.to_f64();
        let (mut values, mut noise) = (Vec::with_capacity(self.draws.len()), 0.0);
        for (draw, row) in self.draws.iter().zip(rows) {
            let v = self.scale.predict(row, &draw.h[item * p..][..p]);
            values.push(v.to_f64());
            noise += unit * unit / draw.alpha.to_f64() / count;
        }
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count;
        RatingDraws {
            mean: T::from_f64(mean),
            deviation: T::from_f64(variance.sqrt()),
            rating_deviation: T::from_f64((variance + noise).sqrt()),
        }
    }

    /// Writes the mean over the draws of the ratings of each item.
    fn write_scores<'r>(&self, rows: impl Iterator<Item = &'r [T]>, scores: &mut [T]) {
        let share = T::ONE / T::from_usize(self.draws.len());
        scores.fill(T::ZERO);
        for (draw, row) in self.draws.iter().zip(rows) {
            let held = draw.h.chunks_exact(self.row_len());
            for (score, h) in scores.iter_mut().zip(held) {
                *score += share * self.scale.predict(row, h);
            }
        }
    }
}

impl<T: Scalar> Recommender<T> for GibbsModel<T> {
    fn users(&self) -> usize {
        self.users
    }

    fn items(&self) -> usize {
        self.items
    }

    /// Writes predicted ratings.
    fn score(&self, user: usize, scores: &mut [T]) -> Result<(), Error> {
        check_user(user, self.users)?;
        check_scores(scores, self.items)?;
        let p = self.row_len();
        self.write_scores(
            self.draws.iter().map(|draw| &draw.w[user * p..][..p]),
            scores,
        );
        Ok(())
    }

    /// Writes predicted ratings.
    fn score_new(&self, entries: Entries<'_, T>, scores: &mut [T]) -> Result<(), Error> {
        check_entries(entries, self.items)?;
        check_scores(scores, self.items)?;
        let rows = T::of(&FOLD_IN)(self, entries)?;
        self.write_scores(rows.iter().map(Vec::as_slice), scores);
        Ok(())
    }
}

impl<T: Scalar> RatingPredictor<T> for GibbsModel<T> {
    fn predict_rating(&self, user: usize, item: usize) -> Option<T> {
        Some(self.predict(user, item)?.mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_samples_than_fit_are_refused_before_the_first_one() {
        let gibbs = Gibbs {
            rank: 9,
            samples: 999,
            ..Gibbs::default()
        };
        // 10^5 rows of ten numbers, a thousand times.
        let needed = 8_000_000_000;
        assert!(gibbs.check_memory::<f64>(100_000, || Some(needed)).is_ok());
        let refused = gibbs.check_memory::<f64>(100_000, || Some(needed - 1));
        let text = refused.unwrap_err().to_string();
        assert!(
            text.contains("999 samples") && text.contains("fewer samples"),
            "{text}"
        );
    }
}

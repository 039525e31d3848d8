//! Ratings within a range, by Adam over batches.

use super::dot_bias_user::User;
use super::recommender::{
    Entries, RatingPredictor, Recommender, check_entries, check_scores, check_user,
};
use crate::cpu::HostSchedule;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Scalar, SparseMatrix};
use lowrank_core::MatMut;
use lowrank_core::completion::{Cycles, DotBias as CoreDotBias, DotBiasEpoch, DotBiasState};
use lowrank_core::descent::Adam;
use lowrank_core::operator::Observed;
use std::ops::ControlFlow;

/// Ratings as low + (high - low) s(w_i . h_j + b_i + c_j), s(x) = 1 / (1 + exp(-x)), by Adam over batches of entries: the model
/// `EmbeddingDotBias` of fast.ai; settings and [`fit`](DotBias::fit).
///
/// [`lowrank_core::completion::DotBias`] defines the objective and its steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DotBias {
    /// k; zero is the model of biases alone.
    pub rank: usize,
    /// The lowest and the highest rating, with some room at the ends, as predictions never reach them; `None`: the smallest
    /// rating, and the largest.
    pub range: Option<(f64, f64)>,
    /// The penalty of all numbers, in units of the mean square error.
    pub l2: f64,
    /// The number of entries of a batch.
    pub batch: usize,
    /// The rate at the start of a cycle.
    pub learning_rate: f64,
    /// The epochs of the cycles, in each of which the rate falls to zero.
    pub cycles: Cycles,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for DotBias {
    /// Returns rank 50, l2 2e-4, batches of 64, rate 0.01, and cycles of one and of two epochs.
    fn default() -> Self {
        Self {
            rank: 50,
            range: None,
            l2: 2e-4,
            batch: 64,
            learning_rate: 0.01,
            cycles: Cycles {
                count: 2,
                first: 1,
                factor: 2,
            },
            seed: 0,
        }
    }
}

/// Factors and biases of users and items.
#[derive(Clone, Debug, PartialEq)]
pub struct DotBiasModel<T> {
    /// (k + 1) x m: column i is the factor of user i, followed by the bias.
    pub w: DenseMatrix<T>,
    /// (k + 1) x n: column j is the factor of item j, followed by the bias.
    pub h: DenseMatrix<T>,
    /// The lowest and the highest prediction.
    pub range: (f64, f64),
    /// The mean square error of the batches of each epoch, each before its step.
    pub training: Vec<T>,
    /// The number of ratings learnt from, over which the penalty is divided.
    pub known: usize,
    /// The settings of the fit.
    pub settings: DotBias,
}

impl DotBias {
    /// Learns the known entries of A, m x n.
    ///
    /// # Errors
    /// [`Error::NoEntries`]; [`Error::Factorization`] for entries that are not finite, settings out of range, a range that
    /// is empty (ratings that are all equal need one), and a descent that diverges.
    pub fn fit<T: Scalar>(&self, a: &SparseMatrix<T>) -> Result<DotBiasModel<T>, Error> {
        T::of(&FIT)(self, a)
    }

    fn of_core(&self, range: (f64, f64)) -> CoreDotBias {
        CoreDotBias {
            rank: self.rank,
            range,
            l2: self.l2,
            batch: self.batch,
            learning_rate: self.learning_rate,
            cycles: self.cycles,
            adam: Adam::default(),
            seed: self.seed,
        }
    }
}

compiled! {
    static FIT: Fit<T> = fit as fn(&DotBias, &SparseMatrix<T>) -> Result<DotBiasModel<T>, Error>;
}

fn fit<T: Scalar>(settings: &DotBias, a: &SparseMatrix<T>) -> Result<DotBiasModel<T>, Error> {
    let (m, n) = (a.nrows(), a.ncols());
    if a.nonzeros() == 0 {
        return Err(Error::NoEntries);
    }
    let range = settings.range.unwrap_or_else(|| {
        let values = a.values().iter().map(|x| x.to_f64());
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        values.fold(ends, |(low, high), x| (low.min(x), high.max(x)))
    });
    let model = settings.of_core(range);
    let (p, len) = (settings.rank + 1, model.state_len());
    let (mut w, mut h) = (vec![T::ZERO; len * m], vec![T::ZERO; len * n]);
    let mut state = DotBiasState {
        w: MatMut::new(&mut w, len, m)?,
        h: MatMut::new(&mut h, len, n)?,
    };
    let known = Observed(a.view()?);
    let mut training = Vec::new();
    let mut keep = |epoch: DotBiasEpoch<T>| {
        training.push(epoch.training);
        ControlFlow::Continue(())
    };
    let schedule = HostSchedule::on_threads();
    schedule.run(|| model.run(&known, &mut state, &schedule, &mut keep))?;
    let rows =
        |state: &MatMut<'_, T>| DenseMatrix::from_fn(p, state.ncols(), |c, j| state.column(j)[c]);
    Ok(DotBiasModel {
        w: rows(&state.w),
        h: rows(&state.h),
        range,
        training,
        known: a.nonzeros(),
        settings: *settings,
    })
}

impl<T: Scalar> DotBiasModel<T> {
    /// Predicts the rating of an item by a user; `None` if there is no such user or item.
    pub fn predict(&self, user: usize, item: usize) -> Option<T> {
        if user >= self.w.ncols() || item >= self.h.ncols() {
            return None;
        }
        let model = self.settings.of_core(self.range);
        Some(model.predict(self.w.column(user), self.h.column(item)))
    }

    /// Computes the factor and the bias of a user whom the model has not seen: the minimizer of the loss for these items.
    ///
    /// # Errors
    /// [`Error::Factorization`] for an item outside the model, or a value that is not finite.
    pub fn fold_in(&self, entries: Entries<'_, T>) -> Result<Vec<T>, Error> {
        check_entries(entries, self.h.ncols())?;
        let features = |&j: &u32| {
            let (h, bias) = self.h.column(j as usize).split_at(self.settings.rank);
            let f = h.iter().map(|x| x.to_f64()).chain([1.0]).collect();
            (f, bias[0].to_f64())
        };
        let (features, offsets) = entries.0.iter().map(features).unzip();
        let user = User {
            features,
            offsets,
            ratings: entries.1.iter().map(|x| x.to_f64()).collect(),
            range: self.range,
            penalty: 0.5 * self.settings.l2 * self.known as f64,
        };
        let row = user.minimizer(self.settings.rank + 1)?;
        Ok(row.into_iter().map(T::from_f64).collect())
    }
}

compiled! {
    static SCORES: Scores<T> = write_scores as fn(&DotBiasModel<T>, &[T], &mut [T]);
}

fn write_scores<T: Scalar>(model: &DotBiasModel<T>, w: &[T], scores: &mut [T]) {
    let rows = model.h.as_slice().chunks_exact(model.h.nrows());
    let model = model.settings.of_core(model.range);
    for (score, h) in scores.iter_mut().zip(rows) {
        *score = model.predict(w, h);
    }
}

impl<T: Scalar> Recommender<T> for DotBiasModel<T> {
    fn users(&self) -> usize {
        self.w.ncols()
    }

    fn items(&self) -> usize {
        self.h.ncols()
    }

    /// Writes predicted ratings.
    fn score(&self, user: usize, scores: &mut [T]) -> Result<(), Error> {
        check_user(user, self.users())?;
        check_scores(scores, self.items())?;
        T::of(&SCORES)(self, self.w.column(user), scores);
        Ok(())
    }

    /// Writes predicted ratings.
    fn score_new(&self, entries: Entries<'_, T>, scores: &mut [T]) -> Result<(), Error> {
        check_scores(scores, self.items())?;
        T::of(&SCORES)(self, &self.fold_in(entries)?, scores);
        Ok(())
    }
}

impl<T: Scalar> RatingPredictor<T> for DotBiasModel<T> {
    fn predict_rating(&self, user: usize, item: usize) -> Option<T> {
        self.predict(user, item)
    }
}

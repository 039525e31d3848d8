//! A completion of ratings as a recommender.

use super::explanation::{Explanation, Ridge};
use super::recommender::{
    Entries, RatingPredictor, Recommender, check_entries, check_scores, check_user,
};
use crate::completion::{Completion, CompletionModel, Weighting};
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Observed, Scalar, SparseMatrix};
use lowrank_core::approximation::Approximation;
use lowrank_core::iteration::Stop;

impl<T: Scalar> CompletionModel<T> {
    /// Restores a model without rows from its columns, such as those of a file: rows are folded in.
    ///
    /// - `settings`: those of the fit, with its penalty; loss, error and iterations are not known.
    /// - `h` and `column_biases`: n x k, and n numbers.
    ///
    /// # Errors
    /// [`Error::Factorization`] if H has not k columns, or there are not n biases.
    pub fn from_columns(
        settings: Completion,
        mean: T,
        h: DenseMatrix<T>,
        column_biases: Vec<T>,
    ) -> Result<Self, Error> {
        let expected = (column_biases.len(), settings.rank);
        let found = (h.nrows(), h.ncols());
        if expected != found {
            return Err(lowrank_core::Error::Shape { expected, found }.into());
        }
        let unknown = T::from_f64(f64::NAN);
        Ok(Self {
            w: DenseMatrix::zeros(0, settings.rank),
            h,
            row_biases: Vec::new(),
            column_biases,
            mean,
            approximation: Approximation {
                error: unknown,
                error_bound: unknown,
                frobenius_norm: unknown,
            },
            loss: unknown,
            iterations: 0,
            stop: Stop::Observer,
            settings,
        })
    }

    /// Computes the row of W of a new row of A, followed by its bias if rows have biases: [`fold_in`](Self::fold_in) of one
    /// row.
    ///
    /// # Errors
    /// [`Error::Factorization`] for a column outside the model, or a value that is not finite.
    pub fn fold_in_row(&self, entries: Entries<'_, T>) -> Result<Vec<T>, Error> {
        check_entries(entries, self.h.nrows())?;
        let (columns, values) = (entries.0.to_vec(), entries.1.to_vec());
        let offsets = vec![0, columns.len()];
        let row = SparseMatrix::from_rows(offsets, columns, values, self.h.nrows());
        let found = self.fold_in(Observed(&row))?;
        let bias = found.biases.iter().copied();
        let bias = bias.take(usize::from(self.settings.biases.of_rows()));
        Ok(found.w.as_slice().iter().copied().chain(bias).collect())
    }

    /// Divides the rating of item `item` that is predicted for a user with these entries into the mean and the item's bias,
    /// and the share of each entry: that of entry j is f_i^T (F^T F + D)^-1 f_j (a_j - mu - c_j), where f_j is row j of H
    /// with a one for the user's bias, if users have one, and D are the penalties.
    ///
    /// # Errors
    /// As for [`fold_in_row`](Self::fold_in_row); [`Error::NoSuchItem`].
    pub fn explain(&self, entries: Entries<'_, T>, item: usize) -> Result<Explanation, Error> {
        let (n, settings) = (self.h.nrows(), self.settings);
        check_entries(entries, n)?;
        if item >= n {
            return Err(Error::NoSuchItem { item, items: n });
        }
        let p = settings.rank + usize::from(settings.biases.of_rows());
        let l2 = settings.l2.ok_or(Error::NoPenalty)?;
        let l2 = match settings.weighting {
            Weighting::Plain => l2,
            Weighting::Count => l2 * entries.0.len() as f64,
        };
        let penalty = |c: usize| {
            if c < settings.rank {
                l2
            } else {
                settings.bias_l2
            }
        };
        let features = |j: usize| -> Vec<f64> {
            let feature = |c| match c < settings.rank {
                true => self.h.at(j, c).to_f64(),
                false => 1.0,
            };
            (0..p).map(feature).collect()
        };
        let base = |j: usize| self.mean.to_f64() + self.column_biases[j].to_f64();
        let diagonal = |i: usize, j: usize| if i == j { penalty(i) } else { 0.0 };
        let mut ridge = Ridge::new(DenseMatrix::from_fn(p, p, diagonal));
        for (&j, rating) in entries.0.iter().zip(entries.1) {
            let residual = rating.to_f64() - base(j as usize);
            ridge.add(j, features(j as usize), [1.0, residual]);
        }
        ridge.explain(&features(item), base(item))
    }
}

compiled! {
    static SCORES: Scores<T> = write_scores as fn(&CompletionModel<T>, (&[T], T), &mut [T]);
}

/// Writes mu + b + c_j + w . h_j for each column j.
fn write_scores<T: Scalar>(model: &CompletionModel<T>, (w, b): (&[T], T), scores: &mut [T]) {
    for (score, c) in scores.iter_mut().zip(&model.column_biases) {
        *score = model.mean + b + *c;
    }
    for (p, w) in w.iter().enumerate() {
        for (score, h) in scores.iter_mut().zip(model.h.column(p)) {
            *score += *w * *h;
        }
    }
}

impl<T: Scalar> Recommender<T> for CompletionModel<T> {
    fn users(&self) -> usize {
        self.w.nrows()
    }

    fn items(&self) -> usize {
        self.h.nrows()
    }

    /// Writes predicted ratings.
    fn score(&self, user: usize, scores: &mut [T]) -> Result<(), Error> {
        check_user(user, self.users())?;
        check_scores(scores, self.items())?;
        let w: Vec<T> = (0..self.w.ncols()).map(|p| self.w.at(user, p)).collect();
        T::of(&SCORES)(self, (&w, self.row_biases[user]), scores);
        Ok(())
    }

    /// Writes predicted ratings.
    fn score_new(&self, entries: Entries<'_, T>, scores: &mut [T]) -> Result<(), Error> {
        check_scores(scores, self.items())?;
        let row = self.fold_in_row(entries)?;
        let (w, bias) = row.split_at(self.settings.rank);
        T::of(&SCORES)(self, (w, bias.first().copied().unwrap_or(T::ZERO)), scores);
        Ok(())
    }
}

impl<T: Scalar> RatingPredictor<T> for CompletionModel<T> {
    fn predict_rating(&self, user: usize, item: usize) -> Option<T> {
        self.predict(user, item)
    }
}

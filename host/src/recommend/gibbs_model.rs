//! The draws of a Gibbs sampling as a model.

use super::explanation::Ridge;
use super::gibbs::Gibbs;
use super::recommender::{
    Entries, RatingPredictor, Recommender, check_entries, check_scores, check_user,
};
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Scalar};
use lowrank_core::MatRef;
use lowrank_core::completion::{GibbsRowPrior, GibbsScale, als_scratch_len};

/// Draws of the factors of users and items.
#[derive(Clone, Debug, PartialEq)]
pub struct GibbsModel<T> {
    /// The settings of the fit.
    pub settings: Gibbs,
    /// The scale of the predictions.
    pub scale: GibbsScale<T>,
    draws: Vec<GibbsDraw<T>>,
}

/// One draw of the factors, in units of the ratings' deviation; with biases p is k + 1, else k.
#[derive(Clone, Debug, PartialEq)]
pub struct GibbsDraw<T> {
    /// p x m: column i is the factor of user i, followed by the bias.
    pub w: DenseMatrix<T>,
    /// p x n: column j is the factor of item j, followed by the bias.
    pub h: DenseMatrix<T>,
    /// The mean of the users' columns: p numbers.
    pub user_mean: Vec<T>,
    /// Their precision: p columns of p numbers, rounded up to a multiple of 8.
    pub user_precision: Vec<T>,
    /// The weight of each user: m numbers, none if users are left out.
    pub user_weights: Vec<T>,
    /// The precision of a rating by a user of weight one.
    pub alpha: T,
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

compiled! {
    static FOLD_IN: FoldIn<T> = fold_in
        as fn(&GibbsModel<T>, Entries<'_, T>) -> Result<Vec<NewRow<T>>, Error>;
}

compiled! {
    static SCORES: Scores<T> = write_scores as fn(&GibbsModel<T>, &[&[T]], &mut [T]);
}

/// Writes the mean over the draws of the rating of each item.
///
/// - `rows`: of the user, one for each draw.
fn write_scores<T: Scalar>(model: &GibbsModel<T>, rows: &[&[T]], scores: &mut [T]) {
    let share = T::ONE / T::from_usize(model.draws.len());
    scores.fill(T::ZERO);
    for (draw, row) in model.draws.iter().zip(rows) {
        let held = draw.h.as_slice().chunks_exact(model.row_len());
        for (score, h) in scores.iter_mut().zip(held) {
            *score += share * model.scale.predict(row, h);
        }
    }
}

/// The row of a new user in a draw.
struct NewRow<T> {
    /// Its expectation.
    mean: Vec<T>,
    /// The precision of a rating by the user.
    alpha: T,
}

/// Returns the row of a new user in each draw.
fn fold_in<T: Scalar>(
    model: &GibbsModel<T>,
    entries: Entries<'_, T>,
) -> Result<Vec<NewRow<T>>, Error> {
    let p = model.row_len();
    let mut scratch = vec![T::ZERO; als_scratch_len(p) + p.next_multiple_of(8)];
    let folded = |draw: &GibbsDraw<T>| {
        let mut mean = vec![T::ZERO; p];
        let prior = GibbsRowPrior {
            mean: &draw.user_mean,
            precision: &draw.user_precision,
            alpha: draw.alpha,
            noise_degrees: model.settings.noise_degrees,
        };
        let held: (MatRef<'_, T>, _) = (draw.h.view()?, prior);
        let alpha = model
            .scale
            .fold_in(entries, held, &mut mean, &mut scratch)?;
        Ok(NewRow { mean, alpha })
    };
    model.draws.iter().map(folded).collect()
}

/// The moments of a rating, a draw at a time.
#[derive(Default)]
struct Moments {
    values: Vec<f64>,
    /// The sum of the variances within a draw.
    within: f64,
    /// The sum of the variances of a rating about v_ij.
    noise: f64,
}

impl Moments {
    fn draws<T: Scalar>(&self) -> RatingDraws<T> {
        let count = self.values.len() as f64;
        let mean = self.values.iter().sum::<f64>() / count;
        let squares = self.values.iter().map(|v| (v - mean) * (v - mean));
        let variance = (squares.sum::<f64>() + self.within) / count;
        RatingDraws {
            mean: T::from_f64(mean),
            deviation: T::from_f64(variance.sqrt()),
            rating_deviation: T::from_f64((variance + self.noise / count).sqrt()),
        }
    }
}

impl<T: Scalar> GibbsModel<T> {
    /// Restores a model from its draws, such as those of a file, one or more. Users may be left out of all of them (w is
    /// p x 0): they are folded in.
    ///
    /// # Errors
    /// [`Error::NoEntries`] without a draw; [`Error::Factorization`] for draws of different sizes.
    pub fn from_draws(
        settings: Gibbs,
        scale: GibbsScale<T>,
        draws: Vec<GibbsDraw<T>>,
    ) -> Result<Self, Error> {
        let first = draws.first().ok_or(Error::NoEntries)?;
        let (p, users, items) = (
            settings.of_core().row_len(),
            first.w.ncols(),
            first.h.ncols(),
        );
        let check = |found: (usize, usize), expected: (usize, usize)| match found == expected {
            true => Ok(()),
            false => Err(lowrank_core::Error::Shape { expected, found }),
        };
        for draw in &draws {
            check((draw.w.nrows(), draw.w.ncols()), (p, users))?;
            check((draw.h.nrows(), draw.h.ncols()), (p, items))?;
            check((draw.user_weights.len(), 1), (users, 1))?;
            check((draw.user_mean.len(), 1), (p, 1))?;
            check(
                (draw.user_precision.len(), 1),
                (p * p.next_multiple_of(8), 1),
            )?;
        }
        Ok(Self {
            settings,
            scale,
            draws,
        })
    }

    /// Returns the draws.
    pub fn draws(&self) -> &[GibbsDraw<T>] {
        &self.draws
    }

    /// Returns the factors of the items in all draws, one after the other, in columns: k times the number of draws x n.
    ///
    /// Each draw turns the factors in its own way, but lengths and angles between these columns are means over the draws.
    pub fn item_factors(&self) -> DenseMatrix<T> {
        let (k, n) = (self.settings.rank, self.items());
        let entry = |c: usize, j: usize| self.draws[c / k].h.at(c % k, j);
        DenseMatrix::from_fn(k * self.draws.len(), n, entry)
    }

    /// Returns the mean over the draws of the bias of each item, in the unit of the ratings; zeros without biases.
    pub fn item_biases(&self) -> Vec<T> {
        let (k, share) = (self.settings.rank, 1.0 / self.draws.len() as f64);
        let bias =
            |draw: &GibbsDraw<T>, j: usize| draw.h.get(k, j).map_or(0.0, |bias| bias.to_f64());
        let mean = |j| {
            let sum: f64 = self.draws.iter().map(|draw| bias(draw, j)).sum();
            T::from_f64(sum * share * self.scale.deviation.to_f64())
        };
        (0..self.items()).map(mean).collect()
    }

    /// Predicts the rating of an item by a user, with deviations; `None` if there is no such user or item.
    pub fn predict(&self, user: usize, item: usize) -> Option<RatingDraws<T>> {
        if user >= self.users() || item >= self.items() {
            return None;
        }
        let mut moments = Moments::default();
        for draw in &self.draws {
            let v = self.scale.predict(draw.w.column(user), draw.h.column(item));
            self.add(draw.alpha * draw.user_weights[user], v, &mut moments);
        }
        Some(moments.draws())
    }

    /// Predicts the ratings of some items by a user whom the model has not seen, from the user's entries. The deviation has both
    /// parts: that over the draws of the items, and that of the user's row within each draw.
    ///
    /// # Errors
    /// [`Error::NoSuchItem`]; [`Error::Factorization`] for an entry of an item outside the model, or one that is not finite.
    pub fn predict_new(
        &self,
        entries: Entries<'_, T>,
        items: &[usize],
    ) -> Result<Vec<RatingDraws<T>>, Error> {
        let count = self.items();
        if let Some(&item) = items.iter().find(|&&item| item >= count) {
            return Err(Error::NoSuchItem { item, items: count });
        }
        check_entries(entries, count)?;
        let rows = T::of(&FOLD_IN)(self, entries)?;
        let unit = self.scale.deviation.to_f64();
        let mut moments: Vec<Moments> = items.iter().map(|_| Moments::default()).collect();
        for (draw, row) in self.draws.iter().zip(&rows) {
            let mut factor = self.regression(draw, row.alpha, entries).factor()?;
            for (&item, moments) in items.iter().zip(&mut moments) {
                let v = self.scale.predict(&row.mean, draw.h.column(item));
                self.add(row.alpha, v, moments);
                let variance = factor.variance(&self.features(draw, item))?;
                moments.within += unit * unit * variance;
            }
        }
        Ok(moments.iter().map(Moments::draws).collect())
    }

    fn row_len(&self) -> usize {
        self.settings.of_core().row_len()
    }

    /// Adds a prediction of a rating of precision `alpha`.
    fn add(&self, alpha: T, v: T, moments: &mut Moments) {
        let unit = self.scale.deviation.to_f64();
        moments.values.push(v.to_f64());
        moments.noise += unit * unit / alpha.to_f64();
    }

    /// Returns the factor of an item, and a one for the user's bias.
    fn features(&self, draw: &GibbsDraw<T>, item: usize) -> Vec<f64> {
        let feature = |(c, x): (usize, &T)| match c < self.settings.rank {
            true => x.to_f64(),
            false => 1.0,
        };
        draw.h
            .column(item)
            .iter()
            .enumerate()
            .map(feature)
            .collect()
    }

    /// Returns the regression of a user's row in a draw, whose matrix is the precision of the row.
    ///
    /// - `alpha`: the precision of a rating by the user.
    fn regression(&self, draw: &GibbsDraw<T>, alpha: T, (items, _): Entries<'_, T>) -> Ridge {
        let (p, stride) = (self.row_len(), self.row_len().next_multiple_of(8));
        let prior = |i: usize, j: usize| draw.user_precision[j * stride + i].to_f64();
        let mut ridge = Ridge::new(DenseMatrix::from_fn(p, p, prior));
        for &item in items {
            let features = self.features(draw, item as usize);
            ridge.add(item, features, [alpha.to_f64(), 0.0]);
        }
        ridge
    }
}

impl<T: Scalar> Recommender<T> for GibbsModel<T> {
    fn users(&self) -> usize {
        self.draws.first().map_or(0, |draw| draw.w.ncols())
    }

    fn items(&self) -> usize {
        self.draws.first().map_or(0, |draw| draw.h.ncols())
    }

    /// Writes predicted ratings.
    fn score(&self, user: usize, scores: &mut [T]) -> Result<(), Error> {
        check_user(user, self.users())?;
        check_scores(scores, self.items())?;
        let rows: Vec<&[T]> = self.draws.iter().map(|draw| draw.w.column(user)).collect();
        T::of(&SCORES)(self, &rows, scores);
        Ok(())
    }

    /// Writes predicted ratings.
    fn score_new(&self, entries: Entries<'_, T>, scores: &mut [T]) -> Result<(), Error> {
        check_entries(entries, self.items())?;
        check_scores(scores, self.items())?;
        let rows = T::of(&FOLD_IN)(self, entries)?;
        let rows: Vec<&[T]> = rows.iter().map(|row| &row.mean[..]).collect();
        T::of(&SCORES)(self, &rows, scores);
        Ok(())
    }
}

impl<T: Scalar> RatingPredictor<T> for GibbsModel<T> {
    fn predict_rating(&self, user: usize, item: usize) -> Option<T> {
        Some(self.predict(user, item)?.mean)
    }
}

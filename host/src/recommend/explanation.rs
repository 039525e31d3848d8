//! The shares of a user's entries in a score.

use crate::{DenseMatrix, Error};
use lowrank_core::MatMut;
use lowrank_core::dense::cholesky::{cholesky, cholesky_solve};

/// A score, divided exactly into what it is without the user, and the contribution of each of the user's entries.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The sum of all parts: the score for a user with these entries, folded in.
    pub score: f64,
    /// The part without any entry: for ratings, the mean and the bias of the item; else zero.
    pub baseline: f64,
    /// The other parts, the largest in magnitude first; those of equal magnitude in the order of the items.
    pub contributions: Vec<Contribution>,
}

/// The contribution of one of the user's entries to a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// The item of the entry.
    pub item: u32,
    /// Its part of the score.
    pub share: f64,
}

/// An item, its features and its target.
type RidgeEntry = (u32, Vec<f64>, f64);

/// The ridge regression of a user: (D + sum e_j f_j f_j^T) x = sum t_j f_j.
pub(super) struct Ridge {
    precision: DenseMatrix<f64>,
    entries: Vec<RidgeEntry>,
}

impl Ridge {
    /// Creates the regression with D = `precision` and no entries.
    pub(super) fn new(precision: DenseMatrix<f64>) -> Self {
        Self {
            precision,
            entries: Vec::new(),
        }
    }

    /// Adds an entry with features f, weight e and target t.
    pub(super) fn add(&mut self, item: u32, features: Vec<f64>, [weight, target]: [f64; 2]) {
        for (column, f) in self.precision.columns_mut().zip(&features) {
            for (x, g) in column.iter_mut().zip(&features) {
                *x += weight * f * g;
            }
        }
        self.entries.push((item, features, target));
    }

    /// Returns the factorization of the matrix P of the regression.
    pub(super) fn factor(self) -> Result<RidgeFactor, Error> {
        let p = self.precision.nrows();
        let mut l = self.precision.into_vec();
        cholesky(&mut MatMut::new(&mut l, p, p)?)?;
        Ok(RidgeFactor {
            l,
            entries: self.entries,
        })
    }

    /// Divides `baseline` + f . x into the shares t_j f^T P^-1 f_j of the entries.
    pub(super) fn explain(self, query: &[f64], baseline: f64) -> Result<Explanation, Error> {
        let mut factor = self.factor()?;
        let z = factor.solution(query)?;
        let entries = std::mem::take(&mut factor.entries);
        let share = |(item, features, target): RidgeEntry| Contribution {
            item,
            share: target * z.iter().zip(&features).map(|(z, f)| z * f).sum::<f64>(),
        };
        let mut contributions: Vec<Contribution> = entries.into_iter().map(share).collect();
        let score = baseline + contributions.iter().map(|part| part.share).sum::<f64>();
        contributions.sort_by(|a, b| {
            b.share
                .abs()
                .total_cmp(&a.share.abs())
                .then(a.item.cmp(&b.item))
        });
        Ok(Explanation {
            score,
            baseline,
            contributions,
        })
    }
}

/// P = L L^T.
pub(super) struct RidgeFactor {
    l: Vec<f64>,
    entries: Vec<RidgeEntry>,
}

impl RidgeFactor {
    /// f^T P^-1 f: the variance of f . x if P is the precision of x.
    pub(super) fn variance(&mut self, query: &[f64]) -> Result<f64, Error> {
        let z = self.solution(query)?;
        Ok(z.iter().zip(query).map(|(z, f)| z * f).sum())
    }

    /// P^-1 f.
    fn solution(&mut self, query: &[f64]) -> Result<Vec<f64>, Error> {
        let (p, mut z) = (query.len(), query.to_vec());
        cholesky_solve(&MatMut::new(&mut self.l, p, p)?, &mut z)?;
        Ok(z)
    }
}

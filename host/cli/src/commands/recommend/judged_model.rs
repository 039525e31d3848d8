//! The models of `lowrank recommend evaluate`.

use crate::arguments::ModelChoice;
use lowrank::completion::{CompletionSolver, HeldOut};
use lowrank::recommend::{
    DotBias, Ease, Gibbs, Implicit, Popularity, PureSvd, RankingQuality, RatingErrors,
    RatingPredictor, Recommender, judge_ranking, judge_ratings,
};
use lowrank::{Completion, Error, Observed, SparseMatrix};

/// A model that has learnt.
pub enum Fitted {
    /// It ranks items.
    Ranks(Box<dyn Recommender<f32>>),
    /// It ranks items by the ratings that it predicts.
    Rates(Box<dyn Rater>),
}

/// A model that predicts ratings, and recommends by them.
pub trait Rater: Recommender<f32> + RatingPredictor<f32> {}

impl<M: Recommender<f32> + RatingPredictor<f32>> Rater for M {}

/// The settings of a fit that the command line has.
#[derive(Clone, Copy)]
pub struct FitOptions {
    pub rank: Option<usize>,
    pub seed: u64,
}

impl Fitted {
    /// Fits a model: one that predicts ratings to all of them, another one to those that are liked, each of which is one.
    pub fn of(
        model: ModelChoice,
        (ratings, liked): (&SparseMatrix<f32>, &SparseMatrix<f32>),
        options: FitOptions,
    ) -> Result<Self, Error> {
        let FitOptions { rank, seed } = options;
        let most = liked.nrows().min(liked.ncols());
        // A rank that was asked for is not changed.
        let rank = |default: usize| rank.unwrap_or(default.min(most));
        let completion = |solver| {
            let settings = Completion {
                rank: rank(20),
                solver,
                seed,
                ..Completion::default()
            };
            settings.fit(Observed(ratings))
        };
        Ok(match model {
            ModelChoice::Popularity => Self::Ranks(Box::new(Popularity::of(liked))),
            ModelChoice::Implicit => {
                let default = Implicit::default();
                let settings = Implicit {
                    rank: rank(default.rank),
                    seed,
                    ..default
                };
                Self::Ranks(Box::new(settings.fit(liked)?))
            }
            ModelChoice::Svd => {
                let rank = rank(PureSvd::default().rank);
                Self::Ranks(Box::new(PureSvd { rank, seed }.fit(liked)?))
            }
            ModelChoice::Ease => Self::Ranks(Box::new(Ease::default().fit(liked)?)),
            ModelChoice::Als => Self::Rates(Box::new(completion(CompletionSolver::Als)?)),
            ModelChoice::Sgd => Self::Rates(Box::new(completion(CompletionSolver::Sgd)?)),
            ModelChoice::Gibbs => {
                let default = Gibbs::default();
                let settings = Gibbs {
                    rank: rank(default.rank),
                    seed,
                    ..default
                };
                Self::Rates(Box::new(settings.fit(ratings)?))
            }
            ModelChoice::DotBias => {
                let default = DotBias::default();
                let settings = DotBias {
                    rank: rank(default.rank),
                    seed,
                    ..default
                };
                Self::Rates(Box::new(settings.fit(ratings)?))
            }
        })
    }

    /// Judges the predictions of held-out ratings, if the model makes any.
    pub fn judge_ratings(
        &self,
        held_out: &SparseMatrix<f32>,
    ) -> Result<Option<RatingErrors>, Error> {
        match self {
            Fitted::Ranks(_) => Ok(None),
            Fitted::Rates(model) => judge_ratings(&**model, held_out).map(Some),
        }
    }

    /// Judges lists of `n` items.
    pub fn judge_ranking(&self, parts: &HeldOut<f32>, n: usize) -> Result<RankingQuality, Error> {
        let found = match self {
            Fitted::Ranks(model) => judge_ranking(&**model, parts, &[n])?,
            Fitted::Rates(model) => judge_ranking(&**model, parts, &[n])?,
        };
        Ok(found[0])
    }
}

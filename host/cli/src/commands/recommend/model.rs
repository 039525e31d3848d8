//! The models that are kept.

use super::model_settings::ModelSettings;
use crate::arguments::KeptModel;
use lowrank::completion::{CompletionModel, CompletionSolver};
use lowrank::recommend::{
    DotBiasModel, EaseModel, Entries, Explanation, GibbsModel, ImplicitModel, PureSvdModel,
    RatingPredictor, Recommender,
};
use lowrank::{DenseMatrix, Error, Observed, SparseMatrix};

/// What a model knows of items.
pub enum Model {
    Implicit(ImplicitModel<f32>),
    Svd(PureSvdModel<f32>),
    Ease(EaseModel<f32>),
    Als(CompletionModel<f32>),
    Sgd(CompletionModel<f32>),
    Gibbs(GibbsModel<f32>),
    DotBias(DotBiasModel<f32>),
}

/// A predicted rating, or the score of a model of lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    pub score: f32,
    /// The standard deviations of the prediction, and of a rating about it, if the model has them.
    pub deviations: Option<[f32; 2]>,
}

impl Model {
    /// Fits a model to what it learns from.
    pub fn fit(
        kind: KeptModel,
        learnt: &SparseMatrix<f32>,
        settings: &ModelSettings,
    ) -> Result<Self, Error> {
        let completion = |solver| settings.completion(solver, learnt).fit(Observed(learnt));
        Ok(match kind {
            KeptModel::Implicit => Self::Implicit(settings.implicit(learnt).fit(learnt)?),
            KeptModel::Svd => Self::Svd(settings.svd(learnt).fit(learnt)?),
            KeptModel::Ease => Self::Ease(settings.ease().fit(learnt)?),
            KeptModel::Als => Self::Als(completion(CompletionSolver::Als)?),
            KeptModel::Sgd => Self::Sgd(completion(CompletionSolver::Sgd)?),
            KeptModel::Gibbs => Self::Gibbs(settings.gibbs(learnt).fit(learnt)?),
            KeptModel::DotBias => Self::DotBias(settings.dot_bias(learnt).fit(learnt)?),
        })
    }

    pub fn recommender(&self) -> &dyn Recommender<f32> {
        match self {
            Model::Implicit(model) => model,
            Model::Svd(model) => model,
            Model::Ease(model) => model,
            Model::Als(model) | Model::Sgd(model) => model,
            Model::Gibbs(model) => model,
            Model::DotBias(model) => model,
        }
    }

    /// Returns the model as one that predicts ratings, if it does.
    pub fn predictor(&self) -> Option<&dyn RatingPredictor<f32>> {
        match self {
            Model::Implicit(_) | Model::Svd(_) | Model::Ease(_) => None,
            Model::Als(model) | Model::Sgd(model) => Some(model),
            Model::Gibbs(model) => Some(model),
            Model::DotBias(model) => Some(model),
        }
    }

    /// Returns the name of a score.
    pub fn score_name(&self) -> &'static str {
        match self.predictor() {
            Some(_) => "rating",
            None => "score",
        }
    }

    /// Returns the factors of the items, in columns; for ease, the weights from each of them, for gibbs the factors of all draws.
    pub fn item_factors(&self) -> DenseMatrix<f32> {
        match self {
            Model::Implicit(model) => model.h.clone(),
            Model::Svd(model) => model.h.clone(),
            Model::Ease(model) => model.weights.clone(),
            Model::Als(model) | Model::Sgd(model) => model.h.transpose(),
            Model::Gibbs(model) => model.item_factors(),
            Model::DotBias(model) => {
                let k = model.settings.rank;
                DenseMatrix::from_fn(k, model.h.ncols(), |c, j| model.h.at(c, j))
            }
        }
    }

    /// Returns the bias of each item, if the model has them.
    pub fn item_biases(&self) -> Option<Vec<f32>> {
        match self {
            Model::Implicit(_) | Model::Svd(_) | Model::Ease(_) => None,
            Model::Als(model) | Model::Sgd(model) => {
                let has = model.settings.biases.of_columns();
                has.then(|| model.column_biases.clone())
            }
            Model::Gibbs(model) => model.settings.biases.then(|| model.item_biases()),
            Model::DotBias(model) => {
                let k = model.settings.rank;
                Some((0..model.h.ncols()).map(|j| model.h.at(k, j)).collect())
            }
        }
    }

    /// Predicts for users with these entries, each folded in once, and some items.
    pub fn predict(
        &self,
        entries: Entries<'_, f32>,
        items: &[usize],
    ) -> Result<Vec<Prediction>, Error> {
        if let Model::Gibbs(model) = self {
            let told = model.predict_new(entries, items)?.into_iter();
            let told = told.map(|draws| Prediction {
                score: draws.mean,
                deviations: Some([draws.deviation, draws.rating_deviation]),
            });
            return Ok(told.collect());
        }
        let recommender = self.recommender();
        let mut scores = vec![0.0; recommender.items()];
        recommender.score_new(entries, &mut scores)?;
        let told = items.iter().map(|&item| Prediction {
            score: scores[item],
            deviations: None,
        });
        Ok(told.collect())
    }

    /// Explains a score; `None` for a model that cannot.
    pub fn explain(
        &self,
        entries: Entries<'_, f32>,
        item: usize,
    ) -> Result<Option<Explanation>, Error> {
        Ok(match self {
            Model::Implicit(model) => Some(model.explain(entries, item)?),
            Model::Als(model) | Model::Sgd(model) => Some(model.explain(entries, item)?),
            Model::Svd(_) | Model::Ease(_) | Model::Gibbs(_) | Model::DotBias(_) => None,
        })
    }
}

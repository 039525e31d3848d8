//! The settings of the models, from the options of the command.

use crate::arguments::{KeptModel, SettingOptions};
use lowrank::completion::{Biases, CompletionSolver, LearningRate};
use lowrank::method::listed;
use lowrank::recommend::{Axis, DotBias, Ease, Gibbs, Implicit, PureSvd};
use lowrank::{Completion, Observed, SparseMatrix};

/// The settings that are given; `None`: the default of the model.
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelSettings {
    pub rank: Option<usize>,
    pub l2: Option<f64>,
    pub confidence: Option<f64>,
    pub biases: Option<Biases>,
    pub samples: Option<usize>,
    pub learning_rate: Option<f64>,
    pub range: Option<(f64, f64)>,
    pub seed: u64,
}

/// The names of the axes of a search, those of their options.
const RANK: &str = "rank";
const L2: &str = "l2";
const CONFIDENCE: &str = "confidence";

impl ModelSettings {
    pub fn new(options: &SettingOptions, seed: u64) -> Self {
        Self {
            rank: options.rank,
            l2: options.l2,
            confidence: options.confidence,
            biases: options.biases.map(Biases::from),
            samples: options.samples,
            learning_rate: options.learning_rate,
            range: options.range,
            seed,
        }
    }

    /// Checks that the model has all settings that are given; returns the message for one that it has not.
    pub fn check(&self, model: KeptModel) -> Result<(), String> {
        use KeptModel::{Als, DotBias, Ease, Gibbs, Implicit, Sgd, Svd};
        let owners: [(&str, bool, &[KeptModel]); 7] = [
            (
                RANK,
                self.rank.is_some(),
                &[Implicit, Svd, Als, Sgd, Gibbs, DotBias],
            ),
            (L2, self.l2.is_some(), &[Implicit, Ease, Als, Sgd, DotBias]),
            (CONFIDENCE, self.confidence.is_some(), &[Implicit]),
            ("biases", self.biases.is_some(), &[Als, Sgd, Gibbs]),
            ("samples", self.samples.is_some(), &[Gibbs]),
            (
                "learning-rate",
                self.learning_rate.is_some(),
                &[Sgd, DotBias],
            ),
            ("range", self.range.is_some(), &[DotBias]),
        ];
        let lacks =
            |(_, given, owners): &&(&str, bool, &[KeptModel])| *given && !owners.contains(&model);
        match owners.iter().find(lacks) {
            Some((name, _, owners)) => Err(format!(
                "--{name} belongs to {}, and not to {}",
                listed(owners.iter().map(|owner| owner.name())),
                model.name()
            )),
            None if model == Gibbs && self.has_biases_of_one_side() => {
                Err("gibbs has biases of both sides or none: take --biases both or none".into())
            }
            None => Ok(()),
        }
    }

    fn has_biases_of_one_side(&self) -> bool {
        matches!(self.biases, Some(Biases::Rows | Biases::Columns))
    }

    /// Returns k: a rank that is asked for is not changed, one by default is at most the number of users and of items.
    fn rank(&self, default: usize, a: &SparseMatrix<f32>) -> usize {
        self.rank.unwrap_or(default.min(a.nrows().min(a.ncols())))
    }

    pub fn implicit(&self, a: &SparseMatrix<f32>) -> Implicit {
        let default = Implicit::default();
        Implicit {
            rank: self.rank(default.rank, a),
            l2: self.l2,
            confidence: self.confidence.unwrap_or(default.confidence),
            seed: self.seed,
            ..default
        }
    }

    pub fn svd(&self, a: &SparseMatrix<f32>) -> PureSvd {
        PureSvd {
            rank: self.rank(PureSvd::default().rank, a),
            seed: self.seed,
        }
    }

    pub fn ease(&self) -> Ease {
        Ease {
            l2: self.l2.unwrap_or(Ease::default().l2),
        }
    }

    pub fn completion(&self, solver: CompletionSolver, a: &SparseMatrix<f32>) -> Completion {
        let default = Completion::default();
        Completion {
            rank: self.rank(default.rank, a),
            solver,
            biases: self.biases.unwrap_or(default.biases),
            l2: self.l2,
            learning_rate: LearningRate {
                initial: self.learning_rate.unwrap_or(default.learning_rate.initial),
                ..default.learning_rate
            },
            seed: self.seed,
            ..default
        }
    }

    pub fn gibbs(&self, a: &SparseMatrix<f32>) -> Gibbs {
        let default = Gibbs::default();
        Gibbs {
            rank: self.rank(default.rank, a),
            biases: self.biases.map_or(default.biases, Biases::any),
            samples: self.samples.unwrap_or(default.samples),
            seed: self.seed,
            ..default
        }
    }

    pub fn dot_bias(&self, a: &SparseMatrix<f32>) -> DotBias {
        let default = DotBias::default();
        DotBias {
            rank: self.rank(default.rank, a),
            range: self.range,
            l2: self.l2.unwrap_or(default.l2),
            learning_rate: self.learning_rate.unwrap_or(default.learning_rate),
            seed: self.seed,
            ..default
        }
    }

    /// Returns the grid of a search for the settings of a model that are not given, the cheapest axis first; it starts at the
    /// defaults.
    pub fn axes(&self, model: KeptModel, a: &SparseMatrix<f32>) -> Vec<Axis> {
        let most = a.nrows().min(a.ncols());
        let rank = |default: usize| ranks(default.min(most), most);
        let penalty = |start: f64| factors(L2, start, 6, 2f64.sqrt());
        let (l2, confidence, rank) = match model {
            KeptModel::Implicit => {
                let default = Implicit::default();
                let confidence = factors(CONFIDENCE, default.confidence, 4, 2.0);
                let l2 = factors(L2, default.penalty(a), 4, 2.0);
                (Some(l2), Some(confidence), Some(rank(default.rank)))
            }
            KeptModel::Svd => (None, None, Some(rank(PureSvd::default().rank))),
            KeptModel::Ease => (Some(factors(L2, Ease::default().l2, 5, 2.0)), None, None),
            KeptModel::Als | KeptModel::Sgd => {
                let default = Completion::default();
                let l2 = penalty(default.penalty(Observed(a)));
                (Some(l2), None, Some(rank(default.rank)))
            }
            KeptModel::Gibbs => (None, None, Some(rank(Gibbs::default().rank))),
            KeptModel::DotBias => {
                let default = DotBias::default();
                (Some(penalty(default.l2)), None, Some(rank(default.rank)))
            }
        };
        let open = [
            l2.filter(|_| self.l2.is_none()),
            confidence.filter(|_| self.confidence.is_none()),
            rank.filter(|_| self.rank.is_none()),
        ];
        open.into_iter().flatten().collect()
    }

    /// Returns these settings with the values of a point of the grid.
    pub fn at(mut self, axes: &[Axis], values: &[f64]) -> Self {
        for (axis, &value) in axes.iter().zip(values) {
            match axis.name {
                RANK => self.rank = Some(value as usize),
                L2 => self.l2 = Some(value),
                _ => self.confidence = Some(value),
            }
        }
        self
    }
}

/// Returns the ranks from a quarter of `start` to eight times as much, of which none exceeds `most`.
fn ranks(start: usize, most: usize) -> Axis {
    let mut values: Vec<f64> = [4, 2].map(|part| (start / part).max(1) as f64).to_vec();
    values.extend([1, 2, 4, 8].map(|times| (start * times).min(most) as f64));
    values.sort_by(f64::total_cmp);
    values.dedup();
    let is_start = |value: &f64| *value == start as f64;
    Axis {
        name: RANK,
        start: values.iter().position(is_start).unwrap_or(0),
        values,
    }
}

/// Returns the numbers that are `start` times a power of `factor`, of `steps` smaller and as many larger ones, to three digits.
fn factors(name: &'static str, start: f64, steps: i32, factor: f64) -> Axis {
    let value = |power: i32| match power {
        0 => start,
        _ => format!("{:.2e}", start * factor.powi(power))
            .parse()
            .unwrap_or(start),
    };
    Axis {
        name,
        values: (-steps..=steps).map(value).collect(),
        start: steps as usize,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_ascend_and_start_at_the_defaults() {
        let entries = (0..30).flat_map(|i| (0..20).map(move |j| (i, j, (1 + (i + j) % 5) as f32)));
        let a = SparseMatrix::from_triplets(30, 20, entries).unwrap();
        let open = ModelSettings::default();
        for model in KeptModel::ALL {
            let axes = open.axes(model, &a);
            assert!(!axes.is_empty(), "{model:?}");
            for axis in &axes {
                assert!(axis.values.is_sorted_by(|x, y| x < y), "{model:?} {axis:?}");
                assert!(axis.values[0] > 0.0);
                if axis.name == RANK {
                    assert!(axis.values.iter().all(|&k| k <= 20.0), "{model:?} {axis:?}");
                }
            }
            let given = ModelSettings {
                rank: Some(3),
                l2: Some(1.0),
                confidence: Some(1.0),
                ..open
            };
            assert_eq!(given.axes(model, &a), []);
            let start: Vec<f64> = axes.iter().map(|axis| axis.values[axis.start]).collect();
            let settings = open.at(&axes, &start);
            if model == KeptModel::Implicit {
                let (found, default) = (settings.implicit(&a), open.implicit(&a));
                assert_eq!(found.penalty(&a), default.penalty(&a));
                assert_eq!(found.l2, Some(default.penalty(&a)));
                assert_eq!(
                    (found.rank, found.confidence),
                    (default.rank, default.confidence)
                );
            }
        }
        let penalty = Completion::default().penalty(Observed(&a));
        let axes = open.axes(KeptModel::Als, &a);
        assert_eq!(axes[0].values[axes[0].start], penalty);
    }

    #[test]
    fn ranks_of_tiny_tables_are_what_there_is() {
        assert_eq!(ranks(1, 1).values, [1.0]);
        assert_eq!(ranks(2, 2).values, [1.0, 2.0]);
        let axis = ranks(20, 1000);
        assert_eq!(axis.values, [5.0, 10.0, 20.0, 40.0, 80.0, 160.0]);
        assert_eq!(axis.start, 2);
    }
}

use super::{Error, StoredVectorizer};
use lowrank::completion::{Biases, CompletionSolver, Weighting};
use lowrank::core::learning_rate::LearningRate;
use lowrank::core::nmf::NmfInit;
use lowrank::core::penalty::Penalty;
use lowrank::descent::{Descent, GradientNmf, GradientSvd};
use lowrank::method::{Factorization, INITS, Method, Settings};
use lowrank::nmf::{BetaChain, Loss};
use lowrank::{Completion, Nmf, Pca, Scalar, TruncatedSvd};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The version of `model.json` that is read and written.
pub const VERSION: u64 = 1;

/// The content of `model.json`, under these names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// [`VERSION`].
    pub version: u64,
    /// The version of the library that wrote it.
    pub lowrank: String,
    /// The `method` and its `settings`.
    #[serde(flatten)]
    pub settings: StoredSettings,
    /// The solver.
    pub solver: String,
    /// `host` or `core`.
    pub backend: String,
    /// The precision of the arrays: `f64` or `f32`.
    pub precision: String,
    /// The seed of all random draws.
    pub seed: u64,
    /// m.
    pub rows: usize,
    /// n.
    pub columns: usize,
    /// k.
    pub rank: usize,
    /// The outcome of the fit.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The vectorizer of texts; `None` for a matrix from a file.
    pub text: Option<StoredVectorizer>,
}

/// The outcome of a fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The number of iterations.
    pub iterations: usize,
    /// The tolerance stopped the iteration.
    pub converged: bool,
    /// ||A||_F over the known entries; for PCA, of the centered and scaled matrix.
    pub frobenius_norm: Option<f64>,
    /// The Frobenius norm of the residual, over the known entries.
    pub error: Option<f64>,
    /// An upper bound of the exact residual: the computed one plus rounding.
    #[serde(default)]
    pub error_bound: Option<f64>,
    /// The objective.
    pub loss: Option<f64>,
    /// ||A v_i - s_i u_i|| of each triplet, for svd and pca.
    #[serde(default)]
    pub residuals: Option<Vec<f64>>,
    /// For svd and pca, the estimate of the error minus the smallest error of the rank.
    #[serde(default)]
    pub excess: Option<f64>,
    /// The number of products with A or A^T.
    #[serde(default)]
    pub products: Option<u64>,
}

/// The method and its settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", content = "settings", rename_all = "lowercase")]
pub enum StoredSettings {
    /// W H^T with W, H >= 0.
    Nmf(NmfSettings),
    /// U diag(s) V^T.
    Svd(SvdSettings),
    /// U diag(s) V^T of the matrix without the means of its columns.
    Pca(PcaSettings),
    /// W F_1 .. F_d H^T with all factors >= 0.
    Chain(ChainSettings),
    /// W H^T and biases, over the known entries.
    Completion(CompletionSettings),
}

impl StoredSettings {
    /// Returns the method; its name is that in the file.
    pub fn method(&self) -> Method {
        match self {
            StoredSettings::Nmf(_) => Method::Nmf,
            StoredSettings::Svd(_) => Method::Svd,
            StoredSettings::Pca(_) => Method::Pca,
            StoredSettings::Chain(_) => Method::Chain,
            StoredSettings::Completion(_) => Method::Completion,
        }
    }
}

impl From<&Settings> for StoredSettings {
    fn from(settings: &Settings) -> Self {
        match settings {
            Settings::Nmf(nmf) => StoredSettings::Nmf(nmf.into()),
            Settings::MiniBatchNmf(batches) => StoredSettings::Nmf((&batches.nmf).into()),
            Settings::GradientNmf(nmf) => StoredSettings::Nmf(nmf.into()),
            Settings::Svd(svd) | Settings::AccurateSvd(svd, _) => StoredSettings::Svd(svd.into()),
            Settings::GradientSvd(svd) => StoredSettings::Svd(svd.into()),
            Settings::Pca(pca) | Settings::AccuratePca(pca, _) => StoredSettings::Pca(pca.into()),
            Settings::Chain(chain) => StoredSettings::Chain(chain.into()),
            Settings::Completion(completion) => StoredSettings::Completion(completion.into()),
        }
    }
}

/// The settings of [`Nmf`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NmfSettings {
    /// The beta of the divergence.
    pub beta: f64,
    /// `nndsvda`, `nndsvd`, `random` or `given`.
    pub init: String,
    /// The maximum number of iterations.
    pub iterations: usize,
    /// The share of the loss that ten iterations have to gain.
    pub tolerance: f64,
    /// L1 and L2 penalties of W.
    pub w_penalty: (f64, f64),
    /// L1 and L2 penalties of H.
    pub h_penalty: (f64, f64),
    /// The settings of a descent.
    #[serde(default)]
    pub descent: Option<DescentSettings>,
}

/// The settings of [`TruncatedSvd`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SvdSettings {
    /// Krylov and Chebyshev: the relative distance to the smallest error.
    pub tolerance: f64,
    /// Krylov: the number of blocks in memory.
    pub blocks: usize,
    /// Krylov and Chebyshev: the maximum number of blocks or polynomials; zero in folders that do not say it.
    #[serde(default)]
    pub iterations: usize,
    /// Randomized: the number of power iterations.
    pub power_iterations: usize,
    /// The number of columns of the sketch beyond the rank.
    pub oversampling: usize,
    /// The settings of a descent.
    #[serde(default)]
    pub descent: Option<DescentSettings>,
}

/// The step size of a gradient descent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescentSettings {
    /// The initial learning rate.
    pub learning_rate: f64,
    /// The factor by which the rate is multiplied.
    pub factor: f64,
    /// The number of iterations between two multiplications; 0 for never.
    pub every: usize,
    /// The share of each step that is kept, for the heavy ball.
    pub momentum: Option<f64>,
}

/// The settings of [`BetaChain`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChainSettings {
    /// The numbers of columns of W and of each inner factor.
    pub ranks: Vec<usize>,
    /// The beta of the divergence.
    pub beta: f64,
    /// The maximum number of iterations.
    pub iterations: usize,
    /// The share of the loss that ten iterations have to gain.
    pub tolerance: f64,
}

/// The settings of [`Completion`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompletionSettings {
    /// The biases: `none`, `rows`, `columns` or `both`; true and false, in older folders, are both and none.
    #[serde(with = "super::stored_biases")]
    pub biases: Biases,
    /// The penalty of W and H.
    pub l2: f64,
    /// The penalty of the biases.
    pub bias_l2: f64,
    /// The penalty of a row grows with the number of its known entries.
    #[serde(default)]
    pub l2_by_count: bool,
    /// The maximum number of iterations.
    pub iterations: usize,
    /// The share of the loss that ten iterations have to gain.
    pub tolerance: f64,
    /// The settings of a descent.
    pub descent: Option<DescentSettings>,
}

/// The settings of [`Pca`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PcaSettings {
    /// The relative distance to the smallest error.
    pub tolerance: f64,
    /// Krylov: the number of blocks in memory.
    pub blocks: usize,
    /// Krylov and Chebyshev: the maximum number of blocks or polynomials; zero in folders that do not say it.
    #[serde(default)]
    pub iterations: usize,
    /// Columns were divided by their standard deviations.
    #[serde(default)]
    pub scale: bool,
}

/// The fields that determine the meaning of the others.
#[derive(Deserialize)]
struct Head {
    version: u64,
}

impl Description {
    /// Describes a factorization of a matrix from a file.
    pub fn new<T: Scalar>(found: &Factorization<T>) -> Self {
        let (weights, components) = (found.factors.weights(), found.factors.components());
        let approximation = &found.approximation;
        let numbers = |x: &[T]| x.iter().map(|x| x.to_f64()).collect();
        Self {
            version: VERSION,
            lowrank: env!("CARGO_PKG_VERSION").into(),
            settings: (&found.settings).into(),
            solver: found.settings.solver().name().into(),
            backend: found.settings.backend().name().into(),
            precision: T::NAME.into(),
            seed: found.settings.seed(),
            rows: weights.nrows(),
            columns: components.nrows(),
            rank: components.ncols(),
            outcome: Outcome {
                iterations: found.iterations,
                converged: found.converged,
                frobenius_norm: Some(approximation.frobenius_norm),
                error: Some(approximation.error),
                error_bound: Some(approximation.error_bound),
                loss: Some(found.loss),
                residuals: found.residuals.as_deref().map(numbers),
                excess: found.excess,
                products: Some(found.products.count),
            },
            text: None,
        }
    }

    /// Returns the JSON object, indented.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("numbers and strings are JSON")
    }

    /// Reads the description in the file at `path`.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::Broken`] and [`Error::Version`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read(path).map_err(|source| Error::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let broken = |error: serde_json::Error| Error::Broken {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let Head { version } = serde_json::from_slice(&text).map_err(broken)?;
        if version != VERSION {
            return Err(Error::Version {
                path: path.to_owned(),
                expected: VERSION,
                found: version,
            });
        }
        serde_json::from_slice(&text).map_err(broken)
    }
}

fn init_name(init: NmfInit) -> &'static str {
    let known = INITS.iter().find(|(known, _)| *known == init);
    known.map_or("given", |(_, name)| name)
}

impl From<&Nmf> for NmfSettings {
    fn from(nmf: &Nmf) -> Self {
        Self {
            beta: nmf.loss.beta(),
            init: init_name(nmf.init).into(),
            iterations: nmf.iterations,
            tolerance: nmf.tolerance,
            w_penalty: (nmf.w_penalty.l1, nmf.w_penalty.l2),
            h_penalty: (nmf.h_penalty.l1, nmf.h_penalty.l2),
            descent: None,
        }
    }
}

impl DescentSettings {
    fn new(rate: LearningRate, descent: Descent) -> Self {
        Self {
            learning_rate: rate.initial,
            factor: rate.factor,
            every: rate.every,
            momentum: match descent {
                Descent::Momentum(rule) => Some(rule.momentum),
                Descent::Plain | Descent::Adam(_) => None,
            },
        }
    }
}

impl From<&GradientNmf> for NmfSettings {
    fn from(nmf: &GradientNmf) -> Self {
        let rate = nmf
            .learning_rate
            .map(|rate| DescentSettings::new(rate, nmf.descent));
        Self {
            init: "random".into(),
            iterations: nmf.iterations,
            tolerance: nmf.tolerance,
            descent: rate,
            ..(&Nmf::default()).into()
        }
    }
}

impl From<&GradientSvd> for SvdSettings {
    fn from(svd: &GradientSvd) -> Self {
        Self {
            tolerance: svd.tolerance,
            descent: Some(DescentSettings::new(svd.learning_rate, svd.descent)),
            ..(&TruncatedSvd::default()).into()
        }
    }
}

impl From<&BetaChain> for ChainSettings {
    fn from(chain: &BetaChain) -> Self {
        Self {
            ranks: chain.ranks.clone(),
            beta: chain.loss.beta(),
            iterations: chain.iterations,
            tolerance: chain.tolerance,
        }
    }
}

impl ChainSettings {
    /// Returns the settings for the weights of new rows; the product of all but the first factor is held.
    pub(super) fn of_rows(&self) -> Nmf {
        Nmf {
            rank: self.ranks.first().copied().unwrap_or(0),
            loss: Loss::of_beta(self.beta),
            ..Nmf::default()
        }
    }
}

impl From<&Completion> for CompletionSettings {
    fn from(completion: &Completion) -> Self {
        let rate = DescentSettings::new(completion.learning_rate, Descent::Plain);
        Self {
            biases: completion.biases,
            // A fit tells the penalty that it had.
            l2: completion.l2.unwrap_or_default(),
            bias_l2: completion.bias_l2,
            l2_by_count: completion.weighting == Weighting::Count,
            iterations: completion.iterations,
            tolerance: completion.tolerance,
            descent: (completion.solver == CompletionSolver::Sgd).then_some(rate),
        }
    }
}

impl CompletionSettings {
    /// Returns the settings for new rows, while the columns are held.
    pub(super) fn of_rows(&self, rank: usize) -> Completion {
        Completion {
            rank,
            biases: self.biases,
            l2: Some(self.l2),
            weighting: match self.l2_by_count {
                true => Weighting::Count,
                false => Weighting::Plain,
            },
            bias_l2: self.bias_l2,
            ..Completion::default()
        }
    }
}

impl NmfSettings {
    /// Returns the settings for the weights of new rows.
    pub(super) fn of_rows(&self, rank: usize) -> Nmf {
        let penalty = |(l1, l2)| Penalty { l1, l2 };
        Nmf {
            rank,
            loss: Loss::of_beta(self.beta),
            iterations: self.iterations,
            tolerance: self.tolerance,
            w_penalty: penalty(self.w_penalty),
            h_penalty: penalty(self.h_penalty),
            ..Nmf::default()
        }
    }
}

impl From<&TruncatedSvd> for SvdSettings {
    fn from(svd: &TruncatedSvd) -> Self {
        Self {
            tolerance: svd.tolerance,
            blocks: svd.blocks,
            iterations: svd.iterations,
            power_iterations: svd.power_iterations,
            oversampling: svd.oversampling,
            descent: None,
        }
    }
}

impl From<&Pca> for PcaSettings {
    fn from(pca: &Pca) -> Self {
        Self {
            tolerance: pca.tolerance,
            blocks: pca.blocks,
            iterations: pca.iterations,
            scale: pca.scale,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lowrank::method::{CATALOG, Options};

    #[test]
    fn every_method_is_stored_under_its_name_and_read_back() {
        for entry in &CATALOG {
            let options = Options {
                method: entry.method,
                solver: Some(entry.solver),
                ..Options::default()
            };
            let stored = StoredSettings::from(&options.settings().unwrap());
            assert_eq!(stored.method(), entry.method);
            let json = serde_json::to_value(&stored).unwrap();
            assert_eq!(json["method"], entry.method.name());
            let read: StoredSettings = serde_json::from_value(json).unwrap();
            assert_eq!(read, stored, "{}/{}", entry.method, entry.solver);
        }
    }
}

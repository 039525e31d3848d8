use super::{Error, StoredVectorizer};
use lowrank::completion::CompletionSolver;
use lowrank::core::learning_rate::LearningRate;
use lowrank::core::nmf::NmfInit;
use lowrank::core::penalty::Penalty;
use lowrank::descent::{Descent, GradientNmf, GradientSvd};
use lowrank::method::{Factorization, INITS, Method, Settings};
use lowrank::nmf::{BetaChain, Loss};
use lowrank::{Completion, Nmf, Pca, Scalar, TruncatedSvd};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The version of `model.json` that is written and read.
pub const VERSION: u64 = 1;

/// What `model.json` holds, under these names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// [`VERSION`].
    pub version: u64,
    /// The version of the library that wrote it.
    pub lowrank: String,
    /// `method`, and its `settings`.
    #[serde(flatten)]
    pub settings: StoredSettings,
    /// How it was computed.
    pub solver: String,
    /// `host` or `core`.
    pub backend: String,
    /// `f64` or `f32`: that of the arrays.
    pub precision: String,
    /// Of all random draws.
    pub seed: u64,
    /// m.
    pub rows: usize,
    /// n.
    pub columns: usize,
    /// k.
    pub rank: usize,
    /// What the fit came to.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// How texts become rows; none for a matrix from a file.
    pub text: Option<StoredVectorizer>,
}

/// What a fit came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Iterations done.
    pub iterations: usize,
    /// Whether the tolerance ended them.
    pub converged: bool,
    /// ||A||_F over the known entries; for PCA, of A less the means of its columns.
    pub frobenius_norm: Option<f64>,
    /// The Frobenius norm of what is left, over the known entries.
    pub error: Option<f64>,
    /// What was made small.
    pub loss: Option<f64>,
}

/// The method and what it was told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", content = "settings", rename_all = "lowercase")]
pub enum StoredSettings {
    /// W H^T without negative entries.
    Nmf(NmfSettings),
    /// U diag(s) V^T.
    Svd(SvdSettings),
    /// The same of the matrix less the means of its columns.
    Pca(PcaSettings),
    /// W F_1 .. F_d H^T without negative entries.
    Chain(ChainSettings),
    /// W H^T and biases, over the entries that are known.
    Completion(CompletionSettings),
}

impl StoredSettings {
    /// What is computed; its name is that of the file.
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
            Settings::Pca(pca) => StoredSettings::Pca(pca.into()),
            Settings::Chain(chain) => StoredSettings::Chain(chain.into()),
            Settings::Completion(completion) => StoredSettings::Completion(completion.into()),
        }
    }
}

/// Those of [`Nmf`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NmfSettings {
    /// Of the divergence.
    pub beta: f64,
    /// `nndsvda`, `nndsvd`, `random` or `given`.
    pub init: String,
    /// At most.
    pub iterations: usize,
    /// The share of all gains that ends them.
    pub tolerance: f64,
    /// L1 and L2 penalties of W.
    pub w_penalty: (f64, f64),
    /// L1 and L2 penalties of H.
    pub h_penalty: (f64, f64),
    /// Of a descent.
    #[serde(default)]
    pub descent: Option<DescentSettings>,
}

/// Those of [`TruncatedSvd`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SvdSettings {
    /// Krylov and Chebyshev: how near to the smallest error.
    pub tolerance: f64,
    /// Krylov: blocks at most.
    pub blocks: usize,
    /// Randomized: power iterations.
    pub power_iterations: usize,
    /// Columns of the sketch beyond the rank.
    pub oversampling: usize,
    /// Of a descent.
    #[serde(default)]
    pub descent: Option<DescentSettings>,
}

/// How large the steps of a gradient descent are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DescentSettings {
    /// The first learning rate.
    pub learning_rate: f64,
    /// What it is multiplied by.
    pub factor: f64,
    /// How often; 0 is never.
    pub every: usize,
    /// What is kept of each step, for the heavy ball.
    pub momentum: Option<f64>,
}

/// Those of [`BetaChain`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChainSettings {
    /// The columns of W and of each inner factor.
    pub ranks: Vec<usize>,
    /// Of the divergence.
    pub beta: f64,
    /// At most.
    pub iterations: usize,
    /// The share of all gains that ends them.
    pub tolerance: f64,
}

/// Those of [`Completion`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompletionSettings {
    /// Whether rows and columns have biases.
    pub biases: bool,
    /// The penalty of W and H.
    pub l2: f64,
    /// The penalty of the biases.
    pub bias_l2: f64,
    /// At most.
    pub iterations: usize,
    /// The share of all gains that ends them.
    pub tolerance: f64,
    /// Of a descent.
    pub descent: Option<DescentSettings>,
}

/// Those of [`Pca`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PcaSettings {
    /// How near to the smallest error.
    pub tolerance: f64,
    /// Krylov blocks at most.
    pub blocks: usize,
}

/// The fields without which the others mean nothing.
#[derive(Deserialize)]
struct Head {
    version: u64,
}

impl Description {
    /// The description of what was found, of a matrix from a file.
    pub fn new<T: Scalar>(found: &Factorization<T>) -> Self {
        let (weights, components) = (found.factors.weights(), found.factors.components());
        let approximation = &found.approximation;
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
                loss: Some(found.loss),
            },
            text: None,
        }
    }

    /// The JSON object, indented.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("numbers and strings are JSON")
    }

    /// The description in the file at `path`.
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
    /// The settings that find the weights of new rows in the product of all but the first factor.
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
            l2: completion.l2,
            bias_l2: completion.bias_l2,
            iterations: completion.iterations,
            tolerance: completion.tolerance,
            descent: (completion.solver == CompletionSolver::Sgd).then_some(rate),
        }
    }
}

impl NmfSettings {
    /// The settings that find the weights of new rows.
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
        }
    }
}

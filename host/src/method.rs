//! The catalog of methods and solvers: names, settings, defaults.
//!
//! [`CATALOG`] has a row for each solver of each method. [`Options`] are settings by name, from a command line or a
//! file. [`Options::settings`] converts them to the [`Settings`] of one method, and [`Settings::fit`] computes a
//! [`Factorization`].
//!
//! ```
//! use lowrank::{DenseMatrix, method::Options};
//! let a = DenseMatrix::from_fn(6, 5, |i, j| (i + j % 3) as f64);
//! let options = Options { method: "svd".parse()?, rank: Some(2), ..Options::default() };
//! let found = options.settings()?.fit(&a)?;
//! assert_eq!(found.factors.components().ncols(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod factorization;
mod fit;
mod options;
mod settings;

pub use factorization::{Factorization, Factors};
pub use options::{Options, Refusal};
pub use settings::Settings;

use crate::nmf::Loss;
use crate::svd::SvdSolver;
use lowrank_core::nmf::{NmfInit, NmfSolver};
use std::fmt;
use std::str::FromStr;

/// A factorization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// A ~ W H^T with W, H >= 0.
    #[default]
    Nmf,
    /// A ~ U diag(s) V^T.
    Svd,
    /// The SVD of A without the means of its columns.
    Pca,
    /// A ~ W H^T and biases, over the known entries.
    Completion,
    /// A ~ W F_1 .. F_d H^T with all factors >= 0.
    Chain,
}

/// An algorithm for a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Solver {
    /// Hierarchical alternating least squares.
    Hals,
    /// Multiplicative updates.
    Mu,
    /// Alternating non-negative least squares.
    Anls,
    /// Gradient descent; for an NMF, with a penalty on negative entries.
    Gradient,
    /// Projected gradient descent.
    ProjectedGradient,
    /// Adam, with a very small penalty on negative entries.
    Adam,
    /// Adam, projected onto the non-negative factors after each step.
    ProjectedAdam,
    /// Alternating least squares.
    Als,
    /// Stochastic gradient descent over single entries.
    Sgd,
    /// A randomized block Krylov space.
    Krylov,
    /// Chebyshev polynomials on one block.
    Chebyshev,
    /// A randomized range finder with power iterations.
    Randomized,
    /// A dense decomposition.
    Exact,
}

/// A setting of some solvers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Matrices with missing entries.
    Missing,
    /// The columns of each factor of a chain.
    Ranks,
    /// The accuracy that determines the rank.
    Accuracy,
    /// The initialization of W and H.
    Init,
    /// The divergence of W H^T from A.
    Loss,
    /// A loss other than the Frobenius norm.
    Divergence,
    /// The size of batches of rows.
    BatchSize,
    /// The L1 penalties: weights of the sums of entries in the loss.
    L1,
    /// The L2 penalties: weights of half of the sums of squares.
    L2,
    /// The size of a step.
    LearningRate,
    /// The share of the last step that is kept.
    Momentum,
    /// The tolerance at which the iteration stops.
    Tolerance,
    /// The maximum number of iterations.
    Iterations,
}

/// A solver of a method.
#[derive(Debug)]
pub struct Entry {
    /// The method.
    pub method: Method,
    /// The solver.
    pub solver: Solver,
    /// Completes "computed ..": `by multiplicative updates`.
    pub how: &'static str,
    /// The settings other than rank, backend and seed.
    pub settings: &'static [Setting],
    /// The solver is considered if none is named. Of several that have all settings that are given, the fastest
    /// one for the matrix is used.
    pub by_default: bool,
}

use Setting::*;

/// The solvers of all methods.
pub const CATALOG: [Entry; 16] = [
    Entry {
        method: Method::Nmf,
        solver: Solver::Hals,
        how: "by hierarchical alternating least squares",
        settings: &[Init, Loss, L1, L2, BatchSize, Iterations, Tolerance],
        by_default: true,
    },
    Entry {
        method: Method::Nmf,
        solver: Solver::Mu,
        how: "by multiplicative updates",
        settings: &[
            Init, Loss, Divergence, L1, L2, BatchSize, Iterations, Tolerance, Missing,
        ],
        by_default: true,
    },
    Entry {
        method: Method::Nmf,
        solver: Solver::Anls,
        how: "by alternating non-negative least squares",
        settings: &[Init, Loss, L1, L2, BatchSize, Iterations, Tolerance],
        by_default: false,
    },
    Entry {
        method: Method::Nmf,
        solver: Solver::Gradient,
        how: "by gradient descent with a penalty on negative entries",
        settings: &[LearningRate, Momentum, Iterations, Tolerance],
        by_default: false,
    },
    Entry {
        method: Method::Nmf,
        solver: Solver::ProjectedGradient,
        how: "by gradient descent, each step of which ends without negative entries",
        settings: &[LearningRate, Momentum, Iterations, Tolerance],
        by_default: false,
    },
    Entry {
        method: Method::Nmf,
        solver: Solver::Adam,
        how: "by Adam, with hardly a penalty on negative entries",
        settings: &[LearningRate, Iterations, Tolerance],
        by_default: false,
    },
    Entry {
        method: Method::Nmf,
        solver: Solver::ProjectedAdam,
        how: "by Adam, each step of which ends without negative entries",
        settings: &[LearningRate, Iterations, Tolerance],
        by_default: false,
    },
    Entry {
        method: Method::Svd,
        solver: Solver::Krylov,
        how: "from a randomized block Krylov space",
        settings: &[Accuracy, Iterations, Tolerance],
        by_default: true,
    },
    Entry {
        method: Method::Svd,
        solver: Solver::Chebyshev,
        how: "by Chebyshev polynomials on one block",
        settings: &[Accuracy, Tolerance],
        by_default: true,
    },
    Entry {
        method: Method::Svd,
        solver: Solver::Randomized,
        how: "by a randomized range finder with power iterations",
        settings: &[Accuracy, Iterations],
        by_default: false,
    },
    Entry {
        method: Method::Svd,
        solver: Solver::Exact,
        how: "by a dense decomposition, to rounding",
        settings: &[Accuracy],
        by_default: false,
    },
    Entry {
        method: Method::Svd,
        solver: Solver::Gradient,
        how: "by the heavy ball",
        settings: &[LearningRate, Momentum, Iterations, Tolerance],
        by_default: false,
    },
    Entry {
        method: Method::Pca,
        solver: Solver::Krylov,
        how: "from a randomized block Krylov space",
        settings: &[Iterations, Tolerance],
        by_default: true,
    },
    Entry {
        method: Method::Completion,
        solver: Solver::Als,
        how: "by alternating least squares",
        settings: &[L2, Iterations, Tolerance, Missing],
        by_default: true,
    },
    Entry {
        method: Method::Completion,
        solver: Solver::Sgd,
        how: "by stochastic gradient descent over single entries",
        settings: &[L2, LearningRate, Iterations, Tolerance, Missing],
        by_default: false,
    },
    Entry {
        method: Method::Chain,
        solver: Solver::Mu,
        how: "by multiplicative updates",
        settings: &[
            Ranks, Loss, Divergence, L1, L2, Iterations, Tolerance, Missing,
        ],
        by_default: true,
    },
];

impl Entry {
    /// Returns the row of a solver of a method.
    pub fn of(method: Method, solver: Solver) -> Option<&'static Self> {
        Self::of_method(method).find(|entry| entry.solver == solver)
    }

    /// Returns the rows of a method.
    pub fn of_method(method: Method) -> impl Iterator<Item = &'static Self> + Clone {
        CATALOG.iter().filter(move |entry| entry.method == method)
    }

    /// Checks that the solver has the setting.
    pub fn has(&self, setting: Setting) -> bool {
        self.settings.contains(&setting)
    }

    /// Returns true for a baseline for comparison: a descent for a method with faster solvers.
    pub fn is_baseline(&self) -> bool {
        self.solver.descends() && self.method != Method::Completion
    }
}

impl Method {
    /// The methods, in the order of the catalog.
    pub const ALL: [Self; 5] = [
        Method::Nmf,
        Method::Svd,
        Method::Pca,
        Method::Completion,
        Method::Chain,
    ];

    /// Returns `nmf`, `svd`, `pca`, `completion` or `chain`, the names in files, too.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Nmf => "nmf",
            Method::Svd => "svd",
            Method::Pca => "pca",
            Method::Completion => "completion",
            Method::Chain => "chain",
        }
    }

    /// Returns the name in words.
    pub const fn title(self) -> &'static str {
        match self {
            Method::Nmf => "Non-negative matrix factorization",
            Method::Svd => "Truncated singular value decomposition",
            Method::Pca => "Principal components",
            Method::Completion => {
                "W H^T and biases over the entries that are known, of any sign: for ratings"
            }
            Method::Chain => "W F_1 .. F_d H^T without negative entries",
        }
    }
}

impl Solver {
    /// The solvers, in the order of the help.
    pub const ALL: [Self; 13] = [
        Solver::Hals,
        Solver::Mu,
        Solver::Anls,
        Solver::Gradient,
        Solver::ProjectedGradient,
        Solver::Adam,
        Solver::ProjectedAdam,
        Solver::Als,
        Solver::Sgd,
        Solver::Krylov,
        Solver::Chebyshev,
        Solver::Randomized,
        Solver::Exact,
    ];

    /// Returns `hals`, `mu`, `projected-gradient` and so on, the names in files, too.
    pub const fn name(self) -> &'static str {
        match self {
            Solver::Hals => "hals",
            Solver::Mu => "mu",
            Solver::Anls => "anls",
            Solver::Gradient => "gradient",
            Solver::ProjectedGradient => "projected-gradient",
            Solver::Adam => "adam",
            Solver::ProjectedAdam => "projected-adam",
            Solver::Als => "als",
            Solver::Sgd => "sgd",
            Solver::Krylov => "krylov",
            Solver::Chebyshev => "chebyshev",
            Solver::Randomized => "randomized",
            Solver::Exact => "exact",
        }
    }

    /// Returns true for gradient descents.
    pub fn descends(self) -> bool {
        use Solver::{Adam, Gradient, ProjectedAdam, ProjectedGradient, Sgd};
        matches!(
            self,
            Gradient | ProjectedGradient | Adam | ProjectedAdam | Sgd
        )
    }
}

impl Solver {
    fn of_nmf(self) -> Option<NmfSolver> {
        let mut all = [NmfSolver::Hals, NmfSolver::Mu, NmfSolver::Anls].into_iter();
        all.find(|solver| self == (*solver).into())
    }

    fn of_svd(self) -> Option<SvdSolver> {
        use SvdSolver::{Chebyshev, Exact, Krylov, Randomized};
        let mut all = [Krylov, Chebyshev, Randomized, Exact].into_iter();
        all.find(|solver| self == (*solver).into())
    }
}

impl From<NmfSolver> for Solver {
    fn from(solver: NmfSolver) -> Self {
        match solver {
            NmfSolver::Hals => Solver::Hals,
            NmfSolver::Mu => Solver::Mu,
            NmfSolver::Anls => Solver::Anls,
        }
    }
}

impl From<SvdSolver> for Solver {
    fn from(solver: SvdSolver) -> Self {
        match solver {
            SvdSolver::Krylov => Solver::Krylov,
            SvdSolver::Chebyshev => Solver::Chebyshev,
            SvdSolver::Randomized => Solver::Randomized,
            SvdSolver::Exact => Solver::Exact,
        }
    }
}

impl Setting {
    /// Returns the name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Setting::Missing => "missing",
            Setting::Ranks => "ranks",
            Setting::Accuracy => "accuracy",
            Setting::Init => "init",
            Setting::Loss | Setting::Divergence => "loss",
            Setting::BatchSize => "batch_size",
            Setting::L1 => "l1",
            Setting::L2 => "l2",
            Setting::LearningRate => "learning_rate",
            Setting::Momentum => "momentum",
            Setting::Tolerance => "tolerance",
            Setting::Iterations => "iterations",
        }
    }
}

/// The initializations of an NMF that can be selected, and their names.
pub const INITS: [(NmfInit, &str); 3] = [
    (NmfInit::Nndsvda, "nndsvda"),
    (NmfInit::Nndsvd, "nndsvd"),
    (NmfInit::Random, "random"),
];

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Solver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Method {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|method| method.name() == name);
        found.ok_or("must be nmf, svd, pca, completion or chain")
    }
}

impl FromStr for Solver {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|solver| solver.name() == name);
        found.ok_or("must be a solver such as hals, krylov or als")
    }
}

/// Formats names as `hals, mu and gradient`.
pub fn listed(names: impl IntoIterator<Item = impl fmt::Display>) -> String {
    let mut names: Vec<String> = names.into_iter().map(|name| name.to_string()).collect();
    match names.pop() {
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} and {last}", names.join(", ")),
        None => String::new(),
    }
}

/// Parses `frobenius`, `kullback-leibler` or `kl`, `itakura-saito` or `is`, or a beta.
impl FromStr for Loss {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.parse::<f64>()) {
            ("frobenius", _) => Ok(Loss::Frobenius),
            ("kullback-leibler" | "kl", _) => Ok(Loss::KullbackLeibler),
            ("itakura-saito" | "is", _) => Ok(Loss::ItakuraSaito),
            (_, Ok(beta)) if beta.is_finite() => Ok(Loss::of_beta(beta)),
            _ => Err("must be frobenius, kullback-leibler, itakura-saito or a number"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for entry in &CATALOG {
            assert_eq!(entry.method.to_string().parse(), Ok(entry.method));
            assert_eq!(entry.solver.to_string().parse(), Ok(entry.solver));
        }
        assert!("lanczos".parse::<Solver>().is_err());
    }

    #[test]
    fn every_method_and_every_solver_stands_in_the_catalog_once() {
        for method in Method::ALL {
            assert!(Entry::of_method(method).any(|entry| entry.by_default));
            for solver in Solver::ALL {
                let rows = Entry::of_method(method).filter(|entry| entry.solver == solver);
                assert!(rows.count() <= 1, "{method}/{solver}");
            }
        }
        for solver in Solver::ALL {
            assert!(
                CATALOG.iter().any(|entry| entry.solver == solver),
                "{solver}"
            );
        }
    }

    #[test]
    fn every_row_makes_settings_of_its_own_name() {
        for entry in &CATALOG {
            let options = Options {
                method: entry.method,
                solver: Some(entry.solver),
                ..Options::default()
            };
            let settings = options.settings().unwrap();
            assert_eq!(settings.method(), entry.method);
            assert_eq!(settings.solver(), entry.solver);
        }
    }
}

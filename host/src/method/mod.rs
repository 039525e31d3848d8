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

/// Declares an enum whose values have names in files and on command lines.
macro_rules! named {
    ($(#[$doc:meta])* $type:ident, $unknown:literal {
        $($(#[$of_value:meta])* $value:ident = $name:literal,)+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type {
            $($(#[$of_value])* $value,)+
        }

        impl $type {
            /// All values, in the order of the help.
            pub const ALL: [Self; [$($name),+].len()] = [$($type::$value),+];

            /// Returns the name.
            pub const fn name(self) -> &'static str {
                match self {
                    $($type::$value => $name,)+
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }

        impl FromStr for $type {
            type Err = &'static str;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.into_iter().find(|value| value.name() == name);
                found.ok_or($unknown)
            }
        }
    };
}

mod factorization;
mod fit;
mod options;
mod settings;
mod solver;

pub use factorization::{Factorization, Factors};
pub use options::{Options, Refusal};
pub use settings::Settings;
pub use solver::Solver;

use crate::nmf::Loss;
use lowrank_core::nmf::NmfInit;
use std::fmt;
use std::str::FromStr;

named! {
    /// A factorization.
    #[derive(Default)]
    Method, "must be nmf, svd, pca, completion or chain" {
        /// A ~ W H^T with W, H >= 0.
        #[default]
        Nmf = "nmf",
        /// A ~ U diag(s) V^T.
        Svd = "svd",
        /// The SVD of A without the means of its columns.
        Pca = "pca",
        /// A ~ W H^T and biases, over the known entries.
        Completion = "completion",
        /// A ~ W F_1 .. F_d H^T with all factors >= 0.
        Chain = "chain",
    }
}

named! {
    /// A setting of some solvers.
    Setting, "must be a setting such as loss or tolerance" {
        /// Matrices with missing entries.
        Missing = "missing",
        /// The columns of each factor of a chain.
        Ranks = "ranks",
        /// The accuracy that determines the rank.
        Accuracy = "accuracy",
        /// Columns divided by their standard deviations.
        Scale = "scale",
        /// The initialization of W and H.
        Init = "init",
        /// The divergence of W H^T from A.
        Loss = "loss",
        /// A loss other than the Frobenius norm.
        Divergence = "loss",
        /// The size of batches of rows.
        BatchSize = "batch_size",
        /// The L1 penalties: weights of the sums of entries in the loss.
        L1 = "l1",
        /// The L2 penalties: weights of half of the sums of squares.
        L2 = "l2",
        /// The model of a completion has biases, or none.
        Biases = "biases",
        /// The size of a step.
        LearningRate = "learning_rate",
        /// The share of the last step that is kept.
        Momentum = "momentum",
        /// The tolerance at which the iteration stops.
        Tolerance = "tolerance",
        /// The maximum number of iterations.
        Iterations = "iterations",
        /// A search in f32 for a result in f64.
        Mixed = "precision mixed",
    }
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
pub const CATALOG: [Entry; 19] = [
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
        settings: &[Accuracy, Iterations, Tolerance, Mixed],
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
        settings: &[Accuracy, Scale, Iterations, Tolerance, Mixed],
        by_default: true,
    },
    Entry {
        method: Method::Pca,
        solver: Solver::Chebyshev,
        how: "by Chebyshev polynomials on one block",
        settings: &[Accuracy, Scale, Tolerance],
        by_default: false,
    },
    Entry {
        method: Method::Pca,
        solver: Solver::Randomized,
        how: "by a randomized range finder with power iterations",
        settings: &[Accuracy, Scale, Iterations],
        by_default: false,
    },
    Entry {
        method: Method::Pca,
        solver: Solver::Exact,
        how: "by a dense decomposition, to rounding",
        settings: &[Accuracy, Scale],
        by_default: false,
    },
    Entry {
        method: Method::Completion,
        solver: Solver::Als,
        how: "by alternating least squares",
        settings: &[Biases, L2, Iterations, Tolerance, Missing],
        by_default: true,
    },
    Entry {
        method: Method::Completion,
        solver: Solver::Sgd,
        how: "by stochastic gradient descent over single entries",
        settings: &[Biases, L2, LearningRate, Iterations, Tolerance, Missing],
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

/// The initializations of an NMF that can be selected, and their names.
pub const INITS: [(NmfInit, &str); 3] = [
    (NmfInit::Nndsvda, "nndsvda"),
    (NmfInit::Nndsvd, "nndsvd"),
    (NmfInit::Random, "random"),
];

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

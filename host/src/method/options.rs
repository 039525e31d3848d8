use super::{Entry, Method, Setting, Settings, Solver, listed};
use crate::completion::{Biases, CompletionSolver};
use crate::descent::{Descent, GradientNmf, GradientSvd};
use crate::nmf::{BetaChain, Loss};
use crate::svd::{Accuracy, SearchPrecision};
use crate::{Backend, Completion, MiniBatchNmf, Nmf, Pca, TruncatedSvd};
use lowrank_core::descent::{Momentum, Objective, SignRule};
use lowrank_core::learning_rate::LearningRate;
use lowrank_core::nmf::{FactorRule, NmfInit};
use lowrank_core::penalty::Penalty;

/// Settings by name, of any method; `None` selects the default of the solver.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The method.
    pub method: Method,
    /// The solver; `None`: the fastest that has all given settings.
    pub solver: Option<Solver>,
    /// k.
    pub rank: Option<usize>,
    /// Chain: the numbers of columns of W and of each inner factor; empty: W and H of rank k.
    pub ranks: Vec<usize>,
    /// SVD and PCA: the accuracy that determines the rank.
    pub accuracy: Option<Accuracy>,
    /// PCA: columns are divided by their standard deviations.
    pub scale: bool,
    /// The divergence of the product from A.
    pub loss: Option<Loss>,
    /// L1 penalties of W, and of all other factors.
    pub l1: Option<(f64, f64)>,
    /// L2 penalties of W, and of all other factors.
    pub l2: Option<(f64, f64)>,
    /// Completion: the biases of the model.
    pub biases: Option<Biases>,
    /// The initialization of W and H.
    pub init: Option<NmfInit>,
    /// The number of rows in a batch.
    pub batch_size: Option<usize>,
    /// The maximum number of passes over all rows.
    pub passes: Option<usize>,
    /// The initial learning rate of a descent.
    pub learning_rate: Option<f64>,
    /// The share of the last step that a descent keeps.
    pub momentum: Option<f64>,
    /// The maximum number of iterations or blocks, or the number of power iterations.
    pub iterations: Option<usize>,
    /// The tolerance at which they stop.
    pub tolerance: Option<f64>,
    /// The precision of a search for singular vectors; `Single` belongs to some solvers only.
    pub search: SearchPrecision,
    /// Entries may be missing.
    pub missing: bool,
    /// The backend.
    pub backend: Backend,
    /// Equal seeds give equal results.
    pub seed: u64,
}

/// The reason why options are incompatible.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The solver does not belong to the method.
    #[error(
        "{method} is not computed by {solver}: take {}",
        listed(Entry::of_method(*method).map(|entry| entry.solver))
    )]
    Solver {
        /// The method.
        method: Method,
        /// The solver.
        solver: Solver,
    },
    /// The setting does not belong to the solver.
    #[error("{} is no setting of {method} by {solver}", setting.name())]
    Setting {
        /// The setting.
        setting: Setting,
        /// The method.
        method: Method,
        /// The solver; if none was named, the first of those used by default.
        solver: Solver,
    },
    /// A completion has one penalty for both factors.
    #[error("l2 of a completion is one number")]
    OnePenalty,
}

/// The weight of the penalty on entries below [`FLOOR`].
const WEIGHT: f64 = 1e2;

/// The weight for Adam, so small that signs are nearly unconstrained.
const ADAM_WEIGHT: f64 = 1e-6;

const FLOOR: f64 = 1e-5;

impl Options {
    /// Returns the settings of the method.
    ///
    /// # Errors
    /// [`Refusal`] for a solver that does not belong to the method, and for settings that do not belong to the solver.
    pub fn settings(&self) -> Result<Settings, Refusal> {
        let solver = self.solver()?;
        Ok(match (self.method, solver) {
            (Method::Nmf, Some(solver)) if solver.descends() => {
                Settings::GradientNmf(self.gradient_nmf(solver))
            }
            (Method::Nmf, solver) => self.in_batches(self.nmf(solver)),
            (Method::Svd, Some(Solver::Gradient)) => Settings::GradientSvd(self.gradient_svd()),
            (Method::Svd, solver) => match self.accuracy {
                Some(accuracy) => Settings::AccurateSvd(self.svd(solver), accuracy),
                None => Settings::Svd(self.svd(solver)),
            },
            (Method::Pca, _) => match self.accuracy {
                Some(accuracy) => Settings::AccuratePca(self.pca(), accuracy),
                None => Settings::Pca(self.pca()),
            },
            (Method::Completion, solver) => Settings::Completion(self.completion(solver)?),
            (Method::Chain, _) => Settings::Chain(self.chain()),
        })
    }

    /// Returns k, by default that of the method.
    pub fn rank(&self) -> usize {
        self.rank.unwrap_or(match self.method {
            Method::Completion => Completion::default().rank,
            _ => Nmf::default().rank,
        })
    }

    /// Returns the solver if the options determine it; `None`: the fastest for the matrix.
    fn solver(&self) -> Result<Option<Solver>, Refusal> {
        let method = self.method;
        let mut open: Vec<&Entry> = match self.solver {
            Some(solver) => {
                let refusal = Refusal::Solver { method, solver };
                vec![Entry::of(method, solver).ok_or(refusal)?]
            }
            None => Entry::of_method(method)
                .filter(|entry| entry.by_default)
                .collect(),
        };
        for setting in self.given() {
            let (have, lack): (Vec<&Entry>, Vec<&Entry>) =
                open.iter().partition(|entry| entry.has(setting));
            match (have.is_empty(), lack.first()) {
                (true, Some(first)) => {
                    return Err(Refusal::Setting {
                        setting,
                        method,
                        solver: first.solver,
                    });
                }
                // Entries may be missing: this depends on the matrix.
                _ if setting == Setting::Missing => {}
                _ => open = have,
            }
        }
        Ok(match open.as_slice() {
            [one] => Some(one.solver),
            _ => None,
        })
    }

    /// Returns the given settings that not every solver has.
    fn given(&self) -> impl Iterator<Item = Setting> {
        let diverges = self.loss.is_some_and(|loss| loss != Loss::Frobenius);
        let all = [
            (Setting::Missing, self.missing),
            (Setting::Ranks, !self.ranks.is_empty()),
            (Setting::Accuracy, self.accuracy.is_some()),
            (Setting::Scale, self.scale),
            (Setting::Init, self.init.is_some()),
            (Setting::Loss, self.loss.is_some()),
            (Setting::Divergence, diverges),
            (Setting::BatchSize, self.batch_size.is_some()),
            (Setting::L1, self.l1.is_some()),
            (Setting::L2, self.l2.is_some()),
            (Setting::Biases, self.biases.is_some()),
            (Setting::LearningRate, self.learning_rate.is_some()),
            (Setting::Momentum, self.momentum.is_some()),
            (Setting::Tolerance, self.tolerance.is_some()),
            (Setting::Iterations, self.iterations.is_some()),
            (Setting::Mixed, self.search == SearchPrecision::Single),
        ];
        let given = all.into_iter().filter(|(_, is_given)| *is_given);
        given.map(|(setting, _)| setting)
    }

    /// Returns the penalties of W, and of the other factors.
    fn penalties(&self) -> (Penalty<f64>, Penalty<f64>) {
        let (w_l1, h_l1) = self.l1.unwrap_or_default();
        let (w_l2, h_l2) = self.l2.unwrap_or_default();
        (
            Penalty { l1: w_l1, l2: w_l2 },
            Penalty { l1: h_l1, l2: h_l2 },
        )
    }

    fn nmf(&self, solver: Option<Solver>) -> Nmf {
        let defaults = Nmf::default();
        let (w_penalty, h_penalty) = self.penalties();
        Nmf {
            rank: self.rank(),
            loss: self.loss.unwrap_or_default(),
            solver: solver.and_then(Solver::of_nmf),
            init: self.init.unwrap_or_default(),
            iterations: self.iterations.unwrap_or(defaults.iterations),
            tolerance: self.tolerance.unwrap_or(defaults.tolerance),
            w_penalty,
            h_penalty,
            backend: self.backend,
            seed: self.seed,
        }
    }

    /// Returns the settings in batches, if a batch size is given.
    fn in_batches(&self, nmf: Nmf) -> Settings {
        let Some(batch_size) = self.batch_size else {
            return Settings::Nmf(nmf);
        };
        let defaults = MiniBatchNmf::default();
        Settings::MiniBatchNmf(MiniBatchNmf {
            nmf: Nmf {
                iterations: self.iterations.unwrap_or(defaults.nmf.iterations),
                tolerance: defaults.nmf.tolerance,
                ..nmf
            },
            batch_size,
            passes: self.passes.unwrap_or(defaults.passes),
            pass_tolerance: self.tolerance.unwrap_or(defaults.pass_tolerance),
            ..defaults
        })
    }

    fn gradient_nmf(&self, solver: Solver) -> GradientNmf {
        let plain = match self.momentum {
            Some(momentum) if momentum > 0.0 => Descent::Momentum(Momentum { momentum }),
            _ => Descent::Plain,
        };
        let projected = SignRule::Projected;
        let (weight, floor) = (WEIGHT, FLOOR);
        let (descent, objective, sign) = match solver {
            Solver::Adam => {
                let weight = ADAM_WEIGHT;
                let sign = SignRule::MeanPenalty { weight, floor };
                (GradientNmf::adam(), Objective::Norm, sign)
            }
            Solver::ProjectedAdam => (GradientNmf::adam(), Objective::Norm, projected),
            Solver::ProjectedGradient => (plain, Objective::Squares, projected),
            _ => (
                plain,
                Objective::Squares,
                SignRule::Penalty { weight, floor },
            ),
        };
        // Reduced by a tenth every hundred steps.
        let falling = |initial| LearningRate {
            initial,
            factor: 0.9,
            every: 100,
        };
        let defaults = GradientNmf::default();
        GradientNmf {
            rank: self.rank(),
            descent,
            objective,
            sign,
            learning_rate: self.learning_rate.map(falling),
            iterations: self.iterations.unwrap_or(defaults.iterations),
            tolerance: self.tolerance.unwrap_or(defaults.tolerance),
            backend: self.backend,
            seed: self.seed,
            ..defaults
        }
    }

    fn svd(&self, solver: Option<Solver>) -> TruncatedSvd {
        let defaults = TruncatedSvd::default();
        TruncatedSvd {
            rank: self.rank(),
            solver: solver.and_then(Solver::of_svd),
            tolerance: self.tolerance.unwrap_or(defaults.tolerance),
            iterations: self.iterations.unwrap_or(defaults.iterations),
            power_iterations: self.iterations.unwrap_or(defaults.power_iterations),
            search: self.search,
            backend: self.backend,
            seed: self.seed,
            ..defaults
        }
    }

    fn gradient_svd(&self) -> GradientSvd {
        let defaults = GradientSvd::default();
        GradientSvd {
            rank: self.rank(),
            descent: match self.momentum {
                None => defaults.descent,
                Some(momentum) if momentum > 0.0 => Descent::Momentum(Momentum { momentum }),
                Some(_) => Descent::Plain,
            },
            learning_rate: self.rate(defaults.learning_rate),
            iterations: self.iterations.unwrap_or(defaults.iterations),
            tolerance: self.tolerance.unwrap_or(defaults.tolerance),
            backend: self.backend,
            seed: self.seed,
            ..defaults
        }
    }

    fn pca(&self) -> Pca {
        let defaults = Pca::default();
        // A limit of iterations is one of the search: nothing takes over where it ends.
        let limited = self.iterations.map(|_| Solver::Krylov);
        Pca {
            rank: self.rank(),
            solver: self.solver.or(limited).and_then(Solver::of_svd),
            scale: self.scale,
            tolerance: self.tolerance.unwrap_or(defaults.tolerance),
            iterations: self.iterations.unwrap_or(defaults.iterations),
            power_iterations: self.iterations.unwrap_or(defaults.power_iterations),
            search: self.search,
            backend: self.backend,
            seed: self.seed,
            ..defaults
        }
    }

    fn completion(&self, solver: Option<Solver>) -> Result<Completion, Refusal> {
        let defaults = Completion::default();
        Ok(Completion {
            rank: self.rank(),
            solver: match solver {
                Some(Solver::Sgd) => CompletionSolver::Sgd,
                _ => CompletionSolver::Als,
            },
            l2: match self.l2 {
                Some((w, h)) if w == h => Some(w),
                Some(_) => return Err(Refusal::OnePenalty),
                None => defaults.l2,
            },
            biases: self.biases.unwrap_or(defaults.biases),
            learning_rate: self.rate(defaults.learning_rate),
            iterations: self.iterations.unwrap_or(defaults.iterations),
            tolerance: self.tolerance.unwrap_or(defaults.tolerance),
            backend: self.backend,
            seed: self.seed,
            ..defaults
        })
    }

    fn chain(&self) -> BetaChain {
        let ranks = match self.ranks.is_empty() {
            true => vec![self.rank()],
            false => self.ranks.clone(),
        };
        let (first, others) = self.penalties();
        let rule = |penalty| FactorRule {
            penalty,
            ..FactorRule::default()
        };
        let mut rules = vec![rule(first)];
        rules.resize(ranks.len() + 1, rule(others));
        let defaults = BetaChain::default();
        BetaChain {
            rules,
            ranks,
            loss: self.loss.unwrap_or_default(),
            iterations: self.iterations.unwrap_or(defaults.iterations),
            tolerance: self.tolerance.unwrap_or(defaults.tolerance),
            backend: self.backend,
            seed: self.seed,
            ..defaults
        }
    }

    fn rate(&self, default: LearningRate) -> LearningRate {
        LearningRate {
            initial: self.learning_rate.unwrap_or(default.initial),
            ..default
        }
    }
}

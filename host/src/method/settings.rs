use super::{Entry, Method, Setting, Solver};
use crate::backend::Placement;
use crate::completion::CompletionSolver;
use crate::descent::{Descent, GradientNmf, GradientSvd};
use crate::nmf::BetaChain;
use crate::svd::{Accuracy, SearchPrecision};
use crate::{Backend, Completion, Matrix, MiniBatchNmf, Nmf, Pca, Scalar, TruncatedSvd};
use lowrank_core::descent::SignRule;
use lowrank_core::nmf::NmfSolver;

/// A method with its settings.
#[derive(Clone, Debug, PartialEq)]
pub enum Settings {
    /// W H^T with W, H >= 0.
    Nmf(Nmf),
    /// W H^T with W, H >= 0, fitted in batches of rows.
    MiniBatchNmf(MiniBatchNmf),
    /// W H^T by gradient descent.
    GradientNmf(GradientNmf),
    /// U diag(s) V^T.
    Svd(TruncatedSvd),
    /// U diag(s) V^T of a rank determined by an accuracy.
    AccurateSvd(TruncatedSvd, Accuracy),
    /// U diag(s) V^T by gradient descent.
    GradientSvd(GradientSvd),
    /// U diag(s) V^T of the centered matrix.
    Pca(Pca),
    /// U diag(s) V^T of the centered matrix, of a rank determined by an accuracy.
    AccuratePca(Pca, Accuracy),
    /// W F_1 .. F_d H^T with all factors >= 0.
    Chain(BetaChain),
    /// W H^T and biases, over the known entries.
    Completion(Completion),
}

/// Evaluates the same expression for the settings of any method; a chain has ranks instead of a rank.
macro_rules! each {
    ($all:expr, $settings:ident => $value:expr) => {
        each!($all, $settings => $value, Chain($settings) => $value)
    };
    ($all:expr, $settings:ident => $value:expr, Chain($chain:ident) => $of_chain:expr) => {
        match $all {
            Settings::Nmf($settings) => $value,
            Settings::MiniBatchNmf(MiniBatchNmf { nmf: $settings, .. }) => $value,
            Settings::GradientNmf($settings) => $value,
            Settings::Svd($settings) | Settings::AccurateSvd($settings, _) => $value,
            Settings::GradientSvd($settings) => $value,
            Settings::Pca($settings) | Settings::AccuratePca($settings, _) => $value,
            Settings::Chain($chain) => $of_chain,
            Settings::Completion($settings) => $value,
        }
    };
}

impl Settings {
    /// Returns the method.
    pub fn method(&self) -> Method {
        match self {
            Settings::Nmf(_) | Settings::MiniBatchNmf(_) | Settings::GradientNmf(_) => Method::Nmf,
            Settings::Svd(_) | Settings::AccurateSvd(..) | Settings::GradientSvd(_) => Method::Svd,
            Settings::Pca(_) | Settings::AccuratePca(..) => Method::Pca,
            Settings::Chain(_) => Method::Chain,
            Settings::Completion(_) => Method::Completion,
        }
    }

    /// Returns the solver. If it depends on the matrix, [`resolved`](Self::resolved) determines it; before, it is the
    /// one for small ranks.
    pub fn solver(&self) -> Solver {
        match self {
            Settings::Nmf(nmf) | Settings::MiniBatchNmf(MiniBatchNmf { nmf, .. }) => {
                nmf.resolved_solver().into()
            }
            Settings::GradientNmf(nmf) => match (nmf.descent, nmf.sign) {
                (Descent::Adam(_), SignRule::Projected) => Solver::ProjectedAdam,
                (Descent::Adam(_), _) => Solver::Adam,
                (_, SignRule::Projected) => Solver::ProjectedGradient,
                _ => Solver::Gradient,
            },
            Settings::Svd(svd) | Settings::AccurateSvd(svd, _) => {
                svd.solver.map_or(Solver::Krylov, Solver::from)
            }
            Settings::GradientSvd(_) => Solver::Gradient,
            Settings::Pca(pca) | Settings::AccuratePca(pca, _) => {
                pca.solver.map_or(Solver::Krylov, Solver::from)
            }
            Settings::Chain(_) => Solver::Mu,
            Settings::Completion(completion) => match completion.solver {
                CompletionSolver::Als => Solver::Als,
                CompletionSolver::Sgd => Solver::Sgd,
            },
        }
    }

    /// Returns the backend.
    pub fn backend(&self) -> Backend {
        each!(self, settings => settings.backend)
    }

    /// Returns true if the singular vectors of A are to be searched in f32 for a result in the precision of A.
    pub fn searches_in_single_of<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> bool {
        let a = a.into();
        match self {
            Settings::Svd(svd) | Settings::AccurateSvd(svd, _) => svd.searches_in_single(a),
            Settings::Pca(pca) | Settings::AccuratePca(pca, _) => pca.searches_in_single(a),
            _ => false,
        }
    }

    /// Returns true if singular vectors were, or are to be, searched in f32 whatever the precision of the matrix.
    pub fn searches_in_single(&self) -> bool {
        let search = match self {
            Settings::Svd(svd) | Settings::AccurateSvd(svd, _) => svd.search,
            Settings::Pca(pca) | Settings::AccuratePca(pca, _) => pca.search,
            _ => SearchPrecision::Full,
        };
        search == SearchPrecision::Single
    }

    /// Returns the seed; equal seeds give equal results.
    pub fn seed(&self) -> u64 {
        each!(self, settings => settings.seed)
    }

    /// Returns k; for a chain the largest rank.
    pub fn rank(&self) -> usize {
        let largest = |ranks: &[usize]| ranks.iter().copied().max().unwrap_or(0);
        each!(self, settings => settings.rank, Chain(chain) => largest(&chain.ranks))
    }

    /// Returns the accuracy that determines k, if it is not given.
    pub fn accuracy(&self) -> Option<Accuracy> {
        match self {
            Settings::AccurateSvd(_, accuracy) | Settings::AccuratePca(_, accuracy) => {
                Some(*accuracy)
            }
            _ => None,
        }
    }

    /// Returns the tolerance at which the iteration stops, if the solver has one; in batches, that of the passes.
    pub fn tolerance(&self) -> Option<f64> {
        if let Settings::MiniBatchNmf(batches) = self {
            return Some(batches.pass_tolerance);
        }
        let entry = Entry::of(self.method(), self.solver())?;
        let tolerance = each!(self, settings => settings.tolerance);
        entry.has(Setting::Tolerance).then_some(tolerance)
    }

    /// Returns the penalty of a completion, if it is given or [resolved](Self::resolved); `None` for other methods.
    pub fn completion_penalty(&self) -> Option<f64> {
        match self {
            Settings::Completion(completion) => completion.l2,
            _ => None,
        }
    }

    /// Returns the largest k for an m x n matrix: min(m, n), but for non-negative factors, which may have more columns.
    pub fn rank_limit(&self, m: usize, n: usize) -> usize {
        match self.method() {
            Method::Nmf | Method::Chain => usize::MAX,
            Method::Svd | Method::Pca | Method::Completion => m.min(n),
        }
    }

    /// Returns the settings with another k; a chain becomes W H^T.
    pub fn with_rank(mut self, rank: usize) -> Self {
        each!(
            &mut self,
            settings => settings.rank = rank,
            Chain(chain) => chain.ranks = vec![rank]
        );
        self
    }

    /// Returns the settings with another seed.
    pub fn with_seed(mut self, seed: u64) -> Self {
        each!(&mut self, settings => settings.seed = seed);
        self
    }

    /// Returns the maximum number of iterations that an observer sees, if it sees any; in batches, passes.
    pub fn observed_iterations(&self) -> Option<usize> {
        match self {
            Settings::Nmf(nmf) => Some(nmf.iterations),
            Settings::MiniBatchNmf(batches) => Some(batches.passes),
            Settings::GradientNmf(nmf) => Some(nmf.iterations),
            Settings::GradientSvd(svd) => Some(svd.iterations),
            Settings::Chain(chain) => Some(chain.iterations),
            Settings::Completion(completion) => Some(completion.iterations),
            Settings::Svd(_)
            | Settings::AccurateSvd(..)
            | Settings::Pca(_)
            | Settings::AccuratePca(..) => None,
        }
    }

    /// Returns the solver for A. An SVD that has to fall back to another one, or whose search does not converge, names
    /// the one that was used in its result.
    pub fn resolved_solver<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Solver {
        match self {
            Settings::Svd(svd) | Settings::AccurateSvd(svd, _) => svd.resolved_solver(a).into(),
            _ => self.solver(),
        }
    }

    /// Counts the nonzeros of a dense A, if a fit works with them alone because they are few.
    pub fn few_nonzeros<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Option<usize> {
        let on_host = self.backend().may_be_host();
        match self {
            Settings::Nmf(_)
            | Settings::Svd(_)
            | Settings::AccurateSvd(..)
            | Settings::Pca(_)
            | Settings::AccuratePca(..)
                if on_host =>
            {
                a.into().few_nonzeros()
            }
            _ => None,
        }
    }

    /// Returns the settings with the solver, the penalty of a completion and the backend for A, and the reason for the backend. The solver of an SVD
    /// stays open if none is named, so that an exact one can take over.
    pub fn resolved<'a, T: Scalar>(mut self, a: impl Into<Matrix<'a, T>>) -> (Self, Placement) {
        let a = a.into();
        if let Settings::Nmf(nmf) = &mut self {
            let fastest = match a {
                Matrix::Observed(_) => NmfSolver::Mu,
                Matrix::Sparse(_) | Matrix::Dense(_) => nmf.resolved_solver(),
            };
            nmf.solver.get_or_insert(fastest);
        }
        if let Settings::Completion(completion) = &mut self {
            completion.l2 = Some(completion.penalty(a));
        }
        let placement = match &self {
            Settings::Nmf(nmf) => nmf.placement(a),
            Settings::MiniBatchNmf(batches) => batches.placement(),
            Settings::GradientNmf(nmf) => nmf.placement(a),
            Settings::Svd(svd) | Settings::AccurateSvd(svd, _) => svd.placement(a),
            Settings::GradientSvd(svd) => svd.placement(a),
            Settings::Pca(pca) | Settings::AccuratePca(pca, _) => pca.placement(a),
            Settings::Chain(chain) => chain.placement(a),
            Settings::Completion(completion) => completion.placement(),
        };
        each!(&mut self, settings => settings.backend = placement.backend);
        (self, placement)
    }
}

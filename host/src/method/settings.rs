use super::{Factorization, Method, Solver};
use crate::{
    Accuracy, Backend, BetaChain, Completion, CompletionSolver, Descent, Error, GradientNmf,
    GradientSvd, Matrix, MiniBatchNmf, Nmf, Pca, Placement, Scalar, TruncatedSvd,
};
use lowrank_core::descent::{DescentProgress, SignRule};
use lowrank_core::iteration::Progress;
use lowrank_core::nmf::NmfSolver;
use std::ops::ControlFlow;

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
            Settings::MiniBatchNmf($settings) => $value,
            Settings::GradientNmf($settings) => $value,
            Settings::Svd($settings) | Settings::AccurateSvd($settings, _) => $value,
            Settings::GradientSvd($settings) => $value,
            Settings::Pca($settings) => $value,
            Settings::Chain($chain) => $of_chain,
            Settings::Completion($settings) => $value,
        }
    };
}

/// An observer of iterations, which may stop them.
type Observer<'o> = &'o mut (dyn FnMut(Progress<f64>) -> ControlFlow<()> + Send);

impl Settings {
    /// Returns the method.
    pub fn method(&self) -> Method {
        match self {
            Settings::Nmf(_) | Settings::MiniBatchNmf(_) | Settings::GradientNmf(_) => Method::Nmf,
            Settings::Svd(_) | Settings::AccurateSvd(..) | Settings::GradientSvd(_) => Method::Svd,
            Settings::Pca(_) => Method::Pca,
            Settings::Chain(_) => Method::Chain,
            Settings::Completion(_) => Method::Completion,
        }
    }

    /// Returns the solver. If it depends on the matrix, [`resolved`](Self::resolved) determines it; before, it is the
    /// one for small ranks.
    pub fn solver(&self) -> Solver {
        match self {
            Settings::Nmf(nmf) => nmf.resolved_solver().into(),
            Settings::MiniBatchNmf(nmf) => nmf.resolved_solver().into(),
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
            Settings::Pca(_) => Solver::Krylov,
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

    /// Returns the seed; equal seeds give equal results.
    pub fn seed(&self) -> u64 {
        each!(self, settings => settings.seed)
    }

    /// Returns k; for a chain the largest rank.
    pub fn rank(&self) -> usize {
        let largest = |ranks: &[usize]| ranks.iter().copied().max().unwrap_or(0);
        each!(self, settings => settings.rank, Chain(chain) => largest(&chain.ranks))
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
            Settings::MiniBatchNmf(nmf) => Some(nmf.passes),
            Settings::GradientNmf(nmf) => Some(nmf.iterations),
            Settings::GradientSvd(svd) => Some(svd.iterations),
            Settings::Chain(chain) => Some(chain.iterations),
            Settings::Completion(completion) => Some(completion.iterations),
            Settings::Svd(_) | Settings::AccurateSvd(..) | Settings::Pca(_) => None,
        }
    }

    /// Returns the settings with the solver and the backend for A, and the reason for the backend.
    pub fn resolved<'a, T: Scalar>(mut self, a: impl Into<Matrix<'a, T>>) -> (Self, Placement) {
        let a = a.into();
        match &mut self {
            Settings::Nmf(nmf) => {
                let fastest = match a {
                    Matrix::Observed(_) => NmfSolver::Mu,
                    Matrix::Sparse(_) | Matrix::Dense(_) => nmf.resolved_solver(),
                };
                nmf.solver.get_or_insert(fastest);
            }
            Settings::Svd(svd) | Settings::AccurateSvd(svd, _) => {
                svd.solver = Some(svd.resolved_solver(a));
            }
            _ => {}
        }
        let placement = match &self {
            Settings::Nmf(nmf) => nmf.placement(a),
            Settings::MiniBatchNmf(nmf) => nmf.placement(),
            Settings::GradientNmf(nmf) => nmf.placement(a),
            Settings::Svd(svd) | Settings::AccurateSvd(svd, _) => svd.placement(a),
            Settings::GradientSvd(svd) => svd.placement(a),
            Settings::Pca(pca) => pca.placement(a),
            Settings::Chain(chain) => chain.placement(a),
            Settings::Completion(completion) => completion.placement(),
        };
        each!(&mut self, settings => settings.backend = placement.backend);
        (self, placement)
    }

    /// Computes the factors of A.
    ///
    /// # Errors
    /// The errors of the `fit` of the method.
    pub fn fit<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
    ) -> Result<Factorization<T>, Error> {
        self.fit_observed(a, &mut |_| ControlFlow::Continue(()))
    }

    /// [`fit`](Self::fit) with an observer that is called before each step and after the last, in batches after each
    /// pass, and that may stop the iteration. Losses and errors are in f64, whatever the precision of the matrix.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit).
    pub fn fit_observed<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
        observe: Observer<'_>,
    ) -> Result<Factorization<T>, Error> {
        let a = a.into();
        match self {
            Settings::Nmf(nmf) => Ok(nmf.fit_observed(a, &mut by_error(observe))?.into()),
            Settings::MiniBatchNmf(nmf) => Ok(nmf.fit_observed(a, &mut by_error(observe))?.into()),
            Settings::GradientNmf(nmf) => Ok(nmf.fit_observed(a, &mut by_error(observe))?.into()),
            Settings::Svd(svd) => Ok(Factorization::of_svd(*svd, svd.fit(a)?)),
            Settings::AccurateSvd(svd, accuracy) => {
                Ok(Factorization::of_svd(*svd, svd.fit_to(a, *accuracy)?))
            }
            Settings::GradientSvd(svd) => Ok(svd.fit_observed(a, &mut through(observe))?.into()),
            Settings::Pca(pca) => Ok(Factorization::of_pca(*pca, pca.fit(a)?)),
            Settings::Chain(chain) => Ok(chain.fit_observed(a, &mut by_error(observe))?.into()),
            Settings::Completion(completion) => {
                let observe = &mut |progress: Progress<T>| observe(widened(progress));
                Ok(completion.fit_observed(a, observe)?.into())
            }
        }
    }
}

fn widened<T: Scalar>(progress: Progress<T>) -> Progress<f64> {
    Progress {
        iteration: progress.iteration,
        iterations: progress.iterations,
        error: progress.error.to_f64(),
        loss: progress.loss.to_f64(),
    }
}

/// Reports half of the squared error as the loss.
fn by_error<T: Scalar>(observe: Observer<'_>) -> impl FnMut(Progress<T>) -> ControlFlow<()> + Send {
    move |progress| {
        let progress = widened(progress);
        let loss = 0.5 * progress.error * progress.error;
        observe(Progress { loss, ..progress })
    }
}

/// Counts the iterations of several starts consecutively.
fn through<T: Scalar>(
    observe: Observer<'_>,
) -> impl FnMut(DescentProgress<T>) -> ControlFlow<()> + Send {
    let (mut run, mut before, mut last) = ((0, 0), 0, 0);
    move |seen| {
        let (this, progress) = ((seen.start, seen.halvings), widened(seen.progress));
        if this != run || progress.iteration < last {
            (run, before) = (this, before + last);
        }
        last = progress.iteration;
        observe(Progress {
            iteration: before + last,
            error: progress.loss.sqrt(),
            ..progress
        })
    }
}

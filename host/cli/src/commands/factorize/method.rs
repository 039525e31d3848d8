//! The methods under one roof: each has a file with its settings and its fit.

use super::{chain, completion, gradient_nmf, gradient_svd, nmf, pca, svd, wrong};
use crate::arguments::{FactorizationOptions, MethodName, RunOptions, SolverName};
use crate::run::Failure;
use crate::watch::Watch;
use lowrank::{
    Approximation, Backend, BetaChain, Completion, Error, GradientNmf, GradientSvd, Matrix, Nmf,
    Pca, Placement, Scalar, Stop, TruncatedSvd,
};
use lowrank_files::stored_model::{Factors, Settings};

/// A method with its settings.
#[derive(Clone, Debug)]
pub enum Method {
    Nmf(Nmf),
    GradientNmf(GradientNmf),
    Svd(TruncatedSvd),
    GradientSvd(GradientSvd),
    Pca(Pca),
    Chain(BetaChain),
    Completion(Completion),
}

/// What a method finds.
pub struct Found<T> {
    /// The method with the settings that suited the matrix, where these were left open.
    pub resolved: Option<Method>,
    pub factors: Factors<T>,
    pub iterations: usize,
    pub converged: bool,
    pub frobenius_norm: f64,
    pub error: f64,
    pub loss: f64,
}

impl<T: Scalar> Found<T> {
    /// Of an iteration that told how it went.
    pub fn of(
        factors: Factors<T>,
        approximation: Approximation<T>,
        loss: f64,
        iterations: usize,
        stop: Stop,
    ) -> Self {
        Self {
            resolved: None,
            factors,
            iterations,
            converged: stop == Stop::Tolerance,
            frobenius_norm: approximation.frobenius_norm.to_f64(),
            error: approximation.error.to_f64(),
            loss,
        }
    }
}

impl Method {
    /// `missing`: whether entries may be.
    pub fn new(
        given: &FactorizationOptions,
        run: &RunOptions,
        missing: bool,
    ) -> Result<Self, Failure> {
        check_descent(given)?;
        Ok(match (given.method, given.solver) {
            (MethodName::Nmf, _) => match gradient_nmf::settings(given, run, missing) {
                Some(settings) => Method::GradientNmf(settings?),
                None => Method::Nmf(nmf::settings(given, run, missing)?),
            },
            (MethodName::Svd, Some(SolverName::Gradient)) => {
                Method::GradientSvd(gradient_svd::settings(given, run, missing)?)
            }
            (MethodName::Svd, _) => Method::Svd(svd::settings(given, run, missing)?),
            (MethodName::Pca, _) => Method::Pca(pca::settings(given, run, missing)?),
            (MethodName::Chain, _) => Method::Chain(chain::settings(given, run)?),
            (MethodName::Completion, _) => Method::Completion(completion::settings(given, run)?),
        })
    }

    /// The same with the solver that runs on A.
    pub fn on<T: Scalar>(self, a: Matrix<'_, T>) -> Self {
        match self {
            Method::Nmf(settings) => Method::Nmf(nmf::on(settings, a)),
            Method::Svd(settings) => Method::Svd(svd::on(settings, a)),
            other => other,
        }
    }

    pub fn name(&self) -> &'static str {
        self.stored().name()
    }

    /// Once the matrix is known.
    pub fn solver(&self) -> &'static str {
        match self {
            Method::Nmf(settings) => nmf::solver(settings),
            Method::GradientNmf(settings) => settings.solver_name(),
            Method::Svd(settings) => svd::solver(settings),
            Method::GradientSvd(_) => "gradient",
            Method::Pca(_) => "krylov",
            Method::Chain(_) => "mu",
            Method::Completion(settings) => completion::solver(settings),
        }
    }

    /// The same on the backend that runs for A, and why it is that one.
    pub fn placed<T: Scalar>(mut self, a: Matrix<'_, T>) -> (Self, Placement) {
        let placement = match &self {
            Method::Nmf(settings) => settings.placement(a),
            Method::GradientNmf(settings) => settings.placement(a),
            Method::Svd(settings) => settings.placement(a),
            Method::GradientSvd(settings) => settings.placement(a),
            Method::Pca(settings) => settings.placement(a),
            Method::Chain(settings) => settings.placement(a),
            Method::Completion(settings) => settings.placement(),
        };
        let backend = match &mut self {
            Method::Nmf(settings) => &mut settings.backend,
            Method::GradientNmf(settings) => &mut settings.backend,
            Method::Svd(settings) => &mut settings.backend,
            Method::GradientSvd(settings) => &mut settings.backend,
            Method::Pca(settings) => &mut settings.backend,
            Method::Chain(settings) => &mut settings.backend,
            Method::Completion(settings) => &mut settings.backend,
        };
        *backend = placement.backend;
        (self, placement)
    }

    pub fn backend(&self) -> Backend {
        match self {
            Method::Nmf(settings) => settings.backend,
            Method::GradientNmf(settings) => settings.backend,
            Method::Svd(settings) => settings.backend,
            Method::GradientSvd(settings) => settings.backend,
            Method::Pca(settings) => settings.backend,
            Method::Chain(settings) => settings.backend,
            Method::Completion(settings) => settings.backend,
        }
    }

    /// The largest rank that is asked for.
    pub fn largest_rank(&self) -> usize {
        match self {
            Method::Nmf(settings) => settings.rank,
            Method::GradientNmf(settings) => settings.rank,
            Method::Svd(settings) => settings.rank,
            Method::GradientSvd(settings) => settings.rank,
            Method::Pca(settings) => settings.rank,
            Method::Chain(settings) => settings.ranks.iter().copied().max().unwrap_or(0),
            Method::Completion(settings) => settings.rank,
        }
    }

    pub fn stored(&self) -> Settings {
        match self {
            Method::Nmf(settings) => Settings::Nmf(settings.into()),
            Method::GradientNmf(settings) => Settings::Nmf(settings.into()),
            Method::Svd(settings) => Settings::Svd(settings.into()),
            Method::GradientSvd(settings) => Settings::Svd(settings.into()),
            Method::Pca(settings) => Settings::Pca(settings.into()),
            Method::Chain(settings) => Settings::Chain(settings.into()),
            Method::Completion(settings) => Settings::Completion(settings.into()),
        }
    }

    /// Iterations that can be watched, so many at most.
    pub fn watched_iterations(&self) -> Option<usize> {
        match self {
            Method::Nmf(settings) => Some(settings.iterations),
            Method::GradientNmf(settings) => Some(settings.iterations),
            Method::GradientSvd(settings) => Some(settings.iterations),
            Method::Chain(settings) => Some(settings.iterations),
            Method::Completion(settings) => Some(settings.iterations),
            Method::Svd(_) | Method::Pca(_) => None,
        }
    }

    /// Whether singular values come out.
    pub fn has_spectrum(&self) -> bool {
        matches!(
            self,
            Method::Svd(_) | Method::GradientSvd(_) | Method::Pca(_)
        )
    }

    /// What the trace is about, where it is not the error in the Frobenius norm.
    pub fn divergence(&self) -> Option<String> {
        match self {
            Method::Nmf(settings) => nmf::divergence(settings.loss),
            Method::Chain(settings) => nmf::divergence(settings.loss),
            Method::GradientSvd(_) => Some(gradient_svd::LOSS.into()),
            Method::Completion(_) => Some(completion::LOSS.into()),
            Method::GradientNmf(_) | Method::Svd(_) | Method::Pca(_) => None,
        }
    }

    pub fn fit<T: Scalar>(&self, a: Matrix<'_, T>, watch: &mut Watch) -> Result<Found<T>, Error> {
        match self {
            Method::Nmf(settings) => nmf::fit(settings, a, watch),
            Method::GradientNmf(settings) => gradient_nmf::fit(settings, a, watch),
            Method::Svd(settings) => svd::fit(settings, a),
            Method::GradientSvd(settings) => gradient_svd::fit(settings, a, watch),
            Method::Pca(settings) => pca::fit(settings, a),
            Method::Chain(settings) => chain::fit(settings, a, watch),
            Method::Completion(settings) => completion::fit(settings, a, watch),
        }
    }
}

/// That what belongs to descents and chains is given to these only.
fn check_descent(given: &FactorizationOptions) -> Result<(), Failure> {
    if !given.ranks.is_empty() && given.method != MethodName::Chain {
        return wrong("--ranks belongs to --method chain, other methods have --rank".into());
    }
    let descends = matches!(
        given.solver,
        Some(
            SolverName::Gradient
                | SolverName::ProjectedGradient
                | SolverName::Adam
                | SolverName::ProjectedAdam
                | SolverName::Sgd
        )
    );
    let has_own_words = matches!(given.method, MethodName::Chain | MethodName::Completion);
    let given = given.learning_rate.is_some() || given.momentum.is_some();
    match given && !descends && !has_own_words {
        true => {
            wrong("--learning-rate and --momentum belong to --solver gradient and its like".into())
        }
        false => Ok(()),
    }
}

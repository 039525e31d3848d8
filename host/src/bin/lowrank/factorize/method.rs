//! The methods under one roof: each has a file with its settings and its fit.

use super::{nmf, pca, svd};
use crate::cli::{FactorizationOptions, MethodName, RunOptions};
use crate::run::Failure;
use crate::watch::Watch;
use lowrank::stored_model::{Factors, Settings};
use lowrank::{Backend, Error, Matrix, Nmf, Pca, Scalar, TruncatedSvd};

/// A method with its settings.
#[derive(Clone, Debug)]
pub enum Method {
    Nmf(Nmf),
    Svd(TruncatedSvd),
    Pca(Pca),
}

/// What a method finds.
pub struct Found<T> {
    pub factors: Factors<T>,
    pub iterations: usize,
    pub converged: bool,
    pub frobenius_norm: f64,
    pub error: f64,
    pub loss: f64,
}

impl Method {
    /// `missing`: whether entries may be.
    pub fn new(
        given: &FactorizationOptions,
        run: &RunOptions,
        missing: bool,
    ) -> Result<Self, Failure> {
        Ok(match given.method {
            MethodName::Nmf => Method::Nmf(nmf::settings(given, run, missing)?),
            MethodName::Svd => Method::Svd(svd::settings(given, run, missing)?),
            MethodName::Pca => Method::Pca(pca::settings(given, run, missing)?),
        })
    }

    /// The same with the solver that runs on A.
    pub fn on<T: Scalar>(self, a: Matrix<'_, T>) -> Self {
        match self {
            Method::Nmf(settings) => Method::Nmf(nmf::on(settings, a)),
            Method::Svd(settings) => Method::Svd(svd::on(settings, a)),
            Method::Pca(settings) => Method::Pca(settings),
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Method::Nmf(_) => "nmf",
            Method::Svd(_) => "svd",
            Method::Pca(_) => "pca",
        }
    }

    /// Once the matrix is known.
    pub fn solver(&self) -> &'static str {
        match self {
            Method::Nmf(settings) => nmf::solver(settings),
            Method::Svd(settings) => svd::solver(settings),
            Method::Pca(_) => "krylov",
        }
    }

    pub fn backend(&self) -> Backend {
        match self {
            Method::Nmf(settings) => settings.backend,
            Method::Svd(settings) => settings.backend,
            Method::Pca(settings) => settings.backend,
        }
    }

    pub fn stored(&self) -> Settings {
        match self {
            Method::Nmf(settings) => Settings::Nmf(settings.into()),
            Method::Svd(settings) => Settings::Svd(settings.into()),
            Method::Pca(settings) => Settings::Pca(settings.into()),
        }
    }

    /// Iterations that can be watched, so many at most.
    pub fn watched_iterations(&self) -> Option<usize> {
        match self {
            Method::Nmf(settings) => Some(settings.iterations),
            Method::Svd(_) | Method::Pca(_) => None,
        }
    }

    /// Whether singular values come out.
    pub fn has_spectrum(&self) -> bool {
        match self {
            Method::Nmf(_) => false,
            Method::Svd(_) | Method::Pca(_) => true,
        }
    }

    /// What the trace is about, where it is not the error in the Frobenius norm.
    pub fn divergence(&self) -> Option<String> {
        match self {
            Method::Nmf(settings) => nmf::divergence(settings.loss),
            Method::Svd(_) | Method::Pca(_) => None,
        }
    }

    pub fn fit<T: Scalar>(&self, a: Matrix<'_, T>, watch: &mut Watch) -> Result<Found<T>, Error> {
        match self {
            Method::Nmf(settings) => nmf::fit(settings, a, watch),
            Method::Svd(settings) => svd::fit(settings, a),
            Method::Pca(settings) => pca::fit(settings, a),
        }
    }
}

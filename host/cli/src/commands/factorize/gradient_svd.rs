//! `--method svd --solver gradient`.

use super::method::Found;
use super::{check_complete, refuse_nmf_options};
use crate::arguments::{FactorizationOptions, RunOptions};
use crate::run::Failure;
use crate::solvers;
use crate::watch::Watch;
use lowrank::{Descent, Error, GradientSvd, LearningRate, Matrix, Momentum, Scalar};
use lowrank_files::stored_model::Factors;

/// What is made small.
pub const LOSS: &str = "loss (squared error and orthogonality)";

pub fn settings(
    given: &FactorizationOptions,
    run: &RunOptions,
    missing: bool,
) -> Result<GradientSvd, Failure> {
    check_complete("svd", missing)?;
    refuse_nmf_options(given, "--method nmf")?;
    let defaults = GradientSvd::default();
    let rate = |initial| LearningRate {
        initial,
        ..defaults.learning_rate
    };
    let descent = match given.momentum {
        None => defaults.descent,
        Some(momentum) if momentum > 0.0 => Descent::Momentum(Momentum { momentum }),
        Some(_) => Descent::Plain,
    };
    Ok(GradientSvd {
        rank: given.rank(),
        descent,
        learning_rate: given.learning_rate.map_or(defaults.learning_rate, rate),
        iterations: given.iterations.unwrap_or(defaults.iterations),
        tolerance: given.tolerance.unwrap_or(defaults.tolerance),
        backend: solvers::backend(run),
        seed: run.seed,
        ..defaults
    })
}

/// Several starts, one after the other: their iterations are counted through.
pub fn fit<T: Scalar>(
    settings: &GradientSvd,
    a: Matrix<'_, T>,
    watch: &mut Watch,
) -> Result<Found<T>, Error> {
    let (mut run, mut before, mut last) = ((0, 0), 0, 0);
    let model = settings.fit_observed(a, &mut |progress| {
        let this = (progress.start, progress.halvings);
        if this != run || progress.progress.iteration < last {
            (run, before) = (this, before + last);
        }
        last = progress.progress.iteration;
        let loss = progress.progress.loss.to_f64();
        watch.see_loss(before + last, loss, loss.sqrt())
    })?;
    let loss = model.loss.to_f64();
    let factors = Factors::Svd {
        u: model.u,
        singular_values: model.singular_values,
        v: model.v,
    };
    let (iterations, stop) = (model.iterations, model.stop);
    Ok(Found::of(
        factors,
        model.approximation,
        loss,
        iterations,
        stop,
    ))
}

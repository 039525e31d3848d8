//! `--method nmf` by gradient descent.

use super::method::{Found, Method};
use super::{check_complete, refuse_nmf_options};
use crate::arguments::{FactorizationOptions, RunOptions, SolverName};
use crate::run::Failure;
use crate::solvers;
use crate::watch::Watch;
use lowrank::{
    Descent, Error, GradientNmf, LearningRate, Matrix, Momentum, Objective, Scalar, SignRule,
};
use lowrank_files::stored_model::Factors;

/// What pushes entries below `FLOOR` up.
const WEIGHT: f64 = 1e2;
const FLOOR: f64 = 1e-5;

/// The same for Adam, so little that signs are all but free.
const ADAM_WEIGHT: f64 = 1e-6;

/// `None` for solvers that are no descents.
pub fn settings(
    given: &FactorizationOptions,
    run: &RunOptions,
    missing: bool,
) -> Option<Result<GradientNmf, Failure>> {
    let plain = match given.momentum {
        Some(momentum) if momentum > 0.0 => Descent::Momentum(Momentum { momentum }),
        _ => Descent::Plain,
    };
    let (descent, objective, sign) = match given.solver? {
        SolverName::Gradient => (plain, Objective::Squares, penalty()),
        SolverName::ProjectedGradient => (plain, Objective::Squares, SignRule::Projected),
        SolverName::Adam => (GradientNmf::adam(), Objective::Norm, mean_penalty()),
        SolverName::ProjectedAdam => (GradientNmf::adam(), Objective::Norm, SignRule::Projected),
        _ => return None,
    };
    Some(checked(given, descent, missing).map(|()| {
        let defaults = GradientNmf::default();
        GradientNmf {
            rank: given.rank(),
            descent,
            objective,
            sign,
            learning_rate: given.learning_rate.map(falling),
            iterations: given.iterations.unwrap_or(defaults.iterations),
            tolerance: given.tolerance.unwrap_or(defaults.tolerance),
            backend: solvers::backend(run),
            seed: run.seed,
            ..defaults
        }
    }))
}

fn penalty() -> SignRule {
    SignRule::Penalty {
        weight: WEIGHT,
        floor: FLOOR,
    }
}

fn mean_penalty() -> SignRule {
    SignRule::MeanPenalty {
        weight: ADAM_WEIGHT,
        floor: FLOOR,
    }
}

/// By a tenth every hundred steps.
fn falling(initial: f64) -> LearningRate {
    LearningRate {
        initial,
        factor: 0.9,
        every: 100,
    }
}

fn checked(given: &FactorizationOptions, descent: Descent, missing: bool) -> Result<(), Failure> {
    check_complete("nmf by gradients", missing)?;
    refuse_nmf_options(given, "--solver hals and mu")?;
    match descent {
        Descent::Adam(_) if given.momentum.is_some() => {
            super::wrong("--momentum belongs to gradients, adam has its own".into())
        }
        _ => Ok(()),
    }
}

pub fn fit<T: Scalar>(
    settings: &GradientNmf,
    a: Matrix<'_, T>,
    watch: &mut Watch,
) -> Result<Found<T>, Error> {
    let model = settings.fit_observed(a, &mut |progress| {
        watch.see(progress.iteration, progress.error.to_f64())
    })?;
    let error = model.approximation.error.to_f64();
    let factors = Factors::Nmf {
        w: model.w,
        h: model.h,
    };
    let (loss, iterations, stop) = (0.5 * error * error, model.iterations, model.stop);
    Ok(Found {
        resolved: Some(Method::GradientNmf(model.settings)),
        ..Found::of(factors, model.approximation, loss, iterations, stop)
    })
}

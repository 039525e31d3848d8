//! `--method completion`.

use super::method::Found;
use super::wrong;
use crate::arguments::{FactorizationOptions, RunOptions, SolverName};
use crate::commands::topics::name;
use crate::run::Failure;
use crate::solvers;
use crate::watch::Watch;
use lowrank::{Completion, CompletionSolver, Error, LearningRate, Matrix, Scalar};
use lowrank_files::stored_model::Factors;

/// What is made small.
pub const LOSS: &str = "loss over the known entries, with penalties";

pub fn settings(given: &FactorizationOptions, run: &RunOptions) -> Result<Completion, Failure> {
    let solver = match given.solver {
        None | Some(SolverName::Als) => CompletionSolver::Als,
        Some(SolverName::Sgd) => CompletionSolver::Sgd,
        Some(other) => {
            let solver = name(other);
            return wrong(format!(
                "--solver {solver} is none of --method completion, which has als and sgd"
            ));
        }
    };
    for (option, is_given) in [
        ("--loss", given.nmf.loss.is_some()),
        ("--l1", given.nmf.l1.is_some()),
        ("--init", given.nmf.init.is_some()),
        ("--momentum", given.momentum.is_some()),
    ] {
        if is_given {
            return wrong(format!("{option} is no option of --method completion"));
        }
    }
    if given.learning_rate.is_some() && solver == CompletionSolver::Als {
        return wrong("--learning-rate belongs to --solver sgd".into());
    }
    let defaults = Completion::default();
    let l2 = match given.nmf.l2 {
        Some((w, h)) if w == h => w,
        Some(_) => return wrong("--l2 of --method completion is one number".into()),
        None => defaults.l2,
    };
    let rate = |initial| LearningRate {
        initial,
        ..defaults.learning_rate
    };
    Ok(Completion {
        rank: given.rank(),
        solver,
        l2,
        learning_rate: given.learning_rate.map_or(defaults.learning_rate, rate),
        iterations: given.iterations.unwrap_or(defaults.iterations),
        tolerance: given.tolerance.unwrap_or(defaults.tolerance),
        backend: solvers::backend(run),
        seed: run.seed,
        ..defaults
    })
}

pub fn solver(settings: &Completion) -> &'static str {
    match settings.solver {
        CompletionSolver::Als => "als",
        CompletionSolver::Sgd => "sgd",
    }
}

pub fn fit<T: Scalar>(
    settings: &Completion,
    a: Matrix<'_, T>,
    watch: &mut Watch,
) -> Result<Found<T>, Error> {
    let model = settings.fit_observed(a, &mut |progress| {
        let (loss, error) = (progress.loss.to_f64(), progress.error.to_f64());
        watch.see_loss(progress.iteration, loss, error)
    })?;
    let loss = model.loss.to_f64();
    let factors = Factors::Completion {
        w: model.w,
        h: model.h,
        row_biases: model.row_biases,
        column_biases: model.column_biases,
        mean: model.mean,
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

//! `--method nmf`.

use super::method::Found;
use super::wrong;
use crate::arguments::{FactorizationOptions, RunOptions, SolverName};
use crate::commands::topics::name;
use crate::run::Failure;
use crate::solvers;
use crate::watch::Watch;
use lowrank::{Error, Loss, Matrix, Nmf, NmfSolver, Scalar};
use lowrank_files::stored_model::Factors;

pub fn settings(
    given: &FactorizationOptions,
    run: &RunOptions,
    missing: bool,
) -> Result<Nmf, Failure> {
    let loss = given.nmf.loss.unwrap_or_default();
    let solver = match given.solver {
        None => None,
        Some(SolverName::Mu) => Some(NmfSolver::Mu),
        Some(SolverName::Hals) if loss != Loss::Frobenius => {
            return wrong("--solver hals belongs to --loss frobenius: use --solver mu".into());
        }
        Some(SolverName::Hals) if missing => {
            return wrong("--solver hals needs all entries: use --solver mu".into());
        }
        Some(SolverName::Hals) => Some(NmfSolver::Hals),
        Some(other) => {
            let solver = name(other);
            return wrong(format!(
                "--solver {solver} belongs to --method svd (--method nmf has hals and mu)"
            ));
        }
    };
    let settings = solvers::nmf(&given.nmf, given.steps(), given.rank(), run);
    Ok(Nmf { solver, ..settings })
}

pub fn on<T: Scalar>(settings: Nmf, a: Matrix<'_, T>) -> Nmf {
    let fastest = match a {
        Matrix::Observed(_) => NmfSolver::Mu,
        Matrix::Sparse(_) | Matrix::Dense(_) => settings.resolved_solver(),
    };
    let solver = settings.solver.or(Some(fastest));
    Nmf { solver, ..settings }
}

pub fn solver(settings: &Nmf) -> &'static str {
    match settings.resolved_solver() {
        NmfSolver::Hals => "hals",
        NmfSolver::Mu => "mu",
    }
}

pub fn divergence(loss: Loss) -> Option<String> {
    match loss {
        Loss::Frobenius => None,
        Loss::KullbackLeibler => Some("Kullback-Leibler divergence".into()),
        Loss::ItakuraSaito => Some("Itakura-Saito divergence".into()),
        Loss::Beta(beta) => Some(format!("beta-divergence, beta {beta}")),
    }
}

pub fn fit<T: Scalar>(
    settings: &Nmf,
    a: Matrix<'_, T>,
    watch: &mut Watch,
) -> Result<Found<T>, Error> {
    let model = settings.fit_observed(a, &mut |progress| {
        watch.see(progress.iteration, progress.error.to_f64())
    })?;
    let loss = model.loss.to_f64();
    let factors = Factors::Nmf {
        w: model.w,
        h: model.h,
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

//! `--method svd`.

use super::method::Found;
use super::{check_complete, refuse_nmf_options, wrong};
use crate::arguments::{FactorizationOptions, RunOptions, SolverName};
use crate::commands::topics::name;
use crate::run::Failure;
use crate::solvers;
use lowrank::{Error, Matrix, Scalar, SvdSolver, TruncatedSvd};
use lowrank_files::stored_model::Factors;

pub fn settings(
    given: &FactorizationOptions,
    run: &RunOptions,
    missing: bool,
) -> Result<TruncatedSvd, Failure> {
    check_complete("svd", missing)?;
    refuse_nmf_options(given, "--method nmf")?;
    let solver = match given.solver {
        Some(SolverName::Krylov) => Some(SvdSolver::Krylov),
        Some(SolverName::Chebyshev) => Some(SvdSolver::Chebyshev),
        Some(SolverName::Randomized) => Some(SvdSolver::Randomized),
        Some(SolverName::Exact) => Some(SvdSolver::Exact),
        // Of the two that may be the fastest, one has blocks to count.
        None => given.iterations.map(|_| SvdSolver::Krylov),
        Some(other) => {
            let solver = name(other);
            return wrong(format!(
                "--solver {solver} belongs to --method nmf \
                 (--method svd has krylov, chebyshev, randomized and exact)"
            ));
        }
    };
    let direct = matches!(solver, Some(SvdSolver::Exact));
    let fixed = matches!(solver, Some(SvdSolver::Randomized)) || direct;
    if given.tolerance.is_some() && fixed {
        return wrong("--tolerance belongs to nmf, krylov and chebyshev".into());
    }
    if given.iterations.is_some() && (direct || solver == Some(SvdSolver::Chebyshev)) {
        return wrong("--iterations belongs to nmf, krylov and randomized".into());
    }
    let settings = solvers::svd(given.steps(), given.rank(), run);
    Ok(TruncatedSvd { solver, ..settings })
}

pub fn on<T: Scalar>(settings: TruncatedSvd, a: Matrix<'_, T>) -> TruncatedSvd {
    let solver = Some(settings.resolved_solver(a));
    TruncatedSvd { solver, ..settings }
}

pub fn solver(settings: &TruncatedSvd) -> &'static str {
    settings.solver.map_or("fastest", SvdSolver::name)
}

pub fn fit<T: Scalar>(settings: &TruncatedSvd, a: Matrix<'_, T>) -> Result<Found<T>, Error> {
    let model = settings.fit(a)?;
    let error = model.approximation.error.to_f64();
    Ok(Found {
        resolved: None,
        iterations: match settings.solver {
            Some(SvdSolver::Krylov) => settings.blocks,
            Some(SvdSolver::Randomized) => settings.power_iterations,
            Some(SvdSolver::Chebyshev | SvdSolver::Exact) | None => 0,
        },
        converged: true,
        frobenius_norm: model.approximation.frobenius_norm.to_f64(),
        error,
        loss: 0.5 * error * error,
        factors: Factors::Svd {
            u: model.u,
            singular_values: model.singular_values,
            v: model.v,
        },
    })
}

//! `--method pca`.

use super::method::Found;
use super::{check_complete, refuse_nmf_options, wrong};
use crate::arguments::{FactorizationOptions, RunOptions, SolverName};
use crate::commands::topics::name;
use crate::run::Failure;
use crate::solvers;
use lowrank::{Error, Matrix, Pca, Scalar};
use lowrank_files::stored_model::Factors;

pub fn settings(
    given: &FactorizationOptions,
    run: &RunOptions,
    missing: bool,
) -> Result<Pca, Failure> {
    check_complete("pca", missing)?;
    refuse_nmf_options(given, "--method nmf")?;
    if let Some(solver) = given.solver.filter(|solver| *solver != SolverName::Krylov) {
        let solver = name(solver);
        return wrong(format!(
            "--solver {solver} is none of --method pca, which has krylov"
        ));
    }
    let defaults = Pca::default();
    Ok(Pca {
        rank: given.rank(),
        tolerance: given.tolerance.unwrap_or(defaults.tolerance),
        blocks: given.iterations.unwrap_or(defaults.blocks),
        backend: solvers::backend(run),
        seed: run.seed,
    })
}

/// The error is what the singular values leave of the norm: it is known to about 1e-8 of that.
pub fn fit<T: Scalar>(settings: &Pca, a: Matrix<'_, T>) -> Result<Found<T>, Error> {
    let model = settings.fit(a)?;
    let degrees = a.nrows().saturating_sub(1).max(1) as f64;
    let all = model.total_variance.to_f64() * degrees;
    let kept: f64 = model
        .singular_values
        .iter()
        .map(|s| s.to_f64().powi(2))
        .sum();
    let left = (all - kept).max(0.0);
    Ok(Found {
        resolved: None,
        iterations: settings.blocks,
        converged: true,
        frobenius_norm: all.sqrt(),
        error: left.sqrt(),
        loss: 0.5 * left,
        factors: Factors::Pca {
            scores: model.scores,
            singular_values: model.singular_values,
            components: model.components,
            means: model.means,
        },
    })
}

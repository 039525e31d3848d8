//! `--method chain`.

use super::method::Found;
use super::wrong;
use crate::arguments::{FactorizationOptions, RunOptions, SolverName};
use crate::commands::topics::name;
use crate::run::Failure;
use crate::solvers;
use crate::watch::Watch;
use lowrank::{BetaChain, Error, FactorRule, Matrix, Penalty, Scalar};
use lowrank_files::stored_model::Factors;

pub fn settings(given: &FactorizationOptions, run: &RunOptions) -> Result<BetaChain, Failure> {
    if let Some(solver) = given.solver.filter(|solver| *solver != SolverName::Mu) {
        let solver = name(solver);
        return wrong(format!(
            "--solver {solver} is none of --method chain, which has mu"
        ));
    }
    if given.nmf.init.is_some() || given.learning_rate.is_some() || given.momentum.is_some() {
        return wrong(
            "--init, --learning-rate and --momentum are no options of --method chain".into(),
        );
    }
    let ranks = match given.ranks.is_empty() {
        true => vec![given.rank()],
        false => given.ranks.clone(),
    };
    let defaults = BetaChain::default();
    Ok(BetaChain {
        rules: rules(given, ranks.len()),
        ranks,
        loss: given.nmf.loss.unwrap_or_default(),
        iterations: given.iterations.unwrap_or(defaults.iterations),
        tolerance: given.tolerance.unwrap_or(defaults.tolerance),
        backend: solvers::backend(run),
        seed: run.seed,
        ..defaults
    })
}

/// Penalties of W, then of all other factors.
fn rules(given: &FactorizationOptions, others: usize) -> Vec<FactorRule> {
    let (first_l1, other_l1) = given.nmf.l1.unwrap_or_default();
    let (first_l2, other_l2) = given.nmf.l2.unwrap_or_default();
    let rule = |l1, l2| FactorRule {
        penalty: Penalty { l1, l2 },
        ..FactorRule::default()
    };
    let mut rules = vec![rule(first_l1, first_l2)];
    rules.resize(others + 1, rule(other_l1, other_l2));
    rules
}

pub fn fit<T: Scalar>(
    settings: &BetaChain,
    a: Matrix<'_, T>,
    watch: &mut Watch,
) -> Result<Found<T>, Error> {
    let model = settings.fit_observed(a, &mut |progress| {
        watch.see(progress.iteration, progress.error.to_f64())
    })?;
    let loss = model.loss.to_f64();
    let factors = Factors::Chain(model.factors);
    let (iterations, stop) = (model.iterations, model.stop);
    Ok(Found::of(
        factors,
        model.approximation,
        loss,
        iterations,
        stop,
    ))
}

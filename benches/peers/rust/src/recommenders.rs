//! lowrank's recommenders.

use crate::matrices::{Matrices, Shared, raw_file};
use crate::{Answer, Request, timed};
use lowrank::completion::{CompletionSolver, HeldOut};
use lowrank::matrix::OwnedMatrix;
use lowrank::recommend::{
    DotBias, Ease, Gibbs, Implicit, LeastSquares, Popularity, PureSvd, Recommender, Split, TopN,
    judge_ranking,
};
use lowrank::{Completion, Observed, SparseMatrix};
use serde_json::json;
use std::error::Error;
use std::ops::ControlFlow;
use std::time::Instant;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// Returns the known entries in f32, which is what the command computes in.
fn known(a: &Shared) -> Fallible<SparseMatrix<f32>> {
    match &a.0 {
        OwnedMatrix::Sparse(a) => Ok(a.cast::<f32>()),
        OwnedMatrix::Dense(_) => Err("recommendations are from a sparse matrix".into()),
    }
}

/// Fits a model, and writes its score of each item for each user to the file `path`: m x n f32, row by row, little-endian.
pub fn scores(request: &Request, a: &Shared) -> Answer {
    let a = known(a)?;
    let (model, seconds) = timed(|| fit(request, &a));
    let model = model?;
    let mut scores = vec![0.0_f32; model.items()];
    let mut bytes = Vec::with_capacity(4 * model.users() * model.items());
    for user in 0..model.users() {
        model.score(user, &mut scores)?;
        bytes.extend(scores.iter().flat_map(|x| x.to_le_bytes()));
    }
    std::fs::write(request.text("path"), bytes)?;
    Ok(json!({"seconds": seconds}))
}

/// Divides the matrix as the command does, and writes the held-out part into the file `path`.
pub fn divide(request: &Request, a: &Shared) -> Answer {
    let OwnedMatrix::Sparse(a) = &a.0 else {
        return Err("ratings are a sparse matrix".into());
    };
    let share = request.number("share").ok_or("share")?;
    let split = match request.text("split") {
        "random" => Split::Random { share },
        "user" => Split::EachUser { share },
        other => return Err(format!("no split {other:?}").into()),
    };
    let held_out = split.divide(a, None, request.seed())?.parts.held_out;
    let bytes = raw_file::bytes(&OwnedMatrix::Sparse(held_out))?;
    std::fs::write(request.text("path"), bytes)?;
    Ok(json!({}))
}

/// Fits a model to the matrix `training`, and judges its lists by `held-out`, with lowrank's own judgement.
pub fn judge(request: &Request, matrices: &Matrices) -> Answer {
    let parts = HeldOut {
        training: known(matrices.taken("training")?)?,
        held_out: known(matrices.taken("held-out")?)?,
    };
    let model = fit(request, &parts.training)?;
    let found = judge_ranking(&*model, &parts, &[10, 20])?;
    Ok(json!({
        "nDCG@10": found[0].ndcg,
        "recall@20": found[1].recall,
        "precision@10": found[0].precision,
        "recall@10": found[0].recall,
        "MAP@10": found[0].map,
    }))
}

/// Fits the model of that name; settings that the request lacks are the defaults.
fn fit(request: &Request, a: &SparseMatrix<f32>) -> Fallible<Box<dyn Recommender<f32>>> {
    let seed = request.seed();
    let rank = |default: usize| request.size("k").unwrap_or(default);
    let completion = |solver| {
        let defaults = Completion::default();
        Completion {
            rank: rank(defaults.rank),
            solver,
            l2: request.number("l2").or(defaults.l2),
            bias_l2: request.number("bias_l2").unwrap_or(defaults.bias_l2),
            seed,
            ..defaults
        }
        .fit(Observed(a))
    };
    let model: Box<dyn Recommender<f32>> = match request.text("model") {
        "popularity" => Box::new(Popularity::of(a)),
        "implicit" => Box::new(implicit(request).fit(a)?),
        "svd" => {
            let rank = rank(PureSvd::default().rank);
            Box::new(PureSvd { rank, seed }.fit(a)?)
        }
        "ease" => {
            let l2 = request.number("l2").unwrap_or(Ease::default().l2);
            Box::new(Ease { l2 }.fit(a)?)
        }
        "als" => Box::new(completion(CompletionSolver::Als)?),
        "sgd" => Box::new(completion(CompletionSolver::Sgd)?),
        "gibbs" => {
            let defaults = Gibbs::default();
            let settings = Gibbs {
                rank: rank(defaults.rank),
                burn_in: request.size("burn_in").unwrap_or(defaults.burn_in),
                samples: request.size("samples").unwrap_or(defaults.samples),
                noise_degrees: request
                    .number("noise_degrees")
                    .unwrap_or(defaults.noise_degrees),
                seed,
                ..defaults
            };
            Box::new(settings.fit(a)?)
        }
        "dot-bias" => {
            let defaults = DotBias::default();
            let settings = DotBias {
                rank: rank(defaults.rank),
                range: Some((0.5, 5.0)),
                seed,
                ..defaults
            };
            Box::new(settings.fit(a)?)
        }
        other => return Err(format!("no model {other:?}").into()),
    };
    Ok(model)
}

fn implicit(request: &Request) -> Implicit {
    let defaults = Implicit::default();
    Implicit {
        rank: request.size("k").unwrap_or(defaults.rank),
        l2: request.number("l2"),
        confidence: request.number("confidence").unwrap_or(defaults.confidence),
        solver: match request.text("solver") {
            "cholesky" => LeastSquares::Cholesky,
            _ => defaults.solver,
        },
        iterations: request.size("sweeps").unwrap_or(defaults.iterations),
        // So many sweeps, if it says how many.
        tolerance: match request.size("sweeps") {
            Some(_) => 0.0,
            None => defaults.tolerance,
        },
        seed: request.seed(),
        ..defaults
    }
}

/// The seconds of the median of `sweeps` sweeps over both factors but the first, the loss of each counted, and the loss
/// after the last; with `lists`, those of ten items for so many users instead.
pub fn sweep(request: &Request, a: &Shared) -> Answer {
    let a = known(a)?;
    let mut calls = Vec::new();
    let model = implicit(request).fit_with(&a, |_| {
        calls.push(Instant::now());
        ControlFlow::Continue(())
    })?;
    let passed = calls
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_secs_f64());
    let mut sweeps: Vec<f64> = passed.skip(1).collect();
    sweeps.sort_by(f64::total_cmp);
    let median = sweeps.get(sweeps.len() / 2).copied();
    match request.size("lists") {
        None => {
            let seconds = median.ok_or("at least two sweeps")?;
            Ok(json!({"seconds": seconds, "error": f64::from(model.loss)}))
        }
        Some(count) => {
            let users: Vec<usize> = (0..count).collect();
            let top = TopN::default();
            let (lists, seconds) = timed(|| top.recommend_to(&model, &users, Some(&a)));
            let items = lists?.iter().map(Vec::len).sum::<usize>();
            Ok(json!({"seconds": seconds, "items": items}))
        }
    }
}

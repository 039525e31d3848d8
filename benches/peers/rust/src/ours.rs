//! lowrank's side.

use crate::matrices::Shared;
use crate::{Answer, Request, timed};
use lowrank::matrix::OwnedMatrix;
use lowrank::nmf::{Loss, NmfSolver};
use lowrank::svd::{SearchPrecision, SvdSolver};
use lowrank::{Completion, Nmf, Observed, Pca, Scalar, TruncatedSvd};
use lowrank_text::vectorizer::Vectorizer;
use serde_json::json;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

pub fn vectorize(texts: &[String]) -> Answer {
    let (made, seconds) = timed(|| Vectorizer::default().fit_transform(texts));
    let (_, a) = made?;
    let squares: f64 = a.values().iter().map(|x| x * x).sum();
    // What is compared is the norm.
    Ok(json!({"seconds": seconds, "error": squares.sqrt()}))
}

/// Inflates an archive by lowrank's decoder.
pub fn inflate(archive: &Path) -> Answer {
    let start = Instant::now();
    let mut stream = flate2::read::GzDecoder::new(std::fs::File::open(archive)?);
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        match stream.read(&mut buffer)? {
            0 => break,
            read => bytes += read,
        }
    }
    Ok(json!({"seconds": start.elapsed().as_secs_f64(), "bytes": bytes}))
}

pub fn svd(request: &Request, a: &Shared) -> Answer {
    let defaults = TruncatedSvd::default();
    let svd = TruncatedSvd {
        rank: request.size("k").unwrap_or(5),
        solver: match request.text("solver") {
            "randomized" => Some(SvdSolver::Randomized),
            "exact" => Some(SvdSolver::Exact),
            "krylov" => Some(SvdSolver::Krylov),
            "chebyshev" => Some(SvdSolver::Chebyshev),
            _ => None,
        },
        power_iterations: request
            .size("iterations")
            .unwrap_or(defaults.power_iterations),
        tolerance: request.number("tolerance").unwrap_or(defaults.tolerance),
        search: match request.text("precision") {
            "f64" => SearchPrecision::Full,
            "mixed" => SearchPrecision::Single,
            _ => defaults.search,
        },
        seed: request.seed(),
        ..defaults
    };
    let (model, seconds) = timed(|| svd.fit(a.view()));
    Ok(json!({"seconds": seconds, "error": model?.approximation.error}))
}

/// Principal components, with the scores of the rows.
pub fn pca(request: &Request, a: &Shared) -> Answer {
    let defaults = Pca::default();
    let pca = Pca {
        rank: request.size("k").unwrap_or(defaults.rank),
        tolerance: request.number("tolerance").unwrap_or(defaults.tolerance),
        seed: request.seed(),
        ..defaults
    };
    let (model, seconds) = timed(|| pca.fit(a.view()));
    Ok(json!({"seconds": seconds, "error": model?.approximation.error}))
}

/// Alternating least squares until the loss is no more than `target`, or by lowrank's own rule.
pub fn completion(request: &Request, a: &Shared) -> Answer {
    let OwnedMatrix::Sparse(a) = &a.0 else {
        return Err("a completion is of a sparse matrix".into());
    };
    let target = request.number("target").unwrap_or(0.0);
    let defaults = Completion::default();
    let completion = Completion {
        rank: request.size("k").unwrap_or(defaults.rank),
        // By default that of the peers.
        l2: Some(request.number("l2").unwrap_or(12.0)),
        bias_l2: request.number("bias_l2").unwrap_or(defaults.bias_l2),
        seed: request.seed(),
        ..defaults
    };
    let (model, seconds) =
        timed(|| completion.fit_with(Observed(a), |now| until(now.loss <= target)));
    let model = model?;
    Ok(json!({"seconds": seconds, "error": model.loss, "iterations": model.iterations}))
}

fn until(reached: bool) -> ControlFlow<()> {
    match reached {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    }
}

/// Until the error is no more than `target`, or by lowrank's own rule.
pub fn nmf(request: &Request, a: &Shared) -> Answer {
    let target = request.number("target").unwrap_or(0.0);
    let nmf = settings(request);
    let (model, seconds) = timed(|| nmf.fit_with(a.view(), None, |now| until(now.error <= target)));
    let model = model?;
    Ok(json!({
        "seconds": seconds,
        "error": model.approximation.error,
        "iterations": model.iterations,
    }))
}

/// Kullback and Leibler's divergence after a number of iterations, the start counted.
pub fn kl(request: &Request, a: &Shared) -> Answer {
    let nmf = Nmf {
        loss: Loss::KullbackLeibler,
        solver: None,
        tolerance: 0.0,
        ..settings(request)
    };
    let (model, seconds) = timed(|| nmf.fit(a.view()));
    Ok(json!({"seconds": seconds, "error": model?.loss}))
}

fn settings(request: &Request) -> Nmf {
    let defaults = Nmf::default();
    Nmf {
        rank: request.size("k").unwrap_or(5),
        solver: Some(match request.text("solver") {
            "mu" => NmfSolver::Mu,
            _ => NmfSolver::Hals,
        }),
        iterations: request.size("iterations").unwrap_or(defaults.iterations),
        tolerance: request.number("tolerance").unwrap_or(defaults.tolerance),
        seed: request.seed(),
        ..defaults
    }
}

/// The seconds of one iteration, the start not counted.
pub fn iteration(request: &Request, a: &Shared) -> Answer {
    let nmf = Nmf {
        tolerance: 0.0,
        ..settings(request)
    };
    match (request.text("precision"), &a.0) {
        ("f32", OwnedMatrix::Sparse(a)) => iterate(nmf, OwnedMatrix::Sparse(a.cast::<f32>())),
        ("f32", OwnedMatrix::Dense(a)) => iterate(nmf, OwnedMatrix::Dense(a.cast::<f32>())),
        (_, a) => iterate(nmf, a.clone()),
    }
}

fn iterate<T: Scalar>(nmf: Nmf, a: OwnedMatrix<T>) -> Answer {
    let mut calls = Vec::with_capacity(nmf.iterations + 1);
    let model = nmf.fit_with(a.view(), None, |_| {
        calls.push(Instant::now());
        ControlFlow::Continue(())
    })?;
    let seconds = (calls[calls.len() - 1] - calls[0]).as_secs_f64();
    Ok(json!({
        "seconds": seconds / model.iterations as f64,
        "error": model.approximation.error.to_f64(),
        "iterations": model.iterations,
    }))
}

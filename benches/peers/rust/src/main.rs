//! One request a line on standard input, one answer a line on standard output, both JSON: the side
//! of `benches/peers/compare` that is written in Rust. `LOWRANK_DATA=.. lowrank-peers THREADS`
//!
//! A request names a case and a matrix; the answer holds the seconds of one run and the error that
//! it reached. Matrices are made once, before the first run on them is timed.

mod matrices;
mod ours;
mod peers;
mod recommenders;

use matrices::Matrices;
use serde_json::{Value, json};
use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let threads = std::env::args().nth(1).ok_or("lowrank-peers THREADS")?;
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.parse()?)
        .build_global()?;
    let data = std::env::var_os("LOWRANK_DATA").ok_or("set LOWRANK_DATA")?;
    let mut matrices = Matrices::new(data.into());
    for line in std::io::stdin().lock().lines() {
        let answer = answer(&Request(serde_json::from_str(&line?)?), &mut matrices);
        let answer = answer.unwrap_or_else(|error| json!({"refused": error.to_string()}));
        let mut out = std::io::stdout().lock();
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

type Answer = Result<Value, Box<dyn Error>>;

/// A request.
struct Request(Value);

impl Request {
    fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap_or_default()
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.0[key].as_f64()
    }

    fn size(&self, key: &str) -> Option<usize> {
        self.0[key].as_u64().map(|size| size as usize)
    }

    fn seed(&self) -> u64 {
        self.0["seed"].as_u64().unwrap_or(0)
    }
}

fn answer(request: &Request, matrices: &mut Matrices) -> Answer {
    match request.text("case") {
        "vectorize" => ours::vectorize(matrices.texts()?),
        "inflate" => ours::inflate(&matrices.archive()),
        "describe" => Ok(matrices.get(request)?.description()),
        "export" => matrices.get(request)?.export(request.text("path")),
        "take" => matrices.take(request),
        "divide" => recommenders::divide(request, matrices.get(request)?),
        "judge" => recommenders::judge(request, matrices),
        "recommend" => recommenders::scores(request, matrices.get(request)?),
        "sweep" => recommenders::sweep(request, matrices.get(request)?),
        "svd" => match request.text("by") {
            "lowrank" => ours::svd(request, matrices.get(request)?),
            peer => peers::svd(peer, request, matrices.get(request)?),
        },
        "pca" => ours::pca(request, matrices.get(request)?),
        "completion" => ours::completion(request, matrices.get(request)?),
        "nmf" => ours::nmf(request, matrices.get(request)?),
        "kl" => ours::kl(request, matrices.get(request)?),
        "iteration" => ours::iteration(request, matrices.get(request)?),
        other => Err(format!("no case {other:?} here").into()),
    }
}

/// Returns the result of `f` and its seconds.
fn timed<R>(f: impl FnOnce() -> R) -> (R, f64) {
    let start = Instant::now();
    let result = f();
    (result, start.elapsed().as_secs_f64())
}

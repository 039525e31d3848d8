//! `lowrank bench`: benchmarks of the solvers.

use crate::arguments::Bench;
use crate::commands::topics::{read, speak_notes, vectorizer};
use crate::progress::iterations;
use crate::run::{Failure, Output, start_threads};
use lowrank::Backend;
use lowrank::matrix::OwnedMatrix;
use lowrank_cli::bench::{BenchReport, Benchmark, SyntheticMatrix};
use lowrank_text::corpus::Source;
use std::time::Duration;

/// Returns the report; it fails if an error is wrong.
pub fn run(options: &Bench) -> Result<Output, Failure> {
    // A missing backend is left out unless it was requested.
    if options.backend.contains(&Backend::Cuda) {
        Backend::Cuda.check()?;
    }
    let benchmark = benchmark(options);
    let cases = benchmark.cases();
    if cases == 0 {
        let message = "no case is left: hals and mu belong to nmf, krylov, chebyshev, randomized and \
                       exact to svd, and exact runs on the host backend";
        return Err(Failure::Usage("bench", message.into()));
    }
    start_threads(options.threads)?;
    let a = match &options.corpus {
        Some(corpus) => vectorized(corpus, options)?,
        None => synthetic(options).matrix()?,
    };
    let bar = iterations("timing", cases);
    let report = benchmark.run(a.view(), |case| {
        bar.set_message(case.to_owned());
        bar.inc(1);
    })?;
    bar.finish_and_clear();
    Ok(output(options, &report))
}

fn benchmark(options: &Bench) -> Benchmark {
    Benchmark {
        methods: options.method.clone(),
        solvers: options.solver.clone(),
        backends: options.backend.clone(),
        precisions: options.precision.clone(),
        rank: options.rank,
        runs: options.runs,
        budget: Duration::from_secs_f64(options.budget),
        seed: options.seed,
    }
}

fn synthetic(options: &Bench) -> SyntheticMatrix {
    let (rows, columns) = options.shape;
    SyntheticMatrix {
        rows,
        columns,
        density: options.density,
        seed: options.seed,
    }
}

fn vectorized(source: &Source, options: &Bench) -> Result<OwnedMatrix<f64>, Failure> {
    let vectorizer = vectorizer("bench", &options.vectorizer)?;
    let corpus = read(source, &options.texts, options.table)?;
    speak_notes(&corpus.notes);
    let (_, a) = vectorizer.fit_transform(&corpus.documents)?;
    Ok(OwnedMatrix::Sparse(a))
}

fn output(options: &Bench, report: &BenchReport) -> Output {
    let text = match options.json {
        true => report.to_json(),
        false => report.to_string(),
    };
    Output::judged(text, report.passed)
}

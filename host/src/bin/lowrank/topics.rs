//! `lowrank topics`: texts, a matrix, a factorization, a report.

use crate::cli::{
    BackendChoice, Init, Method, Precision, Solver, StopWordsChoice, Topics, VectorizerOptions,
    WeightingChoice,
};
use crate::run::{Failure, iterations, say, spinner, start_threads};
use clap::ValueEnum;
use lowrank::corpus::{Corpus, CorpusReader};
use lowrank::report::{CorpusSize, Seconds, TopicEntry, TopicsReport};
use lowrank::text::{StopWords, Vectorizer, Weighting};
use lowrank::topics::Topics as Found;
use lowrank::{
    Backend, Error, Nmf, NmfInit, NmfSolver, Scalar, SparseMatrix, Stop, SvdSolver, TruncatedSvd,
};
use std::ops::ControlFlow;
use std::time::Instant;

/// The result, as text.
pub fn run(options: &Topics) -> Result<String, Failure> {
    let solver = solver(options)?;
    start_threads(options.run.threads)?;
    let start = Instant::now();
    let corpus = read(options)?;
    let load = start.elapsed().as_secs_f64();
    say(&options.run, || {
        format!("{} documents read in {load:.3} s", corpus.len())
    });

    let (fitted, a) = vectorizer(&options.vectorizer).fit_transform(&corpus.documents)?;
    drop(corpus);
    let vectorize = start.elapsed().as_secs_f64() - load;
    check_topics(options, &a)?;
    announce(options, solver, &a, vectorize);

    let task = Task {
        options,
        solver,
        terms: fitted.terms(),
    };
    let mut report = match options.run.precision {
        Precision::F64 => task.factorize(&a)?,
        Precision::F32 => task.factorize(&a.cast::<f32>())?,
    };
    let total = start.elapsed().as_secs_f64();
    report.seconds = Seconds {
        load,
        vectorize,
        factorize: total - load - vectorize,
        total,
    };
    Ok(if options.run.json {
        report.to_json()
    } else {
        report.to_string()
    })
}

/// What will be factored, and where.
fn announce(options: &Topics, solver: Solver, a: &SparseMatrix<f64>, vectorize: f64) {
    say(&options.run, || {
        let (m, n) = (a.nrows(), a.ncols());
        format!(
            "{m} x {n} matrix, {} nonzeros, in {vectorize:.3} s",
            a.nonzeros()
        )
    });
    say(&options.run, || {
        let (solver, precision) = (name(solver), name(options.run.precision));
        match backend(options).resolved() {
            Backend::Core => format!("{solver} on the core backend, {precision}, one thread"),
            _ => format!(
                "{solver} on the host backend, {precision}, threads: {}",
                rayon::current_num_threads()
            ),
        }
    });
}

/// A choice as it is written on the command line.
fn name(choice: impl ValueEnum) -> String {
    let value = choice.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}

/// The solver that was asked for, if it belongs to the method.
fn solver(options: &Topics) -> Result<Solver, Failure> {
    let given = &options.solver;
    let wrong = |message: String| Err(Failure::Usage("topics", message));
    let svd_only = "(--method svd has krylov, randomized and exact)";
    let nmf_only = "(--method nmf has hals and mu)";
    match (given.method, given.solver) {
        (Method::Nmf, solver @ (None | Some(Solver::Hals | Solver::Mu))) => {
            Ok(solver.unwrap_or(Solver::Hals))
        }
        (Method::Nmf, Some(solver)) => wrong(format!(
            "--solver {} belongs to --method svd {nmf_only}",
            name(solver)
        )),
        (Method::Svd, Some(solver @ (Solver::Hals | Solver::Mu))) => wrong(format!(
            "--solver {} belongs to --method nmf {svd_only}",
            name(solver)
        )),
        (Method::Svd, _) if given.init.is_some() => wrong("--init belongs to --method nmf".into()),
        (Method::Svd, Some(Solver::Randomized | Solver::Exact)) if given.tolerance.is_some() => {
            wrong("--tolerance belongs to --method nmf and to the solver krylov".into())
        }
        (Method::Svd, Some(Solver::Exact)) if given.iterations.is_some() => {
            wrong("--iterations belongs to the iterative solvers, exact is none".into())
        }
        (Method::Svd, solver) => Ok(solver.unwrap_or(Solver::Krylov)),
    }
}

fn read(options: &Topics) -> Result<Corpus, Failure> {
    let given = &options.corpus;
    let reader = CorpusReader {
        text_column: given.text_column.clone(),
        subset: given.subset,
        categories: given.categories.clone(),
        remove: given.remove.unwrap_or_default(),
    };
    let bar = spinner("reading");
    let corpus = reader.read_with_progress(&given.corpus, &mut |documents| {
        bar.set_message(format!("{documents} documents"));
    })?;
    bar.finish_and_clear();
    Ok(corpus)
}

fn vectorizer(options: &VectorizerOptions) -> Vectorizer {
    Vectorizer {
        weighting: match options.weighting {
            WeightingChoice::Tfidf => Weighting::TfIdf,
            WeightingChoice::Count => Weighting::Count,
        },
        sublinear_tf: options.sublinear_tf,
        stop_words: match options.stop_words {
            StopWordsChoice::English => StopWords::English,
            StopWordsChoice::None => StopWords::None,
        },
        ngrams: options.ngrams,
        min_df: options.min_df,
        max_df: options.max_df,
        max_features: options.max_features,
    }
}

fn check_topics(options: &Topics, a: &SparseMatrix<f64>) -> Result<(), Failure> {
    let (topics, documents, terms) = (options.solver.topics, a.nrows(), a.ncols());
    if topics <= documents.min(terms) {
        return Ok(());
    }
    Err(Error::TooManyTopics {
        topics,
        documents,
        terms,
    }
    .into())
}

fn backend(options: &Topics) -> Backend {
    match options.run.backend {
        BackendChoice::Auto => Backend::Auto,
        BackendChoice::Host => Backend::Host,
        BackendChoice::Core => Backend::Core,
    }
}

/// A factorization to be done in either precision.
struct Task<'a> {
    options: &'a Topics,
    solver: Solver,
    terms: &'a [String],
}

impl Task<'_> {
    fn factorize<T: Scalar>(&self, a: &SparseMatrix<T>) -> Result<TopicsReport, Failure> {
        match self.solver {
            Solver::Mu | Solver::Hals => self.nmf(a),
            Solver::Krylov => self.svd(a, SvdSolver::Krylov),
            Solver::Randomized => self.svd(a, SvdSolver::Randomized),
            Solver::Exact => self.svd(a, SvdSolver::Exact),
        }
    }

    fn nmf<T: Scalar>(&self, a: &SparseMatrix<T>) -> Result<TopicsReport, Failure> {
        let solver = self.solver;
        let given = &self.options.solver;
        let defaults = Nmf::default();
        let nmf = Nmf {
            rank: given.topics,
            solver: match solver {
                Solver::Mu => NmfSolver::Mu,
                _ => NmfSolver::Hals,
            },
            init: match given.init {
                Some(Init::Random) => NmfInit::Random,
                Some(Init::Nndsvd) => NmfInit::Nndsvd,
                Some(Init::Nndsvda) | None => NmfInit::Nndsvda,
            },
            iterations: given.iterations.unwrap_or(defaults.iterations),
            tolerance: given.tolerance.unwrap_or(defaults.tolerance),
            backend: backend(self.options),
            seed: self.options.run.seed,
        };
        let bar = iterations("factorizing", nmf.iterations);
        let model = nmf.fit_observed(a, &mut |progress| {
            bar.set_position(progress.iteration as u64);
            bar.set_message(format!("error {:.6}", progress.error));
            ControlFlow::Continue(())
        })?;
        bar.finish_and_clear();
        let found = Found::of_nmf(&model, self.terms, self.options.words);
        Ok(TopicsReport {
            rank: given.topics,
            iterations: model.iterations,
            converged: model.stop == Stop::Tolerance,
            frobenius_norm: model.approximation.frobenius_norm.to_f64(),
            error: model.approximation.error.to_f64(),
            error_bound: model.approximation.error_bound.to_f64(),
            ..self.report(
                a,
                "nmf",
                if solver == Solver::Mu { "mu" } else { "hals" },
                &found,
            )
        })
    }

    fn svd<T: Scalar>(
        &self,
        a: &SparseMatrix<T>,
        solver: SvdSolver,
    ) -> Result<TopicsReport, Failure> {
        let given = &self.options.solver;
        let defaults = TruncatedSvd::default();
        let svd = TruncatedSvd {
            rank: given.topics,
            solver,
            tolerance: given.tolerance.unwrap_or(defaults.tolerance),
            blocks: given.iterations.unwrap_or(defaults.blocks),
            power_iterations: given.iterations.unwrap_or(defaults.power_iterations),
            backend: backend(self.options),
            seed: self.options.run.seed,
            ..defaults
        };
        let bar = spinner("factorizing");
        let model = svd.fit(a)?;
        bar.finish_and_clear();
        let found = Found::of_svd(&model, self.terms, self.options.words);
        let (name, rounds) = match solver {
            SvdSolver::Krylov => ("krylov", svd.blocks),
            SvdSolver::Randomized => ("randomized", svd.power_iterations),
            SvdSolver::Exact => ("exact", 0),
        };
        let numbers = |x: &[T]| Some(x.iter().map(|x| x.to_f64()).collect());
        Ok(TopicsReport {
            rank: model.rank,
            iterations: rounds,
            frobenius_norm: model.approximation.frobenius_norm.to_f64(),
            error: model.approximation.error.to_f64(),
            error_bound: model.approximation.error_bound.to_f64(),
            residuals: numbers(&model.residuals),
            singular_values: numbers(&model.singular_values),
            ..self.report(a, "svd", name, &found)
        })
    }

    /// What a report holds for every method.
    fn report<T: Scalar>(
        &self,
        a: &SparseMatrix<T>,
        method: &'static str,
        solver: &'static str,
        found: &Found,
    ) -> TopicsReport {
        TopicsReport {
            corpus: CorpusSize {
                documents: a.nrows(),
                terms: a.ncols(),
                nonzeros: a.nonzeros(),
            },
            method,
            solver,
            backend: backend(self.options).name(),
            precision: T::NAME,
            seed: self.options.run.seed,
            rank: 0,
            iterations: 0,
            converged: true,
            frobenius_norm: 0.0,
            error: 0.0,
            error_bound: 0.0,
            residuals: None,
            singular_values: None,
            topics: TopicEntry::list(found),
            seconds: Seconds {
                load: 0.0,
                vectorize: 0.0,
                factorize: 0.0,
                total: 0.0,
            },
            without_topic: found.without_topic,
        }
    }
}

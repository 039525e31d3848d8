//! From the options to the settings of the library.

use crate::arguments::{
    Method as Wanted, Solver, SolverOptions, StopWordsChoice, TopicCounts, Topics,
    VectorizerOptions, WeightingChoice,
};
use crate::run::Failure;
use crate::solvers::{self, Steps};
use clap::ValueEnum;
use lowrank::{Accuracy, Loss, MiniBatchNmf, Nmf, NmfSolver, Penalty, SvdSolver, TruncatedSvd};
use lowrank_text::topics::Method;
use lowrank_text::vectorizer::{StopWords, Vectorizer, Weighting};

/// How topics are found, for the largest number of them.
pub fn method(options: &Topics) -> Result<Method, Failure> {
    check_output(options)?;
    let given = &options.solver;
    let solver = solver(given)?;
    let (rank, run) = (given.topics.largest(), &options.run);
    let of_nmf = |solver| {
        let settings = solvers::nmf(&given.nmf, steps(given), rank, run);
        let solver = Some(solver);
        in_batches(given, Nmf { solver, ..settings })
    };
    let of_svd = |solver| {
        let settings = solvers::svd(steps(given), rank, run);
        Method::Svd(TruncatedSvd { solver, ..settings })
    };
    Ok(match solver {
        Some(Solver::Mu) => of_nmf(NmfSolver::Mu),
        Some(Solver::Hals) => of_nmf(NmfSolver::Hals),
        Some(Solver::Krylov) => of_svd(Some(SvdSolver::Krylov)),
        Some(Solver::Chebyshev) => of_svd(Some(SvdSolver::Chebyshev)),
        Some(Solver::Randomized) => of_svd(Some(SvdSolver::Randomized)),
        Some(Solver::Exact) => of_svd(Some(SvdSolver::Exact)),
        None => of_svd(None),
    })
}

fn wrong<T>(message: String) -> Result<T, Failure> {
    Err(Failure::Usage("topics", message))
}

/// That what is to be printed is there for so many numbers of topics.
fn check_output(options: &Topics) -> Result<(), Failure> {
    let several = matches!(options.solver.topics, TopicCounts::Range { .. });
    if several && options.documents > 0 {
        return wrong("--documents belongs to one number of --topics, not to a range".into());
    }
    if several && options.words.is_some() {
        return wrong("--words belongs to one number of --topics, not to a range".into());
    }
    if several && options.folder.output.is_some() {
        return wrong("--output belongs to one number of --topics, not to a range".into());
    }
    if several && options.plot.is_some() {
        return wrong("--plot belongs to one number of --topics, not to a range".into());
    }
    if options.solver.method == Wanted::Nmf && accuracy(&options.solver).is_some() {
        return wrong("--rank-tolerance and --variance belong to --method svd".into());
    }
    if !several && options.solver.seeds.is_some() {
        return wrong("--seeds belongs to a range of --topics such as 2..20".into());
    }
    Ok(())
}

/// How accurate an SVD of any rank has to be.
pub fn accuracy(given: &SolverOptions) -> Option<Accuracy> {
    let error = given.rank_tolerance.map(Accuracy::Error);
    error.or(given.variance.map(Accuracy::Variance))
}

/// A choice as it is written on the command line.
pub fn name(choice: impl ValueEnum) -> String {
    let value = choice.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}

/// The solver that was asked for, if it belongs to the method; `None`: the faster one for the SVD.
fn solver(given: &SolverOptions) -> Result<Option<Solver>, Failure> {
    let svd_only = "(--method svd has krylov, chebyshev, randomized and exact)";
    let nmf_only = "(--method nmf has hals and mu)";
    let other_loss = given.nmf.loss.is_some_and(|loss| loss != Loss::Frobenius);
    match (given.method, given.solver) {
        (Wanted::Nmf, None) if other_loss => Ok(Some(Solver::Mu)),
        (Wanted::Nmf, Some(Solver::Hals)) if other_loss => {
            wrong("--solver hals belongs to --loss frobenius: use --solver mu".into())
        }
        (Wanted::Nmf, solver @ (None | Some(Solver::Hals | Solver::Mu))) => {
            Ok(solver.or(Some(Solver::Hals)))
        }
        (Wanted::Nmf, Some(solver)) => wrong(format!(
            "--solver {} belongs to --method svd {nmf_only}",
            name(solver)
        )),
        (Wanted::Svd, Some(solver @ (Solver::Hals | Solver::Mu))) => wrong(format!(
            "--solver {} belongs to --method nmf {svd_only}",
            name(solver)
        )),
        (Wanted::Svd, _) if given.nmf.init.is_some() => {
            wrong("--init belongs to --method nmf".into())
        }
        (Wanted::Svd, _) if given.nmf.loss.is_some() => {
            wrong("--loss belongs to --method nmf".into())
        }
        (Wanted::Svd, _) if given.batch_size.is_some() => {
            wrong("--batch-size belongs to --method nmf".into())
        }
        (Wanted::Svd, _) if given.nmf.l1.or(given.nmf.l2).is_some() => {
            wrong("--l1 and --l2 belong to --method nmf".into())
        }
        (Wanted::Svd, Some(Solver::Randomized | Solver::Exact)) if given.tolerance.is_some() => {
            wrong("--tolerance belongs to --method nmf, krylov and chebyshev".into())
        }
        (Wanted::Svd, Some(Solver::Exact)) if given.iterations.is_some() => {
            wrong("--iterations belongs to the iterative solvers, exact is none".into())
        }
        (Wanted::Svd, Some(Solver::Chebyshev)) if given.iterations.is_some() => {
            wrong("--iterations belongs to krylov and randomized, chebyshev has --tolerance".into())
        }
        // Of the two that may be the fastest, one has blocks to count.
        (Wanted::Svd, None) if given.iterations.is_some() => Ok(Some(Solver::Krylov)),
        (Wanted::Svd, solver) => Ok(solver),
    }
}

/// The same in batches, if they are wanted.
fn in_batches(given: &SolverOptions, nmf: Nmf) -> Method {
    let Some(batch_size) = given.batch_size else {
        return Method::Nmf(nmf);
    };
    let defaults = MiniBatchNmf::default();
    Method::MiniBatchNmf(MiniBatchNmf {
        rank: nmf.rank,
        loss: nmf.loss,
        solver: nmf.solver,
        init: nmf.init,
        batch_size,
        passes: given.passes.unwrap_or(defaults.passes),
        pass_tolerance: given.tolerance.unwrap_or(defaults.pass_tolerance),
        iterations: given.iterations.unwrap_or(defaults.iterations),
        w_penalty: nmf.w_penalty,
        h_penalty: nmf.h_penalty,
        backend: nmf.backend,
        seed: nmf.seed,
        ..defaults
    })
}

/// The method for so many documents: a penalty is given for all of them, and in batches added for each.
pub fn for_documents(method: Method, documents: usize) -> Method {
    let share = |whole: f64| whole / documents.max(1) as f64;
    match method {
        Method::MiniBatchNmf(nmf) => Method::MiniBatchNmf(MiniBatchNmf {
            h_penalty: Penalty {
                l1: share(nmf.h_penalty.l1),
                l2: share(nmf.h_penalty.l2),
            },
            ..nmf
        }),
        other => other,
    }
}

fn steps(given: &SolverOptions) -> Steps {
    Steps {
        iterations: given.iterations,
        tolerance: given.tolerance,
    }
}

/// How texts become a matrix.
pub fn vectorizer(options: &VectorizerOptions) -> Vectorizer {
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

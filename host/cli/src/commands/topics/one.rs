//! One number of topics: what they are.

use super::keep::Kept;
use super::settings::accuracy;
use super::{Task, corpus_size};
use crate::interrupt;
use crate::run::{Failure, spinner};
use crate::watch::Watch;
use lowrank::{Accuracy, Scalar, SparseMatrix, SvdSolver, TruncatedSvd};
use lowrank_cli::plot::Point;
use lowrank_cli::report::{RepresentativeEntry, TopicEntry, TopicsReport};
use lowrank_text::topics::{
    Components, Method, Model, Topics as Found, coherences, representatives,
};

/// The words of a topic that are printed.
const WORDS: usize = 8;

/// A report without its times.
pub fn report<T: Scalar>(task: &Task<'_>, a: &SparseMatrix<T>) -> Result<TopicsReport, Failure> {
    let accuracy = accuracy(&task.options.solver);
    let (model, trace) = match (&task.method, accuracy) {
        (Method::Svd(svd), Some(accuracy)) => (accurate(svd, a, accuracy)?, Vec::new()),
        (method, _) => factorize(method, a)?,
    };
    let components = model.components();
    let found = Found::of(
        &components,
        task.fitted.terms(),
        task.options.words.unwrap_or(WORDS),
    );
    let approximation = model.approximation();
    let numbers = |x: &[T]| Some(x.iter().map(|x| x.to_f64()).collect());
    let (beta, loss) = match &model {
        Model::Nmf(model) => (Some(model.settings.loss.beta()), Some(model.loss.to_f64())),
        Model::Svd(_) => (None, None),
    };
    let (rank, iterations, residuals, singular_values) = match &model {
        Model::Nmf(model) => (model.settings.rank, model.iterations, None, None),
        Model::Svd(model) => (
            model.rank,
            rounds(&task.method),
            numbers(&model.residuals),
            numbers(&model.singular_values),
        ),
    };
    let report = TopicsReport {
        corpus: corpus_size(a),
        method: task.method.name(),
        solver: task.method.solver(),
        backend: task.method.backend().name(),
        precision: T::NAME,
        seed: task.method.seed(),
        rank,
        iterations,
        converged: model.converged(),
        frobenius_norm: approximation.frobenius_norm.to_f64(),
        error: approximation.error.to_f64(),
        error_bound: approximation.error_bound.to_f64(),
        beta,
        loss,
        residuals,
        singular_values,
        topics: entries(task, &found, &components, a),
        seconds: task.seconds(),
        without_topic: found.without_topic,
        batch_size: match task.method {
            Method::MiniBatchNmf(nmf) => Some(nmf.batch_size),
            _ => None,
        },
    };
    let kept = Kept {
        model: &model,
        found: &found,
        trace: &trace,
        report: &report,
    };
    interrupt::uninterrupted(|| kept.write(task))?;
    Ok(report)
}

fn accurate<T: Scalar>(
    svd: &TruncatedSvd,
    a: &SparseMatrix<T>,
    accuracy: Accuracy,
) -> Result<Model<T>, Failure> {
    let bar = spinner("factorizing");
    let model = svd.fit_to(a, accuracy)?;
    bar.finish_and_clear();
    Ok(Model::Svd(model))
}

fn factorize<T: Scalar>(
    method: &Method,
    a: &SparseMatrix<T>,
) -> Result<(Model<T>, Vec<Point>), Failure> {
    let mut watch = match method {
        Method::Nmf(nmf) => Watch::over(nmf.iterations),
        Method::MiniBatchNmf(nmf) => Watch::over(nmf.passes),
        Method::Svd(_) => Watch::silent(),
    };
    let model = method.fit_observed(a, &mut |progress| {
        watch.see(progress.iteration, progress.error.to_f64())
    });
    let (trace, _) = watch.finish();
    Ok((model?, trace))
}

/// Blocks at most, power iterations, or none that were asked for.
fn rounds(method: &Method) -> usize {
    match method {
        Method::Nmf(nmf) => nmf.iterations,
        Method::MiniBatchNmf(nmf) => nmf.passes,
        Method::Svd(svd) => match svd.solver {
            Some(SvdSolver::Krylov) => svd.blocks,
            Some(SvdSolver::Randomized) => svd.power_iterations,
            Some(SvdSolver::Chebyshev | SvdSolver::Exact) | None => 0,
        },
    }
}

fn entries<T: Scalar>(
    task: &Task<'_>,
    found: &Found,
    components: &Components<'_, T>,
    a: &SparseMatrix<T>,
) -> Vec<TopicEntry> {
    let mut entries = TopicEntry::list(found, &coherences(components, a));
    if let Some(corpus) = task.corpus {
        let representatives = representatives(components, a, task.options.documents);
        for (entry, topic) in entries.iter_mut().zip(&found.topics) {
            let of_topic = representatives[topic.component].iter();
            entry.representatives = of_topic
                .map(|found| RepresentativeEntry::new(found, &corpus.documents))
                .collect();
        }
    }
    entries
}

//! The topics of one model.

use super::Task;
use super::save::Saved;
use crate::interrupt;
use crate::progress::Watch;
use crate::run::{Failure, warn_unsettled};
use lowrank::method::Settings;
use lowrank::{Scalar, SparseMatrix};
use lowrank_cli::report::{Provenance, RepresentativeEntry, TopicEntry, TopicsReport};
use lowrank_text::topics::{Components, Topics as Found, coherences, representatives};

/// The number of words printed for a topic.
const WORDS: usize = 8;

/// Returns a report without its times.
pub fn report<T: Scalar>(task: &Task<'_>, a: &SparseMatrix<T>) -> Result<TopicsReport, Failure> {
    let mut watch = Watch::of(&task.settings);
    let model = task.settings.fit_with(a, |progress| watch.see(progress));
    let (trace, _) = watch.finish();
    let model = model?;
    warn_unsettled(&task.settings, &model);
    let components = Components::of(&model);
    let found = Found::of(
        &components,
        task.fitted.terms(),
        task.options.words.unwrap_or(WORDS),
    );
    let (beta, loss) = match &model.settings {
        Settings::Nmf(nmf) => (Some(nmf.loss.beta()), Some(model.loss)),
        _ => (None, None),
    };
    let numbers = |x: &[T]| x.iter().map(|x| x.to_f64()).collect();
    let report = TopicsReport {
        corpus: task.corpus_size(a),
        provenance: Provenance::of::<T>(&model.settings),
        rank: model.rank,
        iterations: model.iterations,
        converged: model.converged,
        frobenius_norm: model.approximation.frobenius_norm,
        error: model.approximation.error,
        error_bound: model.approximation.error_bound,
        beta,
        loss,
        residuals: model.residuals.as_deref().map(numbers),
        singular_values: model.factors.singular_values().map(numbers),
        tolerance: task.settings.tolerance(),
        excess: model.excess,
        products: model.products.count,
        topics: entries(task, &found, &components, a),
        seconds: task.seconds(),
        without_topic: found.without_topic,
        batch_size: match &task.settings {
            Settings::MiniBatchNmf(nmf) => Some(nmf.batch_size),
            _ => None,
        },
    };
    let saved = Saved {
        model: &model,
        found: &found,
        trace: &trace,
        report: &report,
    };
    interrupt::uninterrupted(|| saved.write(task))?;
    Ok(report)
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

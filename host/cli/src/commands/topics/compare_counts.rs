//! Assessment of several numbers of topics.

use super::Task;
use crate::progress::iterations;
use crate::run::{Failure, say, speak, steps};
use lowrank::{Scalar, SparseMatrix};
use lowrank_cli::report::{ChoiceEntry, ChoicesReport, Provenance, counted};
use lowrank_text::topics::{Assessment, Choice};
use std::time::Instant;

/// The number of samples that measure stability.
const SAMPLES: usize = 5;

/// Returns a report without its times.
pub fn report<T: Scalar>(task: &Task<'_>, a: &SparseMatrix<T>) -> Result<ChoicesReport, Failure> {
    let assessment = Assessment {
        settings: task.settings.clone(),
        samples: task.options.solver.seeds.unwrap_or(SAMPLES),
    };
    let counts = task.options.solver.topics;
    let fits_of_each = assessment.samples.saturating_add(1);
    let fits = counts.all().count().saturating_mul(fits_of_each);
    let bar = iterations("factorizing", fits);
    let (mut choices, mut entries) = (Vec::new(), Vec::new());
    for topics in counts.all() {
        let count = counted(topics, "topic");
        bar.set_message(count.clone());
        let start = Instant::now();
        let choice = assessment.of(topics, a, &mut || bar.inc(1))?;
        let seconds = start.elapsed().as_secs_f64();
        say(&task.options.run, || format!("{count} in {seconds:.3} s"));
        entries.push(ChoiceEntry::new(&choice, seconds));
        choices.push(choice);
    }
    bar.finish_and_clear();
    warn_unsettled(task, &entries);
    Ok(ChoicesReport {
        corpus: task.corpus_size(a),
        provenance: Provenance {
            solver: task.settings.resolved_solver(a),
            ..Provenance::of::<T>(&task.settings)
        },
        seeds: assessment.samples,
        frobenius_norm: choices[0].frobenius_norm,
        choices: entries,
        most_stable: Choice::most_stable(&choices),
        most_coherent: Choice::most_coherent(&choices),
        seconds: task.seconds(),
    })
}

/// Prints for how many numbers of topics the fit has not converged, and what to try.
fn warn_unsettled(task: &Task<'_>, entries: &[ChoiceEntry]) {
    let open = entries.iter().filter(|entry| !entry.converged).count();
    if open > 0 {
        let (all, (_, option)) = (entries.len(), steps(&task.settings));
        speak(format!(
            "{open} of {all} numbers of topics have not converged; try more {option}"
        ));
    }
}

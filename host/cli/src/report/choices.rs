//! The report of a run over several numbers of topics.

use super::{CorpusSize, Provenance, Seconds, counted};
use lowrank_text::topics::{Choice, SAMPLE_SHARE};
use serde::Serialize;
use std::fmt;

/// The result of a run over several numbers of topics. The names of the fields are those of the JSON object, on which
/// scripts rely.
#[derive(Clone, Debug, Serialize)]
pub struct ChoicesReport {
    /// The size of the matrix.
    pub corpus: CorpusSize,
    /// The method that computed it; the seed is that of the fits of all documents.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// The number of samples that measure stability; their seeds follow that seed.
    pub seeds: usize,
    /// ||A||_F.
    pub frobenius_norm: f64,
    /// The results, by number of topics.
    pub choices: Vec<ChoiceEntry>,
    /// The number of topics of greatest stability.
    pub most_stable: Option<usize>,
    /// The number of topics of greatest coherence.
    pub most_coherent: Option<usize>,
    /// Wall-clock seconds.
    pub seconds: Seconds,
}

/// The result for a number of topics.
#[derive(Clone, Debug, Serialize)]
pub struct ChoiceEntry {
    /// The number of topics.
    pub topics: usize,
    /// The tolerance stopped the fit of all documents.
    pub converged: bool,
    /// The error of that fit.
    pub error: f64,
    /// The share of ||A||^2 that it explains.
    pub explained: f64,
    /// See [`Choice::stability`].
    pub stability: Option<f64>,
    /// See [`Choice::coherence`].
    pub coherence: Option<f64>,
    /// The seconds of all fits and of the measurements.
    pub seconds: f64,
}

impl ChoiceEntry {
    /// Creates the entry of a choice that took `seconds`.
    pub fn new(choice: &Choice, seconds: f64) -> Self {
        Self {
            topics: choice.topics,
            converged: choice.converged,
            error: choice.error,
            explained: choice.explained(),
            stability: choice.stability,
            coherence: choice.coherence,
            seconds,
        }
    }
}

impl ChoicesReport {
    /// Returns the JSON object, indented.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("numbers and strings are JSON")
    }

    fn write_row(&self, f: &mut fmt::Formatter<'_>, entry: &ChoiceEntry) -> fmt::Result {
        let topics = entry.topics;
        let stability = figure(entry.stability, self.most_stable == Some(topics));
        let coherence = figure(entry.coherence, self.most_coherent == Some(topics));
        let remark = if entry.converged {
            ""
        } else {
            "  (not converged)"
        };
        writeln!(
            f,
            "{topics:>6}  {:>12.6}  {:>7.2} %  {stability:>10} {coherence:>10}  {:>8.3}{remark}",
            entry.error,
            100.0 * entry.explained,
            entry.seconds,
        )
    }

    fn write_best(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |what, topics: Option<usize>| {
            topics.map(|topics| format!("{what}: {}", counted(topics, "topic")))
        };
        let stable = name("most stable", self.most_stable);
        let coherent = name("most coherent", self.most_coherent);
        let named: Vec<String> = stable.into_iter().chain(coherent).collect();
        if named.is_empty() {
            return Ok(());
        }
        writeln!(f, "* {}", named.join("; "))
    }
}

/// Formats a figure and a mark for the best; without the mark, a blank takes its place.
fn figure(value: Option<f64>, best: bool) -> String {
    let mark = if best { '*' } else { ' ' };
    match value {
        Some(value) => format!("{value:.3}{mark}"),
        None => "- ".into(),
    }
}

/// Writes the table for people.
impl fmt::Display for ChoicesReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.corpus)?;
        let Provenance { seed, .. } = self.provenance;
        writeln!(f, "{}, seed {seed}", self.provenance.title())?;
        if self.seeds > 0 {
            let (samples, share) = (counted(self.seeds, "sample"), 100.0 * SAMPLE_SHARE);
            writeln!(
                f,
                "stability over {samples} of {share:.0} % of the documents"
            )?;
        }
        writeln!(
            f,
            "\ntopics         error  explained  stability  coherence          s"
        )?;
        for entry in &self.choices {
            self.write_row(f, entry)?;
        }
        self.write_best(f)?;
        write!(f, "\n{}", self.seconds)
    }
}

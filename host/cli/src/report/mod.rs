//! Reports of runs, as tables for people and as JSON for machines: `lowrank topics` with one number of topics in this
//! file and with several in `choices`, `lowrank factorize` in `factorization`. `excerpt` fits a text to a line.

mod choices;
mod corpus_notes;
mod excerpt;
mod factorization;

pub use choices::{ChoiceEntry, ChoicesReport};
pub use corpus_notes::CorpusNotes;
pub use factorization::{FactorizationReport, FactorizationSeconds};

use excerpt::{cut, one_line};
use lowrank::Scalar;
use lowrank::method::{Entry, Method, Settings, Solver};
use lowrank_text::corpus::Document;
use lowrank_text::topics::{Representative, Topic, TopicWord, Topics};
use serde::{Serialize, Serializer};
use std::fmt;

/// The result of a run. The names of the fields are those of the JSON object, on which scripts rely.
#[derive(Clone, Debug, Serialize)]
pub struct TopicsReport {
    /// The size of the matrix.
    pub corpus: CorpusSize,
    /// The method that computed it.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// The number of components, less than requested if the matrix has a smaller rank.
    pub rank: usize,
    /// The iterations that were done: in batches passes, for krylov blocks, for chebyshev polynomials, for randomized
    /// power iterations, for exact 0.
    pub iterations: usize,
    /// The tolerance stopped the iteration; for svd, the error is within it, as far as can be told.
    pub converged: bool,
    /// ||A||_F.
    pub frobenius_norm: f64,
    /// ||A - W H^T||_F or ||A - U diag(s) V^T||_F, as computed.
    pub error: f64,
    /// An upper bound of the exact error: the computed one plus rounding.
    pub error_bound: f64,
    /// The beta of the divergence that an NMF minimizes; 2 is half of the squared Frobenius norm.
    pub beta: Option<f64>,
    /// This divergence, without penalties.
    pub loss: Option<f64>,
    /// ||A v_i - s_i u_i||, for an SVD.
    pub residuals: Option<Vec<f64>>,
    /// The singular values of an SVD.
    pub singular_values: Option<Vec<f64>>,
    /// The tolerance that was asked for; `None` for a solver without one.
    pub tolerance: Option<f64>,
    /// For svd, the estimate of the error minus the smallest error of the rank: what was reached.
    pub excess: Option<f64>,
    /// The number of products with A or A^T, including those for the start and for the error.
    pub products: u64,
    /// The topics, in descending order of strength.
    pub topics: Vec<TopicEntry>,
    /// Wall-clock seconds.
    pub seconds: Seconds,
    /// The number of documents without a share in any topic, such as those without a term; in the table only.
    #[serde(skip)]
    pub without_topic: usize,
    /// The documents of a batch, if an NMF was fitted in batches; in the table only.
    #[serde(skip)]
    pub batch_size: Option<usize>,
}

/// The method, solver, backend and precision of a result.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Provenance {
    /// The method.
    #[serde(serialize_with = "by_name")]
    pub method: Method,
    /// The solver.
    #[serde(serialize_with = "by_name")]
    pub solver: Solver,
    /// The backend.
    pub backend: &'static str,
    /// `f64`, `f32`, or `mixed`: a result in f64 whose singular vectors were searched in f32.
    pub precision: &'static str,
    /// The seed of all random draws.
    pub seed: u64,
}

impl Provenance {
    /// Returns the provenance of a fit with these settings in the precision `T`.
    pub fn of<T: Scalar>(settings: &Settings) -> Self {
        Self {
            method: settings.method(),
            solver: settings.solver(),
            backend: settings.backend().name(),
            precision: match settings.searches_in_single() && T::NAME == f64::NAME {
                true => "mixed",
                false => T::NAME,
            },
            seed: settings.seed(),
        }
    }

    /// `NMF by multiplicative updates`.
    fn title(&self) -> String {
        match self.solver {
            Solver::Hals => "NMF by alternating least squares".into(),
            Solver::Krylov => "SVD from a Krylov space".into(),
            Solver::Chebyshev => "SVD by Chebyshev polynomials".into(),
            Solver::Randomized => "randomized SVD".into(),
            Solver::Exact => "exact SVD".into(),
            _ => {
                let how = Entry::of(self.method, self.solver).map_or("", |entry| entry.how);
                format!("{} {how}", self.method.name().to_uppercase())
            }
        }
    }
}

/// The size of a document-term matrix.
#[derive(Clone, Debug, Serialize)]
pub struct CorpusSize {
    /// The number of rows.
    pub documents: usize,
    /// The number of columns.
    pub terms: usize,
    /// The number of stored entries.
    pub nonzeros: usize,
    /// What reading the corpus met; nothing, as a rule.
    #[serde(flatten)]
    pub notes: CorpusNotes,
}

/// A topic.
#[derive(Clone, Debug, Serialize)]
pub struct TopicEntry {
    /// The words, in descending order of weight.
    pub words: Vec<WordEntry>,
    /// The number of documents in which it has the largest share.
    pub documents: usize,
    /// The [`npmi`](lowrank_text::topics::npmi) of its heaviest words; `None` for fewer than two words.
    pub coherence: Option<f64>,
    /// The documents in which it has the largest share, as many as were requested.
    pub representatives: Vec<RepresentativeEntry>,
}

/// A typical document of a topic.
#[derive(Clone, Debug, Serialize)]
pub struct RepresentativeEntry {
    /// The number in the corpus, from 1.
    pub document: usize,
    /// The path, line or row.
    pub name: String,
    /// The newsgroup, subfolder or theme.
    pub category: Option<String>,
    /// The length of the topic's part of the document over the length of the document.
    pub share: f64,
    /// The beginning of the text, on one line.
    pub excerpt: String,
}

/// A word of a topic.
#[derive(Clone, Debug, Serialize)]
pub struct WordEntry {
    /// The term.
    pub word: String,
    /// Its entry in the component, which has unit length.
    pub weight: f64,
}

/// Wall-clock seconds of the parts of a run.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Seconds {
    /// Reading, inflating, decoding and stripping.
    pub load: f64,
    /// Computing the weighted matrix.
    pub vectorize: f64,
    /// Initialisation and iterations.
    pub factorize: f64,
    /// The total.
    pub total: f64,
}

/// Formats `1 term`, `2 terms`.
pub fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

impl TopicEntry {
    /// Returns the entries of all topics, without representatives; `coherences`: by component.
    pub fn list(topics: &Topics, coherences: &[Option<f64>]) -> Vec<Self> {
        let word = |word: &TopicWord| WordEntry {
            word: word.word.clone(),
            weight: word.weight,
        };
        let entry = |topic: &Topic| TopicEntry {
            words: topic.words.iter().map(word).collect(),
            documents: topic.documents,
            coherence: coherences[topic.component],
            representatives: Vec::new(),
        };
        topics.topics.iter().map(entry).collect()
    }
}

/// The most characters of an excerpt, including its ellipsis.
const EXCERPT: usize = 80;

/// The number of columns of a terminal.
const WIDTH: usize = 80;

/// The most characters of a name.
const NAME: usize = 40;

impl RepresentativeEntry {
    /// Creates the entry of one of `documents`.
    pub fn new(found: &Representative, documents: &[Document]) -> Self {
        let document = &documents[found.document];
        Self {
            document: found.document + 1,
            name: document.name.clone(),
            category: document.category.clone(),
            share: found.share,
            excerpt: one_line(&document.text, EXCERPT),
        }
    }

    fn short_name(&self) -> String {
        one_line(&self.name, NAME)
    }

    /// Returns its line under a topic.
    fn line(&self, width_of_name: usize) -> String {
        let name = self.short_name();
        let head = format!("       {:.2}  {name:<width_of_name$}  ", self.share);
        let rest = WIDTH.saturating_sub(head.chars().count());
        let line = format!("{head}{}", cut(&self.excerpt, rest));
        line.trim_end().to_owned()
    }
}

/// Writes `120 documents, 3000 terms, 9000 nonzeros`, and a line for each note.
impl fmt::Display for CorpusSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let documents = counted(self.documents, "document");
        let terms = counted(self.terms, "term");
        let nonzeros = counted(self.nonzeros, "nonzero");
        write!(f, "{documents}, {terms}, {nonzeros}")?;
        self.notes
            .lines()
            .iter()
            .try_for_each(|line| write!(f, "\n{line}"))
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:.3} s: load {:.3}, vectorize {:.3}, factorize {:.3}",
            self.total, self.load, self.vectorize, self.factorize
        )
    }
}

/// Serializes a method or a solver by its name.
pub(crate) fn by_name<S: Serializer>(
    named: &impl fmt::Display,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(named)
}

impl TopicsReport {
    /// Returns the JSON object, indented.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("numbers and strings are JSON")
    }

    fn signed(&self, word: &WordEntry) -> String {
        match (self.provenance.method, word.weight < 0.0) {
            (Method::Svd, true) => format!("-{}", word.word),
            (Method::Svd, false) => format!("+{}", word.word),
            _ => word.word.clone(),
        }
    }

    /// Returns the words of the topic at `place`; beyond the rank they are arbitrary.
    fn words(&self, place: usize) -> String {
        if place >= self.rank {
            return format!("(of no weight: the matrix has rank {})", self.rank);
        }
        let words = self.topics[place].words.iter();
        let words: Vec<String> = words.map(|word| self.signed(word)).collect();
        words.join(" ")
    }

    fn width_of_names(&self) -> usize {
        let representatives = self.topics.iter().flat_map(|topic| &topic.representatives);
        let widths = representatives.map(|entry| entry.short_name().chars().count());
        widths.max().unwrap_or(0)
    }

    /// Describes the loss, unless it follows from the error.
    fn divergence_in_words(&self) -> Option<String> {
        let (beta, loss) = (self.beta.filter(|beta| *beta != 2.0)?, self.loss?);
        Some(if beta == 1.0 {
            format!("Kullback-Leibler divergence {loss:.6}")
        } else if beta == 0.0 {
            format!("Itakura-Saito divergence {loss:.6}")
        } else {
            format!("beta-divergence {loss:.6}, beta {beta}")
        })
    }

    fn method_in_words(&self) -> String {
        let title = self.provenance.title();
        match (self.provenance.solver, self.batch_size) {
            (_, Some(size)) => {
                let (size, passes) = (counted(size, "document"), self.iterations);
                let plural = if passes == 1 { "" } else { "es" };
                format!("{title} in batches of {size}, {passes} pass{plural}")
            }
            (Solver::Exact, _) => title,
            (Solver::Krylov, _) => format!("{title}, {}", counted(self.iterations, "block")),
            (Solver::Chebyshev, _) => {
                format!("{title}, {}", counted(self.iterations, "polynomial"))
            }
            (Solver::Randomized, _) => {
                format!("{title}, {}", counted(self.iterations, "power iteration"))
            }
            _ => format!("{title}, {}", counted(self.iterations, "iteration")),
        }
    }
}

/// Writes the table for people.
impl fmt::Display for TopicsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.corpus)?;
        let documents = self.corpus.documents;
        let unsettled = if self.converged {
            ""
        } else {
            " (not converged)"
        };
        let (method, seed) = (self.method_in_words(), self.provenance.seed);
        writeln!(f, "{method}{unsettled}, seed {seed}")?;
        let (error, norm) = (self.error, self.frobenius_norm);
        let explained = 100.0 * (1.0 - (error / norm).powi(2)).max(0.0);
        writeln!(
            f,
            "error {error:.6} of {norm:.6}: {explained:.2} % of the variance explained"
        )?;
        if let Some(divergence) = self.divergence_in_words() {
            writeln!(f, "{divergence}")?;
        }
        writeln!(f)?;
        writeln!(f, "topic  documents         words")?;
        let width_of_name = self.width_of_names();
        for (place, topic) in self.topics.iter().enumerate() {
            let share = 100.0 * topic.documents as f64 / documents.max(1) as f64;
            let (words, place, led) = (self.words(place), place + 1, topic.documents);
            writeln!(f, "{place:>5}  {led:>9}  {share:>4.1} %  {words}")?;
            for representative in &topic.representatives {
                writeln!(f, "{}", representative.line(width_of_name))?;
            }
        }
        if self.without_topic > 0 {
            let share = 100.0 * self.without_topic as f64 / documents.max(1) as f64;
            let none = self.without_topic;
            writeln!(
                f,
                " none  {none:>9}  {share:>4.1} %  (no share in any topic)"
            )?;
        }
        write!(f, "\n{}", self.seconds)
    }
}

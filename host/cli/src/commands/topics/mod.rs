//! `lowrank topics`: texts, a matrix, one factorization or several, a report.

mod compare_counts;
mod fit_topics;
mod save;
mod settings;
mod vectorizer;

use crate::arguments::{TextOptions, TextTableOptions, TopicCounts, Topics};
use crate::interrupt;
use crate::progress::spinner;
use crate::run::{Failure, Output, prepare, say, say_why, speak};
use lowrank::method::Settings;
use lowrank::{Backend, Scalar, SparseMatrix};
use lowrank_cli::report::{CorpusNotes, CorpusSize, Seconds};
use lowrank_text::FittedVectorizer;
use lowrank_text::corpus::{Corpus, CorpusReader, Notes, Source};
use std::time::Instant;

pub use vectorizer::vectorizer;

/// Returns the result, as text.
pub fn run(options: &Topics) -> Result<Output, Failure> {
    let settings = settings::settings(options)?;
    let vectorizer = vectorizer("topics", &options.vectorizer)?;
    prepare(&options.run, &options.folder)?;
    let start = Instant::now();
    let given = &options.corpus;
    let corpus = read(&given.corpus, &given.texts, given.table)?;
    let load = start.elapsed().as_secs_f64();
    say(&options.run, || {
        format!("{} documents read in {load:.3} s", corpus.len())
    });

    announce_table(options, &corpus.notes);

    let (fitted, a) = vectorizer.fit_transform(&corpus.documents)?;
    vectorizer::warn_of_unmet_terms(&options.vectorizer, &fitted, &a);
    let notes = corpus.notes.clone();
    let names: Vec<String> = match options.folder.output {
        Some(_) => corpus
            .documents
            .iter()
            .map(|document| document.name.clone())
            .collect(),
        None => Vec::new(),
    };
    let corpus = (options.documents > 0).then_some(corpus);
    let vectorize = start.elapsed().as_secs_f64() - load;
    check_topics(options, &a)?;
    let settings = settings::for_documents(settings, a.nrows());
    let (settings, placement) = settings.resolved(&a);
    announce(options, &settings, &a, vectorize);
    say_why(&options.run, &placement);

    let task = Task {
        options,
        settings,
        fitted: &fitted,
        corpus: corpus.as_ref(),
        notes: &notes,
        names: &names,
        start,
        load,
        vectorize,
    };
    let text = match options.run.is_single() {
        false => task.report(&a)?,
        true => task.report(&a.cast::<f32>())?,
    };
    if !interrupt::is_asked() {
        return Ok(Output::good(text));
    }
    speak("interrupted: the topics are those of the iterations that were done");
    Ok(Output::interrupted(text))
}

/// Prints the matrix, the settings and the backend.
fn announce(options: &Topics, settings: &Settings, a: &SparseMatrix<f64>, vectorize: f64) {
    say(&options.run, || {
        let (m, n) = (a.nrows(), a.ncols());
        format!(
            "{m} x {n} matrix, {} nonzeros, in {vectorize:.3} s",
            a.nonzeros()
        )
    });
    say(&options.run, || {
        let solver = settings.resolved_solver(a);
        let precision = match (options.run.is_single(), settings.searches_in_single_of(a)) {
            (true, _) => "f32",
            (false, true) => "f64, vectors searched in f32",
            (false, false) => "f64",
        };
        let (backend, threads) = (settings.backend(), rayon::current_num_threads());
        let on = format!("{solver} on the {} backend, {precision}", backend.name());
        match backend {
            Backend::Core => format!("{on}, one thread"),
            Backend::Cuda => on,
            _ => format!("{on}, threads: {threads}"),
        }
    });
}

/// Prints how a table was read.
fn announce_table(options: &Topics, notes: &Notes) {
    let Some(table) = &notes.table else { return };
    say(&options.run, || {
        let first = if table.header { "a header" } else { "a row" };
        let name = table.name.as_ref().map(|name| format!(" {name:?}"));
        format!(
            "first line is {first}, texts in column {}{}, fields divided by {:?}",
            table.text_column,
            name.unwrap_or_default(),
            table.delimiter
        )
    });
}

/// Prints what reading a corpus met, for commands whose report does not say it.
pub fn speak_notes(notes: &Notes) {
    CorpusNotes::new(notes).lines().iter().for_each(speak);
}

/// Reads the texts.
pub fn read(
    source: &Source,
    given: &TextOptions,
    table: TextTableOptions,
) -> Result<Corpus, Failure> {
    let reader = CorpusReader {
        text_column: given.text_column.clone(),
        id_column: given.ids.clone(),
        header: table.header,
        delimiter: table.delimiter,
        literal_quotes: given.no_quotes,
        format: table.format,
        subset: given.subset,
        categories: given.categories.clone(),
        remove: given.remove.unwrap_or_default(),
    };
    let bar = spinner("reading");
    let corpus = reader.read_with_progress(source, &mut |documents| {
        bar.set_message(format!("{documents} documents"));
    })?;
    bar.finish_and_clear();
    Ok(corpus)
}

fn check_topics(options: &Topics, a: &SparseMatrix<f64>) -> Result<(), Failure> {
    let (documents, terms) = (a.nrows(), a.ncols());
    let (given, topics) = (&options.solver, options.solver.topics.largest());
    let by_accuracy = given.rank_tolerance.or(given.variance).is_some();
    if topics <= documents.min(terms) || by_accuracy {
        return Ok(());
    }
    let limit = documents.min(terms);
    Err(Failure::Said(format!(
        "{topics} topics are too many (documents: {documents}, terms: {terms}): \
         ask for {limit} at most with --topics"
    )))
}

/// The task in either precision.
struct Task<'a> {
    options: &'a Topics,
    settings: Settings,
    fitted: &'a FittedVectorizer,
    /// The corpus, if documents are to be shown.
    corpus: Option<&'a Corpus>,
    notes: &'a Notes,
    /// The names of the documents, if a model is kept.
    names: &'a [String],
    start: Instant,
    load: f64,
    vectorize: f64,
}

impl Task<'_> {
    fn report<T: Scalar>(&self, a: &SparseMatrix<T>) -> Result<String, Failure> {
        let json = self.options.run.json;
        Ok(match (self.options.solver.topics, json) {
            (TopicCounts::One(_), true) => fit_topics::report(self, a)?.to_json(),
            (TopicCounts::One(_), false) => fit_topics::report(self, a)?.to_string(),
            (TopicCounts::Range { .. }, true) => compare_counts::report(self, a)?.to_json(),
            (TopicCounts::Range { .. }, false) => compare_counts::report(self, a)?.to_string(),
        })
    }

    fn corpus_size<T: Scalar>(&self, a: &SparseMatrix<T>) -> CorpusSize {
        CorpusSize {
            documents: a.nrows(),
            terms: a.ncols(),
            nonzeros: a.nonzeros(),
            notes: CorpusNotes::new(self.notes),
        }
    }

    /// Returns the times until now.
    fn seconds(&self) -> Seconds {
        let total = self.start.elapsed().as_secs_f64();
        let (load, vectorize) = (self.load, self.vectorize);
        Seconds {
            load,
            vectorize,
            factorize: total - load - vectorize,
            total,
        }
    }
}

//! Conversion of the options of the vectorizer to its settings, and of the words in files.

use crate::arguments::{
    AccentsChoice, AnalyzerChoice, NormChoice, StopWordsChoice, TokensChoice, VectorizerOptions,
    WeightingChoice,
};
use crate::run::{Failure, speak};
use lowrank::SparseMatrix;
use lowrank_files::line_ends::lines;
use lowrank_text::FittedVectorizer;
use lowrank_text::vectorizer::{
    Analyzer, Hashing, Idf, Norm, StopWords, StripAccents, TokenRule, Vectorizer, Weighting,
};
use std::path::Path;

/// Returns the vectorizer of the options of a command.
pub fn vectorizer(
    command: &'static str,
    options: &VectorizerOptions,
) -> Result<Vectorizer, Failure> {
    check(options).map_err(|message| Failure::Usage(command, message))?;
    let vectorizer = Vectorizer {
        analyzer: match options.analyzer {
            AnalyzerChoice::Word => Analyzer::Word,
            AnalyzerChoice::Char => Analyzer::Char,
            AnalyzerChoice::CharWb => Analyzer::CharWb,
        },
        token_pattern: options.token_pattern.clone(),
        token_rule: match options.tokens {
            Some(TokensChoice::Ascii) => TokenRule::Ascii,
            Some(TokensChoice::Unicode) | None => TokenRule::Unicode,
        },
        lowercase: !options.keep_case,
        strip_accents: options.strip_accents.map(|accents| match accents {
            AccentsChoice::Ascii => StripAccents::Ascii,
            AccentsChoice::Unicode => StripAccents::Unicode,
        }),
        stop_words: stop_words(&options.stop_words)?,
        ngrams: options.ngrams,
        min_df: options.min_df,
        max_df: options.max_df,
        max_features: options.max_features,
        vocabulary: options.vocabulary.as_deref().map(lines_of).transpose()?,
        hashing: options.buckets.map(|buckets| Hashing {
            buckets,
            signed: !options.unsigned,
        }),
        binary: options.binary,
        weighting: match options.weighting {
            Some(WeightingChoice::Count) => Weighting::Count,
            Some(WeightingChoice::Tfidf) | None => Weighting::TfIdf,
        },
        sublinear_tf: options.sublinear_tf,
        idf: idf(options),
        norm: options.norm.map(|norm| match norm {
            NormChoice::L1 => Norm::L1,
            NormChoice::L2 => Norm::L2,
            NormChoice::None => Norm::Unscaled,
        }),
    };
    warn_of_idle_stop_words(&vectorizer);
    Ok(vectorizer)
}

/// A hash table has no idf unless it is asked for.
fn idf(options: &VectorizerOptions) -> Idf {
    let is_asked = options.weighting == Some(WeightingChoice::Tfidf) || options.plain_idf;
    match (options.no_idf, options.plain_idf) {
        (true, _) => Idf::Off,
        (_, true) => Idf::Plain,
        _ if options.buckets.is_some() && !is_asked => Idf::Off,
        _ => Idf::Smooth,
    }
}

/// Checks that the options go together.
fn check(options: &VectorizerOptions) -> Result<(), String> {
    let of_words = [
        ("--token-pattern", options.token_pattern.is_some()),
        ("--tokens", options.tokens.is_some()),
        ("--stop-words", !options.stop_words.is_empty()),
    ];
    let given = of_words.iter().find(|(_, is_given)| *is_given);
    if let Some((option, _)) = given.filter(|_| options.analyzer != AnalyzerChoice::Word) {
        return Err(format!("{option} belongs to --analyzer word: leave it out"));
    }
    let of_tfidf = [
        ("--sublinear-tf", options.sublinear_tf),
        ("--no-idf", options.no_idf),
        ("--plain-idf", options.plain_idf),
    ];
    let given = of_tfidf.iter().find(|(_, is_given)| *is_given);
    let counts = options.weighting == Some(WeightingChoice::Count);
    if let Some((option, _)) = given.filter(|_| counts) {
        return Err(format!("{option} belongs to --weighting tfidf"));
    }
    let is_signed = options.buckets.is_some() && !options.unsigned;
    if options.sublinear_tf && is_signed && !options.binary {
        return Err("--sublinear-tf needs counts without signs: add --unsigned".into());
    }
    Ok(())
}

fn stop_words(lists: &[StopWordsChoice]) -> Result<StopWords, Failure> {
    match lists {
        [] | [StopWordsChoice::English] => return Ok(StopWords::English),
        [StopWordsChoice::None] => return Ok(StopWords::None),
        _ => {}
    }
    let mut words = Vec::new();
    for list in lists {
        match list {
            StopWordsChoice::English => {
                words.extend(StopWords::English.words().into_iter().map(str::to_owned));
            }
            StopWordsChoice::None => {}
            StopWordsChoice::File(path) => {
                let lines = lines_of(path)?;
                words.extend(lines.iter().map(|line| line.trim().to_owned()));
            }
        }
    }
    words.sort_unstable();
    words.dedup();
    Ok(StopWords::Own(words))
}

/// Reads the lines of a file of words; blank ones are left out.
fn lines_of(path: &Path) -> Result<Vec<String>, Failure> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Failure::Said(format!(
            "cannot read {shown}: {error}; give a text file in UTF-8, a word or term a line"
        ))
    })?;
    let lines = lines(&text).filter(|line| !line.trim().is_empty());
    Ok(lines.map(str::to_owned).collect())
}

fn warn_of_idle_stop_words(vectorizer: &Vectorizer) {
    let idle = vectorizer.idle_stop_words();
    if let Some((word, token)) = idle.first() {
        speak(format_args!(
            "stop words that no text meets: {}, such as {word:?}, which is the token {token:?}; list tokens instead",
            idle.len()
        ));
    }
}

/// Prints how many terms of `--vocabulary` no text holds.
pub fn warn_of_unmet_terms(
    options: &VectorizerOptions,
    fitted: &FittedVectorizer,
    a: &SparseMatrix<f64>,
) {
    if options.vocabulary.is_none() {
        return;
    }
    let mut is_met = vec![false; a.ncols()];
    for column in a.columns() {
        is_met[*column as usize] = true;
    }
    let unmet: Vec<&String> = fitted
        .terms()
        .iter()
        .zip(is_met)
        .filter_map(|(term, is_met)| (!is_met).then_some(term))
        .collect();
    if let Some(term) = unmet.first() {
        speak(format_args!(
            "terms of --vocabulary that no text holds: {} of {}, such as {term:?}",
            unmet.len(),
            a.ncols()
        ));
    }
}

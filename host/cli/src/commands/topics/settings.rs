//! Conversion of the options to the settings of the library.

use crate::arguments::{
    StopWordsChoice, TopicCounts, Topics, VectorizerOptions, WeightingChoice, of_topics,
};
use crate::refusal;
use crate::run::Failure;
use lowrank::method::Settings;
use lowrank::nmf::Penalty;
use lowrank_text::vectorizer::{StopWords, Vectorizer, Weighting};

/// Returns the settings for the largest number of topics.
pub fn settings(options: &Topics) -> Result<Settings, Failure> {
    check_output(options)?;
    let refused = |error| Failure::Usage("topics", refusal::words(&error, of_topics));
    let options = options.solver.options(&options.run);
    options.settings().map_err(refused)
}

/// Checks that the requested output exists for these numbers of topics.
fn check_output(options: &Topics) -> Result<(), Failure> {
    let wrong = |message: String| Err(Failure::Usage("topics", message));
    if let TopicCounts::One(_) = options.solver.topics {
        return match options.solver.seeds {
            Some(_) => wrong("--seeds belongs to a range of --topics such as 2..20".into()),
            None => Ok(()),
        };
    }
    let of_one = [
        ("--documents", options.documents > 0),
        ("--words", options.words.is_some()),
        ("--output", options.folder.output.is_some()),
        ("--plot", options.plot.is_some()),
    ];
    match of_one.iter().find(|(_, is_given)| *is_given) {
        Some((option, _)) => wrong(format!(
            "{option} belongs to one number of --topics, not to a range"
        )),
        None => Ok(()),
    }
}

/// Returns the settings for a number of documents: a penalty is given for all of them, but added per document in
/// batches.
pub fn for_documents(settings: Settings, documents: usize) -> Settings {
    let share = |whole: f64| whole / documents.max(1) as f64;
    match settings {
        Settings::MiniBatchNmf(mut batches) => {
            let whole = batches.nmf.h_penalty;
            batches.nmf.h_penalty = Penalty {
                l1: share(whole.l1),
                l2: share(whole.l2),
            };
            Settings::MiniBatchNmf(batches)
        }
        other => other,
    }
}

/// Returns the vectorizer of the options.
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

//! Conversion of the options to the settings of the library.

use crate::arguments::{TopicCounts, Topics, of_topics};
use crate::refusal;
use crate::run::Failure;
use lowrank::method::{Method, Settings};
use lowrank::nmf::Penalty;

/// Returns the settings for the largest number of topics.
pub fn settings(options: &Topics) -> Result<Settings, Failure> {
    check_output(options)?;
    check_signs(options)?;
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

/// Checks that a method without negative entries gets no signed buckets.
fn check_signs(options: &Topics) -> Result<(), Failure> {
    let given = &options.vectorizer;
    let is_signed = given.buckets.is_some() && !given.unsigned && !given.binary;
    match is_signed && options.solver.method == Method::Nmf {
        true => Err(Failure::Usage(
            "topics",
            "--buckets counts with signs, and nmf takes no negative entries: add --unsigned, or --method svd"
                .into(),
        )),
        false => Ok(()),
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

//! Hints on errors that name the options of the command, which the libraries do not know.

use lowrank_files::{labels, model_folder, stored_model};
use lowrank_text::{corpus, vectorizer};
use std::error::Error;

/// Returns the hint after the message of an error; empty if the message suffices.
pub fn of(error: &(dyn Error + 'static)) -> &'static str {
    None.or_else(|| error.downcast_ref().map(of_fit))
        .or_else(|| error.downcast_ref().map(of_corpus))
        .or_else(|| error.downcast_ref().map(of_vectorizer))
        .or_else(|| error.downcast_ref().map(of_folder))
        .or_else(|| error.downcast_ref().map(of_model))
        .or_else(|| error.downcast_ref().map(of_labels))
        .unwrap_or_default()
}

fn of_fit(error: &lowrank::Error) -> &'static str {
    match error {
        lowrank::Error::NoCuda => ": build with --features cuda, or use --backend host",
        lowrank::Error::FactorMemory { .. } => " with --topics or --rank",
        lowrank::Error::CopyMemory { .. } => ", without --scale",
        lowrank::Error::Accuracy { .. } => " with --variance or --rank-tolerance",
        #[cfg(feature = "cuda")]
        lowrank::Error::Cuda(error) => of_cuda(error),
        _ => "",
    }
}

#[cfg(feature = "cuda")]
fn of_cuda(error: &lowrank::cuda::Error) -> &'static str {
    use lowrank::cuda::Error;
    match error {
        Error::NoDriver { .. } | Error::NoDevice | Error::TooManyEntries { .. } => {
            ": use --backend host"
        }
        Error::Memory { .. } => ": use --backend host, or a smaller rank",
        _ => "",
    }
}

fn of_corpus(error: &corpus::Error) -> &'static str {
    use corpus::Error;
    match error {
        Error::NoSubsets { .. } => "; leave out --subset",
        Error::MissingSubset { .. } => " with --subset",
        Error::NoCategories { .. } => "; leave out --categories",
        Error::NoColumns { .. } => {
            "; leave out --text-column and --ids, or say with --format csv, tsv or jsonl that it has"
        }
        Error::NoTable { .. } => {
            "; leave out --header, --delimiter and --no-quotes, or say with --format csv or tsv that it is one"
        }
        Error::NoFormat { .. } => "; leave out --format",
        Error::UnknownFormat { .. } => ", or say what it is with --format",
        Error::UnnamedColumn { .. } | Error::NotText { .. } => " with --text-column",
        Error::UnknownColumn { .. } | Error::RepeatedColumn { .. } | Error::UnknownField { .. } => {
            " with --text-column or --ids"
        }
        Error::HeaderWidth { .. } => {
            "; --header no and --delimiter change what a header and a field are"
        }
        Error::QuotedLineEnd { .. } | Error::UnclosedQuote { .. } => {
            ", or take quotation marks for characters with --no-quotes"
        }
        _ => "",
    }
}

fn of_vectorizer(error: &vectorizer::Error) -> &'static str {
    use vectorizer::Error;
    match error {
        Error::EmptyVocabulary { .. } => ", with --stop-words none, --ngrams or --token-pattern",
        Error::MaxBelowMin { .. } | Error::NoTermsRemain { .. } => " with --min-df and --max-df",
        Error::NoKnownTerm { .. } => " with --keep-case and --ngrams",
        Error::NoDocumentFrequency { .. } => ", without --plain-idf",
        _ => "",
    }
}

fn of_folder(error: &model_folder::Error) -> &'static str {
    match error {
        model_folder::Error::NotEmpty { .. } => " with --force",
        _ => "",
    }
}

fn of_model(error: &stored_model::Error) -> &'static str {
    match error {
        stored_model::Error::Unreadable { .. } => {
            ", which lowrank factorize or topics --output wrote"
        }
        _ => "",
    }
}

fn of_labels(error: &labels::Error) -> &'static str {
    use labels::Error;
    match error {
        Error::Absent { .. } => ", or take zeros with --absent zero",
        Error::Repeated { .. } | Error::NoneKnown { .. } => {
            ", or take columns by their position with --match position"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_without_memory_names_the_option() {
        // No test can take so much memory.
        let error = lowrank::Error::CopyMemory {
            needed: 2_000_000_000,
            available: 1_000_000_000,
        };
        assert_eq!(
            format!("{error}{}", of(&error)),
            "the copy with scaled columns needs 2.0 GB of memory and 1.0 GB are free: \
             leave the columns as they are, without --scale"
        );
    }
}

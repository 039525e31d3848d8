use crate::{model_folder, stored_model};

/// The reason why a model cannot go to a device. Each message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A chain has no rows of its own on a device.
    #[error("a chain cannot be exported: factorize again by nmf, of its last rank")]
    Chain,
    /// A row on a device has a bias where columns have one.
    #[error(
        "a completion with biases of the columns alone cannot be exported: factorize again with those of both sides, or without"
    )]
    ColumnBiases,
    /// The weights on a device are least squares.
    #[error(
        "an nmf of another loss than frobenius (this one's beta is {beta}) cannot be exported: its weights are no least \
         squares; factorize again by the loss frobenius"
    )]
    Loss {
        /// The beta of the loss.
        beta: f64,
    },
    /// The tokens of a device are single words.
    #[error(
        "terms of {first} to {last} words cannot be exported: find the topics again with single words, or export by index"
    )]
    NGrams {
        /// The smallest number of words in a term.
        first: usize,
        /// The largest number of words in a term.
        last: usize,
    },
    /// The tokens or the counts of the texts are made in a way that a device does not have.
    #[error("{setting} cannot be exported: find the topics again without it, or export by index")]
    Texts {
        /// The setting.
        setting: &'static str,
    },
    /// The weights of the terms are others than those of a device.
    #[error(
        "weights other than counts and tf-idf of unit length cannot be exported: find the topics again with the \
         defaults of idf and norm"
    )]
    Weights,
    /// A device counts terms, and takes no logarithms.
    #[error(
        "sublinear term frequencies cannot be exported: find the topics again without them, or export by index"
    )]
    SublinearTf,
    /// A limit of terms, or an export by index, of a model without terms.
    #[error("the model is one of a matrix and has no terms: export all of it")]
    NoTerms,
    /// No term fits.
    #[error("{bytes} bytes hold no term: {least} is the least, for one term")]
    TooSmall {
        /// The limit.
        bytes: usize,
        /// The bytes of a model of one term.
        least: usize,
    },
    /// A number is too large for f32.
    #[error(
        "a number of the model is larger than f32 holds: divide the matrix by a power of ten and factorize again"
    )]
    Range,
    /// A format has sizes of 32 bits.
    #[error("the model has more than 4 GiB: export fewer terms")]
    TooLarge,
    /// The model has no numbers.
    #[error("the model has no columns or no components: factorize again")]
    Empty,
    /// The folder has no model.
    #[error(transparent)]
    Stored(#[from] stored_model::Error),
    /// An array cannot be read.
    #[error(transparent)]
    Array(#[from] model_folder::Error),
}

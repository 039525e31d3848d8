use super::{DocumentFrequency, PatternError};

/// The reason why texts could not be converted to a matrix. Each message is one line that says what to do.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No text contains a term.
    #[error(
        "no terms in any text (texts read: {texts}): give texts with words of two or more characters that are not all \
         stop words (or keep the stop words), as many of them as the shortest n-gram has, or a token pattern that \
         matches them"
    )]
    EmptyVocabulary {
        /// The number of texts.
        texts: usize,
    },
    /// The largest document frequency is below the smallest one.
    #[error(
        "max_df ({max}) keeps fewer documents than min_df ({min}) asks for, of {texts}: raise max_df or lower min_df"
    )]
    MaxBelowMin {
        /// `max_df` as given.
        max: DocumentFrequency,
        /// `min_df` as given.
        min: DocumentFrequency,
        /// The number of texts.
        texts: usize,
    },
    /// No term has a document frequency within the bounds.
    #[error("no term lies between min_df ({min}) and max_df ({max}): lower min_df or raise max_df")]
    NoTermsRemain {
        /// `max_df` as given.
        max: DocumentFrequency,
        /// `min_df` as given.
        min: DocumentFrequency,
    },
    /// The n-gram range begins at zero or ends before it begins.
    #[error(
        "n-grams from {first} to {last} words: give a range of 1 or more that does not end before it begins"
    )]
    NGramRange {
        /// The shortest n-gram asked for, in words.
        first: usize,
        /// The longest n-gram asked for, in words.
        last: usize,
    },
    /// A document frequency that is neither a count of 1 or more nor a share from 0 to 1.
    #[error(
        "document frequency {given}: give a count such as 3, 1 or more, or a share such as 0.5, from 0.0 to 1.0"
    )]
    DocumentFrequency {
        /// The text that was given.
        given: String,
    },
    /// `max_features` is zero.
    #[error("max_features is 0: give 1 or more, or leave it out to keep every term")]
    NoFeatures,
    /// The distinct terms exceed the column indices.
    #[error("more than 4294967295 distinct terms: use shorter n-grams or fewer texts")]
    TooManyTerms,
    /// Stored terms that are not in strictly ascending code-point order.
    #[error("stored terms out of order at index {index}: give each term once, in code-point order")]
    TermOrder {
        /// The first term that is not greater than the one before it.
        index: usize,
    },
    /// The number of stored idf values does not match the terms and the weighting.
    #[error(
        "{found} stored idf values where {expected} are needed: give one per term for tf-idf, none for counts"
    )]
    IdfLength {
        /// The number of values needed.
        expected: usize,
        /// The number of values given.
        found: usize,
    },
    /// A stored idf value that is infinite or not a number.
    #[error("stored idf value at index {index} is not finite: fit the model again")]
    IdfNotFinite {
        /// The first such value.
        index: usize,
    },
    /// A vocabulary without a term was given.
    #[error("the vocabulary has no terms: give one or more")]
    NoGivenTerms,
    /// A vocabulary that was given has a term twice.
    #[error("the vocabulary has the term {term:?} twice: give each term once")]
    RepeatedTerm {
        /// The first such term.
        term: String,
    },
    /// No text holds a term of the vocabulary that was given.
    #[error(
        "no text holds a term of the vocabulary (texts read: {texts}): give the terms as tokens are, in lower case unless \
         the case is kept, and n-grams as long as its longest terms"
    )]
    NoKnownTerm {
        /// The number of texts.
        texts: usize,
    },
    /// The number of buckets is zero, or too large.
    #[error("{buckets} buckets: give a number from 1 to {most}, such as 4096")]
    Buckets {
        /// The number that was given.
        buckets: usize,
        /// The largest number: 2^24, or 2^31 - 1 where columns have no names.
        most: usize,
    },
    /// The columns that were given for the terms of a table are no columns of a matrix.
    #[error(
        "the columns of the terms do not fit: give each term a column of its own below {ncols}, or none"
    )]
    Columns {
        /// The number of columns of the matrix.
        ncols: usize,
    },
    /// Buckets and a vocabulary were given.
    #[error("buckets have no vocabulary: leave out one of the two")]
    HashedVocabulary,
    /// A logarithm of counts that may be negative was asked for.
    #[error(
        "signed buckets have negative counts, which have no logarithm: count without signs, or without sublinear tf"
    )]
    SignedSublinear,
    /// A token pattern was given for terms of characters.
    #[error("a token pattern belongs to terms of words: leave it out, or take words for terms")]
    PatternOfCharacters,
    /// A rule of letters was given for terms that it does not make.
    #[error(
        "the letters of ASCII belong to words without a token pattern: leave them out, or take words without a pattern"
    )]
    RuleOfTokens,
    /// A term of a given vocabulary is in no text, and its idf would be infinite.
    #[error(
        "no text holds the term {term:?}, so that its idf is infinite: take smooth idf, or leave the term out"
    )]
    NoDocumentFrequency {
        /// The first such term.
        term: String,
    },
    /// A token pattern is not valid.
    #[error(transparent)]
    TokenPattern(#[from] PatternError),
}

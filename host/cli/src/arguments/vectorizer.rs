//! The options of the vectorizer, which `lowrank topics` and `lowrank bench` share.

use super::{at_least_one, range};
use clap::{Args, ValueEnum};
use lowrank_text::vectorizer::{DocumentFrequency, TokenPattern};
use std::path::{Path, PathBuf};

/// How texts become a matrix; the defaults are scikit-learn's, with English stop words.
#[derive(Debug, Args)]
#[command(next_help_heading = "Vectorizer")]
pub struct VectorizerOptions {
    /// What an entry of the matrix is [default: tfidf; with --buckets tfidf without idf].
    #[arg(long, value_enum)]
    pub weighting: Option<WeightingChoice>,
    /// Leave out terms that fewer documents hold: a count (3) or a share (0.01).
    #[arg(long, value_name = "N|F", default_value = "1", conflicts_with_all = ["vocabulary", "buckets"])]
    pub min_df: DocumentFrequency,
    /// Leave out terms that more documents hold: a count (500) or a share (0.5).
    #[arg(long, value_name = "N|F", default_value = "1.0", conflicts_with_all = ["vocabulary", "buckets"])]
    pub max_df: DocumentFrequency,
    /// Keep the N terms that occur most often [default: all].
    #[arg(long, value_name = "N", value_parser = at_least_one, conflicts_with_all = ["vocabulary", "buckets"])]
    pub max_features: Option<usize>,
    /// The terms: those of FILE, a term a line, in the place of all that the texts hold.
    ///
    /// A term stands as tokens do: in lower case without --keep-case, words with one blank between them. Terms of more
    /// than a word need --ngrams.
    #[arg(long, value_name = "FILE", conflicts_with = "buckets")]
    pub vocabulary: Option<PathBuf>,
    /// N columns by the hashes of the terms (MurmurHash3), as scikit-learn's HashingVectorizer; no vocabulary is kept.
    ///
    /// A bucket has a number for a name: `bucket 7` is column 7 of scikit-learn. Terms count as 1 or -1 by their hash, so
    /// that those of one bucket cancel on average; nmf needs --unsigned.
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub buckets: Option<usize>,
    /// With --buckets: terms count as 1 whatever their hash.
    #[arg(long, requires = "buckets")]
    pub unsigned: bool,
    /// What terms are made of.
    #[arg(long, value_enum, default_value_t = AnalyzerChoice::Word)]
    pub analyzer: AnalyzerChoice,
    /// The tokens of the texts: what REGEX matches, or its one group [default: two or more word characters].
    ///
    /// REGEX means what Python's re means by it. \w are Unicode's letters, numbers and _, without marks: vowel signs of
    /// Hindi or Tamil divide words, as in scikit-learn. '[\w\p{M}]{2,}' keeps them; \p{..} is an addition to re, with
    /// general categories (\p{M}), scripts (\p{Han}) and other properties. \N{..} is not known.
    #[arg(long, value_name = "REGEX", value_parser = str::parse::<TokenPattern>, allow_hyphen_values = true)]
    pub token_pattern: Option<TokenPattern>,
    /// The letters of the tokens [default: unicode].
    #[arg(
        long,
        value_enum,
        value_name = "LETTERS",
        conflicts_with = "token_pattern"
    )]
    pub tokens: Option<TokensChoice>,
    /// The shortest and the longest term, in words or characters: 1..2 is words and pairs.
    #[arg(long, value_name = "A..B", default_value = "1..1", value_parser = range)]
    pub ngrams: (usize, usize),
    /// Words to leave out, because they say little: english (scikit-learn's 318 words), none, or a file with a word a
    /// line; several with commas, as english,own.txt [default: english].
    ///
    /// The words of a file stand as tokens do, in lower case without --keep-case: don't is the token don. ./none is a
    /// file of this name.
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = stop_words)]
    pub stop_words: Vec<StopWordsChoice>,
    /// Take accents from characters: café becomes cafe.
    #[arg(long, value_enum, value_name = "HOW")]
    pub strip_accents: Option<AccentsChoice>,
    /// Keep capitals: without it, texts are changed to lower case.
    #[arg(long)]
    pub keep_case: bool,
    /// Count a term of a document once, however often it occurs.
    #[arg(long)]
    pub binary: bool,
    /// Weigh a term that occurs c times in a document by 1 + ln c instead of c.
    #[arg(long)]
    pub sublinear_tf: bool,
    /// tfidf without the inverse document frequency: all terms weigh the same.
    #[arg(long, conflicts_with = "plain_idf")]
    pub no_idf: bool,
    /// The inverse document frequency 1 + ln(m / df), not 1 + ln((1 + m) / (1 + df)).
    #[arg(long)]
    pub plain_idf: bool,
    /// The length of each row that is made one [default: l2 for tfidf, none for count].
    #[arg(long, value_enum)]
    pub norm: Option<NormChoice>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WeightingChoice {
    /// Term frequency times inverse document frequency, in rows of length one.
    Tfidf,
    /// Occurrences.
    Count,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AnalyzerChoice {
    /// Words.
    Word,
    /// Runs of characters.
    Char,
    /// Runs of characters within words, which have a blank at each end.
    #[value(name = "char_wb", alias = "char-wb")]
    CharWb,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TokensChoice {
    /// Letters and lower case of Unicode, as in scikit-learn.
    Unicode,
    /// Every character beyond ASCII is a letter, and A to Z alone have a lower case: the tokens of a microcontroller
    /// (lowrank export).
    Ascii,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AccentsChoice {
    /// What is not ASCII without its accents goes: fast, for Western languages.
    Ascii,
    /// Accents go, and other characters stay.
    Unicode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NormChoice {
    /// The sum of the absolute values.
    L1,
    /// The root of the sum of the squares.
    L2,
    /// Rows stay as they are.
    None,
}

/// A list of stop words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StopWordsChoice {
    English,
    None,
    File(PathBuf),
}

fn stop_words(text: &str) -> Result<StopWordsChoice, String> {
    match text {
        "english" => Ok(StopWordsChoice::English),
        "none" => Ok(StopWordsChoice::None),
        path if Path::new(path).is_file() => Ok(StopWordsChoice::File(path.into())),
        path => Err(format!(
            "no list and no file is called {path:?}: must be english, none, or a file with a word a line"
        )),
    }
}

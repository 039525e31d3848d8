//! The command line: clap and nothing else.

use clap::{Args, Parser, Subcommand, ValueEnum};
use lowrank::corpus::{Remove, Source, Subset};
use lowrank::text::DocumentFrequency;

/// Topics of texts, by non-negative matrix factorization and truncated SVD.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Topics(Topics),
}

/// Find the topics of a corpus.
///
/// The texts become a documents x terms matrix A of tf-idf weights, and A is approximated by a
/// product of few columns: W H^T without negative entries (nmf), or U diag(s) V^T (svd). A topic is
/// a column of H or V: its heaviest words are printed, with the number of documents that it leads.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lowrank topics                                        the sample that comes with lowrank
  lowrank topics --corpus 20news-bydate.tar.gz --remove headers,footers,quotes --topics 20
  lowrank topics --corpus reviews.csv --text-column review --min-df 5 --max-df 0.5
  lowrank topics --corpus notes/ --method svd --json
  cat lines.txt | lowrank topics --corpus - --topics 10

Exit status: 0, 1 where something could not be done, 2 for a wrong command line.")]
pub struct Topics {
    #[command(flatten)]
    pub corpus: CorpusOptions,
    #[command(flatten)]
    pub vectorizer: VectorizerOptions,
    #[command(flatten)]
    pub solver: SolverOptions,
    /// Words shown of each topic.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = at_least_one, help_heading = "Output")]
    pub words: usize,
    #[command(flatten)]
    pub run: RunOptions,
}

/// Where the texts come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Corpus")]
pub struct CorpusOptions {
    /// `sample`, a file or folder, or `-` for standard input.
    ///
    /// A folder or .tar.gz of 20 Newsgroups as it is, any folder of text files, a .csv or .tsv with
    /// a header, a .jsonl of objects, or text with one document a line; also gzipped.
    #[arg(long, value_name = "sample|PATH|-", default_value = "sample")]
    pub corpus: Source,
    /// The column or field that holds the texts (CSV, TSV, JSON Lines).
    #[arg(long, value_name = "NAME")]
    pub text_column: Option<String>,
    /// The part of 20 Newsgroups: train, test or all [default: train].
    #[arg(long, value_name = "SUBSET", hide_default_value = true)]
    pub subset: Option<Subset>,
    /// Only these categories (newsgroups, subfolders, themes of the sample) [default: all].
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub categories: Vec<String>,
    /// What to cut from each post: headers, footers, quotes [default: nothing].
    #[arg(long, value_name = "PARTS")]
    pub remove: Option<Remove>,
}

/// How texts become a matrix; the defaults are scikit-learn's, with English stop words.
#[derive(Debug, Args)]
#[command(next_help_heading = "Vectorizer")]
pub struct VectorizerOptions {
    /// What an entry of the matrix is.
    #[arg(long, value_enum, default_value_t = WeightingChoice::Tfidf)]
    pub weighting: WeightingChoice,
    /// Leave out terms in fewer documents: a count (3) or a share (0.01).
    #[arg(long, value_name = "N|F", default_value = "1")]
    pub min_df: DocumentFrequency,
    /// Leave out terms in more documents: a count (500) or a share (0.5).
    #[arg(long, value_name = "N|F", default_value = "1.0")]
    pub max_df: DocumentFrequency,
    /// Keep only the N most frequent terms.
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub max_features: Option<usize>,
    /// Terms of one to two words: 1..2.
    #[arg(long, value_name = "A..B", default_value = "1..1", value_parser = range)]
    pub ngrams: (usize, usize),
    /// Words that say nothing and are left out.
    #[arg(long, value_enum, default_value_t = StopWordsChoice::English)]
    pub stop_words: StopWordsChoice,
    /// Weigh a term that occurs c times in a document by 1 + ln c instead of c.
    #[arg(long)]
    pub sublinear_tf: bool,
}

/// What is computed, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Solver")]
pub struct SolverOptions {
    /// What is computed.
    #[arg(long, value_enum, default_value_t = Method::Nmf)]
    pub method: Method,
    /// How [default: mu for nmf, randomized for svd].
    #[arg(long, value_enum, hide_default_value = true)]
    pub solver: Option<Solver>,
    /// Where nmf starts [default: nndsvda].
    #[arg(long, value_enum)]
    pub init: Option<Init>,
    /// The number of topics, k.
    #[arg(long, value_name = "K", default_value_t = 6, value_parser = at_least_one)]
    pub topics: usize,
    /// Updates at most (mu) [default: 400], or power iterations (randomized) [default: 10].
    #[arg(long, value_name = "N")]
    pub iterations: Option<usize>,
    /// Stop where an update gains no more than this share of all gains so far (mu); 0: never
    /// [default: 1e-6].
    #[arg(long, value_name = "T", value_parser = tolerance)]
    pub tolerance: Option<f64>,
}

/// Where it is computed, and what is printed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct RunOptions {
    /// Where it is computed: `core` is the code that runs on microcontrollers.
    #[arg(long, value_enum, default_value_t = BackendChoice::Auto)]
    pub backend: BackendChoice,
    /// The scalars of the matrix.
    #[arg(long, value_enum, default_value_t = Precision::F64)]
    pub precision: Precision,
    /// Equal seeds give equal results, for any number of threads.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// [default: all processors].
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub threads: Option<usize>,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    pub json: bool,
    /// Say on standard error what is done.
    #[arg(short, long)]
    pub verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WeightingChoice {
    /// Term frequency times inverse document frequency, rows of length one.
    Tfidf,
    /// Occurrences.
    Count,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StopWordsChoice {
    /// scikit-learn's 318 English words.
    English,
    /// Keep all words.
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Non-negative matrix factorization.
    Nmf,
    /// Truncated singular value decomposition (latent semantic analysis).
    Svd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Solver {
    /// nmf: multiplicative updates.
    Mu,
    /// svd: randomized range finder.
    Randomized,
    /// svd: the whole decomposition, by faer.
    Exact,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Init {
    /// From a truncated SVD, the mean in the place of zeros.
    Nndsvda,
    /// From a truncated SVD; its zeros stay.
    Nndsvd,
    /// From the seed.
    Random,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BackendChoice {
    /// The fastest.
    Auto,
    /// All threads, dense products by faer.
    Host,
    /// One thread, no heap, the same bits everywhere.
    Core,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Precision {
    F64,
    F32,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("must be 1 or more".into()),
        Ok(number) => Ok(number),
        Err(_) => Err("must be a whole number, 1 or more".into()),
    }
}

fn range(text: &str) -> Result<(usize, usize), String> {
    let parsed = text
        .split_once("..")
        .map(|(a, b)| (a.parse(), b.trim_start_matches('=').parse()));
    match parsed {
        Some((Ok(first), Ok(last))) if 1 <= first && first <= last => Ok((first, last)),
        _ => Err("must be a range such as 1..2, both ends included".into()),
    }
}

fn tolerance(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number >= 0.0 && number.is_finite() => Ok(number),
        _ => Err("must be a number, 0 or more".into()),
    }
}

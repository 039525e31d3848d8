//! The command line: clap and nothing else.

mod bench;
mod catalog;
mod export;
mod factorize;
mod merge;
mod names;
mod recommend;
mod table;
mod texts;
mod transform;
mod validate;
mod values;
mod vectorizer;

pub use bench::Bench;
pub use catalog::{Offer, of_topics};
pub use export::{Export, Format as ExportFormat, Precision as ExportPrecision};
use factorize::learning_rate;
pub use factorize::{BiasesChoice, Factorize, MatrixOptions, MissingChoice, PlotKind, Subject};
pub use merge::Merge;
pub use names::NameOptions;
pub use recommend::{
    ColumnOptions, Evaluate, Explain, For, KeptModel, Map, ModelChoice, Predict, Recommend,
    RecommendAction, SettingOptions, Similar, SplitChoice, TitleOptions, Train, TuningOptions,
};
pub use table::{FileFormat, TableArguments};
pub use texts::{CorpusOptions, TextOptions, TextTableOptions};
pub use transform::{AbsentChoice, Completions, MatchChoice, Transform};
pub use validate::{ScalarType, Validate};
pub use vectorizer::{
    AccentsChoice, AnalyzerChoice, NormChoice, StopWordsChoice, TokensChoice, VectorizerOptions,
    WeightingChoice,
};

use catalog::{backend, init, method, methods, solver, solvers, topics_method};
use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use lowrank::Backend;
use lowrank::core::nmf::NmfInit;
use lowrank::method::{Method, Options, Solver};
use lowrank::nmf::Loss;
use lowrank::svd::{Accuracy, SearchPrecision};
use lowrank_cli::plot::Format;
use std::path::PathBuf;
use values::{
    at_least_one, number, one_of, pair, range, share, sides, source, threads, tolerance, whole,
};

/// Low-rank factorization of matrices, and topics of texts by it.
#[derive(Debug, Parser)]
#[command(
    name = "lowrank",
    version,
    args_override_self = true,
    max_term_width = 100,
    after_help = "\
Try `lowrank topics`: the topics of a sample that comes with lowrank;
`lowrank factorize matrix.npy --method svd --rank 5`: a matrix from a file;
`lowrank validate --quick`: how accurate its algorithms are;
`lowrank bench`: how fast they are on this machine."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Topics(Topics),
    Factorize(Factorize),
    Transform(Transform),
    Recommend(Recommend),
    Export(Export),
    Merge(Merge),
    Validate(Validate),
    Bench(Bench),
    Completions(Completions),
    /// Print the manual of lowrank and of its commands, for man.
    #[command(after_help = "\
Example:
  lowrank man > lowrank.1; man ./lowrank.1")]
    Man,
}

/// Find the topics of a corpus.
///
/// The texts become a documents x terms matrix A of tf-idf weights, and A is approximated by a
/// product of few columns: W H^T without negative entries (nmf), or U diag(s) V^T (svd). A topic is
/// a column of H or V: its heaviest words are printed, with the number of documents that it leads.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  The sample that comes with lowrank:
      lowrank topics
  20 Newsgroups, from the archive as it is:
      lowrank topics --corpus 20news-bydate.tar.gz \\
          --remove headers,footers,quotes --topics 20
  A column of a table, without rare and common words:
      lowrank topics --corpus reviews.csv --text-column review \\
          --min-df 5 --max-df 0.5
  A table without a header, its third column the texts, its first their names:
      lowrank topics --corpus posts.tsv --header no --text-column 3 --ids 1 \\
          --documents 3
  Own stop words beside the English ones, and tokens with hyphens:
      lowrank topics --stop-words english,own.txt --token-pattern '\\w[\\w-]+'
  A folder of text files, by SVD, for a script:
      lowrank topics --corpus notes/ --method svd --json
  How many topics? Error, stability and coherence of each number:
      lowrank topics --topics 2..12
  What the topics are about, by three documents of each:
      lowrank topics --documents 3
  As many components as explain a tenth of the variance:
      lowrank topics --method svd --variance 0.1
  In batches of documents, for a large corpus:
      lowrank topics --batch-size 1000 --passes 5
  One text a line from a pipe:
      cat lines.txt | lowrank topics --corpus - --topics 10
  A model to keep, then the topics of new documents:
      lowrank topics --output model --plot words.svg
      lowrank transform model new.csv --text-column review

Exit status: 0; 1 if something could not be done; 2 for a wrong command line.")]
pub struct Topics {
    #[command(flatten)]
    pub corpus: CorpusOptions,
    #[command(flatten)]
    pub vectorizer: VectorizerOptions,
    #[command(flatten)]
    pub solver: SolverOptions,
    /// How many words of each topic are given [default: 8].
    #[arg(long, value_name = "N", value_parser = at_least_one, help_heading = OUTPUT)]
    pub words: Option<usize>,
    /// How many documents of each topic are given: those in which it has the largest share.
    ///
    /// The share of a topic in a document is what it gives to the document over all of the document:
    /// w_ik ||h_k|| / ||a_i|| for nmf, |u_ik| s_k / ||a_i|| for svd, from 0 to 1. Documents of equal
    /// shares come in the order of the corpus.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<usize>, help_heading = OUTPUT)]
    pub documents: usize,
    #[command(flatten)]
    pub folder: FolderOptions,
    /// Draw the heaviest words of each topic to FILE, an .svg or a .png.
    #[arg(long, value_name = "FILE", value_parser = plot_file(), help_heading = OUTPUT)]
    pub plot: Option<PathBuf>,
    #[command(flatten)]
    pub run: RunOptions,
}

/// Where results are kept.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = OUTPUT)]
pub struct FolderOptions {
    /// Write the factors (.npy), model.json, trace.csv and plots to the new folder DIR.
    ///
    /// The folder is written whole or not at all. lowrank transform brings new rows or documents into it. Names
    /// of rows and columns are in rows.csv and columns.csv.
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Write each factor to DIR as a table, too: a .csv with the names of its rows.
    #[arg(long, requires = "output")]
    pub table: bool,
    /// Replace DIR where it exists and is not empty.
    #[arg(long, requires = "output")]
    pub force: bool,
}

fn plot_file() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|file| Format::of(&file).map(|_| file))
}

/// The heading of what decides how results look, wherever it is declared.
const OUTPUT: &str = "Output";

/// What is computed, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Solver")]
pub struct SolverOptions {
    /// What is computed.
    #[arg(long, value_parser = method(of_topics, topics_method), default_value = "nmf")]
    pub method: Method,
    /// How it is computed [default: hals for nmf, mu where the loss is another one than frobenius;
    /// the faster one of krylov and chebyshev for svd].
    #[arg(long, value_parser = solver(of_topics))]
    pub solver: Option<Solver>,
    #[command(flatten)]
    pub nmf: NmfOptions,
    /// The number of topics, k; or 2..20, both ends included, or 10..100:10, in steps of ten, to see
    /// which number suits the corpus.
    ///
    /// For several numbers the result is a table: the error of each and the share of the variance that
    /// it explains, the stability and the coherence of its topics, and the seconds it took. None is the
    /// right one; the most stable and the most coherent one are marked.
    ///
    /// stability: how much the topics of all documents are like those of a random 80 % of them, from 0
    /// to 1: the mean cosine of the components, matched as well as they can be. coherence: how often
    /// the ten heaviest words of a topic occur in the same documents, from -1 (never) over 0 (as if by
    /// chance) to 1 (always): the mean NPMI of their pairs.
    #[arg(long, value_name = "K|A..B", default_value = "6", value_parser = topic_counts)]
    pub topics: TopicCounts,
    /// svd, in the place of --topics: the fewest whose error is at most this share of the norm: 0.9.
    #[arg(long, value_name = "SHARE", value_parser = share, conflicts_with_all = ["topics", "seeds"])]
    pub rank_tolerance: Option<f64>,
    /// svd, in the place of --topics: the fewest that explain this share of the variance (of the sum of
    /// squares): 0.2.
    #[arg(long, value_name = "SHARE", value_parser = share,
          conflicts_with_all = ["topics", "seeds", "rank_tolerance"])]
    pub variance: Option<f64>,
    /// How many samples measure the stability of several --topics; 0 leaves it out [default: 5].
    ///
    /// Each has a seed of its own, for its documents and for its fit: those that follow --seed.
    #[arg(long, value_name = "N", value_parser = whole::<usize>)]
    pub seeds: Option<usize>,
    /// hals and mu: iterations at most [default: 30000]; krylov: blocks of eight columns at most, each of two products with
    /// the matrix [default: 1000]; randomized: power iterations [default: 10].
    #[arg(long, value_name = "N", value_parser = whole::<usize>)]
    pub iterations: Option<usize>,
    /// nmf: learn the topics from batches of N documents, one after the other, in the place of all at
    /// once.
    ///
    /// Between batches only the topics are kept, and sums from which each batch improves them; the rest
    /// of the memory is that of the corpus itself. Every pass takes the documents in another random
    /// order. The error is that of all documents at the end; it comes near to the one without batches.
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub batch_size: Option<usize>,
    /// How often --batch-size goes over the corpus at most [default: 400]. --iterations then counts those
    /// that find the weights of a batch, and --tolerance ends the passes [default: 1e-4].
    #[arg(long, value_name = "N", value_parser = at_least_one, requires = "batch_size")]
    pub passes: Option<usize>,
    /// hals and mu: stop when ten iterations together gain no more than this share of the loss that is left
    /// [default: 5e-6]; krylov and chebyshev: stop where the error is within this share of the smallest, as far as
    /// can be told [default: 1e-7]. 0 never stops early.
    #[arg(long, value_name = "T", value_parser = tolerance)]
    pub tolerance: Option<f64>,
}

/// What only a non-negative factorization has.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Solver")]
pub struct NmfOptions {
    /// What nmf makes small: frobenius, kullback-leibler (kl; for counts), itakura-saito (is; for
    /// matrices without zeros), or any beta of the beta-divergence, such as 1.5 [default: frobenius].
    #[arg(long, value_name = "LOSS", value_parser = str::parse::<Loss>)]
    pub loss: Option<Loss>,
    /// nmf: what each unit of the sums of entries of W and H adds to the loss; makes entries zero. One
    /// number, or two for W and H [default: 0].
    #[arg(long, value_name = "L|W,H", value_parser = pair)]
    pub l1: Option<(f64, f64)>,
    /// nmf: the same for half of the sums of squares; keeps large entries small [default: 0].
    #[arg(long, value_name = "L|W,H", value_parser = pair)]
    pub l2: Option<(f64, f64)>,
    /// Where nmf starts [default: nndsvda].
    #[arg(long, value_parser = init())]
    pub init: Option<NmfInit>,
}

/// How a command runs, and what it prints.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct RunOptions {
    /// What computes it.
    #[arg(long, value_parser = backend(), default_value = "auto")]
    pub backend: Backend,
    /// The scalars of the matrix and of its factors; mixed: f64, but singular vectors are searched in f32
    /// [default: mixed for krylov where that loses nothing, and f64 otherwise].
    #[arg(long, value_enum)]
    pub precision: Option<Precision>,
    /// Seed of the random draws; equal seeds give equal results, on any number of threads.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u64>)]
    pub seed: u64,
    /// Threads of the host backend, up to 1024 [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// Print one JSON object instead of a table.
    #[arg(long, help_heading = OUTPUT)]
    pub json: bool,
    /// Say on standard error what is done.
    #[arg(short, long, help_heading = OUTPUT)]
    pub verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Precision {
    F64,
    Mixed,
    F32,
}

impl RunOptions {
    /// Returns the precision of a search for singular vectors.
    fn search(&self) -> SearchPrecision {
        match self.precision {
            None | Some(Precision::F32) => SearchPrecision::Auto,
            Some(Precision::F64) => SearchPrecision::Full,
            Some(Precision::Mixed) => SearchPrecision::Single,
        }
    }

    /// Returns true if the matrix is to be converted to f32.
    pub fn is_single(&self) -> bool {
        self.precision == Some(Precision::F32)
    }
}

impl SolverOptions {
    /// Returns the options by the names of the catalog.
    pub fn options(&self, run: &RunOptions) -> Options {
        Options {
            method: self.method,
            solver: self.solver,
            rank: Some(self.topics.largest()),
            accuracy: accuracy(self.rank_tolerance, self.variance),
            batch_size: self.batch_size,
            passes: self.passes,
            iterations: self.iterations,
            tolerance: self.tolerance,
            ..self.nmf.options(run)
        }
    }
}

/// Returns the accuracy of `--rank-tolerance` or `--variance`.
fn accuracy(error: Option<f64>, variance: Option<f64>) -> Option<Accuracy> {
    let error = error.map(Accuracy::Error);
    error.or(variance.map(Accuracy::Variance))
}

impl NmfOptions {
    fn options(&self, run: &RunOptions) -> Options {
        Options {
            loss: self.loss,
            l1: self.l1,
            l2: self.l2,
            init: self.init,
            search: run.search(),
            backend: run.backend,
            seed: run.seed,
            ..Options::default()
        }
    }
}

/// The numbers of topics that were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicCounts {
    /// One, whose topics are wanted.
    One(usize),
    /// Several to be compared, though they may be one: from the first to the last.
    Range {
        first: usize,
        last: usize,
        step: usize,
    },
}

impl TopicCounts {
    pub fn largest(self) -> usize {
        match self {
            TopicCounts::One(count) => count,
            TopicCounts::Range { first, last, step } => last - (last - first) % step,
        }
    }

    pub fn all(self) -> impl Iterator<Item = usize> {
        let (first, last, step) = match self {
            TopicCounts::One(count) => (count, count, 1),
            TopicCounts::Range { first, last, step } => (first, last, step),
        };
        (0..=(last - first) / step).map(move |place| first + place * step)
    }
}

fn topic_counts(text: &str) -> Result<TopicCounts, String> {
    if !text.contains("..") {
        return at_least_one(text).map(TopicCounts::One);
    }
    let (bounds, step) = match text.split_once(':') {
        Some((bounds, step)) => (bounds, at_least_one(step)),
        None => (text, Ok(1)),
    };
    match (range(bounds), step) {
        (Ok((first, last)), Ok(step)) => Ok(TopicCounts::Range { first, last, step }),
        _ => Err("must be a number from 1, or a range upwards such as 2..20 or 10..100:10".into()),
    }
}

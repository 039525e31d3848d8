//! The options of `lowrank bench`.

use super::{OUTPUT, TextOptions, TextTableOptions, VectorizerOptions, methods, one_of, solvers};
use super::{at_least_one, number, sides, source, threads, whole};
use clap::builder::{OsStringValueParser, PossibleValue, TypedValueParser};
use clap::{Arg, Args};
use lowrank::Backend;
use lowrank::method::{Method, Solver};
use lowrank_cli::bench::{BACKENDS, is_timed, precision_names};
use lowrank_text::corpus::Source;

/// Time the solvers on this machine, beside what the machine can do at most.
///
/// Every method, solver, backend and precision of this build factors the same matrix: seconds, the
/// error reached, operations and bytes a second, memory. The error of each is checked, so that what
/// is fast is also right. The table belongs in a bug report.
#[derive(Debug, Args)]
#[command(mut_args(of_corpus), after_long_help = include_str!("../bench_help.txt"), after_help = "\
`lowrank bench --help` explains the columns and has examples.")]
pub struct Bench {
    /// Rows and columns of a matrix that is made up.
    #[arg(long, value_name = "MxN", default_value = "2000x25000", value_parser = shape,
          help_heading = MADE_UP, conflicts_with = "corpus")]
    pub shape: (usize, usize),
    /// The share of its entries that are not zero; 1 makes it dense.
    #[arg(long, value_name = "F", default_value_t = 0.0025, value_parser = density,
          help_heading = MADE_UP, conflicts_with = "corpus")]
    pub density: f64,
    /// What to read in its place: `sample`, a file or a folder, or `-` for standard input; as in topics.
    #[arg(long, value_name = "PATH", help_heading = "Corpus",
          value_parser = OsStringValueParser::new().try_map(source))]
    pub corpus: Option<Source>,
    #[command(flatten)]
    pub texts: TextOptions,
    #[command(flatten)]
    pub table: TextTableOptions,
    #[command(flatten)]
    pub vectorizer: VectorizerOptions,
    /// What is computed [default: all].
    #[arg(long, value_name = "A,B", value_delimiter = ',', help_heading = CASES,
          value_parser = one_of(methods(is_timed).map(|method| named(method, method.name()))))]
    pub method: Vec<Method>,
    /// How it is computed [default: all].
    #[arg(long, value_name = "A,B", value_delimiter = ',', help_heading = CASES,
          value_parser = one_of(solvers(is_timed).map(|solver| named(solver, solver.name()))))]
    pub solver: Vec<Solver>,
    /// What computes it [default: all].
    #[arg(long, value_name = "A,B", value_delimiter = ',', help_heading = CASES,
          value_parser = one_of(BACKENDS.map(|backend| named(backend, backend.name()))))]
    pub backend: Vec<Backend>,
    /// The scalars [default: both].
    #[arg(long, value_name = "A,B", value_delimiter = ',', help_heading = CASES,
          value_parser = one_of(precision_names().map(|name| named(name, name))))]
    pub precision: Vec<&'static str>,
    /// The rank of the factors, k.
    #[arg(long, value_name = "K", default_value_t = 5, value_parser = at_least_one,
          help_heading = CASES)]
    pub rank: usize,
    /// Timed runs of each case, after one that warms up.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = at_least_one,
          help_heading = RUN)]
    pub runs: usize,
    /// Seconds for the runs of a case: then no further one starts.
    #[arg(long, value_name = "S", default_value_t = 3.0, value_parser = budget,
          help_heading = RUN)]
    pub budget: f64,
    /// Seed of the matrix and of the random draws; equal seeds give equal errors.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = whole::<u64>,
          help_heading = RUN)]
    pub seed: u64,
    /// Threads of the host backend, up to 1024 [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = threads, help_heading = RUN)]
    pub threads: Option<usize>,
    /// Print one JSON object instead of a table.
    #[arg(long, help_heading = OUTPUT)]
    pub json: bool,
}

const MADE_UP: &str = "Made-up matrix";
const CASES: &str = "Cases";
const RUN: &str = "Run";

fn named<X>(value: X, name: &'static str) -> (X, PossibleValue) {
    (value, PossibleValue::new(name))
}

/// Without a corpus there is nothing to read and to vectorize.
fn of_corpus(arg: Arg) -> Arg {
    match (arg.get_id().as_str(), arg.get_help_heading()) {
        ("corpus", _) => arg,
        (_, Some("Corpus" | "Vectorizer")) => arg.requires("corpus"),
        _ => arg,
    }
}

fn shape(text: &str) -> Result<(usize, usize), String> {
    let message = "must be rows x columns such as 10000x20000";
    sides(text, u32::MAX as usize, message.into())
}

fn density(text: &str) -> Result<f64, String> {
    let within = |x| x > 0.0 && x <= 1.0;
    number(text, within, "must be a number above 0, up to 1")
}

/// A year is longer than anybody waits.
const LONGEST_BUDGET: f64 = 365.0 * 24.0 * 3600.0;

fn budget(text: &str) -> Result<f64, String> {
    let within = |x| (0.0..=LONGEST_BUDGET).contains(&x);
    number(text, within, "must be a number of seconds, 0 or more")
}

//! The options of `lowrank validate`.

use super::threads;
use super::values::{one_of, sides};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use lowrank_validate::validation::{Algorithm, family_names};

/// Check the algorithms of lowrank-core beside faer and nalgebra.
///
/// They run on families of matrices that break libraries: the spectra of LAPACK's tests, Hilbert's
/// and Kahan's matrices, columns graded over the range of the scalar, entries that are not finite.
/// Each result is measured in f64 and becomes figures: errors over what rounding or theory allows.
/// The largest figure of core has to stay below its bound; an entry that is not finite has to be
/// refused with its place.
#[derive(Debug, Args)]
#[command(after_long_help = validate_help(), after_help = "\
`lowrank validate --help` explains the figures and lists the families.")]
pub struct Validate {
    /// Fewer sizes: seconds instead of a minute.
    #[arg(long)]
    pub quick: bool,
    /// The algorithms [default: all].
    #[arg(long, value_name = "A,B", value_delimiter = ',', value_parser = algorithm())]
    pub algorithm: Vec<Algorithm>,
    /// The families of matrices [default: all].
    #[arg(long, value_name = "A,B", value_delimiter = ',', hide_possible_values = true,
          value_parser = PossibleValuesParser::new(family_names()))]
    pub family: Vec<String>,
    /// The scalars [default: both].
    #[arg(long, value_name = "A,B", value_delimiter = ',', value_enum)]
    pub scalar: Vec<ScalarType>,
    /// Rows and columns of the matrices, up to 512x512 [default: many, from 1x1 to 150x130].
    #[arg(long, value_name = "MxN,..", value_delimiter = ',', value_parser = size,
          conflicts_with = "quick")]
    pub size: Vec<(usize, usize)>,
    /// Seed of the matrices and of the sketches; equal seeds give equal results, on any number of
    /// threads.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = seed)]
    pub seed: u32,
    /// Threads, up to 1024 [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    pub json: bool,
}

fn algorithm() -> impl TypedValueParser<Value = Algorithm> {
    one_of(Algorithm::ALL.map(|a| (a, PossibleValue::new(a.name()).help(a.formula()))))
}

/// A type of scalars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScalarType {
    F64,
    F32,
}

/// Returns the end of the long help: the names of the many families.
fn validate_help() -> String {
    let mut families = String::from(" ");
    let mut column = 1;
    for family in family_names() {
        if column + family.len() > 78 {
            families.push_str("\n ");
            column = 1;
        }
        families.push(' ');
        families.push_str(&family);
        column += family.len() + 1;
    }
    include_str!("../validate_help.txt").replace("{families}", &families)
}

fn seed(text: &str) -> Result<u32, String> {
    let number = text.parse();
    number.map_err(|_| "must be a whole number from 0 to 2^32 - 1".into())
}

/// A judge in plain loops would take minutes beyond.
const LONGEST_SIDE: usize = 512;

fn size(text: &str) -> Result<(usize, usize), String> {
    let message = "must be rows x columns such as 64x32, from 1x1 to";
    let message = format!("{message} {LONGEST_SIDE}x{LONGEST_SIDE}");
    sides(text, LONGEST_SIDE, message)
}

//! The options of `lowrank transform` and `lowrank completions`.

use super::factorize::MissingChoice;
use super::{NameOptions, OUTPUT, TableArguments, TextOptions, threads};
use clap::{Args, ValueEnum};
use lowrank_files::matrix_file::TripleColumns;
use std::path::PathBuf;

/// Find the weights of new rows, or the topics of new documents, in a model that was kept.
///
/// The components are held. A row becomes k numbers: the weights that are best without negative ones (nmf),
/// the projection A V (svd), the scores (pca), or the factors and the bias that suit its known entries best
/// (completion). In a model of texts, documents become rows by its vocabulary and its idf.
///
/// Columns are matched by name where the model and INPUT both have names: their order does not matter,
/// unknown ones are left out and counted on standard error, and a missing one is an error. Without names on
/// either side, columns are taken by their position.
///
/// MODEL may also be a file of bytes that lowrank export wrote: the code of a device then finds the weights, in f32 and to
/// the same bits, and the residual of each row is the last number. Its columns are taken by their position.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  Rows of another matrix in a model of lowrank factorize --output:
      lowrank transform model new.npy --output weights.npy
  Rows of a table whose columns come in another order, of which some may lack:
      lowrank transform model new.csv --absent zero
  Ratings of new users, by the names of the items:
      lowrank transform ratings-model new.csv --triples user,item,rating
  The weights and residuals that firmware will compute, by a model of lowrank export:
      lowrank transform pump.lrm new.npy --output scores.npy
  New documents in a model of lowrank topics --output:
      lowrank transform topics-model new.csv --text-column review
      echo 'a telescope under the stars' | lowrank transform topics-model -

Exit status: 0; 1 if something could not be done; 2 for a wrong command line.")]
pub struct Transform {
    /// The folder that lowrank factorize --output or lowrank topics --output wrote, or a file of bytes of lowrank export.
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// A matrix with the columns of the model, in any order where they have names; for a model of texts a
    /// corpus as topics --corpus takes it.
    #[arg(value_name = "INPUT")]
    pub input: PathBuf,
    #[command(flatten)]
    pub texts: TextOptions,
    /// Entries of a matrix are missing where that in FILE is zero; nmf, chain and completion.
    #[arg(long, value_name = "FILE", help_heading = MATRIX)]
    pub mask: Option<PathBuf>,
    /// What stands for an entry of a matrix that is missing; nmf, chain and completion.
    #[arg(long, value_name = "WHAT", value_enum, help_heading = MATRIX)]
    pub missing: Option<MissingChoice>,
    /// INPUT is a table with an entry a line: the columns of rows, columns and entries; nmf, chain and
    /// completion.
    #[arg(long, value_name = "ROW,COLUMN,ENTRY", value_parser = str::parse::<TripleColumns>, help_heading = MATRIX)]
    pub triples: Option<TripleColumns>,
    #[command(flatten)]
    pub names: NameOptions,
    /// How columns of INPUT find those of the model.
    #[arg(long = "match", value_name = "HOW", value_enum, default_value_t = MatchChoice::Name, help_heading = MATRIX)]
    pub columns_by: MatchChoice,
    /// What a column of the model is that INPUT lacks [default: refuse; missing for a completion and for
    /// --triples].
    #[arg(long, value_name = "WHAT", value_enum, help_heading = MATRIX)]
    pub absent: Option<AbsentChoice>,
    #[command(flatten)]
    pub table: TableArguments,
    /// Where the weights go, an .npy or a .csv [default: CSV on standard output].
    ///
    /// A .csv has the names of the rows. The bias of a completion is the last column of either, or the residual by a file of
    /// lowrank export.
    #[arg(long, value_name = "FILE", help_heading = OUTPUT)]
    pub output: Option<PathBuf>,
    /// Print one JSON object instead.
    #[arg(long, help_heading = OUTPUT)]
    pub json: bool,
    /// Threads, up to 1024 [default: one for each processor].
    #[arg(long, value_name = "N", value_parser = threads, help_heading = "Run")]
    pub threads: Option<usize>,
}

const MATRIX: &str = "Matrix";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MatchChoice {
    /// By name where both have names, by position otherwise.
    Name,
    /// By position: the first is the first.
    Position,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AbsentChoice {
    /// An error that names it.
    Refuse,
    /// Zeros.
    Zero,
    /// Missing entries; nmf, chain and completion.
    Missing,
}

/// Print a script that completes lowrank's options in a shell.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lowrank completions bash > ~/.local/share/bash-completion/completions/lowrank
  lowrank completions zsh > ~/.zfunc/_lowrank
  lowrank completions fish > ~/.config/fish/completions/lowrank.fish")]
pub struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: clap_complete::Shell,
}

//! The options of `lowrank transform` and `lowrank completions`.

use super::factorize::MissingChoice;
use super::{OUTPUT, TextOptions, TextTableOptions, threads};
use clap::Args;
use lowrank_files::matrix_file::TripleColumns;
use std::path::PathBuf;

/// Find the weights of new rows, or the topics of new documents, in a model that was kept.
///
/// The components are held. A row becomes k numbers: the weights that are best without negative ones (nmf),
/// the projection A V (svd), or the scores (pca). In a model of texts, documents become rows by its
/// vocabulary and its idf.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  Rows of another matrix in a model of lowrank factorize --output:
      lowrank transform model new.npy --output weights.npy
  New documents in a model of lowrank topics --output:
      lowrank transform topics-model new.csv --text-column review
      echo 'a telescope under the stars' | lowrank transform topics-model -

Exit status: 0; 1 if something could not be done; 2 for a wrong command line.")]
pub struct Transform {
    /// The folder that lowrank factorize --output or lowrank topics --output wrote.
    #[arg(value_name = "MODEL")]
    pub model: PathBuf,
    /// A matrix with the columns of the model's; for a model of texts a corpus as topics --corpus takes it.
    #[arg(value_name = "INPUT")]
    pub input: PathBuf,
    #[command(flatten)]
    pub texts: TextOptions,
    #[command(flatten)]
    pub table: TextTableOptions,
    /// Entries of a matrix are missing where that in FILE is zero; nmf.
    #[arg(long, value_name = "FILE", help_heading = MATRIX)]
    pub mask: Option<PathBuf>,
    /// What stands for an entry of a matrix that is missing; nmf.
    #[arg(long, value_name = "WHAT", value_enum, help_heading = MATRIX)]
    pub missing: Option<MissingChoice>,
    /// INPUT is a table with an entry a line: the columns of rows, columns and entries; nmf.
    #[arg(long, value_name = "ROW,COLUMN,ENTRY", value_parser = str::parse::<TripleColumns>, help_heading = MATRIX)]
    pub triples: Option<TripleColumns>,
    /// Where the weights go, an .npy or a .csv [default: CSV on standard output].
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

//! The options of names that stand in files of their own.

use clap::Args;
use std::path::PathBuf;

/// Names beside a matrix.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Matrix")]
pub struct NameOptions {
    /// The names of the rows are in FILE, as 10x and scanpy keep them beside a matrix.
    ///
    /// A .txt has one a line, a .tsv has them in its first column, and a .csv in its first column below a header;
    /// gzipped or not. They take the place of names in the matrix's own file.
    #[arg(long, value_name = "FILE")]
    pub row_names: Option<PathBuf>,
    /// The names of the columns are in FILE, as those of the rows.
    #[arg(long, value_name = "FILE")]
    pub column_names: Option<PathBuf>,
}

impl NameOptions {
    pub fn is_given(&self) -> bool {
        self.row_names.is_some() || self.column_names.is_some()
    }
}

use super::Side;
use super::names::{few, quoted};
use std::{io, path::PathBuf};

/// The reason why labels cannot be used. Each message is one line that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read.
    #[error("{}: {source}; check the path", path.display())]
    Unreadable {
        /// The file of labels.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file is not text in UTF-8, or breaks off.
    #[error("{}: {reason}; write it again, as text in UTF-8", path.display())]
    Broken {
        /// The file of labels.
        path: PathBuf,
        /// The fault.
        reason: String,
    },
    /// The number of labels is not that of the rows or columns.
    #[error(
        "{found} {side} {} for {expected} {side}{}: give one for each{}",
        if *found == 1 { "name" } else { "names" }, if *expected == 1 { "" } else { "s" },
        header_hint(*found, *expected)
    )]
    Count {
        /// Rows or columns.
        side: Side,
        /// The number of rows or columns.
        expected: usize,
        /// The number of labels.
        found: usize,
    },
    /// A name stands twice among the columns, so that columns cannot be matched by name.
    #[error(
        "the column name {} stands twice {}, in columns {} and {}: give each column a name of its own",
        quoted(name), if *in_model { "in the model" } else { "in the matrix" }, columns.0, columns.1
    )]
    Repeated {
        /// The name.
        name: String,
        /// It stands twice in the model, not in the new matrix.
        in_model: bool,
        /// The first two columns with this name, counted from one.
        columns: (usize, usize),
    },
    /// Columns of the model are absent from the new matrix.
    #[error(
        "the matrix lacks {} of the model: {}; add {}",
        match names.len() { 1 => "a column".into(), count => format!("{count} columns") },
        few(names), if names.len() == 1 { "it" } else { "them" }
    )]
    Absent {
        /// Their names.
        names: Vec<String>,
    },
    /// No column of the new matrix is a column of the model.
    #[error(
        "no column of the matrix ({}) is one of the model's ({}); check the names",
        few(found),
        few(expected)
    )]
    NoneKnown {
        /// The names in the new matrix.
        found: Vec<String>,
        /// Those in the model.
        expected: Vec<String>,
    },
    /// There is not enough memory for the matrix in the order of the model.
    #[error(
        "no memory for {rows} x {columns} entries in the order of the model; transform fewer rows at a time"
    )]
    Memory {
        /// m.
        rows: usize,
        /// n.
        columns: usize,
    },
}

/// A .txt or .tsv with a header has one line too many.
fn header_hint(found: usize, expected: usize) -> &'static str {
    match found.checked_sub(expected) {
        Some(1) => ", without a header line",
        _ => "",
    }
}

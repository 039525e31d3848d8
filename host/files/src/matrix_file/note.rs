use std::fmt;

use super::Duplicates;

/// A remark on how a file was read: what was found out, or done to it.
///
/// The message is one line without the name of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The text between the fields of a table and the marks in its numbers.
    Dialect {
        /// The delimiter, in words.
        delimiter: String,
        /// The decimal mark.
        decimal: char,
        /// The mark between groups of three digits.
        thousands: Option<char>,
    },
    /// The header and the labels of a table.
    Layout {
        /// The description.
        found: String,
        /// The file may have been meant otherwise.
        is_doubtful: bool,
    },
    /// The first column was read as numbers although its name is that of names.
    MayBeLabels {
        /// The column, and its name.
        column: String,
        /// Its position, from 1.
        position: usize,
    },
    /// A column has whole numbers that are rounded, having too many digits.
    Rounded {
        /// The column, and its name if it has one.
        column: String,
        /// Its position, from 1.
        position: usize,
    },
    /// A point was taken as a decimal mark that might divide thousands.
    Points {
        /// The first cell with one.
        cell: String,
    },
    /// Labels of triples are empty.
    EmptyLabels {
        /// The labels are those of rows, and else of columns.
        of_rows: bool,
    },
    /// Lines that begin with `#` or `%` were skipped.
    Comments {
        /// The number of lines.
        count: u64,
    },
    /// Empty lines between those of a table with one column were skipped.
    BlankLines {
        /// The number of lines.
        count: u64,
    },
    /// The last column had neither a name nor an entry: each line ends with a delimiter.
    TrailingDelimiter,
    /// Entries at a place that had one already were added to it.
    Added {
        /// The number of those entries.
        count: usize,
    },
    /// Triples at a place that had one already were merged with it.
    Merged {
        /// The number of those triples.
        count: usize,
        /// The rule.
        by: Duplicates,
    },
    /// Numbers behind the places of a pattern were ignored.
    PatternValues,
    /// Missing entries became the means of their columns.
    Imputed {
        /// The number of entries.
        count: usize,
        /// The number of columns that have any.
        columns: usize,
    },
}

impl Note {
    /// Returns true if the remark concerns the result so much that a user is to see it unasked.
    pub fn is_important(&self) -> bool {
        match self {
            Note::Dialect { .. } | Note::PatternValues => false,
            Note::Layout { is_doubtful, .. } => *is_doubtful,
            _ => true,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Dialect {
                delimiter,
                decimal,
                thousands,
            } => {
                write!(out, "fields are divided by {delimiter}")?;
                if *decimal != '.' {
                    write!(out, ", the decimal mark is \"{decimal}\"")?;
                }
                match thousands {
                    Some(mark) => write!(out, ", thousands are divided by \"{mark}\""),
                    None => Ok(()),
                }
            }
            Note::Layout { found, .. } => out.write_str(found),
            Note::MayBeLabels { column, .. } => write!(
                out,
                "column {column} is read as numbers, and may be meant as the names of the rows"
            ),
            Note::Rounded { column, .. } => write!(
                out,
                "column {column} has whole numbers beyond 2^53, which are rounded, and may be meant as names"
            ),
            Note::Points { cell } => {
                write!(out, "the point in \"{cell}\" is taken as a decimal mark")
            }
            Note::EmptyLabels { of_rows } => {
                let side = if *of_rows { "row" } else { "column" };
                write!(
                    out,
                    "the name of the {side} is empty in some lines, which are taken as one {side}"
                )
            }
            Note::Comments { count: 1 } => out.write_str("1 line of comments is skipped"),
            Note::Comments { count } => write!(out, "{count} lines of comments are skipped"),
            Note::BlankLines { count: 1 } => out.write_str("1 empty line is skipped"),
            Note::BlankLines { count } => write!(out, "{count} empty lines are skipped"),
            Note::TrailingDelimiter => out.write_str(
                "each line ends with a delimiter: the empty column behind it is left out",
            ),
            Note::Added { count: 1 } => {
                out.write_str("1 entry is added to an earlier one at the same place")
            }
            Note::Added { count } => {
                write!(
                    out,
                    "{count} entries are added to earlier ones at the same place"
                )
            }
            Note::Merged { count, by } => {
                let done = by.done();
                match count {
                    1 => write!(out, "1 line repeats the place of an earlier one: {done}"),
                    _ => write!(
                        out,
                        "{count} lines repeat the place of an earlier one: {done}"
                    ),
                }
            }
            Note::PatternValues => {
                out.write_str("numbers behind the places of a pattern are ignored")
            }
            Note::Imputed { count, columns } => {
                let (entries, are) = match count {
                    1 => ("entry", "is the mean of its column"),
                    _ => ("entries", "are the means of their columns"),
                };
                let plural = if *columns == 1 { "" } else { "s" };
                write!(
                    out,
                    "{count} missing {entries} {are}, in {columns} column{plural}"
                )
            }
        }
    }
}

use std::{io, path::PathBuf};

use crate::memory::gigabytes;

/// Why a matrix could not be read. Every message is one line and says what to do.
///
/// `place` is the file as it was given; in an archive, the array in it, too. Lines, rows and columns are counted from 1, lines
/// in the inflated text where the file is compressed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The path does not exist.
    #[error("{}: no such file or folder; check the path", path.display())]
    Missing {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The operating system refused to read.
    #[error("cannot read {place}: {source}")]
    Unreadable {
        /// The file or folder.
        place: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// Neither the file's name nor its first bytes tell what it is.
    #[error(
        "{place}: unknown format; name it .npy, .npz, .mtx, .csv, .tsv or .pgm (.gz may follow)"
    )]
    UnknownFormat {
        /// The file.
        place: String,
    },
    /// The file has no rows or no columns.
    #[error("{place} has no entries; check that it is what you meant")]
    Empty {
        /// The file.
        place: String,
    },
    /// A compressed file breaks off or fails its checksums. Nothing of it is returned.
    #[error("{place} is truncated or corrupt ({reason}); make it again")]
    Damaged {
        /// The file.
        place: String,
        /// What the decoder said.
        reason: String,
    },
    /// The file ends before all that its header announces.
    #[error(
        "{place} breaks off: its header announces {expected} entries, {found} are there; make it again"
    )]
    Truncated {
        /// The file.
        place: String,
        /// Entries that the header announces.
        expected: u64,
        /// Entries that are there.
        found: u64,
    },
    /// The file goes on after all that its header announces.
    #[error(
        "{place} goes on after the {expected} entries that its header announces; keep one matrix a file"
    )]
    Surplus {
        /// The file.
        place: String,
        /// Entries that the header announces.
        expected: u64,
    },
    /// The beginning of the file is not that of its format.
    #[error("{place}: malformed header ({reason}); make the file again")]
    Header {
        /// The file.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An array that has not two dimensions.
    #[error("{place} has {dimensions} dimensions, a matrix has 2; reshape it")]
    Dimensions {
        /// The file.
        place: String,
        /// Its dimensions.
        dimensions: usize,
    },
    /// Entries of a type that is not a real number.
    #[error("{place} holds {found}; convert its entries to float64")]
    EntryType {
        /// The file.
        place: String,
        /// What it holds.
        found: String,
    },
    /// More rows or columns than 32 bits number, or rows that are nearly all empty.
    #[error(
        "{place}: {rows} x {columns} with {stored} stored entries is too large; leave out empty rows and columns"
    )]
    Shape {
        /// The file.
        place: String,
        /// Its rows.
        rows: u64,
        /// Its columns.
        columns: u64,
        /// Its stored entries.
        stored: usize,
    },
    /// The matrix would need more memory than there is.
    #[error(
        "{place} needs {} of memory and {} are free; give a part of it",
        gigabytes(*needed), gigabytes(*available)
    )]
    Memory {
        /// The file.
        place: String,
        /// Bytes needed, at least.
        needed: u64,
        /// Bytes free.
        available: u64,
    },
    /// A line of a table, or its header, is not UTF-8.
    #[error("{place}, line {line}: not UTF-8; convert the file, e.g. with iconv")]
    NotUtf8 {
        /// The file.
        place: String,
        /// The line.
        line: u64,
    },
    /// A row of a table has too few or too many fields.
    #[error(
        "{place}, line {line}: {found} fields where the first line has {expected}; mend or quote the row"
    )]
    RaggedRow {
        /// The table.
        place: String,
        /// The line that the row begins in.
        line: u64,
        /// Fields of the first line.
        expected: u64,
        /// Fields of this row.
        found: u64,
    },
    /// A field is not a number.
    #[error(
        "{place}, line {line}, column {column}: {field:?} is not a number; mend it or leave the column out"
    )]
    NotANumber {
        /// The table.
        place: String,
        /// The line that its row begins in.
        line: u64,
        /// Its place in the row.
        column: usize,
        /// The field, or its beginning.
        field: String,
    },
    /// An entry is NaN (or empty in a table) or infinite, and nothing says that it may be missing.
    #[error(
        "{place}, row {row}, column {column}: the entry is {value}; {}",
        if value.is_nan() { "say with --missing nan or --mask that it is missing" } else { "mend it" }
    )]
    NotFinite {
        /// The file.
        place: String,
        /// Its row.
        row: usize,
        /// Its column.
        column: usize,
        /// NaN, or an infinity.
        value: f64,
    },
    /// Not one entry is left that is not missing.
    #[error("{place}: all entries are missing; check the file and its mask")]
    NothingObserved {
        /// The file.
        place: String,
    },
    /// Triples were asked for, and the file has no columns.
    #[error("{place} has no columns that hold triples, .csv and .tsv have; leave out --triples")]
    NoTriples {
        /// The file.
        place: String,
    },
    /// The columns of triples are not three.
    #[error(
        "{names:?} are not three columns; give those of rows, columns and entries, as user,item,rating"
    )]
    TripleColumns {
        /// What was given.
        names: String,
    },
    /// The mask is that of another matrix.
    #[error(
        "the matrix is {rows} x {columns} and its mask {mask_rows} x {mask_columns}; give a mask of the same shape"
    )]
    MaskShape {
        /// The matrix's rows.
        rows: usize,
        /// The matrix's columns.
        columns: usize,
        /// The mask's rows.
        mask_rows: usize,
        /// The mask's columns.
        mask_columns: usize,
    },
}

impl Error {
    /// What a failed read means: the operating system's own errors bear a code, those of decoders do not.
    pub(crate) fn from_read(place: &str, source: io::Error) -> Self {
        let place = place.to_owned();
        if source.raw_os_error().is_some() {
            return Error::Unreadable { place, source };
        }
        Error::Damaged {
            place,
            reason: source.to_string(),
        }
    }
}

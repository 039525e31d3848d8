use std::{io, path::PathBuf};

use lowrank::memory::gigabytes;

/// How much of a text out of a file an error shows: it is one line, whatever the file holds.
const SHOWN_CHARACTERS: usize = 40;

/// The beginning of a text out of a file, as an error shows it: escaped.
pub(super) fn shown(text: &str) -> String {
    text.escape_debug().take(SHOWN_CHARACTERS).collect()
}

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
    /// A line that is not what its format asks for.
    #[error("{place}, line {line}: {reason}; mend the line")]
    Line {
        /// The file.
        place: String,
        /// The line.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// An entry outside the matrix.
    #[error(
        "{place}, line {line}: row {row}, column {column} is outside {rows} x {columns}; mend the line or the header"
    )]
    OutOfRange {
        /// The file.
        place: String,
        /// The line.
        line: u64,
        /// Its row.
        row: u64,
        /// Its column.
        column: u64,
        /// The rows that the header announces.
        rows: u64,
        /// The columns that the header announces.
        columns: u64,
    },
    /// An entry twice.
    #[error(
        "{place}, lines {first} and {second}: row {row}, column {column} twice; keep one of them"
    )]
    Duplicate {
        /// The file.
        place: String,
        /// The number or label of its row.
        row: String,
        /// The number or label of its column.
        column: String,
        /// The line of the first one.
        first: u64,
        /// The line of the second one.
        second: u64,
    },
    /// An archive without an array.
    #[error("{place} holds no array; write it with numpy.savez or scipy.sparse.save_npz")]
    NoArray {
        /// The archive.
        place: String,
    },
    /// An archive with several arrays.
    #[error("{place} holds several arrays ({names}); save the one that is meant as a .npy")]
    SeveralArrays {
        /// The archive.
        place: String,
        /// Their names, with commas between them.
        names: String,
    },
    /// A sparse matrix in a form that is not read.
    #[error("{place} is sparse in the form {form:?}; save it as CSR (a.tocsr())")]
    SparseForm {
        /// The archive.
        place: String,
        /// What the archive calls it.
        form: String,
    },
    /// The arrays of a sparse matrix do not make one.
    #[error("{place}: {reason}; save the matrix again with scipy.sparse.save_npz")]
    SparseArrays {
        /// The archive.
        place: String,
        /// What is wrong with them.
        reason: String,
    },
    /// A pixel brighter than white.
    #[error(
        "{place}, row {row}, column {column}: the pixel {pixel} is brighter than white, {white}; make the picture again"
    )]
    Pixel {
        /// The picture.
        place: String,
        /// Its row.
        row: u64,
        /// Its column.
        column: u64,
        /// Its value.
        pixel: u64,
        /// The value of white.
        white: u64,
    },
    /// A folder without pictures.
    #[error("no .pgm pictures in the folder {place}; give a folder of them, or a file")]
    NoPictures {
        /// The folder.
        place: String,
    },
    /// Pictures of different sizes in a folder.
    #[error("{place} is {found} and {other} is {expected}; bring all pictures to one size")]
    UnlikePictures {
        /// The first picture that is not like the first one.
        place: String,
        /// Its width and height and the value of white.
        found: String,
        /// The first picture.
        other: String,
        /// Its width and height and the value of white.
        expected: String,
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
        "{place}, line {line}, column {column}: \"{field}\" is not a number; mend it or leave the column out"
    )]
    NotANumber {
        /// The table.
        place: String,
        /// The line that its row begins in.
        line: u64,
        /// Its place in the row.
        column: usize,
        /// The field, or its beginning, escaped.
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
    /// Entries of a sparse matrix are missing, which makes its zeros entries to be stored, and they are too many.
    #[error(
        "{place}: entries are missing, so {rows} x {columns} zeros would have to be stored; give the known entries \
         as triples"
    )]
    Zeros {
        /// The file.
        place: String,
        /// Its rows.
        rows: usize,
        /// Its columns.
        columns: usize,
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
    /// A table has no such column.
    #[error(
        "no column {column:?} in {place}; name another with --triples, or give its number: {columns}"
    )]
    UnknownColumn {
        /// The table.
        place: String,
        /// What was asked for.
        column: String,
        /// The columns that there are, quoted, with commas between them.
        columns: String,
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
    pub(super) fn empty(place: &str) -> Self {
        Error::Empty {
            place: place.to_owned(),
        }
    }

    pub(super) fn header(place: &str, reason: &str) -> Self {
        Error::Header {
            place: place.to_owned(),
            reason: reason.to_owned(),
        }
    }

    pub(super) fn dimensions(place: &str, dimensions: usize) -> Self {
        Error::Dimensions {
            place: place.to_owned(),
            dimensions,
        }
    }

    pub(super) fn truncated(place: &str, expected: u64, found: u64) -> Self {
        Error::Truncated {
            place: place.to_owned(),
            expected,
            found,
        }
    }

    pub(super) fn surplus(place: &str, expected: u64) -> Self {
        Error::Surplus {
            place: place.to_owned(),
            expected,
        }
    }

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

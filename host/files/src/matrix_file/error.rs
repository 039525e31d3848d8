use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

use lowrank::memory::gigabytes;

use super::TableError;

/// The most characters of a file that an error shows, so that the message stays one line.
const SHOWN_CHARACTERS: usize = 40;

/// Returns the beginning of a text from a file, escaped for an error message.
pub(super) fn shown(text: &str) -> String {
    text.escape_debug().take(SHOWN_CHARACTERS).collect()
}

/// The reason why a matrix could not be read. Every message is one line and says what to do.
///
/// `place` is the file as it was given, followed by the array if the file is an archive. Lines, rows and columns are
/// counted from 1. In a compressed file, lines are those of the inflated text.
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
        /// The error of the operating system.
        source: io::Error,
    },
    /// Neither the name of the file nor its first bytes identify a format.
    #[error(
        "{place}: unknown format; name it .npy, .npz, .mtx, .csv, .tsv, .txt or .pgm (.gz may follow)"
    )]
    UnknownFormat {
        /// The file.
        place: String,
    },
    /// The file is a workbook of a spreadsheet.
    #[error(
        "{place} is a workbook of a spreadsheet; save the sheet as CSV in the program that wrote it"
    )]
    Spreadsheet {
        /// The file.
        place: String,
    },
    /// The file is of a kind that is not read.
    #[error("{place} is {kind}, which is not read; {way}")]
    Foreign {
        /// The file.
        place: String,
        /// The kind.
        kind: &'static str,
        /// The step that makes a file of another kind of it.
        way: &'static str,
    },
    /// A text has the byte order mark of UTF-16 and is none.
    #[error("{place} is not the UTF-16 that its first bytes announce; convert it to UTF-8")]
    NotUtf16 {
        /// The file.
        place: String,
    },
    /// A Matrix Market file does not begin with its banner.
    #[error(
        "{place} does not begin with the banner %%MatrixMarket; put the line \"%%MatrixMarket matrix coordinate real \
         general\" before it, or \"%%MatrixMarket matrix array real general\" if it has one number a line"
    )]
    NoBanner {
        /// The file.
        place: String,
    },
    /// A table could not be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Options of tables were given for another format.
    #[error(
        "{place} is no table, so it has no delimiter, header, columns by name or markers of missing values"
    )]
    NotATable {
        /// The file.
        place: String,
    },
    /// The file has no rows or no columns.
    #[error("{place} has no entries; check that it is what you meant")]
    Empty {
        /// The file.
        place: String,
    },
    /// A compressed file is truncated or fails its checksum. None of its content is returned.
    #[error("{place} is truncated or corrupt ({reason}); make it again")]
    Damaged {
        /// The file.
        place: String,
        /// The message of the decoder.
        reason: String,
    },
    /// The file ends before the last entry that its header announces.
    #[error(
        "{place} breaks off: its header announces {expected} entries, {found} are there; make it again"
    )]
    Truncated {
        /// The file.
        place: String,
        /// The number of entries that the header announces.
        expected: u64,
        /// The number of entries in the file.
        found: u64,
    },
    /// The file continues after the last entry that its header announces.
    #[error(
        "{place} goes on after the {expected} entries that its header announces; keep one matrix a file"
    )]
    Surplus {
        /// The file.
        place: String,
        /// The number of entries that the header announces.
        expected: u64,
    },
    /// The header of the file is not valid for its format.
    #[error("{place}: malformed header ({reason}); make the file again")]
    Header {
        /// The file.
        place: String,
        /// The fault in the header.
        reason: String,
    },
    /// A line is not valid for the format of the file.
    #[error("{place}, line {line}: {reason}; mend the line")]
    Line {
        /// The file.
        place: String,
        /// The number of the line.
        line: u64,
        /// The fault in the line.
        reason: String,
    },
    /// An entry outside the matrix.
    #[error(
        "{place}, line {line}: row {}, column {} is outside {} x {}; mend the line or the header",
        entry.0, entry.1, shape.0, shape.1
    )]
    OutOfRange {
        /// The file.
        place: String,
        /// The line.
        line: u64,
        /// The row and the column of the entry.
        entry: (u64, u64),
        /// The numbers of rows and columns that the header announces.
        shape: (u64, u64),
    },
    /// An entry occurs twice.
    #[error(
        "{place}, lines {first} and {second}: row {row}, column {column} twice; keep one of them, or say which one counts"
    )]
    Duplicate {
        /// The file.
        place: String,
        /// The number or label of its row.
        row: String,
        /// The number or label of its column.
        column: String,
        /// The line of the first occurrence.
        first: u64,
        /// The line of the second occurrence.
        second: u64,
    },
    /// An archive contains no array.
    #[error(
        "{place} holds no array; write it with numpy.savez or scipy.sparse.save_npz, or unpack it if it holds a table"
    )]
    NoArray {
        /// The archive.
        place: String,
    },
    /// An archive contains several arrays.
    #[error("{place} holds several arrays ({names}); save the one that is meant as a .npy")]
    SeveralArrays {
        /// The archive.
        place: String,
        /// The names of the arrays, separated by commas.
        names: String,
    },
    /// A sparse matrix is stored in an unsupported form.
    #[error("{place} is sparse in the form {form:?}; save it as CSR (a.tocsr())")]
    SparseForm {
        /// The archive.
        place: String,
        /// The form, as the archive names it.
        form: String,
    },
    /// The arrays of a sparse matrix are inconsistent.
    #[error("{place}: {reason}; save the matrix again with scipy.sparse.save_npz")]
    SparseArrays {
        /// The archive.
        place: String,
        /// The inconsistency.
        reason: String,
    },
    /// A pixel is brighter than white.
    #[error(
        "{place}, row {row}, column {column}: the pixel {pixel} is brighter than white, {white}; make the picture again"
    )]
    Pixel {
        /// The picture.
        place: String,
        /// The row of the pixel.
        row: u64,
        /// The column of the pixel.
        column: u64,
        /// The value of the pixel.
        pixel: u64,
        /// The value of white.
        white: u64,
    },
    /// A folder contains no pictures.
    #[error("no .pgm pictures in the folder {place}; give a folder of them, or a file")]
    NoPictures {
        /// The folder.
        place: String,
    },
    /// The pictures of a folder differ in size.
    #[error("{place} is {found} and {other} is {expected}; bring all pictures to one size")]
    UnlikePictures {
        /// The first picture that differs from the first one in the folder.
        place: String,
        /// Its width, height and value of white.
        found: String,
        /// The first picture.
        other: String,
        /// Its width, height and value of white.
        expected: String,
    },
    /// An array does not have two dimensions.
    #[error("{place} has {dimensions} dimensions, a matrix has 2; reshape it")]
    Dimensions {
        /// The file.
        place: String,
        /// The number of dimensions.
        dimensions: usize,
    },
    /// The entries are not real numbers.
    #[error("{place} holds {found}; convert its entries to float64")]
    EntryType {
        /// The file.
        place: String,
        /// The type of the entries.
        found: String,
    },
    /// The rows or columns exceed 32 bits, or nearly all rows are empty.
    #[error(
        "{place}: {rows} x {columns} with {stored} stored entries is too large; leave out empty rows and columns"
    )]
    Shape {
        /// The file.
        place: String,
        /// The number of rows.
        rows: u64,
        /// The number of columns.
        columns: u64,
        /// The number of stored entries.
        stored: usize,
    },
    /// The matrix needs more memory than is free.
    #[error(
        "{place} needs {} of memory and {} are free; give a part of it",
        gigabytes(*needed), gigabytes(*available)
    )]
    Memory {
        /// The file.
        place: String,
        /// A lower bound of the bytes needed.
        needed: u64,
        /// The bytes that are free.
        available: u64,
    },
    /// A line of a table, or its header, is not UTF-8.
    #[error("{place}, line {line}: not UTF-8; convert the file, e.g. with iconv")]
    NotUtf8 {
        /// The file.
        place: String,
        /// The number of the line.
        line: u64,
    },
    /// A row of a table has too few or too many fields.
    #[error(
        "{place}, line {line}: {found} fields where the first line has {expected}; mend or quote the row, or name another delimiter"
    )]
    RaggedRow {
        /// The table.
        place: String,
        /// The line in which the row begins.
        line: u64,
        /// The number of fields of the first line.
        expected: u64,
        /// The number of fields of this row.
        found: u64,
    },
    /// A field is neither a number nor a marker of a missing value.
    #[error(
        "{place}, line {line}, column {column}: \"{field}\" is not a number; mend it, leave the column out, or say \
         that it is missing"
    )]
    NotANumber {
        /// The table.
        place: String,
        /// The line in which the row begins.
        line: u64,
        /// The column of the field, from 1.
        column: usize,
        /// The beginning of the field, escaped.
        field: String,
    },
    /// An entry is NaN, empty or infinite, although missing entries are not allowed.
    #[error(
        "{place}, row {row}, column {column}: the entry is {value}; {}",
        if value.is_nan() { "mend it, or say that it is missing" } else { "mend it" }
    )]
    NotFinite {
        /// The file.
        place: String,
        /// The row of the entry.
        row: usize,
        /// The column of the entry.
        column: usize,
        /// NaN or an infinity.
        value: f64,
    },
    /// Missing entries turn the zeros of a sparse matrix into entries to be stored, and there are too many zeros.
    #[error(
        "{place}: entries are missing, so {rows} x {columns} zeros would have to be stored; give the known entries \
         as triples"
    )]
    Zeros {
        /// The file.
        place: String,
        /// The number of rows.
        rows: usize,
        /// The number of columns.
        columns: usize,
    },
    /// All entries are missing.
    #[error("{place}: all entries are missing; check the file and its mask")]
    NothingObserved {
        /// The file.
        place: String,
    },
    /// Triples were requested from a file without columns.
    #[error("{place} has no columns that hold triples, tables have")]
    NoTriples {
        /// The file.
        place: String,
    },
    /// A table does not have the requested column.
    #[error(
        "no column {column:?} in {place}, which has {columns}; give its number, or name another"
    )]
    UnknownColumn {
        /// The table.
        place: String,
        /// The requested column.
        column: String,
        /// The columns of the table, quoted and separated by commas.
        columns: String,
    },
    /// The columns of triples are not three.
    #[error(
        "{names:?} are not three columns; give those of rows, columns and entries, as user,item,rating"
    )]
    TripleColumns {
        /// The names that were given.
        names: String,
    },
    /// The mask and the matrix differ in shape.
    #[error(
        "the matrix is {} x {} and its mask {} x {}; give a mask of the same shape",
        matrix.0, matrix.1, mask.0, mask.1
    )]
    MaskShape {
        /// The rows and columns of the matrix.
        matrix: (usize, usize),
        /// The rows and columns of the mask.
        mask: (usize, usize),
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

    pub(super) fn line(place: &str, line: u64, reason: &str) -> Self {
        Error::Line {
            place: place.to_owned(),
            line,
            reason: reason.to_owned(),
        }
    }

    pub(super) fn shape(place: &str, (rows, columns): (u64, u64), stored: usize) -> Self {
        Error::Shape {
            place: place.to_owned(),
            rows,
            columns,
            stored,
        }
    }

    /// Returns the error of a file or folder that the operating system refused to read.
    pub(super) fn unreadable(path: &Path) -> impl Fn(io::Error) -> Self {
        |source| Error::Unreadable {
            place: path.display().to_string(),
            source,
        }
    }

    pub(super) fn dimensions(place: &str, dimensions: usize) -> Self {
        Error::Dimensions {
            place: place.to_owned(),
            dimensions,
        }
    }

    /// Returns the error of `count` entries of a type for which there is no memory.
    pub(super) fn memory<T>(place: &str, count: usize) -> Self {
        Error::Memory {
            place: place.to_owned(),
            needed: (count as u64).saturating_mul(size_of::<T>() as u64),
            available: lowrank::memory::available().unwrap_or(u64::MAX),
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

    /// Interprets a failed read: errors of the operating system carry a code, errors of decoders do not.
    pub(crate) fn from_read(place: &str, source: io::Error) -> Self {
        if source.raw_os_error().is_some() {
            return Error::unreadable(Path::new(place))(source);
        }
        Error::damaged(place, source)
    }

    pub(super) fn damaged(place: &str, reason: impl Display) -> Self {
        Error::Damaged {
            place: place.to_owned(),
            reason: reason.to_string(),
        }
    }
}

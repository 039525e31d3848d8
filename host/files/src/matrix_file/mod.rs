//! Readers of matrix files.
//!
//! A [`MatrixReader`] reads a path into a [`MatrixFile`]. Entries are converted to f64.
//!
//! | path | matrix |
//! |---|---|
//! | `.npy` | NumPy's, of booleans, integers or floats, either byte order, C or Fortran |
//! | `.npz` | NumPy's archive of one such array, or SciPy's sparse matrix: CSR, CSC or COO |
//! | `.mtx` | Matrix Market's: sparse of coordinates, dense of an array; real, integer or pattern; symmetric or not |
//! | `.csv`, `.tsv`, `.txt`, `.dat`, `.data` | a row a line, with a header or without, with labels of the rows or without (see below) |
//! | tables of [triples](MatrixReader::triples) | an entry a line: labels of its row and column, its value; others are missing |
//! | `.pgm` | a grey picture's pixels, from 0 to its white |
//! | a folder of `.pgm` | a picture of one size a row, line after line, in the order of their names |
//!
//! All files may be compressed with gzip, under any name. Compression, NumPy's formats, and files with another
//! extension are recognized by their content; a text without extension is a table. Texts are in UTF-8, or in UTF-16 with
//! a byte order mark. Entries at the same place of a sparse matrix are added, as in SciPy. What was found out about a
//! file, or done to it, is in its [notes](MatrixFile::notes).
//!
//! # Tables
//!
//! **Fields** are divided by what divides the first lines into equally many of them and leaves the most numbers: tabs,
//! semicolons, commas, `::`, bars, or blanks; at a tie, by the commas of a `.csv` and the tabs of a `.tsv`. Lines that
//! begin with `#` or `%` and are not divided as the others are comments. In tables of tabs and of blanks, a quotation
//! mark is a character like any other unless both ends of a field have one; a field that would run on over a line end is
//! an error there.
//!
//! **Numbers** have a decimal point, or a decimal comma if a cell of the first lines shows one (`1,5`, `1.234,5`), and
//! groups of three digits if a cell shows those (`1,234,567`, `1,234.5`). `1,234` alone is either, and refused. Exponents
//! may be Fortran's, `1.0D+02`.
//!
//! **Missing values** are empty fields and `NA`, `N/A`, `NaN`, `null`, `None`, `?`, `-`, `.` and their like in any case,
//! or the cells of [`TableOptions::missing_values`]. They are an error with its line and column, unless
//! [`MatrixReader::missing`] or a mask says otherwise. So is every other cell that is not a number: neither a row nor a
//! column vanishes because of it.
//!
//! **Labels**: the first column holds labels if it has texts and no number in the first lines (and most of the texts are
//! neither truth values nor measurements such as `5%` or `<5`), if its name is empty (or `Unnamed: 0`), if
//! the header has one name less than there are columns (as R writes it), if all other names are numbers and it has
//! distinct whole numbers, or if these are too large for f64 to hold.
//!
//! **Header**: the first line is one if it has names above numbers, more of them than numbers above numbers; or a name
//! above the first column alone. Numbers are names beside an empty field or a word such as `gene` or `id` above labels,
//! where they are years above other numbers, where they count 0, 1, 2 above labels, and in quotation marks above numbers
//! without. Numbers above numbers are a row otherwise, which is told where they might be names: whole numbers that follow
//! on each other, evenly spaced ones, distinct ones that are ten times as large as all below, or above fractions. A comment above a table without a
//! header names its columns if it has as many words. A line that may be both is an error, or told in the notes.
//!
//! [`TableOptions`] overrules each of these.
//!
//! **Speed**: after the first lines, a table is read in blocks of whole records, which rayon's threads parse beside each
//! other. Matrix, notes and errors are the same for any number of threads. Beside the matrix, some blocks and 33 MB of
//! entries are in memory.
//!
//! ```
//! use lowrank_files::matrix_file::MatrixReader;
//!
//! let table = "fruit,sweet,sour\napple,3,2\nlemon,1,5\n";
//! let a = MatrixReader::default().read_from("fruits.csv".as_ref(), table.as_bytes())?;
//! assert_eq!((a.entries.nrows(), a.entries.ncols()), (2, 2));
//! assert_eq!(a.column_labels.as_deref(), Some(&["sweet".to_owned(), "sour".to_owned()][..]));
//! # Ok::<(), lowrank_files::matrix_file::Error>(())
//! ```
//!
//! Rows and columns of triples are sorted by their labels: numerically if all are whole numbers, else as texts. A
//! second entry at the same place is an error, because the intended one is unknown, unless
//! [`MatrixReader::duplicates`] says otherwise.
//!
//! From the ground up: [`TableError`] and [`Error`]; `growing`, `slabs`, `row_major` and `coordinates` (memory); `duplicates` and
//! `note`; `encoding` and `lines`; `npy`, `npz`, `table`, `matrix_market`, `triples`, `pgm` and `pictures` (one format
//! each); `mean`, `missing` and `mask` (missing entries); `format` (identifies the format); `reader`.

mod coordinates;
mod duplicates;
mod encoding;
mod entries;
mod error;
mod format;
mod growing;
mod lines;
mod mask;
mod matrix_market;
mod mean;
mod missing;
mod note;
mod npy;
mod npz;
mod pgm;
mod pictures;
mod reader;
mod row_major;
mod slabs;
mod table;
mod table_error;
mod triples;

pub use duplicates::Duplicates;
pub use entries::Entries;
pub use error::Error;
pub use format::Format;
pub use missing::Missing;
pub use note::Note;
pub use npy::to_npy;
pub(crate) use npy::vector_to_npy;
pub use reader::MatrixReader;
pub use table::{ColumnList, Delimiter, Index, TableOptions, list_items};
pub use table_error::TableError;
pub use triples::TripleColumns;

use table::NumberFormat;

/// A matrix and the labels in its file.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixFile {
    /// The m x n matrix.
    pub entries: Entries,
    /// The labels of the m rows, if the file has them.
    pub row_labels: Option<Vec<String>>,
    /// The labels of the n columns, if the file has them.
    pub column_labels: Option<Vec<String>>,
    /// The height and width of the pictures, if each row is a picture, line after line.
    pub picture: Option<(usize, usize)>,
    /// What was found out about the file, or done to it.
    pub notes: Vec<Note>,
}

impl From<Entries> for MatrixFile {
    /// Returns a matrix without labels.
    fn from(entries: Entries) -> Self {
        Self {
            entries,
            row_labels: None,
            column_labels: None,
            picture: None,
            notes: Vec::new(),
        }
    }
}

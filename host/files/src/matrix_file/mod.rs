//! Readers of matrix files.
//!
//! A [`MatrixReader`] reads a path into a [`MatrixFile`]. Entries are converted to f64.
//!
//! | path | matrix |
//! |---|---|
//! | `.npy` | NumPy's, of booleans, integers or floats, either byte order, C or Fortran |
//! | `.npz` | NumPy's archive of one such array, or SciPy's sparse matrix: CSR, CSC or COO, whose duplicates add up |
//! | `.mtx` | Matrix Market's: sparse of coordinates, dense of an array; real, integer or pattern; symmetric or not |
//! | `.csv`, `.tsv` | a row a line, with a header or without, with labels of the rows or without (see below) |
//! | `.csv`, `.tsv` of [triples](MatrixReader::triples) | an entry a line: labels of its row and column, its value; others are missing |
//! | `.pgm` | a grey picture's pixels, from 0 to its white |
//! | a folder of `.pgm` | a picture of one size a row, line after line, in the order of their names |
//!
//! All files may be compressed with gzip, under any name. Compression, NumPy's formats, and files with another
//! extension are recognized by their content.
//!
//! The first line of a table is a header if a field of it other than the first one is not a number; if its first field
//! is not a number and that of the second line is; or if its first field is empty and the others count 0, 1, 2, as
//! pandas writes them. The first column holds labels if the header has an empty field above it, or if the first field
//! of the first row is not a number. Numbers are parsed as Rust's f64, surrounding blanks ignored; an empty field and
//! `NA` are NaN.
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
//! second entry at the same place is an error, as in `.mtx`, because the intended one is unknown.
//!
//! From the ground up: [`Error`]; `growing`, `row_major` and `coordinates` (memory); `lines`; `npy`, `npz`,
//! `matrix_market`, `table`, `triples`, `pgm` and `pictures` (one format each); `missing` and `mask` (missing entries);
//! `format` (identifies the format); `reader`.

mod coordinates;
mod entries;
mod error;
mod format;
mod growing;
mod lines;
mod mask;
mod matrix_market;
mod missing;
mod npy;
mod npz;
mod pgm;
mod pictures;
mod reader;
mod row_major;
mod table;
mod triples;

pub use entries::Entries;
pub use error::Error;
pub use missing::Missing;
pub use npy::to_npy;
pub(crate) use npy::vector_to_npy;
pub use reader::MatrixReader;
pub use triples::TripleColumns;

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
}

impl From<Entries> for MatrixFile {
    /// Returns a matrix without labels.
    fn from(entries: Entries) -> Self {
        Self {
            entries,
            row_labels: None,
            column_labels: None,
            picture: None,
        }
    }
}

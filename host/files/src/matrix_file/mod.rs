//! Matrices in files.
//!
//! A [`MatrixReader`] reads a path into a [`MatrixFile`], in f64 whatever the file holds:
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
//! All but folders may be compressed with gzip, under whatever name: the content tells. So does the content of NumPy's
//! formats, and that of a file whose extension is none of these.
//!
//! The first line of a table is a header if a field of it, the first one aside, is not a number; if its first field is not a
//! number and that of the second line is; or if its first field is empty and the others count 0, 1, 2 as pandas writes
//! them. The first column holds labels if the header has an empty field above it, or if the first field of the first row is
//! not a number. A number is what Rust reads as f64, with blanks around it or not; an empty field and `NA` are NaN.
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
//! Rows and columns of triples are in the order of their labels: that of numbers where all are whole numbers, else that
//! of texts. A second entry at the same place is an error, as it is in `.mtx`: which one is meant, nobody knows.
//!
//! From the ground up: [`Error`]; `growing`, `row_major` and `coordinates` (memory); `lines`; `npy`, `npz`,
//! `matrix_market`, `table`, `triples`, `pgm` and `pictures` (one format each); `missing` and `mask` (what is not known);
//! `format` (tells the formats apart); `reader`.

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

/// A matrix and what its file says about it.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixFile {
    /// The m x n matrix.
    pub entries: Entries,
    /// What the m rows are called, where the file says it.
    pub row_labels: Option<Vec<String>>,
    /// What the n columns are called, where the file says it.
    pub column_labels: Option<Vec<String>>,
    /// Height and width of the picture that each row is, line after line, where the rows are pictures.
    pub picture: Option<(usize, usize)>,
}

impl From<Entries> for MatrixFile {
    /// A matrix about which nothing else is said.
    fn from(entries: Entries) -> Self {
        Self {
            entries,
            row_labels: None,
            column_labels: None,
            picture: None,
        }
    }
}

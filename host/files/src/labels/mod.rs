//! Labels of rows and columns: a matrix with its labels, columns matched by name, files of labels.
//!
//! ```
//! use lowrank_files::labels::{Absent, LabelledMatrix};
//! use lowrank_files::matrix_file::MatrixReader;
//!
//! let table = "name,c,a,b\nx,9,1,2\n";
//! let new = MatrixReader::default().read_from("new.csv".as_ref(), table.as_bytes())?;
//! let new = LabelledMatrix::try_from(new)?;
//! let model = ["a", "b", "c"].map(str::to_owned);
//! let aligned = new.align_columns(&model, Absent::Refused)?;
//! assert_eq!(aligned.matrix.column_labels(), Some(&model[..]));
//! assert_eq!(aligned.matrix.row_labels(), Some(&["x".to_owned()][..]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`LabelledMatrix`]: entries, and the labels of rows and columns where there are any.
//! - [`LabelledMatrix::align_columns`]: the columns of a model, whatever their order in the new matrix.
//! - [`read_labels`]: a file of labels, as 10x and scanpy keep them beside a matrix; [`to_csv`]: one that pandas reads.

mod alignment;
mod error;
mod file;
mod matrix;
mod names;

pub use alignment::{Absent, Aligned};
pub use error::Error;
pub use file::{read_labels, read_labels_from, to_csv};
pub use matrix::{LabelledMatrix, Side};
pub use names::few;

use super::Error;
use crate::matrix_file::{Entries, MatrixFile};
use lowrank::{Matrix, Scalar};
use std::fmt;

/// A side of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The rows.
    Row,
    /// The columns.
    Column,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::Row => "row",
            Side::Column => "column",
        })
    }
}

/// An m x n matrix with the labels of its rows and columns, where there are any: m and n of them.
///
/// Labels are texts of any kind; they may be empty, and may repeat.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledMatrix<T = f64> {
    entries: Entries<T>,
    row_labels: Option<Vec<String>>,
    column_labels: Option<Vec<String>>,
}

impl<T> From<Entries<T>> for LabelledMatrix<T> {
    /// Returns the matrix without labels.
    fn from(entries: Entries<T>) -> Self {
        Self {
            entries,
            row_labels: None,
            column_labels: None,
        }
    }
}

impl TryFrom<MatrixFile> for LabelledMatrix {
    type Error = Error;

    /// Returns the matrix and the labels of a file.
    ///
    /// # Errors
    /// [`Error::Count`].
    fn try_from(file: MatrixFile) -> Result<Self, Error> {
        let mut matrix = Self::from(file.entries);
        if let Some(labels) = file.row_labels {
            matrix = matrix.with_labels(Side::Row, labels)?;
        }
        if let Some(labels) = file.column_labels {
            matrix = matrix.with_labels(Side::Column, labels)?;
        }
        Ok(matrix)
    }
}

impl From<LabelledMatrix> for MatrixFile {
    fn from(matrix: LabelledMatrix) -> Self {
        Self {
            row_labels: matrix.row_labels,
            column_labels: matrix.column_labels,
            ..matrix.entries.into()
        }
    }
}

impl<T: Scalar> LabelledMatrix<T> {
    /// Returns the matrix with these labels of its rows or columns, in the place of those that it has.
    ///
    /// # Errors
    /// [`Error::Count`] if there is not one for each.
    pub fn with_labels(mut self, side: Side, labels: Vec<String>) -> Result<Self, Error> {
        let (expected, place) = match side {
            Side::Row => (self.entries.nrows(), &mut self.row_labels),
            Side::Column => (self.entries.ncols(), &mut self.column_labels),
        };
        let found = labels.len();
        if found != expected {
            return Err(Error::Count {
                side,
                expected,
                found,
            });
        }
        *place = Some(labels);
        Ok(self)
    }

    /// Returns the rows of which no entry is known; there are none unless entries may be missing.
    pub fn empty_rows(&self) -> Vec<usize> {
        match &self.entries {
            Entries::Observed(a) => (0..a.nrows()).filter(|&i| a.row(i).0.is_empty()).collect(),
            Entries::Dense(_) | Entries::Sparse(_) => Vec::new(),
        }
    }

    /// Converts the entries to another precision.
    pub fn cast<U: Scalar>(&self) -> LabelledMatrix<U> {
        LabelledMatrix {
            entries: self.entries.cast(),
            row_labels: self.row_labels.clone(),
            column_labels: self.column_labels.clone(),
        }
    }

    /// Borrows the matrix in the form that `fit` takes.
    pub fn view(&self) -> Matrix<'_, T> {
        self.entries.view()
    }
}

impl<T> LabelledMatrix<T> {
    /// Returns the matrix.
    pub fn entries(&self) -> &Entries<T> {
        &self.entries
    }

    /// Returns the labels of the m rows, if they have any.
    pub fn row_labels(&self) -> Option<&[String]> {
        self.row_labels.as_deref()
    }

    /// Returns the labels of the n columns, if they have any.
    pub fn column_labels(&self) -> Option<&[String]> {
        self.column_labels.as_deref()
    }

    /// Returns the matrix, the labels of its rows, and those of its columns.
    pub fn into_parts(self) -> (Entries<T>, Option<Vec<String>>, Option<Vec<String>>) {
        (self.entries, self.row_labels, self.column_labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lowrank::DenseMatrix;

    fn labels<const N: usize>(names: [&str; N]) -> Vec<String> {
        names.map(str::to_owned).to_vec()
    }

    fn check<T: Scalar>() {
        let entries = Entries::Dense(DenseMatrix::from_fn(2, 3, |_, _| T::ONE));
        let matrix = LabelledMatrix::from(entries);
        assert_eq!((matrix.row_labels(), matrix.column_labels()), (None, None));
        let one_short = matrix.clone().with_labels(Side::Column, labels(["a", "b"]));
        let message = one_short.unwrap_err().to_string();
        assert_eq!(message, "2 column names for 3 columns: give one for each");
        let header = matrix
            .clone()
            .with_labels(Side::Row, labels(["h", "x", "y"]));
        let message = header.unwrap_err().to_string();
        assert!(
            message.ends_with("one for each, without a header line"),
            "{message}"
        );
        let odd = labels(["", "a,\"b\"\n", ""]);
        let matrix = matrix.with_labels(Side::Column, odd.clone()).unwrap();
        assert_eq!(matrix.column_labels(), Some(&odd[..]));
        assert_eq!(matrix.cast::<f32>().column_labels(), Some(&odd[..]));
    }

    #[test]
    fn a_matrix_has_a_label_for_each_row_or_none_at_all() {
        check::<f32>();
        check::<f64>();
    }

    #[test]
    fn labels_of_a_file_are_those_of_the_matrix_and_back() {
        let file = MatrixFile {
            row_labels: Some(labels(["x", "y"])),
            ..Entries::Dense(DenseMatrix::from_fn(2, 2, |i, _| i as f64)).into()
        };
        let matrix = LabelledMatrix::try_from(file.clone()).unwrap();
        assert_eq!(matrix.row_labels(), Some(&labels(["x", "y"])[..]));
        assert_eq!(MatrixFile::from(matrix), file);
        let wrong = MatrixFile {
            column_labels: Some(labels(["a"])),
            ..file
        };
        assert!(LabelledMatrix::try_from(wrong).is_err());
    }
}

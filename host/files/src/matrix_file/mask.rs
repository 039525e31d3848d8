//! Masks: a second matrix selects the known entries.

use super::{Entries, Error, MatrixFile, missing::RowBuilder};

/// The name in errors, since the file is no longer known.
const PLACE: &str = "the masked matrix";

impl MatrixFile {
    /// Returns this matrix with the entries missing where `mask` is zero or not stored.
    ///
    /// # Errors
    /// - [`Error::MaskShape`] if the mask has another shape.
    /// - [`Error::NothingObserved`] if no entry is left.
    /// - [`Error::Memory`].
    pub fn mask(self, mask: &MatrixFile) -> Result<MatrixFile, Error> {
        let shape = |file: &MatrixFile| (file.entries.nrows(), file.entries.ncols());
        let (matrix, of_mask) = (shape(&self), shape(mask));
        if matrix != of_mask {
            let mask = of_mask;
            return Err(Error::MaskShape { matrix, mask });
        }
        let (nrows, ncols) = matrix;
        let mut rows = RowBuilder::new(PLACE, ncols);
        for i in 0..nrows {
            for j in mask.entries.nonzeros_of_row(i) {
                if let Some(x) = self.entries.known(i, j) {
                    rows.push(j, x)?;
                }
            }
            rows.end_row();
        }
        let observed = rows.finish();
        if observed.nonzeros() == 0 {
            return Err(Error::NothingObserved {
                place: PLACE.to_owned(),
            });
        }
        Ok(MatrixFile {
            entries: Entries::Observed(observed),
            ..self
        })
    }
}

impl Entries {
    /// Returns the columns in which row `i` is not zero, in ascending order.
    fn nonzeros_of_row(&self, i: usize) -> Vec<usize> {
        match self {
            Entries::Dense(a) => (0..a.ncols()).filter(|&j| a.at(i, j) != 0.0).collect(),
            Entries::Sparse(a) | Entries::Observed(a) => {
                let (columns, values) = a.row(i);
                let entries = columns.iter().zip(values).filter(|(_, x)| **x != 0.0);
                entries.map(|(&j, _)| j as usize).collect()
            }
        }
    }

    /// Returns the entry at row `i` and column `j`, or `None` if it is missing.
    fn known(&self, i: usize, j: usize) -> Option<f64> {
        let (a, otherwise) = match self {
            Entries::Dense(a) => return Some(a.at(i, j)),
            Entries::Sparse(a) => (a, Some(0.0)),
            Entries::Observed(a) => (a, None),
        };
        let (columns, values) = a.row(i);
        match columns.binary_search(&(j as u32)) {
            Ok(place) => values.get(place).copied(),
            Err(_) => otherwise,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lowrank::{DenseMatrix, SparseMatrix};

    /// [[1, 0, 0], [0, 2, 3]], with a zero stored at (1, 0).
    fn sparse() -> SparseMatrix<f64> {
        SparseMatrix::new(vec![0, 1, 4], vec![0, 0, 1, 2], vec![1.0, 0.0, 2.0, 3.0], 3).unwrap()
    }

    fn dense(rows: [[f64; 3]; 2]) -> MatrixFile {
        Entries::Dense(DenseMatrix::from_fn(2, 3, |i, j| rows[i][j])).into()
    }

    fn stored(file: MatrixFile) -> Vec<(usize, u32, f64)> {
        let Entries::Observed(a) = file.entries else {
            panic!("not observed")
        };
        let row = |i| {
            let (columns, values) = a.row(i);
            let entries = columns.iter().zip(values);
            entries.map(move |(&j, &x)| (i, j, x)).collect::<Vec<_>>()
        };
        (0..a.nrows()).flat_map(row).collect()
    }

    #[test]
    fn what_the_mask_has_is_known_and_nothing_else() {
        let mask = dense([[1.0, -1.0, 0.0], [0.5, 0.0, 7.0]]);
        let of = |a: MatrixFile| stored(a.mask(&mask).unwrap());
        let all_stored = [(0, 0, 1.0), (0, 1, 0.0), (1, 0, 0.0), (1, 2, 3.0)];
        assert_eq!(of(dense([[1.0, 0.0, 9.0], [0.0, 2.0, 3.0]])), all_stored);
        assert_eq!(of(Entries::Sparse(sparse()).into()), all_stored);
        // Entries that were missing before stay missing.
        let observed = Entries::Observed(sparse()).into();
        assert_eq!(of(observed), [(0, 0, 1.0), (1, 0, 0.0), (1, 2, 3.0)]);
    }

    #[test]
    fn a_zero_that_a_sparse_mask_stores_masks() {
        let mask = Entries::Sparse(sparse()).into();
        let a = dense([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
        let expected = [(0, 0, 1.0), (1, 1, 5.0), (1, 2, 6.0)];
        assert_eq!(stored(a.mask(&mask).unwrap()), expected);
    }

    #[test]
    fn a_mask_of_another_shape_or_of_nothing_is_refused() {
        let a = dense([[1.0; 3]; 2]);
        let narrow = Entries::Dense(DenseMatrix::from_fn(2, 2, |_, _| 1.0)).into();
        let error = a.clone().mask(&narrow).unwrap_err().to_string();
        assert!(error.contains("2 x 3 and its mask 2 x 2"), "{error}");
        let nothing = a.mask(&dense([[0.0; 3]; 2])).unwrap_err();
        assert!(matches!(nothing, Error::NothingObserved { .. }));
    }
}

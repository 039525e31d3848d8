//! The treatment of missing entries.

use super::{
    Entries, Error, MatrixFile, coordinates::has_reason_for, growing::Growing, mean::impute,
};
use lowrank::{DenseMatrix, SparseMatrix};

/// The meaning of NaN in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// An error.
    #[default]
    Refused,
    /// A missing entry, as an empty field of a table is. If an entry is missing, the matrix is
    /// [`Entries::Observed`]; entries that a sparse file does not store remain zeros and are then stored.
    Nan,
    /// The mean of the known entries of its column, as for [`Missing::Nan`] what is missing otherwise, too. The matrix is
    /// never [`Entries::Observed`].
    Mean,
}

impl Missing {
    /// Returns the matrix without NaN and infinities.
    ///
    /// # Errors
    /// - [`Error::NotFinite`] with the first entry, row by row, that is not finite and must not be missing.
    /// - [`Error::NothingObserved`] if no entry is left.
    /// - [`super::TableError::NoMean`] if the mean of a column is asked for that has none.
    /// - [`Error::Memory`].
    pub(super) fn settle(self, place: &str, mut file: MatrixFile) -> Result<MatrixFile, Error> {
        let mut has_nan = false;
        let mut refused: Option<(usize, usize, f64)> = None;
        for_each_not_finite(&file.entries, |i, j, x| {
            if x.is_nan() && self != Missing::Refused {
                has_nan = true;
            } else if refused.is_none_or(|(row, column, _)| (i, j) < (row, column)) {
                refused = Some((i, j, x));
            }
        });
        if let Some((i, j, value)) = refused {
            return Err(Error::NotFinite {
                place: place.to_owned(),
                row: i + 1,
                column: j + 1,
                value,
            });
        }
        if self == Missing::Mean {
            return match has_nan || matches!(file.entries, Entries::Observed(_)) {
                true => impute(place, file),
                false => Ok(file),
            };
        }
        if has_nan {
            file.entries = Entries::Observed(match &file.entries {
                Entries::Dense(a) => known_of_dense(place, a)?,
                Entries::Sparse(a) => known_of_sparse(place, a)?,
                Entries::Observed(a) => known_of_observed(place, a)?,
            });
        }
        match &file.entries {
            Entries::Observed(a) if a.nonzeros() == 0 => Err(Error::NothingObserved {
                place: place.to_owned(),
            }),
            _ => Ok(file),
        }
    }
}

fn for_each_not_finite(entries: &Entries, mut visit: impl FnMut(usize, usize, f64)) {
    match entries {
        Entries::Dense(a) => {
            for j in 0..a.ncols() {
                for (i, &x) in a.column(j).iter().enumerate() {
                    if !x.is_finite() {
                        visit(i, j, x);
                    }
                }
            }
        }
        Entries::Sparse(a) | Entries::Observed(a) => {
            for i in 0..a.nrows() {
                let (columns, values) = a.row(i);
                for (&j, &x) in columns.iter().zip(values) {
                    if !x.is_finite() {
                        visit(i, j as usize, x);
                    }
                }
            }
        }
    }
}

/// A builder of sparse rows, from left to right and from top to bottom.
pub(super) struct RowBuilder<'a> {
    row_offsets: Vec<usize>,
    columns: Growing<'a, u32>,
    values: Growing<'a, f64>,
    ncols: usize,
}

impl<'a> RowBuilder<'a> {
    pub(super) fn new(place: &'a str, ncols: usize) -> Self {
        Self {
            row_offsets: vec![0],
            columns: Growing::new(place),
            values: Growing::new(place),
            ncols,
        }
    }

    pub(super) fn push(&mut self, column: usize, x: f64) -> Result<(), Error> {
        self.columns.push(column as u32)?;
        self.values.push(x)
    }

    pub(super) fn end_row(&mut self) {
        self.row_offsets.push(self.values.len());
    }

    pub(super) fn finish(self) -> SparseMatrix<f64> {
        let (columns, values) = (self.columns.into_vec(), self.values.into_vec());
        SparseMatrix::from_rows(self.row_offsets, columns, values, self.ncols)
    }
}

fn known_of_dense(place: &str, a: &DenseMatrix<f64>) -> Result<SparseMatrix<f64>, Error> {
    let size = (a.nrows(), a.ncols());
    known(place, size, |i| {
        (0..a.ncols()).map(move |j| (j, a.at(i, j)))
    })
}

fn known_of_sparse(place: &str, a: &SparseMatrix<f64>) -> Result<SparseMatrix<f64>, Error> {
    let (rows, columns) = (a.nrows(), a.ncols());
    let all = (rows as u64).saturating_mul(columns as u64);
    if !has_reason_for(all, a.nonzeros()) {
        let place = place.to_owned();
        return Err(Error::Zeros {
            place,
            rows,
            columns,
        });
    }
    known(place, (rows, columns), |i| {
        let (stored, values) = a.row(i);
        let mut stored = stored.iter().zip(values).peekable();
        (0..columns).map(move |j| {
            let x = stored.next_if(|(column, _)| **column as usize == j);
            (j, x.map_or(0.0, |(_, &x)| x))
        })
    })
}

fn known_of_observed(place: &str, a: &SparseMatrix<f64>) -> Result<SparseMatrix<f64>, Error> {
    known(place, (a.nrows(), a.ncols()), |i| {
        let (columns, values) = a.row(i);
        let entries = columns.iter().zip(values);
        entries.map(|(&j, &x)| (j as usize, x))
    })
}

/// Collects the entries of each row that are not NaN.
fn known<I: Iterator<Item = (usize, f64)>>(
    place: &str,
    (m, n): (usize, usize),
    row: impl Fn(usize) -> I,
) -> Result<SparseMatrix<f64>, Error> {
    let mut rows = RowBuilder::new(place, n);
    for i in 0..m {
        for (j, x) in row(i).filter(|(_, x)| !x.is_nan()) {
            rows.push(j, x)?;
        }
        rows.end_row();
    }
    Ok(rows.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;

    fn settled(missing: Missing, entries: Entries) -> Result<Entries, Error> {
        missing.settle("f", entries.into()).map(|file| file.entries)
    }

    fn dense(rows: [[f64; 2]; 2]) -> Entries {
        Entries::Dense(DenseMatrix::from_fn(2, 2, |i, j| rows[i][j]))
    }

    fn sparse(values: [f64; 2]) -> SparseMatrix<f64> {
        SparseMatrix::new(vec![0, 1, 2], vec![1, 0], values.to_vec(), 2).unwrap()
    }

    #[test]
    fn the_first_entry_that_is_not_finite_is_named_row_by_row() {
        let of_two = dense([[1.0, NAN], [f64::INFINITY, 1.0]]);
        let nan = "f, row 1, column 2: the entry is NaN; mend it, or say that it is missing";
        let infinite = "f, row 2, column 1: the entry is inf; mend it";
        for (missing, entries, message) in [
            (Missing::Refused, of_two.clone(), nan),
            (Missing::Refused, Entries::Sparse(sparse([NAN, NAN])), nan),
            (Missing::Nan, of_two, infinite),
        ] {
            let error = settled(missing, entries).unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        }
    }

    #[test]
    fn nan_is_missing_where_it_may_be_and_zeros_are_not() {
        let known = |entries| match settled(Missing::Nan, entries).unwrap() {
            Entries::Observed(a) => {
                let (offsets, columns) = (a.row_offsets().to_vec(), a.columns().to_vec());
                (offsets, columns, a.values().to_vec())
            }
            other => panic!("{other:?}"),
        };
        let expected = (vec![0, 1, 3], vec![0, 0, 1], vec![0.0, 5.0, 0.0]);
        assert_eq!(known(dense([[0.0, NAN], [5.0, 0.0]])), expected);
        assert_eq!(known(Entries::Sparse(sparse([NAN, 5.0]))), expected);
        let expected = (vec![0, 0, 1], vec![0], vec![5.0]);
        assert_eq!(known(Entries::Observed(sparse([NAN, 5.0]))), expected);
    }

    #[test]
    fn where_nothing_is_missing_the_matrix_stays_as_it_is() {
        let dense_one = dense([[1.0, 2.0], [3.0, 4.0]]);
        for entries in [dense_one, Entries::Sparse(sparse([1.0, 2.0]))] {
            assert_eq!(settled(Missing::Nan, entries.clone()).unwrap(), entries);
        }
        let all = settled(Missing::Nan, dense([[NAN; 2]; 2])).unwrap_err();
        assert!(matches!(all, Error::NothingObserved { .. }));
    }
}

//! The mean of a column in the place of its missing entries.

use super::{Entries, Error, MatrixFile, Note, TableError, error::shown, growing::Growing};
use lowrank::{DenseMatrix, SparseMatrix};

/// Returns the matrix with the mean of the known entries of each column in the place of its missing ones.
///
/// # Errors
/// [`TableError::NoMean`] for a column without known entries, and [`Error::Memory`].
pub(super) fn impute(place: &str, mut file: MatrixFile) -> Result<MatrixFile, Error> {
    let nothing = Entries::Dense(DenseMatrix::from_columns(Vec::new(), 0, 0));
    let found = match std::mem::replace(&mut file.entries, nothing) {
        Entries::Dense(a) => {
            let nrows = a.nrows();
            of_dense(a.into_vec(), nrows)
        }
        Entries::Observed(a) => of_observed(place, &a),
        Entries::Sparse(a) => of_sparse(place, &a),
    };
    let (entries, count, columns) = match found? {
        Ok(found) => found,
        Err(column) => {
            let labels = file.column_labels.as_ref();
            let name = labels.and_then(|labels| labels.get(column)).cloned();
            let label = name.as_ref().map(|name| format!(" ({})", shown(name)));
            return Err(TableError::NoMean {
                place: place.to_owned(),
                column: format!("{}{}", column + 1, label.unwrap_or_default()),
                name,
            }
            .into());
        }
    };
    if count > 0 {
        file.notes.push(Note::Imputed { count, columns });
    }
    Ok(MatrixFile { entries, ..file })
}

/// The entries, the number of those that were missing and of their columns; or the column that has no mean.
type Found = Result<Result<(Entries, usize, usize), usize>, Error>;

/// The mean of numbers, which does not overflow.
#[derive(Clone, Copy, Default)]
struct Mean {
    count: usize,
    mean: f64,
}

impl Mean {
    fn add(&mut self, x: f64) {
        self.count += 1;
        self.mean += (x - self.mean) / self.count as f64;
    }
}

fn of_dense(mut columns: Vec<f64>, nrows: usize) -> Found {
    let (mut count, mut of_columns) = (0, 0);
    let ncols = columns.len().checked_div(nrows).unwrap_or(0);
    for (j, column) in columns.chunks_mut(nrows.max(1)).enumerate() {
        let missing = column.iter().filter(|x| x.is_nan()).count();
        if missing == 0 {
            continue;
        }
        let mut mean = Mean::default();
        column
            .iter()
            .filter(|x| !x.is_nan())
            .for_each(|x| mean.add(*x));
        if mean.count == 0 {
            return Ok(Err(j));
        }
        column
            .iter_mut()
            .filter(|x| x.is_nan())
            .for_each(|x| *x = mean.mean);
        count += missing;
        of_columns += 1;
    }
    let dense = DenseMatrix::from_columns(columns, nrows, ncols);
    Ok(Ok((Entries::Dense(dense), count, of_columns)))
}

fn of_observed(place: &str, a: &SparseMatrix<f64>) -> Found {
    let (nrows, ncols) = (a.nrows(), a.ncols());
    let Some(all) = nrows.checked_mul(ncols) else {
        return Err(Error::shape(
            place,
            (nrows as u64, ncols as u64),
            a.nonzeros(),
        ));
    };
    let mut columns = Growing::filled(place, f64::NAN, all)?;
    for i in 0..nrows {
        let (of_row, values) = a.row(i);
        for (&j, &x) in of_row.iter().zip(values) {
            columns[j as usize * nrows + i] = x;
        }
    }
    of_dense(columns, nrows)
}

/// Entries that are not stored are zeros.
fn of_sparse(place: &str, a: &SparseMatrix<f64>) -> Found {
    let (nrows, ncols) = (a.nrows(), a.ncols());
    let mut stored = Growing::filled(place, Mean::default(), ncols)?;
    let mut missing = Growing::filled(place, 0usize, ncols)?;
    for (&j, &x) in a.columns().iter().zip(a.values()) {
        match x.is_nan() {
            true => missing[j as usize] += 1,
            false => stored[j as usize].add(x),
        }
    }
    for (j, (mean, missing)) in stored.iter_mut().zip(&missing).enumerate() {
        let known = nrows - missing;
        if known == 0 {
            return Ok(Err(j));
        }
        mean.mean *= mean.count as f64 / known as f64;
    }
    let mean = |j: &u32| stored[*j as usize].mean;
    let values = a.columns().iter().zip(a.values());
    let values = values.map(|(j, &x)| if x.is_nan() { mean(j) } else { x });
    let (offsets, columns) = (a.row_offsets().to_vec(), a.columns().to_vec());
    let filled = SparseMatrix::from_rows(offsets, columns, values.collect(), ncols);
    let of_columns = missing.iter().filter(|count| **count > 0).count();
    let count = missing.iter().sum();
    Ok(Ok((Entries::Sparse(filled), count, of_columns)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;

    #[test]
    fn a_missing_entry_becomes_the_mean_of_the_others_in_its_column() {
        let dense = Entries::Dense(DenseMatrix::from_columns(
            vec![1.0, NAN, 3.0, 4.0, 5.0, 6.0],
            3,
            2,
        ));
        let file = impute("f", dense.into()).unwrap();
        let Entries::Dense(a) = &file.entries else {
            panic!("not dense")
        };
        assert_eq!(a.as_slice(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(
            file.notes,
            [Note::Imputed {
                count: 1,
                columns: 1
            }]
        );
        let some =
            SparseMatrix::new(vec![0, 1, 2, 3], vec![0, 0, 1], vec![3.0, NAN, 5.0], 2).unwrap();
        // Rows (3, 0), (nan, 0), (0, 5); observed: (3, -), (nan, -), (-, 5).
        let file = impute("f", Entries::Sparse(some.clone()).into()).unwrap();
        let Entries::Sparse(a) = file.entries else {
            panic!("not sparse")
        };
        assert_eq!(a.values(), [3.0, 1.5, 5.0]);
        let file = impute("f", Entries::Observed(some).into()).unwrap();
        let Entries::Dense(a) = file.entries else {
            panic!("not dense")
        };
        assert_eq!(a.as_slice(), [3.0, 3.0, 3.0, 5.0, 5.0, 5.0]);
    }

    #[test]
    fn a_column_without_entries_has_no_mean() {
        let dense = Entries::Dense(DenseMatrix::from_columns(vec![1.0, NAN], 1, 2));
        let file = MatrixFile {
            column_labels: Some(vec!["a".into(), "b".into()]),
            ..dense.into()
        };
        let error = impute("f", file).unwrap_err().to_string();
        assert!(error.contains("column 2 (b)"), "{error}");
    }
}

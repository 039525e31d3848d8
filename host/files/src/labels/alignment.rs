//! Columns of a new matrix in the order of a model, matched by name.

use super::{Error, LabelledMatrix, Side};
use crate::matrix_file::Entries;
use lowrank::{DenseMatrix, Scalar, SparseMatrix};
use rustc_hash::FxHashMap;

/// The meaning of a column of the model that is absent from the new matrix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Absent {
    /// An error that names it.
    #[default]
    Refused,
    /// Its entries are zero.
    Zero,
    /// Its entries are missing: the matrix becomes [`Entries::Observed`]. Refused for a sparse matrix whose other
    /// entries are zeros.
    Missing,
}

/// A matrix with the columns of a model, in the order of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Aligned<T = f64> {
    /// The matrix; its column labels are those of the model.
    pub matrix: LabelledMatrix<T>,
    /// The columns that the model does not have, which were left out.
    pub unknown: Vec<String>,
    /// The columns of the model that the matrix did not have.
    pub absent: Vec<String>,
}

/// The columns of both sides, matched.
struct Matching {
    /// For each column of the model, the column of the matrix.
    sources: Vec<Option<usize>>,
    /// For each column of the matrix, that of the model.
    targets: Vec<Option<usize>>,
}

impl<T: Scalar> LabelledMatrix<T> {
    /// Returns the matrix with the columns that are named `columns`, in this order. Blanks around names do not count.
    ///
    /// Columns of other names are left out, and counted in the result. Costs a copy of the matrix, unless its columns
    /// are these already.
    ///
    /// # Errors
    /// - [`Error::Count`] for a matrix whose columns have no labels.
    /// - [`Error::Repeated`] if a name stands twice in `columns`, or twice in the matrix and in `columns`.
    /// - [`Error::NoneKnown`] if no column of the matrix is among `columns`.
    /// - [`Error::Absent`] if one of `columns` is not in the matrix, with [`Absent::Refused`].
    /// - [`Error::Memory`].
    pub fn align_columns(self, columns: &[String], absent: Absent) -> Result<Aligned<T>, Error> {
        let (entries, row_labels, labels) = self.into_parts();
        let Some(labels) = labels else {
            return Err(Error::Count {
                side: Side::Column,
                expected: entries.ncols(),
                found: 0,
            });
        };
        let matching = Matching::new(columns, &labels)?;
        let missing: Vec<String> = named(columns, &matching.sources);
        let is_refused = match absent {
            Absent::Refused => true,
            Absent::Zero => false,
            Absent::Missing => matches!(entries, Entries::Sparse(_)),
        };
        if is_refused && !missing.is_empty() {
            return Err(Error::Absent { names: missing });
        }
        let unknown = named(&labels, &matching.targets);
        let as_missing = absent == Absent::Missing && !missing.is_empty();
        let entries = matching.apply(entries, as_missing)?;
        let mut matrix =
            LabelledMatrix::from(entries).with_labels(Side::Column, columns.to_vec())?;
        if let Some(labels) = row_labels {
            matrix = matrix.with_labels(Side::Row, labels)?;
        }
        Ok(Aligned {
            matrix,
            unknown,
            absent: missing,
        })
    }
}

/// Returns the names without a counterpart.
fn named(names: &[String], counterparts: &[Option<usize>]) -> Vec<String> {
    let pairs = names.iter().zip(counterparts);
    let alone = pairs.filter(|(_, counterpart)| counterpart.is_none());
    alone.map(|(name, _)| name.clone()).collect()
}

impl Matching {
    fn new(model: &[String], matrix: &[String]) -> Result<Self, Error> {
        let repeated = |name: &str, in_model, columns: (usize, usize)| Error::Repeated {
            name: name.to_owned(),
            in_model,
            columns: (columns.0 + 1, columns.1 + 1),
        };
        let mut places = FxHashMap::default();
        for (j, name) in model.iter().enumerate() {
            if let Some(first) = places.insert(name.trim(), j) {
                return Err(repeated(name, true, (first, j)));
            }
        }
        let mut sources = vec![None; model.len()];
        let mut targets = Vec::with_capacity(matrix.len());
        for (j, name) in matrix.iter().enumerate() {
            let target = places.get(name.trim()).copied();
            if let Some(target) = target
                && let Some(first) = sources[target].replace(j)
            {
                return Err(repeated(name, false, (first, j)));
            }
            targets.push(target);
        }
        if sources.iter().all(Option::is_none) {
            return Err(Error::NoneKnown {
                found: matrix.to_vec(),
                expected: model.to_vec(),
            });
        }
        Ok(Self { sources, targets })
    }

    fn is_identity(&self) -> bool {
        let kept = self.targets.iter().enumerate();
        self.sources.len() == self.targets.len()
            && kept.into_iter().all(|(j, target)| *target == Some(j))
    }

    /// Returns the entries in the columns of the model; `as_missing`: those of absent columns are missing, not zero.
    fn apply<T: Scalar>(&self, entries: Entries<T>, as_missing: bool) -> Result<Entries<T>, Error> {
        if self.is_identity() {
            return Ok(entries);
        }
        Ok(match entries {
            Entries::Dense(a) if as_missing => Entries::Observed(self.known(&a)?),
            Entries::Dense(a) => Entries::Dense(self.dense(&a)?),
            Entries::Sparse(a) => Entries::Sparse(self.sparse(&a)),
            Entries::Observed(a) => Entries::Observed(self.sparse(&a)),
        })
    }

    fn reserved<T>(&self, nrows: usize) -> Result<Vec<T>, Error> {
        let columns = self.sources.len();
        let mut data = Vec::new();
        let reserved = data.try_reserve_exact(nrows.saturating_mul(columns));
        reserved.map_err(|_| Error::Memory {
            rows: nrows,
            columns,
        })?;
        Ok(data)
    }

    fn dense<T: Scalar>(&self, a: &DenseMatrix<T>) -> Result<DenseMatrix<T>, Error> {
        let m = a.nrows();
        let mut data = self.reserved(m)?;
        for source in &self.sources {
            match source {
                Some(j) => data.extend_from_slice(a.column(*j)),
                None => data.extend(std::iter::repeat_n(T::ZERO, m)),
            }
        }
        Ok(DenseMatrix::from_columns(data, m, self.sources.len()))
    }

    /// Returns the entries of a dense matrix as the known ones.
    fn known<T: Scalar>(&self, a: &DenseMatrix<T>) -> Result<SparseMatrix<T>, Error> {
        let m = a.nrows();
        let (mut columns, mut values) = (self.reserved(m)?, self.reserved(m)?);
        let mut row_offsets = vec![0];
        for i in 0..m {
            for (target, source) in self.sources.iter().enumerate() {
                if let Some(j) = source {
                    columns.push(target as u32);
                    values.push(a.at(i, *j));
                }
            }
            row_offsets.push(columns.len());
        }
        let n = self.sources.len();
        Ok(SparseMatrix::from_rows(row_offsets, columns, values, n))
    }

    fn sparse<T: Scalar>(&self, a: &SparseMatrix<T>) -> SparseMatrix<T> {
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        let mut row_offsets = vec![0];
        let mut row: Vec<(u32, T)> = Vec::new();
        for i in 0..a.nrows() {
            let (places, entries) = a.row(i);
            row.clear();
            for (&j, &x) in places.iter().zip(entries) {
                if let Some(target) = self.targets[j as usize] {
                    row.push((target as u32, x));
                }
            }
            row.sort_unstable_by_key(|(target, _)| *target);
            columns.extend(row.iter().map(|(target, _)| *target));
            values.extend(row.iter().map(|(_, x)| *x));
            row_offsets.push(columns.len());
        }
        SparseMatrix::from_rows(row_offsets, columns, values, self.sources.len())
    }
}

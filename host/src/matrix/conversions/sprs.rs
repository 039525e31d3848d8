use crate::{Error, Scalar, SparseMatrix};
use sprs::{CsMatBase, SpIndex};
use std::ops::Deref;

impl<T, I, J, Q, N, D> TryFrom<&CsMatBase<T, I, J, N, D, Q>> for SparseMatrix<T>
where
    T: Scalar,
    I: SpIndex,
    Q: SpIndex,
    J: Deref<Target = [Q]>,
    N: Deref<Target = [I]>,
    D: Deref<Target = [T]>,
{
    type Error = Error;

    /// Copies compressed rows or columns, a matrix or a view.
    ///
    /// # Errors
    /// [`Error::Factorization`] if two entries have the same place, or a column is 2^32 or more.
    fn try_from(a: &CsMatBase<T, I, J, N, D, Q>) -> Result<Self, Error> {
        let entries = a.iter().map(|(x, (i, j))| (i.index(), j.index(), *x));
        Self::from_triplets(a.rows(), a.cols(), entries)
    }
}

impl<T, I, J, Q, N, D> TryFrom<CsMatBase<T, I, J, N, D, Q>> for SparseMatrix<T>
where
    T: Scalar,
    I: SpIndex,
    Q: SpIndex,
    J: Deref<Target = [Q]>,
    N: Deref<Target = [I]>,
    D: Deref<Target = [T]>,
{
    type Error = Error;

    fn try_from(a: CsMatBase<T, I, J, N, D, Q>) -> Result<Self, Error> {
        Self::try_from(&a)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sprs::{CsMat, TriMat};

    #[test]
    fn rows_and_columns_are_those_of_sprs() {
        let entries = [(1, 1, 2.0), (0, 2, 3.0), (0, 0, 1.0)];
        let expected = SparseMatrix::from_triplets(2, 3, entries).unwrap();
        let mut triplets = TriMat::new((2, 3));
        for (i, j, x) in entries {
            triplets.add_triplet(i, j, x);
        }
        let rows: CsMat<f64> = triplets.to_csr();
        assert_eq!(SparseMatrix::try_from(&rows).unwrap(), expected);
        assert_eq!(
            SparseMatrix::try_from(rows.transpose_view()).unwrap(),
            expected.transpose()
        );
        assert_eq!(SparseMatrix::try_from(rows.to_csc()).unwrap(), expected);
        assert_eq!(SparseMatrix::try_from(rows).unwrap(), expected);
    }

    #[test]
    fn unsorted_rows_are_sorted_and_what_stands_twice_or_outside_is_refused() {
        let unsorted =
            CsMat::new_from_unsorted((2, 3), vec![0, 2, 3], vec![2, 0, 1], vec![3.0, 1.0, 2.0]);
        let found = SparseMatrix::try_from(unsorted.unwrap()).unwrap();
        assert_eq!(found.columns(), [0, 2, 1]);
        assert_eq!(found.values(), [1.0, 3.0, 2.0]);
        for wrong in [
            vec![(0, 1, 1.0), (0, 1, 2.0)],
            vec![(2, 0, 1.0)],
            vec![(0, 3, 1.0)],
        ] {
            assert!(SparseMatrix::from_triplets(2, 3, wrong).is_err());
        }
    }
}

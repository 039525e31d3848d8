//! The numbers of a matrix, owned or lent.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// An owner of numbers in memory, such as an array of another language, that lends them as long as it lives: always the
/// same ones.
pub type Lender<T> = Arc<dyn AsRef<[T]> + Send + Sync>;

/// Numbers in memory. Lent ones are copied when they are changed.
#[derive(Clone)]
pub(crate) enum Storage<T> {
    Owned(Vec<T>),
    Lent(Lender<T>),
}

impl<T: Clone> Storage<T> {
    /// Returns the numbers, without a copy if they are owned.
    pub(crate) fn into_vec(self) -> Vec<T> {
        match self {
            Storage::Owned(numbers) => numbers,
            Storage::Lent(lender) => (*lender).as_ref().to_vec(),
        }
    }
}

impl<T> Deref for Storage<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Storage::Owned(numbers) => numbers,
            Storage::Lent(lender) => (**lender).as_ref(),
        }
    }
}

impl<T: Clone> DerefMut for Storage<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        if let Storage::Lent(lender) = self {
            *self = Storage::Owned((**lender).as_ref().to_vec());
        }
        match self {
            Storage::Owned(numbers) => numbers,
            Storage::Lent(_) => &mut [],
        }
    }
}

impl<T> From<Vec<T>> for Storage<T> {
    fn from(numbers: Vec<T>) -> Self {
        Storage::Owned(numbers)
    }
}

impl<T> FromIterator<T> for Storage<T> {
    fn from_iter<I: IntoIterator<Item = T>>(numbers: I) -> Self {
        Storage::Owned(numbers.into_iter().collect())
    }
}

impl<'a, T> IntoIterator for &'a Storage<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for Storage<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: PartialEq> PartialEq for Storage<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

#[cfg(test)]
mod tests {
    use crate::{DenseMatrix, Nmf, SparseMatrix, TruncatedSvd};
    use std::sync::Arc;

    fn entry(i: usize, j: usize) -> f64 {
        ((3 * i + 5 * j) % 7) as f64
    }

    #[test]
    fn a_lent_dense_matrix_is_read_where_it_lies_and_gives_the_same() {
        let owned = DenseMatrix::from_fn(12, 9, entry);
        let numbers: Arc<[f64]> = owned.as_slice().into();
        let lent = DenseMatrix::lent(Arc::new(Arc::clone(&numbers)), 12, 9).unwrap();
        assert_eq!(lent.as_slice().as_ptr(), numbers.as_ptr());
        assert_eq!(lent, owned);
        let svd = TruncatedSvd {
            rank: 3,
            ..TruncatedSvd::default()
        };
        assert_eq!(svd.fit(&lent).unwrap(), svd.fit(&owned).unwrap());
        assert_eq!(lent.clone().into_vec(), owned.clone().into_vec());
        assert!(DenseMatrix::lent(Arc::new(numbers), 12, 8).is_err());
    }

    #[test]
    fn a_lent_sparse_matrix_is_read_where_it_lies_and_gives_the_same() {
        let entries = (0..12).flat_map(|i| (0..9).map(move |j| (i, j, entry(i, j))));
        let entries = entries.filter(|(_, _, x)| *x > 2.0);
        let owned = SparseMatrix::from_triplets(12, 9, entries).unwrap();
        let (columns, values): (Arc<[u32]>, Arc<[f64]>) =
            (owned.columns().into(), owned.values().into());
        let offsets = owned.row_offsets().to_vec();
        let lend = |ncols| {
            let columns = Arc::new(Arc::clone(&columns));
            SparseMatrix::lent(
                offsets.clone(),
                columns,
                Arc::new(Arc::clone(&values)),
                ncols,
            )
        };
        let lent = lend(9).unwrap();
        assert_eq!(lent.values().as_ptr(), values.as_ptr());
        assert_eq!(lent.columns().as_ptr(), columns.as_ptr());
        assert_eq!(lent, owned);
        let nmf = Nmf {
            rank: 3,
            iterations: 20,
            ..Nmf::default()
        };
        assert_eq!(nmf.fit(&lent).unwrap(), nmf.fit(&owned).unwrap());
        assert!(lend(8).is_err());
        let cast = lent.cast::<f32>();
        assert_eq!(cast.columns().as_ptr(), columns.as_ptr());
        let mut changed = lent.clone();
        changed.values[0] = 100.0;
        assert_eq!(lent, owned);
        assert_ne!(changed, owned);
    }
}

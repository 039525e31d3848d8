//! The places of the entries of a sparse matrix, as its products need them: the same in every precision.

use super::ColumnOrder;
use super::column_order::{column_lengths, sums};
use crate::{Scalar, SparseMatrix, recycling};
use std::sync::{Arc, OnceLock};

/// The order of the columns, the permuted column of each entry, and the places of the entries of A^T. What a product asks
/// for is computed then, from any matrix with these places.
#[derive(Debug)]
pub(super) struct SparseLayout {
    order: Option<ColumnOrder>,
    /// The position of the column of each entry, if columns are permuted.
    positions: OnceLock<Vec<u32>>,
    transposed: OnceLock<Places>,
}

/// The places of the entries of A^T.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) row_offsets: Vec<usize>,
    pub(super) columns: Vec<u32>,
}

impl SparseLayout {
    /// Creates the layout of a matrix whose columns are in this `order`; `None` keeps them as they are.
    pub(super) fn new(order: Option<ColumnOrder>) -> Self {
        Self {
            order,
            positions: OnceLock::new(),
            transposed: OnceLock::new(),
        }
    }

    pub(super) fn order(&self) -> Option<&ColumnOrder> {
        self.order.as_ref()
    }

    /// Returns the position of the column of each entry of A; `None` if columns are not permuted.
    pub(super) fn positions<T: Scalar>(&self, a: &SparseMatrix<T>) -> Option<&[u32]> {
        let order = self.order.as_ref()?;
        Some(self.positions.get_or_init(|| order.positions(a)))
    }

    /// Computes the values of A^T, whose rows are the columns of A in this order, in one pass over A: with their places, if
    /// these are not known.
    pub(super) fn transposed_values<T: Scalar>(&self, a: &SparseMatrix<T>) -> Vec<T> {
        if let Some(places) = self.transposed.get() {
            return a.transposed_values(self.starts(&places.row_offsets));
        }
        let row_offsets = match &self.order {
            Some(order) => sums(order.lengths()),
            None => sums(&column_lengths(a)),
        };
        let transposed = a.transpose_to(self.starts(&row_offsets), row_offsets);
        // Where another thread was faster, it wrote the same.
        let _ = self.transposed.set(Places {
            row_offsets: transposed.row_offsets,
            columns: transposed.columns.into_vec(),
        });
        transposed.values.into_vec()
    }

    /// Returns the places of the entries of A^T, once its values have been computed.
    pub(super) fn transposed(&self) -> Option<&Places> {
        self.transposed.get()
    }

    /// Returns the place of the first entry of each column of A in A^T.
    fn starts(&self, row_offsets: &[usize]) -> Vec<usize> {
        match &self.order {
            Some(order) => {
                let places = order.places().iter();
                places.map(|place| row_offsets[*place as usize]).collect()
            }
            None => row_offsets.to_vec(),
        }
    }
}

impl Drop for SparseLayout {
    /// Keeps the memory for the next layout.
    fn drop(&mut self) {
        if let Some(places) = self.transposed.take() {
            recycling::give_back_indices(places.columns);
        }
        if let Some(positions) = self.positions.take() {
            recycling::give_back_indices(positions);
        }
    }
}

/// What an operator is used for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// The columns of a sparse matrix are in the order that makes products fastest.
    pub(crate) permuted: bool,
    /// Products with A^T are so few that a copy of a sparse A^T costs more than it saves.
    pub(crate) few_products: bool,
}

/// A layout that the operators of one matrix share, one after the other, in any precision.
#[derive(Debug, Default)]
pub(crate) struct SharedLayout(OnceLock<Arc<SparseLayout>>);

impl SharedLayout {
    /// Returns the layout of A, with columns in descending order of their number of entries if they are `permuted`: that of
    /// the first operator, if it is one.
    pub(super) fn of<T: Scalar>(&self, a: &SparseMatrix<T>, permuted: bool) -> Arc<SparseLayout> {
        let new = || {
            let order = permuted.then(|| ColumnOrder::by_frequency(a));
            Arc::new(SparseLayout::new(order))
        };
        let shared = self.0.get_or_init(new);
        if shared.order.is_some() == permuted {
            Arc::clone(shared)
        } else {
            new()
        }
    }
}

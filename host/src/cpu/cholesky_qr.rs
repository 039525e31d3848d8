//! A row-major panel as its QR by Cholesky's factor sees it.

use super::Scalar;
use super::rows::{cross_sums, multiply_rows};
use crate::cholesky_qr::TallPanel;
use lowrank_core::{Error, MatMut};

/// X, row after row with l columns.
pub(super) struct TallRows<'a, T> {
    x: &'a mut [T],
    l: usize,
    /// X before the last product.
    before: Vec<T>,
}

impl<'a, T> TallRows<'a, T> {
    pub(super) fn new(x: &'a mut [T], l: usize) -> Self {
        let before = Vec::new();
        Self { x, l, before }
    }
}

impl<T: Scalar> TallPanel for TallRows<'_, T> {
    fn nrows(&self) -> usize {
        self.x.len() / self.l.max(1)
    }

    fn ncols(&self) -> usize {
        self.l
    }

    fn gram(&mut self) -> Result<Vec<f64>, Error> {
        Ok(cross_sums(self.x, self.l, self.x, self.l))
    }

    fn multiply(&mut self, small: &[f64]) -> Result<(), Error> {
        let mut small: Vec<T> = small.iter().map(|s| T::from_f64(*s)).collect();
        let small = MatMut::new(&mut small, self.l, self.l)?;
        self.before = self.x.to_vec();
        multiply_rows(&self.before, self.l, small.as_ref(), self.l, self.x);
        Ok(())
    }

    fn restore(&mut self) -> Result<(), Error> {
        self.x.copy_from_slice(&self.before);
        Ok(())
    }
}

//! Cholesky QR of row-major panels.

use super::rows::{Rows, cross_sums, multiply_rows};
use crate::Scalar;
use crate::cholesky_qr::{TallPanel, inverse_of_triangle};
use lowrank_core::{Error, MatMut};

/// X, row-major with l columns.
pub(super) struct TallRows<'a, T> {
    x: &'a mut [T],
    l: usize,
    /// X before the first quotient.
    before: Option<Vec<T>>,
}

impl<'a, T> TallRows<'a, T> {
    pub(super) fn new(x: &'a mut [T], l: usize) -> Self {
        Self { x, l, before: None }
    }
}

impl<T: Scalar> TallPanel for TallRows<'_, T> {
    fn nrows(&self) -> usize {
        self.x.len() / self.l.max(1)
    }

    fn ncols(&self) -> usize {
        self.l
    }

    /// A pivot is exact to eps over the square of the sine, a product with R^-1 to eps over the sine:
    /// the limit leaves half of the digits of the first and three quarters of the second.
    fn least_squared_sine(&self) -> f64 {
        T::EPSILON.to_f64().sqrt()
    }

    /// Quotients are products with the inverse.
    const EXACT_QUOTIENTS: bool = false;

    fn gram(&mut self) -> Result<Vec<f64>, Error> {
        let x = Rows::adjacent(self.x, self.l);
        Ok(cross_sums(x, x))
    }

    fn keep(&mut self) -> Result<(), Error> {
        self.before = None;
        Ok(())
    }

    fn divide(&mut self, r: &[f64]) -> Result<(), Error> {
        let inverse = inverse_of_triangle(r, self.l);
        let mut inverse: Vec<T> = inverse.iter().map(|s| T::from_f64(*s)).collect();
        let inverse = MatMut::new(&mut inverse, self.l, self.l)?;
        let before = self.x.to_vec();
        multiply_rows(Rows::adjacent(&before, self.l), inverse.as_ref(), self.x);
        self.before.get_or_insert(before);
        Ok(())
    }

    fn restore(&mut self) -> Result<(), Error> {
        if let Some(before) = &self.before {
            self.x.copy_from_slice(before);
        }
        Ok(())
    }
}

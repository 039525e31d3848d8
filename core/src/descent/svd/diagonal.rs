//! The diagonal factor and its optimizer state.

use crate::buffer::take;
use crate::{Error, MatMut, Real};

/// The vectors in the scratch, in this order: d, its direction, its two states, and s.
pub(super) struct Diagonal<'a, T> {
    pub(super) d: MatMut<'a, T>,
    pub(super) direction: MatMut<'a, T>,
    pub(super) states: [MatMut<'a, T>; 2],
    pub(super) s: &'a mut [T],
}

impl<'a, T: Real> Diagonal<'a, T> {
    pub(super) fn in_buffer(mut buffer: &'a mut [T], k: usize) -> Result<Self, Error> {
        let mut column = || MatMut::new(take(&mut buffer, k), k, 1);
        Ok(Self {
            d: column()?,
            direction: column()?,
            states: [column()?, column()?],
            s: take(&mut buffer, k),
        })
    }

    /// s_i <- d_i^2.
    pub(super) fn square(&mut self) {
        for (s, d) in self.s.iter_mut().zip(self.d.as_slice()) {
            *s = *d * *d;
        }
    }
}

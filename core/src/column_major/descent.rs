//! The steps of gradient descents on column-major slices.

use super::panel::check_same_shape;
use crate::panel::{AdamStep, DescentPanel};
use crate::summation::CompensatedSum;
use crate::{Error, MatMut, Real};

impl<'a, T: Real> DescentPanel for MatMut<'a, T> {
    fn adam_step(
        &mut self,
        direction: &Self,
        first: &mut Self,
        second: &mut Self,
        step: AdamStep<T>,
    ) -> Result<(), Error> {
        for other in [direction, &*first, &*second] {
            check_same_shape(self, other)?;
        }
        let moments = first.as_mut_slice().iter_mut().zip(second.as_mut_slice());
        let entries = self.as_mut_slice().iter_mut().zip(direction.as_slice());
        for ((x, d), (first, second)) in entries.zip(moments) {
            *x = step.of(*x, *d, first, second);
        }
        Ok(())
    }

    fn push_above(&self, floor: T, weight: T, direction: &mut Self) -> Result<T, Error> {
        check_same_shape(self, direction)?;
        let mut squares = CompensatedSum::default();
        for (x, d) in self.as_slice().iter().zip(direction.as_mut_slice()) {
            if *x < floor {
                let below = floor - *x;
                *d += weight * below;
                squares.add(below * below);
            }
        }
        Ok(squares.sum())
    }

    fn negative_entries(&self) -> Result<usize, Error> {
        let mut count: usize = 0;
        for x in self.as_slice() {
            count = count.saturating_add((*x < T::ZERO).into());
        }
        Ok(count)
    }
}

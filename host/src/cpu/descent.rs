//! The steps of gradient descents on row-major panels.

use super::RowPanel;
use crate::Scalar;
use lowrank_core::Error;
use lowrank_core::panel::{AdamStep, DescentPanel};
use rayon::prelude::*;

impl<T: Scalar> DescentPanel for RowPanel<'_, T> {
    fn adam_step(
        &mut self,
        direction: &Self,
        first: &mut Self,
        second: &mut Self,
        step: AdamStep<T>,
    ) -> Result<(), Error> {
        for other in [direction, &*first, &*second] {
            self.check_same_shape(other)?;
        }
        let piece = self.rows_per_task();
        let moments = first
            .as_mut_slice()
            .par_chunks_mut(piece)
            .zip(second.as_mut_slice().par_chunks_mut(piece));
        self.as_mut_slice()
            .par_chunks_mut(piece)
            .zip(direction.as_slice().par_chunks(piece))
            .zip(moments)
            .for_each(|((x, d), (first, second))| {
                let moments = first.iter_mut().zip(second);
                for ((x, d), (first, second)) in x.iter_mut().zip(d).zip(moments) {
                    *x = step.of(*x, *d, first, second);
                }
            });
        Ok(())
    }

    fn push_above(&self, floor: T, weight: T, direction: &mut Self) -> Result<T, Error> {
        self.check_same_shape(direction)?;
        let piece = self.rows_per_task();
        let partials: Vec<f64> = self
            .as_slice()
            .par_chunks(piece)
            .zip(direction.as_mut_slice().par_chunks_mut(piece))
            .map(|(x, direction)| {
                let mut squares = 0.0;
                for (x, d) in x.iter().zip(direction) {
                    if *x < floor {
                        let below = floor - *x;
                        *d += weight * below;
                        squares += below.to_f64().powi(2);
                    }
                }
                squares
            })
            .collect();
        Ok(T::from_f64(partials.iter().sum()))
    }

    fn negative_entries(&self) -> Result<usize, Error> {
        let negative = self.as_slice().par_iter().filter(|x| **x < T::ZERO);
        Ok(negative.count())
    }
}

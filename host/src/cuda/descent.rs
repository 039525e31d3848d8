//! The steps of gradient descents on a GPU.

use super::launch::{Kernel, THREADS, elementwise, size};
use super::panel::{DevicePanel, Value};
use crate::Scalar;
use lowrank_core::{AdamStep, DescentPanel, Error, Panel};
use lowrank_cuda_kernels as kernels;

impl<T: Scalar> DescentPanel for DevicePanel<'_, T> {
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
        let (m, l) = (self.nrows(), self.ncols());
        self.device().queue().launch(
            &Kernel::new::<T>(&kernels::DESCENT, "adam_step"),
            (elementwise(m * l), 1, 1),
            THREADS,
            &[
                &self.address(0),
                &self.ld(),
                &direction.address(0),
                &direction.ld(),
                &first.address(0),
                &first.ld(),
                &second.address(0),
                &second.ld(),
                &size(m),
                &size(l),
                &Value(step.betas.0),
                &Value(step.betas.1),
                &Value(step.rate),
                &Value(step.correction),
                &Value(step.epsilon),
            ],
        )
    }

    fn push_above(&self, floor: T, weight: T, direction: &mut Self) -> Result<T, Error> {
        self.check_same_shape(direction)?;
        let sum = self.sum(|queue, blocks, partials| {
            queue.launch(
                &Kernel::new::<T>(&kernels::DESCENT, "push_above"),
                (size(blocks), 1, 1),
                THREADS,
                &[
                    &self.address(0),
                    &self.ld(),
                    &direction.address(0),
                    &direction.ld(),
                    &size(self.nrows()),
                    &size(self.ncols()),
                    &Value(floor),
                    &Value(weight),
                    &partials,
                ],
            )
        })?;
        Ok(T::from_f64(sum))
    }

    fn negative_entries(&self) -> Result<usize, Error> {
        let count = self.sum(|queue, blocks, partials| {
            queue.launch(
                &Kernel::new::<T>(&kernels::REDUCTIONS, "count_negative"),
                (size(blocks), 1, 1),
                THREADS,
                &[
                    &self.address(0),
                    &self.ld(),
                    &size(self.nrows()),
                    &size(self.ncols()),
                    &partials,
                ],
            )
        })?;
        // A whole number below 2^53.
        Ok(count as usize)
    }
}

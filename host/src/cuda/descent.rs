//! The steps of gradient descents on a GPU.

use super::launch::{Argument, Kernel, Value};
use super::panel::DevicePanel;
use crate::Scalar;
use lowrank_core::Error;
use lowrank_core::panel::{AdamStep, DescentPanel};
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
        self.view().each_entry(
            &mut self.device().queue(),
            &kernels::DESCENT,
            "adam_step",
            &[direction.view(), first.view(), second.view()],
            &[
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
        let sum = self.sum(|queue, grid, to| {
            self.view().launch(
                queue,
                &Kernel::new::<T>(&kernels::DESCENT, "push_above"),
                grid,
                &[direction.view()],
                &[
                    &Value(floor),
                    &Value(weight),
                    &to.partials,
                    &to.arrived,
                    &to.sums,
                ],
            )
        })?;
        Ok(T::from_f64(sum))
    }

    fn negative_entries(&self) -> Result<usize, Error> {
        let count = self.sum(|queue, grid, to| {
            let kernel = Kernel::new::<T>(&kernels::REDUCTIONS, "count_negative");
            let rest: [&dyn Argument; 3] = [&to.partials, &to.arrived, &to.sums];
            self.view().launch(queue, &kernel, grid, &[], &rest)
        })?;
        // A whole number below 2^53.
        Ok(count as usize)
    }
}

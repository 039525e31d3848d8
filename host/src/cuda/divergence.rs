//! A beta-divergence in the layout of kernels.

use super::device::Queue;
use super::launch::Argument;
use crate::Scalar;
use lowrank_core::Error;
use lowrank_core::divergence::BetaDivergence;

/// `struct Divergence` of `divergence.cuh`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(super) struct Divergence<T> {
    kind: i32,
    beta: T,
    /// beta - 1.
    push: T,
    /// beta - 2.
    pull: T,
    /// c of a step.
    step: T,
    /// 1 / c.
    root: T,
    /// The lower bound of the model.
    floor: T,
    /// The lower bound of a denominator.
    least: T,
}

impl<T: Scalar> Divergence<T> {
    pub(super) fn of(divergence: &BetaDivergence<T>) -> Self {
        let beta = divergence.beta();
        let (zero, one) = (T::ZERO, T::ONE);
        let two = one + one;
        let kind = if beta == two {
            0
        } else if beta == one {
            1
        } else if beta == zero {
            2
        } else {
            3
        };
        let step = divergence.step_exponent();
        Self {
            kind,
            beta,
            push: beta - one,
            pull: beta - two,
            step,
            root: one / step,
            floor: divergence.model(zero),
            least: T::SQUARE_ROOT_OF_MIN,
        }
    }
}

impl<T: Scalar> Argument for Divergence<T> {}

/// The partial sums of a divergence from the blocks of a kernel; empty if it was not requested.
#[derive(Clone, Copy, Debug)]
pub(super) struct Losses {
    pub(super) address: u64,
    pub(super) count: usize,
    pub(super) summed: bool,
}

impl Losses {
    /// Adds them.
    pub(super) fn add_up(self, queue: &mut Queue) -> Result<f64, Error> {
        let mut sum = [0.0];
        if self.summed {
            queue.add_up(self.address, self.count, &mut sum)?;
        }
        Ok(sum[0])
    }
}

//! The steps of non-negative factorizations on a GPU.

use super::device::Scratch;
use super::divergence::Divergence;
use super::launch::{Kernel, STRIP, THREADS, blocks, elementwise, size};
use super::panel::{DevicePanel, NEGATIVE_SQUARES, POSITIVE_SQUARES, Value, check_shape, multiply};
use super::small::DeviceSmall;
use crate::Scalar;
use lowrank_core::{BetaDivergence, Error, NonNegativePanel, Panel, Penalty};
use lowrank_cuda_kernels as kernels;

impl<'p, T: Scalar> NonNegativePanel for DevicePanel<'p, T> {
    fn multiplicative_update(
        &mut self,
        numerator: &mut Self,
        gram: &DeviceSmall<'p, T>,
        penalty: Penalty<T>,
    ) -> Result<(), Error> {
        self.check_same_shape(numerator)?;
        let (m, k) = (self.nrows(), self.ncols());
        check_shape((gram.nrows(), gram.ncols()), (k, k))?;
        let (l1, l2, floor) = (
            Value(penalty.l1),
            Value(penalty.l2),
            Value(T::SQUARE_ROOT_OF_MIN),
        );
        let mut queue = self.device().queue();
        if k <= STRIP {
            return queue.launch(
                &Kernel::of_width::<T>(&kernels::NMF, "multiplicative_update", k),
                (blocks(m, kernels::UPDATE_ROWS as usize), 1, 1),
                kernels::TILE_THREADS,
                &[
                    &self.address(0),
                    &self.ld(),
                    &numerator.address(0),
                    &numerator.ld(),
                    &size(m),
                    &size(k),
                    &gram.address(),
                    &l1,
                    &l2,
                    &floor,
                ],
            );
        }
        let product = queue.scratch::<T>(Scratch::Panel, m * self.ld)?;
        let x = (self.address(0), self.ld(), k);
        multiply::<T>(
            &mut queue,
            m,
            x,
            (gram.address(), k),
            (product, self.ld(), k),
            false,
        )?;
        queue.launch(
            &Kernel::new::<T>(&kernels::NMF, "quotient"),
            (elementwise(m * k), 1, 1),
            THREADS,
            &[
                &self.address(0),
                &self.ld(),
                &numerator.address(0),
                &numerator.ld(),
                &product,
                &self.ld(),
                &size(m),
                &size(k),
                &l1,
                &l2,
                &floor,
            ],
        )
    }

    fn quotient_update(
        &mut self,
        terms: &Self,
        divergence: &BetaDivergence<T>,
        penalty: Penalty<T>,
    ) -> Result<(), Error> {
        let (m, k) = (self.nrows(), self.ncols());
        check_shape((terms.nrows(), terms.ncols()), (m, 2 * k))?;
        self.device().queue().launch(
            &Kernel::new::<T>(&kernels::NMF, "quotient_update"),
            (elementwise(m * k), 1, 1),
            THREADS,
            &[
                &self.address(0),
                &self.ld(),
                &terms.address(0),
                &terms.ld(),
                &size(m),
                &size(k),
                &Divergence::of(divergence),
                &Value(penalty.l1),
                &Value(penalty.l2),
            ],
        )
    }

    fn accumulated_update(
        &mut self,
        sums: &mut Self,
        terms: &Self,
        shares: [T; 2],
        divergence: &BetaDivergence<T>,
        penalty: Penalty<T>,
    ) -> Result<(), Error> {
        let (m, k) = (self.nrows(), self.ncols());
        check_shape((terms.nrows(), terms.ncols()), (m, 2 * k))?;
        check_shape((sums.nrows(), sums.ncols()), (m, 2 * k))?;
        self.device().queue().launch(
            &Kernel::new::<T>(&kernels::NMF, "accumulated_update"),
            (elementwise(m * k), 1, 1),
            THREADS,
            &[
                &self.address(0),
                &self.ld(),
                &sums.address(0),
                &sums.ld(),
                &terms.address(0),
                &terms.ld(),
                &size(m),
                &size(k),
                &Value(shares[0]),
                &Value(shares[1]),
                &Divergence::of(divergence),
                &Value(penalty.l1),
                &Value(penalty.l2),
                &Value(T::MAX),
            ],
        )
    }

    fn hals_update(
        &mut self,
        numerator: &Self,
        gram: &DeviceSmall<'p, T>,
        sweeps: usize,
        penalty: Penalty<T>,
    ) -> Result<(), Error> {
        self.check_same_shape(numerator)?;
        let (m, k) = (self.nrows(), self.ncols());
        check_shape((gram.nrows(), gram.ncols()), (k, k))?;
        let (kernel, rows, threads) = if k <= STRIP {
            let kernel = Kernel::of_width::<T>(&kernels::NMF, "hals_update", k);
            (kernel, kernels::UPDATE_ROWS, kernels::TILE_THREADS)
        } else {
            let kernel = Kernel::new::<T>(&kernels::NMF, "hals_update_wide");
            (kernel, kernels::WARPS, THREADS)
        };
        self.device().queue().launch(
            &kernel,
            (blocks(m, rows as usize), 1, 1),
            threads,
            &[
                &self.address(0),
                &self.ld(),
                &numerator.address(0),
                &numerator.ld(),
                &size(m),
                &size(k),
                &gram.address(),
                &size(sweeps),
                &Value(penalty.l1),
                &Value(penalty.l2),
                &Value(T::SQUARE_ROOT_OF_MIN),
            ],
        )
    }

    fn column_sums(&self, sums: &mut [T]) -> Result<(), Error> {
        for (sum, found) in sums.iter_mut().zip(self.sums_of_columns()?) {
            *sum = T::from_f64(found);
        }
        Ok(())
    }

    fn part_norms(&self, positive: &mut [T], negative: &mut [T]) -> Result<(), Error> {
        let factors = vec![T::ZERO; self.ncols()];
        for (what, norms) in [(POSITIVE_SQUARES, positive), (NEGATIVE_SQUARES, negative)] {
            let squares = self.column_sums_of(what, self, &factors)?;
            for (norm, squares) in norms.iter_mut().zip(squares) {
                *norm = T::from_f64(squares.sqrt());
            }
        }
        Ok(())
    }

    fn keep_above(&mut self, factors: &[T], floor: T, fill: T) -> Result<(), Error> {
        let (m, l) = (self.nrows(), self.ncols());
        check_shape((factors.len().min(l), 1), (l, 1))?;
        let mut queue = self.device().queue();
        let factors = queue.send(&factors[..l])?;
        queue.launch(
            &Kernel::new::<T>(&kernels::PANEL, "keep_above"),
            (elementwise(m * l), 1, 1),
            THREADS,
            &[
                &self.address(0),
                &self.ld(),
                &size(m),
                &size(l),
                &factors,
                &Value(floor),
                &Value(fill),
            ],
        )
    }
}

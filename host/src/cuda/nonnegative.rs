//! The steps of non-negative factorizations on a GPU.

use super::device::Scratch;
use super::divergence::Divergence;
use super::launch::{Kernel, STRIP, THREADS, Value, blocks, size};
use super::panel::{DevicePanel, NEGATIVE_SQUARES, POSITIVE_SQUARES, multiply};
use super::small::DeviceSmall;
use super::view::View;
use crate::Scalar;
use crate::cpu::check_shape;
use lowrank_core::divergence::MultiplicativeStep;
use lowrank_core::panel::{NonNegativePanel, Panel, RowScratch, RowSolver};
use lowrank_core::penalty::Penalty;
use lowrank_core::{Error, MatMut};
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
        let x = self.view();
        let mut queue = self.device().queue();
        if k <= STRIP {
            return x.launch(
                &mut queue,
                &Kernel::of_width::<T>(&kernels::NMF, "multiplicative_update", k),
                (
                    blocks(m, kernels::UPDATE_ROWS as usize),
                    kernels::TILE_THREADS,
                ),
                &[numerator.view()],
                &[&gram.address(), &l1, &l2, &floor],
            );
        }
        let product = queue.scratch::<T>(Scratch::Panel, m * self.ld)?;
        let product = View::new(product, x.ld, m, k);
        multiply(&mut queue, x, gram, product, false)?;
        x.each_entry(
            &mut queue,
            &kernels::NMF,
            "quotient",
            &[numerator.view(), product],
            &[&l1, &l2, &floor],
        )
    }

    fn quotient_update(
        &mut self,
        terms: &Self,
        step: MultiplicativeStep<'_, T>,
    ) -> Result<(), Error> {
        let (m, k) = (self.nrows(), self.ncols());
        check_shape((terms.nrows(), terms.ncols()), (m, 2 * k))?;
        self.view().each_entry(
            &mut self.device().queue(),
            &kernels::NMF,
            "quotient_update",
            &[terms.view()],
            &[
                &Divergence::of(step.divergence),
                &Value(step.penalty.l1),
                &Value(step.penalty.l2),
            ],
        )
    }

    fn accumulated_update(
        &mut self,
        sums: &mut Self,
        terms: &Self,
        shares: [T; 2],
        step: MultiplicativeStep<'_, T>,
    ) -> Result<(), Error> {
        let (m, k) = (self.nrows(), self.ncols());
        check_shape((terms.nrows(), terms.ncols()), (m, 2 * k))?;
        check_shape((sums.nrows(), sums.ncols()), (m, 2 * k))?;
        self.view().each_entry(
            &mut self.device().queue(),
            &kernels::NMF,
            "accumulated_update",
            &[sums.view(), terms.view()],
            &[
                &Value(shares[0]),
                &Value(shares[1]),
                &Divergence::of(step.divergence),
                &Value(step.penalty.l1),
                &Value(step.penalty.l2),
                &Value(T::MAX),
            ],
        )
    }

    /// Solves on the CPU: rows that take different branches leave a GPU idle.
    fn solve_rows<S: RowSolver<T>>(
        &mut self,
        numerator: &Self,
        gram: &DeviceSmall<'p, T>,
        solver: &S,
        scratch: RowScratch<'_, T>,
    ) -> Result<(), Error> {
        self.check_same_shape(numerator)?;
        let (m, k) = (self.nrows(), self.ncols());
        let (mut x, mut n) = (self.columns()?, numerator.columns()?);
        let mut small = vec![T::ZERO; k * k];
        let mut small = MatMut::new(&mut small, k, k)?;
        gram.read(small.as_mut())?;
        let n = MatMut::new(&mut n, m, k)?;
        MatMut::new(&mut x, m, k)?.solve_rows(&n, &small, solver, scratch)?;
        self.copy_from_columns(&x)
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
        self.view().launch(
            &mut self.device().queue(),
            &kernel,
            (blocks(m, rows as usize), threads),
            &[numerator.view()],
            &[
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
        for (what, norms) in [(POSITIVE_SQUARES, positive), (NEGATIVE_SQUARES, negative)] {
            let squares = self.column_sums_of(what, None)?;
            for (norm, squares) in norms.iter_mut().zip(squares) {
                *norm = T::from_f64(squares.sqrt());
            }
        }
        Ok(())
    }

    fn keep_above(&mut self, factors: &[T], floor: T, fill: T) -> Result<(), Error> {
        let l = self.ncols();
        check_shape((factors.len().min(l), 1), (l, 1))?;
        let mut queue = self.device().queue();
        let factors = queue.send(&factors[..l])?;
        self.view().each_entry(
            &mut queue,
            &kernels::PANEL,
            "keep_above",
            &[],
            &[&factors, &Value(floor), &Value(fill)],
        )
    }
}

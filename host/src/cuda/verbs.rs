//! Core's verbs on panels of a GPU.

use super::device::Scratch;
use super::launch::{Kernel, THREADS, Value, elementwise, size};
use super::panel::{DevicePanel, Gram, SQUARED_DIFFERENCES, inner_products, multiply};
use super::reduction::Reduction;
use super::small::DeviceSmall;
use super::thin_qr::thin_qr;
use crate::Scalar;
use crate::cpu::{FaerDecompositions, check_shape};
use lowrank_core::panel::Panel;
use lowrank_core::random::{Distribution, RandomEntries};
use lowrank_core::{Error, MatMut, MatRef};
use lowrank_cuda_kernels as kernels;

impl<'p, T: Scalar> Panel for DevicePanel<'p, T> {
    type Scalar = T;
    type Small = DeviceSmall<'p, T>;
    type Decompositions = FaerDecompositions;

    fn nrows(&self) -> usize {
        self.nrows
    }

    fn ncols(&self) -> usize {
        self.ncols
    }

    fn set_ncols(&mut self, ncols: usize) -> Result<(), Error> {
        if ncols > self.capacity {
            let (needed, found) = (self.nrows * ncols, self.nrows * self.capacity);
            return Err(Error::BufferTooSmall { needed, found });
        }
        self.ncols = ncols;
        Ok(())
    }

    fn fill_random(&mut self, random: &RandomEntries) -> Result<(), Error> {
        let distribution: u32 = match random.distribution() {
            Distribution::Uniform => 0,
            Distribution::Sign => 1,
            Distribution::Gaussian => 2,
            Distribution::HalfGaussian => 3,
        };
        self.view().each_entry(
            &mut self.device().queue(),
            &kernels::RANDOM,
            "fill_random",
            &[],
            &[&distribution, &random.key()],
        )
    }

    fn fill(&mut self, value: T) -> Result<(), Error> {
        self.view().fill(&mut self.device().queue(), value)
    }

    fn append(&mut self, block: &Self) -> Result<(), Error> {
        let (held, width) = (self.ncols, block.ncols);
        check_shape((block.nrows, width), (self.nrows, width))?;
        self.set_ncols(held.saturating_add(width))?;
        self.device().queue().launch(
            &Kernel::new::<T>(&kernels::PANEL, "copy_columns"),
            (elementwise(block.view().entries()), 1, 1),
            THREADS,
            &[
                &self.address(0),
                &self.ld(),
                &size(held),
                &size(self.nrows),
                &size(width),
                &block.address(0),
                &block.ld(),
            ],
        )
    }

    fn scale(&mut self, factor: T) -> Result<(), Error> {
        self.view().each_entry(
            &mut self.device().queue(),
            &kernels::PANEL,
            "scale",
            &[],
            &[&Value(factor)],
        )
    }

    fn scale_columns(&mut self, factors: &[T]) -> Result<(), Error> {
        let l = self.ncols;
        check_shape((factors.len().min(l), 1), (l, 1))?;
        let mut queue = self.device().queue();
        let factors = queue.send(&factors[..l])?;
        self.view().scale_columns(&mut queue, factors)
    }

    fn combine(&mut self, [c, a, b]: [T; 3], y: &Self, z: &Self) -> Result<(), Error> {
        self.check_same_shape(y)?;
        self.check_same_shape(z)?;
        let (y, z) = (y.view(), z.view());
        self.view().each_entry(
            &mut self.device().queue(),
            &kernels::PANEL,
            "combine",
            &[],
            &[
                &Value(c),
                &Value(a),
                &y.address,
                &y.ld,
                &Value(b),
                &z.address,
                &z.ld,
            ],
        )
    }

    fn axpby(&mut self, a: T, x: &Self, b: T) -> Result<(), Error> {
        if a != T::ONE {
            return self.combine([b, a, T::ZERO], x, x);
        }
        self.check_same_shape(x)?;
        let x = x.view();
        self.view().each_entry(
            &mut self.device().queue(),
            &kernels::PANEL,
            "scale_add",
            &[],
            &[&Value(b), &x.address, &x.ld],
        )
    }

    fn thin_qr(&mut self, r: &mut DeviceSmall<'p, T>) -> Result<usize, Error> {
        thin_qr(self, Some(r))
    }

    /// Computes an orthonormal basis: a search for pivots would wait for the CPU.
    fn normalize(&mut self) -> Result<(), Error> {
        thin_qr(self, None).map(drop)
    }

    fn gram(&self, gram: &mut DeviceSmall<'p, T>) -> Result<(), Error> {
        self.cross_gram(self, gram)
    }

    fn cross_gram(&self, other: &Self, cross: &mut DeviceSmall<'p, T>) -> Result<(), Error> {
        check_shape((other.nrows, other.ncols), (self.nrows, other.ncols))?;
        cross.reshape(self.ncols, other.ncols)?;
        self.cross(&mut self.device().queue(), other, Gram::Small(cross))
    }

    fn subtract_product(&mut self, x: &Self, small: &DeviceSmall<'p, T>) -> Result<(), Error> {
        let (l, k) = (x.ncols, self.ncols);
        check_shape((x.nrows, small.nrows()), (self.nrows, l))?;
        check_shape((l, small.ncols()), (l, k))?;
        let mut queue = self.device().queue();
        multiply(&mut queue, x.view(), small, self.view(), true)
    }

    fn mul_small(&self, small: &DeviceSmall<'p, T>, out: &mut Self) -> Result<(), Error> {
        check_shape((out.nrows, small.nrows()), (self.nrows, self.ncols))?;
        if out.ncols > small.ncols() {
            return check_shape((small.nrows(), small.ncols()), (small.nrows(), out.ncols));
        }
        let mut queue = self.device().queue();
        multiply(&mut queue, self.view(), small, out.view(), false)
    }

    fn inner_product(&self, other: &Self) -> Result<T, Error> {
        self.check_same_shape(other)?;
        let sum = self.sum(|queue, grid, to| {
            inner_products(queue, grid, self.view(), other.view(), (0, 0, 0), to)
        })?;
        Ok(T::from_f64(sum))
    }

    fn inner_products(
        &self,
        other: &Self,
        [gram, other_gram]: [&DeviceSmall<'p, T>; 2],
    ) -> Result<[T; 2], Error> {
        self.check_same_shape(other)?;
        let k = gram.nrows();
        check_shape((gram.nrows(), gram.ncols()), (k, k))?;
        check_shape((other_gram.nrows(), other_gram.ncols()), (k, k))?;
        let blocks = self.blocks();
        let mut queue = self.device().queue();
        let sums = queue.scratch::<f64>(Scratch::Numbers, 2)?;
        let to = Reduction::new(&mut queue, blocks, 1, sums)?;
        inner_products(
            &mut queue,
            (size(blocks), THREADS),
            self.view(),
            other.view(),
            (gram.address(), other_gram.address(), k * k),
            to,
        )?;
        let mut found = [0.0; 2];
        queue.read(sums, &mut found)?;
        Ok(found.map(T::from_f64))
    }

    fn align_signs(&mut self, partner: &mut Self) -> Result<(), Error> {
        let (rows, l) = (self.rows_per_block(), self.ncols);
        let blocks = self.nrows.div_ceil(rows);
        let mut queue = self.device().queue();
        let peaks = queue.scratch::<T>(Scratch::Partials, blocks * l)?;
        let signs = queue.scratch::<T>(Scratch::Numbers, l)?;
        self.view().launch(
            &mut queue,
            &Kernel::new::<T>(&kernels::REDUCTIONS, "column_peak"),
            (size(blocks), THREADS),
            &[],
            &[&size(rows), &peaks, &size(blocks)],
        )?;
        queue.launch(
            &Kernel::new::<T>(&kernels::REDUCTIONS, "column_signs"),
            (
                super::launch::blocks(l, kernels::SUM_COLUMNS as usize),
                1,
                1,
            ),
            THREADS,
            &[&peaks, &size(blocks), &size(l), &signs],
        )?;
        self.view().scale_columns(&mut queue, signs)?;
        partner.view().scale_columns(&mut queue, signs)
    }

    fn distances(&self, factors: &[T], other: &Self, norms: &mut [T]) -> Result<(), Error> {
        self.check_same_shape(other)?;
        let l = self.ncols.min(factors.len());
        let mut all = factors[..l].to_vec();
        all.resize(self.ncols, T::ZERO);
        let squares = self.column_sums_of(SQUARED_DIFFERENCES, Some((other, &all)))?;
        for (norm, squares) in norms.iter_mut().zip(&squares[..l]) {
            *norm = T::from_f64(squares.sqrt());
        }
        Ok(())
    }

    fn read_small(small: &DeviceSmall<'p, T>, out: MatMut<'_, T>) -> Result<(), Error> {
        small.read(out)
    }

    fn write_small(values: MatRef<'_, T>, small: &mut DeviceSmall<'p, T>) -> Result<(), Error> {
        small.write(values)
    }
}

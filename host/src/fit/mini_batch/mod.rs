//! Non-negative factorization of rows that arrive in batches, or that do not fit into one.

mod model;
mod settings;

pub use model::MiniBatchModel;
pub use settings::MiniBatchNmf;

use super::buffers::Sizes;
use super::nmf::{Nmf, NmfModel, check_shape};
use crate::backend::Products;
use crate::cpu::HostSpace;
use crate::matrix::{OwnedMatrix, check_nonnegative_rank};
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::iteration::{Progress, Stop};
use lowrank_core::nmf::{BatchRecord, NmfInit};
use lowrank_core::stopping::StoppingRule;
use std::ops::ControlFlow;

impl MiniBatchNmf {
    /// Creates a model without rows, for rows of n = `ncols` entries.
    ///
    /// # Errors
    /// [`Error::Factorization`] for a rank of zero; [`Error::FactorMemory`] if there
    /// is not enough memory.
    pub fn begin<T: Scalar>(&self, ncols: usize) -> Result<MiniBatchModel<T>, Error> {
        let k = self.nmf.rank;
        check_nonnegative_rank((usize::MAX, ncols), k)?;
        let sizes = Sizes::new((1, ncols), k, k);
        sizes.check_memory::<T, HostSpace>()?;
        Ok(MiniBatchModel {
            settings: *self,
            h: DenseMatrix::zeros(ncols, k),
            sums: DenseMatrix::zeros(0, 0),
            gram: DenseMatrix::zeros(k, k),
            record: BatchRecord::default(),
            products: Products::default(),
        })
    }

    /// [`begin`](Self::begin) with an initial H, n x k, instead of `init`, such as that of another model.
    ///
    /// # Errors
    /// As for [`begin`](Self::begin); [`Error::Factorization`] if H does not have k columns, or later, in
    /// [`partial_fit`](MiniBatchModel::partial_fit), if entries are negative or not finite.
    pub fn begin_from<T: Scalar>(&self, h: &DenseMatrix<T>) -> Result<MiniBatchModel<T>, Error> {
        let settings = Self {
            nmf: Nmf {
                init: NmfInit::Given,
                ..self.nmf
            },
            ..*self
        };
        let mut model = settings.begin(h.nrows())?;
        check_shape(h, (h.nrows(), self.nmf.rank))?;
        model.h.clone_from(h);
        Ok(model)
    }

    /// Fits a model to all batches, which need not be in memory at the same time.
    ///
    /// # Errors
    /// The errors of [`begin`](Self::begin) and of [`partial_fit`](MiniBatchModel::partial_fit), and that of an
    /// iterator without a batch.
    pub fn fit_batches<T: Scalar>(
        &self,
        batches: impl IntoIterator<Item = OwnedMatrix<T>>,
    ) -> Result<MiniBatchModel<T>, Error> {
        let mut model = None;
        for batch in batches {
            let model = match &mut model {
                Some(model) => model,
                none => none.insert(self.begin(batch.view().ncols())?),
            };
            model.partial_fit(batch.view())?;
        }
        model.ok_or(lowrank_core::Error::Empty.into())
    }

    /// Computes W and H of A, m x n, by passes over its rows in batches, each in a random order from the seed.
    ///
    /// NNDSVD uses all rows, in the workspace of [`Nmf::fit`]; random numbers need none.
    ///
    /// The error of the result is that of all rows with the last H. Its `iterations` are passes.
    ///
    /// # Errors
    /// As for [`Nmf::fit`]; [`Error::Factorization`] for a size of batches of zero.
    pub fn fit<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Result<NmfModel<T>, Error> {
        self.fit_with(a, None, |_| ControlFlow::Continue(()))
    }

    /// [`fit`](Self::fit) with an initial H and an observer.
    ///
    /// - `start`: H, n x k, instead of `init`.
    /// - `observe`: called after each pass; may stop the iteration. The observed error is that of each batch for the H
    ///   before it.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit) and [`begin_from`](Self::begin_from).
    pub fn fit_with<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
        start: Option<&DenseMatrix<T>>,
        mut observe: impl FnMut(Progress<T>) -> ControlFlow<()> + Send,
    ) -> Result<NmfModel<T>, Error> {
        let a = a.into();
        check_nonnegative_rank((a.nrows(), a.ncols()), self.nmf.rank)?;
        let refused = |name| Err(lowrank_core::Error::Setting { name }.into());
        if self.batch_size == 0 {
            return refused("batch_size");
        }
        if self.pass_tolerance.is_nan() || self.pass_tolerance < 0.0 {
            return refused("pass_tolerance");
        }
        let mut model = match start {
            Some(h) => self.begin_from(h)?,
            None => self.begin_with_all(a)?,
        };
        let mut rule = StoppingRule::new(self.pass_tolerance);
        let mut passes = 0;
        let stop = loop {
            if passes >= self.passes {
                break Stop::Iterations;
            }
            let loss = model.pass(a, self.nmf.seed.wrapping_add(passes as u64))?;
            passes += 1;
            let progress = Progress {
                iteration: passes,
                iterations: self.passes,
                error: T::from_f64((loss + loss).sqrt()),
                loss: T::from_f64(loss),
            };
            if observe(progress).is_break() {
                break Stop::Observer;
            }
            // The batch that initializes H fits it too well: the second pass may look worse.
            if rule.is_met(passes, loss) {
                break Stop::Tolerance;
            }
        };
        let last = model.of_rows(a)?;
        Ok(NmfModel {
            iterations: passes,
            stop,
            products: model.products + last.products,
            ..last
        })
    }

    /// Creates a model whose H is initialized from all rows of a matrix instead of the first batch.
    fn begin_with_all<T: Scalar>(&self, a: Matrix<'_, T>) -> Result<MiniBatchModel<T>, Error> {
        match self.nmf.init {
            NmfInit::Nndsvd | NmfInit::Nndsvda => {
                let start = Nmf {
                    iterations: 0,
                    ..self.of_rows(a.nrows())
                };
                self.begin_from(&start.fit(a)?.h)
            }
            NmfInit::Random | NmfInit::Given => self.begin(a.ncols()),
        }
    }
}

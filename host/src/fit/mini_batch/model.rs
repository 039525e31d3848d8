//! The components of rows that arrive in batches.

use super::settings::MiniBatchNmf;
use crate::backend::{self, Operator, Products, Task};
use crate::fit::buffers::{Memory, Sizes};
use crate::fit::loss::Loss;
use crate::fit::nmf::{NmfModel, is_complete, weights_of};
use crate::fit::{BLOCKS, krylov_columns};
use crate::memory_space::MemorySpace;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Matrix, Observed, Scalar};
use lowrank_core::iteration::Report;
use lowrank_core::nmf::{BatchRecord, MiniBatchBetaNmf, MiniBatchState};
use lowrank_core::random::{Distribution, RandomEntries};
use lowrank_core::{LinearOperator, MatMut};

/// The components of a matrix whose rows arrive in batches.
///
/// ```
/// use lowrank::{DenseMatrix, MiniBatchNmf, Nmf};
/// let nmf = Nmf { rank: 1, ..Nmf::default() };
/// let mut model = MiniBatchNmf { nmf, ..MiniBatchNmf::default() }.begin(3)?;
/// for size in [1.0, 2.0, 5.0] {
///     let batch = DenseMatrix::from_fn(4, 3, |i, j| size * (i + 1) as f64 * (j + 1) as f64);
///     model.partial_fit(&batch)?;
/// }
/// let h = model.components();
/// assert!((h.at(2, 0) / h.at(0, 0) - 3.0).abs() < 1e-9);
/// assert_eq!(model.rows(), 12);
/// # Ok::<(), lowrank::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MiniBatchModel<T> {
    pub(super) settings: MiniBatchNmf,
    /// n x k.
    pub(super) h: DenseMatrix<T>,
    /// The sums of numerators, or of numerators and denominators: n x k or n x 2k; allocated by the first
    /// batch.
    pub(super) sums: DenseMatrix<T>,
    /// k x k.
    pub(super) gram: DenseMatrix<T>,
    pub(super) record: BatchRecord,
    pub(super) products: Products,
}

impl<T: Scalar> MiniBatchModel<T> {
    /// Fits the rows of a batch, of which there may be any number from one.
    ///
    /// Returns the distance of W_b H^T from the batch for the H before it, with the weights W_b computed
    /// for that H.
    ///
    /// # Errors
    /// [`Error::Factorization`] for another number of columns, an empty batch, entries that are negative
    /// or not finite, zeros for which the loss is infinite, missing entries if earlier batches had none,
    /// and settings out of range; [`Error::FactorMemory`] if there is not enough memory. The model is then
    /// unchanged.
    pub fn partial_fit<'a>(&mut self, a: impl Into<Matrix<'a, T>>) -> Result<Report<T>, Error> {
        T::of(&LEARN)(self, a.into())
    }

    /// Fits all rows once, in a random order; returns the sum of the losses.
    pub(super) fn pass(&mut self, a: Matrix<'_, T>, seed: u64) -> Result<f64, Error> {
        let mut loss = 0.0;
        for rows in shuffled(a.nrows(), seed).chunks(self.settings.batch_size) {
            let learnt = match a {
                Matrix::Sparse(a) => self.partial_fit(&a.select_rows(rows)),
                Matrix::Observed(a) => self.partial_fit(Observed(&a.select_rows(rows))),
                Matrix::Dense(a) => {
                    self.partial_fit(&DenseMatrix::from_fn(rows.len(), a.ncols(), |i, j| {
                        a.at(rows[i], j)
                    }))
                }
            };
            loss += learnt.map_err(|error| placed(error, rows))?.loss.to_f64();
        }
        Ok(loss)
    }

    /// Returns H, n x k; zeros before the first row.
    pub fn components(&self) -> &DenseMatrix<T> {
        &self.h
    }

    /// Returns the number of rows fitted.
    pub fn rows(&self) -> u64 {
        self.record.rows
    }

    /// Returns the products with the batches so far.
    pub fn products(&self) -> Products {
        self.products
    }

    /// Returns the settings.
    pub fn settings(&self) -> &MiniBatchNmf {
        &self.settings
    }

    /// Computes the weights of the rows of a matrix, m x k, for the held components.
    ///
    /// # Errors
    /// As for [`NmfModel::transform`]; [`Error::NothingLearnt`] before the first row with a nonzero
    /// entry.
    pub fn transform<'a>(&self, a: impl Into<Matrix<'a, T>>) -> Result<DenseMatrix<T>, Error> {
        Ok(self.factorize(a)?.w)
    }

    /// Computes W of the rows of A for the present H, and the distance of W H^T from A.
    ///
    /// # Errors
    /// As for [`transform`](Self::transform).
    pub fn factorize<'a>(&self, a: impl Into<Matrix<'a, T>>) -> Result<NmfModel<T>, Error> {
        if self.record.started {
            self.of_rows(a.into())
        } else {
            Err(Error::NothingLearnt)
        }
    }

    pub(super) fn of_rows(&self, a: Matrix<'_, T>) -> Result<NmfModel<T>, Error> {
        weights_of(self.settings.of_rows(a.nrows()), &self.h, a)
    }
}

/// Returns the rows in a random order.
fn shuffled(rows: usize, seed: u64) -> Vec<usize> {
    // Sketches use the first columns of the same stream, samples of documents the last.
    const COLUMN: usize = u32::MAX as usize - 1;
    let random = RandomEntries::new(Distribution::Uniform, seed);
    let mut order: Vec<usize> = (0..rows).collect();
    let draw = |i: usize| random.at::<f64>(i, COLUMN);
    order.sort_by(|&p, &q| draw(p).total_cmp(&draw(q)));
    order
}

/// Converts the place in an error from a batch to the matrix that its rows were taken from.
fn placed(error: Error, rows: &[usize]) -> Error {
    use lowrank_core::Error as Core;
    let at = |row: usize| rows.get(row).copied().unwrap_or(row);
    match error {
        Error::Factorization(Core::NonFinite { row, column }) => Core::NonFinite {
            row: at(row),
            column,
        }
        .into(),
        Error::Factorization(Core::Negative { row, column }) => Core::Negative {
            row: at(row),
            column,
        }
        .into(),
        Error::Factorization(Core::Zero { row, column }) => Core::Zero {
            row: at(row),
            column,
        }
        .into(),
        other => other,
    }
}

compiled! {
    static LEARN: LearnBatch<T> = learn
        as fn(&mut MiniBatchModel<T>, Matrix<'_, T>) -> Result<Report<T>, Error>;
}

/// The task of [`MiniBatchModel::partial_fit`].
fn learn<T: Scalar>(model: &mut MiniBatchModel<T>, a: Matrix<'_, T>) -> Result<Report<T>, Error> {
    let (m, n) = (a.nrows(), a.ncols());
    let (columns, k) = (model.h.nrows(), model.settings.nmf.rank);
    if n != columns {
        let (expected, found) = ((m, columns), (m, n));
        return Err(lowrank_core::Error::Shape { expected, found }.into());
    }
    if m == 0 {
        return Err(lowrank_core::Error::Empty.into());
    }
    if !model.record.started {
        let by_terms = model.settings.nmf.loss != Loss::Frobenius || !is_complete(a);
        model.sums = DenseMatrix::zeros(n, if by_terms { 2 * k } else { k });
    }
    backend::run(model.settings.nmf.backend, a, Learn { model })
}

struct Learn<'a, T> {
    model: &'a mut MiniBatchModel<T>,
}

impl<T: Scalar> Task<T> for Learn<'_, T> {
    type Output = Report<T>;

    /// Permuting columns does not pay off for one batch, and sums over the rows of H keep their order.
    const PERMUTED: bool = false;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<Report<T>, Error> {
        let (m, n, model) = (a.nrows(), a.ncols(), self.model);
        let (k, width) = (model.settings.nmf.rank, model.sums.ncols());
        let start = if model.record.started {
            k
        } else {
            krylov_columns(k, BLOCKS).min(m).min(n).max(k)
        };
        let mut memory = Memory::<T, S>::new(Sizes::new((m, n), start.max(width), k))?;
        let mut sums = S::buffer(n, width)?;
        let (mut workspace, mut w, h) = memory.lend(a.columns())?;
        let (mut gram, mut record) = (model.gram.as_slice().to_vec(), model.record);
        let mut state = MiniBatchState {
            h,
            sums: S::panel(&mut sums, n, width)?,
            gram: MatMut::new(&mut gram, k, k)?,
            record: &mut record,
        };
        S::load(&mut state.h, &model.h)?;
        S::load(&mut state.sums, &model.sums)?;
        let by_terms = width > k;
        let batches = lowrank_core::nmf::MiniBatchNmf {
            settings: model.settings.of_rows(1).of_core(by_terms),
            forgetting: model.settings.forgetting,
        };
        let report = if by_terms {
            let beta = model.settings.nmf.loss.beta();
            let nmf = MiniBatchBetaNmf { beta, batches };
            nmf.partial_fit(a, &mut workspace, &mut w, &mut state)?
        } else {
            batches.partial_fit(a, &mut workspace, &mut w, &mut state)?
        };
        model.h = S::entries(&state.h)?;
        model.sums = S::entries(&state.sums)?;
        model.gram = DenseMatrix::new(gram, k, k)?;
        model.record = record;
        model.products += a.products();
        Ok(report)
    }
}

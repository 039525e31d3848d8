//! Non-negative factorization of rows that arrive in batches, or that do not fit into one.

use super::buffers::{Memory, Sizes};
use super::nmf::{Loss, Nmf, NmfModel, check_shape, is_complete, weights_of};
use super::{BLOCKS, krylov_columns};
use crate::backend::{self, Operator, Placement, Products, Task};
use crate::cpu::HostSpace;
use crate::matrix::OwnedMatrix;
use crate::matrix::check_nonnegative_rank;
use crate::memory_space::MemorySpace;
use crate::scalar::{Compiled, OfScalar};
use crate::{DenseMatrix, Error, Matrix, Observed, Scalar};
use lowrank_core::iteration::{Progress, Report, Stop};
use lowrank_core::nmf::{
    BatchRecord, Forgetting, MiniBatchBetaNmf, MiniBatchState, NmfInit, NmfSolver,
};
use lowrank_core::penalty::Penalty;
use lowrank_core::random::{Distribution, RandomEntries};
use lowrank_core::stopping::StoppingRule;
use lowrank_core::{LinearOperator, MatMut};
use std::ops::ControlFlow;

/// A ~ W H^T of rank k with W, H >= 0, where H is learnt from batches of rows: settings, [`fit`] for a
/// matrix in memory, and [`begin`] for one that is not.
///
/// The state between batches is in the memory of the host: 2 n k + k^2 numbers, for losses other than the
/// Frobenius norm 3 n k. [`lowrank_core::nmf::MiniBatchNmf`] defines the algorithm.
///
/// [`fit`]: MiniBatchNmf::fit
/// [`begin`]: MiniBatchNmf::begin
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MiniBatchNmf {
    /// The rank, the loss, the solver, penalties, backend and seed.
    ///
    /// `init` is the initialization of H, from the first batch, or from all rows in [`fit`](MiniBatchNmf::fit); it is
    /// random if these are fewer than k. `iterations` and `tolerance` are those of the weights of a batch, and
    /// `h_penalty` is added to the loss for each row of A: it is that of a whole factorization divided by the number of
    /// rows.
    pub nmf: Nmf,
    /// The weight of earlier rows.
    pub forgetting: Forgetting,
    /// The number of rows of a batch in [`fit`](MiniBatchNmf::fit).
    pub batch_size: usize,
    /// The maximum number of passes of [`fit`](MiniBatchNmf::fit) over all rows.
    pub passes: usize,
    /// The share of the loss at or below which the gain of ten passes stops them
    /// ([`StoppingRule`]). Zero: all passes are done.
    pub pass_tolerance: f64,
}

/// The default tolerance of passes: the loss of a pass is summed over batches, each for another H, so that it is less
/// certain than that of an iteration.
const PASS_TOLERANCE: f64 = 1e-4;

impl Default for MiniBatchNmf {
    /// Returns six components by HALS from NNDSVDa of the first of batches of 1024 rows, at most 400 passes with
    /// tolerance 1e-4, and for the weights of a batch at most 30000 iterations with tolerance 5e-6.
    fn default() -> Self {
        Self {
            nmf: Nmf::default(),
            forgetting: Forgetting::default(),
            batch_size: 1024,
            passes: 400,
            pass_tolerance: PASS_TOLERANCE,
        }
    }
}

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
    settings: MiniBatchNmf,
    /// n x k.
    h: DenseMatrix<T>,
    /// The sums of numerators, or of numerators and denominators: n x k or n x 2k; allocated by the first
    /// batch.
    sums: DenseMatrix<T>,
    /// k x k.
    gram: DenseMatrix<T>,
    record: BatchRecord,
    products: Products,
}

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

    /// Returns the settings for weights; `rows`: of the matrix whose factorization they describe.
    fn of_rows(&self, rows: usize) -> Nmf {
        let whole = |of_a_row: f64| of_a_row * rows as f64;
        Nmf {
            h_penalty: Penalty {
                l1: whole(self.nmf.h_penalty.l1),
                l2: whole(self.nmf.h_penalty.l2),
            },
            backend: self.nmf.backend.or_host(),
            ..self.nmf
        }
    }

    /// Returns the backend.
    pub fn placement(&self) -> Placement {
        self.nmf.backend.placed_for_batches()
    }

    /// Returns the solver for matrices without missing entries.
    pub fn resolved_solver(&self) -> NmfSolver {
        self.of_rows(1).resolved_solver()
    }
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
    fn pass(&mut self, a: Matrix<'_, T>, seed: u64) -> Result<f64, Error> {
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

    fn of_rows(&self, a: Matrix<'_, T>) -> Result<NmfModel<T>, Error> {
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

struct LearnBatch;

impl OfScalar for LearnBatch {
    type Type<T: Scalar> = fn(&mut MiniBatchModel<T>, Matrix<'_, T>) -> Result<Report<T>, Error>;
}

static LEARN: Compiled<LearnBatch> = Compiled {
    single: learn,
    double: learn,
};

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

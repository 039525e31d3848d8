//! Non-negative factorization of rows that arrive in batches, or that are too many for one.

use super::buffers::{Memory, Sizes};
use super::job::{Arranged, CpuJob};
use super::nmf::{is_complete, weights_of};
use super::world::{CpuWorld, HostWorld};
use super::{Backend, Loss, Nmf, NmfModel, Placement, STARTING_BLOCKS, check_rank};
use crate::{DenseMatrix, Error, Matrix, Observed, OwnedMatrix, Scalar};
use lowrank_core::MatMut;
use lowrank_core::iteration::{Progress, Report, Stop};
use lowrank_core::nmf::{
    BatchRecord, Forgetting, MiniBatchBetaNmf, MiniBatchState, NmfInit, NmfSolver,
};
use lowrank_core::operator::DivergenceOperator;
use lowrank_core::penalty::Penalty;
use lowrank_core::random::{Draws, Law};
use std::ops::ControlFlow;

/// A ~ W H^T of rank k with W, H >= 0, where H is learnt from batches of rows: settings, [`fit`] for a
/// matrix in memory, and [`begin`] for one that is not.
///
/// What is kept between batches stays in the memory of the host, and so does the work: with
/// [`Backend::Cuda`] it runs on the host. It is 2 n k + k^2 numbers, for losses other than the Frobenius norm 3 n k;
/// see [`lowrank_core::nmf::MiniBatchNmf`] for what is computed.
///
/// [`fit`]: MiniBatchNmf::fit
/// [`begin`]: MiniBatchNmf::begin
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MiniBatchNmf {
    /// k.
    pub rank: usize,
    /// How far W H^T is from A.
    pub loss: Loss,
    /// How a factor is improved; `None` is the fastest, as for [`Nmf`].
    pub solver: Option<NmfSolver>,
    /// Where H starts, by the first batch, or by all rows in [`fit`](MiniBatchNmf::fit); random where that
    /// has fewer rows than k.
    pub init: NmfInit,
    /// How much earlier rows still count.
    pub forgetting: Forgetting,
    /// The rows of a batch of [`fit`](MiniBatchNmf::fit).
    pub batch_size: usize,
    /// How often [`fit`](MiniBatchNmf::fit) goes over all rows at most.
    pub passes: usize,
    /// The last pass is the one that gains no more than this share of all gains since the worst. Zero:
    /// all passes are made.
    pub pass_tolerance: f64,
    /// The number of iterations for the weights of a batch at most.
    pub iterations: usize,
    /// The last of them gains no more than this share of all their gains.
    pub tolerance: f64,
    /// What is added to the loss for W.
    pub w_penalty: Penalty<f64>,
    /// What is added to the loss for H for each row of A: that of [`Nmf`] over the number of rows.
    pub h_penalty: Penalty<f64>,
    /// Where.
    pub backend: Backend,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for MiniBatchNmf {
    /// Six components by HALS from NNDSVDa of the first of batches of 1024 rows, at most 50 passes with
    /// tolerance 1e-3, and for the weights of a batch at most 400 iterations with tolerance 1e-6.
    fn default() -> Self {
        let nmf = Nmf::default();
        Self {
            rank: nmf.rank,
            loss: nmf.loss,
            solver: nmf.solver,
            init: nmf.init,
            forgetting: Forgetting::default(),
            batch_size: 1024,
            passes: 50,
            pass_tolerance: 1e-3,
            iterations: nmf.iterations,
            tolerance: nmf.tolerance,
            w_penalty: nmf.w_penalty,
            h_penalty: nmf.h_penalty,
            backend: nmf.backend,
            seed: nmf.seed,
        }
    }
}

/// The components of a matrix whose rows arrive in batches.
///
/// ```
/// use lowrank::{DenseMatrix, MiniBatchNmf};
/// let mut model = MiniBatchNmf { rank: 1, ..Default::default() }.begin(3)?;
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
    ncols: usize,
    /// Panels, in the order of the backend.
    h: Vec<T>,
    sums: Vec<T>,
    gram: Vec<T>,
    record: BatchRecord,
    /// Whether the sums are those of numerators and denominators; known from the first batch on.
    by_terms: Option<bool>,
}

impl MiniBatchNmf {
    /// A model without a row, for rows of n = `ncols` entries.
    ///
    /// # Errors
    /// [`Error::Factorization`] for a rank that is zero or above n; [`Error::FactorMemory`] where there
    /// is no room.
    pub fn begin<T: Scalar>(&self, ncols: usize) -> Result<MiniBatchModel<T>, Error> {
        let k = self.rank;
        check_rank((usize::MAX, ncols), k)?;
        let sizes = Sizes::new((1, ncols), k, k);
        sizes.check_memory::<T, HostWorld>()?;
        Ok(MiniBatchModel {
            settings: *self,
            ncols,
            h: vec![T::ZERO; ncols * k],
            sums: Vec::new(),
            gram: vec![T::ZERO; k * k],
            record: BatchRecord::default(),
            by_terms: None,
        })
    }

    /// [`begin`](Self::begin) with H, n x k, in the place of `init`: that of another model.
    ///
    /// # Errors
    /// As for [`begin`](Self::begin); [`Error::Factorization`] where H has not k columns, or later, in
    /// [`partial_fit`](MiniBatchModel::partial_fit), where entries are negative or not finite.
    pub fn begin_from<T: Scalar>(&self, h: &DenseMatrix<T>) -> Result<MiniBatchModel<T>, Error> {
        let settings = Self {
            init: NmfInit::Given,
            ..*self
        };
        let mut model = settings.begin(h.nrows())?;
        super::nmf::check_shape(h, (h.nrows(), self.rank))?;
        self.backend.load(h, &mut model.h)?;
        Ok(model)
    }

    /// The model of all batches, which need not be in memory at the same time.
    ///
    /// # Errors
    /// Those of [`begin`](Self::begin) and of [`partial_fit`](MiniBatchModel::partial_fit), and of an
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

    /// W and H of A, m x n, by passes over its rows in batches, each in a random order from the seed.
    ///
    /// NNDSVD starts from all rows, in the workspace of [`Nmf::fit`]; random numbers need none.
    ///
    /// The error of the result is that of all rows with the last H. Its `iterations` are passes.
    ///
    /// # Errors
    /// As for [`Nmf::fit`]; [`Error::Factorization`] for a size of batches of zero.
    pub fn fit<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Result<NmfModel<T>, Error> {
        self.fit_observed(a, &mut |_| ControlFlow::Continue(()))
    }

    /// [`fit`](Self::fit) with an observer that is called after each pass, and that may end it. What it
    /// sees as the error is that of each batch for the H that it met.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit).
    pub fn fit_observed<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
        observe: &mut (dyn FnMut(Progress<T>) -> ControlFlow<()> + Send),
    ) -> Result<NmfModel<T>, Error> {
        let a = a.into();
        check_rank((a.nrows(), a.ncols()), self.rank)?;
        if self.batch_size == 0 || self.pass_tolerance.is_nan() || self.pass_tolerance < 0.0 {
            return Err(lowrank_core::Error::Setting.into());
        }
        let mut model = self.begin_with_all(a)?;
        let (mut worst, mut last, mut passes) = (0.0, f64::INFINITY, 0);
        let stop = loop {
            if passes >= self.passes {
                break Stop::Iterations;
            }
            let loss = model.pass(a, self.seed.wrapping_add(passes as u64))?;
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
            worst = loss.max(worst);
            // A batch that has started H is known too well: the second pass may look worse.
            let rises = loss >= worst && loss > 0.0;
            let settled = last - loss <= self.pass_tolerance * (worst - loss);
            if self.pass_tolerance > 0.0 && settled && !rises {
                break Stop::Tolerance;
            }
            last = loss;
        };
        Ok(NmfModel {
            iterations: passes,
            stop,
            ..model.of_rows(a)?
        })
    }

    /// A model whose H starts from all rows of a matrix, which know more than the first batch of them.
    fn begin_with_all<T: Scalar>(&self, a: Matrix<'_, T>) -> Result<MiniBatchModel<T>, Error> {
        match self.init {
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

    /// The settings that find weights; `rows`: of the matrix whose factorization they describe.
    fn of_rows(&self, rows: usize) -> Nmf {
        let whole = |of_a_row: f64| of_a_row * rows as f64;
        Nmf {
            rank: self.rank,
            loss: self.loss,
            solver: self.solver,
            init: self.init,
            iterations: self.iterations,
            tolerance: self.tolerance,
            w_penalty: self.w_penalty,
            h_penalty: Penalty {
                l1: whole(self.h_penalty.l1),
                l2: whole(self.h_penalty.l2),
            },
            backend: self.backend.on_cpu(),
            seed: self.seed,
        }
    }

    /// Where it runs, which is no GPU.
    pub fn placement(&self) -> Placement {
        self.backend.placed_on_cpu()
    }

    /// The solver that runs on matrices without missing entries.
    pub fn resolved_solver(&self) -> NmfSolver {
        self.of_rows(1).resolved_solver()
    }
}

impl<T: Scalar> MiniBatchModel<T> {
    /// Learns the rows of a batch, of which there may be any number from one.
    ///
    /// Returns how far W_b H^T was from the batch before it was learnt, with the weights W_b that were
    /// found for it.
    ///
    /// # Errors
    /// [`Error::Factorization`] for another number of columns, an empty batch, entries that are negative
    /// or not finite, zeros where the loss is infinite, missing entries where earlier batches had none,
    /// and settings out of range; [`Error::FactorMemory`] where there is no room. The model is as it was
    /// then.
    pub fn partial_fit<'a>(&mut self, a: impl Into<Matrix<'a, T>>) -> Result<Report<T>, Error> {
        let a = a.into();
        let (m, n) = (a.nrows(), a.ncols());
        if n != self.ncols {
            let (expected, found) = ((m, self.ncols), (m, n));
            return Err(lowrank_core::Error::Shape { expected, found }.into());
        }
        if m == 0 {
            return Err(lowrank_core::Error::Empty.into());
        }
        let chosen = self.settings.loss != Loss::Frobenius || !is_complete(a);
        let by_terms = self.by_terms.unwrap_or(chosen);
        let width = if by_terms { 2 } else { 1 };
        self.sums.resize(n * self.settings.rank * width, T::ZERO);
        let backend = self.settings.backend;
        let job = Learn {
            model: self,
            by_terms,
        };
        let report = T::learn(backend, a, job)?;
        if self.record.started {
            self.by_terms = Some(by_terms);
        }
        Ok(report)
    }

    /// All rows once, in a random order; the sum of the losses.
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

    /// H, n x k; zeros before the first row.
    pub fn components(&self) -> DenseMatrix<T> {
        let (n, k) = (self.ncols, self.settings.rank);
        self.settings.backend.entries(&self.h, n, k)
    }

    /// The number of rows learnt.
    pub fn rows(&self) -> u64 {
        self.record.rows
    }

    /// The settings that make it.
    pub fn settings(&self) -> &MiniBatchNmf {
        &self.settings
    }

    /// The weights of the rows of a matrix, m x k, the components being held.
    ///
    /// # Errors
    /// As for [`NmfModel::transform`]; [`Error::NothingLearnt`] before the first row with an entry that
    /// is not zero.
    pub fn transform<'a>(&self, a: impl Into<Matrix<'a, T>>) -> Result<DenseMatrix<T>, Error> {
        Ok(self.factorize(a)?.w)
    }

    /// W of the rows of A for H as it is, and how far W H^T is from A.
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
        weights_of(self.settings.of_rows(a.nrows()), &self.components(), a)
    }
}

/// The rows in a random order.
fn shuffled(rows: usize, seed: u64) -> Vec<usize> {
    // Sketches draw from the first columns of the same stream, samples of documents from the last.
    const COLUMN: usize = u32::MAX as usize - 1;
    let draws = Draws::new(Law::Uniform, seed);
    let mut order: Vec<usize> = (0..rows).collect();
    let draw = |i: usize| draws.at::<f64>(i, COLUMN);
    order.sort_by(|&p, &q| draw(p).total_cmp(&draw(q)));
    order
}

/// The error with the place in the matrix that the rows of a batch were taken from.
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

pub(crate) struct Learn<'a, T> {
    model: &'a mut MiniBatchModel<T>,
    by_terms: bool,
}

impl<T: Scalar> CpuJob<T> for Learn<'_, T> {
    type Output = Report<T>;

    fn run_on_cpu<W: CpuWorld<T>, A>(self, a: &A) -> Result<Report<T>, Error>
    where
        A: Arranged + for<'p> DivergenceOperator<W::Panel<'p>>,
    {
        let (m, n, model) = (a.nrows(), a.ncols(), self.model);
        let k = model.settings.rank;
        let start = if model.record.started {
            k
        } else {
            k.saturating_mul(STARTING_BLOCKS).min(m).min(n).max(k)
        };
        let width = if self.by_terms { 2 * k } else { k };
        let l = start.max(width);
        let mut memory = Memory::<T, W>::new(Sizes::new((m, n), l, k))?;
        let (mut workspace, mut w, _) = memory.lend(a.columns())?;
        let mut state = MiniBatchState {
            h: W::panel(&mut model.h, n, k)?,
            sums: W::panel(&mut model.sums, n, width)?,
            gram: MatMut::new(&mut model.gram, k, k)?,
            record: &mut model.record,
        };
        let batches = lowrank_core::nmf::MiniBatchNmf {
            settings: model.settings.of_rows(1).of_core(k, self.by_terms),
            forgetting: model.settings.forgetting,
        };
        Ok(if self.by_terms {
            let beta = model.settings.loss.beta();
            let nmf = MiniBatchBetaNmf { beta, batches };
            nmf.partial_fit(a, &mut workspace, &mut w, &mut state)?
        } else {
            batches.partial_fit(a, &mut workspace, &mut w, &mut state)?
        })
    }
}

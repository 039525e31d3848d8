//! Completion of a matrix in memory.

use super::Observer;
use super::buffers::Sizes;
use super::suited_penalty::suited_penalty;
use crate::backend::{Backend, Placement};
use crate::cpu::HostSpace;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Matrix, Observed, Scalar, SparseMatrix};
use lowrank_core::MatMut;
use lowrank_core::approximation::Approximation;
use lowrank_core::completion::{
    AlsCompletion, Biases, CompletionFactors, LeastSquares, SgdCompletion, VisitOrder, Weighting,
    als_scratch_len,
};
use lowrank_core::iteration::{Progress, Report, Stop};
use lowrank_core::learning_rate::LearningRate;
use lowrank_core::operator::{KnownEntries, Observed as Known};
use lowrank_core::stopping::TOLERANCE;
use lowrank_core::summation::CompensatedSum;
use std::ops::ControlFlow;

/// The algorithm of a completion.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CompletionSolver {
    /// Alternating least squares, on all threads.
    #[default]
    Als,
    /// Stochastic gradient descent over single entries, on one thread.
    Sgd,
}

/// The widest rows that alternating least squares solves for exactly. In wider ones a few steps of conjugate gradients
/// cost a third of Cholesky's factorization at k = 20, less beyond, and as many iterations lead to the same loss.
const WIDEST_EXACT: usize = 8;

/// The steps of conjugate gradients in an iteration: on 100,004 ratings, k = 20, the loss ends 3e-7 above that of exact
/// rows, and 5e-7 with two steps.
const STEPS: usize = 3;

/// A ~ W H^T of rank k, of any sign, over the known entries, with biases of rows and
/// columns: settings and [`fit`](Completion::fit).
///
/// [`lowrank_core::completion::Completion`] defines the objective.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Completion {
    /// k; with biases it may be zero.
    pub rank: usize,
    /// The algorithm.
    pub solver: CompletionSolver,
    /// The biases: with both, the model is a_ij ~ mu + b_i + c_j + w_i . h_j; without, w_i . h_j alone.
    pub biases: Biases,
    /// The penalty of W and H, in the unit of A; `None`: one that suits A, 11.4 s min(1, d / 80) to two digits, where s is
    /// the standard deviation of its e known entries and d = e / min(m, n), and 0.19 s for [`Weighting::Count`]. The
    /// [settings of the model](CompletionModel::settings) have the number.
    pub l2: Option<f64>,
    /// The dependence of the penalty on the number of known entries of a row.
    pub weighting: Weighting,
    /// The penalty of b and c, in units of entries.
    pub bias_l2: f64,
    /// The rate of each epoch of [`CompletionSolver::Sgd`], in the inverse unit of A.
    pub learning_rate: LearningRate,
    /// The order in which [`CompletionSolver::Sgd`] visits entries.
    pub order: VisitOrder,
    /// The maximum number of iterations or epochs.
    pub iterations: usize,
    /// The share of the loss at or below which the gain of ten steps stops the iteration
    /// ([`StoppingRule`](lowrank_core::stopping::StoppingRule)). Zero: all iterations are done.
    pub tolerance: f64,
    /// The backend.
    pub backend: Backend,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for Completion {
    /// Returns rank 20 with both biases by alternating least squares, at most 1000 iterations with tolerance 5e-6, and
    /// penalties that suit the matrix (docs/algorithms.md).
    fn default() -> Self {
        Self {
            rank: 20,
            solver: CompletionSolver::default(),
            biases: Biases::Both,
            l2: None,
            weighting: Weighting::Plain,
            bias_l2: 3.0,
            learning_rate: LearningRate::default(),
            order: VisitOrder::default(),
            iterations: 1000,
            tolerance: TOLERANCE,
            backend: Backend::default(),
            seed: 0,
        }
    }
}

impl Completion {
    /// Computes W, H and biases of A, m x n.
    ///
    /// # Errors
    /// [`Error::Factorization`] for a rank above min(m, n), or of zero without biases, entries that
    /// are not finite, settings out of range, an empty matrix, and a descent that diverges;
    /// [`Error::ZerosOrMissing`] for a sparse matrix that is not [`Observed`](crate::Observed);
    /// [`Error::FactorMemory`] if there is not enough memory.
    pub fn fit<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
    ) -> Result<CompletionModel<T>, Error> {
        self.fit_with(a, |_| ControlFlow::Continue(()))
    }

    /// [`fit`](Self::fit) with an observer.
    ///
    /// - `observe`: called before each iteration and after the last; may stop the iteration.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit).
    pub fn fit_with<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
        mut observe: impl FnMut(Progress<T>) -> ControlFlow<()> + Send,
    ) -> Result<CompletionModel<T>, Error> {
        T::of(&FIT)(self, a.into(), &mut observe)
    }

    /// Returns the backend of [`fit`](Self::fit), which is no GPU.
    pub fn placement(&self) -> Placement {
        self.backend.placed_on_cpu()
    }

    fn find<T: Scalar>(
        &self,
        a: &SparseMatrix<T>,
        observe: Observer<'_, T>,
    ) -> Result<CompletionModel<T>, Error> {
        let (m, n, settings) = (a.nrows(), a.ncols(), self.of_core()?);
        let p = settings.row_len();
        let limit = m.min(n);
        if limit > 0 && self.rank > limit {
            let rank = self.rank;
            return Err(lowrank_core::Error::Rank { rank, limit }.into());
        }
        Sizes::new((m, n), 0, p).check_memory::<T, HostSpace>()?;
        let (mut w, mut h) = (vec![T::ZERO; m * p], vec![T::ZERO; n * p]);
        let mut factors = CompletionFactors {
            w: MatMut::new(&mut w, p, m)?,
            h: MatMut::new(&mut h, p, n)?,
            mean: T::ZERO,
        };
        let report = match self.solver {
            CompletionSolver::Als => self.alternate(a, &mut factors, observe)?,
            CompletionSolver::Sgd => {
                let sgd = SgdCompletion {
                    settings,
                    learning_rate: self.learning_rate,
                    order: self.order,
                };
                sgd.run(&Known(a.view()?), &mut factors, observe)?
            }
        };
        Ok(self.model(&factors, report))
    }

    fn alternate<T: Scalar>(
        &self,
        a: &SparseMatrix<T>,
        factors: &mut CompletionFactors<'_, T>,
        observe: Observer<'_, T>,
    ) -> Result<Report<T>, Error> {
        let settings = self.of_core()?;
        // Without penalties, rows of few known entries are singular.
        let descend = settings.row_len() > WIDEST_EXACT && settings.l2 > 0.0;
        let solver = match descend {
            false => LeastSquares::Cholesky,
            true => LeastSquares::ConjugateGradients(STEPS),
        };
        let als = AlsCompletion { settings, solver };
        let scratch = &mut vec![T::ZERO; als_scratch_len(settings.row_len())];
        let schedule = self.backend.row_schedule();
        let transposed = a.transpose();
        let matrices = (&Known(a.view()?), &Known(transposed.view()?));
        let report = schedule.run(|| als.run(matrices, factors, scratch, &schedule, observe))?;
        Ok(report)
    }

    /// Returns the penalty of a fit of A: that of the settings, or the one that suits A.
    pub fn penalty<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> f64 {
        match (self.l2, a.into()) {
            (Some(l2), _) => l2,
            (None, a) => T::of(&PENALTY)(a, self.weighting),
        }
    }

    /// Returns these settings with the penalty that suits A, unless they have one.
    fn suited<A: KnownEntries>(&self, a: &A) -> Self {
        let l2 = self.l2.unwrap_or_else(|| suited_penalty(a, self.weighting));
        Self {
            l2: Some(l2),
            ..*self
        }
    }

    /// Returns the settings of core.
    ///
    /// # Errors
    /// [`Error::NoPenalty`] for a penalty that is not known yet.
    pub(crate) fn of_core(&self) -> Result<lowrank_core::completion::Completion, Error> {
        Ok(lowrank_core::completion::Completion {
            rank: self.rank,
            biases: self.biases,
            l2: self.l2.ok_or(Error::NoPenalty)?,
            weighting: self.weighting,
            bias_l2: self.bias_l2,
            iterations: self.iterations,
            tolerance: self.tolerance,
            seed: self.seed,
        })
    }

    /// Returns the rows of a factor without their biases, and these.
    pub(super) fn rows<T: Scalar>(&self, factor: &MatMut<'_, T>) -> NewRows<T> {
        let (m, k) = (factor.ncols(), self.rank);
        NewRows {
            w: DenseMatrix::from_fn(m, k, |i, j| factor.column(i)[j]),
            biases: match self.biases.any() {
                true => factor.columns().map(|row| row[k]).collect(),
                false => vec![T::ZERO; m],
            },
        }
    }

    fn model<T: Scalar>(
        &self,
        factors: &CompletionFactors<'_, T>,
        report: Report<T>,
    ) -> CompletionModel<T> {
        let (rows, columns) = (self.rows(&factors.w), self.rows(&factors.h));
        CompletionModel {
            w: rows.w,
            h: columns.w,
            row_biases: rows.biases,
            column_biases: columns.biases,
            mean: factors.mean,
            approximation: report.approximation,
            loss: report.loss,
            iterations: report.iterations,
            stop: report.stop,
            settings: *self,
        }
    }
}

compiled! {
    static PENALTY: Penalty<T> = penalty as fn(Matrix<'_, T>, Weighting) -> f64;
}

fn penalty<T: Scalar>(a: Matrix<'_, T>, weighting: Weighting) -> f64 {
    // A matrix of a wrong shape is refused by the fit.
    let penalty = match a {
        Matrix::Dense(a) => a.view().map(|a| suited_penalty(&a, weighting)),
        Matrix::Sparse(a) | Matrix::Observed(a) => {
            let known = a.view().map(Known);
            known.map(|a| suited_penalty(&a, weighting))
        }
    };
    penalty.unwrap_or_default()
}

compiled! {
    static FIT: Fit<T> = fit
        as fn(&Completion, Matrix<'_, T>, Observer<'_, T>) -> Result<CompletionModel<T>, Error>;
}

fn fit<T: Scalar>(
    settings: &Completion,
    a: Matrix<'_, T>,
    observe: Observer<'_, T>,
) -> Result<CompletionModel<T>, Error> {
    match a {
        Matrix::Sparse(_) => Err(Error::ZerosOrMissing),
        // One type of matrix: the updates of rows are long, and few have all entries.
        Matrix::Dense(a) => {
            let known = SparseMatrix::of_all_entries(a)?;
            fit(settings, Matrix::Observed(&known), observe)
        }
        Matrix::Observed(a) => settings.suited(&Known(a.view()?)).find(a, observe),
    }
}

/// A completed matrix: v_ij = mu + b_i + c_j + w_i . h_j.
#[derive(Clone, Debug, PartialEq)]
pub struct CompletionModel<T> {
    /// m x k: W. Rows without known entries are zero.
    pub w: DenseMatrix<T>,
    /// n x k: H. Columns of A without known entries have zero rows.
    pub h: DenseMatrix<T>,
    /// b, m numbers; zero without biases of rows.
    pub row_biases: Vec<T>,
    /// c, n numbers; zero without biases of columns.
    pub column_biases: Vec<T>,
    /// mu, the mean of the known entries; zero without biases.
    pub mean: T,
    /// ||A - V||_F, computed; a bound that includes rounding; and ||A||_F, over the known entries.
    pub approximation: Approximation<T>,
    /// The loss, with penalties.
    pub loss: T,
    /// The number of iterations or epochs done.
    pub iterations: usize,
    /// The reason why they stopped.
    pub stop: Stop,
    /// The settings of the fit, with the penalty that it had.
    pub settings: Completion,
}

/// New rows of a completion: v_ij = mu + b_i + c_j + w_i . h_j.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRows<T> {
    /// m x k. Rows without known entries are zero.
    pub w: DenseMatrix<T>,
    /// b, m numbers; zero without biases of rows.
    pub biases: Vec<T>,
}

impl<T: Scalar> CompletionModel<T> {
    /// Returns v_ij; `None` if there is no such row or column.
    pub fn predict(&self, i: usize, j: usize) -> Option<T> {
        let (b, c) = (self.row_biases.get(i)?, self.column_biases.get(j)?);
        let mut product = -T::ZERO;
        for p in 0..self.w.ncols() {
            product += self.w.at(i, p) * self.h.at(j, p);
        }
        Some(self.mean + *b + *c + product)
    }

    /// Returns V, m x n.
    pub fn completed(&self) -> DenseMatrix<T> {
        let (m, n) = (self.w.nrows(), self.h.nrows());
        DenseMatrix::from_fn(m, n, |i, j| self.predict(i, j).unwrap_or(T::ZERO))
    }

    /// Returns the root mean square of a_ij - v_ij over known entries, such as those
    /// [`held out`](crate::completion::HeldOut) of a fit; zero if there are none, `None` for a matrix that is
    /// not m x n.
    pub fn rmse(&self, a: Observed<'_, T>) -> Option<f64> {
        let Observed(a) = a;
        if (a.nrows(), a.ncols()) != (self.w.nrows(), self.h.nrows()) {
            return None;
        }
        let mut squares = CompensatedSum::<f64>::default();
        for i in 0..a.nrows() {
            let (columns, values) = a.row(i);
            for (&j, value) in columns.iter().zip(values) {
                let predicted = self.predict(i, j as usize)?;
                let residual = value.to_f64() - predicted.to_f64();
                squares.add(residual * residual);
            }
        }
        Some((squares.sum() / a.nonzeros().max(1) as f64).sqrt())
    }
}

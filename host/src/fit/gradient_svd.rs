//! Truncated SVD by gradient descent of a matrix in memory.

use super::buffers::{Memory, Sizes, StateMemory, TripletValues};
use super::descent::{Descent, descent_work};
use crate::backend::{self, Backend, Operator, Placement, Products, Task};
use crate::matrix::check_rank;
use crate::memory_space::MemorySpace;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::LinearOperator;
use lowrank_core::approximation::Approximation;
use lowrank_core::descent::{
    DescentProgress, DescentState, GradientSvdReport, Momentum, Optimizer,
};
use lowrank_core::iteration::Stop;
use lowrank_core::learning_rate::LearningRate;
use std::ops::ControlFlow;

/// A ~ U diag(s) V^T of rank k by gradient descent: settings and [`fit`](GradientSvd::fit).
///
/// An experiment for comparison with [`TruncatedSvd`](crate::TruncatedSvd);
/// [`lowrank_core::descent::GradientSvd`] defines the loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientSvd {
    /// k.
    pub rank: usize,
    /// The optimizer.
    pub descent: Descent,
    /// The learning rate.
    pub learning_rate: LearningRate,
    /// The weight of the terms that keep U and V orthonormal.
    pub orthogonality: f64,
    /// The maximum number of iterations of each start.
    pub iterations: usize,
    /// The maximum number of starts, from 1.
    pub starts: usize,
    /// The maximum number of further iterations of the best start, if no loss is zero.
    pub refinement: usize,
    /// A loss up to this counts as zero: no other start is tried.
    pub tolerance: f64,
    /// The backend.
    pub backend: Backend,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for GradientSvd {
    /// Returns six triplets by the heavy ball: at most 8 starts of 20000 iterations, of which the best is continued
    /// for at most 400000; rate and momentum 0.9.
    fn default() -> Self {
        let of_core = lowrank_core::descent::GradientSvd::<Momentum>::default();
        Self {
            rank: 6,
            descent: Descent::Momentum(of_core.optimizer),
            learning_rate: of_core.learning_rate,
            orthogonality: of_core.orthogonality,
            iterations: of_core.iterations,
            starts: of_core.starts,
            refinement: of_core.refinement,
            tolerance: of_core.tolerance,
            backend: Backend::default(),
            seed: of_core.seed,
        }
    }
}

/// A truncated SVD by gradient descent; columns of U and V are orthonormal as far as the loss is zero.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientSvdModel<T> {
    /// m x k.
    pub u: DenseMatrix<T>,
    /// k, descending.
    pub singular_values: Vec<T>,
    /// n x k.
    pub v: DenseMatrix<T>,
    /// k: ||A v_i - s_i u_i||.
    pub residuals: Vec<T>,
    /// ||A - U diag(s) V^T||_F, computed; a bound that includes rounding; and ||A||_F.
    pub approximation: Approximation<T>,
    /// The least loss found, for A scaled to the norm 2.
    pub loss: T,
    /// The number of starts.
    pub starts: usize,
    /// The start that was kept, counted from zero.
    pub best_start: usize,
    /// The number of iterations of that start.
    pub iterations: usize,
    /// The reason why it stopped.
    pub stop: Stop,
    /// The products with A.
    pub products: Products,
    /// The settings of the fit.
    pub settings: GradientSvd,
}

impl GradientSvd {
    /// Computes U, s and V of A, m x n.
    ///
    /// # Errors
    /// [`Error::Factorization`] if every start diverges, for a rank that is zero or above
    /// min(m, n), entries that are missing or not finite, settings out of range and an empty matrix;
    /// [`Error::FactorMemory`] if there is not enough memory.
    pub fn fit<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
    ) -> Result<GradientSvdModel<T>, Error> {
        self.fit_with(a, |_| ControlFlow::Continue(()))
    }

    /// [`fit`](Self::fit) with an observer.
    ///
    /// - `observe`: called every twenty iterations; may stop the iteration.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit).
    pub fn fit_with<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
        mut observe: impl FnMut(DescentProgress<T>) -> ControlFlow<()> + Send,
    ) -> Result<GradientSvdModel<T>, Error> {
        T::of(&FIT)(self, a.into(), &mut observe)
    }

    /// Returns the backend of [`fit`](Self::fit) for this matrix.
    pub fn placement<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Placement {
        let a = a.into();
        let sizes = self.sizes(a.nrows(), a.ncols());
        let work = descent_work::<T>(sizes, self.iterations);
        self.backend.placed(a, work)
    }

    fn sizes(&self, m: usize, n: usize) -> Sizes {
        Sizes {
            states: self.descent.states() + 1,
            ..Sizes::new((m, n), self.rank, self.rank)
        }
    }
}

type Observer<'a, T> = &'a mut (dyn FnMut(DescentProgress<T>) -> ControlFlow<()> + Send);

compiled! {
    static FIT: Fit<T> = fit
        as fn(&GradientSvd, Matrix<'_, T>, Observer<'_, T>) -> Result<GradientSvdModel<T>, Error>;
}

fn fit<T: Scalar>(
    settings: &GradientSvd,
    a: Matrix<'_, T>,
    observe: Observer<'_, T>,
) -> Result<GradientSvdModel<T>, Error> {
    check_rank((a.nrows(), a.ncols()), settings.rank)?;
    let factor = Factor {
        settings: *settings,
        observe,
    };
    backend::run(settings.placement(a).backend, a, factor)
}

struct Factor<'a, T> {
    settings: GradientSvd,
    observe: Observer<'a, T>,
}

impl<T: Scalar> Task<T> for Factor<'_, T> {
    type Output = GradientSvdModel<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<GradientSvdModel<T>, Error> {
        let settings = self.settings;
        let (m, n, k) = (a.nrows(), a.ncols(), settings.rank);
        let count = settings.descent.states() + 1;
        let sizes = settings.sizes(m, n);
        let mut memory = Memory::<T, S>::new(sizes)?;
        let mut left = StateMemory::<T, S>::new(count, m, k)?;
        let mut right = StateMemory::<T, S>::new(count, n, k)?;
        let (mut workspace, u, v) = memory.lend(a.columns())?;
        let mut state = DescentState {
            left: &mut left.lend(None)?,
            right: &mut right.lend(a.columns())?,
        };
        let mut values = TripletValues::zeros(k);
        let mut factors = values.beside(u, v);
        let descent = lowrank_core::descent::GradientSvd {
            rank: k,
            optimizer: settings.descent,
            learning_rate: settings.learning_rate,
            orthogonality: settings.orthogonality,
            iterations: settings.iterations,
            starts: settings.starts,
            refinement: settings.refinement,
            tolerance: settings.tolerance,
            seed: settings.seed,
        };
        let observe = self.observe;
        let GradientSvdReport {
            report,
            starts,
            best_start,
        } = descent.run(a, &mut workspace, &mut state, &mut factors, observe)?;
        Ok(GradientSvdModel {
            u: S::entries(&factors.u)?,
            v: S::entries(&factors.v)?,
            singular_values: values.singular_values,
            residuals: values.residuals,
            approximation: report.approximation,
            loss: report.loss,
            starts,
            best_start,
            iterations: report.iterations,
            stop: report.stop,
            products: a.products(),
            settings,
        })
    }
}

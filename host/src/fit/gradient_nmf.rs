//! Non-negative factorization by gradient descent of a matrix in memory.

use super::Observer;
use super::buffers::{Memory, Sizes, StateMemory};
use super::descent::{Descent, descent_work};
use super::nmf::Nmf;
use super::nmf::{check_shape, weights_of};
use super::svd::largest_singular_value;
use crate::backend::{self, Backend, Operator, Placement, Products, Task};
use crate::matrix::check_nonnegative_rank;
use crate::memory_space::MemorySpace;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::LinearOperator;
use lowrank_core::approximation::Approximation;
use lowrank_core::descent::{
    Adam, DescentState, GradientNmfReport, GradientStart, Objective, Optimizer, SignRule,
};
use lowrank_core::iteration::{Progress, Stop};
use lowrank_core::learning_rate::LearningRate;
use lowrank_core::nmf::NmfFactors;
use lowrank_core::stopping::TOLERANCE;
use std::ops::ControlFlow;

/// A ~ W H^T of rank k by gradient descent: settings and [`fit`](GradientNmf::fit).
///
/// [`Nmf`] needs far fewer iterations; this is a baseline for comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientNmf {
    /// k.
    pub rank: usize,
    /// The optimizer.
    pub descent: Descent,
    /// The objective.
    pub objective: Objective,
    /// The treatment of negative entries.
    pub sign: SignRule,
    /// The learning rate; `None`: one suited to A. With sigma_1, the largest singular value, this is
    /// (1 - momentum) / (4 sigma_1) for plain descent and the heavy ball, and a twenty-fifth of the typical
    /// entry sqrt(sigma_1 / sqrt(m n)) for Adam; it decreases by a tenth every 100 iterations.
    pub learning_rate: Option<LearningRate>,
    /// W and H are initialized as |N(0, deviation^2)|; `None`: two fifths of the typical entry.
    pub deviation: Option<f64>,
    /// The maximum number of iterations.
    pub iterations: usize,
    /// The share of the loss at or below which the gain of a hundred steps stops the iteration
    /// ([`StoppingRule`](lowrank_core::stopping::StoppingRule), for every tenth). Zero: all iterations are done.
    pub tolerance: f64,
    /// The backend.
    pub backend: Backend,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for GradientNmf {
    /// Returns six components by plain projected gradient descent, at most 1000 iterations, tolerance 5e-6.
    fn default() -> Self {
        Self {
            rank: 6,
            descent: Descent::Plain,
            objective: Objective::default(),
            sign: SignRule::Projected,
            learning_rate: None,
            deviation: None,
            iterations: 1000,
            tolerance: TOLERANCE,
            backend: Backend::default(),
            seed: 0,
        }
    }
}

/// The learning rate of plain descent, in units of 1 / sigma_1: above 2 it diverges.
const SHARE_OF_CURVATURE: f64 = 0.25;

/// The learning rate of Adam, in units of the typical entry.
const SHARE_OF_ENTRY: f64 = 0.04;

/// The deviation of the initial factors, in units of the typical entry.
const START: f64 = 0.4;

impl GradientNmf {
    /// Computes W and H of A, m x n.
    ///
    /// # Errors
    /// [`Error::Factorization`] if the descent diverges, for a rank of zero,
    /// entries that are negative, missing or not finite, settings out of range and an empty matrix;
    /// [`Error::FactorMemory`] if there is not enough memory.
    pub fn fit<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
    ) -> Result<GradientNmfModel<T>, Error> {
        self.fit_with(a, None, |_| ControlFlow::Continue(()))
    }

    /// [`fit`](Self::fit) with initial factors and an observer.
    ///
    /// - `start`: the initial W and H.
    /// - `observe`: called before each iteration and after the last; may stop the iteration.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit); [`Error::Factorization`] for factors of another shape.
    pub fn fit_with<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
        start: Option<(&DenseMatrix<T>, &DenseMatrix<T>)>,
        mut observe: impl FnMut(Progress<T>) -> ControlFlow<()> + Send,
    ) -> Result<GradientNmfModel<T>, Error> {
        T::of(&FIT)(self, a.into(), start, &mut observe)
    }

    /// Returns these settings with a learning rate and a deviation suited to A, if they are not given.
    fn suited_to<T: Scalar>(&self, a: Matrix<'_, T>, backend: Backend) -> Result<Self, Error> {
        if self.learning_rate.is_some() && self.deviation.is_some() {
            return Ok(*self);
        }
        let sigma = largest_singular_value(a, backend, self.seed)?;
        let sigma = if sigma > 0.0 { sigma } else { 1.0 };
        let typical = (sigma / (a.nrows() as f64 * a.ncols() as f64).sqrt()).sqrt();
        let initial = match self.descent {
            Descent::Plain => SHARE_OF_CURVATURE / sigma,
            Descent::Momentum(rule) => SHARE_OF_CURVATURE * (1.0 - rule.momentum) / sigma,
            Descent::Adam(_) => SHARE_OF_ENTRY * typical,
        };
        let falling = LearningRate {
            initial,
            factor: 0.9,
            every: 100,
        };
        Ok(Self {
            learning_rate: Some(self.learning_rate.unwrap_or(falling)),
            deviation: Some(self.deviation.unwrap_or(START * typical)),
            ..*self
        })
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
            states: self.descent.states(),
            ..Sizes::new((m, n), self.rank, self.rank)
        }
    }

    /// Returns `gradient`, `projected-gradient`, `momentum`, `projected-momentum`, `adam` or `projected-adam`.
    pub fn solver_name(&self) -> &'static str {
        match (self.descent, self.sign) {
            (Descent::Plain, SignRule::Projected) => "projected-gradient",
            (Descent::Plain, _) => "gradient",
            (Descent::Momentum(_), SignRule::Projected) => "projected-momentum",
            (Descent::Momentum(_), _) => "momentum",
            (Descent::Adam(_), SignRule::Projected) => "projected-adam",
            (Descent::Adam(_), _) => "adam",
        }
    }

    /// Returns Adam with betas of 0.9, which average the size of a gradient over as few steps as its direction.
    pub fn adam() -> Descent {
        Descent::Adam(Adam {
            betas: (0.9, 0.9),
            ..Adam::default()
        })
    }
}

/// A factorization by gradient descent; depending on its settings, it may have negative entries.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientNmfModel<T> {
    /// m x k: the weight of each component in each row of A.
    pub w: DenseMatrix<T>,
    /// n x k: the components.
    pub h: DenseMatrix<T>,
    /// ||A - W H^T||_F, computed; a bound that includes rounding; and ||A||_F.
    pub approximation: Approximation<T>,
    /// The number of negative entries of W and H.
    pub negative_entries: usize,
    /// The number of iterations done.
    pub iterations: usize,
    /// The reason why they stopped.
    pub stop: Stop,
    /// The products with A.
    pub products: Products,
    /// The settings of the fit, including its learning rate and its deviation.
    pub settings: GradientNmf,
}

impl<T: Scalar> GradientNmfModel<T> {
    /// Computes the weights W >= 0 of the rows of a new matrix, m x k, for the held components. This is done by
    /// alternating least squares, without gradients.
    ///
    /// # Errors
    /// [`Error::Factorization`] if the number of columns of A differs from the fitted one, or if entries
    /// are negative or not finite.
    pub fn transform<'a>(&self, a: impl Into<Matrix<'a, T>>) -> Result<DenseMatrix<T>, Error> {
        let nmf = Nmf {
            rank: self.settings.rank,
            backend: self.settings.backend,
            ..Nmf::default()
        };
        Ok(weights_of(nmf, &self.h, a.into())?.w)
    }
}

/// The initial W and H.
type Start<'a, T> = Option<(&'a DenseMatrix<T>, &'a DenseMatrix<T>)>;

compiled! {
    static FIT: Fit<T> = fit
        as fn(&GradientNmf, Matrix<'_, T>, Start<'_, T>, Observer<'_, T>) -> Result<GradientNmfModel<T>, Error>;
}

fn fit<T: Scalar>(
    settings: &GradientNmf,
    a: Matrix<'_, T>,
    start: Start<'_, T>,
    observe: Observer<'_, T>,
) -> Result<GradientNmfModel<T>, Error> {
    check_nonnegative_rank((a.nrows(), a.ncols()), settings.rank)?;
    let backend = settings.placement(a).backend;
    let factor = Factor {
        settings: settings.suited_to(a, backend)?,
        start,
        observe,
    };
    backend::run(backend, a, factor)
}

struct Factor<'a, T> {
    settings: GradientNmf,
    start: Start<'a, T>,
    observe: Observer<'a, T>,
}

impl<T: Scalar> Task<T> for Factor<'_, T> {
    type Output = GradientNmfModel<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<GradientNmfModel<T>, Error> {
        let settings = self.settings;
        let (m, n, k) = (a.nrows(), a.ncols(), settings.rank);
        let count = settings.descent.states();
        let sizes = settings.sizes(m, n);
        let mut memory = Memory::<T, S>::new(sizes)?;
        let mut left = StateMemory::<T, S>::new(count, m, k)?;
        let mut right = StateMemory::<T, S>::new(count, n, k)?;
        let (mut workspace, w, h) = memory.lend(a.columns())?;
        let mut factors = NmfFactors { w, h };
        if let Some((w_given, h_given)) = self.start {
            check_shape(w_given, (m, k))?;
            check_shape(h_given, (n, k))?;
            S::load(&mut factors.w, w_given)?;
            S::load(&mut factors.h, h_given)?;
        }
        let mut state = DescentState {
            left: &mut left.lend(None)?,
            right: &mut right.lend(a.columns())?,
        };
        let descent = lowrank_core::descent::GradientNmf {
            rank: k,
            objective: settings.objective,
            sign: settings.sign,
            optimizer: settings.descent,
            learning_rate: settings.learning_rate.unwrap_or_default(),
            start: match (self.start, settings.deviation) {
                (None, Some(deviation)) => GradientStart::HalfGaussian { deviation },
                _ => GradientStart::Given,
            },
            iterations: settings.iterations,
            tolerance: settings.tolerance,
            seed: settings.seed,
        };
        let (space, observe) = (&mut workspace, self.observe);
        let GradientNmfReport {
            report,
            negative_entries,
        } = descent.run(a, space, &mut state, &mut factors, observe)?;
        Ok(GradientNmfModel {
            w: S::entries(&factors.w)?,
            h: S::entries(&factors.h)?,
            approximation: report.approximation,
            negative_entries,
            iterations: report.iterations,
            stop: report.stop,
            products: a.products(),
            settings,
        })
    }
}

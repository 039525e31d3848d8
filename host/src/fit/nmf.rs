//! Non-negative factorization of a matrix in memory.

use super::buffers::{Memory, Sizes};
use super::loss::Loss;
use super::svd::range_finder;
use super::svd_work::krylov_work;
use super::{BLOCK, BLOCKS, Observer, POWER_ITERATIONS, few_nonzeros, krylov_columns};
use crate::backend::{self, Backend, Operator, Placement, Products, Task, Work};
use crate::matrix::check_nonnegative_rank;
use crate::memory_space::MemorySpace;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::LinearOperator;
use lowrank_core::approximation::Approximation;
use lowrank_core::iteration::{Progress, Stop};
use lowrank_core::nmf::{BetaNmf, NmfFactors, NmfInit, NmfSolver};
use lowrank_core::penalty::Penalty;
use lowrank_core::stopping::TOLERANCE;
use lowrank_core::svd::Subspace;
use std::ops::ControlFlow;

/// A ~ W H^T of rank k with W, H >= 0: settings and [`fit`](Nmf::fit).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nmf {
    /// k.
    pub rank: usize,
    /// The divergence of W H^T from A.
    pub loss: Loss,
    /// The update of a factor; `None` is the fastest: HALS for the Frobenius norm of all entries, and
    /// MU, the only one for other losses and missing entries.
    pub solver: Option<NmfSolver>,
    /// The initialization.
    pub init: NmfInit,
    /// The maximum number of iterations.
    pub iterations: usize,
    /// The share of the loss at or below which the gain of ten steps stops the iteration
    /// ([`StoppingRule`](lowrank_core::stopping::StoppingRule)). Zero: all iterations are done.
    pub tolerance: f64,
    /// The penalty of W in the loss.
    pub w_penalty: Penalty<f64>,
    /// The penalty of H in the loss.
    pub h_penalty: Penalty<f64>,
    /// The backend.
    pub backend: Backend,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for Nmf {
    /// Returns six components by HALS from NNDSVDa, at most 30000 iterations, tolerance 5e-6.
    fn default() -> Self {
        Self {
            rank: 6,
            loss: Loss::default(),
            solver: None,
            init: NmfInit::default(),
            iterations: 30_000,
            tolerance: TOLERANCE,
            w_penalty: Penalty::default(),
            h_penalty: Penalty::default(),
            backend: Backend::default(),
            seed: 0,
        }
    }
}

impl Nmf {
    /// Computes W and H of A, m x n.
    ///
    /// # Errors
    /// [`Error::Factorization`] for a rank of zero, entries that are
    /// negative or not finite, zeros for which the loss is infinite, settings out of range, HALS for a
    /// loss that it does not support, and an empty matrix; [`Error::FactorMemory`] if there is not enough
    /// memory.
    pub fn fit<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Result<NmfModel<T>, Error> {
        self.fit_with(a, None, |_| ControlFlow::Continue(()))
    }

    /// [`fit`](Self::fit) with initial factors and an observer.
    ///
    /// - `start`: W and H, such as those of another model, instead of `init`.
    /// - `observe`: called before each iteration and after the last; may stop the iteration.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit); [`Error::Factorization`] for factors of another shape, with negative
    /// entries or with some that are not finite.
    pub fn fit_with<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
        start: Option<(&DenseMatrix<T>, &DenseMatrix<T>)>,
        mut observe: impl FnMut(Progress<T>) -> ControlFlow<()> + Send,
    ) -> Result<NmfModel<T>, Error> {
        let (start, init) = match start {
            Some((w, h)) => (Start::Factors(w, h), NmfInit::Given),
            None => (Start::Nothing, self.init),
        };
        T::of(&FIT)(&Self { init, ..*self }, a.into(), start, &mut observe)
    }

    /// [`fit`](Self::fit) that also returns W.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit).
    pub fn fit_transform<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
    ) -> Result<(NmfModel<T>, DenseMatrix<T>), Error> {
        let model = self.fit(a)?;
        let weights = model.w.clone();
        Ok((model, weights))
    }

    /// Returns core's settings; `by_terms`: for another loss, or with missing entries.
    pub(super) fn of_core(&self, by_terms: bool) -> lowrank_core::Nmf {
        let fastest = if by_terms {
            NmfSolver::Mu
        } else {
            NmfSolver::Hals
        };
        lowrank_core::Nmf {
            rank: self.rank,
            solver: self.solver.unwrap_or(fastest),
            init: self.init,
            iterations: self.iterations,
            tolerance: self.tolerance,
            w_penalty: self.w_penalty,
            h_penalty: self.h_penalty,
            subspace: Subspace::Krylov,
            block: BLOCK,
            range_finder: range_finder(POWER_ITERATIONS, self.seed),
        }
    }

    /// Returns the backend of [`fit`](Self::fit) for this matrix.
    pub fn placement<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Placement {
        let a = a.into();
        self.backend.placed(a, self.work(a))
    }

    /// Returns the work. An iteration multiplies k columns by A and by A^T, and its Gram matrices and sweeps take
    /// about 2 k^2 for each row of W and H; another loss computes logarithms or powers for every entry that it
    /// visits. Most fits end within 100 iterations.
    fn work<T: Scalar>(&self, a: Matrix<'_, T>) -> Work {
        let (m, n) = (a.nrows(), a.ncols());
        let sizes = self.sizes((m, n), true, !is_complete(a));
        let (sides, k) = ((m + n) as f64, self.rank as f64);
        let iterations = self.iterations.min(100) as f64;
        let start = match self.init {
            NmfInit::Nndsvd | NmfInit::Nndsvda => krylov_work::<T>(sizes),
            NmfInit::Random | NmfInit::Given => Work {
                columns: 0.0,
                others: 0.0,
                panels: sizes.bytes_on_gpu::<T>(),
            },
        };
        let (columns, steps) = if self.loss == Loss::Frobenius && is_complete(a) {
            (2.0 * k, 2.0 * sides * k * k)
        } else {
            let visited = match (a, self.loss) {
                (Matrix::Sparse(_), Loss::ItakuraSaito | Loss::Beta(_)) => m as f64 * n as f64,
                _ => a.entries() as f64,
            };
            (0.0, 2.0 * visited * (4.0 * k + TRANSCENDENTAL))
        };
        Work {
            columns: start.columns + iterations * columns,
            others: start.others + iterations * steps,
            ..start
        }
    }

    /// Returns the sizes of the memory; `from_nothing`: with a Krylov space for the initialization.
    fn sizes(&self, size: (usize, usize), from_nothing: bool, missing: bool) -> Sizes {
        let k = self.rank;
        let mut sizes = match from_nothing {
            true => Sizes::of_krylov_space(size, krylov_columns(k, BLOCKS), k).with_blocks(BLOCK),
            false => Sizes::new(size, k, k),
        };
        // Numerators and denominators are adjacent.
        let by_terms = self.loss != Loss::Frobenius || missing;
        let terms = if by_terms { k.saturating_mul(2) } else { k };
        sizes.l = sizes.l.max(terms);
        sizes.across = sizes.across.max(terms);
        sizes
    }

    /// Returns the solver for matrices without missing entries.
    pub fn resolved_solver(&self) -> NmfSolver {
        let by_terms = self.loss != Loss::Frobenius;
        self.of_core(by_terms).solver
    }
}

/// The cost of a logarithm or a power, in operations of a sparse product.
const TRANSCENDENTAL: f64 = 40.0;

/// A non-negative factorization.
#[derive(Clone, Debug, PartialEq)]
pub struct NmfModel<T> {
    /// m x k: the weight of each component in each row of A.
    pub w: DenseMatrix<T>,
    /// n x k: the components.
    pub h: DenseMatrix<T>,
    /// ||A - W H^T||_F, computed; a bound that includes rounding; and ||A||_F.
    pub approximation: Approximation<T>,
    /// The loss, without penalties.
    pub loss: T,
    /// The number of iterations done.
    pub iterations: usize,
    /// The reason why they stopped.
    pub stop: Stop,
    /// The products with A.
    pub products: Products,
    /// The settings of the fit.
    pub settings: Nmf,
}

impl<T: Scalar> NmfModel<T> {
    /// Computes the weights of the rows of a new matrix, m x k, for the held components.
    ///
    /// # Errors
    /// [`Error::Factorization`] if the number of columns of A differs from the fitted one, or if entries
    /// are negative or not finite.
    pub fn transform<'a>(&self, a: impl Into<Matrix<'a, T>>) -> Result<DenseMatrix<T>, Error> {
        Ok(weights_of(self.settings, &self.h, a.into())?.w)
    }
}

/// Computes W of the rows of A for the held components H.
pub fn weights_of<T: Scalar>(
    settings: Nmf,
    h: &DenseMatrix<T>,
    a: Matrix<'_, T>,
) -> Result<NmfModel<T>, Error> {
    let observe = &mut |_| ControlFlow::Continue(());
    T::of(&FIT)(&settings, a, Start::Components(h), observe)
}

/// The given factors.
#[derive(Clone, Copy)]
enum Start<'a, T> {
    Nothing,
    /// W and H.
    Factors(&'a DenseMatrix<T>, &'a DenseMatrix<T>),
    /// H, which is held.
    Components(&'a DenseMatrix<T>),
}

compiled! {
    static FIT: Fit<T> = fit
        as fn(&Nmf, Matrix<'_, T>, Start<'_, T>, Observer<'_, T>) -> Result<NmfModel<T>, Error>;
}

fn fit<T: Scalar>(
    settings: &Nmf,
    a: Matrix<'_, T>,
    start: Start<'_, T>,
    observe: Observer<'_, T>,
) -> Result<NmfModel<T>, Error> {
    let few = match start {
        Start::Components(_) => None,
        Start::Nothing | Start::Factors(..) => few_nonzeros(a, settings.backend),
    };
    let a = few.as_ref().map_or(a, Matrix::Sparse);
    let (settings, backend) = match start {
        // Auto selects the CPU for new rows, which are little work compared to a fit.
        Start::Components(h) => {
            let rank = h.ncols();
            (Nmf { rank, ..*settings }, settings.backend)
        }
        Start::Nothing | Start::Factors(..) => {
            check_nonnegative_rank((a.nrows(), a.ncols()), settings.rank)?;
            (*settings, settings.placement(a).backend)
        }
    };
    let factor = Factor {
        settings,
        start,
        complete: is_complete(a),
        observe,
    };
    backend::run(backend, a, factor)
}

struct Factor<'a, T> {
    settings: Nmf,
    start: Start<'a, T>,
    /// No entry is missing.
    complete: bool,
    observe: Observer<'a, T>,
}

impl<T: Scalar> Task<T> for Factor<'_, T> {
    type Output = NmfModel<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<NmfModel<T>, Error> {
        let settings = self.settings;
        let (m, n, k) = (a.nrows(), a.ncols(), settings.rank);
        let by_terms = settings.loss != Loss::Frobenius || !self.complete;
        let from_nothing = matches!(self.start, Start::Nothing);
        let sizes = settings.sizes((m, n), from_nothing, !self.complete);
        let mut memory = Memory::<T, S>::new(sizes)?;
        let (mut workspace, w, h) = memory.lend(a.columns())?;
        let mut factors = NmfFactors { w, h };
        match self.start {
            Start::Nothing => {}
            Start::Factors(w_given, h_given) => {
                check_shape(w_given, (m, k))?;
                check_shape(h_given, (n, k))?;
                S::load(&mut factors.w, w_given)?;
                S::load(&mut factors.h, h_given)?;
            }
            Start::Components(components) => {
                if components.nrows() != n {
                    let (expected, found) = ((m, components.nrows()), (m, n));
                    return Err(lowrank_core::Error::Shape { expected, found }.into());
                }
                S::load(&mut factors.h, components)?;
            }
        }
        let nmf = settings.of_core(by_terms);
        let beta = BetaNmf {
            beta: settings.loss.beta(),
            settings: nmf,
        };
        let held = matches!(self.start, Start::Components(_));
        let (space, observe) = (&mut workspace, self.observe);
        let report = match (by_terms, held) {
            (false, false) => nmf.run(a, space, &mut factors, observe)?,
            (false, true) => nmf.transform(a, space, &mut factors, observe)?,
            (true, false) => beta.run(a, space, &mut factors, observe)?,
            (true, true) => beta.transform(a, space, &mut factors, observe)?,
        };
        Ok(NmfModel {
            w: S::entries(&factors.w)?,
            h: S::entries(&factors.h)?,
            approximation: report.approximation,
            loss: report.loss,
            iterations: report.iterations,
            stop: report.stop,
            products: a.products(),
            settings,
        })
    }
}

pub(super) fn is_complete<T>(a: Matrix<'_, T>) -> bool {
    !matches!(a, Matrix::Observed(_))
}

pub(super) fn check_shape<T: Scalar>(
    factor: &DenseMatrix<T>,
    expected: (usize, usize),
) -> Result<(), lowrank_core::Error> {
    crate::cpu::check_shape((factor.nrows(), factor.ncols()), expected)
}

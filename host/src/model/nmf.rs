//! Non-negative factorization of a matrix in memory.

use super::svd::range_finder;
use super::world::{Job, Memory, Sizes, World, run_counted, run_on};
use super::{Backend, POWER_ITERATIONS, Products, STARTING_BLOCKS, check_rank};
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::{
    Approximation, EntrywiseOperator, NmfInit, NmfProgress, NmfSolver, Stop, Subspace,
};
use std::ops::ControlFlow;

/// A ~ W H^T of rank k with W, H >= 0: settings and [`fit`](Nmf::fit).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nmf {
    /// k.
    pub rank: usize,
    /// How a factor is improved.
    pub solver: NmfSolver,
    /// Where the iteration starts.
    pub init: NmfInit,
    /// The number of iterations at most.
    pub iterations: usize,
    /// The last iteration is the one that gains no more than this share of all gains so far.
    pub tolerance: f64,
    /// Where.
    pub backend: Backend,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for Nmf {
    /// Six components by HALS from NNDSVDa, at most 400 iterations, tolerance 1e-6.
    fn default() -> Self {
        Self {
            rank: 6,
            solver: NmfSolver::default(),
            init: NmfInit::default(),
            iterations: 400,
            tolerance: 1e-6,
            backend: Backend::default(),
            seed: 0,
        }
    }
}

/// A non-negative factorization.
#[derive(Clone, Debug, PartialEq)]
pub struct NmfModel<T> {
    /// m x k: the weight of each component in each row of A.
    pub w: DenseMatrix<T>,
    /// n x k: the components.
    pub h: DenseMatrix<T>,
    /// ||A - W H^T||_F, computed; a bound that includes rounding; and ||A||_F.
    pub approximation: Approximation<T>,
    /// Iterations done.
    pub iterations: usize,
    /// Why they ended.
    pub stop: Stop,
    /// The settings that made it.
    pub settings: Nmf,
}

impl Nmf {
    /// W and H of A, m x n.
    ///
    /// # Errors
    /// [`Error::Factorization`] for a rank that is zero or above min(m, n), entries that are
    /// negative or not finite and an empty matrix; [`Error::FactorMemory`] where there is no room.
    pub fn fit<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Result<NmfModel<T>, Error> {
        self.fit_observed(a, &mut |_| ControlFlow::Continue(()))
    }

    /// [`fit`](Self::fit) with an observer that is called before each iteration and after the last,
    /// and that may end it.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit).
    pub fn fit_observed<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
        observe: &mut (dyn FnMut(NmfProgress<T>) -> ControlFlow<()> + Send),
    ) -> Result<NmfModel<T>, Error> {
        let job = Factor {
            settings: *self,
            components: None,
            observe,
        };
        run_on(self.backend, a.into(), job)
    }

    /// [`fit`](Self::fit), which counts the products with A.
    pub(crate) fn fit_counted<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
        products: &Products,
    ) -> Result<NmfModel<T>, Error> {
        let job = Factor {
            settings: *self,
            components: None,
            observe: &mut |_| ControlFlow::Continue(()),
        };
        run_counted(self.backend, a.into(), job, products)
    }

    /// [`fit`](Self::fit), and W.
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
}

impl<T: Scalar> NmfModel<T> {
    /// The weights of the rows of a new matrix, m x k, the components being held.
    ///
    /// # Errors
    /// [`Error::Factorization`] where A has not as many columns as the components have entries, or
    /// entries that are negative or not finite.
    pub fn transform<'a>(&self, a: impl Into<Matrix<'a, T>>) -> Result<DenseMatrix<T>, Error> {
        let job = Factor {
            settings: self.settings,
            components: Some(&self.h),
            observe: &mut |_| ControlFlow::Continue(()),
        };
        Ok(run_on(self.settings.backend, a.into(), job)?.w)
    }
}

struct Factor<'a, T> {
    settings: Nmf,
    /// H, where it is held.
    components: Option<&'a DenseMatrix<T>>,
    observe: &'a mut (dyn FnMut(NmfProgress<T>) -> ControlFlow<()> + Send),
}

impl<T: Scalar> Job<T> for Factor<'_, T> {
    type Output = NmfModel<T>;

    fn run<W: World<T>, A>(self, a: &A) -> Result<NmfModel<T>, Error>
    where
        A: for<'p> EntrywiseOperator<W::Panel<'p>>,
    {
        let settings = self.settings;
        let (m, n) = (a.nrows(), a.ncols());
        let (k, l) = match self.components {
            Some(components) => (components.ncols(), components.ncols()),
            None => {
                check_rank((m, n), settings.rank)?;
                let l = settings.rank.saturating_mul(STARTING_BLOCKS);
                (settings.rank, l.min(m).min(n))
            }
        };
        let mut memory = Memory::new(Sizes { m, n, l, k })?;
        let (mut workspace, mut w, mut h) = memory.lend::<W>()?;
        let nmf = lowrank_core::Nmf {
            rank: k,
            solver: settings.solver,
            init: settings.init,
            iterations: settings.iterations,
            tolerance: settings.tolerance,
            subspace: Subspace::Krylov,
            range_finder: range_finder(POWER_ITERATIONS, settings.seed),
        };
        let report = match self.components {
            Some(components) => {
                if components.nrows() != n {
                    let (expected, found) = ((m, components.nrows()), (m, n));
                    return Err(lowrank_core::Error::Shape { expected, found }.into());
                }
                W::load(&mut h, components);
                nmf.transform(a, &mut workspace, &mut w, &mut h, self.observe)?
            }
            None => nmf.run(a, &mut workspace, &mut w, &mut h, self.observe)?,
        };
        Ok(NmfModel {
            w: W::entries(&w),
            h: W::entries(&h),
            approximation: report.approximation,
            iterations: report.iterations,
            stop: report.stop,
            settings,
        })
    }
}

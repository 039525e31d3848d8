//! Non-negative factorization into a chain of factors of a matrix in memory.

use super::Observer;
use super::buffers::{Memory, Sizes};
use super::loss::Loss;
use super::nmf::check_shape;
use crate::backend::{self, Backend, Operator, Placement, Products, Task, Work};
use crate::matrix::check_nonnegative_rank;
use crate::memory_space::MemorySpace;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::approximation::Approximation;
use lowrank_core::iteration::{Progress, Stop};
use lowrank_core::nmf::{ChainFactors, ChainPanels, ChainStart, FactorRule};
use lowrank_core::panel::Panel;
use lowrank_core::stopping::TOLERANCE;
use lowrank_core::{LinearOperator, MatMut};
use std::ops::ControlFlow;

/// A ~ W F_1 .. F_d H^T with all factors >= 0: settings and [`fit`](BetaChain::fit).
#[derive(Clone, Debug, PartialEq)]
pub struct BetaChain {
    /// r_0 .. r_d: the numbers of columns of W and of each inner factor.
    pub ranks: Vec<usize>,
    /// The divergence of the product from A.
    pub loss: Loss,
    /// The rule of each factor, from W over the inner ones to H; factors without a rule have
    /// [`FactorRule::default`].
    pub rules: Vec<FactorRule>,
    /// The order in which factors are updated; W is 0. Empty: from left to right.
    pub order: Vec<usize>,
    /// The maximum number of iterations.
    pub iterations: usize,
    /// The share of the loss at or below which the gain of ten steps stops the iteration
    /// ([`StoppingRule`](lowrank_core::stopping::StoppingRule)). Zero: all iterations are done.
    pub tolerance: f64,
    /// The backend.
    pub backend: Backend,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for BetaChain {
    /// Returns W and H of rank 6 without inner factors, at most 30000 iterations, tolerance 5e-6.
    fn default() -> Self {
        Self {
            ranks: vec![6],
            loss: Loss::default(),
            rules: Vec::new(),
            order: Vec::new(),
            iterations: 30_000,
            tolerance: TOLERANCE,
            backend: Backend::default(),
            seed: 0,
        }
    }
}

impl BetaChain {
    /// Computes all factors of A, m x n.
    ///
    /// # Errors
    /// [`Error::Factorization`] for a rank of zero, rules or an order for more
    /// factors than there are, entries that are negative or not finite, zeros for which the loss is infinite,
    /// settings out of range and an empty matrix; [`Error::FactorMemory`] if there is not enough memory.
    pub fn fit<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Result<ChainModel<T>, Error> {
        self.fit_with(a, None, |_| ControlFlow::Continue(()))
    }

    /// [`fit`](Self::fit) with initial factors and an observer.
    ///
    /// - `start`: initial factors; frozen ones are not changed.
    /// - `observe`: called before each iteration and after the last; may stop the iteration.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit); [`Error::Factorization`] for factors of other shapes, with the required shape,
    /// or with entries that are negative or not finite.
    pub fn fit_with<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
        start: Option<&ChainFactorization<T>>,
        mut observe: impl FnMut(Progress<T>) -> ControlFlow<()> + Send,
    ) -> Result<ChainModel<T>, Error> {
        T::of(&FIT)(self, a.into(), start, &mut observe)
    }

    /// Returns the backend of [`fit`](Self::fit) for this matrix.
    pub fn placement<'a, T: Scalar>(&self, a: impl Into<Matrix<'a, T>>) -> Placement {
        let a = a.into();
        let sizes = self.sizes(a.nrows(), a.ncols());
        // An update of each factor computes its own terms.
        let (k, factors) = (sizes.k as f64, self.ranks.len() as f64 + 1.0);
        let iterations = self.iterations.min(100) as f64;
        let work = Work {
            columns: 4.0 * k * factors * iterations,
            others: 3.0 * (sizes.m + sizes.n) as f64 * k * k * iterations,
            panels: sizes.bytes_on_gpu::<T>(),
        };
        self.backend.placed(a, work)
    }

    fn sizes(&self, m: usize, n: usize) -> Sizes {
        let largest = self.ranks.iter().copied().max().unwrap_or(1);
        Sizes {
            states: 2,
            ..Sizes::new((m, n), largest.saturating_mul(2), largest)
        }
    }

    /// Returns one rule for each factor.
    fn all_rules(&self) -> Result<Vec<FactorRule>, Error> {
        let count = self.ranks.len() + 1;
        if self.rules.len() > count {
            return Err(lowrank_core::Error::Setting { name: "rules" }.into());
        }
        let mut rules = self.rules.clone();
        rules.resize(count, FactorRule::default());
        Ok(rules)
    }

    fn resolved_order(&self) -> Vec<usize> {
        if self.order.is_empty() {
            (0..=self.ranks.len()).collect()
        } else {
            self.order.clone()
        }
    }
}

/// The factors of a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainFactorization<T> {
    /// m x r_0.
    pub w: DenseMatrix<T>,
    /// F_i: r_(i-1) x r_i.
    pub inner: Vec<DenseMatrix<T>>,
    /// n x r_d.
    pub h: DenseMatrix<T>,
}

/// A non-negative factorization into a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainModel<T> {
    /// The factors.
    pub factors: ChainFactorization<T>,
    /// ||A - W F_1 .. F_d H^T||_F, computed; a bound that includes rounding; and ||A||_F.
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
    pub settings: BetaChain,
}

type Start<'a, T> = Option<&'a ChainFactorization<T>>;

compiled! {
    static FIT: Fit<T> = fit
        as fn(&BetaChain, Matrix<'_, T>, Start<'_, T>, Observer<'_, T>) -> Result<ChainModel<T>, Error>;
}

fn fit<T: Scalar>(
    settings: &BetaChain,
    a: Matrix<'_, T>,
    start: Start<'_, T>,
    observe: Observer<'_, T>,
) -> Result<ChainModel<T>, Error> {
    if settings.ranks.is_empty() {
        let limit = a.nrows().min(a.ncols());
        return Err(lowrank_core::Error::Rank { rank: 0, limit }.into());
    }
    for rank in &settings.ranks {
        check_nonnegative_rank((a.nrows(), a.ncols()), *rank)?;
    }
    let factor = Factor {
        settings,
        start,
        observe,
    };
    backend::run(settings.placement(a).backend, a, factor)
}

struct Factor<'a, T> {
    settings: &'a BetaChain,
    start: Start<'a, T>,
    observe: Observer<'a, T>,
}

impl<T: Scalar> Factor<'_, T> {
    /// Copies the inner factors.
    fn inner(&self) -> Result<Vec<DenseMatrix<T>>, Error> {
        let shapes = self
            .settings
            .ranks
            .windows(2)
            .map(|pair| (pair[0], pair[1]));
        let Some(start) = self.start else {
            return Ok(shapes
                .map(|(nrows, ncols)| DenseMatrix::from_fn(nrows, ncols, |_, _| T::ZERO))
                .collect());
        };
        if start.inner.len() + 1 != self.settings.ranks.len() {
            return Err(lowrank_core::Error::Setting { name: "ranks" }.into());
        }
        for (factor, shape) in start.inner.iter().zip(shapes) {
            check_shape(factor, shape)?;
        }
        Ok(start.inner.clone())
    }
}

impl<T: Scalar> Task<T> for Factor<'_, T> {
    type Output = ChainModel<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<ChainModel<T>, Error> {
        let settings = self.settings;
        let (m, n) = (a.nrows(), a.ncols());
        let (first, last) = (settings.ranks[0], settings.ranks[settings.ranks.len() - 1]);
        let sizes = settings.sizes(m, n);
        let largest = sizes.k;
        let mut memory = Memory::<T, S>::new(sizes)?;
        let buffer = |nrows| S::buffer(nrows, largest);
        let (mut before, mut product, mut after) = (buffer(m)?, buffer(m)?, buffer(n)?);
        let (mut workspace, mut w, mut h) = memory.lend(a.columns())?;
        w.set_ncols(first)?;
        h.set_ncols(last)?;
        let inner_start = self.inner()?;
        if let Some(start) = self.start {
            check_shape(&start.w, (m, first))?;
            check_shape(&start.h, (n, last))?;
            S::load(&mut w, &start.w)?;
            S::load(&mut h, &start.h)?;
        }
        let mut buffers: Vec<Vec<T>> = inner_start.iter().map(|f| f.as_slice().to_vec()).collect();
        let shapes = inner_start.iter().map(|f| (f.nrows(), f.ncols()));
        let inner: Result<Vec<_>, _> = buffers
            .iter_mut()
            .zip(shapes)
            .map(|(buffer, (nrows, ncols))| MatMut::new(buffer, nrows, ncols))
            .collect();
        let mut inner = inner?;
        let mut panels = ChainPanels {
            left: [
                S::panel(&mut before, m, largest)?,
                S::panel(&mut product, m, largest)?,
            ],
            right: S::permuted(S::panel(&mut after, n, largest)?, a.columns()),
        };
        let (rules, order) = (settings.all_rules()?, settings.resolved_order());
        let chain = lowrank_core::nmf::BetaChain {
            beta: settings.loss.beta(),
            rules: &rules,
            order: &order,
            start: match self.start {
                Some(_) => ChainStart::Given,
                None => ChainStart::Random {
                    seed: settings.seed,
                },
            },
            iterations: settings.iterations,
            tolerance: settings.tolerance,
        };
        let mut factors = ChainFactors {
            w: &mut w,
            inner: &mut inner,
            h: &mut h,
        };
        let report = chain.run(a, &mut workspace, &mut panels, &mut factors, self.observe)?;
        let inner = inner.iter().map(|factor| {
            DenseMatrix::from_fn(factor.nrows(), factor.ncols(), |i, j| {
                factor.get_or_zero(i, j)
            })
        });
        Ok(ChainModel {
            factors: ChainFactorization {
                inner: inner.collect(),
                w: S::entries(&w)?,
                h: S::entries(&h)?,
            },
            approximation: report.approximation,
            loss: report.loss,
            iterations: report.iterations,
            stop: report.stop,
            products: a.products(),
            settings: settings.clone(),
        })
    }
}

//! The two homes of panels on a CPU, under one roof.

use super::counted::{Counted, Products};
use crate::cpu::{DenseOperator, ObservedOperator, RowPanel, SparseOperator, transposed};
use crate::{Backend, DenseMatrix, Error, Matrix, Scalar, memory};
use lowrank_core::{
    DivergenceOperator, MatMut, NonNegativePanel, Panel, SmallScratch, Workspace, small_scratch_len,
};

/// A kind of panel in the memory of the host.
pub(crate) trait World<T: Scalar> {
    type Panel<'p>: NonNegativePanel<Scalar = T, Small = MatMut<'p, T>>;

    fn panel(buffer: &mut [T], nrows: usize, ncols: usize) -> Result<Self::Panel<'_>, Error>;

    fn entries(panel: &Self::Panel<'_>) -> DenseMatrix<T>;

    fn load(panel: &mut Self::Panel<'_>, columns: &DenseMatrix<T>);
}

/// Core's own panels.
pub(crate) struct CoreWorld;

impl<T: Scalar> World<T> for CoreWorld {
    type Panel<'p> = MatMut<'p, T>;

    fn panel(buffer: &mut [T], nrows: usize, ncols: usize) -> Result<MatMut<'_, T>, Error> {
        Ok(MatMut::new(buffer, nrows, ncols)?)
    }

    fn entries(panel: &MatMut<'_, T>) -> DenseMatrix<T> {
        DenseMatrix::from_fn(panel.nrows(), panel.ncols(), |i, j| panel.at(i, j))
    }

    fn load(panel: &mut MatMut<'_, T>, columns: &DenseMatrix<T>) {
        panel.as_mut_slice().copy_from_slice(columns.as_slice());
    }
}

/// Row-major panels and threads.
pub(crate) struct HostWorld;

impl<T: Scalar> World<T> for HostWorld {
    type Panel<'p> = RowPanel<'p, T>;

    fn panel(buffer: &mut [T], nrows: usize, ncols: usize) -> Result<RowPanel<'_, T>, Error> {
        Ok(RowPanel::new(buffer, nrows, ncols))
    }

    fn entries(panel: &RowPanel<'_, T>) -> DenseMatrix<T> {
        let (nrows, ncols) = (panel.nrows(), panel.ncols());
        let rows = panel.as_slice();
        DenseMatrix::from_fn(nrows, ncols, |i, j| rows[i * ncols + j])
    }

    fn load(panel: &mut RowPanel<'_, T>, columns: &DenseMatrix<T>) {
        let rows = transposed(columns.as_slice(), columns.ncols(), columns.nrows());
        panel.as_mut_slice().copy_from_slice(&rows);
    }
}

/// Something to do with an operator in some world.
pub(super) trait Job<T: Scalar> {
    type Output;

    fn run<W: World<T>, A>(self, a: &A) -> Result<Self::Output, Error>
    where
        A: for<'p> DivergenceOperator<W::Panel<'p>>;
}

/// Runs a job where the backend says, all of it on a thread of the pool: from outside, each of its
/// many short parallel steps would wake one and wait for it.
pub(super) fn run_on<T: Scalar, J>(
    backend: Backend,
    a: Matrix<'_, T>,
    job: J,
) -> Result<J::Output, Error>
where
    J: Job<T> + Send,
    J::Output: Send,
{
    run_counted(backend, a, job, &Products::default())
}

/// [`run_on`], which counts the products with A.
pub(super) fn run_counted<T: Scalar, J>(
    backend: Backend,
    a: Matrix<'_, T>,
    job: J,
    products: &Products,
) -> Result<J::Output, Error>
where
    J: Job<T> + Send,
    J::Output: Send,
{
    rayon::scope(|_| match (backend.resolved(), a) {
        (Backend::Core, Matrix::Sparse(s)) => {
            job.run::<CoreWorld, _>(&counted(s.view()?, a, products))
        }
        (Backend::Core, Matrix::Dense(d)) => {
            job.run::<CoreWorld, _>(&counted(d.view()?, a, products))
        }
        (Backend::Core, Matrix::Observed(s)) => {
            let known = lowrank_core::Observed(s.view()?);
            job.run::<CoreWorld, _>(&counted(known, a, products))
        }
        (_, Matrix::Sparse(s)) => {
            job.run::<HostWorld, _>(&counted(SparseOperator::new(s)?, a, products))
        }
        (_, Matrix::Dense(d)) => {
            job.run::<HostWorld, _>(&counted(DenseOperator::new(d)?, a, products))
        }
        (_, Matrix::Observed(s)) => {
            job.run::<HostWorld, _>(&counted(ObservedOperator::new(s)?, a, products))
        }
    })
}

fn counted<'c, T: Scalar, A>(
    operator: A,
    a: Matrix<'_, T>,
    products: &'c Products,
) -> Counted<'c, A> {
    Counted {
        a: operator,
        entries: a.entries(),
        bytes: a.bytes(),
        products,
    }
}

/// The memory of a workspace and of the two factors.
pub(super) struct Memory<T> {
    panels: [Vec<T>; 4],
    small: Vec<T>,
    scratch: Vec<T>,
    sizes: Sizes,
}

/// m, n, the width of the workspace and the rank.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) m: usize,
    pub(super) n: usize,
    pub(super) l: usize,
    pub(super) k: usize,
}

/// What is less is there.
const BYTES_NOT_COUNTED: u128 = 1 << 28;

impl Sizes {
    /// Is there room for the panels, the small matrices and the factors that are returned?
    fn check_memory(self, bytes_of_scalar: usize) -> Result<(), Error> {
        let [m, n, l, k] = [self.m, self.n, self.l, self.k].map(|size| size as u128);
        let scalars = (m + n) * (l + 2 * k) + 2 * l * l + small_scratch_len(self.l) as u128;
        let needed = scalars * bytes_of_scalar as u128;
        if needed < BYTES_NOT_COUNTED {
            return Ok(());
        }
        let (rank, needed) = (self.k, u64::try_from(needed).unwrap_or(u64::MAX));
        match memory::available() {
            Some(available) if needed > available => Err(Error::FactorMemory {
                rank,
                needed,
                available,
            }),
            _ => Ok(()),
        }
    }
}

impl<T: Scalar> Memory<T> {
    /// # Errors
    /// [`Error::FactorMemory`] before anything is allocated that there is no room for.
    pub(super) fn new(sizes: Sizes) -> Result<Self, Error> {
        sizes.check_memory(size_of::<T>())?;
        let Sizes { m, n, l, k } = sizes;
        let zeros = |len: usize| vec![T::ZERO; len];
        Ok(Self {
            panels: [zeros(m * l), zeros(n * l), zeros(m * k), zeros(n * k)],
            small: zeros(2 * l * l),
            scratch: zeros(small_scratch_len(l)),
            sizes,
        })
    }

    /// The workspace, the m x k panel and the n x k panel.
    #[allow(clippy::type_complexity)]
    pub(super) fn lend<W: World<T>>(
        &mut self,
    ) -> Result<(Workspace<'_, W::Panel<'_>>, W::Panel<'_>, W::Panel<'_>), Error> {
        let Sizes { m, n, l, k } = self.sizes;
        let [left, right, w, h] = &mut self.panels;
        let (small, other) = self.small.split_at_mut(l * l);
        let workspace = Workspace {
            left: W::panel(left, m, l)?,
            right: W::panel(right, n, l)?,
            small: MatMut::new(small, l, l)?,
            other: MatMut::new(other, l, l)?,
            scratch: SmallScratch::in_buffer(&mut self.scratch, l)?,
        };
        Ok((workspace, W::panel(w, m, k)?, W::panel(h, n, k)?))
    }
}

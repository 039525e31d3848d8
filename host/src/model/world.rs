//! The two homes of panels on a CPU, under one roof.

use super::OVERSAMPLING;
use super::counted::{Counted, Products};
use crate::cpu::{ColumnOrder, DenseOperator, ObservedOperator, RowPanel, SparseOperator};
use crate::{Backend, DenseMatrix, Error, Matrix, Scalar, memory};
use lowrank_core::{
    DescentPanel, DivergenceOperator, MatMut, NonNegativePanel, Panel, SmallScratch, Workspace,
    small_scratch_len,
};

/// A kind of panel in the memory of the host.
pub(crate) trait World<T: Scalar> {
    type Panel<'p>: NonNegativePanel<Scalar = T, Small = MatMut<'p, T>> + DescentPanel;

    fn panel(buffer: &mut [T], nrows: usize, ncols: usize) -> Result<Self::Panel<'_>, Error>;

    /// The same panel on the side of the columns of A, in the order in which its operator has them.
    fn arranged<'p>(panel: Self::Panel<'p>, columns: Option<&'p [u32]>) -> Self::Panel<'p>;

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

    /// Core's operators have columns as they are.
    fn arranged<'p>(panel: MatMut<'p, T>, _: Option<&'p [u32]>) -> MatMut<'p, T> {
        panel
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

    fn arranged<'p>(panel: RowPanel<'p, T>, columns: Option<&'p [u32]>) -> RowPanel<'p, T> {
        panel.arranged(columns)
    }

    fn entries(panel: &RowPanel<'_, T>) -> DenseMatrix<T> {
        let (nrows, ncols) = (panel.nrows(), panel.ncols());
        DenseMatrix::new(panel.columns(), nrows, ncols).expect("as many entries as the panel has")
    }

    fn load(panel: &mut RowPanel<'_, T>, columns: &DenseMatrix<T>) {
        panel.copy_from_columns(columns.as_slice());
    }
}

/// An operator that tells how its columns are arranged.
pub(super) trait Arranged {
    /// The column of A at each place of a panel; `None` where they are as they are.
    fn columns(&self) -> Option<&[u32]>;
}

impl Backend {
    /// The entries of an m x n panel in a buffer, in the order of the backend.
    pub(super) fn entries<T: Scalar>(self, buffer: &[T], m: usize, n: usize) -> DenseMatrix<T> {
        match self.resolved() {
            Backend::Core => DenseMatrix::from_fn(m, n, |i, j| buffer[j * m + i]),
            _ => DenseMatrix::from_fn(m, n, |i, j| buffer[i * n + j]),
        }
    }

    /// The same backwards.
    pub(super) fn load<T: Scalar>(
        self,
        columns: &DenseMatrix<T>,
        buffer: &mut [T],
    ) -> Result<(), Error> {
        let (m, n) = (columns.nrows(), columns.ncols());
        match self.resolved() {
            Backend::Core => CoreWorld::load(&mut CoreWorld::panel(buffer, m, n)?, columns),
            _ => HostWorld::load(&mut HostWorld::panel(buffer, m, n)?, columns),
        }
        Ok(())
    }
}

/// Something to do with an operator in some world.
pub(super) trait Job<T: Scalar> {
    type Output;

    fn run<W: World<T>, A>(self, a: &A) -> Result<Self::Output, Error>
    where
        A: Arranged + for<'p> DivergenceOperator<W::Panel<'p>>;
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
    run_arranged(backend, a, true, job, products)
}

/// [`run_on`] with the columns of A as they are: for panels that outlive A.
pub(super) fn run_as_it_is<T: Scalar, J>(
    backend: Backend,
    a: Matrix<'_, T>,
    job: J,
) -> Result<J::Output, Error>
where
    J: Job<T> + Send,
    J::Output: Send,
{
    run_arranged(backend, a, false, job, &Products::default())
}

fn run_arranged<T: Scalar, J>(
    backend: Backend,
    a: Matrix<'_, T>,
    by_frequency: bool,
    job: J,
    products: &Products,
) -> Result<J::Output, Error>
where
    J: Job<T> + Send,
    J::Output: Send,
{
    let order = match a {
        Matrix::Sparse(s) | Matrix::Observed(s)
            if by_frequency && backend.resolved() != Backend::Core =>
        {
            Some(ColumnOrder::by_frequency(s))
        }
        _ => None,
    };
    let (order, columns) = (order.as_ref(), order.as_ref().map(ColumnOrder::columns));
    rayon::scope(|_| match (backend.resolved(), a) {
        (Backend::Core, Matrix::Sparse(s)) => {
            job.run::<CoreWorld, _>(&counted(s.view()?, a, products, None))
        }
        (Backend::Core, Matrix::Dense(d)) => {
            job.run::<CoreWorld, _>(&counted(d.view()?, a, products, None))
        }
        (Backend::Core, Matrix::Observed(s)) => {
            let known = lowrank_core::Observed(s.view()?);
            job.run::<CoreWorld, _>(&counted(known, a, products, None))
        }
        (_, Matrix::Sparse(s)) => {
            let sparse = SparseOperator::new(s, order);
            job.run::<HostWorld, _>(&counted(sparse, a, products, columns))
        }
        (_, Matrix::Dense(d)) => {
            job.run::<HostWorld, _>(&counted(DenseOperator::new(d)?, a, products, None))
        }
        (_, Matrix::Observed(s)) => {
            let known = ObservedOperator::new(s, order);
            job.run::<HostWorld, _>(&counted(known, a, products, columns))
        }
    })
}

fn counted<'c, T: Scalar, A>(
    operator: A,
    a: Matrix<'_, T>,
    products: &'c Products,
    columns: Option<&'c [u32]>,
) -> Counted<'c, A> {
    Counted {
        a: operator,
        columns,
        entries: a.entries(),
        bytes: a.bytes(),
        products,
    }
}

/// The memory of a workspace and of the two factors.
pub(super) struct Memory<T> {
    panels: [Vec<T>; 4],
    spare: Option<[Vec<T>; 2]>,
    small: Vec<T>,
    scratch: Vec<T>,
    sizes: Sizes,
}

/// m, n, the rank, and how wide the workspace is.
#[derive(Clone, Copy)]
pub(super) struct Sizes {
    pub(super) m: usize,
    pub(super) n: usize,
    /// Columns of the panel on the shorter side.
    pub(super) l: usize,
    /// Columns of the panel on the longer side, no more than l.
    pub(super) across: usize,
    /// Whether there are two more panels on the shorter side.
    pub(super) spare: bool,
    pub(super) k: usize,
    /// Panels of k columns on either side that an optimizer remembers.
    pub(super) states: usize,
}

/// What is less is there.
const BYTES_NOT_COUNTED: u128 = 1 << 28;

impl Sizes {
    /// A workspace of one width.
    pub(super) fn new((m, n): (usize, usize), l: usize, k: usize) -> Self {
        Self {
            m,
            n,
            l,
            across: l,
            spare: false,
            k,
            states: 0,
        }
    }

    /// A Krylov space of `width` columns on the shorter side, beside the panels of a power iteration.
    pub(super) fn of_krylov_space((m, n): (usize, usize), width: usize, k: usize) -> Self {
        let l = width.min(m).min(n);
        let across = k.saturating_add(OVERSAMPLING).min(l);
        Self {
            across,
            ..Self::new((m, n), l, k)
        }
    }

    /// The widths of the left and of the right panel.
    fn widths(self) -> (usize, usize) {
        if self.m <= self.n {
            (self.l, self.across)
        } else {
            (self.across, self.l)
        }
    }

    /// Is there room for the panels, the small matrices and the factors that are returned?
    pub(super) fn check_memory(self, bytes_of_scalar: usize) -> Result<(), Error> {
        let [m, n, l, across, k, states] =
            [self.m, self.n, self.l, self.across, self.k, self.states].map(|size| size as u128);
        let shorter = if self.spare { 3 * l } else { l };
        let panels = m.min(n) * shorter + m.max(n) * across;
        let scalars =
            panels + (m + n) * (2 + states) * k + 2 * l * l + small_scratch_len(self.l) as u128;
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
        let Sizes { m, n, l, k, .. } = sizes;
        let (left, right) = sizes.widths();
        let zeros = |len: usize| vec![T::ZERO; len];
        let shorter = m.min(n) * l;
        Ok(Self {
            panels: [
                zeros(m * left),
                zeros(n * right),
                zeros(m * k),
                zeros(n * k),
            ],
            spare: sizes.spare.then(|| [zeros(shorter), zeros(shorter)]),
            small: zeros(2 * l * l),
            scratch: zeros(small_scratch_len(l)),
            sizes,
        })
    }

    /// The workspace, the m x k panel and the n x k panel, beside an operator with such columns.
    #[allow(clippy::type_complexity)]
    pub(super) fn lend<'w, W: World<T>>(
        &'w mut self,
        columns: Option<&'w [u32]>,
    ) -> Result<(Workspace<'w, W::Panel<'w>>, W::Panel<'w>, W::Panel<'w>), Error> {
        let Sizes { m, n, l, k, .. } = self.sizes;
        let widths = self.sizes.widths();
        let [left, right, w, h] = &mut self.panels;
        let spare = match &mut self.spare {
            Some([first, second]) => {
                let columns = columns.filter(|_| n < m);
                let (first, second) = (
                    W::panel(first, m.min(n), l)?,
                    W::panel(second, m.min(n), l)?,
                );
                Some([W::arranged(first, columns), W::arranged(second, columns)])
            }
            None => None,
        };
        let (small, other) = self.small.split_at_mut(l * l);
        let workspace = Workspace {
            left: W::panel(left, m, widths.0)?,
            right: W::arranged(W::panel(right, n, widths.1)?, columns),
            small: MatMut::new(small, l, l)?,
            other: MatMut::new(other, l, l)?,
            spare,
            scratch: SmallScratch::in_buffer(&mut self.scratch, l)?,
        };
        let h = W::arranged(W::panel(h, n, k)?, columns);
        Ok((workspace, W::panel(w, m, k)?, h))
    }
}

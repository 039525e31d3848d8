//! The homes of panels: where their memory comes from, and how they are filled and read.

use crate::cpu::RowPanel;
use crate::{Backend, DenseMatrix, Error, Scalar, memory};
use lowrank_core::MatMut;
use lowrank_core::panel::{DescentPanel, NonNegativePanel, Panel};

/// A kind of panel, and the memory under it.
pub trait World<T: Scalar> {
    /// What a panel stands in.
    type Buffer;
    /// What a small matrix stands in.
    type SmallBuffer;
    type Panel<'p>: NonNegativePanel<Scalar = T> + DescentPanel;

    /// Bytes of which a row of a panel takes a multiple.
    const ROW_MULTIPLE: usize = size_of::<T>();

    /// Zeros for a panel of so many rows, and of no more columns.
    fn buffer(nrows: usize, ncols: usize) -> Result<Self::Buffer, Error>;

    /// A panel in a buffer of at least that size, whatever that holds.
    fn panel(
        buffer: &mut Self::Buffer,
        nrows: usize,
        ncols: usize,
    ) -> Result<Self::Panel<'_>, Error>;

    /// Zeros for a small matrix of no more than `len` entries.
    fn small_buffer(len: usize) -> Result<Self::SmallBuffer, Error>;

    /// A small matrix in a buffer of at least that size.
    fn small(
        buffer: &mut Self::SmallBuffer,
        nrows: usize,
        ncols: usize,
    ) -> Result<Small<'_, T, Self>, Error>;

    /// The same panel on the side of the columns of A, in the order in which its operator has them.
    fn arranged<'p>(panel: Self::Panel<'p>, columns: Option<&'p [u32]>) -> Self::Panel<'p>;

    /// The entries, in the order of the matrix.
    fn entries(panel: &Self::Panel<'_>) -> Result<DenseMatrix<T>, Error>;

    /// The panel <- a matrix of its shape.
    fn load(panel: &mut Self::Panel<'_>, columns: &DenseMatrix<T>) -> Result<(), Error>;

    /// Bytes that are free here; none where nobody says.
    fn available() -> Option<u64> {
        memory::available()
    }

    /// That factors of that rank need more bytes than are free here.
    fn too_large(rank: usize, needed: u64, available: u64) -> Error {
        Error::FactorMemory {
            rank,
            needed,
            available,
        }
    }
}

/// The small matrices beside the panels of a world.
pub type Small<'p, T, W> = <<W as World<T>>::Panel<'p> as Panel>::Small;

/// A world whose buffers are plain memory: they may outlive a run, and go on in another.
pub trait CpuWorld<T: Scalar>: World<T, Buffer = Vec<T>, SmallBuffer = Vec<T>> {}

/// Core's own panels.
pub(crate) struct CoreWorld;

impl<T: Scalar> World<T> for CoreWorld {
    type Buffer = Vec<T>;
    type SmallBuffer = Vec<T>;
    type Panel<'p> = MatMut<'p, T>;

    fn buffer(nrows: usize, ncols: usize) -> Result<Vec<T>, Error> {
        Ok(vec![T::ZERO; nrows * ncols])
    }

    fn panel(buffer: &mut Vec<T>, nrows: usize, ncols: usize) -> Result<MatMut<'_, T>, Error> {
        Ok(MatMut::new(buffer, nrows, ncols)?)
    }

    fn small_buffer(len: usize) -> Result<Vec<T>, Error> {
        Ok(vec![T::ZERO; len])
    }

    fn small(buffer: &mut Vec<T>, nrows: usize, ncols: usize) -> Result<MatMut<'_, T>, Error> {
        Ok(MatMut::new(buffer, nrows, ncols)?)
    }

    /// Core's operators have columns as they are.
    fn arranged<'p>(panel: MatMut<'p, T>, _: Option<&'p [u32]>) -> MatMut<'p, T> {
        panel
    }

    fn entries(panel: &MatMut<'_, T>) -> Result<DenseMatrix<T>, Error> {
        let (nrows, ncols) = (panel.nrows(), panel.ncols());
        Ok(DenseMatrix::from_fn(nrows, ncols, |i, j| {
            panel.get_or_zero(i, j)
        }))
    }

    fn load(panel: &mut MatMut<'_, T>, columns: &DenseMatrix<T>) -> Result<(), Error> {
        panel.as_mut_slice().copy_from_slice(columns.as_slice());
        Ok(())
    }
}

impl<T: Scalar> CpuWorld<T> for CoreWorld {}

/// Row-major panels and threads.
pub(crate) struct HostWorld;

impl<T: Scalar> World<T> for HostWorld {
    type Buffer = Vec<T>;
    type SmallBuffer = Vec<T>;
    type Panel<'p> = RowPanel<'p, T>;

    fn buffer(nrows: usize, ncols: usize) -> Result<Vec<T>, Error> {
        Ok(vec![T::ZERO; nrows * ncols])
    }

    fn panel(buffer: &mut Vec<T>, nrows: usize, ncols: usize) -> Result<RowPanel<'_, T>, Error> {
        Ok(RowPanel::new(buffer, nrows, ncols))
    }

    fn small_buffer(len: usize) -> Result<Vec<T>, Error> {
        Ok(vec![T::ZERO; len])
    }

    fn small(buffer: &mut Vec<T>, nrows: usize, ncols: usize) -> Result<MatMut<'_, T>, Error> {
        Ok(MatMut::new(buffer, nrows, ncols)?)
    }

    fn arranged<'p>(panel: RowPanel<'p, T>, columns: Option<&'p [u32]>) -> RowPanel<'p, T> {
        panel.arranged(columns)
    }

    fn entries(panel: &RowPanel<'_, T>) -> Result<DenseMatrix<T>, Error> {
        DenseMatrix::new(panel.columns(), panel.nrows(), panel.ncols())
    }

    fn load(panel: &mut RowPanel<'_, T>, columns: &DenseMatrix<T>) -> Result<(), Error> {
        panel.copy_from_columns(columns.as_slice());
        Ok(())
    }
}

impl<T: Scalar> CpuWorld<T> for HostWorld {}

impl Backend {
    /// The entries of an m x n panel in plain memory, in the order of the backend.
    pub(super) fn entries<T: Scalar>(self, buffer: &[T], m: usize, n: usize) -> DenseMatrix<T> {
        match self.on_cpu() {
            Backend::Core => DenseMatrix::from_fn(m, n, |i, j| buffer[j * m + i]),
            _ => DenseMatrix::from_fn(m, n, |i, j| buffer[i * n + j]),
        }
    }

    /// The same backwards.
    pub(super) fn load<T: Scalar>(
        self,
        columns: &DenseMatrix<T>,
        buffer: &mut Vec<T>,
    ) -> Result<(), Error> {
        let (m, n) = (columns.nrows(), columns.ncols());
        match self.on_cpu() {
            Backend::Core => CoreWorld::load(&mut CoreWorld::panel(buffer, m, n)?, columns),
            _ => HostWorld::load(&mut HostWorld::panel(buffer, m, n)?, columns),
        }
    }
}

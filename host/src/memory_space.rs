//! Memory spaces: where panels live, how they are filled and read, and the operators that work on them there.

use crate::{DenseMatrix, Error, Matrix, Scalar, memory};
use lowrank_core::operator::DivergenceOperator;
use lowrank_core::panel::{DescentPanel, NonNegativePanel, Panel};

/// Bytes that a GPU moves at once: a row of a panel in its memory takes a multiple.
pub(crate) const SECTOR: usize = 32;

/// The memory of one kind of panel.
pub trait MemorySpace<T: Scalar>: Sized {
    /// What a panel stands in.
    type Buffer;
    /// What a small matrix stands in.
    type SmallBuffer;
    /// A block of columns.
    type Panel<'p>: NonNegativePanel<Scalar = T> + DescentPanel;

    /// Bytes of which a row of a panel takes a multiple.
    const ROW_MULTIPLE: usize = size_of::<T>();

    /// The matrix as an operator on these panels, with its columns in the order that makes products
    /// fastest where `permuted`, as they are otherwise.
    fn operator<'a>(
        a: Matrix<'a, T>,
        permuted: bool,
    ) -> Result<Box<dyn SpaceOperator<T, Self> + 'a>, Error>;

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

    /// The same panel with row i standing for row `order`\[i\] of the matrix: for the side of the columns
    /// of an operator whose columns are permuted.
    fn permuted<'p>(panel: Self::Panel<'p>, order: Option<&'p [u32]>) -> Self::Panel<'p>;

    /// The entries, in the order of the matrix.
    fn entries(panel: &Self::Panel<'_>) -> Result<DenseMatrix<T>, Error>;

    /// The panel <- a matrix of its shape.
    fn load(panel: &mut Self::Panel<'_>, columns: &DenseMatrix<T>) -> Result<(), Error>;

    /// Bytes that are free here; none where nobody says.
    fn available() -> Option<u64> {
        memory::available()
    }

    /// The error of factors of that rank, which need more bytes than are free here.
    fn too_large(rank: usize, needed: u64, available: u64) -> Error {
        Error::FactorMemory {
            rank,
            needed,
            available,
        }
    }
}

/// The small matrices beside the panels of a memory space.
pub type Small<'p, T, S> = <<S as MemorySpace<T>>::Panel<'p> as Panel>::Small;

/// A matrix as an operator on the panels of a memory space, however long these live.
pub trait SpaceOperator<T: Scalar, S: MemorySpace<T>>:
    for<'p> DivergenceOperator<S::Panel<'p>>
{
    /// The column of A that each row of a panel stands for; none where columns are as they are.
    fn columns(&self) -> Option<&[u32]> {
        None
    }
}

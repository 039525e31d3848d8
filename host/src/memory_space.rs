//! Memory spaces: the memory of panels, their allocation and transfer, and the operators that work on them.

use crate::{DenseMatrix, Error, Scalar, memory};
use lowrank_core::operator::DivergenceOperator;
use lowrank_core::panel::{DescentPanel, NonNegativePanel, Panel};

/// The bytes that a GPU moves at once; the rows of a panel in its memory are padded to a multiple.
pub(crate) const SECTOR: usize = 32;

/// The memory of one kind of panel.
pub trait MemorySpace<T: Scalar>: Sized {
    /// The buffer of a panel.
    type Buffer;
    /// The buffer of a small matrix.
    type SmallBuffer;
    /// A block of columns.
    type Panel<'p>: NonNegativePanel<Scalar = T> + DescentPanel;

    /// The bytes of which a row of a panel takes a multiple.
    const ROW_MULTIPLE: usize = size_of::<T>();

    /// Allocates a panel of up to these sizes, of any numbers.
    fn buffer(nrows: usize, ncols: usize) -> Result<Self::Buffer, Error>;

    /// Creates a panel in a buffer of at least that size, whatever the buffer holds.
    fn panel(
        buffer: &mut Self::Buffer,
        nrows: usize,
        ncols: usize,
    ) -> Result<Self::Panel<'_>, Error>;

    /// Allocates a small matrix of at most `len` entries, of any numbers.
    fn small_buffer(len: usize) -> Result<Self::SmallBuffer, Error>;

    /// Creates a small matrix in a buffer of at least that size.
    fn small(
        buffer: &mut Self::SmallBuffer,
        nrows: usize,
        ncols: usize,
    ) -> Result<Small<'_, T, Self>, Error>;

    /// Returns the same panel, whose row i now is row `order`\[i\] of the matrix: for the side of the columns
    /// of an operator whose columns are permuted.
    fn permuted<'p>(panel: Self::Panel<'p>, order: Option<&'p [u32]>) -> Self::Panel<'p>;

    /// Copies the entries, in the order of the matrix.
    fn entries(panel: &Self::Panel<'_>) -> Result<DenseMatrix<T>, Error>;

    /// Copies a matrix of its shape to the panel.
    fn load(panel: &mut Self::Panel<'_>, columns: &DenseMatrix<T>) -> Result<(), Error>;

    /// Returns the bytes that are free in this memory; `None` if unknown.
    fn available() -> Option<u64> {
        memory::available()
    }

    /// Returns the error of factors of that rank, which need more bytes than are free.
    fn too_large(rank: usize, needed: u64, available: u64) -> Error {
        Error::FactorMemory {
            rank,
            needed,
            available,
        }
    }
}

/// The small matrices of a memory space.
pub type Small<'p, T, S> = <<S as MemorySpace<T>>::Panel<'p> as Panel>::Small;

/// A matrix as an operator in a memory space, where there is memory for it.
pub type NewOperator<'a, T, S> = Result<Box<dyn SpaceOperator<T, S> + 'a>, Error>;

/// A matrix as an operator on the panels of a memory space, for any lifetime of these.
pub trait SpaceOperator<T: Scalar, S: MemorySpace<T>>:
    for<'p> DivergenceOperator<S::Panel<'p>>
{
    /// Returns the column of A of each row of a panel; `None` if columns are not permuted.
    fn columns(&self) -> Option<&[u32]> {
        None
    }
}

//! The buffers of the algorithms and their lengths.

use crate::buffer::take;
use crate::panel::{Panel, RowScratch, SmallDecompositions};
use crate::{Error, MatMut, Real};

/// Rows of `vectors` in a workspace: singular values and the scratch of the small SVD.
const VECTORS: usize = 7;

/// The buffers of an algorithm other than its input and its result. One workspace of width l serves the
/// range finder, the truncated SVD and the non-negative factorization in turn, for every rank
/// k <= l. The panel on the longer side may be narrower if a Krylov space grows on the shorter one.
/// Power iterations, which need both, use the smaller width.
#[derive(Debug)]
pub struct Workspace<'s, P: Panel> {
    /// m x l.
    pub left: P,
    /// n x l.
    pub right: P,
    /// l x l, in the memory of the panels.
    pub small: P::Small,
    /// l x l, in the memory of the panels.
    pub other: P::Small,
    /// min(m, n) x l each. A [`Chebyshev`](crate::svd::Subspace::Chebyshev) iteration needs both. A
    /// [`Krylov`](crate::svd::Subspace::Krylov) space restarts in the first; the second holds blocks of more
    /// than k columns. They are swapped with the panel on the shorter side.
    pub spare: [Option<P>; 2],
    /// Small matrices on the CPU.
    pub scratch: SmallScratch<'s, P::Scalar>,
}

/// Small matrices and vectors on the CPU.
#[derive(Debug)]
pub struct SmallScratch<'s, T> {
    pub(crate) r: MatMut<'s, T>,
    pub(crate) u: MatMut<'s, T>,
    pub(crate) v: MatMut<'s, T>,
    pub(crate) vectors: &'s mut [T],
}

/// Returns the scalars that [`SmallScratch::in_buffer`] needs for width l: 3 l^2 + 7 l.
pub const fn small_scratch_len(l: usize) -> usize {
    l.saturating_mul(l.saturating_mul(3).saturating_add(VECTORS))
}

/// Returns the scalars that [`Workspace::in_buffer`] needs for an m x n matrix and width l:
/// (m + n) l + 5 l^2 + 7 l.
///
/// ```
/// use lowrank_core::workspace::workspace_len;
/// static BUFFER: [f32; workspace_len(64, 32, 6)] = [0.0; workspace_len(64, 32, 6)];
/// assert_eq!(BUFFER.len(), 798);
/// ```
pub const fn workspace_len(nrows: usize, ncols: usize, l: usize) -> usize {
    let tall = nrows.saturating_add(ncols);
    let wide = l.saturating_mul(5).saturating_add(VECTORS);
    l.saturating_mul(tall.saturating_add(wide))
}

impl<'s, T: Real> SmallScratch<'s, T> {
    /// Creates scratch of width `l` in the first [`small_scratch_len`] scalars of `buffer`.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] if there are fewer.
    pub fn in_buffer(mut buffer: &'s mut [T], l: usize) -> Result<Self, Error> {
        let mut square = || MatMut::new(take(&mut buffer, l.saturating_mul(l)), l, l);
        let (r, u, v) = (square()?, square()?, square()?);
        let vectors = take(&mut buffer, l.saturating_mul(VECTORS));
        crate::buffer::require(vectors.len(), l.saturating_mul(VECTORS))?;
        Ok(Self { r, u, v, vectors })
    }

    /// Lends `r`, of k^2 scalars, and the vectors to a solver of rows.
    pub(crate) fn for_rows(&mut self, k: usize) -> Result<RowScratch<'_, T>, Error> {
        self.r.reshape(k, k)?;
        Ok(RowScratch {
            matrix: self.r.as_mut_slice(),
            vectors: self.vectors,
        })
    }

    /// Computes the SVD of `r`, l x l: U and V in `u` and `v`, the singular values in `vectors`.
    pub(crate) fn svd_of_r<P: Panel<Scalar = T>>(&mut self, l: usize) -> Result<(), Error> {
        self.u.reshape(l, l)?;
        self.v.reshape(l, l)?;
        let mut vectors = &mut *self.vectors;
        let s = take(&mut vectors, l);
        P::Decompositions::svd(&mut self.r, &mut self.u, s, &mut self.v, vectors)
    }

    /// Computes the eigenvectors of `r`, l x l and positive semidefinite, in `u`, and its eigenvalues
    /// in `vectors`.
    pub(crate) fn eigen_of_r<P: Panel<Scalar = T>>(&mut self, l: usize) -> Result<(), Error> {
        self.u.reshape(l, l)?;
        self.v.reshape(l, l)?;
        let mut vectors = &mut *self.vectors;
        let d = take(&mut vectors, l);
        P::Decompositions::eigen(&mut self.r, &mut self.u, d, &mut self.v, vectors)
    }

    /// Returns the first `k` singular values of the last [`svd_of_r`](Self::svd_of_r).
    pub(crate) fn singular_values(&self, k: usize) -> &[T] {
        self.vectors.get(..k).unwrap_or_default()
    }
}

impl<'s, T: Real> Workspace<'s, MatMut<'s, T>> {
    /// Creates a workspace of width `l` for m x n matrices in the first [`workspace_len`] scalars of
    /// `buffer`, whatever they hold.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] if there are fewer.
    pub fn in_buffer(
        mut buffer: &'s mut [T],
        nrows: usize,
        ncols: usize,
        l: usize,
    ) -> Result<Self, Error> {
        crate::buffer::require(buffer.len(), workspace_len(nrows, ncols, l))?;
        let mut tall =
            |nrows: usize| MatMut::new(take(&mut buffer, nrows.saturating_mul(l)), nrows, l);
        let (left, right, small, other) = (tall(nrows)?, tall(ncols)?, tall(l)?, tall(l)?);
        let scratch = SmallScratch::in_buffer(buffer, l)?;
        Ok(Self {
            left,
            right,
            small,
            other,
            spare: [None, None],
            scratch,
        })
    }
}

/// A workspace of a size known at compile time; it can be stored in a `static`.
///
/// - `M`: m, the rows of A.
/// - `N`: n, the columns of A.
/// - `L`: l, the width of the sketches; at least the rank k.
#[derive(Clone, Debug)]
pub struct FixedWorkspace<T, const M: usize, const N: usize, const L: usize> {
    left: [[T; M]; L],
    right: [[T; N]; L],
    squares: [[[T; L]; L]; 5],
    vectors: [[T; L]; VECTORS],
}

impl<T: Real, const M: usize, const N: usize, const L: usize> FixedWorkspace<T, M, N, L> {
    /// Returns a workspace of zeros.
    pub const fn new() -> Self {
        Self {
            left: [[T::ZERO; M]; L],
            right: [[T::ZERO; N]; L],
            squares: [[[T::ZERO; L]; L]; 5],
            vectors: [[T::ZERO; L]; VECTORS],
        }
    }

    /// Returns this workspace as the algorithms take it.
    pub fn lend(&mut self) -> Workspace<'_, MatMut<'_, T>> {
        let [small, other, r, u, v] = &mut self.squares;
        Workspace {
            left: MatMut::from(&mut self.left),
            right: MatMut::from(&mut self.right),
            small: MatMut::from(small),
            other: MatMut::from(other),
            spare: [None, None],
            scratch: SmallScratch {
                r: MatMut::from(r),
                u: MatMut::from(u),
                v: MatMut::from(v),
                vectors: self.vectors.as_flattened_mut(),
            },
        }
    }
}

impl<T: Real, const M: usize, const N: usize, const L: usize> Default
    for FixedWorkspace<T, M, N, L>
{
    fn default() -> Self {
        Self::new()
    }
}

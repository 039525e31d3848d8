//! The panel traits on which all algorithms are written: tall blocks of columns in any memory.

use crate::dense::jacobi_svd::jacobi_svd;
use crate::divergence::MultiplicativeStep;
use crate::penalty::Penalty;
use crate::random::RandomEntries;
use crate::{Error, MatMut, MatRef, Real};

/// A tall, thin block of columns X (rows x l) in any memory, and its small matrices.
///
/// Algorithms are generic over this trait: static buffers of a microcontroller, the host's
/// memory and a GPU differ only in its implementation. It contains only the operations that
/// algorithms of this crate call.
pub trait Panel {
    /// The type of an entry: f32 or f64.
    type Scalar: Real;
    /// An l x l matrix in the memory of the panel: a view on the CPU, a buffer on a device.
    type Small;
    /// The decompositions of small matrices beside this memory: [`Jacobi`], or faster ones.
    type Decompositions: SmallDecompositions<Self::Scalar>;

    /// Returns the number of rows.
    fn nrows(&self) -> usize;

    /// Returns the number of columns, l.
    fn ncols(&self) -> usize;

    /// Changes the number of columns within the capacity of the buffer; the entries are lost.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] if the capacity is too small.
    fn set_ncols(&mut self, ncols: usize) -> Result<(), Error>;

    /// x_ij <- the draw at (i, j).
    fn fill_random(&mut self, random: &RandomEntries) -> Result<(), Error>;

    /// x_ij <- `value`.
    fn fill(&mut self, value: Self::Scalar) -> Result<(), Error>;

    /// X <- [X | Y], within the capacity of the buffer.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] if the capacity is too small.
    fn append(&mut self, block: &Self) -> Result<(), Error>;

    /// Prepares X for columns to be appended, one block after another, up to `ncols`: a panel may lay out its memory so
    /// that nothing is moved then. Until the next [`set_ncols`](Self::set_ncols), only [`append`](Self::append),
    /// [`cross_gram`](Self::cross_gram), [`mul_small`](Self::mul_small) and, as X,
    /// [`subtract_product`](Self::subtract_product) are called.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] if the capacity is too small.
    fn reserve(&mut self, _ncols: usize) -> Result<(), Error> {
        Ok(())
    }

    /// X <- a X.
    fn scale(&mut self, factor: Self::Scalar) -> Result<(), Error>;

    /// x_j <- d_j x_j.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`] for fewer factors than columns.
    fn scale_columns(&mut self, factors: &[Self::Scalar]) -> Result<(), Error>;

    /// X <- c X + a Y + b Z, the step of a three-term recurrence; `factors` are c, a and b.
    fn combine(&mut self, factors: [Self::Scalar; 3], y: &Self, z: &Self) -> Result<(), Error>;

    /// Y <- a X + b Y, where Y is `self`.
    ///
    /// # Errors
    /// [`Error::Shape`] if X has another shape.
    fn axpby(&mut self, a: Self::Scalar, x: &Self, b: Self::Scalar) -> Result<(), Error>;

    /// Computes X = Q R: X <- Q with orthonormal columns, also if X has a smaller rank, and r <- R, upper
    /// triangular. Returns the numerical rank of X.
    ///
    /// # Errors
    /// [`Error::Shape`] for more columns than rows.
    fn thin_qr(&mut self, r: &mut Self::Small) -> Result<usize, Error>;

    /// X <- a well-conditioned basis of the same range, less expensive than [`thin_qr`](Self::thin_qr): P^T L of
    /// P X = L U on a CPU. A GPU may orthonormalize instead of factoring.
    fn normalize(&mut self) -> Result<(), Error>;

    /// G <- X^T X.
    fn gram(&self, gram: &mut Self::Small) -> Result<(), Error>;

    /// S <- X^T Y.
    fn cross_gram(&self, other: &Self, cross: &mut Self::Small) -> Result<(), Error>;

    /// Y <- Y - X S, where Y is `self`.
    fn subtract_product(&mut self, x: &Self, small: &Self::Small) -> Result<(), Error>;

    /// Y <- X S, where S has as many columns as Y.
    fn mul_small(&self, small: &Self::Small, out: &mut Self) -> Result<(), Error>;

    /// sum_ij x_ij y_ij.
    fn inner_product(&self, other: &Self) -> Result<Self::Scalar, Error>;

    /// Computes <X, Y> and <G, H>, entrywise inner products, from which the error of a product of two factors is
    /// computed. G and H, `grams`, are square of the same size. Both are computed in one call, because of the
    /// latency of a device.
    ///
    /// # Errors
    /// [`Error::Shape`] if the shapes differ.
    fn inner_products(
        &self,
        other: &Self,
        grams: [&Self::Small; 2],
    ) -> Result<[Self::Scalar; 2], Error>;

    /// Flips each column of X, and with it the same column of `partner`, so that the entry of
    /// greatest magnitude in X (the first of several) is positive.
    fn align_signs(&mut self, partner: &mut Self) -> Result<(), Error>;

    /// norms_j <- ||x_j - d_j y_j||, where Y is `other`.
    fn distances(
        &self,
        factors: &[Self::Scalar],
        other: &Self,
        norms: &mut [Self::Scalar],
    ) -> Result<(), Error>;

    /// out <- the leading block of S.
    fn read_small(small: &Self::Small, out: MatMut<'_, Self::Scalar>) -> Result<(), Error>;

    /// S <- `values`, whose shape it takes.
    fn write_small(values: MatRef<'_, Self::Scalar>, small: &mut Self::Small) -> Result<(), Error>;
}

/// The decompositions of small matrices on the CPU, l x l. Each computes what [`jacobi_svd`] does.
pub trait SmallDecompositions<T: Real> {
    /// Computes R = U diag(s) V^T. R and the scratch are overwritten.
    ///
    /// # Errors
    /// The errors of [`jacobi_svd`].
    fn svd(
        r: &mut MatMut<'_, T>,
        u: &mut MatMut<'_, T>,
        s: &mut [T],
        v: &mut MatMut<'_, T>,
        scratch: &mut [T],
    ) -> Result<(), Error> {
        jacobi_svd(r, u, s, v, scratch)
    }

    /// Computes T = V diag(d) V^T of a positive semidefinite matrix, with the eigenvalues in descending order.
    /// T, `spare` (l x l) and the scratch are overwritten.
    ///
    /// # Errors
    /// The errors of [`jacobi_svd`].
    fn eigen(
        t: &mut MatMut<'_, T>,
        v: &mut MatMut<'_, T>,
        d: &mut [T],
        spare: &mut MatMut<'_, T>,
        scratch: &mut [T],
    ) -> Result<(), Error> {
        jacobi_svd(t, v, d, spare, scratch)
    }
}

/// Jacobi rotations, which need no heap.
#[derive(Clone, Copy, Debug)]
pub struct Jacobi;

impl<T: Real> SmallDecompositions<T> for Jacobi {}

/// Y <- X, with as many columns, within the capacity of its buffer.
pub(crate) fn copy_panel<P: Panel>(x: &P, y: &mut P) -> Result<(), Error> {
    y.set_ncols(0)?;
    y.append(x)
}

/// The steps of non-negative factorizations on a panel.
pub trait NonNegativePanel: Panel {
    /// x_ij <- x_ij n_ij / ((X G)_ij + l1 + l2 x_ij).
    ///
    /// A denominator below the square root of the smallest normal number is replaced by it. A
    /// larger denominator shortens the step, so that the loss still does not increase. A result below it may become
    /// zero ([`Real::without_underflow`]).
    ///
    /// - `numerator`: N, of the shape of X; destroyed.
    /// - `gram`: G, l x l.
    fn multiplicative_update(
        &mut self,
        numerator: &mut Self,
        gram: &Self::Small,
        penalty: Penalty<Self::Scalar>,
    ) -> Result<(), Error>;

    /// X <- X after a step from N.
    ///
    /// - `numerator`: N, of the shape of X; destroyed.
    fn update(
        &mut self,
        numerator: &mut Self,
        step: &LeastSquaresStep<'_, Self>,
    ) -> Result<(), Error>
    where
        Self: Sized,
    {
        let (gram, penalty) = (step.gram, step.penalty);
        match step.update {
            FactorUpdate::Multiplicative => self.multiplicative_update(numerator, gram, penalty),
            FactorUpdate::Sweeps(sweeps) => self.hals_update(numerator, gram, sweeps, penalty),
        }
    }

    /// x_ij <- x_ij (n_ij / (d_ij + l1 + l2 x_ij))^c, the step of a [`BetaDivergence`](crate::divergence::BetaDivergence).
    ///
    /// - `terms`: [N | D], twice as wide as X.
    fn quotient_update(
        &mut self,
        terms: &Self,
        step: MultiplicativeStep<'_, Self::Scalar>,
    ) -> Result<(), Error>;

    /// p_ij <- a p_ij + b x_ij^(1/c) n_ij, d_ij <- a d_ij + b d'_ij, and then
    /// x_ij <- (p_ij / (d_ij + l1 + l2 x_ij))^c: the step of a [`BetaDivergence`](crate::divergence::BetaDivergence) from sums over batches
    /// (Lefèvre, Bach & Févotte 2011). If the denominator is zero, x_ij is unchanged.
    ///
    /// - `sums`: [P | D], twice as wide as X. A p_ij that overflows becomes the largest number.
    /// - `terms`: [N | D'], the same shape.
    /// - `shares`: a and b.
    fn accumulated_update(
        &mut self,
        sums: &mut Self,
        terms: &Self,
        shares: [Self::Scalar; 2],
        step: MultiplicativeStep<'_, Self::Scalar>,
    ) -> Result<(), Error>;

    /// x_j <- max(0, x_j + (n_j - l1 - X g_j - l2 x_j) / (g_jj + l2)) for each column j in turn, `sweeps` times
    /// over all columns: each step minimizes the loss over its column (Cichocki & Phan 2009).
    ///
    /// A g_jj + l2 below the square root of the smallest normal number is replaced by it, which shortens
    /// the step.
    ///
    /// - `numerator`: N, of the shape of X.
    /// - `gram`: G, l x l.
    fn hals_update(
        &mut self,
        numerator: &Self,
        gram: &Self::Small,
        sweeps: usize,
        penalty: Penalty<Self::Scalar>,
    ) -> Result<(), Error>;

    /// Solves for each row x of X, from that row of N and G.
    ///
    /// - `numerator`: N, of the shape of X.
    /// - `gram`: G, l x l.
    /// - `scratch`: of l^2 scalars and of 7 l.
    ///
    /// # Errors
    /// [`Error::Shape`] if N or G does not match X; the first error of the solver.
    fn solve_rows<S: RowSolver<Self::Scalar>>(
        &mut self,
        numerator: &Self,
        gram: &Self::Small,
        solver: &S,
        scratch: RowScratch<'_, Self::Scalar>,
    ) -> Result<(), Error>;

    /// sums_j <- the sum of column j.
    fn column_sums(&self, sums: &mut [Self::Scalar]) -> Result<(), Error>;

    /// Computes the norms of the positive and of the negative part of each column.
    fn part_norms(
        &self,
        positive: &mut [Self::Scalar],
        negative: &mut [Self::Scalar],
    ) -> Result<(), Error>;

    /// x_ij <- factor_j x_ij if that is above `floor`, and `fill` otherwise.
    fn keep_above(
        &mut self,
        factors: &[Self::Scalar],
        floor: Self::Scalar,
        fill: Self::Scalar,
    ) -> Result<(), Error>;
}

/// A step of a factor X towards min ||A - X Y^T||_F^2 / 2, with a penalty on X, while Y is held.
#[derive(Debug)]
pub struct LeastSquaresStep<'s, P: Panel> {
    /// The update.
    pub update: FactorUpdate,
    /// G = Y^T Y.
    pub gram: &'s P::Small,
    /// The penalty of X.
    pub penalty: Penalty<P::Scalar>,
}

/// The update of a factor from N = A Y and G = Y^T Y.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorUpdate {
    /// A [`multiplicative_update`](NonNegativePanel::multiplicative_update).
    Multiplicative,
    /// That many sweeps of a [`hals_update`](NonNegativePanel::hals_update).
    Sweeps(usize),
}

/// A solver of the problem of one row of a factor while the other factor is held.
pub trait RowSolver<T: Real>: Sync {
    /// The vectors of l scalars that it needs beside a matrix of l^2: five at most.
    const VECTORS: usize;

    /// Replaces the row x by the solution for the row n of N.
    ///
    /// `scratch` holds zeros before the first row, and what the last call left before others with the same G.
    ///
    /// # Errors
    /// [`Error::Shape`] or [`Error::BufferTooSmall`] if something does not match.
    fn solve(
        &self,
        gram: MatRef<'_, T>,
        n: &[T],
        x: &mut [T],
        scratch: &mut RowScratch<'_, T>,
    ) -> Result<(), Error>;
}

/// Scratch of a [`RowSolver`].
#[derive(Debug)]
pub struct RowScratch<'s, T> {
    /// l^2 scalars.
    pub matrix: &'s mut [T],
    /// [`RowSolver::VECTORS`] times l scalars.
    pub vectors: &'s mut [T],
}

/// The steps of gradient descents on a panel.
pub trait DescentPanel: Panel {
    /// Does the step of an [`Adam`](crate::descent::Adam) optimizer, entrywise: [`AdamStep::of`].
    ///
    /// - `direction`, `first` and `second`: of the shape of X.
    fn adam_step(
        &mut self,
        direction: &Self,
        first: &mut Self,
        second: &mut Self,
        step: AdamStep<Self::Scalar>,
    ) -> Result<(), Error>;

    /// D <- D - weight min(X - floor, 0), entrywise; returns the sum of min(x_ij - floor, 0)^2. This is the gradient
    /// of a quadratic penalty on entries below the floor.
    fn push_above(
        &self,
        floor: Self::Scalar,
        weight: Self::Scalar,
        direction: &mut Self,
    ) -> Result<Self::Scalar, Error>;

    /// Counts the negative entries.
    fn negative_entries(&self) -> Result<usize, Error>;
}

/// The coefficients of one step of [`Adam`](crate::descent::Adam).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep<T> {
    /// b1 and b2.
    pub betas: (T, T),
    /// rate / (1 - b1^t).
    pub rate: T,
    /// 1 / sqrt(1 - b2^t).
    pub correction: T,
    /// epsilon.
    pub epsilon: T,
}

impl<T: Real> AdamStep<T> {
    /// Returns the new entry after a step from d, and updates its moments.
    #[inline(always)]
    pub fn of(&self, x: T, d: T, first: &mut T, second: &mut T) -> T {
        let (b1, b2) = self.betas;
        *first = b1 * *first + (T::ONE - b1) * d;
        *second = b2 * *second + (T::ONE - b2) * (d * d);
        x + self.rate * *first / (second.sqrt() * self.correction + self.epsilon)
    }
}

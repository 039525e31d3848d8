//! Singular vectors from a block Krylov space on the shorter side of a matrix.

use super::ritz::{Target, ritz};
use crate::dense::copy;
use crate::panel::{Panel, copy_panel};
use crate::random::RandomEntries;
use crate::scaling::PowerOfTwoScaled;
use crate::workspace::SmallScratch;
use crate::{Error, LinearOperator, MatMut, Real, Workspace};

/// The minimum number of blocks; fewer are no better than a power iteration of the same width.
const FEWEST_BLOCKS: usize = 3;

/// The minimum distance of a unit column from the basis.
const APART: f64 = 0.25;

/// The share of the predicted distance to convergence after which the error is checked again. The
/// prediction is a straight line in logarithms through the last two checks; convergence accelerates.
const CHECK_FRACTION: f64 = 0.75;

/// Computes the k directions of greatest ||A^T q|| in the space of Q_0, A A^T Q_0, (A A^T)^2 Q_0, ..
/// (Musco & Musco 2015), in blocks of k columns that are orthonormalized one after another (Golub &
/// Underwood 1977): the Ritz vectors of A A^T.
///
/// - `a`: m x n, m <= n.
/// - `workspace`: as many blocks as fit in its left panel are stored at once; that becomes the result, m x k.
/// - `block`: m x k; overwritten.
/// - `target`: the accuracy at which the space is large enough. With a tolerance of zero, all blocks are used.
/// - `random`: the sketch X in Q_0 = orth(A X).
///
/// Returns false, and no result, if the space breaks down before it is complete: some columns of a
/// block become dependent, but not all.
///
/// T = Q^T A A^T Q consists of the coefficients that orthogonalize the blocks. Its eigenvectors are
/// exact to eps s_1^2, so that they separate singular values above sqrt(eps) s_1.
#[inline(never)]
pub(crate) fn find<P: Panel, A: LinearOperator<P>>(
    a: &PowerOfTwoScaled<'_, A, P::Scalar>,
    workspace: &mut Workspace<'_, P>,
    block: &mut P,
    target: &Target<P::Scalar>,
    random: &RandomEntries,
) -> Result<bool, Error> {
    let k = target.rank;
    let width = workspace.left.ncols().min(workspace.left.nrows());
    let blocks = width.checked_div(k).unwrap_or(0);
    if width >= workspace.left.nrows() || blocks < FEWEST_BLOCKS {
        return Ok(false);
    }
    let mut space = Space {
        basis: &mut workspace.left,
        across: &mut workspace.right,
        block,
        small: &mut workspace.small,
        projected: &mut workspace.other,
        scratch: &mut workspace.scratch,
    };
    let l = blocks.saturating_mul(k);
    space.clear(l, k)?;
    space.across.fill_random(random)?;
    a.apply(space.across, space.block)?;
    space.block.thin_qr(space.small)?;
    let mut looks = Looks::new(k);
    for held in (1..=blocks).map(|blocks| blocks.saturating_mul(k)) {
        space.basis.append(space.block)?;
        a.apply_transpose(space.block, space.across)?;
        a.apply(space.across, space.block)?;
        space.project(l, held, k)?;
        if held >= l {
            ritz::<P>(space.projected, space.scratch, held)?;
            break;
        }
        let largest = space.orthogonalize(k)?;
        let rows = P::Scalar::from_usize(space.basis.nrows());
        let noise = rows * P::Scalar::EPSILON * space.trace(held)?;
        if largest <= noise {
            ritz::<P>(space.projected, space.scratch, held)?;
            break;
        }
        if target.tolerance > P::Scalar::ZERO && looks.due(held) {
            ritz::<P>(space.projected, space.scratch, held)?;
            let excess = space.excess(target, held)?;
            if excess <= P::Scalar::ONE {
                break;
            }
            looks.plan(held, excess);
        }
        if !space.orthogonalize_again(k)? {
            return Ok(false);
        }
    }
    space.keep_ritz_vectors(k)?;
    Ok(true)
}

/// The panels and small matrices of a block Krylov space.
struct Space<'a, 's, P: Panel> {
    /// m x l.
    basis: &'a mut P,
    /// n x l, of which k columns are used.
    across: &'a mut P,
    /// m x k.
    block: &'a mut P,
    /// l x l.
    small: &'a mut P::Small,
    /// l x l: T.
    projected: &'a mut P::Small,
    scratch: &'a mut SmallScratch<'s, P::Scalar>,
}

/// The schedule of eigenvalue computations, which cost more than a block if the space is large.
struct Looks<T> {
    /// k.
    block: usize,
    next: usize,
    /// The columns and the excess of the last check.
    last: Option<(usize, T)>,
}

impl<T: Real> Looks<T> {
    /// Schedules the first check at two blocks.
    fn new(block: usize) -> Self {
        Self {
            block,
            next: block.saturating_add(block),
            last: None,
        }
    }

    fn due(&self, held: usize) -> bool {
        held >= self.next
    }

    /// Schedules the check after one with this excess.
    fn plan(&mut self, held: usize, excess: T) {
        let columns = match self.last {
            Some((before, larger)) if larger > excess && held > before => {
                let passed = T::from_usize(held.saturating_sub(before));
                let rest = passed * excess.ln() / (larger / excess).ln();
                rest * T::from_f64(CHECK_FRACTION)
            }
            _ => T::ZERO,
        };
        let mut next = held.saturating_add(self.block);
        // At most twice as many columns: the line may be nearly level.
        while next < held.saturating_add(held) {
            let further = next.saturating_add(self.block);
            if T::from_usize(further.saturating_sub(held)) > columns {
                break;
            }
            next = further;
        }
        self.next = next;
        self.last = Some((held, excess));
    }
}

/// ||R x||.
fn product_length<T: Real>(r: &MatMut<'_, T>, x: &[T]) -> T {
    let mut squares = T::ZERO;
    for i in 0..r.nrows() {
        let mut sum = T::ZERO;
        for (column, x) in r.columns().zip(x) {
            sum += column.get(i).copied().unwrap_or(T::ZERO) * *x;
        }
        squares += sum * sum;
    }
    squares.sqrt()
}

impl<P: Panel> Space<'_, '_, P> {
    /// Clears the basis and sets T = 0 of width l.
    fn clear(&mut self, l: usize, k: usize) -> Result<(), Error> {
        self.basis.set_ncols(0)?;
        self.across.set_ncols(k)?;
        self.scratch.r.reshape(l, l)?;
        self.scratch.r.fill(P::Scalar::ZERO);
        P::write_small(self.scratch.r.as_ref(), self.projected)
    }

    /// Computes the last k of `held` columns of T from the block A A^T Q_last, and orthogonalizes the block
    /// against the basis.
    fn project(&mut self, l: usize, held: usize, k: usize) -> Result<(), Error> {
        let SmallScratch { r, v, .. } = &mut *self.scratch;
        self.basis.cross_gram(self.block, self.small)?;
        self.block.subtract_product(self.basis, self.small)?;
        v.reshape(held, k)?;
        P::read_small(self.small, v.as_mut())?;
        r.reshape(l, l)?;
        P::read_small(self.projected, r.as_mut())?;
        for (t, s) in r
            .columns_mut()
            .skip(held.saturating_sub(k))
            .zip(v.columns())
        {
            copy(s, t);
        }
        P::write_small(r.as_ref(), self.projected)
    }

    /// Orthonormalizes the block, with R in `small`. Returns max |r_jj|.
    fn orthogonalize(&mut self, k: usize) -> Result<P::Scalar, Error> {
        self.block.thin_qr(self.small)?;
        Ok(self.extreme_pivots(k)?.1)
    }

    /// Orthogonalizes the block again, because a small remainder is mostly rounding. Returns
    /// true if it is now independent of the basis.
    fn orthogonalize_again(&mut self, k: usize) -> Result<bool, Error> {
        self.basis.cross_gram(self.block, self.small)?;
        self.block.subtract_product(self.basis, self.small)?;
        self.block.thin_qr(self.small)?;
        Ok(self.extreme_pivots(k)?.0 > P::Scalar::from_f64(APART))
    }

    /// Returns the smallest and the largest |r_jj| of the R in `small`.
    fn extreme_pivots(&mut self, k: usize) -> Result<(P::Scalar, P::Scalar), Error> {
        let v = &mut self.scratch.v;
        v.reshape(k, k)?;
        P::read_small(self.small, v.as_mut())?;
        let (mut smallest, mut largest) = (P::Scalar::MAX, P::Scalar::ZERO);
        for j in 0..k {
            let pivot = v.get_or_zero(j, j).abs();
            largest = pivot.larger(largest);
            if pivot < smallest {
                smallest = pivot;
            }
        }
        Ok((smallest, largest))
    }

    /// Returns the sum of the eigenvalues of T.
    fn trace(&mut self, held: usize) -> Result<P::Scalar, Error> {
        let r = &mut self.scratch.r;
        r.reshape(held, held)?;
        P::read_small(self.projected, r.as_mut())?;
        let mut sum = P::Scalar::ZERO;
        for j in 0..held {
            sum += r.get_or_zero(j, j);
        }
        Ok(sum)
    }

    /// Estimates the gain of further blocks, as a multiple of the tolerance. The residual of A A^T y for a Ritz vector
    /// y is R y_last, where R is the factor of the next block.
    fn excess(&mut self, target: &Target<P::Scalar>, held: usize) -> Result<P::Scalar, Error> {
        let k = target.rank;
        let SmallScratch { u, v, vectors, .. } = &mut *self.scratch;
        v.reshape(k, k)?;
        P::read_small(self.small, v.as_mut())?;
        let last = held.saturating_sub(k)..held;
        let lengths = (0..k).map(|j| {
            let last = u.column(j).get(last.clone());
            product_length(v, last.unwrap_or_default())
        });
        let values = vectors.get(..held).unwrap_or_default();
        Ok(target.excess(values, lengths))
    }

    /// Replaces the basis by its k best directions.
    fn keep_ritz_vectors(&mut self, k: usize) -> Result<(), Error> {
        let l = self.basis.ncols();
        let SmallScratch { r, u, .. } = &mut *self.scratch;
        r.reshape(l, k)?;
        r.fill(P::Scalar::ZERO);
        for (long, short) in r.columns_mut().zip(u.columns()) {
            copy(short, long);
        }
        P::write_small(r.as_ref(), self.small)?;
        self.basis.mul_small(self.small, self.block)?;
        copy_panel(self.block, self.basis)
    }
}

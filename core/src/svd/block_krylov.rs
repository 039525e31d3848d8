//! Singular vectors from a block Krylov space on the shorter side of a matrix.

use super::ritz::{Search, Target, ritz, rounding};
use crate::dense::copy;
use crate::panel::{Panel, copy_panel};
use crate::random::{Distribution, RandomEntries};
use crate::scaling::PowerOfTwoScaled;
use crate::workspace::SmallScratch;
use crate::{Error, LinearOperator, MatMut, Real, Workspace};
use core::mem::swap;

/// The minimum number of blocks; fewer are no better than a power iteration of the same width.
const FEWEST_BLOCKS: usize = 3;

/// The minimum distance of a unit column from the basis.
const APART: f64 = 0.25;

/// The share of the predicted distance to convergence after which the error is checked again. The
/// prediction is a straight line in logarithms through the last two checks; convergence accelerates.
const CHECK_FRACTION: f64 = 0.75;

/// The random entries of blocks that replace dependent ones: added to the seed, with the number of blocks before.
const REPLACEMENT: u64 = 0x5EED_0B10;

/// The most projections of a block onto the complement of the basis: two are enough for a block that has a remainder,
/// a third for columns that rounding made.
const PROJECTIONS: usize = 4;

/// Computes the k directions of greatest ||A^T q|| in the space of Q_0, A A^T Q_0, (A A^T)^2 Q_0, ..
/// (Musco & Musco 2015), in blocks of b columns that are orthonormalized one after another (Golub &
/// Underwood 1977): the Ritz vectors of A A^T.
///
/// - `a`: m x n, m <= n.
/// - `workspace`: the left panel holds the blocks, and becomes the result, m x k. If it has m columns, the space may
///   grow to all of them, and the result is exact.
/// - `block`: m x k; overwritten. The second spare panel takes its place if there is one, for wider blocks.
/// - `target`: the accuracy at which the space is large enough, and the maximum number of blocks.
/// - `random`: the sketch X in Q_0 = orth(A X).
///
/// If the panel is full before the accuracy is reached, the search is restarted from the leading Ritz vectors and the
/// next block (thick restart; Wu & Simon 2000, Baglama & Reichel 2006): half of them with a spare panel, and one block
/// without, whose next block costs another product.
///
/// Blocks narrower than k need fewer columns in products, but of c equal values, their space contains no more than b
/// copies. If b values that it found are nearly equal, others may be missing: then the search is made again, in blocks
/// of k columns, of which no more can be missing.
///
/// Returns `None`, and no result, if the panel is too narrow for a Krylov space.
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
) -> Result<Option<Search<P::Scalar>>, Error> {
    let (k, rows) = (target.rank, workspace.left.nrows());
    let [spare, wider] = &mut workspace.spare;
    let width = workspace.left.ncols().min(rows);
    let restarts = spare.is_some();
    let suffices = |columns: usize| {
        let two = columns.saturating_add(columns);
        let all = columns.saturating_mul(target.iterations);
        let unfilled = width == rows || all <= width;
        let narrow = (unfilled || restarts && width >= k.saturating_add(two))
            && all >= k.saturating_add(columns);
        let enough = width == rows || width >= columns.saturating_mul(FEWEST_BLOCKS);
        enough && (columns >= k || narrow)
    };
    let (block, most) = match wider {
        Some(wider) => (wider, rows),
        None => (block, k),
    };
    let columns = target.block.min(most);
    let columns = match suffices(columns) {
        true => columns,
        false => columns.max(k),
    };
    if !suffices(columns) {
        return Ok(None);
    }
    let mut space = Space {
        basis: &mut workspace.left,
        across: &mut workspace.right,
        block,
        small: &mut workspace.small,
        projected: &mut workspace.other,
        spare: spare.as_mut(),
        scratch: &mut workspace.scratch,
        width,
    };
    let narrow = Target {
        block: columns,
        ..*target
    };
    let mut search = space.search(a, &narrow, random)?;
    if columns < k && narrow.is_crowded(space.ritz_values()) {
        if suffices(k) {
            let wide = Target {
                block: k,
                ..*target
            };
            let before = search.iterations;
            search = space.search(a, &wide, random)?;
            search.iterations = search.iterations.saturating_add(before);
        } else {
            search.missing = true;
        }
    }
    space.keep_ritz_vectors(k)?;
    Ok(Some(search))
}

/// The panels and small matrices of a block Krylov space.
struct Space<'a, 's, P: Panel> {
    /// m x l.
    basis: &'a mut P,
    /// n x b.
    across: &'a mut P,
    /// m x b.
    block: &'a mut P,
    /// l x l.
    small: &'a mut P::Small,
    /// l x l: T.
    projected: &'a mut P::Small,
    /// m x l, for restarts.
    spare: Option<&'a mut P>,
    scratch: &'a mut SmallScratch<'s, P::Scalar>,
    /// l.
    width: usize,
}

/// The schedule of eigenvalue computations, which cost more than a block if the space is large.
struct Looks<T> {
    /// b.
    block: usize,
    next: usize,
    /// The columns and the excess of the last check.
    last: Option<(usize, T)>,
}

impl<T: Real> Looks<T> {
    /// Schedules the first check at two blocks, and at one more than k columns fill.
    fn new(block: usize, k: usize) -> Self {
        Self {
            block,
            next: block.saturating_add(block.max(k)),
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
    /// Builds the space in blocks of the target's width, and computes its Ritz values and vectors.
    fn search<A: LinearOperator<P>>(
        &mut self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        target: &Target<P::Scalar>,
        random: &RandomEntries,
    ) -> Result<Search<P::Scalar>, Error> {
        let (k, columns) = (target.rank, target.block);
        let (rows, width) = (self.basis.nrows(), self.width);
        self.basis.set_ncols(0)?;
        self.basis.reserve(width)?;
        self.set_projection(0)?;
        self.block.set_ncols(columns)?;
        self.across.set_ncols(columns)?;
        self.across.fill_random(random)?;
        a.apply(self.across, self.block)?;
        self.block.thin_qr(self.small)?;
        let mut looks = Looks::new(columns, k);
        let mut search = Search::new();
        loop {
            self.basis.append(self.block)?;
            let held = self.basis.ncols();
            search.iterations = search.iterations.saturating_add(1);
            a.replace_by_row_gram(self.block, self.across)?;
            self.project(held)?;
            if held >= rows {
                self.look(held)?;
                break;
            }
            let largest = self.orthogonalize()?;
            let noise = rounding::<P::Scalar>(rows) * self.largest_quotient(held)?;
            // Without a remainder the space is invariant.
            let invariant = largest <= noise;
            if invariant && held >= k {
                self.look(held)?;
                break;
            }
            let full = width < rows && held.saturating_add(columns) > width;
            let last = search.iterations >= target.iterations;
            let due = target.tolerance > P::Scalar::ZERO && looks.due(held);
            if full || last || due {
                self.look(held)?;
                let excess = self.excess(target, held)?;
                if excess <= P::Scalar::ONE || last {
                    break;
                }
                looks.plan(held, excess);
            }
            if full && self.spare.is_none() {
                self.start_again(columns)?;
                looks = Looks::new(columns, k);
                continue;
            }
            let next = columns.min(rows.saturating_sub(held));
            let independent = !invariant && next == columns && self.orthogonalize_again()?;
            if !independent {
                self.replace_block(next, search.iterations)?;
            }
            if full {
                self.keep_leading(
                    k.saturating_add(width)
                        .checked_div(2)
                        .unwrap_or(k)
                        .min(held),
                )?;
                looks = Looks::new(columns, k);
            }
        }
        search.outside = target.outside(self.ritz_values());
        Ok(search)
    }

    /// Sets T = diag(d_1, .., d_p, 0, ..), where d are the Ritz values.
    fn set_projection(&mut self, p: usize) -> Result<(), Error> {
        let SmallScratch { r, vectors, .. } = &mut *self.scratch;
        r.reshape(self.width, self.width)?;
        r.fill(P::Scalar::ZERO);
        for (j, (column, value)) in (0..p).zip(r.columns_mut().zip(vectors.iter())) {
            if let Some(x) = column.get_mut(j) {
                *x = *value;
            }
        }
        P::write_small(r.as_ref(), self.projected)
    }

    /// Computes the columns of T for the last block of `held` columns from A A^T Q_last, and orthogonalizes the block
    /// against the basis.
    fn project(&mut self, held: usize) -> Result<(), Error> {
        let columns = self.block.ncols();
        let SmallScratch { r, v, .. } = &mut *self.scratch;
        self.basis.cross_gram(self.block, self.small)?;
        self.block.subtract_product(self.basis, self.small)?;
        v.reshape(held, columns)?;
        P::read_small(self.small, v.as_mut())?;
        r.reshape(self.width, self.width)?;
        P::read_small(self.projected, r.as_mut())?;
        let last = r.columns_mut().skip(held.saturating_sub(columns));
        for (t, s) in last.zip(v.columns()) {
            copy(s, t);
        }
        P::write_small(r.as_ref(), self.projected)
    }

    /// Orthonormalizes the block, with R in `small`. Returns max |r_jj|.
    fn orthogonalize(&mut self) -> Result<P::Scalar, Error> {
        self.block.thin_qr(self.small)?;
        Ok(self.extreme_pivots()?.1)
    }

    /// Orthogonalizes the block again, because a small remainder is mostly rounding. Returns
    /// true if it is now independent of the basis.
    fn orthogonalize_again(&mut self) -> Result<bool, Error> {
        let mut independent = false;
        for _ in 1..PROJECTIONS {
            self.basis.cross_gram(self.block, self.small)?;
            self.block.subtract_product(self.basis, self.small)?;
            self.block.thin_qr(self.small)?;
            independent = self.extreme_pivots()?.0 > P::Scalar::from_f64(APART);
            if independent {
                break;
            }
        }
        Ok(independent)
    }

    /// Replaces the block by random columns outside the basis.
    fn replace_block(&mut self, columns: usize, done: usize) -> Result<(), Error> {
        let seed = REPLACEMENT.wrapping_add(done as u64);
        self.block.set_ncols(columns)?;
        self.across.set_ncols(columns)?;
        self.block
            .fill_random(&RandomEntries::new(Distribution::Uniform, seed))?;
        self.block.thin_qr(self.small)?;
        self.orthogonalize_again().map(drop)
    }

    /// Returns the smallest and the largest |r_jj| of the R in `small`.
    fn extreme_pivots(&mut self) -> Result<(P::Scalar, P::Scalar), Error> {
        let k = self.block.ncols();
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

    /// Returns the largest entry on the diagonal of T.
    fn largest_quotient(&mut self, held: usize) -> Result<P::Scalar, Error> {
        let r = &mut self.scratch.r;
        r.reshape(held, held)?;
        P::read_small(self.projected, r.as_mut())?;
        let mut largest = P::Scalar::ZERO;
        for j in 0..held {
            largest = r.get_or_zero(j, j).larger(largest);
        }
        Ok(largest)
    }

    /// Estimates the gain of further blocks, as a multiple of the tolerance. The residual of A A^T y for a Ritz vector
    /// y is R y_last, where R is the factor of the next block.
    fn excess(&mut self, target: &Target<P::Scalar>, held: usize) -> Result<P::Scalar, Error> {
        let columns = self.block.ncols();
        let SmallScratch { u, v, vectors, .. } = &mut *self.scratch;
        v.reshape(columns, columns)?;
        P::read_small(self.small, v.as_mut())?;
        let last = held.saturating_sub(columns)..held;
        let lengths = (0..target.rank).map(|j| {
            let last = u.column(j).get(last.clone());
            product_length(v, last.unwrap_or_default())
        });
        let values = vectors.get(..held).unwrap_or_default();
        Ok(target.excess_above_rounding(values, lengths, self.basis.nrows()))
    }

    /// Computes the Ritz values and vectors.
    fn look(&mut self, held: usize) -> Result<(), Error> {
        ritz::<P>(self.projected, self.scratch, held)
    }

    /// Returns the Ritz values of the last look.
    fn ritz_values(&self) -> &[P::Scalar] {
        self.scratch.singular_values(self.basis.ncols())
    }

    /// Writes the coefficients of the p leading Ritz vectors to `small`.
    fn write_ritz_vectors(&mut self, p: usize) -> Result<(), Error> {
        let l = self.basis.ncols();
        let SmallScratch { r, u, .. } = &mut *self.scratch;
        r.reshape(l, p)?;
        r.fill(P::Scalar::ZERO);
        for (long, short) in r.columns_mut().zip(u.columns()) {
            copy(short, long);
        }
        P::write_small(r.as_ref(), self.small)
    }

    /// Replaces the basis by its p best directions, in the spare panel.
    fn keep_leading(&mut self, p: usize) -> Result<(), Error> {
        self.write_ritz_vectors(p)?;
        if let Some(spare) = &mut self.spare {
            spare.set_ncols(p)?;
            self.basis.mul_small(self.small, spare)?;
            swap(&mut *self.basis, &mut **spare);
            self.basis.reserve(self.width)?;
        }
        self.set_projection(p)
    }

    /// Makes the best directions the first block of an empty basis.
    fn start_again(&mut self, k: usize) -> Result<(), Error> {
        self.write_ritz_vectors(k)?;
        self.basis.mul_small(self.small, self.block)?;
        self.basis.set_ncols(0)?;
        self.basis.reserve(self.width)?;
        self.set_projection(0)
    }

    /// Replaces the basis by its k best directions.
    fn keep_ritz_vectors(&mut self, k: usize) -> Result<(), Error> {
        self.write_ritz_vectors(k)?;
        self.block.set_ncols(k)?;
        self.across.set_ncols(k)?;
        self.basis.mul_small(self.small, self.block)?;
        copy_panel(self.block, self.basis)
    }
}

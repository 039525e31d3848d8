//! The largest singular values of a matrix and their vectors.

use super::factors::{SvdFactors, check_factors};
use super::range_finder::{RangeFinder, Sides, clip};
use super::report::SvdReport;
use super::ritz::{Search, Target};
use super::subspace::Subspace;
use super::{block_krylov, chebyshev};
use crate::arguments::check_workspace;
use crate::dense::copy;
use crate::operator::{EntryStats, Transposed};
use crate::panel::Panel;
use crate::random::RandomEntries;
use crate::scaling::{PowerOfTwoScaled, smallest, unbalance};
use crate::{Error, LinearOperator, Real, Workspace};
use core::mem::swap;

/// The default of [`TruncatedSvd::iterations`].
const ITERATIONS: usize = 200;

/// A ~ U diag(s) V^T with k columns, by the randomized range finder (Halko, Martinsson & Tropp
/// 2011, alg. 4.4 and 5.1).
///
/// With Q from the range finder, A^T Q = Z R and R = X diag(s) Y^T give U = Q Y and V = Z X. The
/// small SVD is one of a triangular l x l matrix, and no Gram matrix is formed, so that singular
/// values down to eps s_1 survive, each with an absolute error of a few eps s_1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TruncatedSvd {
    /// k.
    pub rank: usize,
    /// The subspace that holds the triplets.
    pub subspace: Subspace,
    /// Krylov and Chebyshev: the iteration continues until the estimated error exceeds the minimum for rank k by no
    /// more than this share. Zero: until it is as accurate as rounding allows.
    pub tolerance: f64,
    /// Krylov: the columns of a block; zero for k. More than k need the second [`spare`](Workspace::spare) panel, fewer
    /// the first one. Narrow blocks need fewer columns in products, eight being a good number. If as many singular
    /// values as a block has columns are nearly equal (within half a percent), the search is made again with k
    /// columns, since it may have missed some.
    pub block: usize,
    /// Krylov: the maximum number of blocks, each of which costs two products; Chebyshev: of polynomials.
    pub iterations: usize,
    /// The range finder. The width l of the workspace beyond k is the oversampling; ten columns are
    /// customary.
    pub range_finder: RangeFinder,
}

/// The triplets of a decomposition.
pub(crate) struct Found<T> {
    /// The number of singular values above rounding noise.
    pub(crate) rank: usize,
    pub(super) search: Search<T>,
    pub(super) subspace: Subspace,
}

impl Default for TruncatedSvd {
    /// Returns rank 1, at most 200 blocks.
    fn default() -> Self {
        Self {
            rank: 1,
            subspace: Subspace::default(),
            tolerance: 0.0,
            block: 0,
            iterations: ITERATIONS,
            range_finder: RangeFinder::default(),
        }
    }
}

impl TruncatedSvd {
    /// Computes U, s and V of A ~ U diag(s) V^T.
    ///
    /// - `workspace`: of width l >= k; overwritten, with min(l, m, n) columns afterwards.
    /// - `factors`: overwritten.
    ///
    /// Costs 2 q + 3 products with A or A^T for q power iterations.
    ///
    /// # Errors
    /// - [`Error::Rank`] for k = 0 or k > min(l, m, n).
    /// - [`Error::NonFinite`] with its place; [`Error::Empty`]; [`Error::Incomplete`].
    /// - [`Error::Shape`] or [`Error::BufferTooSmall`] for factors or workspaces that do not fit.
    /// - [`Error::Overflow`] if a singular value or a norm is too large for the type.
    ///
    /// ```
    /// use lowrank_core::{FixedSvd, FixedWorkspace, MatRef, TruncatedSvd};
    /// static WORKSPACE: FixedWorkspace<f32, 3, 2, 2> = FixedWorkspace::new();
    /// let mut workspace = WORKSPACE.clone(); // in firmware: a `static mut` or a StaticCell
    /// let a = [[3.0, 0.0, 4.0], [0.0, 2.0, 0.0]]; // two columns
    /// let mut factors = FixedSvd::<f32, 3, 2, 1>::new();
    /// let svd = TruncatedSvd { rank: 1, ..Default::default() };
    /// let report = svd.run(&MatRef::from(&a), &mut workspace.lend(), &mut factors.lend())?;
    /// assert!((factors.singular_values[0] - 5.0).abs() < 1e-6);
    /// assert!((report.error_bound - 2.0).abs() < 1e-4);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    // With `decompose`, so that each caller's own subspace is known, and the others are not linked.
    #[inline(always)]
    pub fn run<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        factors: &mut SvdFactors<'_, P>,
    ) -> Result<SvdReport<P::Scalar>, Error> {
        let entry_stats = self.check(a, workspace, factors)?;
        let balanced = self.balanced(a, &entry_stats);
        let found = self.decompose(&balanced, workspace, &mut factors.u, &mut factors.v)?;
        self.report(&balanced, found, workspace, factors)
    }

    /// Checks the shapes, and returns the statistics of the entries.
    pub(super) fn check<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &A,
        workspace: &Workspace<'_, P>,
        factors: &SvdFactors<'_, P>,
    ) -> Result<EntryStats<P::Scalar>, Error> {
        check_workspace(a, workspace)?;
        check_factors(self.rank, a, workspace, factors)?;
        // Neither the sum nor the signs are needed: where the statistics are inlined, they are not computed.
        let entry_stats = EntryStats {
            sum: P::Scalar::ZERO,
            negative: None,
            ..a.entry_stats()?
        };
        entry_stats.check_complete()?;
        Ok(entry_stats)
    }

    pub(super) fn balanced<'a, T: Real, A>(
        &self,
        a: &'a A,
        entry_stats: &'a EntryStats<T>,
    ) -> PowerOfTwoScaled<'a, A, T> {
        match self.subspace {
            Subspace::Power => PowerOfTwoScaled::new(a, entry_stats),
            Subspace::Krylov | Subspace::Chebyshev => {
                PowerOfTwoScaled::to_be_squared(a, entry_stats)
            }
        }
    }

    /// Computes the residuals of the triplets, and judges them.
    fn report<P: Panel, A: LinearOperator<P>>(
        &self,
        balanced: &PowerOfTwoScaled<'_, A, P::Scalar>,
        found: Found<P::Scalar>,
        workspace: &mut Workspace<'_, P>,
        factors: &mut SvdFactors<'_, P>,
    ) -> Result<SvdReport<P::Scalar>, Error> {
        let k = self.rank;
        let s = factors.singular_values.get_mut(..k).unwrap_or_default();
        let residuals = factors.residuals.get_mut(..k).unwrap_or_default();
        copy(workspace.scratch.singular_values(k), s);
        let width = workspace.left.ncols();
        workspace.left.set_ncols(k)?;
        balanced.apply(&mut factors.v, &mut workspace.left)?;
        workspace.left.distances(s, &factors.u, residuals)?;
        workspace.left.set_ncols(width)?;
        self.judge(balanced, found, factors)
    }

    /// Judges the triplets of the balanced matrix by their residuals, and scales them back.
    pub(super) fn judge<P: Panel, A: LinearOperator<P>>(
        &self,
        balanced: &PowerOfTwoScaled<'_, A, P::Scalar>,
        found: Found<P::Scalar>,
        factors: &mut SvdFactors<'_, P>,
    ) -> Result<SvdReport<P::Scalar>, Error> {
        let (a, entry_stats) = (balanced.operator(), balanced.entry_stats());
        let k = self.rank;
        let s = factors.singular_values.get_mut(..k).unwrap_or_default();
        let residuals = factors.residuals.get_mut(..k).unwrap_or_default();
        let sides = a.nrows().saturating_add(a.ncols());
        let squares = squares_kept(s, balanced.exponent().saturating_sub(entry_stats.exponent));
        let target = self.target(balanced.squared_norm());
        let verdict = target.verdict(s, residuals, found.search.outside, (a.nrows(), a.ncols()));
        unbalance(s, balanced.exponent())?;
        unbalance(residuals, balanced.exponent())?;
        let mut excess = [verdict.excess];
        unbalance(&mut excess, balanced.exponent())?;
        let all = entry_stats.norm * entry_stats.norm;
        let rounding = P::Scalar::from_usize(sides.saturating_mul(2)) * P::Scalar::EPSILON * all;
        let bound = ((all - squares).larger(P::Scalar::ZERO) + rounding).sqrt();
        let mut norms = [entry_stats.norm, bound];
        unbalance(&mut norms, entry_stats.exponent)?;
        let ([excess], [frobenius_norm, error_bound]) = (excess, norms);
        Ok(SvdReport {
            rank: found.rank,
            frobenius_norm,
            error_bound: error_bound + P::Scalar::from_usize(k) * smallest(),
            converged: verdict.converged && !found.search.missing,
            excess,
            iterations: found.search.iterations,
            subspace: found.subspace,
        })
    }

    fn target<T: Real>(&self, squares: T) -> Target<T> {
        Target {
            rank: self.rank,
            tolerance: T::from_f64(self.tolerance),
            block: match (self.subspace, self.block) {
                (Subspace::Krylov, 0) => self.rank,
                (Subspace::Krylov, block) => block,
                _ => usize::MAX,
            },
            iterations: self.iterations.max(1),
            squares,
        }
    }

    /// Computes the triplets of the balanced matrix. The singular values are left in the scratch.
    #[inline(always)]
    pub(crate) fn decompose<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        workspace: &mut Workspace<'_, P>,
        u: &mut P,
        v: &mut P,
    ) -> Result<Found<P::Scalar>, Error> {
        // Firmware that asks for power iterations links nothing else.
        let found = match self.subspace {
            Subspace::Power => None,
            _ => self.find_on_the_shorter_side(a, workspace, u, v)?,
        };
        let (found, attempted) = match found {
            Some(found) => (found, false),
            None => (self.attempt(a, workspace, u, v)?, true),
        };
        let s = workspace.scratch.singular_values(self.rank);
        let careful = self.range_finder.sides == Sides::Both && attempted;
        if careful || kept_their_digits(s) {
            return Ok(found);
        }
        let range_finder = RangeFinder {
            sides: Sides::Both,
            ..self.range_finder
        };
        let careful = Self {
            range_finder,
            ..*self
        };
        careful.attempt(a, workspace, u, v)
    }

    #[inline(never)]
    fn attempt<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        workspace: &mut Workspace<'_, P>,
        u: &mut P,
        v: &mut P,
    ) -> Result<Found<P::Scalar>, Error> {
        let Workspace {
            left: q,
            right: z,
            small,
            ..
        } = workspace;
        let l = clip(a.operator(), q, z)?;
        self.range_finder.find(a, q, z, small)?;
        let rank = self.triplets(a, workspace, u, v)?;
        // The values before it may not have converged: the gap is that to the next one, and none without a next one.
        let values = workspace.scratch.singular_values(l);
        let outside = values.get(self.rank).copied().unwrap_or(P::Scalar::MAX);
        // A block that spans all of a side is exact, and no fallback.
        let whole = l == a.operator().nrows().min(a.operator().ncols());
        Ok(Found {
            rank,
            search: Search {
                iterations: self.range_finder.power_iterations,
                outside: if outside < P::Scalar::MAX {
                    outside * outside
                } else {
                    outside
                },
                missing: false,
            },
            subspace: if whole {
                self.subspace
            } else {
                Subspace::Power
            },
        })
    }

    /// Computes the triplets from Ritz vectors on the shorter side of A; `None` if the workspace only suffices for a
    /// power iteration.
    fn find_on_the_shorter_side<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        workspace: &mut Workspace<'_, P>,
        u: &mut P,
        v: &mut P,
    ) -> Result<Option<Found<P::Scalar>>, Error> {
        let widths = (workspace.left.ncols(), workspace.right.ncols());
        let found = match self.search_on_the_shorter_side(a, workspace, u, v)? {
            Some(search) => Some(self.of_directions(a, search, workspace, [u, v])?),
            None => None,
        };
        workspace.left.set_ncols(widths.0)?;
        workspace.right.set_ncols(widths.1)?;
        Ok(found)
    }

    /// Computes the k leading Ritz vectors on the shorter side of A, in the panel there; `None` if the workspace only
    /// suffices for a power iteration.
    pub(super) fn search_on_the_shorter_side<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        workspace: &mut Workspace<'_, P>,
        u: &mut P,
        v: &mut P,
    ) -> Result<Option<Search<P::Scalar>>, Error> {
        if workspace.left.nrows() <= workspace.right.nrows() {
            return self.find_ritz_vectors(a, workspace, u);
        }
        let turned = Transposed(a.operator());
        swap(&mut workspace.left, &mut workspace.right);
        let found = self.find_ritz_vectors(&a.of_same_size(&turned), workspace, v);
        swap(&mut workspace.left, &mut workspace.right);
        found
    }

    /// Computes the triplets from an orthonormal basis in the panel on the shorter side.
    fn of_directions<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        search: Search<P::Scalar>,
        workspace: &mut Workspace<'_, P>,
        [u, v]: [&mut P; 2],
    ) -> Result<Found<P::Scalar>, Error> {
        if workspace.left.nrows() > workspace.right.nrows() {
            a.apply(&mut workspace.right, &mut workspace.left)?;
            workspace.left.thin_qr(&mut workspace.small)?;
        }
        Ok(Found {
            rank: self.triplets(a, workspace, u, v)?,
            search,
            subspace: self.subspace,
        })
    }

    /// Computes the k leading Ritz vectors of A A^T in the left panel, for an A with at most as many rows as columns;
    /// `block` is m x k. Returns `None` if none were found.
    #[inline(never)]
    fn find_ritz_vectors<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        workspace: &mut Workspace<'_, P>,
        block: &mut P,
    ) -> Result<Option<Search<P::Scalar>>, Error> {
        let target = self.target(a.squared_norm());
        let random = RandomEntries::new(self.range_finder.distribution, self.range_finder.seed);
        match self.subspace {
            Subspace::Power => Ok(None),
            Subspace::Krylov => block_krylov::find(a, workspace, block, &target, &random),
            Subspace::Chebyshev => chebyshev::find(a, workspace, &target, &random),
        }
    }

    /// Computes U, s and V from an orthonormal basis in the left panel; the right one is overwritten.
    #[inline(never)]
    fn triplets<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        workspace: &mut Workspace<'_, P>,
        u: &mut P,
        v: &mut P,
    ) -> Result<usize, Error> {
        let Workspace {
            left: q,
            right: z,
            small,
            scratch,
            ..
        } = workspace;
        let l = q.ncols();
        a.apply_transpose(q, z)?;
        z.thin_qr(small)?;
        scratch.r.reshape(l, l)?;
        P::read_small(small, scratch.r.as_mut())?;
        scratch.svd_of_r::<P>(l)?;
        let rank = significant(scratch.singular_values(l), q.nrows().max(z.nrows()));
        P::write_small(scratch.v.as_ref().first_columns(self.rank), small)?;
        q.mul_small(small, u)?;
        P::write_small(scratch.u.as_ref().first_columns(self.rank), small)?;
        z.mul_small(small, v)?;
        u.align_signs(v)?;
        Ok(rank.min(self.rank))
    }
}

/// Checks that products with A A^T, whose eigenvalues are squares, have not lost the k-th singular value.
fn kept_their_digits<T: Real>(s: &[T]) -> bool {
    let largest = s.first().copied().unwrap_or(T::ZERO);
    let smallest = s.last().copied().unwrap_or(T::ZERO);
    smallest > T::from_usize(64) * T::EPSILON.sqrt() * largest
}

/// Counts the singular values above the rounding of a matrix with this long side.
pub(super) fn significant<T: Real>(s: &[T], long_side: usize) -> usize {
    let largest = s.first().copied().unwrap_or(T::ZERO);
    let threshold = T::from_usize(long_side) * T::EPSILON * largest;
    let mut count: usize = 0;
    for s in s {
        count = count.saturating_add((*s > threshold).into());
    }
    count
}

/// The sum of (2^e s_i)^2.
fn squares_kept<T: Real>(s: &[T], e: i32) -> T {
    let mut sum = T::ZERO;
    for s in s {
        let s = s.scale_by_power_of_two(e);
        sum += s * s;
    }
    sum
}

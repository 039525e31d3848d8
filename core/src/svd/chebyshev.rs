//! Subspace iteration with Chebyshev polynomials on the shorter side of a matrix.

use super::range_finder::clip;
use super::ritz::{Search, Target, ritz};
use crate::panel::{Panel, copy_panel};
use crate::random::RandomEntries;
use crate::scaling::PowerOfTwoScaled;
use crate::{Error, LinearOperator, Real, Workspace};
use core::mem::swap;

/// The maximum number of polynomials.
const MOST_ROUNDS: usize = 32;

/// The maximum degree of a polynomial.
const MOST_STEPS: usize = 32;

/// Computes the k directions of greatest ||A^T q|| in a subspace of l columns, the Ritz vectors of A A^T, by
/// Q <- orth(p(A A^T) Q), repeatedly, where p(t) = T_d(2 t / b - 1) is small on [0, b] and grows
/// fastest beyond it (Rutishauser 1969; Zhou, Saad, Tiago & Chelikowsky 2006). b is the smallest Ritz
/// value, so that the interval contains the eigenvalues outside Q.
///
/// - `a`: m x n, m <= n.
/// - `workspace`: its left panel becomes the result, m x k.
/// - `target`: the accuracy at which the iteration stops. With a tolerance of zero, it is that of rounding.
/// - `random`: the sketch X in Q_0 = orth(A X).
///
/// Returns `None`, and no result, if l columns are all that A has, or without spare panels.
#[inline(never)]
pub(crate) fn find<P: Panel, A: LinearOperator<P>>(
    a: &PowerOfTwoScaled<'_, A, P::Scalar>,
    workspace: &mut Workspace<'_, P>,
    target: &Target<P::Scalar>,
    random: &RandomEntries,
) -> Result<Option<Search<P::Scalar>>, Error> {
    let Workspace {
        left: basis,
        right: across,
        small,
        spare: [Some(images), Some(free)],
        scratch,
        ..
    } = workspace
    else {
        return Ok(None);
    };
    clip(a.operator(), basis, across)?;
    let l = basis.ncols();
    if l >= basis.nrows() {
        return Ok(None);
    }
    for panel in [&mut *across, images, free] {
        panel.set_ncols(l)?;
    }
    across.fill_random(random)?;
    a.apply(across, basis)?;
    let mut search = Search::new();
    loop {
        basis.thin_qr(small)?;
        a.apply_row_gram(basis, across, images)?;
        basis.cross_gram(images, small)?;
        ritz::<P>(small, scratch, l)?;
        P::write_small(scratch.u.as_ref().first_columns(l), small)?;
        // Ritz vectors, and their products with A A^T.
        basis.mul_small(small, free)?;
        images.mul_small(small, basis)?;
        swap(basis, free);
        swap(images, free);
        let (values, lengths) = scratch.vectors.split_at_mut_checked(l).unwrap_or_default();
        images.distances(values, basis, lengths)?;
        let lengths = lengths.iter().copied();
        let excess = target.excess_above_rounding(values, lengths, basis.nrows());
        search.outside = target.outside(values);
        if excess <= P::Scalar::ONE || search.iterations >= target.iterations.min(MOST_ROUNDS) {
            break;
        }
        let steps = Steps::new(values, target.rank, excess);
        // T_1 = 2 A A^T / b - 1.
        images.axpby(-P::Scalar::ONE, basis, steps.scale)?;
        for _ in 1..steps.degree {
            a.apply_row_gram(images, across, free)?;
            let scale = steps.scale + steps.scale;
            basis.combine(
                [-P::Scalar::ONE, scale, -(P::Scalar::ONE + P::Scalar::ONE)],
                free,
                images,
            )?;
            swap(basis, images);
        }
        swap(basis, images);
        search.iterations = search.iterations.saturating_add(1);
    }
    keep_leading(workspace, target.rank)?;
    Ok(Some(search))
}

/// Reduces the left panel to its k leading columns.
fn keep_leading<P: Panel>(workspace: &mut Workspace<'_, P>, k: usize) -> Result<(), Error> {
    let Workspace {
        left: basis,
        right: across,
        small,
        spare: [Some(kept), _],
        scratch,
        ..
    } = workspace
    else {
        return Ok(());
    };
    let identity = &mut scratch.r;
    identity.reshape(basis.ncols(), k)?;
    identity.fill(P::Scalar::ZERO);
    for (j, column) in (0..k).zip(identity.columns_mut()) {
        if let Some(x) = column.get_mut(j) {
            *x = P::Scalar::ONE;
        }
    }
    P::write_small(identity.as_ref(), small)?;
    kept.set_ncols(k)?;
    basis.mul_small(small, kept)?;
    copy_panel(kept, basis)?;
    across.set_ncols(k)
}

/// The polynomial of a round.
struct Steps<T> {
    /// 2 / b.
    scale: T,
    degree: usize,
}

impl<T: Real> Steps<T> {
    /// Returns the polynomial of the smallest degree that reduces the `excess` of the k-th Ritz value sufficiently, or
    /// of the largest one after which the smallest wanted column still has half of its digits relative to the first.
    fn new(values: &[T], rank: usize, excess: T) -> Self {
        let value = |j: usize| values.get(j).copied().unwrap_or(T::ZERO);
        let largest = value(0);
        let edge = value(values.len().saturating_sub(1)).larger(T::EPSILON * largest);
        let scale = (T::ONE + T::ONE) / edge;
        let argument = |j: usize| (scale * value(j) - T::ONE).larger(T::ONE);
        let (x, y) = (argument(0), argument(rank.saturating_sub(1)));
        let room = T::from_f64(0.125) / T::EPSILON.sqrt();
        // The error decreases with the square of the polynomial.
        let wanted = (excess + excess).sqrt();
        let ((mut first, mut t), (mut first_y, mut u)) = ((T::ONE, x), (T::ONE, y));
        let mut degree: usize = 1;
        while degree < MOST_STEPS && t < room && u < wanted {
            (first, t) = (t, (x + x) * t - first);
            (first_y, u) = (u, (y + y) * u - first_y);
            degree = degree.saturating_add(1);
        }
        Self { scale, degree }
    }
}

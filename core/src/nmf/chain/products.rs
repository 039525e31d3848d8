//! What stands on either side of a factor of a chain.

use super::ChainFactors;
use crate::dense::MatRef;
use crate::error::Error;
use crate::panel::{Panel, copy_panel};
use crate::real::Real;
use crate::workspace::Workspace;

/// L <- W F_1 .. F_`inner`; the left panel and `small` of the workspace are overwritten.
pub(super) fn left_of<P: Panel>(
    factors: &ChainFactors<'_, '_, P>,
    inner: usize,
    product: &mut P,
    workspace: &mut Workspace<'_, P>,
) -> Result<(), Error> {
    let links = factors.inner.get(..inner).unwrap_or_default();
    let links = links.iter().map(|link| (link.as_ref(), false));
    walk(
        factors.w,
        links,
        product,
        &mut workspace.left,
        &mut workspace.small,
        &mut workspace.scratch.r,
    )
}

/// R <- H F_d^T .. F_(`inner` + 1)^T; the right panel and `small` of the workspace are overwritten.
pub(super) fn right_of<P: Panel>(
    factors: &ChainFactors<'_, '_, P>,
    inner: usize,
    product: &mut P,
    workspace: &mut Workspace<'_, P>,
) -> Result<(), Error> {
    let links = factors.inner.get(inner..).unwrap_or_default();
    let links = links.iter().rev().map(|link| (link.as_ref(), true));
    walk(
        factors.h,
        links,
        product,
        &mut workspace.right,
        &mut workspace.small,
        &mut workspace.scratch.r,
    )
}

/// out <- X times one link after the other, each as it is or transposed.
fn walk<'l, P: Panel>(
    x: &P,
    links: impl Iterator<Item = (MatRef<'l, P::Scalar>, bool)>,
    out: &mut P,
    spare: &mut P,
    small: &mut P::Small,
    room: &mut crate::dense::MatMut<'_, P::Scalar>,
) -> Result<(), Error>
where
    P::Scalar: 'l,
{
    copy_panel(x, out)?;
    for (link, transposed) in links {
        copy_panel(out, spare)?;
        if transposed {
            transpose(link, room)?;
            P::write_small(room.as_ref(), small)?;
            out.set_ncols(link.nrows())?;
        } else {
            P::write_small(link, small)?;
            out.set_ncols(link.ncols())?;
        }
        spare.mul_small(small, out)?;
    }
    Ok(())
}

/// out <- X^T.
fn transpose<T: Real>(
    x: MatRef<'_, T>,
    out: &mut crate::dense::MatMut<'_, T>,
) -> Result<(), Error> {
    out.reshape(x.ncols(), x.nrows())?;
    for (i, column) in (0..x.nrows()).zip(out.columns_mut()) {
        for (j, y) in column.iter_mut().enumerate() {
            *y = x.at(i, j);
        }
    }
    Ok(())
}

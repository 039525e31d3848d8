//! The products on either side of a factor of a chain.

use super::settings::ChainFactors;
use crate::panel::{Panel, copy_panel};
use crate::{Error, MatMut, MatRef, Real, Workspace};

/// L <- W F_1 .. F_`inner`; the left panel and `small` of the workspace are overwritten.
pub(super) fn left_of<P: Panel>(
    factors: &ChainFactors<'_, '_, P>,
    inner: usize,
    product: &mut P,
    workspace: &mut Workspace<'_, P>,
) -> Result<(), Error> {
    copy_panel(factors.w, product)?;
    for link in factors.inner.get(..inner).unwrap_or_default() {
        let (spare, small) = (&mut workspace.left, &mut workspace.small);
        multiply(product, link.as_ref(), spare, small)?;
    }
    Ok(())
}

/// R <- H F_d^T .. F_(`inner` + 1)^T; the right panel and `small` of the workspace are overwritten.
pub(super) fn right_of<P: Panel>(
    factors: &ChainFactors<'_, '_, P>,
    inner: usize,
    product: &mut P,
    workspace: &mut Workspace<'_, P>,
) -> Result<(), Error> {
    copy_panel(factors.h, product)?;
    for link in factors.inner.get(inner..).unwrap_or_default().iter().rev() {
        let transposed = &mut workspace.scratch.r;
        transpose(link.as_ref(), transposed)?;
        let (spare, small) = (&mut workspace.right, &mut workspace.small);
        multiply(product, transposed.as_ref(), spare, small)?;
    }
    Ok(())
}

/// X <- X F; `spare` and `small` are overwritten.
fn multiply<P: Panel>(
    x: &mut P,
    link: MatRef<'_, P::Scalar>,
    spare: &mut P,
    small: &mut P::Small,
) -> Result<(), Error> {
    copy_panel(x, spare)?;
    P::write_small(link, small)?;
    x.set_ncols(link.ncols())?;
    spare.mul_small(small, x)
}

/// out <- X^T.
fn transpose<T: Real>(x: MatRef<'_, T>, out: &mut MatMut<'_, T>) -> Result<(), Error> {
    out.reshape(x.ncols(), x.nrows())?;
    for (i, column) in (0..x.nrows()).zip(out.columns_mut()) {
        for (j, y) in column.iter_mut().enumerate() {
            *y = x.get_or_zero(i, j);
        }
    }
    Ok(())
}

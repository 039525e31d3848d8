//! Checks of the shapes that callers pass.

use crate::dense::check_shape;
use crate::panel::Panel;
use crate::{Error, LinearOperator, Workspace};

/// Checks that an m x n operator has nonempty panels m x l and n x l.
pub(crate) fn check_panels<P: Panel, A: LinearOperator<P>>(
    a: &A,
    left: &P,
    right: &P,
) -> Result<(), Error> {
    let l = left.ncols();
    check_sizes((a.nrows(), a.ncols()), l)?;
    check_shape((left.nrows(), l), (a.nrows(), l))?;
    check_shape((right.nrows(), right.ncols()), (a.ncols(), l))
}

/// Checks that an m x n operator has nonempty panels m x l and n x l'.
pub(crate) fn check_workspace<P: Panel, A: LinearOperator<P>>(
    a: &A,
    workspace: &Workspace<'_, P>,
) -> Result<(), Error> {
    let Workspace { left, right, .. } = workspace;
    let (l, across) = (left.ncols(), right.ncols());
    check_sizes((a.nrows(), a.ncols()), l.min(across))?;
    check_shape((left.nrows(), l), (a.nrows(), l))?;
    check_shape((right.nrows(), across), (a.ncols(), across))
}

/// Checks that neither the operator nor the width is empty.
fn check_sizes((m, n): (usize, usize), l: usize) -> Result<(), Error> {
    if m == 0 || n == 0 {
        return Err(Error::Empty);
    }
    if l == 0 {
        return Err(Error::Rank {
            rank: 0,
            limit: m.min(n),
        });
    }
    Ok(())
}

/// Fails to compile unless 1 <= k <= min(l, m, n): a sketch narrower than the rank holds no such factors.
pub(crate) const fn assert_rank(k: usize, l: usize, m: usize, n: usize) {
    assert_width(k, l);
    assert!(k <= m && k <= n, "the rank is larger than the matrix");
}

/// Fails to compile unless 1 <= k <= l.
pub(crate) const fn assert_width(k: usize, l: usize) {
    assert!(k >= 1, "the rank is at least one");
    assert!(k <= l, "the workspace is narrower than the rank: L < K");
}

/// Checks that 1 <= rank <= limit.
pub(crate) fn check_rank(rank: usize, limit: usize) -> Result<(), Error> {
    if rank == 0 || rank > limit {
        return Err(Error::Rank { rank, limit });
    }
    Ok(())
}

/// Checks that W and H of rank k fit A, and that k is at most the width of the workspace. Nonnegative factors may have
/// more columns than A has rows or columns.
pub(crate) fn check_factors<P: Panel, A: LinearOperator<P>>(
    k: usize,
    a: &A,
    workspace: &Workspace<'_, P>,
    [w, h]: [&P; 2],
) -> Result<(), Error> {
    check_workspace(a, workspace)?;
    let (m, n) = (a.nrows(), a.ncols());
    let width = workspace.left.ncols().min(workspace.right.ncols());
    check_rank(k, width)?;
    check_shape((w.nrows(), w.ncols()), (m, k))?;
    check_shape((h.nrows(), h.ncols()), (n, k))
}

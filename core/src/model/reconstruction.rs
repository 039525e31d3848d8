use super::row::check_length;
use super::{Components, ModelError};

/// x <- w H^T; `w`: k numbers; `x`: n numbers.
///
/// # Errors
/// [`ModelError::Length`].
pub(super) fn reconstruct(
    components: &impl Components,
    w: &[f32],
    x: &mut [f32],
) -> Result<(), ModelError> {
    check_length(w.len(), components.ncols())?;
    check_length(x.len(), components.nrows())?;
    for (i, x) in (0..x.len()).zip(x) {
        *x = components.dot_row(i, w);
    }
    Ok(())
}

/// ||x - w H^T||^2 = x . x + sum_j w_j (G_j . w - 2 (x H)_j): by Pythagoras, where the components are orthonormal.
///
/// Much of x . x cancels for a row that is well explained: what is left has an error of about 1e-7 x . x, and so a
/// residual below 3e-4 ||x|| is rounding.
pub(super) fn squared_residual(
    components: &impl Components,
    squares: f32,
    products: &[f32],
    w: &[f32],
) -> f32 {
    let mut left = squares;
    for (j, (w_j, product)) in (0..w.len()).zip(w.iter().zip(products)) {
        let of_model = components.gram_dot(j, w);
        left += *w_j * (of_model - *product - *product);
    }
    left
}

//! Items with similar factors.

use super::top_n::{Recommended, TopN};
use crate::{DenseMatrix, Error, Scalar};

/// Lists the items whose factors have the largest cosine with those of item `item`, without itself, and without those whose
/// factors are zero; of equal cosines, the item with the lower number is first.
///
/// - `factors`: k x n, such as `h` of an [`ImplicitModel`](super::ImplicitModel): column j belongs to item j.
///
/// The list is empty if the factors of the item itself are zero: nothing is known of it.
///
/// # Errors
/// [`Error::NoSuchItem`].
pub fn similar_items<T: Scalar>(
    factors: &DenseMatrix<T>,
    item: usize,
    top: TopN<'_>,
) -> Result<Vec<Recommended<T>>, Error> {
    let items = factors.ncols();
    if item >= items {
        return Err(Error::NoSuchItem { item, items });
    }
    let own = factors.column(item);
    let inner = |x: &[T], y: &[T]| -> f64 {
        let products = x.iter().zip(y).map(|(x, y)| x.to_f64() * y.to_f64());
        products.sum()
    };
    let length = inner(own, own).sqrt();
    // Where a factor is zero, this is NaN, which is not listed.
    let cosine = |j| {
        let other = factors.column(j);
        T::from_f64(inner(own, other) / (length * inner(other, other).sqrt()))
    };
    let cosines: Vec<T> = (0..items).map(cosine).collect();
    Ok(top.of_scores(&cosines, &[item as u32]))
}

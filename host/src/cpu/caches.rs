//! The sizes of the processor's caches, which faer's products are cut by.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, Par};

/// The order of a product that is cut by the sizes of caches.
const ORDER: usize = 64;

/// Multiplies two small matrices: the first product reads the sizes of all caches from the system.
pub(crate) fn read_cache_sizes() {
    let a = Mat::<f64>::zeros(ORDER, ORDER);
    let mut product = a.clone();
    let out = product.as_mut();
    matmul(out, Accum::Replace, a.as_ref(), a.as_ref(), 1.0, Par::Seq);
}

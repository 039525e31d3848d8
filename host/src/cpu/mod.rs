//! Core's traits on the processors of a host: row-major panels, threads, faer.
//!
//! Work is cut into pieces whose size does not depend on the number of threads, and their sums
//! are added in a fixed order: one thread and many give the same bits.

mod cholesky_qr;
mod dense;
mod exact;
mod panel;
mod sparse;
#[cfg(test)]
mod tests;

pub(crate) use dense::DenseOperator;
pub(crate) use exact::exact_svd;
pub(crate) use panel::{RowPanel, transposed};
pub(crate) use sparse::SparseOperator;

/// The scalars of the host: what core computes with and faer can multiply.
pub trait Scalar: lowrank_core::Real + faer::traits::RealField {
    /// `f32` or `f64`.
    const NAME: &'static str;
}

impl Scalar for f32 {
    const NAME: &'static str = "f32";
}

impl Scalar for f64 {
    const NAME: &'static str = "f64";
}

/// Rows of a panel that one task works on: 16 columns of f64 take 128 kB, half of a small L2 cache.
const ROWS_PER_TASK: usize = 1024;

/// The kernels are compiled for each width up to this one, so that a row of a panel stays in
/// registers; wider panels are worked on in strips.
const WIDEST_STRIP: usize = 32;

/// Calls `$kernel::<_, WIDTH>($arguments)` for the width that is known only now.
macro_rules! for_width {
    ($width:expr, $kernel:ident, $arguments:tt) => {
        for_width!(@ $width, $kernel, $arguments,
            1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32)
    };
    (@ $width:expr, $kernel:ident, $arguments:tt, $($w:literal)*) => {
        match $width {
            $($w => $kernel::<_, $w> $arguments,)*
            _ => unreachable!("strips are at most {} wide", $crate::cpu::WIDEST_STRIP),
        }
    };
}
pub(crate) use for_width;

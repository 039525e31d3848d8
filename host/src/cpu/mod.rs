//! Core's traits on the processors of a host: row-major panels, threads, faer.
//!
//! Work is cut into pieces whose size does not depend on the number of threads, and their sums
//! are added in a fixed order: one thread and many give the same bits.

use crate::model::Compiled;

mod cholesky_qr;
mod column_order;
mod dense;
mod descent;
mod divergence;
mod exact;
mod hals;
mod mu;
mod observed;
mod panel;
mod row_gram;
mod row_schedule;
mod rows;
mod small_svd;
mod sparse;
mod strips;
mod survey;
#[cfg(test)]
mod tests;

pub(crate) use column_order::ColumnOrder;
pub(crate) use dense::DenseOperator;
pub(crate) use exact::{Triplets, exact_svd};
pub(crate) use observed::ObservedOperator;
pub(crate) use panel::{RowPanel, check_shape};
pub(crate) use row_schedule::Threads;
#[cfg(feature = "cuda")]
pub(crate) use small_svd::{small_eigen, small_svd};
pub(crate) use sparse::SparseOperator;

/// What another home of panels shares with this one.
#[cfg(feature = "cuda")]
pub(crate) use {observed::first_stored_zero, sparse::first_zero, survey::survey};

/// The scalars of the host: what core computes with, faer can multiply, and other devices can copy.
pub trait Scalar: lowrank_core::Real + faer::traits::RealField + bytemuck::Pod + Compiled {
    /// `f32` or `f64`.
    const NAME: &'static str;
}

impl Scalar for f32 {
    const NAME: &'static str = "f32";
}

impl Scalar for f64 {
    const NAME: &'static str = "f64";
}

//! Implementation of core's traits on the processors of a host: row-major panels, threads, faer.
//!
//! Work is divided into pieces whose size does not depend on the number of threads, and their sums
//! are added in a fixed order: one thread and many give the same bits.

mod caches;
mod cholesky_qr;
mod column_order;
mod compressed_rows;
mod dense;
mod descent;
mod divergence;
mod divergence_entries;
mod divergence_model;
mod entry_stats;
mod exact;
mod gram;
mod gram_svd;
mod hals;
mod least_squares_step;
mod logarithm;
mod multiplicative_update;
mod nonnegative;
mod observed;
mod panel;
mod quotient_update;
mod row_gram;
mod row_schedule;
mod rows;
mod small_decompositions;
mod space;
mod sparse;
mod sparse_layout;
mod sparse_product;
mod strips;
mod tall_dense;
#[cfg(test)]
mod tests;
pub(crate) mod thin_svd;
mod transposed_product;
mod tridiagonal;
mod triplets;
mod vectors;

pub(crate) use caches::read_cache_sizes;
pub(crate) use column_order::ColumnOrder;
pub(crate) use dense::DenseOperator;
pub(crate) use exact::exact_svd;
pub(crate) use gram_svd::part_of_eigenvectors;
pub(crate) use observed::ObservedOperator;
pub(crate) use panel::{RowPanel, check_shape};
pub(crate) use row_schedule::HostSchedule;
#[cfg(feature = "cuda")]
pub(crate) use small_decompositions::FaerDecompositions;
pub(crate) use space::{CoreSpace, HostSpace, core_operator, host_operator};
pub(crate) use sparse::SparseOperator;
pub(crate) use sparse_layout::{SharedLayout, Usage};
pub(crate) use tall_dense::{ShortSide, has_short_side, svd_on_short_side};
pub(crate) use triplets::{Centering, Triplets};
pub(crate) use vectors::vectorized;

/// Functions shared with other memory spaces.
#[cfg(feature = "cuda")]
pub(crate) use {entry_stats::entry_stats, observed::first_stored_zero, sparse::first_zero};

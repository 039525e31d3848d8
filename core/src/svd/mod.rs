//! Truncated singular value decompositions and their subspace methods.

mod block_krylov;
mod chebyshev;
mod range_finder;
mod ritz;
mod truncated;

pub use range_finder::{Normalizer, RangeFinder, Sides};
pub use ritz::share_of_norm;
pub(crate) use truncated::check_factors;
pub use truncated::{FixedSvd, Subspace, SubspaceSearch, SvdFactors, SvdReport, TruncatedSvd};

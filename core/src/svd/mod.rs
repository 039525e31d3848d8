//! Truncated singular value decompositions and their subspace methods.

mod block_krylov;
mod chebyshev;
mod factors;
mod range_finder;
mod report;
mod ritz;
mod second_precision;
mod subspace;
mod truncated;

pub(crate) use factors::check_factors;
pub use factors::{FixedSvd, SvdFactors};
pub use range_finder::{Normalizer, RangeFinder, Sides};
pub use report::SvdReport;
pub use ritz::share_of_norm;
pub use subspace::{Subspace, SubspaceSearch};
pub use truncated::TruncatedSvd;

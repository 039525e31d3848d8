//! Truncated singular value decompositions and their subspace methods.

mod chebyshev;
mod krylov;
mod pca;
mod range_finder;
mod ritz;
mod truncated;

pub use pca::Centered;
pub use range_finder::{Normalizer, RangeFinder, Sides};
pub(crate) use truncated::check_factors;
pub use truncated::{FixedSvd, Subspace, SvdFactors, SvdReport, TruncatedSvd};

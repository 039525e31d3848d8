//! Sketches that devices sent, merged to a model.
//!
//! A device writes its sketch by [`write_bytes`](lowrank::core::sketch::FrequentDirections::write_bytes); [`merge`]
//! makes singular vectors, or principal components if the sketches are centered, of the rows of all.

mod error;
mod merged;
mod save;

pub use error::Error;
pub use merged::{Merged, merge};

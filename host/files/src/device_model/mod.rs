//! Models for microcontrollers: a folder of `lowrank factorize --output` or `lowrank topics --output` as a blob of
//! bytes that [`lowrank::core::model`] reads in place.
//!
//! ```no_run
//! use lowrank_files::device_model::{DeviceModel, Export, TermLimit, source};
//! use lowrank::core::model::Encoding;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let model = DeviceModel::read("topics-model".as_ref(), &["the", "and"])?;
//! let export = Export { encoding: Encoding::Root, terms: TermLimit::Bytes(24 * 1024) };
//! let blob = model.blob(&export, None)?;
//! std::fs::write("topics.rs", source::rust("topics", &model, &blob))?;
//! # Ok(())
//! # }
//! ```

mod encoding;
mod error;
mod export;
mod format;
mod parts;
mod selection;
pub mod source;
mod writer;

pub use error::Error;
pub use export::{Export, TermLimit};
pub use format::Format;
pub use parts::DeviceModel;
pub use writer::Blob;

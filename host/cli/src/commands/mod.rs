//! The commands, a module each.

pub mod bench;
pub mod completions;
pub mod device;
pub mod export;
pub mod factorize;
pub mod merge;
pub mod names;
pub mod recommend;
pub mod topics;
pub mod transform;
pub mod validate;

//! The commands, a module each.

pub mod bench;
pub mod completions;
pub mod factorize;
pub mod names;
pub mod recommend;
pub mod topics;
pub mod transform;
pub mod validate;

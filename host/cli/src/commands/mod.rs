//! The commands, a module each.

pub mod bench;
pub mod factorize;
pub mod shell;
pub mod topics;
pub mod transform;
pub mod validate;

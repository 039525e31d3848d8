//! Results of factorizations for people: reports, plots and benchmarks, as the command `lowrank` shows them.
//!
//! - [`report`]: the result of a run, as a table and as JSON.
//! - [`plot`]: convergence, singular values, topics and components, as SVG and PNG.
//! - [`components`]: the heaviest columns of components, by their names.
//! - [`mod@bench`]: the speed of the solvers on this machine, beside its limits.
#![deny(missing_docs)]

pub mod bench;
pub mod components;
pub mod plot;
pub mod report;

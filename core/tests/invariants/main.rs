//! Invariants of the algorithms, judged by families of matrices and their ratios.

mod anls;
mod borders;
mod never_stuck;
mod non_negative;
mod properties;
mod regressions;
mod relative;
mod restarts;
mod sketches;
mod stopping;
mod subspaces;
mod verbs;

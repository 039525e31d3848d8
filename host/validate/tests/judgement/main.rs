//! Tests of the judge, and of core's decompositions by it: one binary.

mod accuracy;
mod figures;
mod judge;

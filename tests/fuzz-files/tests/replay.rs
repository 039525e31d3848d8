//! Replays the committed corpora.

#[macro_use]
#[path = "../../fuzz/tests/corpus/mod.rs"]
mod corpus;

replays! { lowrank_fuzz_files: npy npz matrix_market table triples pgm }

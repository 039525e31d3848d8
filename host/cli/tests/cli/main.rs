//! The command `lowrank` as its users meet it: what it prints, where, and how it ends.

mod bench;
mod catalog;
mod choices;
mod completions;
mod corpora;
mod factorize;
mod failures;
mod hostile;
mod interrupt;
mod matrices;
mod newsgroups;
mod old_models;
mod outcome;
mod plots;
mod representatives;
mod topics;
mod transform;
mod usage;
mod validate;

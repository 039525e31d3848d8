//! The command `lowrank` as its users meet it: what it prints, where, and how it ends.

mod bench;
mod choices;
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
mod shell;
mod topics;
mod transform;
mod usage;
mod validate;

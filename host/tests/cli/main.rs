//! The command `lowrank` as its users meet it: what it prints, where, and how it ends.

mod bench;
mod choices;
mod corpora;
mod failures;
mod hostile;
mod newsgroups;
mod outcome;
mod representatives;
mod topics;
mod usage;
mod validate;

//! Tests of the command `lowrank`: its output, streams and exit status.

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
mod names;
mod newsgroups;
mod old_models;
mod outcome;
mod plots;
mod ratings;
mod recommend;
mod representatives;
mod tables;
mod texts;
mod texts_advice;
mod topics;
mod transform;
mod usage;
mod validate;
mod vectorizer_options;

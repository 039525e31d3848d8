//! Four groups of the real 20 Newsgroups, from the archive to the factors, against scikit-learn's
//! and scipy's figures and against the definitions.
//!
//! All tests need the archive: LOWRANK_DATA names the folder that holds 20news/.

mod corpus;
mod data;
mod gradient;
mod measure;
mod nmf;
mod svd;
mod vectorizer;

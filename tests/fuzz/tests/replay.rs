//! Replays the committed corpora.

#[macro_use]
mod corpus;

replays! { lowrank_fuzz: small_svd qr_lu truncated_svd nmf approximation csr panel }

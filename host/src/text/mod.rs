//! Texts to a sparse matrix of term weights.

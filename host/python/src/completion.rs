//! Completion of matrices of which some entries are known.

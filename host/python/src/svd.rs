//! Factorizations of rank k of a matrix by its singular values.

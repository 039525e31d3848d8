//! Vectorizers of texts.

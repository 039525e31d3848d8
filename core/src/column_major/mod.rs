//! Core's own panels and operators: column-major slices and sparse rows.

mod dense;
mod descent;
mod divergence_terms;
mod known_entries;
mod nonnegative;
mod observed;
mod panel;
mod sparse;

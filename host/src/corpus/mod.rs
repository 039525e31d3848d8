//! Where texts come from.

//! Tests that cross crates, or need data; nothing is exported.

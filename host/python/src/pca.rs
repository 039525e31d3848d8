//! Principal components: the same of the centered matrix, which is never made.

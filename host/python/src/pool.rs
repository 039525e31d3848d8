//! The threads of this process.

//! Matrices in files: those that NumPy and SciPy write, and real data.

mod data;
mod golden;
mod tables;

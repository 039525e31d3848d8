//! The compiled part of the Python package: what is lent by NumPy and SciPy goes in, arrays come out. Estimators,
//! their parameters and checks are in `python/lowrank`.

mod completion;
mod errors;
mod interrupt;
mod matrix;
mod mini_batch;
mod nmf;
mod pca;
mod pool;
mod recommend;
mod stored;
mod svd;
mod vectorizers;

/// The compiled part of the package: use the estimators of `lowrank`.
#[pyo3::pymodule(gil_used = false)]
mod _native {}

//! The compiled part of the Python package: what is lent by NumPy and SciPy goes in, arrays come out. Estimators,
//! their parameters and checks are in `python/lowrank`.

mod answer;
mod completion;
mod errors;
mod export;
mod interrupt;
mod matrix;
mod mini_batch;
mod names;
mod nmf;
mod pca;
mod pool;
mod recommend;
mod stored;
mod svd;
mod vectorizers;

/// The compiled part of the package: use the estimators of `lowrank`.
#[pyo3::pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use super::completion::{completion, completion_rows};
    #[pymodule_export]
    use super::export::export_model;
    #[pymodule_export]
    use super::mini_batch::{BatchState, mini_batch_nmf};
    #[pymodule_export]
    use super::nmf::{nmf, nmf_weights};
    #[pymodule_export]
    use super::pca::pca;
    #[pymodule_export]
    use super::recommend::{implicit_als, implicit_lists, implicit_users, similar_items};
    #[pymodule_export]
    use super::stored::{read_model, search_limits, write_model};
    #[pymodule_export]
    use super::svd::truncated_svd;
    #[pymodule_export]
    use super::vectorizers::{count_terms, fit_terms, hash_terms, pattern_refusal};
}

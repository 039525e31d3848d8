//! What is known of a fit, by the names that Python keeps it under.

use super::names;
use lowrank::Scalar;
use lowrank::iteration::{Approximation, Stop};
use lowrank::svd::SvdSearch;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Adds the error, its bound and the norm.
pub(crate) fn add_approximation<T: Scalar>(
    answer: &Bound<'_, PyDict>,
    found: &Approximation<T>,
) -> PyResult<()> {
    answer.set_item("error", found.error.to_f64())?;
    answer.set_item("error_bound", found.error_bound.to_f64())?;
    answer.set_item("norm", found.frobenius_norm.to_f64())
}

/// Adds the verdict on a search for singular triplets.
pub(crate) fn add_search<T: Scalar>(
    answer: &Bound<'_, PyDict>,
    search: &SvdSearch<T>,
) -> PyResult<()> {
    answer.set_item("converged", search.converged)?;
    answer.set_item("excess", search.excess.to_f64())?;
    answer.set_item("iterations", search.iterations)?;
    answer.set_item("solver", names::of_svd_solver(search.solver))
}

/// Adds the end of an iteration, and the loss there.
pub(crate) fn add_end(
    answer: &Bound<'_, PyDict>,
    loss: f64,
    (iterations, stop): (usize, Stop),
) -> PyResult<()> {
    answer.set_item("loss", loss)?;
    answer.set_item("iterations", iterations)?;
    answer.set_item("converged", stop == Stop::Tolerance)?;
    answer.set_item("stopped", stop == Stop::Observer)
}

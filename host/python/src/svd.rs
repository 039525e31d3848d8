//! Factorizations of rank k of a matrix by its singular values.

use super::answer;
use super::interrupt::{self, Finished};
use super::matrix::{self, Lent, Number};
use super::names;
use lowrank::svd::{Accuracy, SvdModel};
use lowrank::{Matrix, TruncatedSvd};
use numpy::IntoPyArray;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The settings of a truncated SVD or of principal components.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings {
    rank: usize,
    /// `("error", share)` or `("variance", share)`, by which the rank is found.
    accuracy: Option<(String, f64)>,
    solver: String,
    tolerance: f64,
    oversampling: usize,
    power_iterations: usize,
    backend: String,
    seed: u64,
}

impl Settings {
    pub(crate) fn svd(&self) -> PyResult<TruncatedSvd> {
        Ok(TruncatedSvd {
            rank: self.rank,
            solver: names::svd_solver(&self.solver)?,
            tolerance: self.tolerance,
            oversampling: self.oversampling,
            power_iterations: self.power_iterations,
            backend: names::backend(&self.backend)?,
            seed: self.seed,
            ..TruncatedSvd::default()
        })
    }

    pub(crate) fn accuracy(&self) -> PyResult<Option<Accuracy>> {
        let asked = self.accuracy.as_ref();
        asked
            .map(|(kind, share)| names::accuracy(kind, *share))
            .transpose()
    }
}

/// Computes the leading singular triplets of a matrix.
///
/// Returns the right vectors (k x n), the scores U diag(s) (m x k), singular values, residuals, the error with its bound,
/// and the verdict of the search.
#[pyfunction]
pub(crate) fn truncated_svd<'py>(
    x: &Bound<'py, PyAny>,
    settings: Settings,
) -> PyResult<Bound<'py, PyDict>> {
    match matrix::is_single(x)? {
        true => fit::<f32>(x, settings),
        false => fit::<f64>(x, settings),
    }
}

fn fit<'py, T: Number>(x: &Bound<'py, PyAny>, settings: Settings) -> PyResult<Bound<'py, PyDict>> {
    let (py, lent) = (x.py(), Lent::<T>::of(x, false)?);
    let (svd, accuracy) = (settings.svd()?, settings.accuracy()?);
    let (parts, transposed) = lent.parts_or_transposed()?;
    let finished = interrupt::run(py, None, move |watch| {
        let a = parts.convert()?;
        let mut found = watch.stoppable(|| factor(&svd, accuracy, a.view()))?;
        let total_variance = match a.view() {
            // A^T = V diag(s) U^T.
            Matrix::Dense(a) if transposed => {
                std::mem::swap(&mut found.u, &mut found.v);
                matrix::total_variance_of_transposed(a)
            }
            a => matrix::total_variance(a),
        };
        Ok((found.scores(), total_variance, found))
    })?;
    let Finished { result, interrupt } = finished;
    let (scores, total_variance, found) = result;
    let answer = PyDict::new(py);
    answer.set_item("scores", matrix::array(py, &scores)?)?;
    answer.set_item("components", matrix::transposed_array(py, found.v)?)?;
    answer.set_item("singular_values", found.singular_values.into_pyarray(py))?;
    answer.set_item("residuals", found.residuals.into_pyarray(py))?;
    answer.set_item("total_variance", total_variance)?;
    answer.set_item("rank", found.rank)?;
    answer::add_approximation(&answer, &found.approximation)?;
    answer::add_search(&answer, &found.search)?;
    answer.set_item("interrupt", interrupt)?;
    Ok(answer)
}

fn factor<T: Number>(
    svd: &TruncatedSvd,
    accuracy: Option<Accuracy>,
    a: Matrix<'_, T>,
) -> Result<SvdModel<T>, lowrank::Error> {
    match accuracy {
        Some(accuracy) => svd.fit_to(a, accuracy),
        None => svd.fit(a),
    }
}

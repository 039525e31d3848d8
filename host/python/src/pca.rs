//! Principal components: the same of the centered matrix, which is never made.

use super::answer;
use super::interrupt::{self, Finished};
use super::matrix::{self, Lent, Number};
use super::svd::Settings;
use lowrank::Pca;
use numpy::IntoPyArray;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Computes the principal components of the rows of a matrix, dense or sparse.
///
/// Returns what `truncated_svd` returns, of the centered matrix, and the means, variances and their shares.
#[pyfunction]
pub(crate) fn pca<'py>(x: &Bound<'py, PyAny>, settings: Settings) -> PyResult<Bound<'py, PyDict>> {
    match matrix::is_single(x)? {
        true => fit::<f32>(x, settings),
        false => fit::<f64>(x, settings),
    }
}

fn fit<'py, T: Number>(x: &Bound<'py, PyAny>, settings: Settings) -> PyResult<Bound<'py, PyDict>> {
    let (py, lent) = (x.py(), Lent::<T>::of(x, false)?);
    let (svd, accuracy) = (settings.svd()?, settings.accuracy()?);
    let pca = Pca {
        rank: svd.rank,
        solver: svd.solver,
        tolerance: svd.tolerance,
        oversampling: svd.oversampling,
        power_iterations: svd.power_iterations,
        backend: svd.backend,
        seed: svd.seed,
        ..Pca::default()
    };
    let parts = lent.parts()?;
    let finished = interrupt::run(py, None, move |watch| {
        let a = parts.convert()?;
        watch.stoppable(|| match accuracy {
            Some(accuracy) => pca.fit_to(a.view(), accuracy),
            None => pca.fit(a.view()),
        })
    })?;
    let Finished {
        result: found,
        interrupt,
    } = finished;
    let answer = PyDict::new(py);
    answer.set_item("scores", matrix::array(py, &found.scores)?)?;
    answer.set_item(
        "components",
        matrix::transposed_array(py, found.components)?,
    )?;
    answer.set_item("means", found.means.into_pyarray(py))?;
    answer.set_item("singular_values", found.singular_values.into_pyarray(py))?;
    answer.set_item("residuals", found.residuals.into_pyarray(py))?;
    answer.set_item(
        "explained_variance",
        found.explained_variance.into_pyarray(py),
    )?;
    answer.set_item(
        "explained_variance_ratio",
        found.explained_variance_ratio.into_pyarray(py),
    )?;
    answer.set_item("total_variance", found.total_variance.to_f64())?;
    answer.set_item("rank", found.rank)?;
    answer::add_approximation(&answer, &found.approximation)?;
    answer::add_search(&answer, &found.search)?;
    answer.set_item("interrupt", interrupt)?;
    Ok(answer)
}

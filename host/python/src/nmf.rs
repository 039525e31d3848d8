//! Non-negative factorizations, with every loss and penalty.

use super::answer;
use super::interrupt::{self, Finished};
use super::matrix::{self, Lent, Number};
use super::names;
use lowrank::nmf::{Loss, NmfModel, Penalty, weights_of};
use lowrank::{DenseMatrix, Nmf};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The settings of a non-negative factorization.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings {
    rank: usize,
    beta: f64,
    solver: String,
    init: String,
    iterations: usize,
    tolerance: f64,
    /// L1 and L2.
    w_penalty: (f64, f64),
    h_penalty: (f64, f64),
    backend: String,
    seed: u64,
    /// Entries that are not stored, or NaN, are missing.
    pub(crate) missing: bool,
}

impl Settings {
    pub(crate) fn nmf(&self) -> PyResult<Nmf> {
        let penalty = |(l1, l2)| Penalty { l1, l2 };
        Ok(Nmf {
            rank: self.rank,
            loss: Loss::of_beta(self.beta),
            solver: names::nmf_solver(&self.solver)?,
            init: names::init(&self.init)?,
            iterations: self.iterations,
            tolerance: self.tolerance,
            w_penalty: penalty(self.w_penalty),
            h_penalty: penalty(self.h_penalty),
            backend: names::backend(&self.backend)?,
            seed: self.seed,
        })
    }
}

/// Computes W and H of a matrix.
///
/// - `start`: W (m x k) and H (k x n), instead of `init`.
/// - `callback`: called with the iteration, the error and the loss; ends the fit by returning true.
#[pyfunction]
#[pyo3(signature = (x, settings, start=None, callback=None))]
pub(crate) fn nmf<'py>(
    x: &Bound<'py, PyAny>,
    settings: Settings,
    start: Option<[Bound<'py, PyAny>; 2]>,
    callback: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    match matrix::is_single(x)? {
        true => fit::<f32>(x, settings, start, callback),
        false => fit::<f64>(x, settings, start, callback),
    }
}

fn fit<'py, T: Number>(
    x: &Bound<'py, PyAny>,
    settings: Settings,
    start: Option<[Bound<'py, PyAny>; 2]>,
    callback: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let (py, lent, nmf) = (x.py(), Lent::<T>::of(x, settings.missing)?, settings.nmf()?);
    let start: Option<(DenseMatrix<T>, DenseMatrix<T>)> = match start {
        Some([w, h]) => Some((matrix::dense(&w)?, matrix::transposed(&h)?)),
        None => None,
    };
    let parts = lent.parts()?;
    let finished = interrupt::run(py, callback, move |watch| {
        let a = parts.convert()?;
        let start = start.as_ref().map(|(w, h)| (w, h));
        nmf.fit_with(a.view(), start, move |progress| watch.observe(progress))
    })?;
    answer(py, finished)
}

/// Returns what is known of a factorization.
pub(crate) fn answer<T: Number>(
    py: Python<'_>,
    finished: Finished<NmfModel<T>>,
) -> PyResult<Bound<'_, PyDict>> {
    let Finished {
        result: found,
        interrupt,
    } = finished;
    let answer = PyDict::new(py);
    answer.set_item("w", matrix::array(py, &found.w)?)?;
    answer.set_item("components", matrix::transposed_array(py, found.h)?)?;
    answer::add_approximation(&answer, &found.approximation)?;
    let end = (found.iterations, found.stop);
    answer::add_end(&answer, found.loss.to_f64(), end)?;
    answer.set_item("interrupt", interrupt)?;
    Ok(answer)
}

/// Computes W of the rows of a matrix for held components (k x n).
#[pyfunction]
pub(crate) fn nmf_weights<'py>(
    x: &Bound<'py, PyAny>,
    components: &Bound<'py, PyAny>,
    settings: Settings,
) -> PyResult<Bound<'py, PyDict>> {
    match matrix::is_single(x)? {
        true => weights::<f32>(x, components, settings),
        false => weights::<f64>(x, components, settings),
    }
}

fn weights<'py, T: Number>(
    x: &Bound<'py, PyAny>,
    components: &Bound<'py, PyAny>,
    settings: Settings,
) -> PyResult<Bound<'py, PyDict>> {
    let (py, lent, nmf) = (x.py(), Lent::<T>::of(x, settings.missing)?, settings.nmf()?);
    let h = matrix::transposed::<T>(components)?;
    let parts = lent.parts()?;
    let finished = interrupt::run(py, None, move |watch| {
        let a = parts.convert()?;
        watch.stoppable(|| weights_of(nmf, &h, a.view()))
    })?;
    answer(py, finished)
}

//! Non-negative factorizations learnt by batches of rows.

use super::interrupt;
use super::matrix::{self, Lent, Number};
use super::nmf;
use lowrank::nmf::{Forgetting, MiniBatchModel, MiniBatchNmf};
use numpy::PyArray2;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The settings of batches.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings {
    batch_size: usize,
    passes: usize,
    pass_tolerance: f64,
    /// The factor of the weights of earlier rows with each batch; `None`: they lose weight by their age.
    forget_factor: Option<f64>,
}

fn of_both(nmf: &nmf::Settings, batches: &Settings) -> PyResult<MiniBatchNmf> {
    Ok(MiniBatchNmf {
        nmf: nmf.nmf()?,
        forgetting: batches
            .forget_factor
            .map_or_else(Forgetting::default, Forgetting::ByBatch),
        batch_size: batches.batch_size,
        passes: batches.passes,
        pass_tolerance: batches.pass_tolerance,
    })
}

/// Computes W and H by passes over the rows in batches.
///
/// - `start`: H (k x n), instead of `init`.
/// - `callback`: called after each pass with its number, the error and the loss.
#[pyfunction]
#[pyo3(signature = (x, settings, batches, start=None, callback=None))]
pub(crate) fn mini_batch_nmf<'py>(
    x: &Bound<'py, PyAny>,
    settings: nmf::Settings,
    batches: Settings,
    start: Option<&Bound<'py, PyAny>>,
    callback: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let both = of_both(&settings, &batches)?;
    match matrix::is_single(x)? {
        true => fit::<f32>(x, (both, settings.missing), start, callback),
        false => fit::<f64>(x, (both, settings.missing), start, callback),
    }
}

fn fit<'py, T: Number>(
    x: &Bound<'py, PyAny>,
    (batches, missing): (MiniBatchNmf, bool),
    start: Option<&Bound<'py, PyAny>>,
    callback: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let (py, lent) = (x.py(), Lent::<T>::of(x, missing)?);
    let start = start.map(matrix::transposed::<T>).transpose()?;
    let parts = lent.parts()?;
    let finished = interrupt::run(py, callback, move |watch| {
        let a = parts.convert()?;
        batches.fit_with(a.view(), start.as_ref(), move |progress| {
            watch.observe(progress)
        })
    })?;
    nmf::answer(py, finished)
}

enum Model {
    Single(MiniBatchModel<f32>),
    Double(MiniBatchModel<f64>),
}

/// The loss of a batch, the number of rows, and an exception.
type Learnt = (f64, u64, Option<PyErr>);

/// The state between batches, which is not stored with an estimator.
#[pyclass(module = "lowrank._native")]
pub(crate) struct BatchState {
    model: Model,
    missing: bool,
}

#[pymethods]
impl BatchState {
    /// Begins without rows.
    ///
    /// - `columns`: n, and true for f32.
    /// - `start`: H (k x n), instead of `init`.
    #[new]
    #[pyo3(signature = (columns, settings, batches, start=None))]
    fn new(
        columns: (usize, bool),
        settings: nmf::Settings,
        batches: Settings,
        start: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let both = of_both(&settings, &batches)?;
        let model = match columns {
            (n, true) => Model::Single(begin(&both, n, start)?),
            (n, false) => Model::Double(begin(&both, n, start)?),
        };
        Ok(Self {
            model,
            missing: settings.missing,
        })
    }

    /// Learns the rows of a batch. Returns their loss for the components before it, the number of rows so far, and the
    /// exception of a signal that came too late to end it. After an error nothing of the batch is learnt.
    fn partial_fit(&mut self, x: &Bound<'_, PyAny>) -> PyResult<Learnt> {
        match (&mut self.model, matrix::is_single(x)?) {
            (Model::Single(model), true) => learn(model, x, self.missing),
            (Model::Double(model), false) => learn(model, x, self.missing),
            _ => Err(PyTypeError::new_err(
                "this batch has another precision than the first: convert it by astype",
            )),
        }
    }

    /// Returns H (k x n).
    fn components<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match &self.model {
            Model::Single(model) => components(py, model).map(Bound::into_any),
            Model::Double(model) => components(py, model).map(Bound::into_any),
        }
    }
}

fn components<'py, T: Number>(
    py: Python<'py>,
    model: &MiniBatchModel<T>,
) -> PyResult<Bound<'py, PyArray2<T>>> {
    matrix::transposed_array(py, model.components().clone())
}

fn begin<T: Number>(
    batches: &MiniBatchNmf,
    n: usize,
    start: Option<&Bound<'_, PyAny>>,
) -> PyResult<MiniBatchModel<T>> {
    let model = match start {
        Some(h) => batches.begin_from(&matrix::transposed::<T>(h)?),
        None => batches.begin(n),
    };
    model.map_err(super::errors::of_fit)
}

fn learn<T: Number>(
    model: &mut MiniBatchModel<T>,
    x: &Bound<'_, PyAny>,
    missing: bool,
) -> PyResult<Learnt> {
    let lent = Lent::<T>::of(x, missing)?;
    let parts = lent.parts()?;
    let finished = interrupt::run(x.py(), None, move |watch| {
        let a = parts.convert()?;
        let report = watch.stoppable(|| model.partial_fit(a.view()))?;
        Ok((report.loss.to_f64(), model.rows()))
    })?;
    let (loss, rows) = finished.result;
    Ok((loss, rows, finished.interrupt))
}

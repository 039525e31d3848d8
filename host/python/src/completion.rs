//! Completion of matrices of which some entries are known.

use super::answer;
use super::interrupt::{self, Finished};
use super::matrix::{self, Lent, Number};
use super::names;
use lowrank::Completion;
use lowrank::completion::{CompletionSolver, HeldColumns, LearningRate, Weighting, fold_in};
use numpy::{IntoPyArray, PyArray1, PyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The settings of a completion.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings {
    rank: usize,
    solver: String,
    biases: bool,
    /// `None`: the one that suits the matrix.
    l2: Option<f64>,
    bias_l2: f64,
    by_count: bool,
    learning_rate: Option<f64>,
    iterations: usize,
    tolerance: f64,
    backend: String,
    seed: u64,
}

impl Settings {
    fn completion(&self) -> PyResult<Completion> {
        let default = LearningRate::default();
        let rate = |initial| LearningRate { initial, ..default };
        Ok(Completion {
            rank: self.rank,
            solver: match self.solver.as_str() {
                "als" => CompletionSolver::Als,
                "sgd" => CompletionSolver::Sgd,
                other => return Err(PyValueError::new_err(format!("{other:?} is no solver"))),
            },
            biases: self.biases.into(),
            l2: self.l2,
            bias_l2: self.bias_l2,
            weighting: match self.by_count {
                true => Weighting::Count,
                false => Weighting::Plain,
            },
            learning_rate: self.learning_rate.map_or(default, rate),
            iterations: self.iterations,
            tolerance: self.tolerance,
            backend: names::backend(&self.backend)?,
            seed: self.seed,
            ..Completion::default()
        })
    }
}

/// Computes the factors and biases of a matrix of known entries: those stored, or not NaN.
#[pyfunction]
#[pyo3(signature = (x, settings, callback=None))]
pub(crate) fn completion<'py>(
    x: &Bound<'py, PyAny>,
    settings: Settings,
    callback: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    match matrix::is_single(x)? {
        true => fit::<f32>(x, settings, callback),
        false => fit::<f64>(x, settings, callback),
    }
}

fn fit<'py, T: Number>(
    x: &Bound<'py, PyAny>,
    settings: Settings,
    callback: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let (py, lent, settings) = (x.py(), Lent::<T>::of(x, true)?, settings.completion()?);
    let parts = lent.parts()?;
    let finished = interrupt::run(py, callback, move |watch| {
        let a = parts.convert()?;
        settings.fit_with(a.view(), move |progress| watch.observe(progress))
    })?;
    let Finished {
        result: found,
        interrupt,
    } = finished;
    let answer = PyDict::new(py);
    answer.set_item("w", matrix::array(py, &found.w)?)?;
    answer.set_item("components", matrix::transposed_array(py, found.h)?)?;
    answer.set_item("row_biases", found.row_biases.into_pyarray(py))?;
    answer.set_item("column_biases", found.column_biases.into_pyarray(py))?;
    answer.set_item("mean", found.mean.to_f64())?;
    answer.set_item("l2", found.settings.l2)?;
    answer::add_approximation(&answer, &found.approximation)?;
    let end = (found.iterations, found.stop);
    answer::add_end(&answer, found.loss.to_f64(), end)?;
    answer.set_item("interrupt", interrupt)?;
    Ok(answer)
}

/// The columns of a completion: the components (k x n), their biases and the mean.
type Columns<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, f64);

/// Computes the factors (m x k) and biases of new rows for held columns.
#[pyfunction]
pub(crate) fn completion_rows<'py>(
    x: &Bound<'py, PyAny>,
    columns: Columns<'py>,
    settings: Settings,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    match matrix::is_single(x)? {
        true => {
            let (w, biases) = rows::<f32>(x, columns, settings)?;
            Ok((w.into_any(), biases.into_any()))
        }
        false => {
            let (w, biases) = rows::<f64>(x, columns, settings)?;
            Ok((w.into_any(), biases.into_any()))
        }
    }
}

type Rows<'py, T> = (Bound<'py, PyArray2<T>>, Bound<'py, PyArray1<T>>);

fn rows<'py, T: Number>(
    x: &Bound<'py, PyAny>,
    (components, biases, mean): Columns<'py>,
    settings: Settings,
) -> PyResult<Rows<'py, T>> {
    let (py, lent, settings) = (x.py(), Lent::<T>::of(x, true)?, settings.completion()?);
    let (h, biases) = (
        matrix::transposed::<T>(&components)?,
        matrix::vector::<T>(&biases)?,
    );
    let parts = lent.parts()?;
    let found = interrupt::run_short(py, move |_| {
        let a = parts.convert()?;
        let held = HeldColumns {
            h: &h,
            biases: &biases,
            mean: T::from_f64(mean),
        };
        fold_in(&settings, held, a.view())
    })?;
    Ok((matrix::array(py, &found.w)?, found.biases.into_pyarray(py)))
}

//! Recommenders: fits to users and items, lists, and similar items.

use super::answer;
use super::interrupt::{self, Finished};
use super::matrix::{self, Lent, Number};
use super::names;
use lowrank::recommend::{Implicit, ImplicitModel, Recommended, TopN, similar_items as similar};
use lowrank::{DenseMatrix, Error, SparseMatrix};
use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rayon::prelude::*;

/// The settings of factors of implicit feedback.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings {
    rank: usize,
    l2: Option<f64>,
    confidence: f64,
    iterations: usize,
    tolerance: f64,
    backend: String,
    seed: u64,
}

impl Settings {
    fn implicit(&self) -> PyResult<Implicit> {
        Ok(Implicit {
            rank: self.rank,
            l2: self.l2,
            confidence: self.confidence,
            iterations: self.iterations,
            tolerance: self.tolerance,
            backend: names::backend(&self.backend)?,
            seed: self.seed,
            ..Implicit::default()
        })
    }
}

/// Computes the factors of users and items of a sparse matrix of counts or weights.
#[pyfunction]
#[pyo3(signature = (x, settings, callback=None))]
pub(crate) fn implicit_als<'py>(
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
    let (py, lent, settings) = (x.py(), Lent::<T>::of(x, true)?, settings.implicit()?);
    let parts = lent.parts()?;
    let finished = interrupt::run(py, callback, move |watch| {
        let a = parts.convert()?;
        settings.fit_with(a.sparse()?, move |progress| watch.observe(progress))
    })?;
    let Finished {
        result: found,
        interrupt,
    } = finished;
    let answer = PyDict::new(py);
    answer.set_item("users", matrix::transposed_array(py, found.w)?)?;
    answer.set_item("components", matrix::array(py, &found.h)?)?;
    answer.set_item("l2", found.settings.l2)?;
    let end = (found.iterations, found.stop);
    answer::add_end(&answer, found.loss.to_f64(), end)?;
    answer.set_item("interrupt", interrupt)?;
    Ok(answer)
}

/// Computes the factors (m x k) of users whom the model has not seen, for held components (k x n).
#[pyfunction]
pub(crate) fn implicit_users<'py>(
    x: &Bound<'py, PyAny>,
    components: &Bound<'py, PyAny>,
    settings: Settings,
) -> PyResult<Bound<'py, PyAny>> {
    match matrix::is_single(x)? {
        true => users::<f32>(x, components, settings).map(Bound::into_any),
        false => users::<f64>(x, components, settings).map(Bound::into_any),
    }
}

fn users<'py, T: Number>(
    x: &Bound<'py, PyAny>,
    components: &Bound<'py, PyAny>,
    settings: Settings,
) -> PyResult<Bound<'py, PyArray2<T>>> {
    let (py, lent, settings) = (x.py(), Lent::<T>::of(x, true)?, settings.implicit()?);
    let h = matrix::dense::<T>(components)?;
    let parts = lent.parts()?;
    let factors = interrupt::run_short(py, move |stop| {
        let a = parts.convert()?;
        folded_in(&ImplicitModel::from_items(settings, h)?, a.sparse()?, stop)
    })?;
    matrix::transposed_array(py, factors)
}

/// Computes the factors of new users, k x m, from the rows of A.
fn folded_in<T: Number>(
    model: &ImplicitModel<T>,
    a: &SparseMatrix<T>,
    stop: &interrupt::Stop,
) -> Result<DenseMatrix<T>, Error> {
    let factors: Result<Vec<Vec<T>>, Error> = (0..a.nrows())
        .into_par_iter()
        .map(|user| stop.check().and_then(|()| model.fold_in(a.row(user))))
        .collect();
    DenseMatrix::new(factors?.concat(), model.settings.rank, a.nrows())
}

/// Items and scores, -1 and NaN where a list is shorter.
type Lists<'py> = (Bound<'py, PyArray2<i64>>, Bound<'py, PyAny>);

/// The users whose lists are made between two looks for a signal.
const USERS_AT_A_TIME: usize = 256;

/// Makes the lists of the users whose entries are the rows of X: the items of highest score, without those of the row if
/// `unseen`.
#[pyfunction]
#[pyo3(signature = (x, components, settings, n, unseen, candidates=None))]
pub(crate) fn implicit_lists<'py>(
    x: &Bound<'py, PyAny>,
    components: &Bound<'py, PyAny>,
    settings: Settings,
    n: usize,
    unseen: bool,
    candidates: Option<Vec<u32>>,
) -> PyResult<Lists<'py>> {
    let top = TopN {
        n,
        candidates: candidates.as_deref(),
    };
    match matrix::is_single(x)? {
        true => lists::<f32>(x, components, settings, unseen, top),
        false => lists::<f64>(x, components, settings, unseen, top),
    }
}

fn lists<'py, T: Number>(
    x: &Bound<'py, PyAny>,
    components: &Bound<'py, PyAny>,
    settings: Settings,
    unseen: bool,
    top: TopN<'_>,
) -> PyResult<Lists<'py>> {
    let (py, lent, settings) = (x.py(), Lent::<T>::of(x, true)?, settings.implicit()?);
    let h = matrix::dense::<T>(components)?;
    let parts = lent.parts()?;
    let lists = interrupt::run_short(py, move |stop| {
        let a = parts.convert()?;
        let a = a.sparse()?;
        let mut model = ImplicitModel::from_items(settings, h)?;
        model.w = folded_in(&model, a, stop)?;
        let users: Vec<usize> = (0..a.nrows()).collect();
        let mut lists = Vec::with_capacity(users.len());
        for users in users.chunks(USERS_AT_A_TIME) {
            stop.check()?;
            lists.extend(top.recommend_to(&model, users, unseen.then_some(a))?);
        }
        Ok(lists)
    })?;
    let mut items = vec![-1; lists.len() * top.n];
    let mut scores = vec![T::from_f64(f64::NAN); lists.len() * top.n];
    for (user, list) in lists.iter().enumerate() {
        for (place, found) in (user * top.n..).zip(list) {
            items[place] = i64::from(found.item);
            scores[place] = found.score;
        }
    }
    let shape = [lists.len(), top.n];
    let scores = PyArray1::from_vec(py, scores).reshape(shape)?;
    Ok((
        PyArray1::from_vec(py, items).reshape(shape)?,
        scores.into_any(),
    ))
}

/// Lists the items whose factors have the largest cosine with those of an item.
#[pyfunction]
pub(crate) fn similar_items<'py>(
    components: &Bound<'py, PyAny>,
    item: usize,
    n: usize,
) -> PyResult<(Bound<'py, PyArray1<i64>>, Bound<'py, PyAny>)> {
    match matrix::is_single(components)? {
        true => neighbours::<f32>(components, item, n),
        false => neighbours::<f64>(components, item, n),
    }
}

fn neighbours<'py, T: Number>(
    components: &Bound<'py, PyAny>,
    item: usize,
    n: usize,
) -> PyResult<(Bound<'py, PyArray1<i64>>, Bound<'py, PyAny>)> {
    let (py, h) = (components.py(), matrix::dense::<T>(components)?);
    let top = TopN {
        n,
        candidates: None,
    };
    let found = interrupt::run_short(py, move |_| similar(&h, item, top))?;
    let items: Vec<i64> = found
        .iter()
        .map(|found: &Recommended<T>| i64::from(found.item))
        .collect();
    let cosines: Vec<T> = found.iter().map(|found| found.score).collect();
    Ok((items.into_pyarray(py), cosines.into_pyarray(py).into_any()))
}

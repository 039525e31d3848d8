//! Terms of texts, counted: `python/lowrank/text.py` weighs them, and says where columns are.

mod documents;
mod refusal;
mod settings;
mod work;

use lowrank::SparseMatrix;
use lowrank_text::vectorizer::{BucketTable, Hashing, TermTable, TokenPattern};
use numpy::{IntoPyArray, PyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use documents::Documents;
use refusal::refused;
use settings::Settings;
use work::on_threads;

/// Compressed rows, as SciPy takes them: data, indices, indptr. Indices are i32 wherever these suffice.
type Csr<'py> = (
    Bound<'py, PyArray1<i32>>,
    Bound<'py, PyAny>,
    Bound<'py, PyAny>,
);

/// Finds the terms of documents. Returns them in the order of the columns, and the counts.
///
/// `decode`: makes a text of a document that is not a `str`.
#[pyfunction]
pub(crate) fn fit_terms<'py>(
    documents: &Bound<'py, PyAny>,
    decode: &Bound<'py, PyAny>,
    settings: Settings,
) -> PyResult<(Bound<'py, PyList>, Csr<'py>)> {
    let py = documents.py();
    let vectorizer = settings.vectorizer()?;
    let mut table = TermTable::new(&vectorizer).map_err(refused)?;
    Documents::new(documents, decode, &vectorizer)?.for_each_batch(|texts| table.extend(texts))?;
    let (fitted, counts) = on_threads(py, || table.fit())?;
    Ok((PyList::new(py, fitted.terms())?, csr(py, &counts)?))
}

/// Counts the terms of documents that are in `vocabulary`, which has the column of each.
#[pyfunction]
pub(crate) fn count_terms<'py>(
    documents: &Bound<'py, PyAny>,
    decode: &Bound<'py, PyAny>,
    settings: Settings,
    vocabulary: &Bound<'py, PyDict>,
) -> PyResult<Csr<'py>> {
    let py = documents.py();
    let vectorizer = settings.vectorizer()?;
    let mut table = TermTable::new(&vectorizer).map_err(refused)?;
    Documents::new(documents, decode, &vectorizer)?.for_each_batch(|texts| table.extend(texts))?;
    let columns = table.terms().map(|term| column(vocabulary, term));
    let columns = columns.collect::<PyResult<Vec<_>>>()?;
    let ncols = vocabulary.len();
    let counts = on_threads(py, || table.counts(&columns, ncols))?;
    csr(py, &counts)
}

/// Counts the terms of documents by the hash of each. `hashing`: the number of buckets, and if counts have signs.
#[pyfunction]
pub(crate) fn hash_terms<'py>(
    documents: &Bound<'py, PyAny>,
    decode: &Bound<'py, PyAny>,
    settings: Settings,
    hashing: (usize, bool),
) -> PyResult<Csr<'py>> {
    let py = documents.py();
    let vectorizer = settings.vectorizer()?;
    let (buckets, signed) = hashing;
    let mut table = BucketTable::new(&vectorizer, Hashing { buckets, signed }).map_err(refused)?;
    Documents::new(documents, decode, &vectorizer)?.for_each_batch(|texts| {
        table.extend(texts);
        Ok(())
    })?;
    let counts = on_threads(py, || Ok(table.counts()))?;
    csr(py, &counts)
}

/// Returns the reason why a token pattern is not known here; `None` for one that is.
#[pyfunction]
pub(crate) fn pattern_refusal(pattern: &str) -> Option<String> {
    let parsed = pattern.parse::<TokenPattern>();
    parsed.err().map(|error| error.to_string())
}

/// Returns the column of a term, if the vocabulary has it.
fn column(vocabulary: &Bound<'_, PyDict>, term: &str) -> PyResult<Option<u32>> {
    let Some(column) = vocabulary.get_item(term)? else {
        return Ok(None);
    };
    column.extract::<u32>().map(Some).map_err(|_| {
        PyValueError::new_err(format!(
            "vocabulary_[{term:?}] is {column}, which is no column: give each term an int from 0 on"
        ))
    })
}

fn csr<'py>(py: Python<'py>, counts: &SparseMatrix<f64>) -> PyResult<Csr<'py>> {
    // Counts were i32 before they were weighed by one.
    let data: Vec<i32> = counts.values().iter().map(|count| *count as i32).collect();
    let data = data.into_pyarray(py);
    let most = counts.nonzeros().max(counts.ncols());
    if i32::try_from(most).is_ok() {
        let indices = counts.columns().iter().map(|column| *column as i32);
        let offsets = counts.row_offsets().iter().map(|offset| *offset as i32);
        let indices = indices.collect::<Vec<_>>().into_pyarray(py);
        let offsets = offsets.collect::<Vec<_>>().into_pyarray(py);
        return Ok((data, indices.into_any(), offsets.into_any()));
    }
    let indices = counts.columns().iter().map(|column| i64::from(*column));
    let offsets = counts.row_offsets().iter().map(|offset| *offset as i64);
    let indices = indices.collect::<Vec<_>>().into_pyarray(py);
    let offsets = offsets.collect::<Vec<_>>().into_pyarray(py);
    Ok((data, indices.into_any(), offsets.into_any()))
}

use lowrank_text::vectorizer::Error;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Returns a `ValueError` with scikit-learn's words where it has some, and with what to do.
pub(super) fn refused(error: Error) -> PyErr {
    let known = match error {
        Error::EmptyVocabulary { .. } => {
            "empty vocabulary; perhaps the documents only contain stop words"
        }
        Error::MaxBelowMin { .. } => "max_df corresponds to < documents than min_df",
        Error::NoTermsRemain { .. } => {
            "After pruning, no terms remain. Try a lower min_df or a higher max_df."
        }
        _ => return PyValueError::new_err(error.to_string()),
    };
    PyValueError::new_err(format!("{known} ({error})"))
}

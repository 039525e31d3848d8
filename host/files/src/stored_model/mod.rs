//! Factorizations in folders, as `lowrank factorize --output` and `lowrank topics --output` write them.
//! [`StoredModel::read`] reads a folder as a model of new rows.
//!
//! A folder holds the factors as NumPy arrays, `model.json` (a [`Description`]) and `trace.csv`.
//!
//! | method | arrays |
//! |---|---|
//! | nmf | `w.npy` (m x k), `h.npy` (n x k) |
//! | svd | `u.npy` (m x k), `singular_values.npy` (k), `v.npy` (n x k) |
//! | pca | `scores.npy` (m x k), `singular_values.npy` (k), `components.npy` (n x k), `mean.npy` (1 x n); with scaled columns `deviation.npy` (1 x n) |
//! | chain | `w.npy` (m x r_0), `f1.npy` (r_0 x r_1) and so on, `h.npy` (n x r_d) |
//! | completion | `w.npy` (m x k), `h.npy` (n x k), `row_biases.npy` (1 x m), `column_biases.npy` (1 x n), `mean.npy` (1 x 1) |
//!
//! `rows.csv` and `columns.csv` have the labels of the m rows and n columns, if the matrix had them: CSV of one column,
//! `name`, with every field in quotation marks. A folder without them is a model without labels.

mod description;
mod error;
mod factors;
mod labels;
mod model;
mod stored_biases;
mod tables;
mod vectorizer;

pub use description::{
    ChainSettings, CompletionSettings, DescentSettings, Description, NmfSettings, Outcome,
    PcaSettings, StoredSettings, SvdSettings, VERSION,
};
pub use error::Error;
pub use factors::write_factors;
pub use labels::{FactorLabels, read_column_labels, read_row_labels, write_labels};
pub(crate) use model::array;
pub use model::{StoredModel, TransformedRows};
pub use tables::{TableWords, write_tables};
pub use vectorizer::{
    StoredAccents, StoredAnalyzer, StoredHashing, StoredIdf, StoredNorm, StoredStopWords,
    StoredTokenRule, StoredVectorizer, StoredWeighting,
};

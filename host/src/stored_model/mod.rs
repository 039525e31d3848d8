//! Factorizations in folders: what `lowrank factorize --output` and `lowrank topics --output` leave, and
//! what [`StoredModel::read`] makes of it: a model of new rows.
//!
//! A folder holds the factors as NumPy arrays, `model.json` (a [`Description`]) and `trace.csv`.
//!
//! | method | arrays |
//! |---|---|
//! | nmf | `w.npy` (m x k), `h.npy` (n x k) |
//! | svd | `u.npy` (m x k), `singular_values.npy` (k), `v.npy` (n x k) |
//! | pca | `scores.npy` (m x k), `singular_values.npy` (k), `components.npy` (n x k), `mean.npy` (1 x n) |

mod description;
mod error;
mod factors;
mod model;
mod text;

pub use description::{
    Description, NmfSettings, Outcome, PcaSettings, Settings, SvdSettings, VERSION,
};
pub use error::Error;
pub use factors::Factors;
pub use model::StoredModel;
pub use text::StoredVectorizer;

//! A merged sketch as a folder that transform and export read.

use super::{Error, Merged};
use crate::model_folder::ModelFolder;
use crate::stored_model::{
    Description, Outcome, PcaSettings, StoredSettings, SvdSettings, VERSION,
};
use lowrank::{DenseMatrix, Pca, TruncatedSvd};
use std::path::{Path, PathBuf};

impl Merged {
    /// Writes the folder of a model: pca for centered sketches, svd for others. Scores of the rows are not in it, since
    /// nobody has the rows.
    ///
    /// # Errors
    /// [`Error::Folder`].
    pub fn save(&self, folder: &Path, force: bool) -> Result<PathBuf, Error> {
        let mut kept = ModelFolder::create(folder, force)?;
        kept.write_vector("singular_values.npy", &self.singular_values)?;
        match &self.means {
            Some(means) => {
                kept.write_matrix("components.npy", &self.components)?;
                let row = DenseMatrix::from_fn(1, means.len(), |_, j| means[j]);
                kept.write_matrix("mean.npy", &row)?;
            }
            None => kept.write_matrix("v.npy", &self.components)?,
        }
        kept.write("model.json", self.description().to_json().as_bytes())?;
        Ok(kept.commit()?)
    }

    fn description(&self) -> Description {
        Description {
            version: VERSION,
            lowrank: env!("CARGO_PKG_VERSION").into(),
            settings: match self.means {
                Some(_) => StoredSettings::Pca(PcaSettings::from(&Pca::default())),
                None => StoredSettings::Svd(SvdSettings::from(&TruncatedSvd::default())),
            },
            solver: "frequent-directions".into(),
            backend: "core".into(),
            precision: "f64".into(),
            seed: 0,
            rows: self.count,
            columns: self.components.nrows(),
            rank: self.components.ncols(),
            outcome: Outcome {
                iterations: 0,
                converged: true,
                frobenius_norm: Some(self.squares.sqrt()),
                error: None,
                error_bound: Some(self.error_bound()),
                loss: None,
                residuals: None,
                excess: None,
                products: None,
            },
            text: None,
        }
    }
}

//! The rows of `--check`, and their weights by `lowrank transform`.

use crate::arguments::{Export, TextTableOptions};
use crate::commands::factorize::{Reading, located};
use crate::commands::topics;
use crate::run::{Failure, speak};
use lowrank::{DenseMatrix, SparseMatrix};
use lowrank_files::labels::{Absent, LabelledMatrix, few};
use lowrank_files::matrix_file::Entries;
use lowrank_files::stored_model::StoredModel;
use lowrank_text::FittedVectorizer;
use lowrank_text::corpus::Corpus;
use lowrank_text::vectorizer::{Vectorizer, Weighting};
use std::path::Path;

/// The rows on which a device is compared with the host.
pub struct CheckRows {
    pub rows: Rows,
    /// m x k, by transform, in f64.
    pub weights: DenseMatrix<f64>,
}

/// The rows.
pub enum Rows {
    /// Texts, and the counts of their terms.
    Texts(Corpus, SparseMatrix<f64>),
    Matrix(Entries),
}

impl CheckRows {
    pub fn read(
        options: &Export,
        path: &Path,
        vectorizer: Option<&FittedVectorizer>,
    ) -> Result<Self, Failure> {
        let model = StoredModel::read(&options.model)?;
        let (entries, texts) = match vectorizer {
            Some(fitted) => {
                let (entries, corpus, counts) = texts(options, path, fitted)?;
                (entries, Some((corpus, counts)))
            }
            None => (matrix(path, &model)?, None),
        };
        let weights = model.transform(entries.view());
        let weights = weights.map_err(|error| located(error, path))?.weights;
        let rows = match (texts, entries) {
            (Some((corpus, counts)), _) => Rows::Texts(corpus, counts),
            (None, Entries::Observed(_)) => {
                let file = path.display();
                return Err(Failure::Said(format!(
                    "{file}: entries are missing, and a device takes whole rows: check with others"
                )));
            }
            (None, complete) => Rows::Matrix(complete),
        };
        Ok(Self { rows, weights })
    }
}

/// Reads a matrix with the columns of the model, by their names where both have names.
fn matrix(path: &Path, model: &StoredModel) -> Result<Entries, Failure> {
    let file = Reading::of_check().read(path)?;
    let aligned = model.align(LabelledMatrix::try_from(file)?, Absent::Refused)?;
    if !aligned.unknown.is_empty() {
        speak(format_args!(
            "{}: left out, unknown to the model: {}",
            path.display(),
            few(&aligned.unknown)
        ));
    }
    Ok(aligned.matrix.into_parts().0)
}

fn texts(
    options: &Export,
    path: &Path,
    fitted: &FittedVectorizer,
) -> Result<(Entries, Corpus, SparseMatrix<f64>), Failure> {
    let corpus = topics::read(&path.into(), &options.texts, TextTableOptions::default())?;
    let counter = Vectorizer {
        weighting: Weighting::Count,
        norm: None,
        ..fitted.settings().clone()
    };
    let counter = FittedVectorizer::new(counter, fitted.terms().to_vec(), None)?;
    let counts = counter.transform(&corpus.documents);
    let entries = Entries::Sparse(fitted.transform(&corpus.documents));
    Ok((entries, corpus, counts))
}

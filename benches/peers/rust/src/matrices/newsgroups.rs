//! Matrices of 20 Newsgroups, weighted by tf-idf.

use lowrank::{DenseMatrix, SparseMatrix};
use lowrank_text::corpus::{CorpusReader, Remove, Source, Subset};
use lowrank_text::vectorizer::{StopWords, Vectorizer};
use std::error::Error;
use std::path::PathBuf;

const CATEGORIES: [&str; 4] = [
    "alt.atheism",
    "comp.graphics",
    "sci.space",
    "talk.religion.misc",
];

/// Terms that the dense matrix keeps.
const FEATURES: usize = 2000;

/// Returns the texts of four categories, without headers, footers and quotes.
pub fn four(archive: PathBuf) -> Result<Vec<String>, Box<dyn Error>> {
    let remove: Remove = "headers,footers,quotes".parse()?;
    let reader = CorpusReader {
        subset: Some(Subset::Train),
        categories: CATEGORIES.map(str::to_owned).to_vec(),
        remove,
        ..CorpusReader::default()
    };
    read(&reader, archive)
}

fn read(reader: &CorpusReader, archive: PathBuf) -> Result<Vec<String>, Box<dyn Error>> {
    let corpus = reader.read(&Source::Path(archive))?;
    Ok(corpus.texts().map(str::to_owned).collect())
}

/// Returns the matrix of the texts without English stop words.
pub fn weighted(texts: &[String]) -> Result<SparseMatrix<f64>, Box<dyn Error>> {
    Ok(Vectorizer::default().fit_transform(texts)?.1)
}

/// Returns the matrix of the training posts of all groups as they are.
pub fn all(archive: PathBuf) -> Result<SparseMatrix<f64>, Box<dyn Error>> {
    let vectorizer = Vectorizer {
        stop_words: StopWords::None,
        ..Vectorizer::default()
    };
    let texts = read(&CorpusReader::default(), archive)?;
    Ok(vectorizer.fit_transform(&texts)?.1)
}

/// Returns the dense matrix of the most frequent terms of the texts.
pub fn of_frequent_terms(texts: &[String]) -> Result<DenseMatrix<f64>, Box<dyn Error>> {
    let vectorizer = Vectorizer {
        max_features: Some(FEATURES),
        ..Vectorizer::default()
    };
    let (_, a) = vectorizer.fit_transform(texts)?;
    let (m, n) = (a.nrows(), a.ncols());
    let mut entries = vec![0.0; m * n];
    for i in 0..m {
        for place in a.row_offsets()[i]..a.row_offsets()[i + 1] {
            entries[a.columns()[place] as usize * m + i] = a.values()[place];
        }
    }
    Ok(DenseMatrix::from_columns(entries, m, n))
}

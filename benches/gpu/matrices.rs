//! The sparse matrices: 20 Newsgroups where it is, stand-ins of its size otherwise.

use crate::npz;
use lowrank::matrix::OwnedMatrix;
use lowrank::{DenseMatrix, SparseMatrix};
use lowrank_cli::bench::SyntheticMatrix;
use lowrank_files::matrix_file::{Entries, MatrixReader};
use lowrank_text::corpus::{CorpusReader, Remove, Source};
use lowrank_text::vectorizer::{StopWords, Vectorizer};
use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The training posts of four groups, headers, footers and quotes removed, without stop words.
pub const FOUR: &str = "four.npz";
/// The training posts of all groups as they are, with all words.
pub const ALL: &str = "all.npz";

const GROUPS: [&str; 4] = [
    "alt.atheism",
    "comp.graphics",
    "sci.space",
    "talk.religion.misc",
];

/// Both matrices of 20 Newsgroups.
pub fn export(folder: &Path) -> Result<(), Box<dyn Error>> {
    let data = env::var_os("LOWRANK_DATA")
        .ok_or("set LOWRANK_DATA to the folder that holds 20news/20news-bydate.tar.gz")?;
    let archive = PathBuf::from(data).join("20news/20news-bydate.tar.gz");
    fs::create_dir_all(folder)?;
    let four = CorpusReader {
        categories: GROUPS.map(str::to_owned).to_vec(),
        remove: Remove::ALL,
        ..CorpusReader::default()
    };
    let every_word = Vectorizer {
        stop_words: StopWords::None,
        ..Vectorizer::default()
    };
    let tasks = [
        (FOUR, four, Vectorizer::default()),
        (ALL, CorpusReader::default(), every_word),
    ];
    for (file, reader, vectorizer) in tasks {
        let corpus = reader.read(&Source::Path(archive.clone()))?;
        let texts: Vec<&str> = corpus.texts().collect();
        let (_, a) = vectorizer.fit_transform(&texts)?;
        npz::write(&folder.join(file), &a.cast())?;
        println!(
            "{file}: {} x {}, {} nonzeros",
            a.nrows(),
            a.ncols(),
            a.nonzeros()
        );
    }
    Ok(())
}

/// A matrix of that name in the folder, or a stand-in, and where it comes from.
pub fn find(folder: &Path, file: &str) -> Result<(SparseMatrix<f32>, String), Box<dyn Error>> {
    let path = folder.join(file);
    if path.exists() {
        return Ok((read(&path)?, "20 Newsgroups".into()));
    }
    let stand_in = match file {
        FOUR => lowrank_benches::documents(),
        _ => like_all_groups()?,
    };
    Ok((
        stand_in.cast(),
        "made up, of the size of 20 Newsgroups".into(),
    ))
}

fn like_all_groups() -> Result<SparseMatrix<f64>, Box<dyn Error>> {
    let synthetic = SyntheticMatrix {
        rows: 11_314,
        columns: 130_107,
        density: 0.001_215,
        seed: 0,
    };
    match synthetic.matrix()? {
        OwnedMatrix::Sparse(a) => Ok(a),
        OwnedMatrix::Dense(_) => Err("a density below 1 makes a sparse matrix".into()),
    }
}

pub fn read(path: &Path) -> Result<SparseMatrix<f32>, Box<dyn Error>> {
    match MatrixReader::default().read(path)?.entries {
        Entries::Sparse(a) => Ok(a.cast()),
        _ => Err(format!("{} holds no sparse matrix", path.display()).into()),
    }
}

/// Returns the matrix with all entries stored.
pub fn dense(a: &SparseMatrix<f32>) -> DenseMatrix<f32> {
    let m = a.nrows();
    let mut entries = vec![0.0; m * a.ncols()];
    for (i, bounds) in a.row_offsets().windows(2).enumerate() {
        for place in bounds[0]..bounds[1] {
            entries[a.columns()[place] as usize * m + i] = a.values()[place];
        }
    }
    DenseMatrix::new(entries, m, a.ncols()).expect("as many entries")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dense_matrix_has_the_entries_of_the_sparse_one() {
        let a = lowrank_benches::documents().select_rows(&[1, 2, 34]).cast();
        let d = dense(&a);
        assert_eq!((d.nrows(), d.ncols()), (3, a.ncols()));
        let stored = d.as_slice().iter().filter(|x| **x != 0.0).count();
        assert_eq!(stored, a.nonzeros());
        let first = a.columns()[0] as usize;
        assert_eq!(d.at(0, first), a.values()[0]);
    }
}

//! The data, loaded once for all tests.

use std::{path::Path, sync::OnceLock};

use lowrank::SparseMatrix;
use lowrank_tests::newsgroups_folder as folder;
use lowrank_text::corpus::{Corpus, CorpusReader, Remove, Source};
use lowrank_text::vectorizer::{Vectorizer, Weighting};
use serde_json::Value;

/// The groups and the number of their posts in the train half.
pub const FOUR_GROUPS: [(&str, usize); 4] = [
    ("alt.atheism", 480),
    ("comp.graphics", 584),
    ("sci.space", 593),
    ("talk.religion.misc", 377),
];

/// Threads to be swept: one, and more than one, a number that divides nothing among them.
pub const THREADS: [usize; 3] = [1, 2, 3];

/// Reads the archive with `reader`.
pub fn read(reader: &CorpusReader, folder: &Path) -> Corpus {
    let archive = folder.join("20news-bydate.tar.gz");
    reader.read(&Source::Path(archive)).unwrap()
}

/// The reader of the four groups.
pub fn four_groups(remove: Remove) -> CorpusReader {
    CorpusReader {
        categories: FOUR_GROUPS.map(|(group, _)| group.to_owned()).to_vec(),
        remove,
        ..CorpusReader::default()
    }
}

/// The four groups, train, headers, footers and quotes removed, and their matrices.
#[derive(Debug)]
pub struct Stripped {
    pub corpus: Corpus,
    pub terms: Vec<String>,
    pub counts: SparseMatrix<f64>,
    pub tfidf: SparseMatrix<f64>,
}

/// The stripped groups, or none where there is no data.
pub fn stripped() -> Option<&'static Stripped> {
    static STRIPPED: OnceLock<Option<Stripped>> = OnceLock::new();
    // Each test that is skipped says so.
    let folder = folder()?;
    STRIPPED.get_or_init(|| Some(load(&folder))).as_ref()
}

fn load(folder: &Path) -> Stripped {
    let corpus = read(&four_groups(Remove::ALL), folder);
    let matrix = |weighting| {
        let vectorizer = Vectorizer {
            weighting,
            ..Vectorizer::default()
        };
        vectorizer.fit_transform(&corpus.documents).unwrap()
    };
    let (fitted, tfidf) = matrix(Weighting::TfIdf);
    let (_, counts) = matrix(Weighting::Count);
    let terms = fitted.terms().to_vec();
    Stripped {
        corpus,
        terms,
        counts,
        tfidf,
    }
}

/// Reads the output of golden/singular_values.py.
pub fn golden() -> Value {
    serde_json::from_str(include_str!("../../golden/singular_values.json")).unwrap()
}

/// The ten largest singular values of the matrix of that name.
pub fn singular_values(matrix: &str) -> Vec<f64> {
    let values = &golden()[matrix]["singular_values"];
    let values = values.as_array().unwrap().iter();
    values.map(|s| s.as_f64().unwrap()).collect()
}

/// Runs `work` on `count` threads.
pub fn on_threads<R: Send>(count: usize, work: impl FnOnce() -> R + Send) -> R {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(count);
    pool.build().unwrap().install(work)
}

//! The matrices that the sides share.

use crate::{Answer, Request};
use lowrank::matrix::OwnedMatrix;
use lowrank::{DenseMatrix, Matrix, SparseMatrix};
use lowrank_text::corpus::{CorpusReader, Remove, Source, Subset};
use lowrank_text::vectorizer::{StopWords, Vectorizer};
use serde_json::{Value, json};
use std::collections::HashMap;
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

pub struct Matrices {
    data: PathBuf,
    texts: Option<Vec<String>>,
    made: HashMap<String, Shared>,
}

pub struct Shared(pub OwnedMatrix<f64>);

impl Matrices {
    pub fn new(data: PathBuf) -> Self {
        Self {
            data,
            texts: None,
            made: HashMap::new(),
        }
    }

    pub fn archive(&self) -> PathBuf {
        self.data.join("20news/20news-bydate.tar.gz")
    }

    /// Returns the texts of the four categories, without headers, footers and quotes.
    pub fn texts(&mut self) -> Result<&[String], Box<dyn Error>> {
        if self.texts.is_none() {
            let remove: Remove = "headers,footers,quotes".parse()?;
            let reader = CorpusReader {
                subset: Some(Subset::Train),
                categories: CATEGORIES.map(str::to_owned).to_vec(),
                remove,
                ..CorpusReader::default()
            };
            self.texts = Some(self.read(&reader)?);
        }
        Ok(self.texts.as_deref().unwrap_or_default())
    }

    fn read(&self, reader: &CorpusReader) -> Result<Vec<String>, Box<dyn Error>> {
        let corpus = reader.read(&Source::Path(self.archive()))?;
        Ok(corpus.texts().map(str::to_owned).collect())
    }

    /// The matrix of that name; of it the first of `share` equal parts of the rows.
    pub fn get(&mut self, request: &Request) -> Result<&Shared, Box<dyn Error>> {
        let (name, share) = (request.text("matrix"), request.size("share").unwrap_or(1));
        let key = format!("{name}/{share}");
        if !self.made.contains_key(&key) {
            let whole = self.make(name)?;
            self.made
                .insert(key.clone(), Shared(first_rows(whole, share)?));
        }
        Ok(&self.made[&key])
    }

    fn make(&mut self, name: &str) -> Result<OwnedMatrix<f64>, Box<dyn Error>> {
        let vectorizer = Vectorizer::default();
        let sparse = |vectorizer: &Vectorizer, texts: &[String]| {
            vectorizer.fit_transform(texts).map(|(_, a)| a)
        };
        match name {
            "four" => Ok(OwnedMatrix::Sparse(sparse(&vectorizer, self.texts()?)?)),
            "dense" => {
                let vectorizer = Vectorizer {
                    max_features: Some(FEATURES),
                    ..vectorizer
                };
                let a = sparse(&vectorizer, self.texts()?)?;
                Ok(OwnedMatrix::Dense(dense(&a)))
            }
            "all" => {
                let vectorizer = Vectorizer {
                    stop_words: StopWords::None,
                    ..vectorizer
                };
                let texts = self.read(&CorpusReader::default())?;
                Ok(OwnedMatrix::Sparse(sparse(&vectorizer, &texts)?))
            }
            "faces" => {
                let file = self.data.join("faces/cbcl-19x19-one-face-per-row.pgm");
                Ok(OwnedMatrix::Dense(faces(&std::fs::read(file)?)?))
            }
            other => Err(format!("no matrix {other:?}").into()),
        }
    }
}

/// Returns the first rows, without columns that have no entry in them.
fn first_rows(a: OwnedMatrix<f64>, share: usize) -> Result<OwnedMatrix<f64>, Box<dyn Error>> {
    let a = match a {
        OwnedMatrix::Sparse(a) if share > 1 => a,
        whole => return Ok(whole),
    };
    let offsets = a.row_offsets()[..=a.nrows() / share].to_vec();
    let end = offsets[offsets.len() - 1];
    let mut held = vec![false; a.ncols()];
    for &j in &a.columns()[..end] {
        held[j as usize] = true;
    }
    let mut ncols = 0;
    let renumbered: Vec<u32> = held
        .iter()
        .map(|held| {
            ncols += u32::from(*held);
            ncols.saturating_sub(1)
        })
        .collect();
    let columns = a.columns()[..end].iter().map(|j| renumbered[*j as usize]);
    let values = a.values()[..end].to_vec();
    let part = SparseMatrix::new(offsets, columns.collect(), values, ncols as usize)?;
    Ok(OwnedMatrix::Sparse(part))
}

fn dense(a: &SparseMatrix<f64>) -> DenseMatrix<f64> {
    let (m, n) = (a.nrows(), a.ncols());
    let mut entries = vec![0.0; m * n];
    for i in 0..m {
        for place in a.row_offsets()[i]..a.row_offsets()[i + 1] {
            entries[a.columns()[place] as usize * m + i] = a.values()[place];
        }
    }
    DenseMatrix::from_fn(m, n, |i, j| entries[j * m + i])
}

/// A binary PGM with a picture in each row.
fn faces(bytes: &[u8]) -> Result<DenseMatrix<f64>, Box<dyn Error>> {
    let header = bytes.splitn(4, |byte| byte.is_ascii_whitespace());
    let header: Vec<&[u8]> = header.collect();
    let number = |place: usize| -> Result<usize, Box<dyn Error>> {
        Ok(std::str::from_utf8(header[place])?.parse()?)
    };
    let (n, m) = (number(1)?, number(2)?);
    let pixels = &bytes[bytes.len() - m * n..];
    Ok(DenseMatrix::from_fn(m, n, |i, j| pixels[i * n + j].into()))
}

impl Shared {
    pub fn view(&self) -> Matrix<'_, f64> {
        self.0.view()
    }

    pub fn values(&self) -> &[f64] {
        match &self.0 {
            OwnedMatrix::Sparse(a) => a.values(),
            OwnedMatrix::Dense(a) => a.as_slice(),
        }
    }

    pub fn squared_norm(&self) -> f64 {
        self.values().iter().map(|x| x * x).sum()
    }

    pub fn description(&self) -> Value {
        let nonzeros = self.values().iter().filter(|x| **x != 0.0).count();
        json!({
            "rows": self.view().nrows(),
            "columns": self.view().ncols(),
            "nonzeros": nonzeros,
            "norm": self.squared_norm().sqrt(),
        })
    }

    /// The values, column after column, as a peer reads them.
    pub fn export(&self, path: &str) -> Answer {
        let bytes: Vec<u8> = self.values().iter().flat_map(|x| x.to_le_bytes()).collect();
        std::fs::write(path, bytes)?;
        Ok(self.description())
    }
}

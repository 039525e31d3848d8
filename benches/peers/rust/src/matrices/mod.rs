//! The matrices that the sides share, each made once.

mod faces;
mod made_up;
mod newsgroups;
mod random;
mod ratings;
pub mod raw_file;
mod tables;

use crate::{Answer, Request};
use lowrank::matrix::OwnedMatrix;
use lowrank::{Matrix, SparseMatrix};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::error::Error;
use std::path::PathBuf;

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
            self.texts = Some(newsgroups::four(self.archive())?);
        }
        Ok(self.texts.as_deref().unwrap_or_default())
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

    /// Takes a sparse matrix from a file of another side, instead of one that was taken before.
    pub fn take(&mut self, request: &Request) -> Answer {
        let a = raw_file::read(&std::fs::read(request.text("path"))?)?;
        let taken = Shared(OwnedMatrix::Sparse(a));
        let description = taken.description();
        self.made
            .insert(format!("{}/1", request.text("matrix")), taken);
        Ok(description)
    }

    /// Returns a matrix that was taken.
    pub fn taken(&self, name: &str) -> Result<&Shared, Box<dyn Error>> {
        let found = self.made.get(&format!("{name}/1"));
        found.ok_or_else(|| format!("no matrix {name:?} was taken").into())
    }

    fn make(&mut self, name: &str) -> Result<OwnedMatrix<f64>, Box<dyn Error>> {
        let sparse = OwnedMatrix::Sparse;
        match name {
            "four" => Ok(sparse(newsgroups::weighted(self.texts()?)?)),
            "twice" => {
                let a = newsgroups::weighted(self.texts()?)?;
                Ok(sparse(block_diagonal(&a)?))
            }
            "dense" => Ok(OwnedMatrix::Dense(newsgroups::of_frequent_terms(
                self.texts()?,
            )?)),
            "all" => Ok(sparse(newsgroups::all(self.archive())?)),
            "faces" => {
                let file = self.data.join("faces/cbcl-19x19-one-face-per-row.pgm");
                Ok(OwnedMatrix::Dense(faces::read(&std::fs::read(file)?)?))
            }
            "ratings" => {
                let file = self.data.join("ml-latest-small-2016/ratings.csv");
                Ok(sparse(ratings::read(&std::fs::read_to_string(file)?)?))
            }
            "plays-20m" => Ok(sparse(made_up::plays()?)),
            "ratings-10m" => Ok(sparse(made_up::ratings()?)),
            other => match tables::shape(other) {
                Some((m, n)) => Ok(OwnedMatrix::Dense(tables::of_factors(m, n))),
                None => Err(format!("no matrix {other:?}").into()),
            },
        }
    }
}

/// Returns the matrix with A in both diagonal blocks: it has every singular value of A twice.
fn block_diagonal(a: &SparseMatrix<f64>) -> Result<SparseMatrix<f64>, Box<dyn Error>> {
    let (end, n) = (a.nonzeros(), a.ncols());
    let shifted = a.row_offsets()[1..].iter().map(|offset| offset + end);
    let offsets = a.row_offsets().iter().copied().chain(shifted).collect();
    let right = a.columns().iter().map(|j| *j + n as u32);
    let columns = a.columns().iter().copied().chain(right).collect();
    let values = [a.values(), a.values()].concat();
    Ok(SparseMatrix::new(offsets, columns, values, 2 * n)?)
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

    /// Writes the matrix into a file from which the other sides take it.
    pub fn export(&self, path: &str) -> Answer {
        std::fs::write(path, raw_file::bytes(&self.0)?)?;
        Ok(self.description())
    }
}

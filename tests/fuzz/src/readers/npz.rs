//! An archive as it is, or made of arrays that the bytes describe, because a fuzzer does not guess checksums.

use std::io::{Cursor, Write};

use lowrank::DenseMatrix;
use lowrank_files::matrix_file::{Entries, MatrixReader};
use zip::write::{SimpleFileOptions, ZipWriter};

use super::judge;

pub fn run(bytes: &[u8]) {
    let Some((&choice, bytes)) = bytes.split_first() else {
        return;
    };
    let reader = MatrixReader {
        missing: judge::missing(choice),
        ..MatrixReader::default()
    };
    if choice & 2 == 0 {
        judge::read(&reader, "a.npz", bytes);
        return;
    }
    let arrays = SparseArrays::from_bytes(choice, bytes);
    let archive = judge::read(&reader, "a.npz", &arrays.to_npz());
    match (archive.map(|file| file.entries), arrays.sum()) {
        (Some(Entries::Sparse(a)), Some(sum)) => assert_eq!(densified(&a), sum),
        (None, None) => {}
        (found, expected) => panic!("{found:?} instead of {expected:?}"),
    }
}

/// A sparse matrix as SciPy saves it, right or wrong.
struct SparseArrays {
    form: &'static str,
    shape: Vec<u8>,
    data: Vec<u8>,
    /// The rows of COO, the offsets of the others.
    first: Vec<u8>,
    /// The columns of COO, the indices of the others.
    second: Vec<u8>,
}

impl SparseArrays {
    fn from_bytes(choice: u8, bytes: &[u8]) -> Self {
        let mut rest = bytes;
        let mut list = || {
            let Some((&length, after)) = rest.split_first() else {
                return Vec::new();
            };
            let (list, after) = after.split_at(after.len().min(usize::from(length & 31)));
            rest = after;
            list.to_vec()
        };
        Self {
            form: ["csr", "csc", "coo", "bsr"][usize::from(choice >> 2 & 3)],
            shape: list(),
            data: list(),
            first: list(),
            second: list(),
        }
    }

    fn to_npz(&self) -> Vec<u8> {
        let (first, second) = match self.form {
            "coo" => ("row", "col"),
            _ => ("indptr", "indices"),
        };
        let arrays = [
            ("shape", &self.shape),
            ("data", &self.data),
            (first, &self.first),
            (second, &self.second),
        ];
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        for (name, array) in arrays {
            zip.start_file(format!("{name}.npy"), options).unwrap();
            zip.write_all(&npy("|u1", &format!("{},", array.len()), array))
                .unwrap();
        }
        zip.start_file("format.npy", options).unwrap();
        zip.write_all(&npy("|S3", "", self.form.as_bytes()))
            .unwrap();
        zip.finish().unwrap().into_inner()
    }

    /// Returns the matrix that SciPy would construct, in the simplest way; `None` if the arrays do not make one.
    fn sum(&self) -> Option<DenseMatrix<f64>> {
        let &[rows, columns] = self.shape.as_slice() else {
            return None;
        };
        let shape = (usize::from(rows), usize::from(columns));
        let places: Vec<(u8, u8)> = match self.form {
            "coo" if self.first.len() == self.second.len() => self
                .first
                .iter()
                .copied()
                .zip(self.second.iter().copied())
                .collect(),
            "csr" => self.compressed(rows)?,
            "csc" => self
                .compressed(columns)?
                .into_iter()
                .map(|(j, i)| (i, j))
                .collect(),
            _ => return None,
        };
        let is_inside = |&(i, j): &(u8, u8)| i < rows && j < columns;
        if rows == 0
            || columns == 0
            || places.len() != self.data.len()
            || !places.iter().all(is_inside)
        {
            return None;
        }
        let mut sum = vec![0.0; shape.0 * shape.1];
        for ((i, j), &x) in places.into_iter().zip(&self.data) {
            sum[usize::from(i) + usize::from(j) * shape.0] += f64::from(x);
        }
        DenseMatrix::new(sum, shape.0, shape.1).ok()
    }

    /// The places of the entries, the sides being those of CSR.
    fn compressed(&self, major: u8) -> Option<Vec<(u8, u8)>> {
        let (offsets, indices) = (&self.first, &self.second);
        let is_rising = offsets.first() == Some(&0) && offsets.is_sorted();
        let ends = offsets
            .last()
            .is_some_and(|&end| usize::from(end) == indices.len());
        if offsets.len() != usize::from(major) + 1 || !is_rising || !ends {
            return None;
        }
        let mut places = Vec::new();
        for (i, pair) in (0..major).zip(offsets.windows(2)) {
            places.extend(
                indices[pair[0].into()..pair[1].into()]
                    .iter()
                    .map(|&j| (i, j)),
            );
        }
        Some(places)
    }
}

fn npy(entry_type: &str, shape: &str, entries: &[u8]) -> Vec<u8> {
    let header =
        format!("{{'descr': '{entry_type}', 'fortran_order': False, 'shape': ({shape})}}\n");
    let length = header.len() as u16;
    let parts = [
        b"\x93NUMPY\x01\x00".as_slice(),
        &length.to_le_bytes(),
        header.as_bytes(),
        entries,
    ];
    parts.concat()
}

fn densified(a: &lowrank::SparseMatrix<f64>) -> DenseMatrix<f64> {
    let mut entries = vec![0.0; a.nrows() * a.ncols()];
    for (i, pair) in a.row_offsets().windows(2).enumerate() {
        for at in pair[0]..pair[1] {
            entries[i + a.columns()[at] as usize * a.nrows()] = a.values()[at];
        }
    }
    DenseMatrix::new(entries, a.nrows(), a.ncols()).unwrap()
}

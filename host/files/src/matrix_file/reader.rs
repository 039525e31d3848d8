use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek};
use std::path::Path;

use super::{
    Error, MatrixFile, Missing, TripleColumns, format::Format, growing::read_to_end, matrix_market,
    npy, npz, pgm, pictures, table, triples,
};
use crate::gzip::{read_inflated, take_head};

/// Bytes that suffice for the magic numbers of all formats.
const HEAD_BYTES: u64 = 16;
const BUFFER_BYTES: usize = 64 << 10;

/// The options of reading a matrix file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatrixReader {
    /// The meaning of NaN.
    pub missing: Missing,
    /// The columns of a table that has one entry per line instead of one row.
    pub triples: Option<TripleColumns>,
}

impl MatrixReader {
    /// Reads the file or folder at `path`.
    ///
    /// # Errors
    /// [`Error`]; each variant states its condition.
    pub fn read(&self, path: &Path) -> Result<MatrixFile, Error> {
        let file = self.read_unsettled(path)?;
        self.missing.settle(&path.display().to_string(), file)
    }

    /// Reads the file or folder at `path`. Its entries are missing where `mask` is zero or not stored, whatever their
    /// value.
    ///
    /// # Errors
    /// [`Error`]; each variant states its condition.
    pub fn read_masked(&self, path: &Path, mask: &MatrixFile) -> Result<MatrixFile, Error> {
        let file = self.read_unsettled(path)?.mask(mask)?;
        self.missing.settle(&path.display().to_string(), file)
    }

    /// Reads a stream as the file `name`.
    ///
    /// # Errors
    /// [`Error`]; each variant states its condition.
    pub fn read_from(&self, name: &Path, stream: impl Read + Send) -> Result<MatrixFile, Error> {
        let file = self.read_stream(name, stream)?;
        self.missing.settle(&name.display().to_string(), file)
    }

    fn read_unsettled(&self, path: &Path) -> Result<MatrixFile, Error> {
        let failed = |source: io::Error| match source.kind() {
            ErrorKind::NotFound => Error::Missing { path: path.into() },
            _ => Error::unreadable(path)(source),
        };
        let place = path.display().to_string();
        if fs::metadata(path).map_err(failed)?.is_dir() {
            return match self.triples {
                Some(_) => Err(no_triples(&place)),
                None => pictures::read(path),
            };
        }
        let mut file = fs::File::open(path).map_err(failed)?;
        let head = head_of(&place, &mut file)?;
        // An archive needs seeking to its arrays; other formats are read in sequence.
        if npz::is_archive(&head) && self.triples.is_none() && file.rewind().is_ok() {
            return npz::read(&place, BufReader::with_capacity(BUFFER_BYTES, file));
        }
        self.read_stream(path, io::Cursor::new(head).chain(file))
    }

    fn read_stream(&self, name: &Path, stream: impl Read + Send) -> Result<MatrixFile, Error> {
        let place = name.display().to_string();
        read_inflated(stream, |stream| self.read_inflated(name, &place, stream))
            .map_err(|error| Error::from_read(&place, error))?
    }

    fn read_inflated(
        &self,
        name: &Path,
        place: &str,
        stream: &mut dyn BufRead,
    ) -> Result<MatrixFile, Error> {
        let head = head_of(place, stream)?;
        if head.is_empty() {
            return Err(Error::empty(place));
        }
        let format = Format::of(name, &head).ok_or_else(|| Error::UnknownFormat {
            place: place.to_owned(),
        })?;
        let stream = &mut io::Cursor::new(head).chain(stream);
        match (format, &self.triples) {
            (Format::Table { delimiter }, Some(columns)) => {
                triples::read(place, stream, delimiter, columns, self.missing)
            }
            (_, Some(_)) => Err(no_triples(place)),
            (Format::Table { delimiter }, None) => table::read(place, stream, delimiter),
            (Format::Npy, None) => npy::read(place, stream),
            (Format::Npz, None) => npz::read(place, io::Cursor::new(read_to_end(place, stream)?)),
            (Format::MatrixMarket, None) => matrix_market::read(place, stream),
            (Format::Pgm, None) => pgm::read(place, stream),
        }
    }
}

fn no_triples(place: &str) -> Error {
    Error::NoTriples {
        place: place.to_owned(),
    }
}

fn head_of(place: &str, stream: &mut (impl Read + ?Sized)) -> Result<Vec<u8>, Error> {
    take_head(stream, HEAD_BYTES).map_err(|error| Error::from_read(place, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gzip::tests::gzip;
    use crate::matrix_file::{Entries, to_npy};
    use lowrank::DenseMatrix;

    fn read(name: &str, bytes: &[u8]) -> Result<MatrixFile, Error> {
        MatrixReader::default().read_from(name.as_ref(), bytes)
    }

    #[test]
    fn the_content_tells_the_format_and_else_the_extension() {
        let a = DenseMatrix::from_fn(2, 2, |i, j| (2 * i + j) as f64);
        let table = b"0,1\n2,3\n".as_slice();
        let npy = to_npy(&a);
        let files = [
            ("a.npy", npy.as_slice()),
            ("a.csv", &npy),
            ("-", &npy),
            ("a.csv", table),
            ("A.CSV", table),
            ("a.b.tsv", b"0\t1\n2\t3\n"),
        ];
        for (name, bytes) in files {
            let expected = Entries::Dense(a.clone());
            assert_eq!(read(name, bytes).unwrap().entries, expected, "{name}");
            let compressed = gzip(bytes);
            assert_eq!(read(name, &compressed).unwrap().entries, expected, "{name}");
            let renamed = read(&format!("{name}.gz"), &compressed).unwrap();
            assert_eq!(renamed.entries, expected);
            for length in [2, 9, compressed.len() - 9, compressed.len() - 1] {
                let error = read(name, &compressed[..length]).unwrap_err();
                assert!(matches!(error, Error::Damaged { .. }), "{length}: {error}");
            }
        }
    }

    #[test]
    fn what_is_no_matrix_is_an_error() {
        let error = read("a.xls", b"x").unwrap_err();
        assert!(matches!(error, Error::UnknownFormat { .. }), "{error}");
        for name in ["a.npy", "a.csv", "a.xls"] {
            let error = read(name, b"").unwrap_err();
            assert!(matches!(error, Error::Empty { .. }), "{error}");
        }
        assert!(matches!(read("a.npy", b"1,2\n"), Err(Error::Header { .. })));
        let missing = MatrixReader::default().read("no/such.csv".as_ref());
        let message = "no/such.csv: no such file or folder; check the path";
        assert_eq!(missing.unwrap_err().to_string(), message);
    }

    #[test]
    fn what_a_mask_leaves_out_may_be_anything() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        fs::write(&path, "1,nan\ninf,4\n").unwrap();
        let reader = MatrixReader::default();
        let of = |mask: &[u8]| reader.read_masked(&path, &read("mask.csv", mask).unwrap());
        let Entries::Observed(a) = of(b"1,0\n0,1\n").unwrap().entries else {
            panic!("not observed")
        };
        assert_eq!((a.columns(), a.values()), (&[0, 1][..], &[1.0, 4.0][..]));
        let error = of(b"1,0\n1,1\n").unwrap_err().to_string();
        assert!(
            error.contains(", row 2, column 1: the entry is inf"),
            "{error}"
        );
    }
}

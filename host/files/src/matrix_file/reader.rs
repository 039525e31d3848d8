use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek};
use std::path::Path;

use super::table::Setting;
use super::{
    Duplicates, Error, Format, MatrixFile, Missing, TableOptions, TripleColumns,
    encoding::read_text, growing::read_to_end, matrix_market, npy, npz, pgm, pictures, table,
    triples,
};
use crate::foreign::{self, Foreign};
use crate::gzip::{extension, read_inflated, take_head};

/// Bytes that suffice for the magic numbers of all formats, a byte order mark before them.
const HEAD_BYTES: u64 = foreign::HEAD_BYTES as u64;
const BUFFER_BYTES: usize = 64 << 10;
/// The first bytes of a workbook of Excel before 2007.
const OLD_WORKBOOK: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The options of reading a matrix file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatrixReader {
    /// The meaning of NaN.
    pub missing: Missing,
    /// The columns of a table that has one entry per line instead of one row.
    pub triples: Option<TripleColumns>,
    /// The treatment of triples at a place that has one already.
    pub duplicates: Duplicates,
    /// How a table is written, and which columns of it are read.
    pub table: TableOptions,
    /// The format, in the place of the one that the name and the first bytes say.
    pub format: Option<Format>,
}

impl MatrixReader {
    /// Reads the file or folder at `path`.
    ///
    /// # Errors
    /// [`Error`]; each variant states its condition.
    pub fn read(&self, path: &Path) -> Result<MatrixFile, Error> {
        let file = self.read_unsettled(path, self.missing != Missing::Refused)?;
        self.missing.settle(&path.display().to_string(), file)
    }

    /// Reads the file or folder at `path`. Its entries are missing where `mask` is zero or not stored, whatever their
    /// value.
    ///
    /// # Errors
    /// [`Error`]; each variant states its condition.
    pub fn read_masked(&self, path: &Path, mask: &MatrixFile) -> Result<MatrixFile, Error> {
        let file = self.read_unsettled(path, true)?.mask(mask)?;
        self.missing.settle(&path.display().to_string(), file)
    }

    /// Reads a stream as the file `name`; a text without extension is a table. With a mask, as [`MatrixReader::read_masked`].
    ///
    /// # Errors
    /// [`Error`]; each variant states its condition.
    pub fn read_stream(
        &self,
        name: &Path,
        stream: impl Read + Send,
        mask: Option<&MatrixFile>,
    ) -> Result<MatrixFile, Error> {
        let may_miss = mask.is_some() || self.missing != Missing::Refused;
        let mut file = self.read_unsettled_stream(name, stream, may_miss)?;
        if let Some(mask) = mask {
            file = file.mask(mask)?;
        }
        self.missing.settle(&name.display().to_string(), file)
    }

    /// Reads a stream as the file `name`.
    ///
    /// # Errors
    /// [`Error`]; each variant states its condition.
    pub fn read_from(&self, name: &Path, stream: impl Read + Send) -> Result<MatrixFile, Error> {
        self.read_stream(name, stream, None)
    }

    fn read_unsettled(&self, path: &Path, may_miss: bool) -> Result<MatrixFile, Error> {
        let failed = |source: io::Error| match source.kind() {
            ErrorKind::NotFound => Error::Missing { path: path.into() },
            _ => Error::unreadable(path)(source),
        };
        let place = path.display().to_string();
        if fs::metadata(path).map_err(failed)?.is_dir() {
            return match self.triples {
                Some(_) => Err(no_triples(&place)),
                None => self.of_no_table(&place).and_then(|()| pictures::read(path)),
            };
        }
        let mut file = fs::File::open(path).map_err(failed)?;
        let head = head_of(&place, &mut file)?;
        // An archive needs seeking to its arrays; other formats are read in sequence.
        let is_archive = npz::is_archive(&head) && self.format.is_none_or(|f| f == Format::Npz);
        if is_archive && self.triples.is_none() && file.rewind().is_ok() {
            let file = npz::read(&place, BufReader::with_capacity(BUFFER_BYTES, file))?;
            return self.of_no_table(&place).map(|()| file);
        }
        self.read_unsettled_stream(path, io::Cursor::new(head).chain(file), may_miss)
    }

    fn read_unsettled_stream(
        &self,
        name: &Path,
        stream: impl Read + Send,
        may_miss: bool,
    ) -> Result<MatrixFile, Error> {
        let place = name.display().to_string();
        let read = |stream: &mut dyn BufRead| self.read_inflated(name, stream, may_miss);
        read_inflated(stream, read).map_err(|error| Error::from_read(&place, error))?
    }

    fn read_inflated(
        &self,
        name: &Path,
        stream: &mut dyn BufRead,
        may_miss: bool,
    ) -> Result<MatrixFile, Error> {
        let place = &name.display().to_string();
        let head = head_of(place, stream)?;
        if head.is_empty() {
            return Err(Error::empty(place));
        }
        if head.starts_with(OLD_WORKBOOK) {
            return Err(Error::Spreadsheet {
                place: place.clone(),
            });
        }
        if let Some(Foreign { kind, way }) = foreign::of_head(&head).or_else(|| web_page(&head)) {
            let place = place.clone();
            return Err(Error::Foreign { place, kind, way });
        }
        let found = self.format.or_else(|| Format::of(name, &head));
        let format = found.ok_or_else(|| unknown(name, place))?;
        if format.is_table()
            && let Some(Foreign { kind, way }) = in_brackets(&head)
        {
            let place = place.clone();
            return Err(Error::Foreign { place, kind, way });
        }
        let stream = &mut io::Cursor::new(head).chain(stream);
        if format.is_table() {
            let declared = format.delimiter();
            let setting = Setting {
                place,
                declared: declared.as_ref(),
                options: &self.table,
                may_miss,
            };
            return read_text(place, stream, |stream| match &self.triples {
                Some(columns) => triples::read(setting, stream, columns, self.duplicates),
                None => table::read(setting, stream),
            });
        }
        if self.triples.is_some() {
            return Err(no_triples(place));
        }
        let file = match format {
            Format::Npy => npy::read(place, stream),
            Format::Npz => npz::read(place, io::Cursor::new(read_to_end(place, stream)?)),
            Format::Pgm => pgm::read(place, stream),
            _ => read_text(place, stream, |stream| matrix_market::read(place, stream)),
        };
        self.of_no_table(place).and(file)
    }

    /// Checks that no options of tables were given.
    fn of_no_table(&self, place: &str) -> Result<(), Error> {
        match self.table == TableOptions::default() && self.duplicates == Duplicates::Refuse {
            true => Ok(()),
            false => Err(Error::NotATable {
                place: place.to_owned(),
            }),
        }
    }
}

/// Returns the error of a file whose format nothing tells.
fn unknown(name: &Path, place: &str) -> Error {
    let place = place.to_owned();
    match extension(name).as_str() {
        "json" | "jsonl" | "ndjson" => Error::Foreign {
            place,
            kind: "JSON",
            way: "write its numbers as CSV",
        },
        _ => Error::UnknownFormat { place },
    }
}

/// Checks that a file begins as web pages do, which come in the place of a file that was moved.
fn web_page(head: &[u8]) -> Option<Foreign> {
    let begins = |with: &[u8]| {
        let start = head.get(..with.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    (begins(b"<!doctype html") || begins(b"<html")).then_some(Foreign {
        kind: "a web page",
        way: "download the file that it leads to",
    })
}

/// Checks that a text begins as JSON does, or an array as Python prints it, which would be taken for a table of texts.
fn in_brackets(head: &[u8]) -> Option<Foreign> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let head = head.trim_ascii_start();
    let (first, rest) = head.split_first()?;
    let next = rest.trim_ascii_start().first();
    let is_so = matches!(
        (first, next),
        (b'[', Some(b'[' | b'{')) | (b'{', Some(b'"'))
    );
    is_so.then_some(Foreign {
        kind: "JSON or a printed array",
        way: "write its numbers as CSV",
    })
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
            (
                "a.csv",
                b"%%MatrixMarket matrix array real general\n2 2\n0\n2\n1\n3\n",
            ),
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
        for (name, bytes, way) in [
            ("a.csv.bz2", &b"BZh91AY&SY.."[..], "decompress it"),
            ("a.csv", b"\x28\xb5\x2f\xfd..", "decompress it"),
            ("a.h5ad", b"\x89HDF\r\n\x1a\n..", "save it as .npy"),
            ("a.csv", b"<!DOCTYPE html>\n<html>\n", "download the file"),
            (
                "a.csv",
                b"version https://git-lfs.github.com/spec/v1\n",
                "git lfs pull",
            ),
            ("a.jsonl", b"{\"a\": 1}\n", "as CSV"),
            ("-", b"{\"a\": 1}\n", "as CSV"),
            ("-", b"[[1, 2],\n [4, 5]]\n", "as CSV"),
            ("a.txt", b"[[1. 2.]\n [4. 5.]]\n", "as CSV"),
            ("a.csv", b" [ {\"a\": 1},\n{\"a\": 2}]\n", "as CSV"),
        ] {
            let error = read(name, bytes).unwrap_err();
            assert!(matches!(error, Error::Foreign { .. }), "{error}");
            assert!(error.to_string().contains(way), "{error}");
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

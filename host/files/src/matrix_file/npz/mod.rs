//! Reader of NumPy's .npz, a zip archive of .npy: one dense array, or a sparse matrix of `scipy.sparse.save_npz`.

mod sparse;

use std::io::{BufReader, Read, Seek};

use zip::{ZipArchive, read::ZipFile, result::ZipError};

use super::{Error, MatrixFile, error::shown, npy};

/// The first bytes of an archive, and of an empty one.
const MAGICS: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];
/// The most names in an error: an archive may hold thousands of arrays, and an error is one line.
const NAMES_SHOWN: usize = 8;

/// Checks that a file that begins with `head` is an archive.
pub(super) fn is_archive(head: &[u8]) -> bool {
    MAGICS.iter().any(|magic| head.starts_with(magic))
}

/// The parts of an archive that is a workbook: Excel's, LibreOffice's.
const WORKBOOKS: [&str; 3] = ["xl/workbook.xml", "xl/workbook.bin", "content.xml"];

/// Reads a matrix, dense or sparse.
pub(super) fn read<R: Read + Seek>(place: &str, stream: R) -> Result<MatrixFile, Error> {
    let mut archive = Archive {
        place,
        zip: ZipArchive::new(stream).map_err(|error| failed(place, error))?,
    };
    let names = archive.names()?;
    if names.iter().any(|name| name == "format") {
        return sparse::read(&mut archive);
    }
    match names.as_slice() {
        [] if WORKBOOKS
            .iter()
            .any(|part| archive.zip.index_for_name(part).is_some()) =>
        {
            Err(Error::Spreadsheet {
                place: place.into(),
            })
        }
        [] => Err(Error::NoArray {
            place: place.into(),
        }),
        [name] => npy::read(&archive.place_of(name), &mut archive.open(name)?),
        several => Err(Error::SeveralArrays {
            place: place.to_owned(),
            names: listed(several),
        }),
    }
}

/// An archive of arrays.
struct Archive<'a, R> {
    place: &'a str,
    zip: ZipArchive<R>,
}

impl<R: Read + Seek> Archive<'_, R> {
    /// Returns the names of the arrays as NumPy gives them, without the extension.
    fn names(&self) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        for name in self.zip.file_names() {
            let name = name.map_err(|error| failed(self.place, error))?;
            names.extend(name.strip_suffix(".npy").map(str::to_owned));
        }
        Ok(names)
    }

    /// Returns the name of an array in errors.
    fn place_of(&self, name: &str) -> String {
        format!("{}, array {}", self.place, shown(name))
    }

    fn open(&mut self, name: &str) -> Result<BufReader<ZipFile<'_, R>>, Error> {
        let file = self.zip.by_name(&format!("{name}.npy"));
        let file = file.map_err(|error| failed(self.place, error))?;
        Ok(BufReader::new(file))
    }
}

fn failed(place: &str, error: ZipError) -> Error {
    match error {
        ZipError::Io(error) => Error::from_read(place, error),
        error => Error::damaged(place, error),
    }
}

fn listed(names: &[String]) -> String {
    let mut listed: Vec<String> = names.iter().take(NAMES_SHOWN).cloned().collect();
    listed.iter_mut().for_each(|name| *name = shown(name));
    if names.len() > NAMES_SHOWN {
        listed.push(format!("{} more", names.len() - NAMES_SHOWN));
    }
    listed.join(", ")
}

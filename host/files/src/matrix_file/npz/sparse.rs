//! Reader of the arrays of `scipy.sparse.save_npz`: CSR, CSC and COO.

use std::io::{Read, Seek};

use super::super::coordinates::{Coordinate, check_shape, sort, to_rows};
use super::super::{Entries, Error, MatrixFile, Note, growing::Growing, npy};
use super::Archive;
use lowrank::SparseMatrix;

/// The bytes of `format` that are read; SciPy's names have three letters, of four bytes at most.
const FORM_BYTES: u64 = 64;

/// A matrix, and the number of entries that were added to an earlier one at the same place.
type Counted = (SparseMatrix<f64>, usize);

/// Reads the matrix from any of the forms. Entries at the same place are added, as in SciPy.
pub(super) fn read<R: Read + Seek>(archive: &mut Archive<'_, R>) -> Result<MatrixFile, Error> {
    let form = form(archive)?;
    let read = match form.as_str() {
        "csr" | "csc" => compressed(archive, form == "csc"),
        "coo" => coordinates(archive),
        _ => Err(Error::SparseForm {
            place: archive.place.to_owned(),
            form,
        }),
    };
    let (entries, count) = read?;
    let mut file = MatrixFile::from(Entries::Sparse(entries));
    if count > 0 {
        file.notes.push(Note::Added { count });
    }
    Ok(file)
}

/// Reads the text in `format`, of one byte or four per letter.
fn form<R: Read + Seek>(archive: &mut Archive<'_, R>) -> Result<String, Error> {
    let place = archive.place_of("format");
    let mut stream = archive.open("format")?;
    npy::Header::read(&place, &mut stream)?;
    let mut bytes = Vec::new();
    let read = stream.take(FORM_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| Error::from_read(&place, error))?;
    bytes.retain(u8::is_ascii_alphanumeric);
    Ok(bytes.into_iter().map(char::from).collect())
}

/// Reads CSR, and CSC as the CSR of the transpose.
fn compressed<R: Read + Seek>(
    archive: &mut Archive<'_, R>,
    is_by_column: bool,
) -> Result<Counted, Error> {
    let place = archive.place;
    let values = vector(archive, "data")?;
    let indices = whole_numbers(archive, "indices")?;
    let offsets = whole_numbers(archive, "indptr")?;
    let (nrows, ncols) = shape(archive, values.len())?;
    let (major, minor) = match is_by_column {
        true => (ncols, nrows),
        false => (nrows, ncols),
    };
    let is_rising = offsets.first() == Some(&0) && offsets.is_sorted();
    if offsets.len() != major + 1 || !is_rising || offsets.last() != Some(&values.len()) {
        let reason = "indptr does not divide the entries into rows or columns";
        return Err(wrong(place, reason));
    }
    check_indices(place, "indices", &indices, minor, values.len())?;
    let rows = || offsets.windows(2).enumerate();
    let is_canonical = |pair: &[usize]| indices[pair[0]..pair[1]].is_sorted_by(|a, b| a < b);
    let (a, added) = if rows().all(|(_, pair)| is_canonical(pair)) {
        let columns = indices.into_iter().map(|j| j as u32).collect();
        (SparseMatrix::from_rows(offsets, columns, values, minor), 0)
    } else {
        let mut entries = Growing::new(place);
        for (i, pair) in rows() {
            for at in pair[0]..pair[1] {
                entries.push(coordinate(i, indices[at], values[at]))?;
            }
        }
        sorted_rows(place, (major, minor), entries.into_vec())?
    };
    Ok((if is_by_column { a.transpose() } else { a }, added))
}

fn coordinates<R: Read + Seek>(archive: &mut Archive<'_, R>) -> Result<Counted, Error> {
    let place = archive.place;
    let values = vector(archive, "data")?;
    let (rows, columns) = if archive.names()?.iter().any(|name| name == "coords") {
        let mut both = whole_numbers(archive, "coords")?;
        let columns = both.split_off(both.len() / 2);
        (both, columns)
    } else {
        let rows = whole_numbers(archive, "row")?;
        (rows, whole_numbers(archive, "col")?)
    };
    let (nrows, ncols) = shape(archive, values.len())?;
    check_indices(place, "row", &rows, nrows, values.len())?;
    check_indices(place, "col", &columns, ncols, values.len())?;
    let mut entries = Growing::new(place);
    for ((i, j), x) in rows.into_iter().zip(columns).zip(values) {
        entries.push(coordinate(i, j, x))?;
    }
    sorted_rows(place, (nrows, ncols), entries.into_vec())
}

fn coordinate(row: usize, column: usize, value: f64) -> Coordinate {
    Coordinate {
        row: row as u32,
        column: column as u32,
        value,
    }
}

fn sorted_rows(
    place: &str,
    shape: (usize, usize),
    mut entries: Vec<Coordinate>,
) -> Result<Counted, Error> {
    sort(&mut entries);
    to_rows(place, shape, &entries)
}

fn wrong(place: &str, reason: &str) -> Error {
    Error::SparseArrays {
        place: place.to_owned(),
        reason: reason.to_owned(),
    }
}

fn check_indices(
    place: &str,
    name: &str,
    indices: &[usize],
    limit: usize,
    entries: usize,
) -> Result<(), Error> {
    if indices.len() != entries {
        return Err(wrong(place, &format!("{name} and data differ in length")));
    }
    if indices.iter().any(|&index| index >= limit) {
        return Err(wrong(place, &format!("{name} leaves the shape")));
    }
    Ok(())
}

fn shape<R: Read + Seek>(
    archive: &mut Archive<'_, R>,
    stored: usize,
) -> Result<(usize, usize), Error> {
    let shape = whole_numbers(archive, "shape")?;
    let &[rows, columns] = shape.as_slice() else {
        return Err(Error::dimensions(archive.place, shape.len()));
    };
    check_shape(archive.place, (rows as u64, columns as u64), stored)
}

/// Reads the entries of an array, in the order of the file.
fn vector<R: Read + Seek>(archive: &mut Archive<'_, R>, name: &str) -> Result<Vec<f64>, Error> {
    let place = archive.place_of(name);
    Ok(npy::read_array(&place, &mut archive.open(name)?)?.entries)
}

fn whole_numbers<R: Read + Seek>(
    archive: &mut Archive<'_, R>,
    name: &str,
) -> Result<Vec<usize>, Error> {
    let numbers = vector(archive, name)?;
    // Below 2^53, where f64 holds each.
    let is_whole = |x: &f64| *x >= 0.0 && *x < 9.0e15 && x.fract() == 0.0;
    if !numbers.iter().all(is_whole) {
        let reason = format!("{name} is not of whole numbers");
        return Err(wrong(archive.place, &reason));
    }
    Ok(numbers.into_iter().map(|x| x as usize).collect())
}

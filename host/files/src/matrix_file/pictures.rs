//! Reader of a folder of pictures: one picture per row.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Entries, Error, MatrixFile, growing::Growing, pgm, row_major::from_row_major};
use crate::gzip::{inflate, is_gzip};

/// Reads the pictures in `folder`, sorted by name. The names are the labels of the rows.
pub(super) fn read(folder: &Path) -> Result<MatrixFile, Error> {
    let place = folder.display().to_string();
    let paths = paths(folder)?;
    let mut pixels = Growing::new(&place);
    let mut first: Option<(PathBuf, pgm::Picture)> = None;
    let mut labels = Vec::new();
    for path in paths {
        let picture = read_picture(&path)?;
        if let Some((other, expected)) = &first {
            check_alike(other, expected, &path, &picture)?;
        }
        for &pixel in &picture.pixels {
            pixels.push(pixel)?;
        }
        let name = path.file_name().unwrap_or_default();
        labels.push(name.to_string_lossy().into_owned());
        first.get_or_insert((path, picture));
    }
    let Some((_, picture)) = first else {
        return Err(Error::NoPictures { place });
    };
    let ncols = picture.height * picture.width;
    let dense = from_row_major(&place, &pixels.into_vec(), ncols)?;
    Ok(MatrixFile {
        row_labels: Some(labels),
        picture: Some((picture.height, picture.width)),
        ..Entries::Dense(dense).into()
    })
}

/// Returns the .pgm files in `folder`, sorted, without hidden ones.
fn paths(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let unreadable = Error::unreadable(folder);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(&unreadable)? {
        let path = entry.map_err(&unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_ascii_lowercase();
        let is_picture = name.ends_with(".pgm") || name.ends_with(".pgm.gz");
        if is_picture && !name.starts_with('.') && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn read_picture(path: &Path) -> Result<pgm::Picture, Error> {
    let place = path.display().to_string();
    let bytes = fs::read(path).map_err(Error::unreadable(path))?;
    match is_gzip(&bytes) {
        true => inflate(&bytes[..], |bytes| pgm::read_picture(&place, bytes)),
        false => pgm::read_picture(&place, &mut bytes.as_slice()),
    }
}

fn check_alike(
    other: &Path,
    expected: &pgm::Picture,
    path: &Path,
    found: &pgm::Picture,
) -> Result<(), Error> {
    let kind = |picture: &pgm::Picture| (picture.width, picture.height, picture.white);
    if kind(expected) == kind(found) {
        return Ok(());
    }
    let described = |picture: &pgm::Picture| {
        let (width, height, white) = kind(picture);
        format!("{width} x {height} with white {white}")
    };
    Err(Error::UnlikePictures {
        place: path.display().to_string(),
        found: described(found),
        other: other.display().to_string(),
        expected: described(expected),
    })
}

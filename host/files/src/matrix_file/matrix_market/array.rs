//! The array format: one value per line, in column-major order.

use super::super::{Error, growing::Growing, lines::Lines};
use super::header::{Header, Symmetry};
use super::{number, without_comment};
use lowrank::DenseMatrix;

/// Reads the entries that follow: all of them, those on and below the diagonal, or those below it.
pub(super) fn read(lines: &mut Lines<'_>, header: Header) -> Result<DenseMatrix<f64>, Error> {
    let place = lines.place;
    let expected = stored(header)
        .ok_or_else(|| Error::header(place, "its shape has too many entries to count"))?;
    if header.rows == 0 || header.columns == 0 {
        return Err(Error::empty(place));
    }
    let mut entries = Growing::new(place);
    while let Some(line) = lines.next()? {
        let word = without_comment(line).trim_ascii();
        if word.is_empty() {
            continue;
        }
        let Some(value) = number(word) else {
            return Err(lines.wrong("it is not one number"));
        };
        if entries.len() as u64 == expected {
            return Err(Error::surplus(place, expected));
        }
        entries.push(value)?;
    }
    if (entries.len() as u64) < expected {
        return Err(Error::truncated(place, expected, entries.len() as u64));
    }
    // Both fit: their product is about the number of entries that were read.
    let (nrows, ncols) = (header.rows as usize, header.columns as usize);
    let columns = match header.symmetry {
        Symmetry::General => entries.into_vec(),
        Symmetry::Symmetric => mirrored(place, &entries.into_vec(), nrows, 0, 1.0)?,
        Symmetry::SkewSymmetric => mirrored(place, &entries.into_vec(), nrows, 1, -1.0)?,
    };
    Ok(DenseMatrix::from_columns(columns, nrows, ncols))
}

/// Returns the number of entries that follow, if it fits into 64 bits.
fn stored(header: Header) -> Option<u64> {
    let all = header.rows.checked_mul(header.columns)?;
    Some(match header.symmetry {
        Symmetry::General => all,
        Symmetry::Symmetric => (all - header.rows) / 2 + header.rows,
        Symmetry::SkewSymmetric => (all - header.rows) / 2,
    })
}

/// Returns the n x n matrix whose lower triangle is `lower`, column after column, from `skipped` entries below the
/// diagonal on. The entries above the diagonal are multiplied by `sign`.
fn mirrored(
    place: &str,
    lower: &[f64],
    n: usize,
    skipped: usize,
    sign: f64,
) -> Result<Vec<f64>, Error> {
    let mut columns = Growing::filled(place, 0.0, n * n)?;
    let places = (0..n).flat_map(|j| (j + skipped..n).map(move |i| (i, j)));
    for ((i, j), &x) in places.zip(lower) {
        columns[j + i * n] = sign * x;
        columns[i + j * n] = x;
    }
    Ok(columns)
}

//! The coordinate format: a row, a column and a value per line.

use super::super::coordinates::{Coordinate, check_shape, sort, to_rows};
use super::super::{Error, growing::Growing, lines::Lines};
use super::header::{Header, Symmetry};
use super::{number, without_comment};
use lowrank::SparseMatrix;

/// A sparse matrix, and how it came about.
pub(super) struct Found {
    pub(super) entries: SparseMatrix<f64>,
    /// The number of entries that were added to an earlier one at the same place.
    pub(super) added: usize,
    /// Numbers follow the places of a pattern.
    pub(super) has_values: bool,
}

/// Reads the matrix from the `stored` entries that follow. Entries implied by symmetry are stored, too; entries at the
/// same place are added, as in SciPy.
pub(super) fn read(lines: &mut Lines<'_>, header: Header, stored: u64) -> Result<Found, Error> {
    let place = lines.place;
    // Nothing is allocated for the shape before the entries are read.
    check_shape(place, (header.rows, header.columns), usize::MAX)?;
    let mut entries = Growing::new(place);
    let (mut found, mut has_values) = (0, false);
    while let Some(line) = lines.next()? {
        let parsed = parse(line, header.is_pattern);
        let Some((entry, has_value)) = parsed.map_err(|reason| lines.wrong(reason))? else {
            continue;
        };
        has_values |= has_value;
        if found == stored {
            return Err(Error::surplus(place, stored));
        }
        found += 1;
        push(&mut entries, lines, header, entry)?;
    }
    if found < stored {
        return Err(Error::truncated(place, stored, found));
    }
    let mut entries = entries.into_vec();
    sort(&mut entries);
    let shape = check_shape(place, (header.rows, header.columns), entries.len())?;
    let (entries, added) = to_rows(place, shape, &entries)?;
    Ok(Found {
        entries,
        added,
        has_values,
    })
}

/// Row and column, counted from 1, and the value.
type Entry = (u64, u64, f64);

/// Parses an entry, and returns true for a number behind that of a pattern; `None` for a blank line.
fn parse(line: &str, is_pattern: bool) -> Result<Option<(Entry, bool)>, &'static str> {
    let mut words = without_comment(line).split_ascii_whitespace();
    let Some(row) = words.next() else {
        return Ok(None);
    };
    let row = row.parse().map_err(|_| "the row is not a number")?;
    let column = words.next().and_then(|word| word.parse().ok());
    let column = column.ok_or("the column is not a number")?;
    let value = match is_pattern {
        true => Some(1.0),
        false => words.next().and_then(number),
    };
    let value = value.ok_or("the value is not a number")?;
    match words.next().map(number) {
        None => Ok(Some(((row, column, value), false))),
        Some(Some(_)) if is_pattern && words.next().is_none() => {
            Ok(Some(((row, column, value), true)))
        }
        Some(_) => Err("more follows after the entry"),
    }
}

/// Appends an entry, and its mirror image if there is one.
fn push(
    entries: &mut Growing<'_, Coordinate>,
    lines: &Lines<'_>,
    header: Header,
    (row, column, value): Entry,
) -> Result<(), Error> {
    let is_inside = (1..=header.rows).contains(&row) && (1..=header.columns).contains(&column);
    if !is_inside {
        return Err(Error::OutOfRange {
            place: lines.place.to_owned(),
            line: lines.number,
            entry: (row, column),
            shape: (header.rows, header.columns),
        });
    }
    let entry = Coordinate {
        row: (row - 1) as u32,
        column: (column - 1) as u32,
        value,
    };
    entries.push(entry)?;
    let mirrored = match header.symmetry {
        Symmetry::General => return Ok(()),
        Symmetry::Symmetric if row == column => return Ok(()),
        Symmetry::SkewSymmetric if row == column && value == 0.0 => return Ok(()),
        Symmetry::SkewSymmetric if row == column => {
            return Err(lines.wrong("it is on the diagonal of a skew-symmetric matrix"));
        }
        Symmetry::Symmetric => value,
        Symmetry::SkewSymmetric => -value,
    };
    entries.push(Coordinate {
        row: entry.column,
        column: entry.row,
        value: mirrored,
    })
}

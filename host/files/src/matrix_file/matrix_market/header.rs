//! The first lines of a Matrix Market file.

use super::super::{Error, error::shown, lines::Lines};

/// The order of the entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// A row, a column and a value per line, `stored` lines.
    Coordinate { stored: u64 },
    /// A value per line, column after column.
    Array,
}

/// The relation of the entries above the diagonal to those below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symmetry {
    General,
    Symmetric,
    SkewSymmetric,
}

impl Symmetry {
    fn named(name: &str) -> Option<Self> {
        match name {
            "general" => Some(Symmetry::General),
            "symmetric" => Some(Symmetry::Symmetric),
            "skew-symmetric" => Some(Symmetry::SkewSymmetric),
            _ => None,
        }
    }
}

/// The shape of a matrix and the layout of its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) layout: Layout,
    /// All stored entries are one, and their values are not written.
    pub(super) is_pattern: bool,
    pub(super) symmetry: Symmetry,
    pub(super) rows: u64,
    pub(super) columns: u64,
}

impl Header {
    /// Reads the banner, the comments and the line of sizes.
    ///
    /// # Errors
    /// [`Error::Header`] and [`Error::EntryType`].
    pub(super) fn read(lines: &mut Lines<'_>) -> Result<Self, Error> {
        let place = lines.place;
        let malformed = |reason: &str| Error::header(place, reason);
        let banner = lines.next()?.unwrap_or_default().to_ascii_lowercase();
        let words: Vec<&str> = banner.split_ascii_whitespace().collect();
        let (layout, field, symmetry) = match words.as_slice() {
            [
                "%%matrixmarket" | "%matrixmarket",
                "matrix",
                layout,
                field,
                symmetry,
                ..,
            ] => (*layout, *field, *symmetry),
            // Programs that know no other symmetry leave it out.
            ["%%matrixmarket" | "%matrixmarket", "matrix", layout, field] => {
                (*layout, *field, "general")
            }
            ["%%matrixmarket" | "%matrixmarket", ..] => {
                let reason = "its first line is not %%MatrixMarket matrix .. .. ..";
                return Err(malformed(reason));
            }
            _ => {
                return Err(Error::NoBanner {
                    place: place.to_owned(),
                });
            }
        };
        let is_array = match layout {
            "coordinate" => false,
            "array" => true,
            _ => return Err(malformed("it is neither of coordinates nor an array")),
        };
        let is_pattern = is_pattern(place, field, symmetry)?;
        let symmetry = Symmetry::named(symmetry);
        let symmetry = symmetry.ok_or_else(|| malformed("its symmetry is unknown"))?;
        let sizes = sizes(lines)?.ok_or_else(|| malformed("it has no line of sizes"))?;
        let (layout, rows, columns) = match (is_array, sizes.as_slice()) {
            (true, &[rows, columns]) => (Layout::Array, rows, columns),
            (false, &[rows, columns, stored]) => (Layout::Coordinate { stored }, rows, columns),
            _ => return Err(malformed("its line of sizes has not the numbers it needs")),
        };
        if is_array && is_pattern {
            return Err(malformed("an array has no pattern"));
        }
        if symmetry != Symmetry::General && rows != columns {
            return Err(malformed("it is symmetric and not square"));
        }
        Ok(Self {
            layout,
            is_pattern,
            symmetry,
            rows,
            columns,
        })
    }
}

fn is_pattern(place: &str, field: &str, symmetry: &str) -> Result<bool, Error> {
    if symmetry == "hermitian" {
        return is_pattern(place, "complex", "");
    }
    match field {
        "real" | "double" | "integer" | "unsigned-integer" => Ok(false),
        "pattern" => Ok(true),
        _ => Err(Error::EntryType {
            place: place.to_owned(),
            found: match field {
                "complex" => "complex numbers".to_owned(),
                _ => format!("entries of the type \"{}\"", shown(field)),
            },
        }),
    }
}

/// Returns the numbers of the first line that is neither a comment nor blank; `None` if the line has other content.
fn sizes(lines: &mut Lines<'_>) -> Result<Option<Vec<u64>>, Error> {
    while let Some(line) = lines.next()? {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('%') {
            let numbers = line.split_ascii_whitespace().map(|word| word.parse().ok());
            return Ok(numbers.collect());
        }
    }
    Ok(None)
}

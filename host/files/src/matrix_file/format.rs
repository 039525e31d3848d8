use std::fmt;
use std::path::Path;
use std::str::FromStr;

use super::{Delimiter, matrix_market, npy, npz, pgm};
use crate::gzip;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// NumPy's array.
    Npy,
    /// An archive of NumPy's arrays, SciPy's sparse matrices among them.
    Npz,
    /// Matrix Market's text.
    MatrixMarket,
    /// A table whose fields are divided by commas, unless its first lines show something else.
    Csv,
    /// A table whose fields are divided by tabs, unless its first lines show something else.
    Tsv,
    /// A table whose first lines show what divides its fields.
    Table,
    /// A grey picture.
    Pgm,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 7] = [
        Format::Npy,
        Format::Npz,
        Format::MatrixMarket,
        Format::Csv,
        Format::Tsv,
        Format::Table,
        Format::Pgm,
    ];

    /// Returns the name: that of the extension, or `table`.
    pub fn name(self) -> &'static str {
        match self {
            Format::Npy => "npy",
            Format::Npz => "npz",
            Format::MatrixMarket => "mtx",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Table => "table",
            Format::Pgm => "pgm",
        }
    }

    /// Identifies the format: by the first bytes if they cannot begin a table, else by the extension (the one before
    /// `.gz` if there is one), else by the first bytes. A text in a file without extension is a table.
    pub(super) fn of(path: &Path, head: &[u8]) -> Option<Format> {
        if head.starts_with(npy::MAGIC) {
            return Some(Format::Npy);
        }
        if npz::is_archive(head) {
            return Some(Format::Npz);
        }
        if matrix_market::has_magic(head) {
            return Some(Format::MatrixMarket);
        }
        let extension = gzip::extension(path);
        let otherwise = match extension.as_str() {
            "" | "txt" | "dat" | "data" | "tab" if is_text(head) => Some(Format::Table),
            _ => None,
        };
        let named = Self::ALL
            .into_iter()
            .find(|format| format.name() == extension && *format != Format::Table);
        let of_picture = || pgm::has_magic(head).then_some(Format::Pgm);
        named.or_else(of_picture).or(otherwise)
    }

    /// Returns true if the file is a table.
    pub(super) fn is_table(self) -> bool {
        matches!(self, Format::Csv | Format::Tsv | Format::Table)
    }

    /// Returns the delimiter that the name of the file promises.
    pub(super) fn delimiter(self) -> Option<Delimiter> {
        match self {
            Format::Csv => Some(Delimiter::Text(",".into())),
            Format::Tsv => Some(Delimiter::Text("\t".into())),
            _ => None,
        }
    }
}

/// Checks that the first bytes have no control characters: those of UTF-16 have a byte order mark.
fn is_text(head: &[u8]) -> bool {
    let is_control = |byte: &u8| *byte < b' ' && !byte.is_ascii_whitespace();
    head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || !head.iter().any(is_control)
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let named = Self::ALL.into_iter().find(|format| format.name() == name);
        named.ok_or("must be npy, npz, mtx, csv, tsv, table or pgm")
    }
}

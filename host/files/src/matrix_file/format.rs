use std::path::Path;

use super::{matrix_market, npy, npz, pgm};
use crate::gzip;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Npy,
    Npz,
    MatrixMarket,
    Table { delimiter: u8 },
    Pgm,
}

impl Format {
    /// Identifies the format: by the first bytes if they cannot begin a table, else by the extension (the one before
    /// `.gz` if there is one), else by the first bytes.
    pub(super) fn of(path: &Path, head: &[u8]) -> Option<Format> {
        if head.starts_with(npy::MAGIC) {
            return Some(Format::Npy);
        }
        if npz::is_archive(head) {
            return Some(Format::Npz);
        }
        Self::of_extension(path).or_else(|| Self::of_text(head))
    }

    fn of_text(head: &[u8]) -> Option<Format> {
        if matrix_market::has_magic(head) {
            return Some(Format::MatrixMarket);
        }
        pgm::has_magic(head).then_some(Format::Pgm)
    }

    fn of_extension(path: &Path) -> Option<Format> {
        match gzip::extension(path).as_str() {
            "npy" => Some(Format::Npy),
            "npz" => Some(Format::Npz),
            "mtx" => Some(Format::MatrixMarket),
            "csv" => Some(Format::Table { delimiter: b',' }),
            "tsv" => Some(Format::Table { delimiter: b'\t' }),
            "pgm" => Some(Format::Pgm),
            _ => None,
        }
    }
}

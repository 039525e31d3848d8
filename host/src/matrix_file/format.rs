use std::path::Path;

use super::npy;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Npy,
    Table { delimiter: u8 },
}

impl Format {
    /// By the first bytes where they can be no other format's, else by the extension, that before `.gz` if there is one.
    pub(super) fn of(path: &Path, head: &[u8]) -> Option<Format> {
        if head.starts_with(npy::MAGIC) {
            return Some(Format::Npy);
        }
        Self::of_extension(path)
    }

    fn of_extension(path: &Path) -> Option<Format> {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let extension = Path::new(name).extension().unwrap_or_default();
        match extension.to_string_lossy().as_ref() {
            "npy" => Some(Format::Npy),
            "csv" => Some(Format::Table { delimiter: b',' }),
            "tsv" => Some(Format::Table { delimiter: b'\t' }),
            _ => None,
        }
    }
}

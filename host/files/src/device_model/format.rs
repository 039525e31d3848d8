//! Files of exported models.

use super::{Blob, DeviceModel, source};
use crate::model_folder::{Error, write_file};
use std::path::Path;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Bytes.
    Blob,
    /// A constant of bytes in Rust.
    Rust,
    /// A constant of bytes in C, for a header.
    C,
}

impl Format {
    /// Returns the format of a path: Rust for `.rs`, C for `.h` and `.c`, bytes for others.
    pub fn of(path: &Path) -> Self {
        let extension = path.extension().unwrap_or_default();
        let is = |name: &str| extension.eq_ignore_ascii_case(name);
        match (is("rs"), is("h") || is("c")) {
            (true, _) => Format::Rust,
            (_, true) => Format::C,
            _ => Format::Blob,
        }
    }

    /// Returns the name: blob, rust or c.
    pub fn name(self) -> &'static str {
        match self {
            Format::Blob => "blob",
            Format::Rust => "rust",
            Format::C => "c",
        }
    }
}

impl Blob {
    /// Writes the file at `path`, whole or not at all; constants have its name.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn write(&self, path: &Path, format: Format, model: &DeviceModel) -> Result<(), Error> {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        match format {
            Format::Blob => write_file(path, &self.bytes),
            Format::Rust => write_file(path, source::rust(&stem, model, self).as_bytes()),
            Format::C => write_file(path, source::c(&stem, model, self).as_bytes()),
        }
    }
}

//! A folder of text files.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::{CorpusReader, Document, Error, encoding, reader::Progress};

/// Files read between two reports of progress.
const BATCH: usize = 256;

/// A file below the folder that is read.
struct TextFile {
    path: PathBuf,
    /// The folders below the root that it lies in, and its name.
    names: Vec<String>,
}

impl TextFile {
    fn category(&self) -> Option<&str> {
        self.names
            .first()
            .filter(|_| self.names.len() > 1)
            .map(String::as_str)
    }
}

/// Reads all files below `root`, in the order of their paths; the topmost folder is the category.
pub(super) fn read(
    reader: &CorpusReader,
    root: &Path,
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    let place = root.display().to_string();
    reader.refuse_subset(&place)?;
    let mut files = Vec::new();
    collect_files(root, &mut Vec::new(), &mut files)?;
    files.sort_by(|a, b| a.names.cmp(&b.names));
    let known: BTreeSet<&str> = files.iter().filter_map(TextFile::category).collect();
    reader.check_categories(&place, &known)?;
    files.retain(|file| reader.keeps_category(file.category()));
    read_in_order(&files, progress, |file| {
        Ok(Document {
            name: file.names.join("/"),
            category: file.category().map(str::to_owned),
            text: encoding::utf8(&file.path.display().to_string(), read_file(&file.path)?)?,
        })
    })
}

fn collect_files(
    folder: &Path,
    names: &mut Vec<String>,
    files: &mut Vec<TextFile>,
) -> Result<(), Error> {
    for Entry {
        path,
        name,
        is_folder,
    } in entries(folder)?
    {
        names.push(name);
        if is_folder {
            collect_files(&path, names, files)?;
        } else {
            files.push(TextFile {
                path,
                names: names.clone(),
            });
        }
        names.pop();
    }
    Ok(())
}

/// Something in a folder.
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) name: String,
    pub(super) is_folder: bool,
}

/// The folders and regular files in `folder`, in no particular order. Hidden ones are left out, and links to folders,
/// which could form a ring.
pub(super) fn entries(folder: &Path) -> Result<Vec<Entry>, Error> {
    let listed = || -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = entry.path();
            let kind = entry.file_type()?;
            let is_file = kind.is_file() || kind.is_symlink() && path.is_file();
            if !is_hidden(&name) && (kind.is_dir() || is_file) {
                entries.push(Entry {
                    path,
                    name,
                    is_folder: kind.is_dir(),
                });
            }
        }
        Ok(entries)
    };
    listed().map_err(|source| unreadable(folder, source))
}

/// By its first character, as on Unix; macOS puts `._name` beside files in archives.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// Reads files on all threads; the documents, and the error if there is one, come as if one after another.
pub(super) fn read_in_order<F: Sync>(
    files: &[F],
    progress: Progress,
    read: impl Fn(&F) -> Result<Document, Error> + Sync,
) -> Result<Vec<Document>, Error> {
    let mut documents = Vec::with_capacity(files.len());
    for batch in files.chunks(BATCH) {
        let results: Vec<_> = batch.par_iter().map(&read).collect();
        for document in results {
            documents.push(document?);
        }
        progress(documents.len());
    }
    Ok(documents)
}

pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source| unreadable(path, source))
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    Error::Unreadable {
        place: path.display().to_string(),
        source,
    }
}

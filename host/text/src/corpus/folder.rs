//! Reader of a folder of text files.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::{CorpusReader, Document, Error, encoding, options::Progress};

/// The number of files read between two reports of progress.
const BATCH: usize = 256;

/// A file below the root folder.
struct TextFile {
    path: PathBuf,
    /// The folders between the root and the file, and the name of the file.
    names: Vec<String>,
}

impl TextFile {
    fn category(&self) -> Option<&str> {
        let first = self.names.first().filter(|_| self.names.len() > 1);
        first.map(String::as_str)
    }
}

/// Reads all files below `root`, sorted by path. The topmost folder is the category.
pub(super) fn read(
    reader: &CorpusReader,
    root: &Path,
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    let place = root.display().to_string();
    reader.refuse_subset(&place)?;
    let mut files = Vec::new();
    collect_files(&mut vec![root.to_owned()], &mut Vec::new(), &mut files)?;
    files.sort_by(|a, b| a.names.cmp(&b.names));
    let known: BTreeSet<&str> = files.iter().filter_map(TextFile::category).collect();
    reader.check_categories(&place, &known)?;
    files.retain(|file| reader.keeps_category(file.category()));
    read_in_order(&files, progress, |file| {
        let text = encoding::text(&file.path.display().to_string(), read_file(&file.path)?)?;
        Ok(reader.document(file.names.join("/"), file.category(), text))
    })
}

/// Appends the files below the last of the folders in `path`. `names` are the names of the folders below the root.
fn collect_files(
    path: &mut Vec<PathBuf>,
    names: &mut Vec<String>,
    files: &mut Vec<TextFile>,
) -> Result<(), Error> {
    let Some(folder) = path.last() else {
        return Ok(());
    };
    for entry in entries(folder)? {
        names.push(entry.name);
        if !entry.is_folder {
            files.push(TextFile {
                path: entry.path,
                names: names.clone(),
            });
        } else if !path.iter().any(|above| is_same_folder(above, &entry.path)) {
            // A link to a folder that contains it would form a cycle.
            path.push(entry.path);
            collect_files(path, names, files)?;
            path.pop();
        }
        names.pop();
    }
    Ok(())
}

fn is_same_folder(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// A file or folder in a folder.
pub(super) struct Entry {
    pub(super) path: PathBuf,
    pub(super) name: String,
    pub(super) is_folder: bool,
}

/// Returns the folders and regular files in `folder`, in arbitrary order, without hidden ones. Links are followed;
/// broken links are skipped.
pub(super) fn entries(folder: &Path) -> Result<Vec<Entry>, Error> {
    list(folder).map_err(|source| unreadable(folder, source))
}

fn list(folder: &Path) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        let kind = entry.file_type()?;
        let is_folder = kind.is_dir() || kind.is_symlink() && path.is_dir();
        let is_file = kind.is_file() || kind.is_symlink() && path.is_file();
        if !is_hidden(&name) && (is_folder || is_file) {
            entries.push(Entry {
                path,
                name,
                is_folder,
            });
        }
    }
    Ok(entries)
}

/// Checks that a name begins with a dot, as on Unix. macOS adds files `._name` to archives.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// Reads files on all threads and returns the documents in order. On errors, returns the first one in the same order.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tests::{of_category, of_subset};
    use crate::corpus::{Corpus, Source, Subset};

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        root
    }

    fn read_all(reader: &CorpusReader, root: &Path) -> Result<Corpus, Error> {
        reader.read(&Source::Path(root.to_owned()))
    }

    fn names(corpus: &Corpus) -> Vec<&str> {
        let documents = corpus.documents.iter();
        documents.map(|found| found.name.as_str()).collect()
    }

    #[test]
    fn files_of_all_levels_are_read_in_the_order_of_their_paths() {
        let root = folder(&[
            ("b/inner/2.txt", "\u{feff}é".as_bytes()),
            ("b/1", b"one"),
            ("a.txt", b""),
            ("b.txt", b"b"),
            (".hidden/3", b"3"),
            ("b/.hidden", b"4"),
        ]);
        let corpus = read_all(&CorpusReader::default(), root.path()).unwrap();
        assert_eq!(names(&corpus), ["a.txt", "b/1", "b/inner/2.txt", "b.txt"]);
        assert_eq!(corpus.texts().collect::<Vec<_>>(), ["", "one", "é", "b"]);
        assert_eq!(corpus.categories(), ["b"]);
    }

    #[test]
    fn the_topmost_folder_is_the_category() {
        let root = folder(&[("x/y/1", b"1"), ("z/2", b"2"), ("3", b"3")]);
        let (x, y) = (of_category("x"), of_category("y"));
        assert_eq!(names(&read_all(&x, root.path()).unwrap()), ["x/y/1"]);
        let error = read_all(&y, root.path()).unwrap_err().to_string();
        assert!(error.contains("\"y\"") && error.contains("x, z"), "{error}");
        let flat = read_all(&x, folder(&[("1", b"1")]).path()).unwrap_err();
        assert!(matches!(flat, Error::NoCategories { .. }), "{flat}");
    }

    #[test]
    fn the_first_bad_file_is_named() {
        let root = folder(&[("1", b"fine"), ("2", b"a\n\xff"), ("3", b"\xff")]);
        let error = read_all(&CorpusReader::default(), root.path()).unwrap_err();
        let named = format!(
            "{}, line 2: the byte at offset 2 is",
            root.path().join("2").display()
        );
        assert!(error.to_string().starts_with(&named), "{error}");
    }

    #[test]
    fn an_empty_folder_has_no_documents() {
        let error = read_all(&CorpusReader::default(), folder(&[]).path()).unwrap_err();
        assert!(matches!(error, Error::NoDocuments { .. }), "{error}");
    }

    #[test]
    fn folders_have_no_subset_but_all() {
        let root = folder(&[("1", b"1")]);
        let error = read_all(&of_subset(Subset::Train), root.path()).unwrap_err();
        assert!(matches!(error, Error::NoSubsets { .. }), "{error}");
        let all = read_all(&of_subset(Subset::All), root.path()).unwrap();
        assert_eq!(all.len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_not_in_rings() {
        use std::os::unix::fs::symlink;
        let root = folder(&[("a/1", b"1")]);
        let elsewhere = folder(&[("2", b"2")]);
        symlink(root.path(), root.path().join("a/ring")).unwrap();
        symlink(elsewhere.path(), root.path().join("b")).unwrap();
        symlink("nowhere", root.path().join("c")).unwrap();
        let corpus = read_all(&CorpusReader::default(), root.path()).unwrap();
        assert_eq!(names(&corpus), ["a/1", "b/2"]);
    }

    #[test]
    fn progress_ends_at_the_number_of_documents() {
        let root = folder(&[("1", b"1"), ("2", b"2")]);
        let mut last = 0;
        let source = Source::Path(root.path().to_owned());
        CorpusReader::default()
            .read_with_progress(&source, &mut |count| last = count)
            .unwrap();
        assert_eq!(last, 2);
    }
}

//! Readers of text corpora.
//!
//! A [`CorpusReader`] reads a [`Source`] into a [`Corpus`], a list of [`Document`]s whose order depends only on their
//! names. The kind of a source is determined in this order:
//!
//! | source | documents | encoding |
//! |---|---|---|
//! | the sample | posts of six themes, compiled in | UTF-8 |
//! | 20 Newsgroups, a folder | one post a file (see below) | Latin-1 |
//! | any other folder | one document a file, all levels; hidden files are left out | UTF-8 |
//! | 20 Newsgroups, `.tar.gz`, `.tgz` or `.tar` | one post an entry, streamed, never unpacked | Latin-1 |
//! | `.csv`, `.tsv` | one document a row, under a header or without one | UTF-8 |
//! | `.jsonl`, `.ndjson`; `.json` and standard input with an object in the first line | one document a line, an object; blank lines are skipped | UTF-8 |
//! | `.txt`, `.text`, no extension, standard input | one document a line; a blank line is an empty document | UTF-8 |
//!
//! All files may be compressed with gzip, under any name; the content is examined. [`CorpusReader::format`] overrules the
//! name of a file and the first bytes. Other archives and workbooks are not read. A byte order mark is dropped; UTF-16
//! with one is read, too.
//!
//! A folder is 20 Newsgroups if it holds a folder `20news-bydate-train` or `20news-bydate-test`, or is one of these
//! itself, or if each of its folders is named after one of the twenty groups (the older, undivided distributions). In
//! any other folder, the category of a file is its topmost subfolder. Links are followed, but cycles are not.
//!
//! From the ground up: [`Error`]; [`Notes`]; `encoding` (bytes to text); `stripping` ([`Remove`]); `options` ([`CorpusReader`]);
//! `lines`, `tables`, `json_object` and `json_lines`, `folder`, `newsgroups`, `archive` and `sample` (one kind of source each); `stream`
//! (identifies the format of a file); `reader` (identifies the kind of a source).
//!
//! ```
//! use lowrank_text::corpus::{CorpusReader, Source};
//!
//! let reader = CorpusReader { categories: vec!["sailing".into()], ..CorpusReader::default() };
//! let corpus = reader.read(&Source::Sample)?;
//! assert_eq!(corpus.categories(), ["sailing"]);
//! # Ok::<(), lowrank_text::corpus::Error>(())
//! ```

mod archive;
mod encoding;
mod error;
mod folder;
mod json_lines;
mod json_object;
mod lines;
mod newsgroups;
mod notes;
mod options;
mod reader;
mod sample;
mod source;
mod stream;
mod stripping;
mod tables;

pub use error::Error;
pub use notes::{Notes, TableShape};
pub use options::{CorpusFormat, CorpusReader, Subset};
pub use source::Source;
pub use stripping::Remove;

use std::collections::BTreeSet;

/// A text and its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// A name that is unique within the corpus: a path below the folder or archive (with `/`), `line 7`, `row 7`; or what
    /// stands in the column of names, which may repeat.
    pub name: String,
    /// The newsgroup, subfolder or theme of the text, if the corpus has categories.
    pub category: Option<String>,
    /// The text; it may be empty.
    pub text: String,
}

impl AsRef<str> for Document {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// Texts in a fixed order: that of the lines of a file, or of the names in a folder or an archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corpus {
    /// The documents; a [`CorpusReader`] returns at least one.
    pub documents: Vec<Document>,
    /// What reading them met that a user should know.
    pub notes: Notes,
}

impl Corpus {
    /// Creates a corpus about which nothing is to be said.
    pub(crate) fn of(documents: Vec<Document>) -> Self {
        Corpus {
            documents,
            notes: Notes::default(),
        }
    }

    /// Returns the number of documents.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Returns true if there are no documents.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// Returns the texts, in the order of the documents.
    pub fn texts(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.documents.iter().map(AsRef::as_ref)
    }

    /// Returns the categories of the documents, sorted, each once; empty if the corpus has no categories.
    pub fn categories(&self) -> Vec<&str> {
        let occurring: BTreeSet<&str> = self
            .documents
            .iter()
            .filter_map(|d| d.category.as_deref())
            .collect();
        occurring.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{CorpusReader, Subset};
    use std::io::Write;

    pub(super) fn of_subset(subset: impl Into<Option<Subset>>) -> CorpusReader {
        reading(subset.into(), None, None)
    }

    pub(super) fn of_category(category: &str) -> CorpusReader {
        reading(None, Some(category), None)
    }

    pub(super) fn of_column(column: Option<&str>) -> CorpusReader {
        reading(None, None, column)
    }

    fn reading(
        subset: Option<Subset>,
        category: Option<&str>,
        column: Option<&str>,
    ) -> CorpusReader {
        CorpusReader {
            subset,
            categories: category.map(str::to_owned).into_iter().collect(),
            text_column: column.map(str::to_owned),
            ..CorpusReader::default()
        }
    }

    pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }
}

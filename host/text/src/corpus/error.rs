use std::{io, path::PathBuf};

use super::Subset;

/// Why a corpus could not be read. Every message is one line and says what to do.
///
/// `place` is the path as it was given, `the sample` or `standard input`. Lines are counted from 1, in the inflated
/// text where the file is compressed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The path does not exist.
    #[error("{}: no such file or folder; give a path, 'sample', or '-' for standard input", path.display())]
    Missing {
        /// The path as it was given.
        path: PathBuf,
    },
    /// The operating system refused to read.
    #[error("cannot read {place}: {source}")]
    Unreadable {
        /// The file or folder.
        place: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// Nothing is there: an empty folder or file, or a table with a header only.
    #[error("no documents in {place}; check that it is what you meant")]
    NoDocuments {
        /// What was read.
        place: String,
    },
    /// The file's name tells no format.
    #[error(
        "{place}: unknown format; name it .txt (a document a line), .csv, .tsv, .jsonl or .tar.gz, \
         or pass its lines on standard input"
    )]
    UnknownFormat {
        /// The file.
        place: String,
    },
    /// A compressed file or an archive breaks off, or fails its checksums. Nothing of it is returned.
    #[error("{place} is truncated or corrupt ({reason}); download or make it again")]
    Damaged {
        /// The file.
        place: String,
        /// What the decoder said.
        reason: String,
    },
    /// A file named as an archive is none, or neither it nor the folder holds posts in the layout of 20 Newsgroups.
    #[error(
        "{place} holds no posts of 20 Newsgroups; they should lie in 20news-bydate-train/<group>/<number>"
    )]
    NotNewsgroups {
        /// The archive.
        place: String,
    },
    /// A subset was asked for that is none of the three.
    #[error("no subset is called {name:?}; choose train, test or all")]
    UnknownSubset {
        /// What was asked for.
        name: String,
    },
    /// Something was to be removed that is none of the three.
    #[error(
        "cannot remove {name:?}; choose from headers, footers and quotes, with commas between them"
    )]
    UnknownRemoval {
        /// What was asked for.
        name: String,
    },
    /// A subset was asked for, and the corpus is not divided into subsets.
    #[error("{place} has no subset {subset}, only 20 Newsgroups by date has; leave out --subset")]
    NoSubsets {
        /// What was read.
        place: String,
        /// What was asked for.
        subset: Subset,
    },
    /// The corpus is divided into subsets, but this one is not there.
    #[error(
        "no subset {subset} in {place}; choose another with --subset, or add the folder 20news-bydate-{subset}"
    )]
    MissingSubset {
        /// What was read.
        place: String,
        /// The subset that is not there.
        subset: Subset,
    },
    /// Categories were asked for, and the corpus has none.
    #[error("the documents of {place} have no categories; leave out --categories")]
    NoCategories {
        /// What was read.
        place: String,
    },
    /// No document has this category.
    #[error("no category {category:?} in {place}; there are: {known}")]
    UnknownCategory {
        /// What was read.
        place: String,
        /// What was asked for.
        category: String,
        /// The categories that there are, with commas between them.
        known: String,
    },
    /// A text column was named, and the source has no columns.
    #[error("{place} has no columns; leave out --text-column")]
    NoColumns {
        /// What was read.
        place: String,
    },
    /// A table has several columns and none was named.
    #[error("{place} has several columns; name that of the texts with --text-column: {columns}")]
    UnnamedColumn {
        /// The table.
        place: String,
        /// The columns that there are, quoted, with commas between them.
        columns: String,
    },
    /// A table has no such column.
    #[error("no column {column:?} in {place}; name another with --text-column: {columns}")]
    UnknownColumn {
        /// The table.
        place: String,
        /// What was asked for.
        column: String,
        /// The columns that there are, quoted, with commas between them.
        columns: String,
    },
    /// A row of a table has too few or too many fields.
    #[error(
        "{place}, line {line}: {found} fields where the header has {expected}; mend or quote the row"
    )]
    MalformedRow {
        /// The table.
        place: String,
        /// The line that the row begins in.
        line: u64,
        /// The number of fields in the header.
        expected: u64,
        /// The number of fields in the row.
        found: u64,
    },
    /// A line is not one JSON object.
    #[error("{place}, line {line}: not a JSON object ({reason}); each line must be one")]
    MalformedJson {
        /// The file.
        place: String,
        /// The line.
        line: u64,
        /// What the parser said.
        reason: String,
    },
    /// An object has no such field.
    #[error(
        "{place}, line {line}: no field {field:?}; name that of the texts with --text-column: {fields}"
    )]
    UnknownField {
        /// The file.
        place: String,
        /// The line.
        line: u64,
        /// What was looked for.
        field: String,
        /// The fields that there are, quoted, with commas between them.
        fields: String,
    },
    /// A field holds something other than a string.
    #[error(
        "{place}, line {line}: field {field:?} is not a string; name another with --text-column, or quote it"
    )]
    NotText {
        /// The file.
        place: String,
        /// The line.
        line: u64,
        /// The field.
        field: String,
    },
    /// A byte that cannot be UTF-8.
    #[error(
        "{place}, line {line}: the byte at offset {offset} is not UTF-8; convert the file, e.g. with iconv"
    )]
    NotUtf8 {
        /// The file.
        place: String,
        /// The line.
        line: u64,
        /// Bytes before the first bad one, from the beginning of the file.
        offset: u64,
    },
}

impl Error {
    /// What a failed read means: the operating system's own errors bear a code, those of decoders do not.
    pub(super) fn from_read(place: &str, source: io::Error) -> Self {
        let place = place.to_owned();
        if source.raw_os_error().is_some() {
            return Error::Unreadable { place, source };
        }
        Error::Damaged {
            place,
            reason: source.to_string(),
        }
    }
}

/// `"a", "b", "c"`, escaped so that it stays one line.
pub(super) fn quoted_list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names
        .map(|name| format!("{name:?}"))
        .collect::<Vec<_>>()
        .join(", ")
}

use std::{io, path::PathBuf};

use super::Subset;

/// The reason why a corpus could not be read. Every message is one line and says what to do.
///
/// `place` is the path as it was given, `the sample` or `standard input`. Lines are counted from 1. In a compressed
/// file, they are those of the inflated text.
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
        /// The error of the operating system.
        source: io::Error,
    },
    /// The source is an empty folder or file, or a table with only a header.
    #[error("no documents in {place}; check that it is what you meant")]
    NoDocuments {
        /// The source.
        place: String,
    },
    /// The name of the file does not identify a format.
    #[error(
        "{place}: unknown format; name it .txt (a document a line), .csv, .tsv, .jsonl or .tar.gz, \
         or pass its lines on standard input"
    )]
    UnknownFormat {
        /// The file.
        place: String,
    },
    /// The file is a workbook, or another file of an office program.
    #[error(
        "{place}: workbooks and other office files are not read; save it as CSV, or its text as .txt"
    )]
    Spreadsheet {
        /// The file.
        place: String,
    },
    /// The file is of a kind that is not read.
    #[error("{place} is {kind}, which is not read; {way}")]
    Foreign {
        /// The file.
        place: String,
        /// The kind.
        kind: &'static str,
        /// The step that makes a file of another kind of it.
        way: &'static str,
    },
    /// The file is an archive of the form zip.
    #[error("{place}: zip archives are not read; unpack it, and give the folder or the file in it")]
    Zip {
        /// The file.
        place: String,
    },
    /// A format was given for a folder or for the sample.
    #[error("{place} is no file, so it has no format")]
    NoFormat {
        /// The source.
        place: String,
    },
    /// The file is named as one JSON value.
    #[error(
        "{place}: one JSON value is not read; write an object a line, e.g. with jq -c '.[]' {place} > texts.jsonl"
    )]
    OneJsonValue {
        /// The file.
        place: String,
    },
    /// The text is in an encoding that is not read.
    #[error("{place} is {encoding}; convert it, e.g. with iconv -f {name} -t UTF-8")]
    Encoding {
        /// The file.
        place: String,
        /// The encoding.
        encoding: &'static str,
        /// Its name for iconv.
        name: &'static str,
    },
    /// A compressed file or an archive is truncated or fails its checksum. None of its content is returned.
    #[error("{place} is truncated or corrupt ({reason}); download or make it again")]
    Damaged {
        /// The file.
        place: String,
        /// The message of the decoder.
        reason: String,
    },
    /// A file named as an archive is not one, or contains no posts in the layout of 20 Newsgroups.
    #[error(
        "{place} holds no posts of 20 Newsgroups, which should lie in 20news-bydate-train/<group>/<number>; unpack \
         another archive, and give the folder"
    )]
    NotNewsgroups {
        /// The archive.
        place: String,
    },
    /// The requested subset is not one of the three.
    #[error("no subset is called {name:?}; choose train, test or all")]
    UnknownSubset {
        /// The requested subset.
        name: String,
    },
    /// The part to remove is not one of the three.
    #[error(
        "cannot remove {name:?}; choose from headers, footers and quotes, with commas between them"
    )]
    UnknownRemoval {
        /// The requested part.
        name: String,
    },
    /// A subset was requested from a corpus that is not divided into subsets.
    #[error("{place} has no subset {subset}, only 20 Newsgroups by date has")]
    NoSubsets {
        /// The source.
        place: String,
        /// The requested subset.
        subset: Subset,
    },
    /// The corpus is divided into subsets, but the requested one is missing.
    #[error(
        "no subset {subset} in {place}; add the folder 20news-bydate-{subset}, or choose another"
    )]
    MissingSubset {
        /// The source.
        place: String,
        /// The missing subset.
        subset: Subset,
    },
    /// Categories were requested from a corpus without categories.
    #[error("the documents of {place} have no categories")]
    NoCategories {
        /// The source.
        place: String,
    },
    /// No document belongs to the requested category.
    #[error("no category {category:?} in {place}; there are: {known}")]
    UnknownCategory {
        /// The source.
        place: String,
        /// The requested category.
        category: String,
        /// The categories of the corpus, separated by commas.
        known: String,
    },
    /// A column of texts or names was asked of a source without columns.
    #[error("{place} has no columns")]
    NoColumns {
        /// The source.
        place: String,
    },
    /// A header, a delimiter or quotation marks were asked of a source that is no table.
    #[error("{place} is no table")]
    NoTable {
        /// The source.
        place: String,
    },
    /// The character between fields is not one of ASCII, or is a quotation mark or a line end.
    #[error(
        "{delimiter:?} cannot stand between the fields of a table; give another character of ASCII"
    )]
    Delimiter {
        /// The character.
        delimiter: char,
    },
    /// Two columns of a table have the requested name.
    #[error("{place} has the column {column:?} {count} times; give its number, such as #{first}")]
    RepeatedColumn {
        /// The table.
        place: String,
        /// The requested column.
        column: String,
        /// The number of columns of that name.
        count: usize,
        /// The number of the first, from 1.
        first: usize,
    },
    /// The rows of a table are of another width than its header.
    #[error(
        "{place}, line {line}: {found} fields where the header has {expected}; give each column a name, or quote fields \
         that hold the delimiter"
    )]
    HeaderWidth {
        /// The table.
        place: String,
        /// The line of the first row.
        line: u64,
        /// The number of fields in the header.
        expected: usize,
        /// The number of fields in the row.
        found: usize,
    },
    /// A field of a `.tsv` that begins with a quotation mark would end in a later line.
    #[error(
        "{place}, line {line}: the quotation mark that opens here would take in a line end, for which .tsv has no room; \
         write the text in one line, or save the table as CSV"
    )]
    QuotedLineEnd {
        /// The table.
        place: String,
        /// The line where the quotation mark opens.
        line: u64,
    },
    /// A field of a `.csv` begins with a quotation mark that is never closed.
    #[error("{place}, line {line}: the quotation mark that opens here is never closed; close it")]
    UnclosedQuote {
        /// The table.
        place: String,
        /// The line where the quotation mark opens.
        line: u64,
    },
    /// A table has several columns, and none was named.
    #[error("{place} has several columns, {columns}; name that of the texts, or give its number,")]
    UnnamedColumn {
        /// The table.
        place: String,
        /// The columns of the table, quoted and separated by commas.
        columns: String,
    },
    /// A table does not have the requested column.
    #[error(
        "no column {column:?} in {place}, which has {columns}; name one of these, or give its number"
    )]
    UnknownColumn {
        /// The table.
        place: String,
        /// The requested column.
        column: String,
        /// The columns of the table, quoted and separated by commas.
        columns: String,
    },
    /// A row of a table has too few or too many fields.
    #[error(
        "{place}, line {line}: {found} fields where the rows before have {expected}; mend or quote the row"
    )]
    MalformedRow {
        /// The table.
        place: String,
        /// The line in which the row begins.
        line: u64,
        /// The number of fields before.
        expected: usize,
        /// The number of fields in the row.
        found: usize,
    },
    /// A line is not one JSON object.
    #[error("{place}, line {line}: not a JSON object ({reason}); each line must be one")]
    MalformedJson {
        /// The file.
        place: String,
        /// The number of the line.
        line: u64,
        /// The message of the parser.
        reason: String,
    },
    /// No object has the requested field.
    #[error("no line of {place} has a field {field:?}; there are {fields}: name one of these")]
    UnknownField {
        /// The file.
        place: String,
        /// The requested field.
        field: String,
        /// The fields of the objects, quoted and separated by commas.
        fields: String,
    },
    /// The requested field holds a string in no object.
    #[error(
        "{place}, line {line}: field {field:?} is not a string, here and in every line; quote it, or name another"
    )]
    NotText {
        /// The file.
        place: String,
        /// The first line with the field.
        line: u64,
        /// The field.
        field: String,
    },
    /// A byte is not valid UTF-8.
    #[error(
        "{place}, line {line}: the byte at offset {offset} is not UTF-8; convert the file, e.g. with iconv"
    )]
    NotUtf8 {
        /// The file.
        place: String,
        /// The number of the line.
        line: u64,
        /// The number of bytes before the first invalid one, from the beginning of the file.
        offset: u64,
    },
}

impl Error {
    /// Interprets a failed read: errors of the operating system carry a code, errors of decoders do not.
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

/// Returns `"a", "b", "c"`, escaped to stay on one line.
pub(super) fn quoted_list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names
        .map(|name| format!("{name:?}"))
        .collect::<Vec<_>>()
        .join(", ")
}

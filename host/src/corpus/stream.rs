//! Files and standard input: which format they hold.

use std::{
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use super::{
    CorpusReader, Document, Error, archive,
    inflating::{inflate, is_gzip},
    json_lines, lines,
    reader::Progress,
    tables,
};

/// Enough for the magic numbers of gzip and tar.
const HEAD_BYTES: u64 = 512;
const BUFFER_BYTES: usize = 64 << 10;

/// What a stream holds, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Archive,
    Lines,
    Table { delimiter: u8 },
    JsonLines,
    Unknown,
}

impl Format {
    /// By the extension, that before `.gz` if there is one.
    pub(super) fn of_file(path: &Path) -> Format {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        match Path::new(name)
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .as_ref()
        {
            "tar" | "tgz" => Format::Archive,
            "txt" | "text" | "" => Format::Lines,
            "csv" => Format::Table { delimiter: b',' },
            "tsv" => Format::Table { delimiter: b'\t' },
            "jsonl" | "ndjson" => Format::JsonLines,
            _ => Format::Unknown,
        }
    }
}

/// Reads a stream that may be compressed, and may be an archive whatever its name says.
pub(super) fn read(
    reader: &CorpusReader,
    place: &str,
    format: Format,
    mut stream: impl Read + Send,
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    let head = take_head(&mut stream).map_err(|error| Error::from_read(place, error))?;
    let compressed = is_gzip(&head);
    let whole = io::Cursor::new(head).chain(stream);
    if compressed {
        inflate(whole, |inflated| {
            read_inflated(reader, place, format, inflated, progress)
        })
    } else {
        read_inflated(
            reader,
            place,
            format,
            BufReader::with_capacity(BUFFER_BYTES, whole),
            progress,
        )
    }
}

fn read_inflated(
    reader: &CorpusReader,
    place: &str,
    format: Format,
    mut stream: impl BufRead,
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    let head = take_head(&mut stream).map_err(|error| Error::from_read(place, error))?;
    if head.is_empty() {
        return Err(Error::NoDocuments {
            place: place.to_owned(),
        });
    }
    let holds_tar = archive::is_tar(&head);
    let stream = io::Cursor::new(head).chain(stream);
    if holds_tar {
        return archive::read(reader, place, stream, progress);
    }
    reader.refuse_subset(place)?;
    reader.refuse_categories(place)?;
    let column = reader.text_column.as_deref();
    match format {
        Format::Table { delimiter } => tables::read(place, stream, delimiter, column, progress),
        Format::JsonLines => json_lines::read(place, stream, column, progress),
        Format::Lines => {
            reader.refuse_text_column(place)?;
            lines::read(place, stream, progress)
        }
        Format::Archive => Err(Error::NotNewsgroups {
            place: place.to_owned(),
        }),
        Format::Unknown => Err(Error::UnknownFormat {
            place: place.to_owned(),
        }),
    }
}

fn take_head(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    stream.take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok(head)
}

//! Files and standard input, and the detection of their format.

use std::{
    io::{self, BufRead, Read},
    path::Path,
};

use super::{CorpusReader, Document, Error, archive, json_lines, lines, options::Progress, tables};
use lowrank_files::gzip;

/// Bytes that suffice for the magic number of tar.
const HEAD_BYTES: u64 = 512;

/// The format of a stream, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Archive,
    Lines,
    Table { delimiter: u8 },
    JsonLines,
    Unknown,
}

impl Format {
    /// Determines the format by the extension: the one before `.gz` if there is one.
    pub(super) fn of_file(path: &Path) -> Format {
        match gzip::extension(path).as_str() {
            "tar" | "tgz" => Format::Archive,
            "txt" | "text" | "" => Format::Lines,
            "csv" => Format::Table { delimiter: b',' },
            "tsv" => Format::Table { delimiter: b'\t' },
            "jsonl" | "ndjson" => Format::JsonLines,
            _ => Format::Unknown,
        }
    }
}

/// Reads a stream that may be compressed, and may be an archive under any name.
pub(super) fn read(
    reader: &CorpusReader,
    place: &str,
    format: Format,
    stream: impl Read + Send,
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    gzip::read_inflated(stream, |stream| {
        read_inflated(reader, place, format, stream, progress)
    })
    .map_err(|error| Error::from_read(place, error))?
}

fn read_inflated(
    reader: &CorpusReader,
    place: &str,
    format: Format,
    mut stream: impl BufRead,
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    let head =
        gzip::take_head(&mut stream, HEAD_BYTES).map_err(|error| Error::from_read(place, error))?;
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
    match format {
        Format::Table { delimiter } => tables::read(reader, place, stream, delimiter, progress),
        Format::JsonLines => json_lines::read(reader, place, stream, progress),
        Format::Lines => lines::read(reader, place, stream, progress),
        Format::Archive => Err(no_archive(place, stream)),
        Format::Unknown => Err(Error::UnknownFormat {
            place: place.to_owned(),
        }),
    }
}

/// Returns the error of a stream without an archive's magic number. The stream may be damaged, which its checksum shows
/// at the end.
fn no_archive(place: &str, mut stream: impl Read) -> Error {
    match io::copy(&mut stream, &mut io::sink()) {
        Ok(_) => Error::NotNewsgroups {
            place: place.to_owned(),
        },
        Err(error) => Error::from_read(place, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::archive::tests::{POSTS, tar_of};
    use crate::corpus::tests::gzip;

    fn read_as(name: &str, bytes: &[u8]) -> Result<Vec<Document>, Error> {
        let (reader, format) = (CorpusReader::default(), Format::of_file(Path::new(name)));
        read(&reader, name, format, bytes, &mut |_| {})
    }

    #[test]
    fn the_extension_tells_the_format() {
        let table = |delimiter| Format::Table { delimiter };
        let expected = [
            ("a/posts.csv", table(b',')),
            ("posts.TSV.gz", table(b'\t')),
            ("posts.jsonl", Format::JsonLines),
            ("posts.ndjson.gz", Format::JsonLines),
            ("posts.2024.txt", Format::Lines),
            ("posts.txt.gz", Format::Lines),
            ("posts", Format::Lines),
            ("20news-bydate.tar.gz", Format::Archive),
            ("20news-bydate.tgz", Format::Archive),
            ("posts.json", Format::Unknown),
            ("posts.zip", Format::Unknown),
        ];
        for (name, format) in expected {
            assert_eq!(Format::of_file(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn every_format_may_be_compressed() {
        let files = [
            ("a.csv", "text\na\nb\n"),
            ("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"b\"}"),
            ("a.txt", "a\nb\n"),
        ];
        for (name, content) in files {
            let plain = read_as(name, content.as_bytes()).unwrap();
            let texts = plain.iter().map(AsRef::<str>::as_ref);
            assert!(texts.eq(["a", "b"]), "{name}");
            let compressed = gzip(content.as_bytes());
            assert_eq!(read_as(&format!("{name}.gz"), &compressed).unwrap(), plain);
            assert_eq!(read_as(name, &compressed).unwrap(), plain);
            let error = read_as(name, &compressed[..compressed.len() - 1]).unwrap_err();
            assert!(matches!(error, Error::Damaged { .. }), "{error}");
        }
    }

    #[test]
    fn an_archive_is_known_by_its_content() {
        let archive = tar_of(&POSTS);
        assert_eq!(
            read_as("-", &gzip(&archive)).unwrap(),
            read_as("a.dat", &archive).unwrap()
        );
    }

    #[test]
    fn unknown_formats_and_empty_files_are_errors() {
        let error = read_as("a.pdf", b"%PDF").unwrap_err();
        assert!(matches!(error, Error::UnknownFormat { .. }), "{error}");
        for name in ["a.txt", "a.csv", "a.tar.gz", "a.pdf"] {
            let error = read_as(name, b"").unwrap_err();
            assert!(matches!(error, Error::NoDocuments { .. }), "{error}");
        }
    }
}

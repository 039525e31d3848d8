//! Files and standard input, and the detection of their format.

use std::{
    io::{self, BufRead, Read},
    path::Path,
};

use super::{
    Corpus, CorpusFormat, CorpusReader, Error, archive, encoding, encoding::Utf8Lines, json_lines,
    lines, options::Progress, tables,
};
use lowrank_files::foreign::{self, Foreign};
use lowrank_files::gzip;
use lowrank_files::line_ends::line_end;

/// Bytes that suffice for the magic number of tar, and for the first lines of most tables.
const HEAD_BYTES: u64 = 16 * 1024;

/// The beginning of a ZIP archive, in which workbooks and documents of office programs are kept, too.
const ZIP: &[u8] = b"PK\x03\x04";
/// The first file in those.
const OFFICE: [&[u8]; 3] = [b"[Content_Types].xml", b"mimetype", b"_rels/"];

/// The format of a stream, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Archive,
    Lines,
    /// Commas, or what else separates the fields of the first lines.
    Csv,
    Tsv,
    JsonLines,
    /// Standard input: a document a line, or JSON Lines if its first line is an object.
    Input,
    /// A workbook of a spreadsheet program.
    Spreadsheet,
    Zip,
    /// JSON Lines if the first line is an object, and one JSON value otherwise, which is not read.
    Json,
    Unknown,
}

impl Format {
    /// Determines the format by the extension: the one before `.gz` if there is one.
    pub(super) fn of_file(path: &Path) -> Format {
        match gzip::extension(path).as_str() {
            "tar" | "tgz" => Format::Archive,
            "txt" | "text" | "" => Format::Lines,
            "csv" => Format::Csv,
            "tsv" => Format::Tsv,
            "jsonl" | "ndjson" => Format::JsonLines,
            "json" => Format::Json,
            "zip" => Format::Zip,
            "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" | "numbers" => Format::Spreadsheet,
            _ => Format::Unknown,
        }
    }

    /// Returns the format that was given, in the place of the one of the name.
    fn or_given(self, given: Option<CorpusFormat>) -> Format {
        match given {
            None => self,
            Some(CorpusFormat::Lines) => Format::Lines,
            Some(CorpusFormat::Csv) => Format::Csv,
            Some(CorpusFormat::Tsv) => Format::Tsv,
            Some(CorpusFormat::JsonLines) => Format::JsonLines,
            Some(CorpusFormat::Archive) => Format::Archive,
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
) -> Result<Corpus, Error> {
    let format = format.or_given(reader.format);
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
) -> Result<Corpus, Error> {
    let failed = |error| Error::from_read(place, error);
    let mut head = gzip::take_head(&mut stream, HEAD_BYTES).map_err(failed)?;
    if head.is_empty() {
        return Err(Error::NoDocuments {
            place: place.to_owned(),
        });
    }
    if let Some(Foreign { kind, way }) = foreign::of_head(&head) {
        let place = place.to_owned();
        return Err(Error::Foreign { place, kind, way });
    }
    if archive::is_tar(&head) {
        let stream = io::Cursor::new(head).chain(stream);
        return archive::read(reader, place, stream, progress).map(Corpus::of);
    }
    let Some(order) = encoding::byte_order(place, &head)? else {
        encoding::read_first_line(&mut head, &mut stream).map_err(failed)?;
        let stream = io::Cursor::new(&head).chain(stream);
        return read_text(reader, place, (format, &head), stream, progress);
    };
    let mut bytes = head;
    stream.read_to_end(&mut bytes).map_err(failed)?;
    let (text, lone_surrogates) = encoding::utf16(place, &bytes, order)?;
    let bytes = text.as_bytes();
    let mut corpus = read_text(reader, place, (format, bytes), bytes, progress)?;
    corpus.notes.lone_surrogates += lone_surrogates;
    Ok(corpus)
}

/// Reads a stream of UTF-8; `head`: its first bytes, the first line at least.
fn read_text(
    reader: &CorpusReader,
    place: &str,
    (format, head): (Format, &[u8]),
    stream: impl BufRead,
    progress: Progress,
) -> Result<Corpus, Error> {
    reader.refuse_subset(place)?;
    reader.refuse_categories(place)?;
    let unread = place.to_owned();
    let lines = |stream| Utf8Lines::new(place, stream, line_end(head));
    match format {
        Format::Archive => Err(no_archive(place, stream)),
        Format::Spreadsheet => Err(Error::Spreadsheet { place: unread }),
        Format::Zip => Err(Error::Zip { place: unread }),
        _ if head.starts_with(ZIP) => match is_office(head) {
            true => Err(Error::Spreadsheet { place: unread }),
            false => Err(Error::Zip { place: unread }),
        },
        Format::Csv | Format::Tsv => {
            let dialect = tables::Dialect::of(reader, head, format == Format::Tsv)?;
            tables::read(reader, place, stream, dialect, progress)
        }
        Format::JsonLines if begins_with_list(head) => Err(Error::OneJsonValue { place: unread }),
        Format::JsonLines => json_lines::read(reader, lines(stream), progress),
        Format::Input | Format::Json if json_lines::begins_with_object(head) => {
            json_lines::read(reader, lines(stream), progress)
        }
        Format::Lines | Format::Input => lines::read(reader, lines(stream), progress),
        Format::Json => Err(Error::OneJsonValue { place: unread }),
        Format::Unknown => Err(Error::UnknownFormat { place: unread }),
    }
}

/// Checks that a text begins with a list of JSON.
fn begins_with_list(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.trim_ascii_start().starts_with(b"[")
}

/// Checks that a ZIP archive is a file of an office program, whose first file has one of few names.
fn is_office(head: &[u8]) -> bool {
    // Behind the 30 bytes of the entry's header.
    let name = head.get(30..).unwrap_or_default();
    OFFICE.iter().any(|first| name.starts_with(first))
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
    use crate::corpus::Document;
    use crate::corpus::archive::tests::{POSTS, tar_of};
    use crate::corpus::tests::gzip;

    fn read_as(name: &str, bytes: &[u8]) -> Result<Vec<Document>, Error> {
        let (reader, format) = (CorpusReader::default(), Format::of_file(Path::new(name)));
        let corpus = read(&reader, name, format, bytes, &mut |_| {})?;
        Ok(corpus.documents)
    }

    #[test]
    fn the_extension_tells_the_format() {
        let expected = [
            ("a/posts.csv", Format::Csv),
            ("posts.TSV.gz", Format::Tsv),
            ("posts.jsonl", Format::JsonLines),
            ("posts.ndjson.gz", Format::JsonLines),
            ("posts.2024.txt", Format::Lines),
            ("posts.txt.gz", Format::Lines),
            ("posts", Format::Lines),
            ("20news-bydate.tar.gz", Format::Archive),
            ("20news-bydate.tgz", Format::Archive),
            ("posts.json", Format::Json),
            ("posts.XLSX", Format::Spreadsheet),
            ("posts.md", Format::Unknown),
            ("posts.zip", Format::Zip),
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
    fn a_format_that_is_given_counts_whatever_the_name_and_the_first_bytes_say() {
        let texts = |name: &str, format, bytes: &[u8]| {
            let reader = CorpusReader {
                format: Some(format),
                ..CorpusReader::default()
            };
            let of_name = Format::of_file(Path::new(name));
            let corpus = read(&reader, name, of_name, bytes, &mut |_| {}).unwrap();
            corpus
                .documents
                .into_iter()
                .map(|document| document.text)
                .collect::<Vec<_>>()
        };
        let object = b"{\"text\": \"a\"}\n";
        assert_eq!(
            texts("a.md", CorpusFormat::Lines, b"text\na\n"),
            ["text", "a"]
        );
        assert_eq!(texts("-", CorpusFormat::Csv, b"text\n\"a\nb\"\n"), ["a\nb"]);
        assert_eq!(
            texts("a.txt", CorpusFormat::Tsv, b"text\na \"b\n"),
            ["a \"b"]
        );
        assert_eq!(texts("a.log", CorpusFormat::JsonLines, object), ["a"]);
        assert_eq!(
            texts("-", CorpusFormat::Lines, object),
            ["{\"text\": \"a\"}"]
        );
        let archive = tar_of(&POSTS);
        let posts = texts("a.bin", CorpusFormat::Archive, &gzip(&archive));
        assert!(!posts.is_empty());
        for format in CorpusFormat::ALL {
            assert_eq!(format.name().parse(), Ok(format));
        }
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

    #[test]
    fn json_with_an_object_a_line_is_read_under_either_name() {
        let lines = b"{\"text\": \"a\"}\n{\"text\": \"b\"}\n";
        for name in ["a.json", "a.jsonl", "a.json.gz"] {
            let documents = read_as(name, lines).unwrap();
            let texts = documents.iter().map(AsRef::<str>::as_ref);
            assert!(texts.eq(["a", "b"]), "{name}");
        }
        let error = read_as("a.json", b"{\n  \"text\": \"a\"\n}\n").unwrap_err();
        assert!(matches!(error, Error::OneJsonValue { .. }), "{error}");
    }

    #[test]
    fn what_is_no_text_is_refused_with_the_way_to_one() {
        let office = [&b"PK\x03\x04"[..], &[0; 26], b"[Content_Types].xml"].concat();
        for (name, bytes, part) in [
            ("a.xlsx", &b"PK\x03\x04.."[..], "save it as CSV"),
            ("a.xls", b"\xd0\xcf\x11\xe0", "save it as CSV"),
            ("a.csv", &office, "save it as CSV"),
            ("-", &office, "save it as CSV"),
            ("-", b"PK\x03\x04..", "unpack it"),
            ("a.zip", b"PK\x03\x04..", "unpack it"),
            ("a.json", b"[{\"text\": \"a\"}]", "jq -c"),
            (
                "a.jsonl",
                b"[{\"text\": \"a\"},\n{\"text\": \"b\"}]",
                "jq -c",
            ),
            ("a.txt.bz2", b"BZh91AY&SY", "decompress it"),
            ("-", b"BZh91AY&SY", "decompress it"),
            ("a.pdf", b"%PDF-1.4", "save its text as .txt"),
        ] {
            let error = read_as(name, bytes).unwrap_err().to_string();
            assert!(error.contains(part), "{name}: {error}");
        }
    }

    #[test]
    fn a_line_that_names_the_delimiter_is_no_header() {
        for (name, text) in [
            ("a.csv", "sep=;\ntext;id\na, b;1\n"),
            ("a.csv", "\u{feff}sep=|\r\ntext|id\r\n\"a, b\"|1\r\n"),
            ("a.csv", "\"sep=,\"\ntext\n\"a, b\"\n"),
            ("a.tsv", "sep=\t\ntext\na, b\n"),
        ] {
            let reader = CorpusReader {
                text_column: Some("text".into()),
                ..CorpusReader::default()
            };
            let format = Format::of_file(Path::new(name));
            let corpus = read(&reader, name, format, text.as_bytes(), &mut |_| {}).expect(text);
            assert_eq!(corpus.documents[0].text, "a, b", "{text}");
        }
    }

    #[test]
    fn utf16_is_read_by_its_mark_and_refused_by_name_without() {
        let little = |text: &str| {
            text.encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>()
        };
        let big = |text: &str| {
            text.encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect::<Vec<u8>>()
        };
        for bytes in [
            little("\u{feff}text\nna\u{ef}ve \u{1f600}\n"),
            big("\u{feff}text\nna\u{ef}ve \u{1f600}\n"),
        ] {
            let documents = read_as("a.csv", &bytes).unwrap();
            assert_eq!(documents[0].text, "na\u{ef}ve \u{1f600}");
        }
        for bytes in [little("no mark at all\n"), big("no mark at all\n")] {
            let error = read_as("a.txt", &bytes).unwrap_err().to_string();
            assert!(error.contains("UTF-16"), "{error}");
            assert!(error.contains("iconv -f UTF-16"), "{error}");
        }
        let mark: Vec<u8> = [0xff, 0xfe, 0, 0, b'a', 0, 0, 0].to_vec();
        let error = read_as("a.txt", &mark).unwrap_err().to_string();
        assert!(error.contains("UTF-32"), "{error}");
    }
}

//! Reader of comma- or tab-separated values: one document per row.

use std::io::BufRead;

use super::{
    CorpusReader, Document, Error, encoding::Utf8Lines, error::quoted_list, options::Progress,
};

/// Reads the named column, or the only one.
pub(super) fn read(
    reader: &CorpusReader,
    place: &str,
    stream: impl BufRead,
    delimiter: u8,
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(Utf8Lines::new(place, stream));
    let header = rows.headers().map_err(|error| table_error(place, error))?;
    if header.is_empty() {
        return Ok(Vec::new());
    }
    let column = choose_column(place, header, reader.text_column.as_deref())?;
    let mut documents = Vec::new();
    let mut row = csv::StringRecord::new();
    while rows
        .read_record(&mut row)
        .map_err(|error| table_error(place, error))?
    {
        let text = row.get(column).unwrap_or_default().to_owned();
        documents.push(reader.document(format!("row {}", documents.len() + 1), None, text));
        progress(documents.len());
    }
    Ok(documents)
}

fn choose_column(
    place: &str,
    header: &csv::StringRecord,
    text_column: Option<&str>,
) -> Result<usize, Error> {
    let place = || place.to_owned();
    let Some(column) = text_column else {
        if header.len() == 1 {
            return Ok(0);
        }
        return Err(Error::UnnamedColumn {
            place: place(),
            columns: quoted_list(header.iter()),
        });
    };
    header
        .iter()
        .position(|name| name == column)
        .ok_or_else(|| Error::UnknownColumn {
            place: place(),
            column: column.to_owned(),
            columns: quoted_list(header.iter()),
        })
}

fn table_error(place: &str, error: csv::Error) -> Error {
    let reason = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => Error::MalformedRow {
            place: place.to_owned(),
            line: pos.map_or(0, |position| position.line()),
            expected: expected_len,
            found: len,
        },
        // Utf8Lines wraps the errors of this module to pass them through `Read`.
        csv::ErrorKind::Io(error) => error
            .downcast()
            .unwrap_or_else(|error| Error::from_read(place, error)),
        _ => Error::Damaged {
            place: place.to_owned(),
            reason,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(table: &[u8], delimiter: u8, column: Option<&str>) -> Result<Vec<String>, Error> {
        let reader = CorpusReader {
            text_column: column.map(str::to_owned),
            ..CorpusReader::default()
        };
        let documents = read(&reader, "posts.csv", table, delimiter, &mut |_| {})?;
        Ok(documents
            .into_iter()
            .map(|document| document.text)
            .collect())
    }

    #[test]
    fn the_named_column_is_read() {
        let table = "\u{feff}id,text\n1,\"a, \"\"b\"\"\nc\"\r\n2,\u{e9}\n";
        assert_eq!(
            texts(table.as_bytes(), b',', Some("text")).unwrap(),
            ["a, \"b\"\nc", "é"]
        );
        assert_eq!(
            texts(table.as_bytes(), b',', Some("id")).unwrap(),
            ["1", "2"]
        );
        assert_eq!(
            texts(b"id\ttext\n1\ta, b\n", b'\t', Some("text")).unwrap(),
            ["a, b"]
        );
    }

    #[test]
    fn the_only_column_needs_no_name_and_others_do() {
        assert_eq!(texts(b"post\na\n\nb\n", b',', None).unwrap(), ["a", "b"]);
        let error = texts(b"id,text\n1,a\n", b',', None)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("several columns") && error.contains(r#""id", "text""#),
            "{error}"
        );
        let error = texts(b"id,text\n1,a\n", b',', Some("body"))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("\"body\"") && error.contains(r#""id", "text""#),
            "{error}"
        );
    }

    #[test]
    fn errors_name_the_line() {
        let error = texts(b"id,text\n1,\"a\nb\"\n2,c,d\n", b',', Some("text")).unwrap_err();
        assert!(
            matches!(
                error,
                Error::MalformedRow {
                    line: 4,
                    expected: 2,
                    found: 3,
                    ..
                }
            ),
            "{error}"
        );
        let error = texts(b"id,text\n1,a\n2,\xe9\n", b',', Some("text")).unwrap_err();
        assert!(
            matches!(
                error,
                Error::NotUtf8 {
                    line: 3,
                    offset: 14,
                    ..
                }
            ),
            "{error}"
        );
    }
}

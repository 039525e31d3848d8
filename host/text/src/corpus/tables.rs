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
    let failed = |error| table_error(place, error);
    while rows.read_record(&mut row).map_err(failed)? {
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
    let found = match text_column {
        Some(column) => header.iter().position(|name| name == column),
        None => (header.len() == 1).then_some(0),
    };
    found.ok_or_else(|| {
        let (place, columns) = (place.to_owned(), quoted_list(header.iter()));
        match text_column.map(str::to_owned) {
            Some(column) => Error::UnknownColumn {
                place,
                column,
                columns,
            },
            None => Error::UnnamedColumn { place, columns },
        }
    })
}

fn table_error(place: &str, error: csv::Error) -> Error {
    let reason = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len: expected,
            len: found,
        } => Error::MalformedRow {
            place: place.to_owned(),
            line: pos.map_or(0, |position| position.line()),
            expected,
            found,
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
    use crate::corpus::tests::of_column;

    fn texts(table: &[u8], delimiter: u8, column: Option<&str>) -> Result<Vec<String>, Error> {
        let reader = of_column(column);
        let documents = read(&reader, "posts.csv", table, delimiter, &mut |_| {})?;
        Ok(documents.into_iter().map(|found| found.text).collect())
    }

    #[test]
    fn the_named_column_is_read() {
        let table = "\u{feff}id,text\n1,\"a, \"\"b\"\"\nc\"\r\n2,\u{e9}\n";
        let of = |column| texts(table.as_bytes(), b',', Some(column)).unwrap();
        assert_eq!(of("text"), ["a, \"b\"\nc", "é"]);
        assert_eq!(of("id"), ["1", "2"]);
        let tabs = texts(b"id\ttext\n1\ta, b\n", b'\t', Some("text"));
        assert_eq!(tabs.unwrap(), ["a, b"]);
    }

    #[test]
    fn the_only_column_needs_no_name_and_others_do() {
        assert_eq!(texts(b"post\na\n\nb\n", b',', None).unwrap(), ["a", "b"]);
        let message = |column| {
            texts(b"id,text\n1,a\n", b',', column)
                .unwrap_err()
                .to_string()
        };
        let (none, other) = (message(None), message(Some("body")));
        assert!(none.contains(r#"several columns, "id", "text""#), "{none}");
        assert!(other.contains(r#""body""#), "{other}");
        assert!(other.contains(r#""id", "text""#), "{other}");
    }

    #[test]
    fn errors_name_the_line() {
        for (table, message) in [
            (
                &b"id,text\n1,\"a\nb\"\n2,c,d\n"[..],
                "line 4: 3 fields where the header has 2",
            ),
            (
                b"id,text\n1,a\n2,\xe9\n",
                "line 3: the byte at offset 14 is not UTF-8",
            ),
        ] {
            let error = texts(table, b',', Some("text")).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}

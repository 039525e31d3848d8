//! Reader of JSON lines: one object per line, one of its fields the text.

use std::io::BufRead;

use serde_json::Value;

use super::{
    CorpusReader, Document, Error, encoding::Utf8Lines, error::quoted_list, options::Progress,
};

const DEFAULT_FIELD: &str = "text";

/// Reads the named field, or `text` if none is named. Blank lines are skipped.
pub(super) fn read(
    reader: &CorpusReader,
    place: &str,
    stream: impl BufRead,
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    let field = reader.text_column.as_deref().unwrap_or(DEFAULT_FIELD);
    let mut lines = Utf8Lines::new(place, stream);
    let mut documents = Vec::new();
    while let Some((line, json)) = lines.next_line()? {
        if json.trim().is_empty() {
            continue;
        }
        let text = text_of(place, line, json, field)?;
        documents.push(reader.document(format!("line {line}"), None, text));
        progress(documents.len());
    }
    Ok(documents)
}

fn text_of(place: &str, line: u64, json: &str, field: &str) -> Result<String, Error> {
    let (place, field) = (place.to_owned(), field.to_owned());
    let (object, reason) = match serde_json::from_str(json) {
        Ok(Value::Object(object)) => (Some(object), String::new()),
        Ok(_) => (None, "another value".to_owned()),
        Err(error) => (None, json_reason(&error)),
    };
    let Some(mut object) = object else {
        return Err(Error::MalformedJson {
            place,
            line,
            reason,
        });
    };
    match object.remove(&field) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Error::NotText { place, line, field }),
        None => Err(Error::UnknownField {
            fields: quoted_list(object.keys().map(String::as_str)),
            place,
            line,
            field,
        }),
    }
}

/// Returns the message of the parser without its line number, which is always 1.
fn json_reason(error: &serde_json::Error) -> String {
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    format!("{reason} at column {}", error.column())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tests::of_column;

    fn texts(lines: &str, field: Option<&str>) -> Result<Vec<String>, Error> {
        let reader = of_column(field);
        let documents = read(&reader, "posts.jsonl", lines.as_bytes(), &mut |_| {})?;
        Ok(documents.into_iter().map(|found| found.text).collect())
    }

    #[test]
    fn the_text_field_is_read_or_the_one_that_is_named() {
        let lines =
            "\u{feff}{\"text\": \"a\\nb\", \"id\": \"1\"}\r\n\n{\"id\": \"2\", \"text\": \"\"}\n";
        assert_eq!(texts(lines, None).unwrap(), ["a\nb", ""]);
        assert_eq!(texts(lines, Some("id")).unwrap(), ["1", "2"]);
    }

    #[test]
    fn errors_name_the_line_and_the_fields() {
        let text = "{\"text\": \"a\"}\n";
        for (more, parts) in [
            (
                "\n{\"body\": \"b\", \"id\": 1}\n",
                ["line 3", r#""body", "id""#],
            ),
            ("{\"text\": 2}\n", ["line 2", "not a string"]),
            ("{\"text\": \"b\"\n", ["line 2", "column 12"]),
            ("[1]\n", ["line 2", "not a JSON object"]),
        ] {
            let message = texts(&format!("{text}{more}"), None)
                .unwrap_err()
                .to_string();
            assert!(parts.iter().all(|part| message.contains(part)), "{message}");
            assert!(!message.contains("line 1"), "{message}");
        }
    }
}

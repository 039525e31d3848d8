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
    let place = || place.to_owned();
    let malformed = |reason| Error::MalformedJson {
        place: place(),
        line,
        reason,
    };
    let value = serde_json::from_str(json).map_err(|error| malformed(json_reason(&error)))?;
    let Value::Object(mut object) = value else {
        return Err(malformed("another value".to_owned()));
    };
    match object.remove(field) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(Error::NotText {
            place: place(),
            line,
            field: field.to_owned(),
        }),
        None => {
            let fields = quoted_list(object.keys().map(String::as_str));
            Err(Error::UnknownField {
                place: place(),
                line,
                field: field.to_owned(),
                fields,
            })
        }
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

    fn texts(lines: &str, field: Option<&str>) -> Result<Vec<String>, Error> {
        let reader = CorpusReader {
            text_column: field.map(str::to_owned),
            ..CorpusReader::default()
        };
        let documents = read(&reader, "posts.jsonl", lines.as_bytes(), &mut |_| {})?;
        Ok(documents
            .into_iter()
            .map(|document| document.text)
            .collect())
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
        let message = |lines, field| texts(lines, field).unwrap_err().to_string();
        let missing = message("{\"text\": \"a\"}\n\n{\"body\": \"b\", \"id\": 1}\n", None);
        assert!(
            missing.contains("line 3") && missing.contains(r#""body", "id""#),
            "{missing}"
        );
        let number = message("{\"text\": \"a\"}\n{\"text\": 2}\n", None);
        assert!(
            number.contains("line 2") && number.contains("not a string"),
            "{number}"
        );
        let broken = message("{\"text\": \"a\"}\n{\"text\": \"b\"\n", None);
        assert!(
            broken.contains("line 2") && broken.contains("column 12") && !broken.contains("line 1"),
            "{broken}"
        );
        assert!(message("[1]\n", None).contains("not a JSON object"));
    }
}

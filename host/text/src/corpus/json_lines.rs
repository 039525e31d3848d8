//! Reader of JSON lines: one object per line, one of its fields the text, and perhaps another its name.

use std::io::BufRead;

use super::encoding::Utf8Lines;
use super::error::quoted_list;
use super::json_object::{JsonObject, LONE_SURROGATE};
use super::options::Progress;
use super::{Corpus, CorpusReader, Error};
use lowrank_files::line_ends::line_end;
use serde_json::Value;

const DEFAULT_FIELD: &str = "text";

/// The most fields that a message names.
const NAMED: usize = 20;

/// Reads the named field, or `text` if none is named. Blank lines are skipped.
///
/// A line without a text (absent, null, no string) is an empty document, as long as there are texts in others.
pub(super) fn read(
    reader: &CorpusReader,
    mut lines: Utf8Lines<'_, impl BufRead>,
    progress: Progress,
) -> Result<Corpus, Error> {
    let place = lines.place;
    reader.refuse_table(place)?;
    let field = reader.text_column.as_deref().unwrap_or(DEFAULT_FIELD);
    let mut corpus = Corpus::default();
    let mut seen = Seen::default();
    while let Some((line, json)) = lines.next_line()? {
        if json.trim().is_empty() {
            continue;
        }
        let parsed = JsonObject::parse(json, field, reader.id_column.as_deref());
        let object = parsed.map_err(|reason| Error::MalformedJson {
            place: place.to_owned(),
            line,
            reason,
        })?;
        let name = object.id.as_ref().and_then(written);
        let name = name.unwrap_or_else(|| format!("line {line}"));
        seen.look_at(line, &object);
        let text = object.text.as_ref().and_then(written);
        let notes = &mut corpus.notes;
        notes.without_text += usize::from(text.is_none());
        let mut text = text.unwrap_or_default();
        if object.has_lone_surrogates {
            notes.lone_surrogates += text.matches(LONE_SURROGATE).count();
            text = text.replace(LONE_SURROGATE, "\u{fffd}");
        }
        corpus.documents.push(reader.document(name, None, text));
        progress(corpus.documents.len());
    }
    seen.check(place, field, reader.id_column.as_deref())?;
    Ok(corpus)
}

/// Returns true if the first line of a text is a JSON object with a field, as far as its first bytes tell.
pub(super) fn begins_with_object(head: &[u8]) -> bool {
    let head = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    let end = line_end(head);
    let line = head.split(|byte| *byte == end).next().unwrap_or_default();
    let parsed = str::from_utf8(line).map(|line| JsonObject::parse(line, "", None));
    match parsed {
        Ok(Ok(object)) => !object.fields.is_empty(),
        // A line that is longer than the head.
        _ => line.len() == head.len() && line.starts_with(b"{\""),
    }
}

/// Returns a string, or a number as it is written.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What the lines had, to tell a line without a text from a file without one.
#[derive(Debug, Default)]
struct Seen {
    first_line: Option<u64>,
    has_text: bool,
    has_id: bool,
    has_string: bool,
    /// The first line whose text is there, and neither a string nor null.
    first_other: Option<u64>,
    fields: Vec<String>,
}

impl Seen {
    fn look_at(&mut self, line: u64, object: &JsonObject) {
        self.first_line = self.first_line.or(Some(line));
        self.has_text |= object.text.is_some();
        self.has_id |= object.id.is_some();
        match &object.text {
            Some(Value::String(_)) => self.has_string = true,
            Some(Value::Null) | None => {}
            Some(_) => self.first_other = self.first_other.or(Some(line)),
        }
        if self.has_text && self.has_id {
            return;
        }
        for field in &object.fields {
            if self.fields.len() < NAMED && !self.fields.contains(field) {
                self.fields.push(field.clone());
            }
        }
    }

    fn check(&self, place: &str, field: &str, id: Option<&str>) -> Result<(), Error> {
        let Some(first_line) = self.first_line else {
            return Ok(());
        };
        let missing = match id {
            _ if self.fields.is_empty() && !self.has_text => {
                return Err(Error::MalformedJson {
                    place: place.to_owned(),
                    line: first_line,
                    reason: "no fields".into(),
                });
            }
            _ if !self.has_text => Some(field),
            Some(id) if !self.has_id => Some(id),
            _ => None,
        };
        if let Some(missing) = missing {
            return Err(Error::UnknownField {
                place: place.to_owned(),
                field: missing.to_owned(),
                fields: quoted_list(self.fields.iter().map(String::as_str)),
            });
        }
        match self.first_other {
            Some(line) if !self.has_string => Err(Error::NotText {
                place: place.to_owned(),
                line,
                field: field.to_owned(),
            }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Notes;
    use crate::corpus::tests::of_column;

    fn corpus(lines: &str, reader: &CorpusReader) -> Result<Corpus, Error> {
        let lines = Utf8Lines::new("posts.jsonl", lines.as_bytes(), b'\n');
        read(reader, lines, &mut |_| {})
    }

    fn texts(lines: &str, field: Option<&str>) -> Result<Vec<String>, Error> {
        let corpus = corpus(lines, &of_column(field))?;
        Ok(corpus.texts().map(str::to_owned).collect())
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
        for (lines, parts) in [
            (
                "{\"body\": \"b\", \"id\": 1}\n{\"url\": 2}\n".to_owned(),
                ["no line of posts.jsonl", r#""body", "id", "url""#],
            ),
            (
                "{\"text\": [2]}\n\n{}\n".to_owned(),
                ["line 1", "not a string"],
            ),
            ("\n[1]\n2\n".to_owned(), ["line 2", "not a JSON object"]),
            (
                format!("{text}{{\"text\": \"b\"\n"),
                ["line 2", "column 12"],
            ),
            (format!("{text}[1\n"), ["line 2", "not a JSON object"]),
        ] {
            let message = texts(&lines, None).unwrap_err().to_string();
            assert!(parts.iter().all(|part| message.contains(part)), "{message}");
        }
    }

    #[test]
    fn a_line_without_a_text_is_an_empty_document_that_is_counted() {
        let lines = "{\"text\": null}\n{\"text\": \"a\"}\n{\"id\": 7}\n{\"text\": {\"b\": 1}}\n[1]\n{\"text\": 12}\n";
        let corpus = corpus(lines, &CorpusReader::default()).unwrap();
        assert!(corpus.texts().eq(["", "a", "", "", "", "12"]));
        assert_eq!(corpus.notes.without_text, 4);
    }

    #[test]
    fn what_python_writes_is_read() {
        let lines = "{\"text\": \"NaN \\\" Infinity\", \"score\": NaN, \"more\": [-Infinity, {\"x\": Infinity}]}\n\
                     {\"text\": NaN}\n{\"text\": \"\\ud83d ok \\ude00\\ud83d\\ude00\", \"other\": \"\\udc00\"}\n\
                     {\"text\": \"\\\\ud83d\", \"large\": 1e999}\n";
        let corpus = corpus(lines, &CorpusReader::default()).unwrap();
        let expected = [
            "NaN \" Infinity",
            "",
            "\u{fffd} ok \u{fffd}\u{1f600}",
            "\\ud83d",
        ];
        assert!(corpus.texts().eq(expected), "{corpus:?}");
        let notes = Notes {
            without_text: 1,
            lone_surrogates: 2,
            ..Notes::default()
        };
        assert_eq!(corpus.notes, notes);
    }

    #[test]
    fn names_come_from_a_field() {
        let reader = CorpusReader {
            id_column: Some("id".into()),
            ..CorpusReader::default()
        };
        let lines = "{\"text\": \"a\", \"id\": \"x/1\"}\n{\"text\": \"b\", \"id\": 17}\n{\"text\": \"c\"}\n";
        let corpus = corpus(lines, &reader).unwrap();
        let names = corpus.documents.iter().map(|document| &document.name);
        assert!(names.eq(["x/1", "17", "line 3"]));
        let error = super::tests::corpus("{\"text\": \"a\", \"key\": 1}", &reader);
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains(r#""id""#) && error.contains(r#""key""#),
            "{error}"
        );
    }
}

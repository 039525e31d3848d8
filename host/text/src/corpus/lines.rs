//! Reader of one document per line.

use std::io::BufRead;

use super::{CorpusReader, Document, Error, encoding::Utf8Lines, options::Progress};

/// Reads lines that end with the byte `line_end`.
pub(super) fn read(
    reader: &CorpusReader,
    place: &str,
    (stream, line_end): (impl BufRead, u8),
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    reader.refuse_columns(place)?;
    let mut lines = Utf8Lines::new(place, stream).ending_with(line_end);
    let mut documents = Vec::new();
    while let Some((number, text)) = lines.next_line()? {
        documents.push(reader.document(format!("line {number}"), None, text.to_owned()));
        progress(documents.len());
    }
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_document_blank_ones_too_and_the_last_needs_no_end() {
        let cases: [(&str, &[&str]); 4] = [
            (
                "one\r\n\nthree\n",
                &["line 1: one", "line 2: ", "line 3: three"],
            ),
            ("a\nb", &["line 1: a", "line 2: b"]),
            ("a\n\n", &["line 1: a", "line 2: "]),
            ("", &[]),
        ];
        for (lines, expected) in cases {
            let reader = CorpusReader::default();
            let stream = (lines.as_bytes(), b'\n');
            let documents = read(&reader, "f", stream, &mut |_| {}).unwrap();
            let named = documents.iter().map(|d| format!("{}: {}", d.name, d.text));
            assert!(named.eq(expected.iter().copied()), "{lines:?}");
        }
        let (reader, stream) = (CorpusReader::default(), (&b"a\r\rb\r"[..], b'\r'));
        let documents = read(&reader, "f", stream, &mut |_| {}).unwrap();
        let texts = documents.iter().map(|document| document.text.as_str());
        assert!(texts.eq(["a", "", "b"]));
    }
}

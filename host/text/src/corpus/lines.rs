//! Reader of one document per line.

use std::io::BufRead;

use super::{CorpusReader, Document, Error, encoding::Utf8Lines, options::Progress};

pub(super) fn read(
    reader: &CorpusReader,
    place: &str,
    stream: impl BufRead,
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    reader.refuse_columns(place)?;
    let mut lines = Utf8Lines::new(place, stream);
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
            let documents = read(&reader, "f", lines.as_bytes(), &mut |_| {}).unwrap();
            let named = documents.iter().map(|d| format!("{}: {}", d.name, d.text));
            assert!(named.eq(expected.iter().copied()), "{lines:?}");
        }
    }
}

//! Reader of one document per line.

use std::io::BufRead;

use super::{Corpus, CorpusReader, Error, encoding::Utf8Lines, options::Progress};

/// Reads a document a line.
pub(super) fn read(
    reader: &CorpusReader,
    mut lines: Utf8Lines<'_, impl BufRead>,
    progress: Progress,
) -> Result<Corpus, Error> {
    reader.refuse_columns(lines.place)?;
    let mut corpus = Corpus::default();
    while let Some((number, text)) = lines.next_line()? {
        let document = reader.document(format!("line {number}"), None, text.to_owned());
        corpus.documents.push(document);
        progress(corpus.documents.len());
    }
    corpus.notes.carriage_returns = lines.carriage_returns();
    Ok(corpus)
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
            let stream = Utf8Lines::new("f", lines.as_bytes(), b'\n');
            let documents = read(&reader, stream, &mut |_| {}).unwrap().documents;
            let named = documents.iter().map(|d| format!("{}: {}", d.name, d.text));
            assert!(named.eq(expected.iter().copied()), "{lines:?}");
        }
        let lines = Utf8Lines::new("f", &b"a\r\rb\r"[..], b'\r');
        let corpus = read(&CorpusReader::default(), lines, &mut |_| {}).unwrap();
        assert!(corpus.texts().eq(["a", "", "b"]));
    }
}

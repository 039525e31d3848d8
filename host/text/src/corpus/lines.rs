//! Reader of one document per line.

use std::io::BufRead;

use super::{CorpusReader, Document, Error, encoding::Utf8Lines, options::Progress};

pub(super) fn read(
    reader: &CorpusReader,
    place: &str,
    stream: impl BufRead,
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    reader.refuse_text_column(place)?;
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

    fn texts(lines: &str) -> Vec<(String, String)> {
        let documents = read(&CorpusReader::default(), "f", lines.as_bytes(), &mut |_| {}).unwrap();
        documents
            .into_iter()
            .map(|document| (document.name, document.text))
            .collect()
    }

    fn numbered(texts: &[(&str, &str)]) -> Vec<(String, String)> {
        texts
            .iter()
            .map(|&(name, text)| (name.to_owned(), text.to_owned()))
            .collect()
    }

    #[test]
    fn every_line_is_a_document_blank_ones_too() {
        let expected = [("line 1", "one"), ("line 2", ""), ("line 3", "three")];
        assert_eq!(texts("one\r\n\nthree\n"), numbered(&expected));
    }

    #[test]
    fn a_last_line_needs_no_end() {
        assert_eq!(texts("a\nb"), numbered(&[("line 1", "a"), ("line 2", "b")]));
        assert_eq!(texts("a\n\n"), numbered(&[("line 1", "a"), ("line 2", "")]));
        assert_eq!(texts(""), []);
    }
}

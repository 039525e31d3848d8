//! One document a line.

use std::io::BufRead;

use super::{Document, Error, encoding::Utf8Lines, reader::Progress};

pub(super) fn read(
    place: &str,
    stream: impl BufRead,
    progress: Progress,
) -> Result<Vec<Document>, Error> {
    let mut lines = Utf8Lines::new(place, stream);
    let mut documents = Vec::new();
    while let Some((number, text)) = lines.next_line()? {
        documents.push(Document {
            name: format!("line {number}"),
            category: None,
            text: text.to_owned(),
        });
        progress(documents.len());
    }
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_document_blank_ones_too() {
        let documents = read("f", b"one\r\n\nthree\n".as_slice(), &mut |_| {}).unwrap();
        let found: Vec<_> = documents
            .iter()
            .map(|d| (d.name.as_str(), d.text.as_str()))
            .collect();
        assert_eq!(
            found,
            [("line 1", "one"), ("line 2", ""), ("line 3", "three")]
        );
    }

    #[test]
    fn a_last_line_needs_no_end() {
        assert_eq!(read("f", b"a\nb".as_slice(), &mut |_| {}).unwrap().len(), 2);
        assert_eq!(
            read("f", b"a\nb\n\n".as_slice(), &mut |_| {})
                .unwrap()
                .len(),
            3
        );
        assert_eq!(read("f", b"".as_slice(), &mut |_| {}).unwrap().len(), 0);
    }
}

//! What reading a corpus met, in words and for scripts.

use super::counted;
use super::excerpt::one_line;
use lowrank_text::corpus::Notes;
use serde::Serialize;

/// The most characters of a header in a note.
const HEADER: usize = 40;

/// What reading a corpus met that a user should know; what did not occur is left out of the JSON object.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CorpusNotes {
    /// The number of lines without a text.
    #[serde(skip_serializing_if = "is_zero")]
    pub without_text: usize,
    /// The number of halves of surrogate pairs that were replaced.
    #[serde(skip_serializing_if = "is_zero")]
    pub lone_surrogates: usize,
    /// The number of carriage returns within lines.
    #[serde(skip_serializing_if = "is_zero")]
    pub carriage_returns: usize,
    /// The number of carriage returns that ended rows of a table with line feeds.
    #[serde(skip_serializing_if = "is_zero")]
    pub odd_row_ends: usize,
    /// The name of the column of texts, if the header looks like a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header_like_a_row: Option<String>,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl CorpusNotes {
    /// Takes from the notes what is to be reported.
    pub fn new(notes: &Notes) -> Self {
        let table = notes.table.as_ref();
        let table = table.filter(|table| table.header_like_a_row);
        let header = table.and_then(|table| table.name.as_deref());
        CorpusNotes {
            without_text: notes.without_text,
            lone_surrogates: notes.lone_surrogates,
            carriage_returns: notes.carriage_returns,
            odd_row_ends: notes.odd_row_ends,
            header_like_a_row: header.map(str::to_owned),
        }
    }

    /// Returns a line for each note.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.without_text > 0 {
            let documents = counted(self.without_text, "document");
            lines.push(format!(
                "{documents} without a text (absent, null or no string)"
            ));
        }
        if self.lone_surrogates > 0 {
            let count = self.lone_surrogates;
            let half = if count == 1 {
                "half of a surrogate pair"
            } else {
                "halves of surrogate pairs"
            };
            lines.push(format!("{count} {half} replaced by U+FFFD"));
        }
        if self.carriage_returns > 0 {
            let returns = counted(self.carriage_returns, "carriage return");
            lines.push(format!(
                "{returns} within lines: only line feeds end a line here"
            ));
        }
        if self.odd_row_ends > 0 {
            let returns = counted(self.odd_row_ends, "carriage return");
            lines.push(format!(
                "{returns} without a line feed, each taken as the end of a row"
            ));
        }
        if let Some(header) = &self.header_like_a_row {
            let header = one_line(header, HEADER);
            lines.push(format!(
                "the first line was taken for a header, though it looks like a row ({header:?}): --header no reads it"
            ));
        }
        lines
    }
}

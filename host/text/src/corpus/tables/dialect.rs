use lowrank_files::line_ends::line_end;

use crate::corpus::{CorpusReader, Error};

/// The way a table is written.
#[derive(Clone, Copy, Debug)]
pub(in crate::corpus) struct Dialect {
    pub(super) delimiter: u8,
    /// The byte that ends a line.
    pub(super) line_end: u8,
    /// Quotation marks enclose fields.
    pub(super) has_quotes: bool,
    /// Fields end at tabs, and a row is a line, whatever quotation marks it has.
    pub(super) is_tsv: bool,
    /// The first line names the delimiter, as Excel writes it: `sep=;`.
    pub(super) has_separator_line: bool,
}

impl Dialect {
    /// Returns the dialect that was asked for; by default the delimiter is found in `head`, the first line at least.
    ///
    /// # Errors
    /// [`Error::Delimiter`].
    pub(in crate::corpus) fn of(
        reader: &CorpusReader,
        head: &[u8],
        is_tsv: bool,
    ) -> Result<Self, Error> {
        let asked = match reader.delimiter {
            Some(asked) if !asked.is_ascii() || "\"\r\n".contains(asked) => {
                return Err(Error::Delimiter { delimiter: asked });
            }
            asked => asked.map(|asked| asked as u8),
        };
        let named = named_delimiter(head);
        let asked = asked.or(named);
        Ok(Dialect {
            has_separator_line: named.is_some(),
            line_end: line_end(head),
            delimiter: match (asked, is_tsv) {
                (Some(asked), _) => asked,
                (None, true) => b'\t',
                (None, false) => of_csv(head),
            },
            has_quotes: !reader.literal_quotes,
            is_tsv: asked.map_or(is_tsv, |asked| asked == b'\t'),
        })
    }
}

/// Returns the delimiter that the first line names.
fn named_delimiter(head: &[u8]) -> Option<u8> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let line = head.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    match line.strip_prefix(b"sep=")? {
        [mark] | [mark, b'"'] if mark.is_ascii() && *mark != b'"' => Some(*mark),
        _ => None,
    }
}

/// What separates the fields of a `.csv` besides the comma.
const OTHERS: [u8; 3] = [b';', b'\t', b'|'];

/// Returns the comma, or the one of the others that the first line has, unlike a comma, and the second one as often.
fn of_csv(head: &[u8]) -> u8 {
    let end = line_end(head);
    let mut lines = head
        .split(|byte| *byte == end)
        .filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    if count(first, b',') > 0 {
        return b',';
    }
    let second = lines.next();
    let splits = |delimiter: &u8| {
        let fields = count(first, *delimiter);
        fields > 0 && second.is_none_or(|second| count(second, *delimiter) == fields)
    };
    OTHERS.into_iter().find(splits).unwrap_or(b',')
}

/// Returns how often a line has the delimiter outside of quotation marks.
fn count(line: &[u8], delimiter: u8) -> usize {
    let mut is_quoted = false;
    let mut count = 0;
    for byte in line {
        is_quoted ^= *byte == b'"';
        count += usize::from(*byte == delimiter && !is_quoted);
    }
    count
}

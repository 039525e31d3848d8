//! Reader of tables of comma- or tab-separated values: one document per row.
//!
//! From the ground up: [`Dialect`] (the character between fields, and quotation marks); `quotes` (quotation marks that are never closed);
//! `rows` (the fields of each row); `columns` (those of the texts and names).

mod columns;
mod dialect;
mod quotes;
mod rows;

use std::io::BufRead;

use csv::StringRecord;

use super::options::Progress;
use super::{Corpus, CorpusReader, Error, TableShape};
use columns::Columns;
use rows::Rows;

pub(super) use dialect::Dialect;

/// Reads the named column, or the only one.
pub(super) fn read(
    reader: &CorpusReader,
    place: &str,
    stream: impl BufRead,
    dialect: Dialect,
    progress: Progress,
) -> Result<Corpus, Error> {
    let has_header = reader.header.unwrap_or(true);
    let mut corpus = Corpus::default();
    let rows = Rows::new(place, stream, dialect)?;
    let Some(mut table) = Table::open(place, rows, has_header)? else {
        return Ok(corpus);
    };
    let columns = Columns::choose(reader, place, table.header.as_ref(), table.row())?;
    corpus.notes.table = Some(shape(reader, dialect, &table, columns.text));
    while let Some(row) = table.row() {
        let cell = |column: usize| row.get(column).unwrap_or_default();
        let id = columns.id.map(cell).filter(|id| !id.trim().is_empty());
        let name = match id {
            Some(id) => id.to_owned(),
            None => format!("row {}", corpus.documents.len() + 1),
        };
        let text = cell(columns.text).to_owned();
        corpus.documents.push(reader.document(name, None, text));
        progress(corpus.documents.len());
        table.advance()?;
    }
    table.rows.tell_carriage_returns(&mut corpus.notes);
    Ok(corpus)
}

/// Describes a table whose first row is still there.
fn shape<R: BufRead>(
    reader: &CorpusReader,
    dialect: Dialect,
    table: &Table<R>,
    text_column: usize,
) -> TableShape {
    let header = table.header.as_ref();
    let name = header.and_then(|header| header.get(text_column));
    let is_asked_for = reader.header.is_some() || name == reader.text_column.as_deref();
    TableShape {
        delimiter: char::from(dialect.delimiter),
        header: header.is_some(),
        text_column: text_column + 1,
        name: name.map(str::to_owned),
        header_like_a_row: !is_asked_for
            && (name.is_some_and(looks_like_a_text)
                || has_number_above_number(header, table.row())),
    }
}

/// Checks that a name has three words or ends as a sentence does.
fn looks_like_a_text(name: &str) -> bool {
    let words = name.split_whitespace().count();
    let sentence_ends = ['.', '!', '?', '\u{2026}', '\u{3002}', '\u{0964}'];
    words >= 3 || words == 2 && name.trim_end().ends_with(sentence_ends)
}

/// Checks that a cell of the header and the one below it are numbers.
fn has_number_above_number(header: Option<&StringRecord>, row: Option<&StringRecord>) -> bool {
    let is_number = |cell: &str| cell.trim().parse::<f64>().is_ok();
    let names = header.into_iter().flatten();
    let mut pairs = names.zip(row.into_iter().flatten());
    pairs.any(|(name, cell)| is_number(name) && is_number(cell))
}

/// A table at one of its rows.
struct Table<'a, R> {
    place: &'a str,
    rows: Rows<'a, R>,
    header: Option<StringRecord>,
    row: StringRecord,
    /// The line where the row begins; `None` after the last row.
    line: Option<u64>,
    width: usize,
}

impl<'a, R: BufRead> Table<'a, R> {
    /// Reads the header and the first row; `None` for a table without a line.
    fn open(
        place: &'a str,
        mut rows: Rows<'a, R>,
        has_header: bool,
    ) -> Result<Option<Self>, Error> {
        let mut row = StringRecord::new();
        let mut line = rows.next_row(&mut row)?;
        if line.is_none() {
            return Ok(None);
        }
        let mut header = None;
        if has_header {
            let names = row.clone();
            line = rows.next_row(&mut row)?;
            header = Some(match line {
                Some(line) => fitting_header(place, names, line, &row)?,
                None => names,
            });
        }
        Ok(Some(Table {
            width: header.as_ref().unwrap_or(&row).len(),
            place,
            rows,
            header,
            row,
            line,
        }))
    }

    /// Returns the row; `None` after the last one.
    fn row(&self) -> Option<&StringRecord> {
        self.line.map(|_| &self.row)
    }

    /// Goes to the next row.
    ///
    /// # Errors
    /// [`Error::MalformedRow`], and the errors of quotation marks that are not closed.
    fn advance(&mut self) -> Result<(), Error> {
        self.line = self.rows.next_row(&mut self.row)?;
        match self.line {
            None => self.rows.check_end(),
            Some(_) if self.row.len() == self.width => Ok(()),
            Some(line) => Err(self.rows.open_quote().unwrap_or(Error::MalformedRow {
                place: self.place.to_owned(),
                line,
                expected: self.width,
                found: self.row.len(),
            })),
        }
    }
}

/// Returns a header as wide as the first row, which stands in `line`. One with a name less, and more than one, is R's: its
/// first column has no name, and gets an empty one.
fn fitting_header(
    place: &str,
    header: StringRecord,
    line: u64,
    row: &StringRecord,
) -> Result<StringRecord, Error> {
    let (expected, found) = (header.len(), row.len());
    match found {
        _ if found == expected => Ok(header),
        _ if found == expected + 1 && expected > 1 => {
            Ok(std::iter::once("").chain(&header).collect())
        }
        _ => Err(Error::HeaderWidth {
            place: place.to_owned(),
            line,
            expected,
            found,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::tests::of_column;

    fn corpus(table: &str, name: &str, reader: &CorpusReader) -> Result<Corpus, Error> {
        let is_tsv = name.ends_with(".tsv");
        let dialect = Dialect::of(reader, table.as_bytes(), is_tsv)?;
        read(reader, name, table.as_bytes(), dialect, &mut |_| {})
    }

    fn texts(table: &str, name: &str, column: Option<&str>) -> Result<Vec<String>, Error> {
        let corpus = corpus(table, name, &of_column(column))?;
        Ok(corpus.texts().map(str::to_owned).collect())
    }

    fn message(table: &str, name: &str, column: Option<&str>) -> String {
        texts(table, name, column).unwrap_err().to_string()
    }

    #[test]
    fn the_named_column_is_read() {
        let table = "\u{feff}id,text\n1,\"a, \"\"b\"\"\nc\"\r\n2,\u{e9}\n";
        let of = |column| texts(table, "a.csv", Some(column)).unwrap();
        assert_eq!(of("text"), ["a, \"b\"\nc", "é"]);
        assert_eq!(of("id"), ["1", "2"]);
        let tabs = texts("id\ttext\n1\ta, b\n", "a.tsv", Some("text"));
        assert_eq!(tabs.unwrap(), ["a, b"]);
    }

    #[test]
    fn a_column_has_a_name_or_a_number_and_a_name_wins() {
        let of = |column| texts("2,text,2,#1\na,b,c,d\n", "a.csv", Some(column));
        assert_eq!(of("text").unwrap(), ["b"]);
        assert_eq!(of("3").unwrap(), ["c"]);
        assert_eq!(of("#1").unwrap(), ["a"]);
        assert_eq!(of("#4").unwrap(), ["d"]);
        // Excel on a Mac of old ended rows with \r, and lines within a cell with \n.
        let old = "id,text\r1,\"a\nb\"\r2,c\r";
        assert_eq!(texts(old, "a.csv", Some("text")).unwrap(), ["a\nb", "c"]);
        let blanks = texts("id, text \n1,a\n", "a.csv", Some("text"));
        assert_eq!(blanks.unwrap(), ["a"]);
        let twice = of("2").unwrap_err().to_string();
        assert!(twice.contains("2 times") && twice.contains("#1"), "{twice}");
        for none in ["0", "5", "#5", "#0", "#", "body"] {
            let error = of(none).unwrap_err().to_string();
            assert!(error.contains(r##""2", "text", "2", "#1""##), "{error}");
        }
    }

    #[test]
    fn a_table_without_a_header_has_its_first_row() {
        let reader = |column: Option<&str>| CorpusReader {
            header: Some(false),
            ..of_column(column)
        };
        let table = "1,x,first text\n2,y,\"second, text\"\n";
        let corpus_of = |column| corpus(table, "a.csv", &reader(column));
        let third = corpus_of(Some("3")).unwrap();
        assert!(third.texts().eq(["first text", "second, text"]));
        assert_eq!(third.documents[0].name, "row 1");
        assert!(
            corpus_of(Some("#3"))
                .unwrap()
                .texts()
                .eq(["first text", "second, text"])
        );
        for column in [None, Some("text"), Some("4")] {
            let error = corpus_of(column).unwrap_err().to_string();
            assert!(
                error.contains(r##"#1 ("1"), #2 ("x"), #3 ("first text")"##),
                "{error}"
            );
        }
        let one = corpus("only\ntexts\n", "a.csv", &reader(None)).unwrap();
        assert!(one.texts().eq(["only", "texts"]));
    }

    #[test]
    fn a_header_like_a_row_is_noted() {
        let noted = |table, column| {
            let corpus = corpus(table, "a.csv", &of_column(column)).unwrap();
            corpus.notes.table.unwrap().header_like_a_row
        };
        assert!(noted("a,I like it.\nb,So do I.\n", Some("2")));
        assert!(noted("1,good\n2,So do I.\n", Some("2")));
        assert!(noted("works very well\nso so\n", None));
        assert!(!noted("id,review text\n2,So do I.\n", Some("2")));
        assert!(!noted(
            "year,How was it?\n2024,So do I.\n",
            Some("How was it?")
        ));
        assert!(!noted("text\n2\n", None));
    }

    #[test]
    fn names_of_documents_come_from_a_column() {
        let named = |table, id: &str, header| {
            let reader = CorpusReader {
                id_column: Some(id.into()),
                header,
                ..of_column(Some("#2"))
            };
            let corpus = corpus(table, "a.csv", &reader).unwrap();
            let names = corpus.documents.into_iter().map(|document| document.name);
            names.collect::<Vec<_>>()
        };
        assert_eq!(
            named("key,text\nx7,a\n,b\nx7,c\n", "key", None),
            ["x7", "row 2", "x7"]
        );
        assert_eq!(named("x7,a\nx8,b\n", "1", Some(false)), ["x7", "x8"]);
    }

    #[test]
    fn the_only_column_needs_no_name_and_others_do() {
        assert_eq!(texts("post\na\n\nb\n", "a.csv", None).unwrap(), ["a", "b"]);
        let message = |column| message("id,text\n1,a\n", "a.csv", column);
        let (none, other) = (message(None), message(Some("body")));
        assert!(none.contains(r#"several columns, "id", "text""#), "{none}");
        assert!(other.contains(r#""body""#), "{other}");
        assert!(other.contains(r#""id", "text""#), "{other}");
    }

    #[test]
    fn errors_name_the_line() {
        let said = message("id,text\n1,\"a\nb\"\n2,c,d\n", "a.csv", Some("text"));
        assert!(
            said.contains("line 4: 3 fields where the rows before have 2"),
            "{said}"
        );
        let said = message("id,text\r1,a\r2,c,d\r", "a.csv", Some("text"));
        assert!(said.contains("line 3: 3 fields"), "{said}");
        let said = message("text\na, b\nc, d\n", "a.csv", None);
        assert!(
            said.contains("line 2: 2 fields where the header has 1"),
            "{said}"
        );
        let reader = of_column(Some("text"));
        let latin1 = b"id,text\n1,a\n2,\xe9\n";
        let dialect = Dialect::of(&reader, latin1, false).unwrap();
        let error = read(&reader, "a.csv", &latin1[..], dialect, &mut |_| {}).unwrap_err();
        let said = error.to_string();
        assert!(
            said.contains("line 3: the byte at offset 14 is not UTF-8"),
            "{said}"
        );
    }

    #[test]
    fn quotation_marks_in_tsv_are_characters_unless_both_ends_have_one() {
        let table = "label\ttext\nham\tsee you\nspam\t\"free prize\nham\tlunch\n\
                     ham\t\"all \"\"of\"\" it\"\nham\tsay \"hi\"\nx\t\"\ny\t\"\"\n";
        let expected = [
            "see you",
            "\"free prize",
            "lunch",
            "all \"of\" it",
            "say \"hi\"",
            "\"",
            "",
        ];
        assert_eq!(texts(table, "a.tsv", Some("text")).unwrap(), expected);
        let tab = "label\ttext\na\t\"one\ttwo\"\n";
        assert_eq!(texts(tab, "a.tsv", Some("text")).unwrap(), ["one\ttwo"]);
    }

    #[test]
    fn a_quoted_line_end_in_tsv_is_refused_where_the_mark_opens() {
        for table in [
            "label\ttext\na\tb\nc\t\"one\ntwo\"\nd\te\n",
            "text\na\n\"one\ntwo\"\n",
            "label\ttext\na\tb\nc\t\"one\nd\ttwo\"\n",
        ] {
            let said = message(table, "a.tsv", Some("text"));
            assert!(said.contains("a.tsv, line 3: the quotation mark"), "{said}");
            let reader = CorpusReader {
                literal_quotes: true,
                ..of_column(Some("text"))
            };
            let literal = corpus(table, "a.tsv", &reader);
            let rows = literal.map(|corpus| corpus.len());
            assert!(
                !matches!(rows, Err(Error::QuotedLineEnd { .. })),
                "{rows:?}"
            );
        }
    }

    #[test]
    fn a_mark_that_is_never_closed_in_csv_is_refused() {
        let table = "label,text\nham,see you\nspam,\"free prize\nham,lunch\n";
        let said = message(table, "a.csv", Some("text"));
        assert!(said.contains("a.csv, line 3: the quotation mark"), "{said}");
        let reader = CorpusReader {
            literal_quotes: true,
            ..of_column(Some("text"))
        };
        let literal = corpus(table, "a.csv", &reader).unwrap();
        assert!(literal.texts().eq(["see you", "\"free prize", "lunch"]));
        let closed = texts("text\n\"a\nb\"\n\"\"\"c\"\"\"\n", "a.csv", None).unwrap();
        assert_eq!(closed, ["a\nb", "\"c\""]);
    }

    #[test]
    fn the_delimiter_is_found_or_given() {
        for (table, name) in [
            ("id;text\n1;a, b\n", "a.csv"),
            ("id\ttext\n1\ta, b\n", "a.csv"),
            ("id|text\n1|a, b\n", "a.csv"),
            ("id,text\n1,\"a, b\"\n", "a.csv"),
        ] {
            assert_eq!(
                texts(table, name, Some("text")).unwrap(),
                ["a, b"],
                "{table}"
            );
        }
        let given = CorpusReader {
            delimiter: Some(':'),
            ..of_column(Some("text"))
        };
        assert!(
            corpus("id:text\n1:a, b\n", "a.tsv", &given)
                .unwrap()
                .texts()
                .eq(["a, b"])
        );
        assert_eq!(
            texts("text\nI like it; really\n", "a.csv", None).unwrap(),
            ["I like it; really"]
        );
    }

    #[test]
    fn a_header_of_r_has_one_name_less() {
        let table = "label\ttext\n1\tham\tsee you\n2\tspam\tfree\n";
        assert_eq!(
            texts(table, "a.tsv", Some("text")).unwrap(),
            ["see you", "free"]
        );
    }
}

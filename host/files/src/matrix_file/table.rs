//! Reader of comma- or tab-separated numbers: one row per line.

use std::io::BufRead;

use csv::StringRecord;

use super::{
    Entries, Error, MatrixFile, error::shown, growing::Growing, row_major::from_row_major,
};

/// The header and labels around the numbers.
#[derive(Debug, PartialEq, Eq)]
struct Layout {
    has_header: bool,
    has_labels: bool,
}

impl Layout {
    /// Derives the layout from the first two lines, by the rules in the module's documentation.
    fn of(first: &StringRecord, second: Option<&StringRecord>) -> Self {
        let is_number =
            |line: &StringRecord| line.get(0).is_some_and(|field| number(field).is_some());
        let others = || first.iter().skip(1);
        let has_names = others().any(|field| number(field).is_none());
        let corner_is_empty = first.len() > 1 && first.get(0).is_some_and(|f| f.trim().is_empty());
        let is_counting = others()
            .enumerate()
            .all(|(j, field)| field == j.to_string());
        let has_header = has_names
            || !is_number(first) && (first.len() == 1 || second.is_some_and(is_number))
            || corner_is_empty && is_counting;
        let data = if has_header { second } else { Some(first) };
        let has_labels = first.len() > 1
            && (has_header && corner_is_empty || data.is_some_and(|line| !is_number(line)));
        Self {
            has_header,
            has_labels,
        }
    }

    fn owned_fields(&self, line: &StringRecord) -> Vec<String> {
        let fields = line.iter().skip(self.has_labels.into());
        fields.map(str::to_owned).collect()
    }
}

/// Reads a matrix and the labels of the table.
pub(super) fn read(
    place: &str,
    stream: &mut dyn BufRead,
    delimiter: u8,
) -> Result<MatrixFile, Error> {
    let mut lines = Lines::new(place, stream, delimiter);
    let mut next = || {
        let mut line = StringRecord::new();
        Ok(lines.read(&mut line)?.then_some(line))
    };
    let first = next()?.ok_or_else(|| Error::empty(place))?;
    let second = next()?;
    let layout = Layout::of(&first, second.as_ref());
    let column_labels = layout.has_header.then(|| layout.owned_fields(&first));
    let mut rows = Rows {
        place,
        entries: Growing::new(place),
        labels: layout.has_labels.then(Vec::new),
    };
    if !layout.has_header {
        rows.push(&first)?;
    }
    let mut line = second;
    while let Some(row) = line {
        rows.push(&row)?;
        line = next()?;
    }
    let ncols = first.len().saturating_sub(layout.has_labels.into());
    rows.finish(ncols, column_labels)
}

/// The lines of a table, the header one of them.
pub(super) struct Lines<'a> {
    place: &'a str,
    records: csv::Reader<&'a mut dyn BufRead>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(place: &'a str, stream: &'a mut dyn BufRead, delimiter: u8) -> Self {
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(delimiter).has_headers(false);
        let records = builder.from_reader(stream);
        Self { place, records }
    }

    /// Reads the next line; returns false at the end of the stream.
    pub(super) fn read(&mut self, line: &mut StringRecord) -> Result<bool, Error> {
        let found = self.records.read_record(line);
        found.map_err(|error| failed(self.place, error))
    }
}

struct Rows<'a> {
    place: &'a str,
    entries: Growing<'a, f64>,
    labels: Option<Vec<String>>,
}

impl Rows<'_> {
    fn push(&mut self, line: &StringRecord) -> Result<(), Error> {
        let mut fields = line.iter().enumerate();
        if let Some(labels) = &mut self.labels {
            labels.extend(fields.next().map(|(_, label)| label.to_owned()));
        }
        for (column, field) in fields {
            let x = number(field).ok_or_else(|| not_a_number(self.place, line, column, field))?;
            self.entries.push(x)?;
        }
        Ok(())
    }

    fn finish(self, ncols: usize, column_labels: Option<Vec<String>>) -> Result<MatrixFile, Error> {
        let entries = self.entries.into_vec();
        if entries.is_empty() {
            return Err(Error::empty(self.place));
        }
        let dense = from_row_major(self.place, &entries, ncols)?;
        Ok(MatrixFile {
            row_labels: self.labels,
            column_labels,
            ..Entries::Dense(dense).into()
        })
    }
}

/// Parses the number in a field; an empty field is NaN.
pub(super) fn number(field: &str) -> Option<f64> {
    match field.trim() {
        "" | "NA" => Some(f64::NAN),
        field => field.parse().ok(),
    }
}

/// Returns the error for a field of `line`; columns are counted from 0.
pub(super) fn not_a_number(place: &str, line: &StringRecord, column: usize, field: &str) -> Error {
    Error::NotANumber {
        place: place.to_owned(),
        line: line_number(line),
        column: column + 1,
        field: shown(field),
    }
}

/// Returns the line of the file in which a record begins.
pub(super) fn line_number(line: &StringRecord) -> u64 {
    line.position().map_or(0, csv::Position::line)
}

/// Interprets a failed read of a table.
fn failed(place: &str, error: csv::Error) -> Error {
    let reason = error.to_string();
    let line = error.position().map_or(0, csv::Position::line);
    let place = place.to_owned();
    match error.into_kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len: expected,
            len: found,
            ..
        } => Error::RaggedRow {
            place,
            line,
            expected,
            found,
        },
        csv::ErrorKind::Utf8 { .. } => Error::NotUtf8 { place, line },
        csv::ErrorKind::Io(error) => Error::from_read(&place, error),
        _ => Error::Damaged { place, reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lowrank::DenseMatrix;

    fn table(text: &str) -> Result<MatrixFile, Error> {
        read("a.csv", &mut text.as_bytes(), b',')
    }

    /// Rows, labels of the rows, labels of the columns.
    fn parts(text: &str) -> (Vec<Vec<f64>>, Vec<String>, Vec<String>) {
        let file = table(text).unwrap();
        let Entries::Dense(a) = file.entries else {
            panic!("not dense")
        };
        let row = |i| (0..a.ncols()).map(|j| a.at(i, j)).collect();
        let rows = (0..a.nrows()).map(row).collect();
        let labels = [file.row_labels, file.column_labels];
        let [of_rows, of_columns] = labels.map(Option::unwrap_or_default);
        (rows, of_rows, of_columns)
    }

    #[test]
    fn headers_and_labels_are_found_out() {
        let none: [&str; 0] = [];
        let of = |text| {
            let (rows, row_labels, column_labels) = parts(text);
            assert_eq!(rows.concat(), [1.0, 2.0, 3.0, 4.0], "{text}");
            (row_labels, column_labels)
        };
        let cases = [
            ("1,2\n3,4\n", [none.as_slice(), &none]),
            ("a,b\n1,2\n3,4\n", [&none, &["a", "b"]]),
            ("x,1,2\ny,3,4", [&["x", "y"], &none]),
            ("id,a,b\r\nx,1,2\r\ny,3,4\r\n", [&["x", "y"], &["a", "b"]]),
            ("a,7\n1,2\n3,4\n", [&none, &["a", "7"]]),
            // pandas writes its index with nothing above it.
            (",0,1\n0,1,2\n1,3,4\n", [&["0", "1"], &["0", "1"]]),
            (",a,b\n7,1,2\n8,3,4\n", [&["7", "8"], &["a", "b"]]),
            (
                "\u{feff}a,\"b \"\"c\"\"\n\"\n1,2\n\n3, 4 \n",
                [&none, &["a", "b \"c\"\n"]],
            ),
        ];
        for (text, [row_labels, column_labels]) in cases {
            let (rows, columns) = of(text);
            assert_eq!(rows, row_labels, "{text}");
            assert_eq!(columns, column_labels, "{text}");
        }
        assert_eq!(
            parts("x\n1\n2\n"),
            (vec![vec![1.0], vec![2.0]], vec![], vec!["x".into()])
        );
        assert_eq!(parts("-1e3"), (vec![vec![-1000.0]], vec![], vec![]));
    }

    #[test]
    fn an_empty_field_is_nan_and_so_is_one_of_r() {
        let Entries::Dense(a) = table("1,,NA\nnan,2,\n").unwrap().entries else {
            panic!("not dense")
        };
        let is_nan = DenseMatrix::from_fn(2, 3, |i, j| f64::from(a.at(i, j).is_nan()));
        assert_eq!(is_nan.as_slice(), [0.0, 1.0, 1.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn errors_name_the_line_and_the_column() {
        let message = |text| table(text).unwrap_err().to_string();
        assert!(message("a,b\n1,2\n3,x\n").starts_with("a.csv, line 3, column 2: \"x\""));
        assert!(message("a,1,2\nb,3,4,5\n").starts_with("a.csv, line 2: 4 fields"));
        assert!(message("1,2\n\"3\n\",4\n5\n").starts_with("a.csv, line 4: 1 fields"));
        assert!(message("x\ny\n").starts_with("a.csv, line 2, column 1: \"y\""));
        let long = message(&format!("1\n{}", "é".repeat(1000)));
        assert!(long.len() < 200, "{long}");
        let latin1 = read("a.csv", &mut &b"a,b\n1,\xe9\n"[..], b',').unwrap_err();
        assert!(matches!(latin1, Error::NotUtf8 { line: 2, .. }), "{latin1}");
        for text in ["a,b\n", "\n\n"] {
            let error = table(text).unwrap_err();
            assert!(matches!(error, Error::Empty { .. }), "{text}: {error}");
        }
    }
}

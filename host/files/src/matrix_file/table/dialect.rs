//! The delimiter of a table and the marks in its numbers, as its first lines show them.

use std::io::BufRead;

use memchr::memchr;

use super::super::{Error, Note, TableError, error::shown};
use super::delimiter::Delimiter;
use super::number::{Evidence, MissingValues, NumberFormat};
use super::options::TableOptions;
use super::progress::Progress;
use super::records::Records;
use crate::line_ends::line_end;

/// The bytes that the first lines have at least, and their number, where there are more.
const SAMPLE_BYTES: usize = 64 << 10;
const SAMPLE_LINES: usize = 16;

/// The way in which a table is written.
#[derive(Clone, Debug)]
pub(in super::super) struct Dialect {
    pub(in super::super) delimiter: Delimiter,
    pub(in super::super) line_end: u8,
    pub(in super::super) numbers: NumberFormat,
    /// The first cell whose point may divide thousands, where no cell shows which one it is.
    pub(in super::super) doubtful_point: Option<String>,
}

/// A line of the sample.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) fields: Vec<String>,
    pub(super) number: u64,
    pub(super) may_be_comment: bool,
    /// The number of fields in quotation marks.
    pub(super) quoted: usize,
}

/// The first lines of a table.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Sample {
    pub(in super::super) bytes: Vec<u8>,
    /// The number of lines before them.
    pub(in super::super) lines_before: u64,
    /// The delimiter that such a line names, as Excel writes it: `sep=;`.
    delimiter: Option<Delimiter>,
}

impl Sample {
    /// Reads the first lines, none of them in part.
    ///
    /// # Errors
    /// Those of [`Error::from_read`].
    pub(in super::super) fn read(place: &str, stream: &mut dyn BufRead) -> Result<Self, Error> {
        let mut sample = Self::default();
        let mut lines = 0;
        while sample.bytes.len() < SAMPLE_BYTES || lines < SAMPLE_LINES {
            let read = stream.read_until(b'\n', &mut sample.bytes);
            if read.map_err(|error| Error::from_read(place, error))? == 0 {
                break;
            }
            lines += 1;
            if lines == 1
                && let Some(delimiter) = named_delimiter(&sample.bytes)
            {
                sample.bytes.clear();
                sample.lines_before = 1;
                sample.delimiter = Some(delimiter);
            }
        }
        if line_end(&sample.bytes) == b'\r'
            && let Some(at) = memchr(b'\r', &sample.bytes)
            && let Some(delimiter) = named_delimiter(&sample.bytes[..at])
        {
            sample.bytes.drain(..=at);
            sample.lines_before = 1;
            sample.delimiter = Some(delimiter);
        }
        Ok(sample)
    }
}

fn named_delimiter(line: &[u8]) -> Option<Delimiter> {
    let line = str::from_utf8(line).ok()?.trim_end_matches(['\r', '\n']);
    let line = line.strip_prefix('"').unwrap_or(line);
    let mark = line.strip_prefix("sep=")?;
    let mark = mark.strip_suffix('"').unwrap_or(mark);
    (mark.len() == 1).then(|| mark.parse().ok()).flatten()
}

impl Dialect {
    /// Finds out how a table is written; `declared`: the delimiter that its name promises.
    ///
    /// A delimiter divides the lines into equally many fields, at least two, or one where it is declared. Of several,
    /// the one counts that divides the first line, too, as the others; then the one that leaves the largest share of
    /// numbers; then the one that is declared. Blanks, of which names may have some, count if they leave a larger share;
    /// commas, unless all of them are decimal commas between other delimiters.
    ///
    /// # Errors
    /// [`TableError::AmbiguousMark`] and [`TableError::TwoMarks`].
    pub(in super::super) fn of(
        place: &str,
        sample: &Sample,
        declared: Option<&Delimiter>,
        options: &TableOptions,
    ) -> Result<Self, Error> {
        let line_end = line_end(&sample.bytes);
        let delimiter = match options.delimiter.as_ref().or(sample.delimiter.as_ref()) {
            Some(delimiter) => delimiter.clone(),
            None => found(sample, line_end, declared, options),
        };
        let lines = lines(place, sample, &delimiter, line_end)?;
        let numbers = marks(place, &lines, options)?;
        let is_open = options.decimal.is_none() && options.thousands.is_none();
        // In countries of the decimal comma, fields are divided by semicolons.
        let may_be_comma =
            is_open && delimiter == Delimiter::of(';') && numbers == NumberFormat::PLAIN;
        Ok(Self {
            doubtful_point: may_be_comma
                .then(|| doubtful_point(&lines, options))
                .flatten(),
            numbers,
            delimiter,
            line_end,
        })
    }

    /// Returns a reader of lines that are written so.
    pub(in super::super) fn records<'a>(&self, place: &'a str) -> Records<'a> {
        Records::new(place, self.delimiter.clone(), self.line_end)
    }

    /// Returns the dialect as remarks.
    pub(in super::super) fn notes(&self) -> Vec<Note> {
        let mut notes = vec![Note::Dialect {
            delimiter: self.delimiter.to_string(),
            decimal: self.numbers.decimal,
            thousands: self.numbers.thousands,
        }];
        let cell = self.doubtful_point.clone();
        notes.extend(cell.map(|cell| Note::Points { cell }));
        notes
    }

    /// Returns the lines of the sample.
    ///
    /// # Errors
    /// The first one, if no line is before it.
    pub(super) fn lines(&self, place: &str, sample: &Sample) -> Result<Vec<Line>, Error> {
        lines(place, sample, &self.delimiter, self.line_end)
    }
}

/// Returns the lines of the sample up to the first error, which the reader of the whole table meets again.
///
/// # Errors
/// The first one, if no line is before it.
fn lines(
    place: &str,
    sample: &Sample,
    delimiter: &Delimiter,
    line_end: u8,
) -> Result<Vec<Line>, Error> {
    let mut stream = sample.bytes.as_slice();
    let mut records = Records::new(place, delimiter.clone(), line_end)
        .start_at(Progress::behind(sample.lines_before));
    let mut lines = Vec::new();
    loop {
        match records.next(&mut stream) {
            Ok(Some(record)) => lines.push(Line {
                fields: record.fields().map(str::to_owned).collect(),
                number: record.line,
                may_be_comment: record.may_be_comment,
                quoted: record.quoted(),
            }),
            Err(error) if lines.is_empty() => return Err(error),
            Ok(None) | Err(_) => return Ok(lines),
        }
    }
}

fn found(
    sample: &Sample,
    line_end: u8,
    declared: Option<&Delimiter>,
    options: &TableOptions,
) -> Delimiter {
    let missing = MissingValues::new(options.missing_values.as_deref());
    let candidates = Delimiter::candidates();
    let mut best: Option<(Score, &Delimiter)> = None;
    for delimiter in declared.into_iter().chain(&candidates) {
        let Ok(lines) = lines("", sample, delimiter, line_end) else {
            continue;
        };
        if *delimiter == Delimiter::of(',') && has_decimal_commas(sample, line_end) {
            continue;
        }
        let is_declared = declared == Some(delimiter);
        let Some(score) = score(&lines, delimiter, is_declared, &missing) else {
            continue;
        };
        let is_better = |(other, _): (Score, _)| match delimiter {
            Delimiter::Blanks if other.0 => score.0 && score.2 > other.2,
            _ => score > other,
        };
        if best.is_none_or(is_better) {
            best = Some((score, delimiter));
        }
    }
    let otherwise = || declared.cloned().unwrap_or_else(|| Delimiter::of(','));
    best.map_or_else(otherwise, |(_, delimiter)| delimiter.clone())
}

/// Checks that each comma below the first line, or in the only one, is in a number with a decimal comma, if semicolons, tabs
/// or bars divide the lines alike.
fn has_decimal_commas(sample: &Sample, line_end: u8) -> bool {
    [';', '\t', '|'].into_iter().any(|other| {
        let lines = lines("", sample, &Delimiter::of(other), line_end).unwrap_or_default();
        let mut lines = lines.iter().filter(|line| !line.may_be_comment);
        let Some(first) = lines.next() else {
            return false;
        };
        let mut lines = lines.peekable();
        let only = lines.peek().is_none().then_some(first);
        let lines: Vec<&Line> = only.into_iter().chain(lines).collect();
        let cells = || lines.iter().flat_map(|line| &line.fields);
        let width = first.fields.len();
        let is_even = width > 1 && lines.iter().all(|line| line.fields.len() == width);
        let with_comma = || cells().filter(|cell| cell.contains(','));
        let is_number = |cell: &String| Evidence::of(cell) != Evidence::None;
        is_even && with_comma().next().is_some() && with_comma().all(is_number)
    })
}

/// The grounds for a delimiter, the strongest first: the lines below the first one are alike and have numbers; the first
/// line is like the others; the share of numbers.
type Score = (bool, bool, f64);

/// Returns the grounds for a delimiter; `None` if it divides no line.
fn score(
    lines: &[Line],
    delimiter: &Delimiter,
    is_declared: bool,
    missing: &MissingValues,
) -> Option<Score> {
    let mut lines = lines.iter().filter(|line| !line.may_be_comment);
    let first = lines.next()?;
    let below: Vec<&Line> = lines.collect();
    let width = below
        .first()
        .map_or(first.fields.len(), |line| line.fields.len());
    let least = if is_declared { 1 } else { 2 };
    let is_even = first.fields.len() == width;
    if width < least {
        return None;
    }
    // A header of R has a name less.
    let is_regular = below.iter().all(|line| line.fields.len() == width)
        && (is_even || first.fields.len() + 1 == width);
    let is_comma = *delimiter == Delimiter::of(',');
    let is_number = |cell: &&String| {
        let of = |decimal, thousands| NumberFormat { decimal, thousands }.parse(cell).is_some();
        missing.has(cell)
            || of('.', None)
            || !is_comma && (of(',', Some('.')) || of('.', Some(',')))
            || !matches!(Evidence::of(cell), Evidence::None)
    };
    // The first line may be of names, but has them divided as numbers are.
    let cells = || match below.is_empty() {
        true => vec![first],
        false => below.clone(),
    };
    let cells: Vec<&String> = cells().into_iter().flat_map(|line| &line.fields).collect();
    let numbers = cells.iter().filter(|cell| is_number(cell)).count();
    let share = numbers as f64 / cells.len().max(1) as f64;
    Some((is_regular && share > 0.0, is_even, share))
}

/// Finds the marks in numbers. A point is the decimal mark, unless a cell shows a comma in its place.
fn marks(place: &str, lines: &[Line], options: &TableOptions) -> Result<NumberFormat, Error> {
    let (mut decimal, mut thousands) = (options.decimal.or(implied(options)), options.thousands);
    let is_open = decimal.is_none();
    let (mut shown_by, mut doubtful) = (None, None);
    let mut points_of_thousands = false;
    let is_text = text_columns(lines, options);
    let cells = lines
        .iter()
        .filter(|line| !line.may_be_comment)
        .flat_map(|line| {
            let fields = line.fields.iter().enumerate();
            fields.map(move |(column, cell)| (line.number, column + 1, cell))
        });
    let cells = cells.filter(|(_, column, _)| is_text.get(column - 1) != Some(&true));
    for cell in cells {
        let (mut found, mut groups) = (None, None);
        match Evidence::of(cell.2) {
            Evidence::None => continue,
            Evidence::Decimal(mark) => found = Some(mark),
            Evidence::Format(format) => {
                found = (format.decimal != '\0').then_some(format.decimal);
                groups = format.thousands;
            }
            Evidence::Either('.') => points_of_thousands = true,
            Evidence::Either(_) => doubtful = doubtful.or(Some(cell)),
        }
        if options.thousands.is_none() {
            thousands = thousands.or(groups);
        }
        match (decimal, found) {
            (None, Some(mark)) => (decimal, shown_by) = (Some(mark), Some(cell)),
            (Some(mark), Some(other)) if mark != other && is_open => {
                let first = shown_by.unwrap_or(cell);
                return Err(TableError::TwoMarks {
                    place: place.to_owned(),
                    lines: (first.0, cell.0),
                    cells: (shown(first.2), shown(cell.2)),
                }
                .into());
            }
            _ => {}
        }
    }
    if let (Some((line, column, cell)), None) = (doubtful, decimal.or(thousands)) {
        return Err(TableError::AmbiguousMark {
            place: place.to_owned(),
            line,
            column,
            cell: shown(cell),
        }
        .into());
    }
    let decimal = decimal.unwrap_or('.');
    if options.thousands.is_none() && thousands.is_none() {
        let groups = match decimal {
            '.' => doubtful.map(|_| ','),
            _ => points_of_thousands.then_some('.'),
        };
        thousands = groups;
    }
    Ok(NumberFormat {
        decimal,
        thousands: thousands.filter(|mark| *mark != decimal),
    })
}

/// Returns the first cell with a point before three digits, if no cell shows that points are decimal marks.
fn doubtful_point(lines: &[Line], options: &TableOptions) -> Option<String> {
    let is_text = text_columns(lines, options);
    let mut first = None;
    for line in lines.iter().filter(|line| !line.may_be_comment) {
        for (cell, is_text) in line.fields.iter().zip(&is_text) {
            match Evidence::of(cell) {
                _ if *is_text => {}
                Evidence::Decimal('.') => return None,
                Evidence::Either('.') => first = first.or_else(|| Some(shown(cell))),
                _ => {}
            }
        }
    }
    first
}

/// Returns true for each column in which a line below the first one has a text; its marks are those of labels.
fn text_columns(lines: &[Line], options: &TableOptions) -> Vec<bool> {
    let missing = MissingValues::new(options.missing_values.as_deref());
    let mut is_text = Vec::new();
    for line in lines.iter().filter(|line| !line.may_be_comment).skip(1) {
        is_text.resize(is_text.len().max(line.fields.len()), false);
        for (cell, is_text) in line.fields.iter().zip(&mut is_text) {
            let has_number =
                NumberFormat::PLAIN.parse(cell).is_some() || Evidence::of(cell) != Evidence::None;
            *is_text |= !has_number && !missing.has(cell);
        }
    }
    is_text
}

/// Returns the decimal mark that a mark between thousands leaves.
fn implied(options: &TableOptions) -> Option<char> {
    match options.thousands? {
        ',' => Some('.'),
        '.' => Some(','),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(text: &str, declared: Option<char>) -> Result<(String, char, Option<char>), Error> {
        let declared = declared.map(Delimiter::of);
        let options = TableOptions::default();
        let sample = Sample::read("f", &mut text.as_bytes())?;
        let found = Dialect::of("f", &sample, declared.as_ref(), &options)?;
        let NumberFormat { decimal, thousands } = found.numbers;
        Ok((found.delimiter.to_string(), decimal, thousands))
    }

    #[test]
    fn the_delimiter_leaves_numbers() {
        for (text, declared, expected) in [
            ("a;b\n1,5;2\n", Some(','), ("semicolons", ',', None)),
            ("1,5;2,5\n3,5;4,5\n", Some(','), ("semicolons", ',', None)),
            ("1,5\n2,5\n", Some(','), ("commas", '.', None)),
            ("1,5\n2,5\n", Some('\t'), ("tabs", ',', None)),
            ("1 2\n3 4\n", Some(','), ("blanks", '.', None)),
            ("1 2\n3 4\n", None, ("blanks", '.', None)),
            (
                "1.5e+00 2.5e+00\n3.0e+00 4.0e+00\n",
                Some(','),
                ("blanks", '.', None),
            ),
            ("1\t\t2\n3\t4\t5\n", None, ("tabs", '.', None)),
            ("a gene\t1\nb gene\t2\n", None, ("tabs", '.', None)),
            ("1::1193::5::978300760\n", None, ("\"::\"", '.', None)),
            ("1|2\n3|4\n", None, ("bars", '.', None)),
            ("1, 2\n3, 4\n", None, ("commas", '.', None)),
            ("c1 c2\ng1 1 2\n", None, ("blanks", '.', None)),
            ("7\n8\n", None, ("commas", '.', None)),
            ("1.234.567;2,5\n", None, ("semicolons", ',', Some('.'))),
            (
                "a,b\n\"1,234\",2.5\n",
                Some(','),
                ("commas", '.', Some(',')),
            ),
            (
                "1\u{a0}234,5;2\n3;4\n",
                None,
                ("semicolons", ',', Some('\u{a0}')),
            ),
            ("1.234;2,5\n3;4\n", None, ("semicolons", ',', Some('.'))),
            ("1.234;2\n3;4\n", None, ("semicolons", '.', None)),
            ("sep=;\r\n1,5;2\r\n", Some(','), ("semicolons", ',', None)),
            ("sep=;\ra;b\r1,5;2\r", Some(','), ("semicolons", ',', None)),
            // Names above a single number a line, with a decimal comma.
            (
                "u;i;r\na;b;1,5\nc;d;3,5\n",
                Some(','),
                ("semicolons", ',', None),
            ),
            ("a;b;1,5\nc;d;3,5\n", Some(','), ("semicolons", ',', None)),
            ("a;1,5\nb;2,5\n", Some(','), ("semicolons", ',', None)),
            ("a\t1,5\nb\t2,5\n", Some(','), ("tabs", ',', None)),
            ("a;1,5\n", Some(','), ("semicolons", ',', None)),
            ("a;b,1\nc;d,2\n", Some(','), ("commas", '.', None)),
            ("x;y,z\na;b,1\nc;d,2\n", Some(','), ("commas", '.', None)),
            // A header of R with a blank in a name.
            (
                "my height\tage\n1\t170\t60\n",
                Some('\t'),
                ("tabs", '.', None),
            ),
            ("my height\tage\n1\t170\t60\n", None, ("tabs", '.', None)),
            ("\"sep=,\"\n1 2,2\n", None, ("commas", '.', None)),
        ] {
            let (delimiter, decimal, thousands) = dialect(text, declared).unwrap();
            assert_eq!((delimiter.as_str(), decimal, thousands), expected, "{text}");
        }
    }

    #[test]
    fn marks_with_two_meanings_are_refused() {
        let error = dialect("a;b\n1,234;2\n", None).unwrap_err();
        assert!(matches!(
            error,
            Error::Table(TableError::AmbiguousMark {
                line: 2,
                column: 1,
                ..
            })
        ));
        let error = dialect("1,5;2.5\n", None).unwrap_err();
        assert!(matches!(error, Error::Table(TableError::TwoMarks { .. })));
    }
}

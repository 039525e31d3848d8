//! The header, the labels and the columns of a table, from its first lines and the options.

use super::super::{Error, Note, TableError, error::shown};
use super::cell_kind::Cell;
use super::delimiter::Delimiter;
use super::dialect::{Dialect, Line, Sample};
use super::header::{FirstLines, Verdict, counts_from, has_names, is_text};
use super::identifiers::{are_distinct, is_identifier, is_no_name, rounded_columns};
use super::number::MissingValues;
use super::options::{Index, TableOptions};
use super::selection::Columns;

/// The places of what a table holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// The first line that is no comment is a header.
    pub(super) has_header: bool,
    /// The number of fields of each row, the empty one behind a trailing delimiter not counted.
    pub(super) width: usize,
    /// An empty field follows on those of each row.
    pub(super) has_trailing: bool,
    /// The names of all fields.
    pub(super) names: Option<Vec<String>>,
    /// The column of the labels.
    pub(super) labels: Option<usize>,
    /// The columns of the matrix.
    pub(super) columns: Vec<usize>,
    /// The columns that have texts alone in the first lines.
    pub(super) texts: Vec<bool>,
    pub(super) notes: Vec<Note>,
}

impl Layout {
    /// Finds out the layout by the rules in the module's documentation.
    ///
    /// # Errors
    /// [`Error::Empty`] without a line, [`TableError::HeaderOrRow`], [`TableError::FirstLine`], and those of the
    /// options' columns.
    pub(super) fn of(
        place: &str,
        sample: &Sample,
        dialect: &Dialect,
        options: &TableOptions,
    ) -> Result<Self, Error> {
        let (comment, lines) = without_comments(dialect.lines(place, sample)?, dialect);
        let first = lines.first().ok_or_else(|| Error::empty(place))?;
        let shape = Shape::of(place, &lines, dialect, options)?;
        let missing = MissingValues::new(options.missing_values.as_deref());
        let read = (dialect.numbers, &missing);
        let first_lines = FirstLines::new(place, &lines, shape.width, read);
        let first_lines = first_lines.ok_or_else(|| Error::empty(place))?;
        let verdict = match options.header {
            Some(has_header) => Verdict {
                has_header,
                is_doubtful: false,
            },
            None if shape.lacks_name || shape.lacks_last => Verdict {
                has_header: true,
                // R counts rows without a name from one.
                is_doubtful: shape.lacks_name
                    && !first_lines.is_text(0)
                    && !first_lines
                        .distinct_whole()
                        .is_some_and(|labels| counts_from(1, &labels)),
            },
            None => first_lines.judge()?,
        };
        let mut names = verdict.has_header.then(|| first.fields.clone());
        if let Some(names) = &mut names {
            if shape.lacks_name {
                names.insert(0, String::new());
            }
            names.truncate(shape.width);
        }
        let of_comment = comment.filter(|fields| fields.len() == shape.width);
        if options.header.is_none() && names.is_none() {
            names = of_comment;
        }
        let mut layout = Self {
            has_header: verdict.has_header,
            width: shape.width,
            has_trailing: shape.has_trailing,
            ..Self::default()
        };
        let mut rows = first_lines.below.clone();
        if !verdict.has_header {
            rows.insert(0, first_lines.kinds.clone());
        }
        layout.texts = (0..shape.width)
            .map(|column| is_text(&rows, column))
            .collect();
        let found = match verdict.has_header && !shape.lacks_name {
            true => labels_below(&first_lines, names.as_deref().unwrap_or_default()),
            false => shape.lacks_name || shape.width > 1 && has_names(&rows, 0),
        };
        let columns = Columns {
            place,
            names: names.as_deref(),
            count: shape.width,
        };
        let rounded = rounded_columns(&lines[usize::from(verdict.has_header)..], shape.width);
        let are_too_long =
            rounded.first() == Some(&true) && are_distinct(&lines, verdict.has_header);
        layout.choose(columns, found || are_too_long && shape.width > 1, options)?;
        layout.names = names;
        layout.describe(&first_lines, verdict);
        layout.note_identifiers(&first_lines, options);
        layout.note_rounded(&rounded);
        Ok(layout)
    }

    /// Chooses the column of the labels and those of the matrix; `found`: the first column holds labels.
    fn choose(
        &mut self,
        columns: Columns<'_>,
        found: bool,
        options: &TableOptions,
    ) -> Result<(), Error> {
        let chosen = options.columns.as_ref();
        let chosen = chosen.map(|list| columns.find_all(list)).transpose()?;
        self.labels = match &options.index {
            Some(Index::None) => None,
            Some(Index::Column(item)) => Some(columns.find_one(item)?),
            // A column that is asked for by name is no label.
            None => {
                Some(0).filter(|at| found && chosen.as_ref().is_none_or(|all| !all.contains(at)))
            }
        };
        let dropped = columns.find_all(&options.drop)?;
        if options.index.is_none() {
            self.labels = self.labels.filter(|at| !dropped.contains(at));
        }
        let wanted = |at: &usize| self.labels != Some(*at) && !dropped.contains(at);
        let all = chosen.unwrap_or_else(|| (0..columns.count).collect());
        self.columns = all.into_iter().filter(wanted).collect();
        match self.columns.is_empty() {
            true => Err(TableError::NoColumnsLeft {
                place: columns.place.to_owned(),
            }
            .into()),
            false => Ok(()),
        }
    }

    fn describe(&mut self, lines: &FirstLines<'_>, verdict: Verdict) {
        let header = match (verdict.has_header, &self.names) {
            (true, _) => format!("the first line is a header ({})", lines.shown_first()),
            (false, Some(_)) => "a comment above the first line names the columns".into(),
            (false, None) if verdict.is_doubtful => {
                format!(
                    "the first line is a row, not a header ({})",
                    lines.shown_first()
                )
            }
            (false, None) => "no line is a header".into(),
        };
        let labels = match self.labels {
            Some(at) => format!("column {} holds the names of the rows", self.column(at)),
            None => "no column holds names of the rows".into(),
        };
        self.notes.push(Note::Layout {
            found: format!("{header}, {labels}"),
            is_doubtful: verdict.is_doubtful,
        });
        if self.has_trailing {
            self.notes.push(Note::TrailingDelimiter);
        }
    }

    /// Tells that the first column may be meant as labels, by its name and its numbers.
    fn note_identifiers(&mut self, lines: &FirstLines<'_>, options: &TableOptions) {
        let name = self.names.as_ref().and_then(|names| names.first());
        let is_chosen = options.index.is_some() || options.columns.is_some();
        let is_open = !is_chosen && self.labels.is_none() && self.columns.first() == Some(&0);
        let is_named = self.has_header && name.is_some_and(|name| is_identifier(name));
        if is_open && is_named && self.width > 1 && lines.distinct_whole().is_some() {
            let column = self.column(0);
            self.notes.push(Note::MayBeLabels {
                column,
                position: 1,
            });
        }
    }

    /// Tells which of the matrix's columns have whole numbers that no entry holds.
    fn note_rounded(&mut self, rounded: &[bool]) {
        let first = self.columns.iter().copied();
        let first = first.filter(|at| rounded.get(*at) == Some(&true)).min();
        if let Some(at) = first {
            let column = self.column(at);
            self.notes.push(Note::Rounded {
                column,
                position: at + 1,
            });
        }
    }

    /// Returns the number of a column, and its name if it has one.
    pub(super) fn column(&self, at: usize) -> String {
        let name = self.names.as_ref().and_then(|names| names.get(at));
        match name.map(|name| name.trim()).filter(|name| !name.is_empty()) {
            Some(name) => format!("{} ({})", at + 1, shown(name)),
            None => (at + 1).to_string(),
        }
    }

    /// Returns the numbers of the matrix's columns that have texts alone.
    pub(super) fn text_columns(&self) -> Vec<usize> {
        let columns = self
            .columns
            .iter()
            .filter(|at| self.texts.get(**at) == Some(&true));
        columns.map(|at| at + 1).collect()
    }

    /// Returns the names of the matrix's columns.
    pub(super) fn column_labels(&self) -> Option<Vec<String>> {
        let names = self.names.as_ref()?;
        let name = |at: &usize| names.get(*at).cloned().unwrap_or_default();
        Some(self.columns.iter().map(name).collect())
    }
}

/// Checks that the first column below a header holds labels.
fn labels_below(lines: &FirstLines<'_>, names: &[String]) -> bool {
    if names.len() < 2 || lines.below.is_empty() {
        return false;
    }
    let has_corner = names.first().is_some_and(|name| is_no_name(name));
    let others = lines.kinds.iter().skip(1);
    let first_is_number = matches!(lines.kinds.first(), Some(Cell::Number(_)));
    let are_numbers = others.clone().all(|kind| matches!(kind, Cell::Number(_)));
    has_corner
        || lines.is_text(0)
        || are_numbers && !first_is_number && lines.distinct_whole().is_some()
}

/// Takes out the comments. Returns the fields of the last one above the first line, too, if they may be names.
fn without_comments(lines: Vec<Line>, dialect: &Dialect) -> (Option<Vec<String>>, Vec<Line>) {
    let width = usual_width(&lines);
    let mut above = None;
    let mut others = Vec::new();
    for line in lines {
        match is_comment(&line.fields, line.may_be_comment, width, dialect) {
            true if others.is_empty() => above = Some(line),
            true => {}
            false => others.push(line),
        }
    }
    let names = above.and_then(|line| {
        let text = line.fields.join("\u{1f}");
        let text = text.trim_start_matches(['#', '%', ' ', '\u{1f}']);
        let fields: Vec<String> = text
            .split('\u{1f}')
            .map(|field| field.trim().to_owned())
            .collect();
        let is_name = |field: &String| dialect.numbers.parse(field).is_none();
        fields.iter().all(is_name).then_some(fields)
    });
    (names, others)
}

/// Returns the number of fields of the second line that is no comment for sure, or of the first one.
fn usual_width(lines: &[Line]) -> usize {
    let mut others = lines.iter().filter(|line| !line.may_be_comment);
    let first = others.next().map_or(0, |line| line.fields.len());
    others.next().map_or(first, |line| line.fields.len())
}

/// Returns true if a line that begins with `#` or `%` is a comment: it is a row or a header if it is divided as the
/// others are, except that a header of words may be meant.
pub(super) fn is_comment(
    fields: &[String],
    may_be_comment: bool,
    width: usize,
    dialect: &Dialect,
) -> bool {
    let is_number = |field: &String| dialect.numbers.parse(field).is_some();
    let is_row = fields.len() == width && width > 1 && fields.iter().skip(1).any(is_number);
    may_be_comment && !is_row
}

/// Checks that a first line which lacks a field is of names: two of them or more that are no numbers, or any above
/// labels. A single name above rows that are counted will do if no decimal comma divides them.
fn are_names(first: &Line, below: &[Line], dialect: &Dialect, missing: &MissingValues) -> bool {
    let number = |field: &String| dialect.numbers.parse(field);
    let label = |line: &Line| line.fields.first().and_then(number);
    let numbers = first
        .fields
        .iter()
        .filter(|field| number(field).is_some())
        .count();
    let is_missing = first.fields.iter().all(|field| missing.has(field));
    let is_above_labels = below.iter().all(|line| label(line).is_none());
    let labels: Option<Vec<f64>> = below.iter().map(label).collect();
    let is_counted = dialect.delimiter != Delimiter::of(',')
        && labels.is_some_and(|labels| counts_from(1, &labels));
    match numbers {
        0 => !is_missing && (first.fields.len() > 1 || is_above_labels || is_counted),
        _ => numbers == first.fields.len() && is_above_labels,
    }
}

/// The numbers of fields in the lines.
struct Shape {
    width: usize,
    has_trailing: bool,
    /// The header has one name less than there are columns, as R writes it.
    lacks_name: bool,
    /// The header has no delimiter at its end where all others have one.
    lacks_last: bool,
}

impl Shape {
    fn of(
        place: &str,
        lines: &[Line],
        dialect: &Dialect,
        options: &TableOptions,
    ) -> Result<Self, Error> {
        let (first, below) = lines.split_first().ok_or_else(|| Error::empty(place))?;
        let found = first.fields.len();
        let expected = below.first().map_or(found, |line| line.fields.len());
        let are_alike = below.iter().all(|line| line.fields.len() == expected);
        let ends_empty = |line: &Line| {
            line.fields
                .last()
                .is_some_and(|field| field.trim().is_empty())
        };
        let trail = expected > 1 && !below.is_empty() && below.iter().all(ends_empty);
        let missing = MissingValues::new(options.missing_values.as_deref());
        let are_names = || are_names(first, below, dialect, &missing);
        let is_header = options.header.unwrap_or_else(are_names);
        if found == expected {
            let has_trailing = trail && ends_empty(first);
            return Ok(Self {
                width: expected - usize::from(has_trailing),
                has_trailing,
                lacks_name: false,
                lacks_last: false,
            });
        }
        if are_alike && is_header && found + 1 == expected {
            return Ok(Self {
                width: expected - usize::from(trail),
                has_trailing: trail,
                lacks_name: !trail,
                lacks_last: trail,
            });
        }
        if are_alike && below.len() > 1 {
            return Err(TableError::FirstLine {
                place: place.to_owned(),
                line: first.number,
                found,
                expected,
            }
            .into());
        }
        // The line that differs is met again by who reads all of them.
        Ok(Self {
            width: found,
            has_trailing: false,
            lacks_name: false,
            lacks_last: false,
        })
    }
}

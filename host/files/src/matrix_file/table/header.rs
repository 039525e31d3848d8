//! The decision whether the first line of a table is a header, from the first lines alone.

use super::super::{Error, TableError, error::shown};
use super::cell_kind::Cell;
use super::dialect::Line;
use super::index_words::is_index_word;
use super::number::{MissingValues, NumberFormat};

/// The most fields that a remark shows.
pub(super) const FIELDS_SHOWN: usize = 4;
/// Whole numbers in this range may be years.
const YEARS: std::ops::RangeInclusive<f64> = 1500.0..=2200.0;
/// Names are so much larger than the entries below them, where they are numbers.
const LARGER: f64 = 10.0;
/// The error of a spacing, relative to the largest number.
const SPACING: f64 = 1e-9;
/// So many numbers rise by chance in few lines only.
const RISING: usize = 4;

/// The first lines of a table, and what their cells are.
#[derive(Debug)]
pub(super) struct FirstLines<'a> {
    pub(super) place: &'a str,
    pub(super) first: &'a Line,
    pub(super) kinds: Vec<Cell>,
    pub(super) below: Vec<Vec<Cell>>,
    /// A field below the first line is in quotation marks.
    has_quotes_below: bool,
}

/// The answer, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) has_header: bool,
    pub(super) is_doubtful: bool,
}

const HEADER: Verdict = Verdict {
    has_header: true,
    is_doubtful: false,
};
const ROW: Verdict = Verdict {
    has_header: false,
    is_doubtful: false,
};

impl<'a> FirstLines<'a> {
    pub(super) fn new(
        place: &'a str,
        lines: &'a [Line],
        width: usize,
        (numbers, missing): (NumberFormat, &MissingValues),
    ) -> Option<Self> {
        let kind = |cell: &String| Cell::of(cell, numbers, missing);
        let kinds =
            |line: &Line| -> Vec<Cell> { line.fields.iter().take(width).map(kind).collect() };
        let (first, below) = lines.split_first()?;
        Some(Self {
            place,
            first,
            kinds: kinds(first),
            below: below.iter().map(kinds).collect(),
            has_quotes_below: below.iter().any(|line| line.quoted > 0),
        })
    }

    /// Judges the first line, which has as many fields as the others.
    ///
    /// # Errors
    /// [`TableError::HeaderOrRow`].
    pub(super) fn judge(&self) -> Result<Verdict, Error> {
        let (texts, numbers) = self.above_numbers(0);
        if self.below.is_empty() || texts + numbers == 0 {
            // Nothing to compare with.
            let has_text = self.kinds.iter().any(|kind| kind.is_text());
            let is_all_text = self.kinds.iter().all(|kind| kind.is_text());
            let has_rows = !self.below.is_empty() && self.numbers(0).is_empty();
            let has_header = has_text && (has_rows || is_all_text);
            return Ok(if has_header { HEADER } else { ROW });
        }
        let has_corner = self.kinds.len() > 1;
        let corner = self.first.fields.first().map_or("", |field| field.trim());
        if has_corner && corner.is_empty() {
            return self.judge_below_nothing();
        }
        if has_corner && self.is_text(0) {
            return self.judge_beside_labels(corner);
        }
        match (texts, numbers) {
            (_, 0) => Ok(HEADER),
            (0, _) => Ok(self.judge_numbers()),
            // A word above numbers, beside numbers: a corner.
            (1, _) if self.kinds.first() == Some(&Cell::Text) => Ok(Verdict {
                has_header: true,
                is_doubtful: !is_index_word(corner),
            }),
            _ if texts > numbers => Ok(HEADER),
            _ => self.doubt(),
        }
    }

    /// Judges a line whose first field is empty: the corner of a header, or a missing value.
    fn judge_below_nothing(&self) -> Result<Verdict, Error> {
        let (texts, numbers) = self.above_numbers(1);
        if texts > 0 || numbers == 0 {
            return Ok(HEADER);
        }
        let names = self.numbers(1);
        // pandas counts from zero.
        if self.is_text(0) || counts_from(0, &names) || self.are_years(&names, 1) {
            return Ok(HEADER);
        }
        if self
            .distinct_whole()
            .is_some_and(|labels| counts_from(0, &labels))
        {
            return Ok(Verdict {
                has_header: true,
                is_doubtful: true,
            });
        }
        match is_rising(&names) {
            true => self.doubt(),
            false => Ok(Verdict {
                has_header: false,
                is_doubtful: are_whole(&names) && are_distinct(&names),
            }),
        }
    }

    /// Judges a line whose first column holds texts.
    fn judge_beside_labels(&self, corner: &str) -> Result<Verdict, Error> {
        let (texts, numbers) = self.above_numbers(1);
        let names = self.numbers(1);
        if numbers == 0 || is_index_word(corner) && (texts > 0 || are_distinct(&names)) {
            return Ok(HEADER);
        }
        if texts > 0 {
            return if texts > numbers {
                Ok(HEADER)
            } else {
                self.doubt()
            };
        }
        let counts = names.len() > 2 && is_counting(&names);
        let others_count = || self.below.iter().any(|line| is_counting(&known(line, 1)));
        if counts && !others_count() || self.are_years(&names, 1) {
            return Ok(HEADER);
        }
        let others_rise = || self.below.iter().any(|line| is_rising(&known(line, 1)));
        let stands_out = names.len() >= RISING && !others_rise() || self.is_larger(&names, 1);
        match is_rising(&names) && stands_out {
            true => self.doubt(),
            false => Ok(ROW),
        }
    }

    /// Judges a line of numbers above numbers: a row, unless its numbers are those that name columns. Where they might
    /// be, it is told.
    fn judge_numbers(&self) -> Verdict {
        let names = self.numbers(0);
        if names.len() > 1 && (self.are_years(&names, 0) || self.is_quoted()) {
            return Verdict {
                has_header: true,
                is_doubtful: true,
            };
        }
        let next = self
            .below
            .first()
            .map(|line| known(line, 0))
            .unwrap_or_default();
        let goes_on = names.last().zip(names.get(names.len().saturating_sub(2)));
        let goes_on = goes_on.map(|(last, before)| last + (last - before));
        let goes_on = goes_on.is_some() && next.first() == goes_on.as_ref();
        let counts = is_even(&names) && names.is_sorted_by(|a, b| a + 1.0 == *b);
        let spaced = is_even(&names) && {
            let even = self.below.iter().filter(|line| is_even(&known(line, 0)));
            2 * even.count() < self.below.len()
        };
        let stands_out = names.len() > 1
            && are_distinct(&names)
            && are_whole(&names)
            && (self.is_larger(&names, 0) || self.is_above_fractions());
        Verdict {
            has_header: false,
            is_doubtful: (counts || spaced) && !goes_on || stands_out,
        }
    }

    /// Checks that all fields of the first line are in quotation marks, without a comma in need of them, and none below.
    fn is_quoted(&self) -> bool {
        let mut fields = self.first.fields.iter();
        let is_plain = |field: &String| NumberFormat::PLAIN.parse(field).is_some();
        let is_quoted = self.first.quoted == self.first.fields.len() && fields.all(is_plain);
        is_quoted && !self.has_quotes_below
    }

    /// Checks that most numbers below are not whole, in every column.
    fn is_above_fractions(&self) -> bool {
        (0..self.kinds.len()).all(|j| {
            let of_column = self.below.iter().filter_map(|line| line.get(j)?.number());
            let (mut all, mut fractions) = (0, 0);
            for x in of_column {
                all += 1;
                fractions += usize::from(x.fract() != 0.0);
            }
            2 * fractions > all
        })
    }

    fn doubt(&self) -> Result<Verdict, Error> {
        Err(TableError::HeaderOrRow {
            place: self.place.to_owned(),
            line: self.first.number,
            fields: self.shown_first(),
        }
        .into())
    }

    /// Returns the first fields of the first line.
    pub(super) fn shown_first(&self) -> String {
        let first = self.first.fields.iter().take(FIELDS_SHOWN);
        let mut fields: Vec<String> = first.map(|field| shown(field)).collect();
        if self.first.fields.len() > FIELDS_SHOWN {
            fields.push("..".into());
        }
        fields.join(", ")
    }

    /// Counts the texts and the numbers in the first line that stand above numbers, from a column on.
    fn above_numbers(&self, from: usize) -> (usize, usize) {
        let (mut texts, mut numbers) = (0, 0);
        for (j, kind) in self.kinds.iter().enumerate().skip(from) {
            let is_above = |line: &Vec<Cell>| matches!(line.get(j), Some(Cell::Number(_)));
            if !self.below.iter().any(is_above) {
                continue;
            }
            match kind {
                Cell::Text | Cell::Measured => texts += 1,
                Cell::Number(_) => numbers += 1,
                Cell::Missing => {}
            }
        }
        (texts, numbers)
    }

    /// Returns the numbers in the first line, from a column on.
    fn numbers(&self, from: usize) -> Vec<f64> {
        known(&self.kinds, from)
    }

    /// Checks that the lines below have names in a column.
    pub(super) fn is_text(&self, column: usize) -> bool {
        has_names(&self.below, column)
    }

    /// Returns the numbers below in the first column, if all are whole and none occurs twice.
    pub(super) fn distinct_whole(&self) -> Option<Vec<f64>> {
        let number = |line: &Vec<Cell>| line.first()?.number().filter(|x| x.fract() == 0.0);
        let numbers: Option<Vec<f64>> = self.below.iter().map(number).collect();
        let mut sorted = numbers.clone()?;
        sorted.sort_by(f64::total_cmp);
        numbers.filter(|numbers| !numbers.is_empty() && sorted.is_sorted_by(|a, b| a < b))
    }

    /// Checks that names are years and that no line below has only such numbers.
    fn are_years(&self, names: &[f64], from: usize) -> bool {
        let is_year = |x: &f64| x.fract() == 0.0 && YEARS.contains(x);
        let all = |numbers: &[f64]| !numbers.is_empty() && numbers.iter().all(is_year);
        let is_ordered = is_rising(names) || names.is_sorted_by(|a, b| a > b);
        all(names) && is_ordered && !self.below.iter().any(|line| all(&known(line, from)))
    }

    fn is_larger(&self, names: &[f64], from: usize) -> bool {
        let entries = self.below.iter().flat_map(|line| known(line, from));
        let largest = entries.fold(1.0, |most: f64, x| most.max(x.abs()));
        names.iter().all(|x| *x > LARGER * largest)
    }
}

/// Checks that a column has texts, markers of missing values perhaps, and no number.
pub(super) fn is_text(lines: &[Vec<Cell>], column: usize) -> bool {
    let mut kinds = lines.iter().filter_map(|line| line.get(column));
    let has_number = kinds.clone().any(|kind| kind.number().is_some());
    !has_number && kinds.any(|kind| kind.is_text())
}

/// Checks that a column has texts alone, most of them no measurements.
pub(super) fn has_names(lines: &[Vec<Cell>], column: usize) -> bool {
    let kinds = lines.iter().filter_map(|line| line.get(column));
    let measured = kinds
        .clone()
        .filter(|kind| **kind == Cell::Measured)
        .count();
    let texts = kinds.filter(|kind| **kind == Cell::Text).count();
    is_text(lines, column) && texts > measured
}

fn known(line: &[Cell], from: usize) -> Vec<f64> {
    let numbers = line.iter().skip(from);
    numbers.filter_map(|kind| kind.number()).collect()
}

fn is_rising(numbers: &[f64]) -> bool {
    are_whole(numbers) && numbers.is_sorted_by(|a, b| a < b)
}

fn are_whole(numbers: &[f64]) -> bool {
    numbers.iter().all(|x| x.fract() == 0.0)
}

fn are_distinct(numbers: &[f64]) -> bool {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.is_sorted_by(|a, b| a < b)
}

/// Checks that three numbers or more are evenly spaced, as wavelengths and points of time are.
fn is_even(numbers: &[f64]) -> bool {
    let [first, second, .., last] = numbers else {
        return false;
    };
    let step = second - first;
    let tolerance = SPACING * step.abs().max(last.abs());
    let is_step = |pair: &[f64]| match pair {
        [a, b] => (b - a - step).abs() <= tolerance,
        _ => true,
    };
    step != 0.0 && numbers.len() > 2 && numbers.windows(2).all(is_step)
}

pub(super) fn counts_from(start: usize, numbers: &[f64]) -> bool {
    !numbers.is_empty() && (start..).zip(numbers).all(|(count, x)| count as f64 == *x)
}

fn is_counting(numbers: &[f64]) -> bool {
    counts_from(0, numbers) || counts_from(1, numbers)
}

//! The decision whether the first line of a table is a header, from the first lines alone.

use super::super::{Error, TableError, error::shown};
use super::dialect::Line;
use super::number::{Evidence, MissingValues, NumberFormat};

/// The most fields that a remark shows.
pub(super) const FIELDS_SHOWN: usize = 4;
/// Whole numbers in this range may be years.
const YEARS: std::ops::RangeInclusive<f64> = 1500.0..=2200.0;
/// Names are so much larger than the entries below them, where they are numbers.
const LARGER: f64 = 10.0;
/// So many numbers rise by chance in few lines only.
const RISING: usize = 4;

/// The words of which one stands above a column of labels.
const INDEX_WORDS: &[&str] = &[
    "accession",
    "barcode",
    "category",
    "cell",
    "chr",
    "city",
    "class",
    "code",
    "compound",
    "country",
    "county",
    "customer",
    "date",
    "day",
    "department",
    "doc",
    "document",
    "donor",
    "ensembl",
    "entity",
    "entry",
    "feature",
    "film",
    "firm",
    "gene",
    "geneid",
    "genename",
    "genes",
    "genesymbol",
    "geo",
    "group",
    "id",
    "identifier",
    "ids",
    "index",
    "indicator",
    "individual",
    "iso",
    "item",
    "key",
    "label",
    "labels",
    "location",
    "month",
    "movie",
    "name",
    "names",
    "patient",
    "player",
    "probe",
    "product",
    "protein",
    "region",
    "row",
    "rowname",
    "rownames",
    "sample",
    "series",
    "site",
    "species",
    "state",
    "station",
    "subject",
    "symbol",
    "taxon",
    "team",
    "term",
    "time",
    "title",
    "transcript",
    "user",
    "word",
    "year",
];

/// The kind of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    Number(f64),
    Missing,
    Text,
    /// A number with a unit or another sign, as 5%, or a truth value: no name of a row.
    Measured,
}

impl Cell {
    fn is_text(self) -> bool {
        matches!(self, Cell::Text | Cell::Measured)
    }

    fn number(self) -> Option<f64> {
        match self {
            Cell::Number(x) => Some(x),
            _ => None,
        }
    }
}

/// The first lines of a table, and what their cells are.
#[derive(Debug)]
pub(super) struct FirstLines<'a> {
    pub(super) place: &'a str,
    pub(super) first: &'a Line,
    pub(super) kinds: Vec<Cell>,
    pub(super) below: Vec<Vec<Cell>>,
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
        let kind = |cell: &String| match numbers.parse(cell) {
            Some(x) if missing.has_number(x) => Cell::Missing,
            Some(x) => Cell::Number(x),
            None if missing.has(cell) => Cell::Missing,
            None if is_measured(cell) => Cell::Measured,
            None => Cell::Text,
        };
        let kinds =
            |line: &Line| -> Vec<Cell> { line.fields.iter().take(width).map(kind).collect() };
        let (first, below) = lines.split_first()?;
        Some(Self {
            place,
            first,
            kinds: kinds(first),
            below: below.iter().map(kinds).collect(),
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
            false => Ok(ROW),
        }
    }

    /// Judges a line whose first column holds texts.
    fn judge_beside_labels(&self, corner: &str) -> Result<Verdict, Error> {
        let (texts, numbers) = self.above_numbers(1);
        let names = self.numbers(1);
        let are_distinct = {
            let mut sorted = names.clone();
            sorted.sort_by(f64::total_cmp);
            sorted.is_sorted_by(|a, b| a < b)
        };
        if numbers == 0 || is_index_word(corner) && (texts > 0 || are_distinct) {
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

    /// Judges a line of numbers above numbers.
    fn judge_numbers(&self) -> Verdict {
        let names = self.numbers(0);
        if names.len() > 1 && self.are_years(&names, 0) {
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
        let goes_on = next.first() == names.last().map(|x| x + 1.0).as_ref();
        let counts = names.len() > 2 && is_counting(&names) && !goes_on;
        let stands_out = names.len() > 1 && is_rising(&names) && self.is_larger(&names, 0);
        Verdict {
            has_header: false,
            is_doubtful: counts || stands_out,
        }
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

/// Checks that a cell is a number with a sign before or behind it, or a truth value.
fn is_measured(cell: &str) -> bool {
    let cell = cell.trim();
    let number =
        cell.trim_start_matches(['<', '>', '=', '≤', '≥', '~', '≈', '$', '€', '£', '¥', ' ']);
    let number = number.trim_end_matches(['%', '‰', '*', '†', '$', '€', '£', '¥', ' ']);
    let is_number =
        || Evidence::of(number) != Evidence::None || NumberFormat::PLAIN.parse(number).is_some();
    let truths = ["true", "false", "yes", "no"];
    number != cell && is_number() || truths.contains(&cell.to_ascii_lowercase().as_str())
}

fn known(line: &[Cell], from: usize) -> Vec<f64> {
    let numbers = line.iter().skip(from);
    numbers.filter_map(|kind| kind.number()).collect()
}

fn is_rising(numbers: &[f64]) -> bool {
    numbers.iter().all(|x| x.fract() == 0.0) && numbers.is_sorted_by(|a, b| a < b)
}

pub(super) fn counts_from(start: usize, numbers: &[f64]) -> bool {
    !numbers.is_empty() && (start..).zip(numbers).all(|(count, x)| count as f64 == *x)
}

fn is_counting(numbers: &[f64]) -> bool {
    counts_from(0, numbers) || counts_from(1, numbers)
}

/// Checks that a name has a word that often stands above labels.
fn is_index_word(name: &str) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| INDEX_WORDS.binary_search(&word).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_above_labels_are_found_in_names() {
        assert!(INDEX_WORDS.is_sorted());
        for name in ["GENE", "gene_id", "Country Name", "Unnamed: 0 index"] {
            assert!(is_index_word(name), "{name}");
        }
        for name in ["x", "", "ACTB", "generic"] {
            assert!(!is_index_word(name), "{name}");
        }
    }
}

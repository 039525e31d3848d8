//! Columns of numbers that name rows: by the name above them, or by their digits.

use super::dialect::Line;

/// Whole numbers of fewer digits are exact in f64.
const EXACT_DIGITS: usize = 16;

/// Checks that a name is none: it is empty, or what pandas and readr put there.
pub(super) fn is_no_name(name: &str) -> bool {
    matches!(name.trim(), "" | "Unnamed: 0" | "...1")
}

/// The names of things that have numbers for names.
const THINGS: &[&str] = &[
    "barcode",
    "customer",
    "document",
    "donor",
    "gene",
    "geneid",
    "item",
    "movie",
    "participant",
    "patient",
    "product",
    "sample",
    "subject",
    "user",
];

/// Checks that a name is that of numbers that name rows: `id`, or with it at the end, or a thing such as `gene`.
pub(super) fn is_identifier(name: &str) -> bool {
    let lower = name.trim().to_lowercase();
    let words = lower.rsplit(|c: char| !c.is_alphanumeric());
    let is_word = words
        .take(1)
        .any(|word| matches!(word, "id" | "ids" | "identifier" | "index"));
    // userId, but not paid.
    is_word
        || THINGS.contains(&lower.trim())
        || name.trim().ends_with("Id")
        || name.trim().ends_with("ID")
}

/// Returns true for each column in which a cell is a whole number that f64 rounds.
pub(super) fn rounded_columns(rows: &[Line], width: usize) -> Vec<bool> {
    let cell = |line: &'_ Line, at: usize| line.fields.get(at).is_some_and(|cell| is_rounded(cell));
    (0..width)
        .map(|at| rows.iter().any(|line| cell(line, at)))
        .collect()
}

fn is_rounded(cell: &str) -> bool {
    let cell = cell.trim();
    if cell.len() < EXACT_DIGITS {
        return false;
    }
    let exact: Option<i128> = cell.parse().ok();
    exact.is_some_and(|exact| (exact as f64) as i128 != exact)
}

/// Checks that the first column has no cell twice below the header.
pub(super) fn are_distinct(lines: &[Line], has_header: bool) -> bool {
    let rows = lines.iter().skip(usize::from(has_header));
    let mut cells: Vec<&str> = rows
        .filter_map(|line| line.fields.first())
        .map(|cell| cell.trim())
        .collect();
    cells.sort_unstable();
    cells.is_sorted_by(|a, b| a < b)
}

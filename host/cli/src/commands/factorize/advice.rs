//! Advice on a matrix that could not be read, which names the options of the command.

use lowrank_files::matrix_file::{Error, Note, TableError};

/// The command that reads the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Factorize,
    Transform,
}

/// Returns the message of an error, and behind it the options that help; `has_triples`: with --triples.
pub fn advised(error: &Error, purpose: Purpose, has_triples: bool) -> String {
    let advice = match error {
        Error::Table(error) => of_table(error, purpose),
        Error::NotFinite { value, .. } if value.is_nan() => of_missing(purpose),
        Error::NotANumber { field, .. } if has_marks(field) => {
            "; a mark in it may be told with --decimal or --thousands".into()
        }
        Error::NotANumber { .. } if has_triples => " with --missing-values".into(),
        Error::NotANumber { column, .. } => format!(
            " with --missing-values; --drop '#{column}' leaves the column out, --index '#{column}' takes it as row \
             names"
        ),
        Error::RaggedRow { .. } => " with --delimiter".into(),
        Error::Duplicate { .. } => " with --duplicates last, first, mean or sum".into(),
        Error::UnknownFormat { .. } => ", or say what it is with --format".into(),
        Error::NoTriples { .. } => "; leave out --triples".into(),
        Error::NotATable { .. } => {
            "; leave out --delimiter, --decimal, --thousands, --header, --index, --columns, --drop, --missing-values and \
             --duplicates"
                .into()
        }
        Error::UnknownColumn { .. } if has_triples => " with --triples".into(),
        _ => String::new(),
    };
    format!("{error}{advice}")
}

/// Returns the options behind a remark that change what it says.
pub fn of_note(note: &Note) -> String {
    match note {
        Note::Layout {
            is_doubtful: true, ..
        } => "; --header yes or --header no settles it".into(),
        Note::MayBeLabels { position, .. } => {
            format!(", with --index '#{position}'; --index none settles that they are not")
        }
        Note::Rounded { position, .. } => {
            format!(", with --index '#{position}', or left out with --drop '#{position}'")
        }
        Note::Points { .. } => {
            "; if it divides thousands, say --thousands ., and if not, --decimal .".into()
        }
        _ => String::new(),
    }
}

fn of_table(error: &TableError, purpose: Purpose) -> String {
    match error {
        TableError::MissingValue { .. } => of_missing(purpose),
        TableError::TextColumn { columns, .. } => {
            let first = columns.first().copied().unwrap_or(1);
            format!(" with --drop '{}' or --index '#{first}'", positions(columns))
        }
        TableError::HeaderOrRow { .. } => " with --header yes or --header no".into(),
        TableError::FirstLine {
            found, expected, ..
        } if found + 1 == *expected => {
            " with --delimiter; if it is a header without a name for the names of the rows, say --header yes".into()
        }
        TableError::FirstLine { .. } => " with --delimiter".into(),
        TableError::AmbiguousMark { .. } => " with --decimal , or --thousands ,".into(),
        TableError::TwoMarks { .. } => " with --decimal . or --decimal ,".into(),
        TableError::NoMean {
            name: Some(name), ..
        } => match name.contains([',', '"']) {
            true => format!(" with --drop '\"{}\"'", name.replace('"', "\"\"")),
            false => format!(" with --drop '{name}'"),
        },
        _ => String::new(),
    }
}

fn of_missing(purpose: Purpose) -> String {
    match purpose {
        Purpose::Factorize => {
            " with --missing mean, or, for nmf and completion, with --missing nan or --mask"
        }
        Purpose::Transform => " with --missing nan or --mask, for nmf",
    }
    .into()
}

/// Checks that a cell may be a number with other marks.
fn has_marks(cell: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || "+-., '\u{a0}\u{202f}’".contains(c);
    cell.contains(|c: char| c.is_ascii_digit()) && cell.chars().all(is_part)
}

/// Returns positions as --drop takes them, neighbours as a range.
fn positions(columns: &[usize]) -> String {
    let runs = columns.chunk_by(|one, next| one + 1 == *next);
    let run = |run: &[usize]| match run {
        [first, .., last] => format!("#{first}-#{last}"),
        [one] => format!("#{one}"),
        [] => String::new(),
    };
    runs.map(run).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_a_range() {
        assert_eq!(positions(&[1, 3, 4, 5, 9]), "#1,#3-#5,#9");
    }
}

//! The arrays of a model as tables, with the labels of rows and columns.

use super::FactorLabels;
use crate::model_folder::{Error, ModelFolder};
use lowrank::method::Factors;
use lowrank::{DenseMatrix, Scalar};
use std::fmt::Write;

/// The words in the headers of tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TableWords {
    /// `row`, `column` and `component_1`.
    #[default]
    Matrix,
    /// `document`, `term` and `topic_1`.
    Texts,
}

impl TableWords {
    /// Returns the word for a row, and that for a component.
    pub fn of_rows(self) -> (&'static str, &'static str) {
        match self {
            TableWords::Matrix => ("row", "component"),
            TableWords::Texts => ("document", "topic"),
        }
    }

    fn of_columns(self) -> (&'static str, &'static str) {
        match self {
            TableWords::Matrix => ("column", "component"),
            TableWords::Texts => ("term", "topic"),
        }
    }
}

/// Writes each array of the factors as a CSV of the same name: a line for each row of the array, its label or its
/// number from 1, then its numbers, under a header.
///
/// # Errors
/// The errors of [`ModelFolder::write`].
pub fn write_tables<T: Scalar>(
    factors: &Factors<T>,
    labels: FactorLabels<'_>,
    words: TableWords,
    folder: &mut ModelFolder,
) -> Result<(), Error> {
    let (rows, columns) = (
        (words.of_rows(), labels.rows),
        (words.of_columns(), labels.columns),
    );
    let (_, component) = rows.0;
    let mut write = |name: &str, table: String| folder.write(name, table.as_bytes());
    match factors {
        Factors::Nmf { w, h } => {
            write("w.csv", table(rows, w))?;
            write("h.csv", table(columns, h))
        }
        Factors::Svd {
            u,
            singular_values,
            v,
        } => {
            write("u.csv", table(rows, u))?;
            let values = vector(((component, "singular_value"), None), singular_values);
            write("singular_values.csv", values)?;
            write("v.csv", table(columns, v))
        }
        Factors::Pca {
            scores,
            singular_values,
            components,
            means,
            deviations,
        } => {
            write("scores.csv", table(rows, scores))?;
            let values = vector(((component, "singular_value"), None), singular_values);
            write("singular_values.csv", values)?;
            write("components.csv", table(columns, components))?;
            let of_columns = |value| ((words.of_columns().0, value), labels.columns);
            if let Some(deviations) = deviations {
                write("deviation.csv", vector(of_columns("deviation"), deviations))?;
            }
            write("mean.csv", vector(of_columns("mean"), means))
        }
        Factors::Chain(chain) => {
            write("w.csv", table(rows, &chain.w))?;
            for (place, factor) in (1..).zip(&chain.inner) {
                let table = table((("component", "component"), None), factor);
                write(&format!("f{place}.csv"), table)?;
            }
            write("h.csv", table(columns, &chain.h))
        }
        Factors::Completion {
            w,
            h,
            row_biases,
            column_biases,
            mean,
        } => {
            write("w.csv", table(rows, w))?;
            write("h.csv", table(columns, h))?;
            let of = |word, labels| ((word, "bias"), labels);
            write(
                "row_biases.csv",
                vector(of(rows.0.0, labels.rows), row_biases),
            )?;
            let of_columns = of(columns.0.0, labels.columns);
            write("column_biases.csv", vector(of_columns, column_biases))?;
            write("mean.csv", format!("mean\n{}\n", number(*mean)))
        }
    }
}

/// The first and the other names of a header, and the labels of the lines.
type Lines<'a> = ((&'a str, &'a str), Option<&'a [String]>);

fn table<T: Scalar>(((line, column), labels): Lines<'_>, a: &DenseMatrix<T>) -> String {
    let mut text = line.to_owned();
    for k in 1..=a.ncols() {
        let _ = write!(text, ",{column}_{k}");
    }
    text.push('\n');
    for i in 0..a.nrows() {
        push_label(&mut text, labels, i);
        for k in 0..a.ncols() {
            let _ = write!(text, ",{}", number(a.at(i, k)));
        }
        text.push('\n');
    }
    text
}

fn vector<T: Scalar>(((line, value), labels): Lines<'_>, x: &[T]) -> String {
    let mut text = format!("{line},{value}\n");
    for (i, x) in x.iter().enumerate() {
        push_label(&mut text, labels, i);
        let _ = writeln!(text, ",{}", number(*x));
    }
    text
}

fn push_label(text: &mut String, labels: Option<&[String]>, i: usize) {
    match labels.and_then(|labels| labels.get(i)) {
        Some(label) => {
            text.push('"');
            text.push_str(&label.replace('"', "\"\""));
            text.push('"');
        }
        None => {
            let _ = write!(text, "{}", i + 1);
        }
    }
}

/// The magnitudes between which a number has a decimal point instead of an exponent.
const PLAIN: std::ops::Range<f64> = 1e-5..1e16;

/// Formats with the fewest digits that give the number back in its precision.
fn number<T: Scalar>(x: T) -> String {
    let magnitude = x.to_f64().abs();
    match (T::NAME, magnitude == 0.0 || PLAIN.contains(&magnitude)) {
        (_, true) => x.to_string(),
        ("f32", false) => format!("{:e}", x.to_f64() as f32),
        (_, false) => format!("{:e}", x.to_f64()),
    }
}

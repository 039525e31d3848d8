//! Tables by pandas and NumPy, which golden/tables.py has stored.

use lowrank_files::matrix_file::{Entries, MatrixReader, Missing};
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("../../golden/tables.json")).unwrap()
}

fn bytes(table: &Value) -> Vec<u8> {
    let hex = table["bytes"].as_str().unwrap();
    let digits = (0..hex.len()).step_by(2);
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    digits.map(byte).collect()
}

fn labels(value: &Value) -> Option<Vec<String>> {
    let labels = value.as_array()?.iter();
    Some(
        labels
            .map(|label| label.as_str().unwrap().to_owned())
            .collect(),
    )
}

/// The entries row by row, nothing where one is missing.
fn rows(entries: &Entries) -> Vec<Vec<Option<f64>>> {
    let known = |i: usize, j: usize| match entries {
        Entries::Dense(a) => Some(a.at(i, j)),
        Entries::Sparse(a) | Entries::Observed(a) => {
            let (columns, values) = a.row(i);
            let at = columns.iter().position(|column| *column as usize == j)?;
            Some(values[at])
        }
    };
    let row = |i| (0..entries.ncols()).map(|j| known(i, j)).collect();
    (0..entries.nrows()).map(row).collect()
}

#[test]
fn every_table_of_pandas_and_numpy_holds_what_they_say() {
    let golden = golden();
    let tables = golden["tables"].as_array().unwrap();
    assert!(tables.len() > 60);
    let reader = MatrixReader {
        missing: Missing::Nan,
        ..MatrixReader::default()
    };
    for table in tables {
        let name = table["name"].as_str().unwrap();
        let read = reader.read_from(name.as_ref(), &bytes(table)[..]);
        let file = read.unwrap_or_else(|error| panic!("{error}"));
        let row = |row: &Value| row.as_array().unwrap().iter().map(Value::as_f64).collect();
        let expected: Vec<Vec<Option<f64>>> =
            table["rows"].as_array().unwrap().iter().map(row).collect();
        assert_eq!(rows(&file.entries), expected, "{name}");
        assert_eq!(file.row_labels, labels(&table["row_labels"]), "{name}");
        assert_eq!(
            file.column_labels,
            labels(&table["column_labels"]),
            "{name}"
        );
    }
}

#[test]
fn a_missing_value_is_refused_by_line_and_column_where_none_is_allowed() {
    let golden = golden();
    let mut count = 0;
    for table in golden["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        if !name.starts_with("hole") {
            continue;
        }
        count += 1;
        let read = MatrixReader::default().read_from(name.as_ref(), &bytes(table)[..]);
        let said = read.unwrap_err().to_string();
        let line = if name.starts_with("hole_first") { 2 } else { 3 };
        assert!(
            said.starts_with(&format!("{name}, line {line}, column ")),
            "{said}"
        );
        assert!(said.contains("stands for a missing value"), "{said}");
    }
    assert_eq!(count, 26);
}

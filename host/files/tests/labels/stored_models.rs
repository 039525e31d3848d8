//! Labels in the folder of a model.

use super::{dense, names};
use lowrank::method::{Method, Options};
use lowrank::{DenseMatrix, Scalar};
use lowrank_files::labels::{Absent, LabelledMatrix, Side};
use lowrank_files::model_folder::ModelFolder;
use lowrank_files::stored_model::{
    Description, FactorLabels, StoredModel, TableWords, read_row_labels, write_factors,
    write_labels, write_tables,
};
use std::fs;
use std::path::{Path, PathBuf};

const ODD: [&str; 5] = ["a,b", "say \"hi\"", "two\nlines", "", "é日本"];

/// Positive, 8 x 5, with odd names of the columns.
fn matrix<T: Scalar>() -> LabelledMatrix<T> {
    let rows: [[f64; 5]; 8] =
        std::array::from_fn(|i| std::array::from_fn(|j| ((i * j + i) % 7) as f64 + 0.5));
    let rows_named = (0..8).map(|i| format!("row {}\r\n", i % 3)).collect();
    dense(ODD, rows).with_labels(Side::Row, rows_named).unwrap()
}

fn keep<T: Scalar>(method: Method, labels: FactorLabels<'_>, path: &Path) -> PathBuf {
    let options = Options {
        method,
        rank: Some(2),
        ..Options::default()
    };
    let found = options
        .settings()
        .unwrap()
        .fit(matrix::<T>().view())
        .unwrap();
    let mut folder = ModelFolder::create(path, false).unwrap();
    write_factors(&found.factors, &mut folder).unwrap();
    write_labels(labels, &mut folder).unwrap();
    write_tables(&found.factors, labels, TableWords::Matrix, &mut folder).unwrap();
    folder
        .write("model.json", Description::new(&found).to_json().as_bytes())
        .unwrap();
    folder.commit().unwrap()
}

/// The rows of the matrix, its columns in the opposite order.
fn reversed() -> LabelledMatrix {
    let a = matrix::<f64>();
    let columns: Vec<String> = ODD.iter().rev().map(|name| (*name).to_owned()).collect();
    a.align_columns(&columns, Absent::Refused).unwrap().matrix
}

#[test]
fn every_method_keeps_labels_of_any_kind_and_finds_columns_by_them() {
    fn check<T: Scalar>() {
        let root = tempfile::tempdir().unwrap();
        for method in Method::ALL {
            let a = matrix::<T>();
            let path = root.path().join(method.name());
            let folder = keep::<T>(method, FactorLabels::from(&a), &path);
            let model = StoredModel::read(&folder).unwrap();
            assert_eq!(
                model.column_labels.as_deref(),
                Some(&names(ODD)[..]),
                "{method}"
            );
            let rows = read_row_labels(&folder, 8).unwrap();
            assert_eq!(rows.as_deref(), a.row_labels(), "{method}");
            let expected = model.transform(matrix::<f64>().view()).unwrap();
            let aligned = model.align(reversed(), Absent::Refused).unwrap();
            let found = model.transform(aligned.matrix.view()).unwrap();
            assert_eq!(found, expected, "{method}");
            let untouched = model.transform(reversed().view()).unwrap();
            assert_ne!(
                untouched, expected,
                "{method}: by position it is another matrix"
            );
            assert_eq!(found.biases.is_some(), method == Method::Completion);
        }
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn a_folder_without_labels_takes_columns_by_position() {
    let root = tempfile::tempdir().unwrap();
    for method in Method::ALL {
        let path = root.path().join(method.name());
        let folder = keep::<f64>(method, FactorLabels::default(), &path);
        assert!(!folder.join("rows.csv").exists() && !folder.join("columns.csv").exists());
        let model = StoredModel::read(&folder).unwrap();
        assert_eq!(model.column_labels, None);
        assert_eq!(read_row_labels(&folder, 8).unwrap(), None);
        let aligned = model.align(reversed(), Absent::Refused).unwrap();
        assert_eq!(aligned.matrix, reversed(), "{method}");
    }
}

#[test]
fn labels_that_do_not_fit_the_model_are_refused() {
    let root = tempfile::tempdir().unwrap();
    let a = matrix::<f64>();
    let folder = keep::<f64>(Method::Svd, FactorLabels::from(&a), &root.path().join("m"));
    let error = read_row_labels(&folder, 9).unwrap_err().to_string();
    assert!(
        error.contains("rows.csv has 8 names where the model has 9"),
        "{error}"
    );
    fs::write(folder.join("columns.csv"), "name\na\nb\n").unwrap();
    let error = StoredModel::read(&folder).unwrap_err().to_string();
    assert!(
        error.contains("columns.csv has 2 names where the model has 5"),
        "{error}"
    );
    fs::write(folder.join("columns.csv"), b"name\n\xff\n").unwrap();
    let error = StoredModel::read(&folder).unwrap_err().to_string();
    assert!(error.contains("columns.csv: not UTF-8"), "{error}");
}

#[test]
fn tables_have_the_names_and_the_numbers_of_the_arrays() {
    fn check<T: Scalar>() {
        let root = tempfile::tempdir().unwrap();
        for (method, tables) in [
            (Method::Nmf, &["w.csv", "h.csv"][..]),
            (Method::Svd, &["u.csv", "singular_values.csv", "v.csv"]),
            (
                Method::Pca,
                &[
                    "scores.csv",
                    "singular_values.csv",
                    "components.csv",
                    "mean.csv",
                ],
            ),
            (Method::Chain, &["w.csv", "h.csv"]),
            (
                Method::Completion,
                &[
                    "w.csv",
                    "h.csv",
                    "row_biases.csv",
                    "column_biases.csv",
                    "mean.csv",
                ],
            ),
        ] {
            let a = matrix::<T>();
            let folder = keep::<T>(
                method,
                FactorLabels::from(&a),
                &root.path().join(method.name()),
            );
            for name in tables {
                let (table, array) = (folder.join(name), folder.join(name).with_extension("npy"));
                let array: DenseMatrix<f64> = match *name {
                    "singular_values.csv" => continue,
                    _ => lowrank_files::model_folder::read_matrix(&array).unwrap(),
                };
                let mut reader = csv::Reader::from_path(&table).unwrap();
                let records: Vec<csv::StringRecord> =
                    reader.records().map(Result::unwrap).collect();
                let is_vector = array.nrows() == 1 && records.len() == array.ncols();
                let rows = if is_vector {
                    array.ncols()
                } else {
                    array.nrows()
                };
                assert_eq!(records.len(), rows, "{method} {name}");
                for (i, record) in records.iter().enumerate() {
                    let numbers = record.iter().skip(usize::from(record.len() > 1));
                    for (k, field) in numbers.enumerate() {
                        let x = if is_vector {
                            array.at(0, i)
                        } else {
                            array.at(i, k)
                        };
                        let read = T::from_f64(field.parse().unwrap());
                        assert_eq!(read, T::from_f64(x), "{method} {name} {field}");
                    }
                }
                if ["h.csv", "v.csv", "components.csv", "column_biases.csv"].contains(name) {
                    let labels: Vec<&str> = records.iter().map(|record| &record[0]).collect();
                    assert_eq!(labels, ODD, "{method} {name}");
                }
            }
        }
    }
    check::<f32>();
    check::<f64>();
}

//! Folders written by an older version: tests/golden/models.py made them.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::outcome::{lowrank, outcome_of};

const NAMES: [&str; 9] = [
    "nmf",
    "nmf_kullback_leibler",
    "nmf_adam",
    "svd",
    "pca",
    "chain",
    "topics_nmf",
    "topics_svd",
    "topics_batches",
];

fn models() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/golden/models"
    ))
}

#[test]
fn what_was_kept_long_ago_is_read_and_gives_the_same_weights() {
    for name in NAMES {
        let rows = match name.starts_with("topics") {
            true => "new_texts.txt",
            false => "new_rows.csv",
        };
        let arguments = ["transform", name, rows];
        let found = outcome_of(lowrank().current_dir(models()).args(arguments)).text();
        let expected = fs::read_to_string(models().join(name).with_extension("csv")).unwrap();
        assert_eq!(found.lines().count(), expected.lines().count(), "{name}");
        for (one, other) in found.split([',', '\n']).zip(expected.split([',', '\n'])) {
            // Another processor rounds in another order.
            let near = match (one.parse::<f64>(), other.parse::<f64>()) {
                (Ok(one), Ok(other)) => (one - other).abs() < 1e-5,
                _ => one == other,
            };
            assert!(near, "{name}: {one} beside {other}");
        }
    }
}

#[test]
fn an_old_completion_gives_factors_and_biases_of_new_rows() {
    let arguments = ["transform", "completion", "new_rows.csv", "--json"];
    let found = outcome_of(lowrank().current_dir(models()).args(arguments)).json();
    let golden = include_str!("../../../../tests/golden/fold_in.json");
    let golden: Value = serde_json::from_str(golden).unwrap();
    let expected = golden["kept"].as_array().unwrap();
    assert_eq!(found["rows"], expected.len());
    for (i, row) in expected.iter().enumerate() {
        let bias = [found["biases"][i].clone()];
        let numbers = found["weights"][i].as_array().unwrap().iter().chain(&bias);
        assert_eq!(row.as_array().unwrap().len(), 3);
        for (one, other) in numbers.zip(row.as_array().unwrap()) {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            assert!((one - other).abs() < 1e-10, "row {i}: {one} beside {other}");
        }
    }
}

//! Folders written by an older version: tests/golden/models.py made them.

use std::fs;
use std::path::PathBuf;

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
fn an_old_completion_says_that_it_has_no_weights() {
    let arguments = ["transform", "completion", "new_rows.csv"];
    let found = outcome_of(lowrank().current_dir(models()).args(arguments)).failure();
    let expected = fs::read_to_string(models().join("completion.csv")).unwrap();
    assert_eq!(found, expected.trim_end());
}

//! Ratings of new users in a kept completion, by the names of the items.

use std::fs;
use std::path::PathBuf;

use lowrank_files::labels::read_labels;
use lowrank_files::model_folder::read_matrix;

use crate::matrices::{Scratch, array, factorize_to, transform};

const RATINGS: &str = "user,item,rating\n\
    u1,i1,5\nu1,i2,3\nu1,i3,1\nu10,i1,4\nu10,i3,2\nu2,i1,1\nu2,i2,5\nu2,i3,4\nu3,i2,2\nu3,i3,5\n";
const TRIPLES: &str = "--triples user,item,rating";

fn model(scratch: &Scratch, options: &str) -> PathBuf {
    let ratings = scratch.text("ratings.csv", RATINGS);
    let folder = scratch.path("model");
    let options = format!("{TRIPLES} --method completion --rank 2 {options}");
    factorize_to(&ratings, &folder, &options).text();
    folder
}

/// The numbers of the first row of a CSV of weights.
fn numbers(csv: &str) -> Vec<f64> {
    let line = csv.lines().nth(1).unwrap();
    line.split(',')
        .skip(1)
        .map(|x| x.parse().unwrap())
        .collect()
}

#[test]
fn the_labels_say_which_row_of_w_is_which_user() {
    let scratch = Scratch::new();
    let folder = model(&scratch, "--table");
    let users = read_labels(&folder.join("rows.csv")).unwrap();
    assert_eq!(users, ["u1", "u10", "u2", "u3"]);
    assert_eq!(
        read_labels(&folder.join("columns.csv")).unwrap(),
        ["i1", "i2", "i3"]
    );
    let (w, table) = (
        array(&folder, "w.npy"),
        fs::read_to_string(folder.join("w.csv")).unwrap(),
    );
    let line = table
        .lines()
        .find(|line| line.starts_with("\"u10\""))
        .unwrap();
    let row: Vec<f64> = line
        .split(',')
        .skip(1)
        .map(|x| x.parse().unwrap())
        .collect();
    assert_eq!(row, [w.at(1, 0), w.at(1, 1)]);
    assert_eq!(read_labels(&folder.join("row_biases.csv")).unwrap(), users);
    assert_eq!(
        read_labels(&folder.join("column_biases.csv")).unwrap(),
        ["i1", "i2", "i3"]
    );
}

#[test]
fn an_unknown_item_is_said_and_left_out() {
    for options in ["", "--precision f32", "--solver sgd"] {
        let options = format!("--l2 12 {options}");
        let scratch = Scratch::new();
        let folder = model(&scratch, &options);
        let new = scratch.text("new.csv", "user,item,rating\nu9,i7,5\nu9,i2,3\nu9,i3,1\n");
        let (found, said) = transform(&folder, &new, TRIPLES).said();
        assert!(
            said.contains("1 column unknown to the model and left out: \"i7\""),
            "{said}"
        );
        assert_eq!(
            found.lines().next(),
            Some("row,component_1,component_2,bias")
        );
        assert!(found.contains("\nu9,"), "{found}");
        let known = scratch.text("known.csv", "user,item,rating\nu9,i3,1\nu9,i2,3\n");
        assert_eq!(transform(&folder, &known, TRIPLES).text(), found);
        // By the definition: the gradient of the penalized squares is zero.
        let (h, c) = (array(&folder, "h.npy"), array(&folder, "column_biases.npy"));
        let mean = array(&folder, "mean.npy").at(0, 0);
        let x = numbers(&found);
        let residual =
            |j: usize, a: f64| a - mean - c.at(0, j) - x[2] - x[0] * h.at(j, 0) - x[1] * h.at(j, 1);
        let (e2, e3) = (residual(1, 3.0), residual(2, 1.0));
        for (k, x) in x[..2].iter().enumerate() {
            let gradient = 12.0 * x - e2 * h.at(1, k) - e3 * h.at(2, k);
            assert!(gradient.abs() < 1e-9, "{options}: {gradient}");
        }
        assert!((3.0 * x[2] - e2 - e3).abs() < 1e-9, "{options}");
    }
}

#[test]
fn a_user_without_a_known_item_is_said_and_has_nothing() {
    let scratch = Scratch::new();
    let folder = model(&scratch, "");
    let new = scratch.text("new.csv", "user,item,rating\nu8,i2,3\nu9,i7,5\n");
    let outcome = transform(&folder, &new, TRIPLES);
    assert_eq!(outcome.status, Some(0), "{outcome:?}");
    assert!(outcome.stderr.contains("\"i7\""), "{outcome:?}");
    assert!(
        outcome.stderr.contains("1 row without a known entry"),
        "{outcome:?}"
    );
    assert!(outcome.stderr.contains("\"u9\""), "{outcome:?}");
    assert!(outcome.stdout.contains("\nu9,0,0,0\n"), "{outcome:?}");
    let unknown = scratch.text("unknown.csv", "user,item,rating\nu9,i7,5\n");
    let said = transform(&folder, &unknown, TRIPLES).failure();
    assert!(said.contains("\"i7\"") && said.contains("\"i1\""), "{said}");
}

#[test]
fn a_user_of_the_training_comes_back_from_a_table_with_gaps_too() {
    let scratch = Scratch::new();
    let folder = model(&scratch, "--iterations 5000 --tolerance 1e-15");
    let (w, b) = (array(&folder, "w.npy"), array(&folder, "row_biases.npy"));
    let table = scratch.text("table.csv", "user,i3,i1,i2\nu10,2,4,\nu1,1,5,3\n");
    let fewer = scratch.text("fewer.csv", "user,i3,i1\nu10,2,4\n");
    for (file, options) in [(&table, "--missing nan"), (&fewer, "")] {
        let found = numbers(&transform(&folder, file, options).text());
        for (one, other) in found.iter().zip([w.at(1, 0), w.at(1, 1), b.at(0, 1)]) {
            assert!((one - other).abs() < 1e-5, "{found:?}");
        }
    }
}

#[test]
fn weights_and_bias_of_new_users_are_the_same_as_npy_csv_and_json() {
    let scratch = Scratch::new();
    let folder = model(&scratch, "");
    let new = scratch.text("new.csv", "user,item,rating\nu8,i2,3\nu9,i1,5\nu9,i3,5\n");
    let file = scratch.path("rows.npy");
    let line = transform(
        &folder,
        &new,
        &format!("{TRIPLES} --output {}", file.display()),
    )
    .text();
    assert!(
        line.starts_with("2 rows of 2 components and a bias in "),
        "{line}"
    );
    let array = read_matrix::<f64>(&file).unwrap();
    assert_eq!((array.nrows(), array.ncols()), (2, 3));
    let report = transform(&folder, &new, &format!("{TRIPLES} --json")).json();
    assert_eq!(report["row_names"], serde_json::json!(["u8", "u9"]));
    let csv = transform(&folder, &new, TRIPLES).text();
    for i in 0..2 {
        let line = csv.lines().nth(i + 1).unwrap();
        let row: Vec<f64> = line
            .split(',')
            .skip(1)
            .map(|x| x.parse().unwrap())
            .collect();
        assert_eq!(row, [array.at(i, 0), array.at(i, 1), array.at(i, 2)]);
        assert_eq!(report["weights"][i][1], array.at(i, 1));
        assert_eq!(report["biases"][i], array.at(i, 2));
    }
}

#[test]
fn stored_zeros_or_missing_entries_are_asked_for_and_the_advice_works() {
    let scratch = Scratch::new();
    let folder = model(&scratch, "");
    let new = scratch.text(
        "new.mtx",
        "%%MatrixMarket matrix coordinate real general\n1 3 2\n1 2 3\n1 3 1\n",
    );
    let columns = scratch.text("items.txt", "i1\ni2\ni3\n");
    let options = format!("--column-names {}", columns.display());
    let said = transform(&folder, &new, &options).failure();
    assert!(
        said.contains("--mask ") && said.ends_with("new.mtx"),
        "{said}"
    );
    let advised = format!("{options} --mask {}", new.display());
    let found = numbers(&transform(&folder, &new, &advised).text());
    let known = scratch.text("known.csv", "user,item,rating\n1,i3,1\n1,i2,3\n");
    assert_eq!(found, numbers(&transform(&folder, &known, TRIPLES).text()));
}

#[test]
fn new_rows_of_an_nmf_with_missing_entries_are_found_by_name_too() {
    let scratch = Scratch::new();
    let ratings = scratch.text("ratings.csv", RATINGS);
    let folder = scratch.path("nmf");
    factorize_to(
        &ratings,
        &folder,
        &format!("{TRIPLES} --method nmf --rank 1"),
    )
    .text();
    let new = scratch.text(
        "new.csv",
        "user,item,rating\nu8,i7,9\nu8,i3,2\nu8,i1,4\nu9,i7,1\n",
    );
    let outcome = transform(&folder, &new, TRIPLES);
    assert_eq!(outcome.status, Some(0), "{outcome:?}");
    assert_eq!(outcome.stderr.lines().count(), 2, "{outcome:?}");
    let h = array(&folder, "h.npy");
    let (x, y) = (h.at(0, 0), h.at(2, 0));
    let expected = (4.0 * x + 2.0 * y) / (x * x + y * y);
    assert!(
        (numbers(&outcome.stdout)[0] - expected).abs() < 1e-3 * expected,
        "{outcome:?}"
    );
    assert!(outcome.stdout.contains("\nu9,0"), "{outcome:?}");
}

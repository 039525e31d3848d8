//! Names of rows and columns, from the file of a matrix to the rows in a kept model.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;
use lowrank_files::labels::read_labels;
use lowrank_files::model_folder::read_matrix;

use crate::matrices::{Scratch, array, factorize, factorize_to, names, transform};
use crate::outcome::{lowrank, outcome_of, topics_of};

const TRAINING: &str = "name,a,b,c\nx,1,2,9\ny,4,5,1\nz,7,8,3\nw,2,2,2\n";

/// Keeps a model of the training rows.
fn model(scratch: &Scratch, options: &str) -> PathBuf {
    let training = scratch.text("training.csv", TRAINING);
    let folder = scratch.path("model");
    factorize_to(&training, &folder, options).text();
    folder
}

/// The numbers of a CSV of weights, row by row.
fn numbers(csv: &str) -> Vec<Vec<f64>> {
    let fields = |line: &str| {
        line.split(',')
            .skip(1)
            .map(|x| x.parse().unwrap())
            .collect()
    };
    csv.lines().skip(1).map(fields).collect()
}

/// Of scores, whose signs are those of the components, the magnitudes.
#[track_caller]
fn assert_scores(csv: &str, expected: &[f64]) {
    let found = numbers(csv);
    assert_eq!(found.len(), 1, "{csv}");
    for (one, other) in found[0].iter().zip(expected) {
        assert!(
            (one.abs() - other.abs()).abs() < 1e-4,
            "{csv} beside {expected:?}"
        );
    }
}

#[test]
fn columns_in_another_order_are_put_in_order() {
    // Right values: scikit-learn's PCA of the training rows.
    let scratch = Scratch::new();
    let folder = model(&scratch, "--method pca --rank 2");
    let new = scratch.text("new.csv", "name,c,a,b\nx,9,1,2\n");
    let found = transform(&folder, &new, "").text();
    assert_eq!(found.lines().nth(1).unwrap().split(',').next(), Some("x"));
    assert_scores(&found, &[5.9483, -1.8678]);
    let report = transform(&folder, &new, "--json").json();
    assert_eq!(report["columns"]["matched_by"], "name");
    assert_eq!(report["row_names"][0], "x");
    // Signs too: the training row itself is where it was.
    let scores = array(&folder, "scores.npy");
    assert!((scores.at(0, 0) - numbers(&found)[0][0]).abs() < 1e-10);
}

#[test]
fn every_method_finds_columns_by_name() {
    let scratch = Scratch::new();
    let training = scratch.text("training.csv", TRAINING);
    let shuffled = scratch.text("new.csv", "name,c,a,b\nx,9,1,2\ny,1,4,5\n");
    let in_order = scratch.text("order.csv", "name,a,b,c\nx,1,2,9\ny,4,5,1\n");
    for (place, options) in [
        "--method nmf --rank 2",
        "--method nmf --rank 2 --precision f32 --loss kl",
        "--method svd --rank 2",
        "--method pca --rank 2 --scale",
        "--method chain --ranks 2,1",
        "--method completion --rank 2",
    ]
    .iter()
    .enumerate()
    {
        let folder = scratch.path(&format!("model{place}"));
        factorize_to(&training, &folder, options).text();
        assert_eq!(
            read_labels(&folder.join("rows.csv")).unwrap(),
            ["x", "y", "z", "w"]
        );
        assert_eq!(
            read_labels(&folder.join("columns.csv")).unwrap(),
            ["a", "b", "c"]
        );
        let expected = transform(&folder, &in_order, "").text();
        assert_eq!(
            transform(&folder, &shuffled, "").text(),
            expected,
            "{options}"
        );
    }
}

#[test]
fn a_missing_column_is_named_and_its_zeros_have_to_be_asked_for() {
    let scratch = Scratch::new();
    let folder = model(&scratch, "--method svd --rank 2");
    let new = scratch.text("new.csv", "c,a\n9,1\n");
    let said = transform(&folder, &new, "").failure();
    assert!(
        said.contains("new.csv") && said.contains("lacks a column of the model: \"b\""),
        "{said}"
    );
    // Its advice works.
    assert!(said.ends_with("--absent zero"), "{said}");
    let (found, said) = transform(&folder, &new, "--absent zero").said();
    assert!(
        said.contains("1 column of the model absent and taken as zeros: \"b\""),
        "{said}"
    );
    let whole = scratch.text("whole.csv", "a,b,c\n1,0,9\n");
    assert_eq!(found, transform(&folder, &whole, "").text());
}

#[test]
fn unknown_columns_are_left_out_with_a_count_in_one_line() {
    let scratch = Scratch::new();
    let folder = model(&scratch, "--method svd --rank 2");
    let wide = scratch.text("wide.csv", "q1,c,q2,a,q3,b,q4,q5,q6\n0,9,0,1,0,2,0,0,0\n");
    let (found, said) = transform(&folder, &wide, "").said();
    let names = "\"q1\", \"q2\", \"q3\", \"q4\", \"q5\" and 1 more";
    assert!(
        said.ends_with(&format!(
            "6 columns unknown to the model and left out: {names}"
        )),
        "{said}"
    );
    let plain = scratch.text("plain.csv", "a,b,c\n1,2,9\n");
    assert_eq!(found, transform(&folder, &plain, "").text());
    let json = outcome_of(
        lowrank()
            .args(["transform", "--json"])
            .arg(&folder)
            .arg(&wide),
    );
    let report: serde_json::Value = serde_json::from_str(&json.said().0).unwrap();
    assert_eq!(report["columns"]["unknown"].as_array().unwrap().len(), 6);
}

#[test]
fn where_no_column_is_known_the_rows_are_refused_unless_positions_are_meant() {
    let scratch = Scratch::new();
    let folder = model(&scratch, "--method svd --rank 2");
    let new = scratch.text("new.csv", "x,y,z\n1,2,9\n");
    for options in ["", "--absent zero"] {
        let said = transform(&folder, &new, options).failure();
        assert!(
            said.contains("no column of the matrix (\"x\", \"y\", \"z\")"),
            "{said}"
        );
        assert!(said.ends_with("--match position"), "{said}");
    }
    let found = transform(&folder, &new, "--match position").text();
    let plain = scratch.text("plain.csv", "a,b,c\n1,2,9\n");
    assert_eq!(found, transform(&folder, &plain, "").text());
}

#[test]
fn a_name_that_stands_twice_is_refused_by_name_on_either_side() {
    let scratch = Scratch::new();
    let folder = model(&scratch, "--method svd --rank 2");
    let new = scratch.text("new.csv", "a,b,a,c\n1,2,3,9\n");
    let said = transform(&folder, &new, "").failure();
    assert!(
        said.contains("\"a\" stands twice in the matrix, in columns 1 and 3"),
        "{said}"
    );
    let twice = scratch.text("twice.csv", "a,b,a\n1,2,9\n4,5,1\n7,8,3\n");
    let folder = scratch.path("twice");
    factorize_to(&twice, &folder, "--method svd --rank 2").text();
    assert_eq!(
        read_labels(&folder.join("columns.csv")).unwrap(),
        ["a", "b", "a"]
    );
    let said = transform(&folder, &twice, "").failure();
    assert!(said.contains("\"a\" stands twice in the model"), "{said}");
    assert!(said.ends_with("--match position"), "{said}");
    assert_eq!(
        transform(&folder, &twice, "--match position")
            .text()
            .lines()
            .count(),
        4
    );
}

#[test]
fn without_names_on_one_side_positions_count_and_it_is_said() {
    let scratch = Scratch::new();
    let folder = model(&scratch, "--method svd --rank 2");
    let bare = scratch.text("bare.csv", "1,2,9\n");
    let (found, said) = transform(&folder, &bare, "").said();
    assert!(
        said.contains("bare.csv has no names of columns: the 3 columns"),
        "{said}"
    );
    let named = scratch.text("named.csv", "a,b,c\n1,2,9\n");
    assert_eq!(transform(&folder, &named, "").text(), found);
    let narrow = scratch.text("narrow.csv", "1,2\n");
    assert!(
        transform(&folder, &narrow, "")
            .failure()
            .contains("narrow.csv")
    );
    let folder = scratch.path("bare");
    let training = scratch.text("bare_training.csv", "1,2,9\n4,5,1\n7,8,3\n");
    factorize_to(&training, &folder, "--method svd --rank 2").text();
    assert!(
        !names(&folder)
            .iter()
            .any(|name| name.ends_with("rows.csv") || name == "columns.csv")
    );
    let (_, said) = transform(&folder, &named, "").said();
    assert!(said.contains("the model has no names of columns"), "{said}");
    // Without names on either side there is nothing to say.
    transform(&folder, &bare, "").text();
}

#[test]
fn names_of_any_kind_go_through_a_model() {
    let scratch = Scratch::new();
    let odd = "id,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",é日本\n\"r,1\",1,2,9,1\n\"\",4,5,1,2\n\"r,1\",7,8,3,3\n";
    let training = scratch.text("odd.csv", odd);
    let folder = scratch.path("odd");
    factorize_to(&training, &folder, "--method svd --rank 2 --table").text();
    let columns = ["a,b", "say \"hi\"", "two\nlines", "é日本"];
    assert_eq!(read_labels(&folder.join("columns.csv")).unwrap(), columns);
    assert_eq!(
        read_labels(&folder.join("rows.csv")).unwrap(),
        ["r,1", "", "r,1"]
    );
    assert_eq!(read_labels(&folder.join("v.csv")).unwrap(), columns);
    let new = scratch.text(
        "new.csv",
        "id,é日本,\"two\nlines\",\"say \"\"hi\"\"\",\"a,b\"\n\"q\nq\",1,9,2,1\n",
    );
    let found = scratch.path("found.csv");
    transform(&folder, &new, &format!("--output {}", found.display())).text();
    assert_eq!(read_labels(&found).unwrap(), ["q\nq"]);
    let same = numbers(
        &transform(&folder, &training, "")
            .text()
            .replace("\"r,1\"", "r"),
    );
    let text = fs::read_to_string(&found).unwrap().replace("q\nq", "q");
    for (one, other) in numbers(&text)[0].iter().zip(&same[0]) {
        // A row alone is multiplied in another order.
        assert!((one - other).abs() < 1e-12, "{text}");
    }
}

fn gzipped(path: &Path, text: &str) {
    let file = fs::File::create(path).unwrap();
    let mut encoder = GzEncoder::new(file, flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap();
}

#[test]
fn names_beside_a_matrix_are_those_of_its_rows_and_columns() {
    // As 10x keeps them: genes are rows, cells are columns.
    let scratch = Scratch::new();
    let counts = "%%MatrixMarket matrix coordinate integer general\n3 4 5\n1 1 5\n2 2 3\n3 3 1\n1 4 2\n2 1 1\n";
    let matrix = scratch.text("matrix.mtx", counts);
    let (genes, cells) = (
        scratch.path("features.tsv.gz"),
        scratch.path("barcodes.tsv.gz"),
    );
    gzipped(
        &genes,
        "E1\tACTB\tGene Expression\nE2\tMYC\tGene Expression\nE3\tTP53\tGene Expression\n",
    );
    gzipped(&cells, "AAAC-1\nAAAG-1\nAACC-1\nAACG-1\n");
    let folder = scratch.path("model");
    let given = format!(
        "--row-names {} --column-names {}",
        genes.display(),
        cells.display()
    );
    factorize_to(&matrix, &folder, &format!("--rank 2 --table {given}")).text();
    assert_eq!(
        read_labels(&folder.join("rows.csv")).unwrap(),
        ["E1", "E2", "E3"]
    );
    assert_eq!(
        read_labels(&folder.join("h.csv")).unwrap(),
        ["AAAC-1", "AAAG-1", "AACC-1", "AACG-1"]
    );
    // The new rows have fewer cells, in another order, and names of their own.
    let new = scratch.text(
        "new.mtx",
        "%%MatrixMarket matrix array real general\n1 4\n2\n1\n3\n5\n",
    );
    let order = scratch.text("order.txt", "AACG-1\nAACC-1\nAAAG-1\nAAAC-1\n");
    let row = scratch.text("row.txt", "E9\n");
    let given = format!(
        "--row-names {} --column-names {}",
        row.display(),
        order.display()
    );
    let found = transform(&folder, &new, &given).text();
    assert!(found.contains("\nE9,"), "{found}");
    let in_order = scratch.text("in_order.csv", "AAAC-1,AAAG-1,AACC-1,AACG-1\n5,3,1,2\n");
    let expected = numbers(&transform(&folder, &in_order, "").text());
    for (one, other) in numbers(&found)[0].iter().zip(&expected[0]) {
        assert!((one - other).abs() < 1e-9, "{found}");
    }
}

#[test]
fn a_wrong_number_of_names_is_an_error_with_both_counts() {
    let scratch = Scratch::new();
    let matrix = scratch.text("a.csv", "1,2,9\n4,5,1\n");
    let with = |option: &str, text: &str| {
        let file = scratch.text("names.txt", text);
        factorize(&matrix, &format!("--rank 1 {option} {}", file.display())).failure()
    };
    let said = with("--column-names", "a\nb\n");
    assert!(
        said.contains("names.txt: 2 column names for 3 columns"),
        "{said}"
    );
    let said = with("--row-names", "name\nx\ny\n");
    assert!(
        said.contains("3 row names for 2 rows") && said.contains("without a header"),
        "{said}"
    );
    let said = with("--row-names", "x\n");
    assert!(
        said.contains("1 row name for 2 rows: give one for each"),
        "{said}"
    );
    let said = factorize(&matrix, "--rank 1 --row-names no.txt").failure();
    assert!(said.contains("no.txt"), "{said}");
    let folder = model(&scratch, "--rank 1");
    let file = scratch.text("names.txt", "a\nb\n");
    let said = transform(
        &folder,
        &matrix,
        &format!("--column-names {}", file.display()),
    )
    .failure();
    assert!(said.contains("2 column names for 3 columns"), "{said}");
}

#[test]
fn a_table_has_the_names_beside_the_numbers_of_the_arrays() {
    let scratch = Scratch::new();
    let folder = model(&scratch, "--method nmf --rank 2 --table");
    let table = fs::read_to_string(folder.join("w.csv")).unwrap();
    assert_eq!(table.lines().next(), Some("row,component_1,component_2"));
    assert_eq!(
        read_labels(&folder.join("w.csv")).unwrap(),
        ["x", "y", "z", "w"]
    );
    let w = read_matrix::<f64>(&folder.join("w.npy")).unwrap();
    for (i, row) in numbers(&table).iter().enumerate() {
        assert_eq!(row, &[w.at(i, 0), w.at(i, 1)]);
    }
    let said = factorize(&scratch.path("training.csv"), "--table").refusal();
    assert!(said.contains("--output"), "{said}");
}

#[test]
fn topics_keep_the_names_of_the_documents() {
    let scratch = Scratch::new();
    let texts = scratch.text(
        "texts.txt",
        "sun moon star\nboat sail wind\nmoon star sun sun\nwind sail boat\n",
    );
    let folder = scratch.path("topics");
    let options = format!("--topics 2 --table --output {}", folder.display());
    topics_of(&texts, &options).text();
    let documents = read_labels(&folder.join("rows.csv")).unwrap();
    assert_eq!(documents.len(), 4);
    assert_eq!(read_labels(&folder.join("w.csv")).unwrap(), documents);
    let terms = read_labels(&folder.join("h.csv")).unwrap();
    assert_eq!(terms, ["boat", "moon", "sail", "star", "sun", "wind"]);
    let header = fs::read_to_string(folder.join("h.csv")).unwrap();
    assert!(header.starts_with("term,topic_1,topic_2\n"));
    let said = transform(&folder, &texts, "--column-names x.txt").refusal();
    assert!(said.contains("--column-names"), "{said}");
    let found = transform(&folder, &texts, "--json").json();
    assert_eq!(found["row_names"].as_array().unwrap().len(), 4);
    assert!(found["columns"].is_null());
}

#[test]
fn the_report_and_a_plot_name_the_heaviest_columns_of_components() {
    let scratch = Scratch::new();
    let training = scratch.text("training.csv", "name,left,right<\nx,8,0\ny,4,0\nz,0,3\n");
    let file = scratch.path("components.svg");
    let plot = format!("--method svd --rank 2 --plot components={}", file.display());
    let text = factorize(&training, &plot).text();
    assert!(text.contains("component  heaviest columns"), "{text}");
    assert!(
        text.contains("1  left 1.00") && text.contains("2  right< 1.00"),
        "{text}"
    );
    let drawn = fs::read_to_string(&file).unwrap();
    for part in [
        "left",
        "right&lt;",
        "component 2",
        "weight of each column",
        "3 x 2, rank 2",
    ] {
        assert!(drawn.contains(part), "{part}");
    }
    let report = factorize(&training, "--method svd --rank 2 --json").json();
    assert_eq!(report["heaviest_columns"][0][0]["column"], "left");
    let bare = scratch.text("bare.csv", "8,0\n4,0\n0,3\n");
    let text = factorize(&bare, "--method svd --rank 2").text();
    assert!(!text.contains("heaviest"), "{text}");
    // Its advice works.
    let said = factorize(&bare, &plot).failure();
    assert!(said.contains("--column-names"), "{said}");
    let file = scratch.text("columns.txt", "left\nright\n");
    factorize(&bare, &format!("{plot} --column-names {}", file.display())).text();
}

#[test]
fn rows_are_drawn_as_points_with_their_names() {
    let scratch = Scratch::new();
    let training = scratch.text("training.csv", TRAINING);
    let (svg, png) = (scratch.path("rows.svg"), scratch.path("rows.png"));
    for method in ["nmf", "svd", "pca"] {
        let plots = format!(
            "--plot rows={} --plot rows={}",
            svg.display(),
            png.display()
        );
        factorize(&training, &format!("--method {method} --rank 2 {plots}")).text();
        let drawn = fs::read_to_string(&svg).unwrap();
        for name in ["x", "y", "z", "w", "component 2"] {
            assert!(drawn.contains(&format!("\n{name}\n")), "{method} {name}");
        }
        assert!(fs::read(&png).unwrap().starts_with(b"\x89PNG\r\n\x1a\n"));
    }
    let said = factorize(&training, "--rank 1 --plot rows=r.svg").refusal();
    assert!(said.contains("--rank 2"), "{said}");
}

#[test]
fn missing_entries_of_new_rows_are_refused_with_a_way_out_that_works() {
    let scratch = Scratch::new();
    let new = scratch.text("new.csv", "c,a,b\n9,1,\n");
    for method in ["svd", "pca"] {
        let folder = scratch.path(method);
        let training = scratch.text("training.csv", TRAINING);
        factorize_to(&training, &folder, &format!("--method {method} --rank 1")).text();
        for options in ["--missing nan", "--missing nan --absent missing"] {
            let said = transform(&folder, &new, options).failure();
            assert!(
                said.contains(&format!("{method} needs all of them")),
                "{said}"
            );
            assert!(said.contains("nmf or completion"), "{said}");
        }
    }
    for method in ["nmf", "completion"] {
        let folder = scratch.path(method);
        let training = scratch.text("training.csv", TRAINING);
        factorize_to(&training, &folder, &format!("--method {method} --rank 1")).text();
        transform(&folder, &new, "--missing nan").text();
    }
}

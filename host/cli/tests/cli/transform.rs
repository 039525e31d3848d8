//! `lowrank transform`: new rows and documents in a saved model.

use std::fs;

use lowrank::DenseMatrix;
use lowrank_files::model_folder::read_matrix;
use serde_json::Value;

use crate::matrices::{Scratch, array, difference, factorize_to, names, positive, transform};
use crate::outcome::{keys, lowrank, outcome_of, topics};

#[test]
fn rows_of_the_training_come_back_where_they_were() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    for (place, method) in ["nmf", "svd", "pca", "pca --scale"].iter().enumerate() {
        let folder = scratch.path(&format!("model{place}"));
        let options = format!("--method {method} --rank 3 --tolerance 1e-12 --iterations 2000");
        factorize_to(&matrix, &folder, &options).text();
        let expected = match *method {
            "nmf" => array(&folder, "w.npy"),
            "pca" | "pca --scale" => array(&folder, "scores.npy"),
            _ => {
                let (a, v) = (positive(), array(&folder, "v.npy"));
                let product = |i, k| (0..20).map(|j| a.at(i, j) * v.at(j, k)).sum();
                DenseMatrix::from_fn(30, 3, product)
            }
        };
        let file = scratch.path(&format!("weights{place}.npy"));
        let line = transform(&folder, &matrix, &format!("--output {}", file.display())).text();
        assert!(line.starts_with("30 rows of 3 components"), "{line}");
        let found = read_matrix::<f64>(&file).unwrap();
        let largest = expected
            .as_slice()
            .iter()
            .fold(0.0f64, |most, x| most.max(x.abs()));
        let tolerance = if *method == "nmf" { 1e-3 } else { 1e-10 };
        assert!(
            difference(&found, &expected) < tolerance * largest,
            "{method}"
        );
    }
}

#[test]
fn weights_are_the_same_as_npy_csv_and_json() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let folder = scratch.path("model");
    factorize_to(&matrix, &folder, "--method svd --rank 2").text();
    let (npy, csv) = (scratch.path("w.npy"), scratch.path("w.csv"));
    for file in [&npy, &csv] {
        transform(&folder, &matrix, &format!("--output {}", file.display())).text();
    }
    let printed = transform(&folder, &matrix, "").text();
    assert_eq!(fs::read_to_string(&csv).unwrap(), printed);
    let mut lines = printed.lines();
    assert_eq!(lines.next(), Some("row,component_1,component_2"));
    let report = transform(&folder, &matrix, "--json").json();
    assert_eq!(
        keys(&report),
        [
            "biases",
            "columns",
            "method",
            "output",
            "rank",
            "row_names",
            "rows",
            "seconds",
            "weights"
        ]
    );
    let array = read_matrix::<f64>(&npy).unwrap();
    for (i, line) in lines.enumerate() {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields[0], (i + 1).to_string());
        for k in 0..2 {
            assert_eq!(fields[k + 1].parse::<f64>().unwrap(), array.at(i, k));
            assert_eq!(report["weights"][i][k], array.at(i, k));
        }
    }
    let report = transform(
        &folder,
        &matrix,
        &format!("--json --output {}", npy.display()),
    )
    .json();
    assert!(report["weights"].is_null() && report["output"].is_string());
}

#[test]
fn documents_find_the_topics_that_the_corpus_had() {
    let scratch = Scratch::new();
    for method in ["nmf", "svd"] {
        let folder = scratch.path(method);
        let options = [
            "--method",
            method,
            "--json",
            "--output",
            folder.to_str().unwrap(),
        ];
        let report = topics(options).json();
        let mut expected = [
            "h.npy",
            "model.json",
            "rows.csv",
            "topics.svg",
            "trace.csv",
            "w.npy",
        ]
        .to_vec();
        if method == "svd" {
            expected = [
                "model.json",
                "rows.csv",
                "singular_values.npy",
                "topics.svg",
                "trace.csv",
                "u.npy",
                "v.npy",
            ]
            .to_vec();
        }
        assert_eq!(names(&folder), expected);
        let file = scratch.path("weights.npy");
        let output = format!("--output {}", file.display());
        transform(&folder, "sample".as_ref(), &output).text();
        let weights = read_matrix::<f64>(&file).unwrap();
        let lengths: Vec<f64> = match method {
            "nmf" => {
                let h = array(&folder, "h.npy");
                (0..6)
                    .map(|k| h.column(k).iter().map(|x| x * x).sum::<f64>().sqrt())
                    .collect()
            }
            _ => vec![1.0; 6],
        };
        let mut led = [0u64; 6];
        for i in 0..weights.nrows() {
            let part = |k: &usize| weights.at(i, *k).abs() * lengths[*k];
            led[(0..6).max_by(|p, q| part(p).total_cmp(&part(q))).unwrap()] += 1;
        }
        // Numbered as they are printed.
        let topics = report["topics"].as_array().unwrap();
        let documents: Vec<u64> = topics
            .iter()
            .map(|topic| topic["documents"].as_u64().unwrap())
            .collect();
        for (found, expected) in led.iter().zip(&documents) {
            assert!(
                found.abs_diff(*expected) <= 2,
                "{method}: {led:?}, {documents:?}"
            );
        }
    }
    let text = scratch.text(
        "new.txt",
        "the boat has sails and a mast, the wind and the tide\n",
    );
    let printed = transform(&scratch.path("nmf"), &text, "").text();
    let mut lines = printed.lines();
    assert_eq!(
        lines.next().unwrap(),
        "document,topic_1,topic_2,topic_3,topic_4,topic_5,topic_6"
    );
    let weights: Vec<f64> = lines
        .next()
        .unwrap()
        .split(',')
        .skip(1)
        .map(|x| x.parse().unwrap())
        .collect();
    let report = topics(["--json"]).json();
    let first = report["topics"]
        .as_array()
        .unwrap()
        .iter()
        .position(|topic| {
            topic["words"]
                .as_array()
                .unwrap()
                .iter()
                .any(|word| word["word"] == "sail")
        });
    let heaviest = (0..6).max_by(|p, q| weights[*p].total_cmp(&weights[*q]));
    assert_eq!(heaviest, first);
}

#[test]
fn models_that_are_broken_are_refused_in_one_line() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let folder = scratch.path("model");
    factorize_to(&matrix, &folder, "--rank 2").text();
    let description = folder.join("model.json");
    let good = fs::read_to_string(&description).unwrap();
    let with = |name: &str, value: Value| {
        let mut model: Value = serde_json::from_str(&good).unwrap();
        model[name] = value;
        model.to_string()
    };
    for (broken, named) in [
        (good[..good.len() / 2].to_owned(), "model.json"),
        (String::new(), "model.json"),
        ("[1, 2]".into(), "model.json"),
        (with("version", 2.into()), "version 2"),
        (with("version", "one".into()), "model.json"),
        (with("method", "lda".into()), "lda"),
        (with("columns", 21.into()), "h.npy"),
        (with("rank", 3.into()), "h.npy"),
        (with("rank", (-1).into()), "model.json"),
        (with("text", serde_json::json!({"terms": 3})), "model.json"),
    ] {
        fs::write(&description, broken).unwrap();
        let said = transform(&folder, &matrix, "").failure();
        assert!(said.contains(named), "{said}");
    }
    fs::write(&description, &good).unwrap();
    let narrow = scratch.text("narrow.csv", "1,2\n3,4\n");
    let said = transform(&folder, &narrow, "").failure();
    assert!(
        said.contains("narrow.csv") && said.contains("2 x 20"),
        "{said}"
    );
    fs::remove_file(folder.join("h.npy")).unwrap();
    assert!(transform(&folder, &matrix, "").failure().contains("h.npy"));
    assert!(
        transform(&scratch.path("no"), &matrix, "")
            .failure()
            .contains("model.json")
    );
}

#[test]
fn options_of_the_other_kind_of_model_are_refused() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let folder = scratch.path("model");
    factorize_to(&matrix, &folder, "--rank 2").text();
    let said = transform(&folder, &matrix, "--text-column review").refusal();
    assert!(said.contains("--text-column"), "{said}");
    let said = transform(&folder, &matrix, "--output w.txt").refusal();
    assert!(said.contains(".npy or .csv"), "{said}");
    let texts = scratch.path("texts");
    topics(["--output", texts.to_str().unwrap()]).text();
    let said = transform(&texts, "sample".as_ref(), "--missing nan").refusal();
    assert!(said.contains("--missing"), "{said}");
    let said =
        outcome_of(lowrank().args(["topics", "--topics", "2..3", "--output", "x"])).refusal();
    assert!(said.contains("--output"), "{said}");
}

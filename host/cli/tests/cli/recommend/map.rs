//! `lowrank recommend map`.

use super::{json, recommend, trained};
use crate::matrices::Scratch;
use serde_json::Value;
use std::fs;

fn list(value: &Value, name: &str) -> Vec<(String, f64)> {
    let entries = value.as_array().unwrap().iter();
    let entry = |entry: &Value| {
        let item = entry["item"].as_str().unwrap().to_owned();
        (item, entry[name].as_f64().unwrap())
    };
    entries.map(entry).collect()
}

#[test]
fn the_ends_of_the_first_component_are_the_two_tastes() {
    let scratch = Scratch::new();
    for model in ["als", "sgd", "gibbs", "implicit", "svd"] {
        let more: &[&str] = match model {
            "implicit" | "svd" => &["--rank", "2", "--liked", "4"],
            _ => &["--rank", "2"],
        };
        let folder = trained(&scratch, model, more);
        let report = json(&["map", &folder, "-n", "4"]);
        assert_eq!(report["items"], 16);
        let first = &report["components"][0];
        let share = first["share"].as_f64().unwrap();
        assert!((0.3..=1.0).contains(&share), "{model} {share}");
        let parity = |(item, _): &(String, f64)| item.parse::<u64>().unwrap() % 2;
        let [high, low] = ["high", "low"].map(|end| list(&first[end], "place"));
        assert!(high.is_sorted_by(|a, b| a.1 >= b.1) && low.is_sorted_by(|a, b| a.1 <= b.1));
        for end in [&high, &low] {
            assert_eq!(end.len(), 4);
            assert!(
                end.iter().all(|entry| parity(entry) == parity(&end[0])),
                "{model} {end:?}"
            );
        }
        assert_ne!(parity(&high[0]), parity(&low[0]), "{model}");
        match report["biases"].as_object() {
            None => assert!(["implicit", "svd"].contains(&model), "{model}"),
            Some(biases) => {
                let best = list(&biases["best"], "bias");
                let worst = list(&biases["worst"], "bias");
                assert!(
                    best.is_sorted_by(|a, b| a.1 >= b.1) && best[0].1 > worst[0].1,
                    "{model}"
                );
            }
        }
    }
}

#[test]
fn titles_are_whole_in_lists_and_in_the_picture() {
    let scratch = Scratch::new();
    let folder = trained(&scratch, "als", &["--rank", "2"]);
    let picture = scratch.path("map.svg").display().to_string();
    let text = recommend(&["map", &folder, "--plot", &picture, "-n", "3"]).text();
    assert!(
        text.starts_with("the 16 items with the most ratings"),
        "{text}"
    );
    for part in [
        "component 1, ",
        "component 2, ",
        "best by bias:",
        "worst by bias:",
        "% of the variance, the other end:",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let svg = fs::read_to_string(&picture).unwrap();
    for item in 0..15 {
        let kind = if item % 2 == 0 { "Even" } else { "Odd" };
        assert!(
            svg.contains(&format!("{kind}, {item} (19{}9)", item % 10)),
            "{item}"
        );
    }
    // The one without a title has its name, and fewer items are drawn where fewer are asked for.
    assert!(svg.contains("9007199254741007"));
    let few = scratch.path("few.png").display().to_string();
    recommend(&[
        "map", &folder, "--plot", &few, "--titles", "4", "--items", "8",
    ])
    .text();
    assert!(fs::read(&few).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn models_without_factors_or_biases_say_so() {
    let scratch = Scratch::new();
    let folder = trained(&scratch, "als", &["--rank", "2", "--biases", "rows"]);
    let text = recommend(&["map", &folder]).text();
    assert!(text.contains("als has no biases"), "{text}");
    let line = recommend(&["map", &folder, "--items", "1"]).failure();
    assert!(line.contains("a map needs two items"), "{line}");
    let refused = recommend(&["map", &folder, "--plot", "map.gif"]).refusal();
    assert!(refused.contains("--plot"), "{refused}");
}

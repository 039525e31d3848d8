//! Other tables for a kept model: of ratings, and of pairs.

use super::{json, recommend, trained};
use crate::matrices::Scratch;
use serde_json::Value;
use std::fs;

const FIRST: u64 = 9_007_199_254_740_992;

#[test]
fn the_columns_of_another_table_can_be_named() {
    let scratch = Scratch::new();
    let folder = trained(&scratch, "als", &["--rank", "2"]);
    let likes_even = |user: &str| {
        format!(
            "{user},{},5,1\n{user},{},1,5\n{user},{},5,1\n",
            FIRST,
            FIRST + 1,
            FIRST + 2
        )
    };
    let plain = format!("who,what,stars,wrong\n{}", likes_even("new"));
    let plain = scratch.text("plain.csv", plain).display().to_string();
    let expected = json(&["for", &folder, "--ratings", &plain]);
    let other = format!("guest,film,note,wrong\n{}", likes_even("new"));
    let other = scratch.text("other.csv", other).display().to_string();
    let named = ["--user", "guest", "--item", "film", "--rating", "note"];
    let found = json(&[&["for", &folder, "--ratings", &other][..], &named].concat());
    assert_eq!(found, expected);
    // Some are named, and the others are the first ones that are left by position.
    let found = json(&["for", &folder, "--ratings", &other, "--rating", "wrong"]);
    assert_ne!(found, expected);
    // A column that is given for one thing is not another one by default: neither by name nor by position.
    for (header, given) in [
        (
            "film,guest,note,wrong",
            ["--user", "guest", "--rating", "note"],
        ),
        (
            "what,who,stars,wrong",
            ["--user", "who", "--rating", "stars"],
        ),
        (
            "note,film,item,wrong",
            ["--rating", "note", "--user", "item"],
        ),
    ] {
        let columns: Vec<&str> = header.split(',').collect();
        let place = |name: &str| columns.iter().position(|column| *column == name).unwrap();
        let [user, rating] = match given[0] {
            "--user" => [place(given[1]), place(given[3])],
            _ => [place(given[3]), place(given[1])],
        };
        let item = (0..3)
            .find(|place| ![user, rating].contains(place))
            .unwrap();
        let mut text = format!("{header}\n");
        for line in likes_even("new").lines() {
            let fields: Vec<&str> = line.split(',').collect();
            let mut turned = ["", "", "", fields[3]];
            (turned[user], turned[item], turned[rating]) = (fields[0], fields[1], fields[2]);
            text += &format!("{}\n", turned.join(","));
        }
        let turned = scratch.text("turned.csv", text).display().to_string();
        let found = json(&[&["for", &folder, "--ratings", &turned][..], &given].concat());
        assert_eq!(found, expected, "{header}");
    }
    // A column that is not there is said with those that are.
    let line = recommend(&["for", &folder, "--ratings", &other, "--item", "movie"]).failure();
    assert!(
        line.contains("there is no column movie: the header has guest, film, note and wrong"),
        "{line}"
    );
    let few = scratch
        .text("few.csv", "guest,film\na,b\n")
        .display()
        .to_string();
    let line = recommend(&["for", &folder, "--ratings", &few]).failure();
    assert!(
        line.contains(
            "columns of users, items and ratings are needed: the header has guest and film"
        ),
        "{line}"
    );
    let refused = recommend(&["for", &folder, "user 1", "--item", "what"]).refusal();
    assert!(refused.contains("--ratings"), "{refused}");
}

/// A model of lists needs no ratings, unless it was told which are liked.
#[test]
fn a_table_without_ratings_serves_a_model_of_lists() {
    let scratch = Scratch::new();
    let text = format!("who,what\nnew,{FIRST}\nnew,{}\n", FIRST + 2);
    let table = scratch.text("taken.csv", text).display().to_string();
    let folder = trained(&scratch, "svd", &["--rank", "2"]);
    let found = json(&["for", &folder, "--ratings", &table, "-n", "2"]);
    assert_eq!(found["users"][0]["items"].as_array().unwrap().len(), 2);
    let folder = trained(&scratch, "implicit", &["--rank", "2", "--liked", "4"]);
    let line = recommend(&["for", &folder, "--ratings", &table]).failure();
    assert!(line.contains("and ratings are needed"), "{line}");
}

#[test]
fn pairs_are_predicted_in_their_order_and_unknown_ones_counted() {
    let scratch = Scratch::new();
    for model in ["gibbs", "als", "implicit"] {
        let more: &[&str] = if model == "gibbs" {
            &["--samples", "20"]
        } else {
            &[]
        };
        let folder = trained(&scratch, model, &[&["--rank", "2"][..], more].concat());
        let [four, nine] = [FIRST + 4, FIRST + 9];
        let text = format!(
            "what,note,who\n{four},x,user 7\n{nine},x,user 1\n7,x,user 1\n{four},x,nobody\n{nine},x,user 7\n"
        );
        let pairs = scratch.text("pairs.csv", text).display().to_string();
        let outcome = recommend(&["predict", &folder, "--pairs", &pairs]);
        assert_eq!(outcome.status, Some(0), "{outcome:?}");
        assert!(
            outcome
                .stderr
                .contains("2 of 5 pairs have a user or an item"),
            "{outcome:?}"
        );
        let mut reader = csv::Reader::from_reader(outcome.stdout.as_bytes());
        let name = if model == "implicit" {
            "score"
        } else {
            "rating"
        };
        let mut header = vec!["user", "item", "title", name];
        if model == "gibbs" {
            header.extend(["deviation", "rating_deviation"]);
        }
        assert_eq!(reader.headers().unwrap(), header);
        let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(lines.len(), 5);
        for (place, user, item) in [
            (0, "user 7", four),
            (1, "user 1", nine),
            (4, "user 7", nine),
        ] {
            let one: Value = json(&["predict", &folder, user, &item.to_string()]);
            assert_eq!(
                (&lines[place][0], &lines[place][1]),
                (user, &*item.to_string())
            );
            for (field, name) in lines[place].iter().zip(&header).skip(3) {
                let miss = field.parse::<f64>().unwrap() - one[*name].as_f64().unwrap();
                assert!(miss.abs() < 1e-5, "{model} {name} {field} {one}");
            }
        }
        assert_eq!((&lines[2][3], &lines[3][3]), ("", ""));
        assert_eq!(&lines[3][2], "Even, 4 (1949)");
        let output = scratch.path("predicted.csv").display().to_string();
        let outcome = recommend(&["predict", &folder, "--pairs", &pairs, "--output", &output]);
        assert!(outcome.stdout.starts_with("5 pairs in "), "{outcome:?}");
        assert_eq!(fs::read_to_string(&output).unwrap().lines().count(), 6);
    }
    let folder = trained(&scratch, "svd", &["--rank", "2"]);
    let other = scratch.text("other.csv", format!("film,guest\n{FIRST},user 7\n"));
    let other = other.display().to_string();
    let named = ["--user", "guest", "--item", "film"];
    let found = recommend(&[&["predict", &folder, "--pairs", &other][..], &named].concat()).text();
    assert_eq!(found.lines().count(), 2);
    assert!(!found.contains(",,"), "{found}");
    let refused = recommend(&["predict", &folder, "user 7", "3", "--item", "film"]).refusal();
    assert!(refused.contains("--pairs"), "{refused}");
    let refused = recommend(&["predict", &folder, "user 7"]).refusal();
    assert!(refused.contains("ITEM"), "{refused}");
}

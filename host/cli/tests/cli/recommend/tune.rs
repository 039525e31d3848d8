//! `--tune`.

use super::{figure, recommend, table};
use crate::matrices::Scratch;
use crate::outcome::Outcome;
use serde_json::Value;
use std::fs;
use std::path::Path;

const COLUMNS: [&str; 6] = ["--user", "who", "--item", "what", "--rating", "stars"];

fn run(command: &str, ratings: &Path, options: &str) -> Outcome {
    let ratings = ratings.display().to_string();
    let mut arguments = vec![command, &ratings];
    arguments.extend(COLUMNS);
    arguments.extend(options.split_whitespace());
    recommend(&arguments)
}

/// The settings and figures of the trials, without their times.
fn trials(tuning: &Value) -> Vec<Value> {
    let trials = tuning["trials"].as_array().unwrap().iter();
    let timeless = trials.map(|trial| {
        let mut trial = trial.clone();
        trial.as_object_mut().unwrap().remove("seconds").unwrap();
        trial
    });
    timeless.collect()
}

#[test]
fn the_best_of_the_trials_is_chosen_kept_and_told() {
    let scratch = Scratch::new();
    let ratings = table(&scratch);
    for model in ["als", "implicit", "svd", "ease"] {
        let folder = scratch.path(model);
        let options = format!(
            "--model {model} --tune --budget 600 --json --output {}",
            folder.display()
        );
        let report = run("train", &ratings, &options).json();
        let tuning = &report["tuning"];
        assert_eq!(tuning["settled"], true, "{model}");
        let kept = fs::read_to_string(folder.join("tuning.json")).unwrap();
        assert_eq!(&serde_json::from_str::<Value>(&kept).unwrap(), tuning);
        let all = trials(tuning);
        assert!(all.len() >= 2, "{tuning:#}");
        // A fifth of twelve ratings by each of 24 users.
        assert_eq!(tuning["held_out"], 48);
        let (name, sign) = match model {
            "als" => ("RMSE", 1.0),
            _ => ("nDCG@10", -1.0),
        };
        assert_eq!(tuning["figure"], name);
        let figure = |trial: &Value| sign * trial["figure"].as_f64().unwrap();
        let chosen = &tuning["chosen"];
        let best = all
            .iter()
            .min_by(|a, b| figure(a).total_cmp(&figure(b)))
            .unwrap();
        for (name, value) in chosen.as_object().unwrap() {
            assert_eq!(&best[name], value, "{model} {name}");
            let found = report["settings"][name].as_f64();
            assert_eq!(found, value.as_f64(), "{model} {name}");
            let values = tuning["grid"][name].as_array().unwrap();
            assert!(values.contains(value));
            let end = match (values.first() == Some(value), values.last() == Some(value)) {
                _ if values.len() == 1 => Value::Null,
                (true, _) => "smallest".into(),
                (_, true) => "largest".into(),
                _ => Value::Null,
            };
            assert_eq!(tuning["borders"][name], end, "{model} {name}");
        }
    }
}

#[test]
fn the_curve_is_a_table_and_a_setting_that_is_given_is_not_searched() {
    let scratch = Scratch::new();
    let ratings = table(&scratch);
    let folder = scratch.path("model");
    let options = format!(
        "--model als --rank 2 --tune --budget 600 --output {}",
        folder.display()
    );
    let text = run("train", &ratings, &options).text();
    assert!(
        text.starts_with("als tuned by RMSE on 48 ratings held out for it: "),
        "{text}"
    );
    assert_eq!(
        text.lines().filter(|line| line.starts_with("* ")).count(),
        1,
        "{text}"
    );
    assert!(text.contains("\nchosen: --l2 "), "{text}");
    assert!(text.contains("the grid"), "{text}");
    let line = text.lines().last().unwrap();
    assert!(line.contains("--rank 2 --l2 "), "{line}");
    // Nothing is left to search: said, and the advice works.
    let both = format!(
        "--model als --rank 2 --l2 1 --output {} --force",
        folder.display()
    );
    let line = run("train", &ratings, &format!("{both} --tune")).failure();
    assert!(line.contains("leave out one of them, or --tune"), "{line}");
    run("train", &ratings, &both).text();
    let refused = run("train", &ratings, &format!("{both} --budget 3")).refusal();
    assert!(refused.contains("--tune"), "{refused}");
    for wrong in ["0", "-1", "nan", "long"] {
        let refused = run(
            "train",
            &ratings,
            &format!("{both} --tune --budget={wrong}"),
        )
        .refusal();
        assert!(refused.contains("--budget"), "{refused}");
    }
}

#[test]
fn a_search_without_time_takes_the_defaults_and_says_that_it_ended_early() {
    let scratch = Scratch::new();
    let ratings = table(&scratch);
    let folder = scratch.path("model");
    let options = format!(
        "--model als --tune --budget 0.000001 --output {}",
        folder.display()
    );
    let text = run("train", &ratings, &options).text();
    assert!(text.contains("--budget allows more"), "{text}");
    assert!(text.contains(": 1 of "), "{text}");
}

/// The latest ratings are held out in the end; a search that looked at them would find other figures after they changed.
#[test]
fn the_test_part_is_never_looked_at() {
    let scratch = Scratch::new();
    let ratings = table(&scratch);
    let text = fs::read_to_string(&ratings).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let time = |line: &str| line.split(',').next().unwrap().parse::<i64>().unwrap();
    let header = lines.remove(0);
    lines.sort_by_key(|line| time(line));
    // The last fifth of 288: every rating there becomes another one.
    let changed: Vec<String> = lines
        .iter()
        .enumerate()
        .map(|(place, line)| match place < 288 - 58 {
            true => (*line).to_owned(),
            false => {
                let fields: Vec<&str> = line.splitn(3, ',').collect();
                let stars: f64 = fields[1].parse().unwrap();
                format!("{},{},{}", fields[0], 6.0 - stars, fields[2])
            }
        })
        .collect();
    let changed = format!("{header}\n{}\n", changed.join("\n"));
    let changed = scratch.text("changed.csv", changed);
    let options = "--time when --split time --models als,svd --seeds 1 --tune --budget 600 --json";
    let reports = [&ratings, &changed].map(|table| {
        let outcome = run("evaluate", table, options);
        assert_eq!(outcome.status, Some(0), "{outcome:?}");
        serde_json::from_str::<Value>(&outcome.stdout).unwrap()
    });
    let of = |report: &Value, place: usize| trials(&report["models"][place]["tuning"][0]);
    for place in [1, 2] {
        let [one, other] = [&reports[0], &reports[1]].map(|report| of(report, place));
        assert!(one.len() >= 2);
        assert_eq!(one, other);
    }
    let [one, other] = [&reports[0], &reports[1]].map(|report| figure(report, "als", "rmse"));
    assert!((one - other).abs() > 0.1, "{one} {other}");
    // Popularity has nothing to search.
    assert_eq!(reports[0]["models"][0]["tuning"], Value::Null);
}

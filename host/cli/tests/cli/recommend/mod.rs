//! `lowrank recommend`.

mod map;
mod models;
mod other_tables;
mod refusals;
mod tune;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::matrices::Scratch;
use crate::outcome::{Outcome, lowrank, outcome_of};

const COLUMNS: &str = "--user who --item what --rating stars";

/// The models that are kept.
const MODELS: [&str; 7] = ["implicit", "svd", "ease", "als", "sgd", "gibbs", "dot-bias"];

/// Returns true for a model of ratings.
fn rates(model: &str) -> bool {
    !["implicit", "svd", "ease"].contains(&model)
}

/// People of two tastes who rate things of two kinds; names that are no numbers, and numbers of 64 bits.
fn table(scratch: &Scratch) -> PathBuf {
    let mut text = String::from("when,stars,what,who\n");
    for user in 0..24_u64 {
        for item in 0..16_u64 {
            if (user * 5 + item * 3) % 4 == 0 {
                continue;
            }
            let likes = (user + item).is_multiple_of(2);
            let stars = if likes { 4.0 } else { 1.5 } + ((user * 3 + item * 7) % 3) as f64 * 0.5;
            let time = 1_000_000_000 + user * 40 + (item * 5) % 16;
            let item = 9_007_199_254_740_992 + item;
            writeln!(text, "{time},{stars},{item},\"user {user}\"").unwrap();
        }
    }
    scratch.text("ratings.csv", &text)
}

fn evaluate(ratings: &Path, options: &str) -> Outcome {
    let mut command = lowrank();
    command.args(["recommend", "evaluate"]).arg(ratings);
    outcome_of(command.args(options.split_whitespace()))
}

fn figure(report: &Value, model: &str, name: &str) -> f64 {
    let models = report["models"].as_array().unwrap();
    let found = models.iter().find(|found| found["model"] == model).unwrap();
    found[name]["mean"].as_f64().unwrap()
}

#[test]
fn all_models_are_judged_on_the_same_ratings_with_popularity_beside_them() {
    let scratch = Scratch::new();
    let table = table(&scratch);
    let report = evaluate(&table, &format!("{COLUMNS} --json -n 3")).json();
    let names: Vec<&str> = report["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| model["model"].as_str().unwrap())
        .collect();
    let all = [
        "popularity",
        "implicit",
        "svd",
        "ease",
        "als",
        "sgd",
        "gibbs",
        "dot-bias",
    ];
    assert_eq!(names, all);
    assert_eq!(
        (&report["users"], &report["items"], &report["ratings"]),
        (&24.into(), &16.into(), &288.into())
    );
    // Two or three of the twelve of each user, in each of three divisions.
    let divisions = report["divisions"].as_array().unwrap();
    assert_eq!(divisions.len(), 3);
    for division in divisions {
        assert_eq!(division["held_out"], 48);
        assert_eq!(division["users_judged"], 24);
        assert_eq!(division["users_without_training"], 0);
    }
    for model in ["popularity", "implicit", "svd", "ease"] {
        assert_eq!(
            report["models"]
                .as_array()
                .unwrap()
                .iter()
                .find(|found| found["model"] == model)
                .unwrap()["rmse"],
            Value::Null
        );
    }
    for model in ["als", "sgd", "gibbs", "dot-bias"] {
        let [rmse, mae] = ["rmse", "mae"].map(|name| figure(&report, model, name));
        assert!(mae > 0.0 && mae <= rmse, "{model} {mae} {rmse}");
    }
    // The mean alone is 1.4 off, and biases do not help.
    for model in ["als", "gibbs"] {
        assert!(figure(&report, model, "rmse") < 0.8, "{report:#}");
    }
    for model in all {
        for name in ["precision", "recall", "ndcg", "map", "coverage"] {
            assert!(
                (0.0..=1.0).contains(&figure(&report, model, name)),
                "{model} {name}"
            );
        }
    }
}

#[test]
fn the_report_repeats_itself_on_any_number_of_threads() {
    let scratch = Scratch::new();
    let table = table(&scratch);
    let without_seconds = |options: &str| {
        let options = format!("{COLUMNS} --models implicit,als,svd --seeds 2 --json {options}");
        let mut report = evaluate(&table, &options).json();
        for model in report["models"].as_array_mut().unwrap() {
            model.as_object_mut().unwrap().remove("seconds").unwrap();
        }
        report
    };
    let one = without_seconds("--threads 1");
    assert_eq!(one, without_seconds("--threads 3"));
    assert_ne!(one, without_seconds("--seed 7"));
}

/// Those who like what they are asked for are told apart by every model that learns from tastes; popularity cannot.
#[test]
fn lists_of_what_is_liked_are_better_than_popularity() {
    let scratch = Scratch::new();
    let options = format!("{COLUMNS} --liked 4 -n 2 --rank 2 --json");
    let report = evaluate(&table(&scratch), &options).json();
    let popularity = figure(&report, "popularity", "ndcg");
    for model in ["implicit", "svd", "als", "gibbs"] {
        let ndcg = figure(&report, model, "ndcg");
        assert!(ndcg > popularity + 0.1, "{model} {ndcg} {popularity}");
    }
    assert!(
        report["divisions"][0]["relevant"].as_u64() < report["divisions"][0]["held_out"].as_u64()
    );
}

#[test]
fn without_ratings_lines_are_counted_and_lists_alone_are_judged() {
    let scratch = Scratch::new();
    let mut text = String::from("who\twhat\twhen\n");
    for user in 0..12 {
        for item in (0..9).filter(|item| (user + item) % 2 == 0) {
            for time in 0..=(user % 3) {
                writeln!(text, "u{user}\ti{item}\t{}", 100 * time + item).unwrap();
            }
        }
    }
    let table = scratch.text("plays.tsv", &text);
    let options = "--user who --item what --time when --split leave-last --models svd,svd,popularity --rank 2 --seeds 2";
    let text = evaluate(&table, options).text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "54 ratings of 9 items by 12 users, 12 held out; 2 divisions"
    );
    assert!(
        lines[3].starts_with("popularity") && lines[4].starts_with("svd"),
        "{text}"
    );
    assert_eq!(lines.len(), 5, "{text}");
    assert!(lines[4].contains(" - "), "{text}");
    let refused = evaluate(&table, "--user who --item what --models gibbs").refusal();
    assert!(
        refused.contains("name their column with --rating"),
        "{refused}"
    );
    // The advice works.
    let once = scratch.text(
        "once.tsv",
        "who\twhat\tstars\na\tx\t1\na\ty\t2\nb\tx\t3\nb\ty\t5\n",
    );
    let rated =
        "--user who --item what --rating stars --models gibbs --rank 1 --seeds 1 --share 0.5";
    evaluate(&once, rated).text();
}

#[test]
fn a_split_that_leaves_users_nothing_to_learn_from_says_so_and_counts_them() {
    let scratch = Scratch::new();
    let options = format!("{COLUMNS} --time when --split time --share 0.3 --models als --seeds 1");
    let outcome = evaluate(&table(&scratch), &options);
    assert_eq!(outcome.status, Some(0));
    let said = "7 users have held-out ratings and none to learn from";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    assert_eq!(outcome.stderr.lines().count(), 1);
}

#[test]
fn tables_that_do_not_fit_are_refused_in_one_line_that_helps() {
    let scratch = Scratch::new();
    let of = |name: &str, text: &str, options: &str| {
        let line = evaluate(&scratch.text(name, text), options).failure();
        assert!(line.contains(name), "{line}");
        line
    };
    let options = "--user who --item what --rating stars";
    let missing = of("header.csv", "who,what,rate\na,b,1\n", options);
    assert!(
        missing.contains("no column stars for --rating: the header has who, what and rate"),
        "{missing}"
    );
    let empty = of("empty.csv", "who,what,stars\n", options);
    assert!(empty.contains("no ratings"), "{empty}");
    for wrong in ["", "many", "nan", "inf"] {
        let line = of(
            "wrong.csv",
            &format!("who,what,stars\na,b,1\na,c,{wrong}\n"),
            options,
        );
        assert!(
            line.contains("line 3") && line.contains("correct or remove"),
            "{line}"
        );
    }
    let twice = of(
        "twice.csv",
        "who,what,stars\na,b,1\na,c,2\na,b,3\n",
        options,
    );
    assert!(twice.contains("lines 2 and 4 both rate b for a"), "{twice}");
    let unnamed = of("unnamed.csv", "who,what,stars\n,b,1\n", options);
    assert!(
        unnamed.contains("line 2") && unnamed.contains("empty"),
        "{unnamed}"
    );
    let ragged = of("ragged.csv", "who,what,stars\na,b,1\na,b\n", options);
    assert!(ragged.contains('3') && ragged.contains('2'), "{ragged}");
    let time = "--user who --item what --rating stars --time when --split time";
    let time = of("time.csv", "who,what,stars,when\na,b,1,noon\n", time);
    assert!(time.contains("line 2: the time noon"), "{time}");
    let few = "who,what,stars\na,b,1\na,c,2\nb,b,3\nb,c,1\n";
    let few = evaluate(
        &scratch.text("few.csv", few),
        "--user who --item what --rating stars --liked 9",
    )
    .failure();
    assert!(few.contains("--liked"), "{few}");
    let nowhere = evaluate(&scratch.path("nowhere.csv"), options).failure();
    assert!(nowhere.contains("nowhere.csv"), "{nowhere}");
}

#[test]
fn wrong_options_are_refused_with_status_two() {
    let scratch = Scratch::new();
    let table = table(&scratch);
    for options in [
        "--share 0",
        "--share 1",
        "--share nan",
        "--seeds 0",
        "-n 0",
        "--rank 0",
        "--liked nan",
        "--models magic",
        "--split last",
        "--split time",
        "--split leave-last --time when --share 0.3",
        "--threads 0",
    ] {
        let refused = evaluate(&table, &format!("{COLUMNS} {options}")).refusal();
        let option = options.split(' ').next().unwrap();
        assert!(
            refused.contains(option) || refused.contains("--share"),
            "{refused}"
        );
    }
    let line = evaluate(
        &table,
        &format!("{COLUMNS} --rank 17 --models svd --seeds 1"),
    )
    .failure();
    assert!(line.contains("rank 17 is not between 1 and 16"), "{line}");
}

fn recommend(arguments: &[&str]) -> Outcome {
    outcome_of(lowrank().arg("recommend").args(arguments))
}

/// Trains a model with titles, one of which is missing.
fn trained(scratch: &Scratch, model: &str, more: &[&str]) -> String {
    let ratings = table(scratch).display().to_string();
    let mut titles = String::from("id,name\n");
    for item in 0..15_u64 {
        let kind = if item.is_multiple_of(2) {
            "Even"
        } else {
            "Odd"
        };
        writeln!(
            titles,
            "{},\"{kind}, {item} (19{}9)\"",
            9_007_199_254_740_992 + item,
            item % 10
        )
        .unwrap();
    }
    let titles = scratch.text("titles.csv", &titles).display().to_string() + ":id:name";
    let folder = scratch.path(model).display().to_string();
    let mut arguments = vec![
        "train", &ratings, "--user", "who", "--item", "what", "--rating", "stars",
    ];
    arguments.extend(["--titles", &titles, "--model", model, "--output", &folder]);
    arguments.extend(more);
    let outcome = recommend(&arguments);
    assert_eq!(outcome.status, Some(0), "{outcome:?}");
    assert!(
        outcome
            .stderr
            .contains("no title of 1 of 16 items: they keep their names"),
        "{outcome:?}"
    );
    assert!(
        outcome
            .stdout
            .contains("288 ratings of 16 items by 24 users"),
        "{outcome:?}"
    );
    folder
}

fn json(arguments: &[&str]) -> Value {
    recommend(&[arguments, &["--json"]].concat()).json()
}

#[test]
fn every_kept_model_lists_the_taste_of_a_user() {
    let scratch = Scratch::new();
    for model in MODELS {
        let liked: &[&str] = if rates(model) { &[] } else { &["--liked", "4"] };
        let rank: &[&str] = match model {
            "ease" => &["--l2", "5"],
            // Three epochs of five batches: so few need large steps.
            "dot-bias" => &["--rank", "2", "--learning-rate", "0.3"],
            _ => &["--rank", "2"],
        };
        let folder = trained(&scratch, model, &[liked, rank].concat());
        let report = json(&["for", &folder, "user 0", "user 1", "-n", "2"]);
        for (user, parity) in [(0, 0), (1, 1)] {
            let list = report["users"][user]["items"].as_array().unwrap();
            assert_eq!(list.len(), 2, "{model}");
            for entry in list {
                let item: u64 = entry["item"].as_str().unwrap().parse().unwrap();
                // User u has rated item i unless 5 u + 3 i is a multiple of four.
                let place = item - 9_007_199_254_740_992;
                assert!(
                    (5 * user as u64 + 3 * place).is_multiple_of(4),
                    "{model} {report:#}"
                );
                assert_eq!(place % 2, parity, "{model} {report:#}");
            }
        }
        let all = json(&["for", &folder, "user 0", "-n", "99", "--keep-seen"]);
        assert_eq!(all["users"][0]["items"].as_array().unwrap().len(), 16);
        let text = recommend(&["for", &folder, "user 3"]).text();
        let name = if rates(model) { "rating" } else { "score" };
        assert!(
            text.starts_with(&format!("user 3, by {name}:\n   1  ")),
            "{text}"
        );
    }
}

#[test]
fn a_table_of_lists_is_that_of_each_user() {
    let scratch = Scratch::new();
    let folder = trained(&scratch, "implicit", &["--rank", "2"]);
    let output = scratch.path("lists.csv");
    let path = output.display().to_string();
    let said = recommend(&["for", &folder, "--all", "-n", "3", "--output", &path]).text();
    assert!(said.starts_with("72 lines for 24 users"), "{said}");
    let lines = std::fs::read_to_string(&output).unwrap();
    let streamed = recommend(&["for", &folder, "--all", "-n", "3"]).text();
    assert_eq!(streamed.trim_end(), lines.trim_end());
    let mut lines = lines.lines();
    assert_eq!(lines.next(), Some("user,rank,item,title,score"));
    // Names come in their order, by letters: user 10 before user 2.
    let report = json(&["for", &folder, "user 10", "-n", "3"]);
    let third = lines.find(|line| line.starts_with("user 10,3,")).unwrap();
    let entry = &report["users"][0]["items"][2];
    assert!(
        third.contains(entry["item"].as_str().unwrap()),
        "{third} {entry}"
    );
    // The ratings of the same users give the same lists, as they are folded in.
    let ratings = scratch.path("ratings.csv").display().to_string();
    let other = scratch.path("other.csv").display().to_string();
    recommend(&[
        "for",
        &folder,
        "--ratings",
        &ratings,
        "-n",
        "3",
        "--output",
        &other,
    ])
    .text();
    assert_eq!(
        std::fs::read(&other).unwrap(),
        std::fs::read(&output).unwrap()
    );
}

#[test]
fn users_of_another_table_are_folded_in_and_unknown_items_said() {
    let scratch = Scratch::new();
    let folder = trained(&scratch, "als", &["--rank", "1"]);
    let even = |item: u64| 9_007_199_254_740_992 + item;
    for header in ["stars,who,what", "rating,user,item", "note,guest,thing"] {
        let by_name = !header.contains("guest");
        let line = |stars: f64, item: u64| match by_name {
            true => format!("{stars},new,{item}\n"),
            false => format!("new,{item},{stars}\n"),
        };
        let header = if by_name { header } else { "guest,thing,note" };
        let text = [
            format!("{header}\n"),
            line(5.0, even(0)),
            line(1.0, even(1)),
            line(3.0, 7),
        ]
        .concat();
        let path = scratch.text("new.csv", &text).display().to_string();
        let outcome = recommend(&["for", &folder, "--ratings", &path, "--json", "-n", "1"]);
        assert_eq!(outcome.status, Some(0), "{outcome:?}");
        assert!(
            outcome
                .stderr
                .contains("1 ratings are of items that the model does not know"),
            "{outcome:?}"
        );
        let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
        let item: u64 = report["users"][0]["items"][0]["item"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!(
            (item - 9_007_199_254_740_992).is_multiple_of(2),
            "{report:#}"
        );
    }
    let path = scratch
        .text("none.csv", "who,what,stars\nnew,7,3\n")
        .display()
        .to_string();
    let line = recommend(&["for", &folder, "--ratings", &path]).failure();
    assert!(
        line.contains("knows none of the items in the column what"),
        "{line}"
    );
}

#[test]
fn explanations_add_up_and_predictions_are_those_of_the_lists() {
    let scratch = Scratch::new();
    for model in ["implicit", "als"] {
        let folder = trained(&scratch, model, &["--rank", "2"]);
        let name = if model == "als" { "rating" } else { "score" };
        let report = json(&["explain", &folder, "user 0", "Even, 4"]);
        let shares = report["shares"].as_array().unwrap();
        assert_eq!(shares.len(), 12);
        let sum: f64 = shares
            .iter()
            .map(|part| part["share"].as_f64().unwrap())
            .sum();
        let score = report[name].as_f64().unwrap();
        assert!((sum + report["baseline"].as_f64().unwrap() - score).abs() < 1e-9);
        let predicted = json(&["predict", &folder, "user 0", "even, 4 (1949)"]);
        assert!(
            (predicted[name].as_f64().unwrap() - score).abs() < 1e-4,
            "{predicted} {score}"
        );
        let text = recommend(&["explain", &folder, "user 0", "Even, 4", "-n", "2"]).text();
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(text.contains("10 more"), "{text}");
        let similar = json(&["similar", &folder, "Even, 4", "-n", "3"]);
        assert_eq!(similar["similar"].as_array().unwrap().len(), 3);
    }
    let folder = trained(&scratch, "svd", &["--rank", "2"]);
    let line = recommend(&["explain", &folder, "user 0", "Even, 4"]).failure();
    assert!(line.contains("train implicit, als or sgd"), "{line}");
}

#[test]
fn names_that_are_not_there_and_lists_that_are_empty_are_said() {
    let scratch = Scratch::new();
    let folder = trained(&scratch, "implicit", &["--rank", "2"]);
    let line = recommend(&["for", &folder, "usr 7"]).failure();
    assert!(
        line.contains("there is no user usr 7; near it: user 7"),
        "{line}"
    );
    let line = recommend(&["similar", &folder, "Odd"]).failure();
    assert!(
        line.contains("Odd may be") && line.contains("give more of the title"),
        "{line}"
    );
    let line = recommend(&["predict", &folder, "user 7", "Ood, 3"]).failure();
    assert!(
        line.contains("near it: 9007199254740995 (Odd, 3 (1939))"),
        "{line}"
    );
    // All candidates are rated: said, with what helps, and that helps.
    let candidates = scratch
        .text("candidates.txt", "Odd, 1\n9007199254740994\n")
        .display()
        .to_string();
    let mut arguments = vec!["for", &folder, "user 0", "--candidates", &candidates];
    let outcome = recommend(&arguments);
    assert!(
        outcome.stderr.contains("there is no list for user 0"),
        "{outcome:?}"
    );
    assert!(outcome.stderr.contains("--keep-seen"), "{outcome:?}");
    arguments.push("--keep-seen");
    assert_eq!(recommend(&arguments).text().lines().count(), 3);
    let nowhere = scratch.path("nowhere").display().to_string();
    let line = recommend(&["for", &nowhere, "user 0"]).failure();
    assert!(
        line.contains("take a folder that lowrank recommend train wrote"),
        "{line}"
    );
    for (arguments, said) in [
        (vec!["--model", "ease", "--rank", "3"], "--rank belongs to"),
        (vec!["--model", "svd", "--l2", "3"], "--l2 belongs to"),
        (
            vec!["--model", "ease", "--confidence", "3"],
            "--confidence belongs to",
        ),
        (vec!["--model", "als", "--liked", "3"], "--liked belongs to"),
        (
            vec!["--titles", "movies.csv"],
            "such as movies.csv:movieId:title",
        ),
    ] {
        let ratings = scratch.path("ratings.csv").display().to_string();
        let output = scratch.path("other").display().to_string();
        let train = [
            "train", &ratings, "--user", "who", "--item", "what", "--rating", "stars", "--output",
            &output,
        ];
        let refused = recommend(&[&train[..], &arguments].concat()).refusal();
        assert!(refused.contains(said), "{refused}");
    }
}

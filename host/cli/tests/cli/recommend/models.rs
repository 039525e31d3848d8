//! Models that are kept, and what their folders hold.

use super::{MODELS, json, rates, recommend, table, trained};
use crate::matrices::{Scratch, names};
use crate::outcome::Outcome;
use lowrank::completion::{Biases, CompletionSolver};
use lowrank::recommend::{DotBias, Gibbs, Recommender};
use lowrank::{Completion, Observed, SparseMatrix};
use lowrank_files::labels::read_labels;
use serde_json::Value;
use std::path::Path;

/// The ratings of the table, and the names of the users, in the order of the names.
fn matrix() -> (SparseMatrix<f32>, Vec<String>) {
    let mut users: Vec<String> = (0..24).map(|user| format!("user {user}")).collect();
    users.sort();
    let mut entries = Vec::new();
    for (place, name) in users.iter().enumerate() {
        let user: usize = name[5..].parse().unwrap();
        for item in (0..16).filter(|item| !(user * 5 + item * 3).is_multiple_of(4)) {
            let likes = (user + item).is_multiple_of(2);
            let stars = if likes { 4.0 } else { 1.5 } + ((user * 3 + item * 7) % 3) as f32 * 0.5;
            entries.push((place, item, stars));
        }
    }
    (SparseMatrix::from_triplets(24, 16, entries).unwrap(), users)
}

/// Trains on the table of all tests.
fn train(scratch: &Scratch, folder: &Path, options: &str) -> Outcome {
    let ratings = table(scratch).display().to_string();
    let folder = folder.display().to_string();
    let mut arguments = vec!["train", &ratings, "--output", &folder];
    arguments.extend("--user who --item what --rating stars".split(' '));
    arguments.extend(options.split_whitespace());
    recommend(&arguments)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// What a folder predicts is what the library predicts for the same ratings.
#[test]
fn the_folder_of_a_model_has_all_that_its_predictions_need() {
    let scratch = Scratch::new();
    let (a, users) = matrix();
    let completion = |solver, biases| Completion {
        rank: 2,
        solver,
        biases,
        ..Completion::default()
    };
    let gibbs = Gibbs {
        rank: 2,
        samples: 30,
        ..Gibbs::default()
    };
    let dot_bias = DotBias {
        rank: 2,
        learning_rate: 0.2,
        ..DotBias::default()
    };
    let of = |solver, biases| -> Box<dyn Recommender<f32>> {
        Box::new(completion(solver, biases).fit(Observed(&a)).unwrap())
    };
    let plain = Gibbs {
        biases: false,
        ..gibbs
    };
    let models: [(&str, Box<dyn Recommender<f32>>); 8] = [
        ("als", of(CompletionSolver::Als, Biases::Both)),
        ("als --biases none", of(CompletionSolver::Als, Biases::None)),
        ("als --biases rows", of(CompletionSolver::Als, Biases::Rows)),
        (
            "sgd --biases columns",
            of(CompletionSolver::Sgd, Biases::Columns),
        ),
        ("sgd", of(CompletionSolver::Sgd, Biases::Both)),
        ("gibbs --samples 30", Box::new(gibbs.fit(&a).unwrap())),
        (
            "gibbs --samples 30 --biases none",
            Box::new(plain.fit(&a).unwrap()),
        ),
        (
            "dot-bias --learning-rate 0.2",
            Box::new(dot_bias.fit(&a).unwrap()),
        ),
    ];
    for (place, (options, model)) in models.iter().enumerate() {
        let folder = scratch.path(&format!("model {place}"));
        let options = format!("--model {options} --rank 2");
        let said = train(&scratch, &folder, &options).text();
        assert!(said.contains("--rank 2"), "{said}");
        let folder = folder.display().to_string();
        let mut scores = [0.0; 16];
        for user in [0, 7, 23] {
            model.score_new(a.row(user), &mut scores).unwrap();
            for item in [0, 5, 15] {
                let id = (9_007_199_254_740_992_u64 + item as u64).to_string();
                let found = json(&["predict", &folder, &users[user], &id]);
                let miss = number(&found["rating"]) - f64::from(scores[item]);
                assert!(miss.abs() < 2e-5, "{options}: {found} {}", scores[item]);
            }
        }
    }
}

#[test]
fn gibbs_predicts_with_standard_deviations() {
    let scratch = Scratch::new();
    let folder = scratch.path("draws");
    train(&scratch, &folder, "--model gibbs --rank 2 --samples 50").text();
    let folder = folder.display().to_string();
    let item = "9007199254740992";
    let found = json(&["predict", &folder, "user 1", item]);
    let [of_mean, of_rating] = ["deviation", "rating_deviation"].map(|name| number(&found[name]));
    assert!(
        of_mean > 0.01 && of_mean < of_rating && of_rating < 2.0,
        "{found}"
    );
    let text = recommend(&["predict", &folder, "user 1", item]).text();
    let expected = format!(
        "{:.4}, standard deviation {of_mean:.4}; {of_rating:.4} of a single rating",
        number(&found["rating"])
    );
    assert!(text.trim_end().ends_with(&expected), "{text} {expected}");
    for model in ["als", "dot-bias"] {
        let other = scratch.path(model);
        train(&scratch, &other, &format!("--model {model} --rank 2")).text();
        let found = json(&["predict", &other.display().to_string(), "user 1", item]);
        assert_eq!(found["deviation"], Value::Null);
    }
}

#[test]
fn predictions_of_dot_bias_stay_in_the_range_that_is_given() {
    let scratch = Scratch::new();
    let folder = scratch.path("wide");
    let text = train(
        &scratch,
        &folder,
        "--model dot-bias --rank 2 --range -1..7.5",
    )
    .text();
    assert!(text.contains("--range -1..7.5"), "{text}");
    let kept = std::fs::read_to_string(folder.join("recommender.json")).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["settings"]["range"], serde_json::json!([-1.0, 7.5]));
    let (a, users) = matrix();
    let model = DotBias {
        rank: 2,
        range: Some((-1.0, 7.5)),
        ..DotBias::default()
    };
    let mut scores = [0.0; 16];
    let model = model.fit(&a).unwrap();
    model.score_new(a.row(3), &mut scores).unwrap();
    let folder = folder.display().to_string();
    let found = json(&["predict", &folder, &users[3], "9007199254740992"]);
    let miss = number(&found["rating"]) - f64::from(scores[0]);
    assert!(miss.abs() < 2e-5, "{found} {}", scores[0]);
    for (range, said) in [
        ("2..4.5", "is outside --range 2..4.5"),
        ("1..4", "is outside --range 1..4"),
    ] {
        let other = scratch.path(range);
        let options = format!("--model dot-bias --range {range}");
        let line = train(&scratch, &other, &options).failure();
        assert!(line.contains(said), "{line}");
        assert!(!other.exists());
    }
    for range in ["5..1", "5", "1..", "1..nan", "1..1"] {
        let options = format!("--model dot-bias --range {range}");
        let refused = train(&scratch, &scratch.path("x"), &options).refusal();
        assert!(refused.contains("the lower one first"), "{range} {refused}");
    }
    let refused = train(&scratch, &scratch.path("x"), "--model als --range 1..5").refusal();
    assert!(
        refused.contains("--range belongs to dot-bias, and not to als"),
        "{refused}"
    );
}

#[test]
fn every_model_has_similar_items_and_those_that_can_explain_do() {
    let scratch = Scratch::new();
    for model in MODELS {
        let rank: &[&str] = match model {
            "ease" => &[],
            _ => &["--rank", "2"],
        };
        let folder = trained(&scratch, model, rank);
        let similar = json(&["similar", &folder, "Even, 4", "-n", "3"]);
        let list = similar["similar"].as_array().unwrap();
        assert_eq!(list.len(), 3, "{model}");
        for entry in list {
            assert!(number(&entry["cosine"]) <= 1.0 + 1e-6, "{model} {entry}");
        }
        let outcome = recommend(&["explain", &folder, "user 0", "Even, 4", "--json"]);
        if ["implicit", "als", "sgd"].contains(&model) {
            let report = outcome.json();
            let shares = report["shares"].as_array().unwrap();
            let sum: f64 = shares.iter().map(|part| number(&part["share"])).sum();
            let name = if rates(model) { "rating" } else { "score" };
            let score = number(&report[name]);
            assert!(
                (sum + number(&report["baseline"]) - score).abs() < 1e-9,
                "{model}"
            );
        } else {
            let line = outcome.failure();
            assert!(line.contains("train implicit, als or sgd"), "{line}");
        }
    }
}

#[test]
fn users_and_items_are_labels_as_in_every_folder_of_a_model() {
    let scratch = Scratch::new();
    let text = "who,what,stars\n\"a, \"\"b\"\"\",\"x\ny\",1\nzoe,\"x\ny\",2\nzoe,\" z\",3\n\"a, \"\"b\"\"\",w,4\n";
    let ratings = scratch.text("odd.csv", text).display().to_string();
    let titles = scratch.text("t.csv", "id,name\nw,\"The W, a \"\"film\"\"\"\n");
    let titles = format!("{}:id:name", titles.display());
    let path = scratch.path("odd");
    let folder = path.display().to_string();
    let mut arguments = vec!["train", &ratings, "--output", &folder, "--titles", &titles];
    arguments.extend("--user who --item what --rating stars --model als --rank 1".split(' '));
    let outcome = recommend(&arguments);
    assert_eq!(outcome.status, Some(0), "{outcome:?}");
    assert!(
        outcome.stderr.contains("no title of 2 of 3 items"),
        "{outcome:?}"
    );
    assert_eq!(
        read_labels(&path.join("rows.csv")).unwrap(),
        ["a, \"b\"", "zoe"]
    );
    assert_eq!(
        read_labels(&path.join("columns.csv")).unwrap(),
        ["w", "x\ny", "z"]
    );
    assert_eq!(
        read_labels(&path.join("titles.csv")).unwrap(),
        ["The W, a \"film\"", "", ""]
    );
    assert_eq!(
        names(&path),
        [
            "columns.csv",
            "item_biases.npy",
            "items.npy",
            "ratings.csv",
            "recommender.json",
            "rows.csv",
            "titles.csv"
        ]
    );
    let list = json(&["for", &folder, "a, \"b\"", "--keep-seen"]);
    assert_eq!(list["users"][0]["user"], "a, \"b\"");
    assert_eq!(list["users"][0]["items"].as_array().unwrap().len(), 3);
}

/// The penalty by default suits the few ratings: a larger one would leave biases alone.
#[test]
fn the_penalty_of_a_model_of_ratings_is_told_and_can_be_given() {
    let scratch = Scratch::new();
    let penalty = |folder: &str, options: &str| {
        let folder = scratch.path(folder);
        let options = format!("--model als --rank 2 --json {options}");
        let report = train(&scratch, &folder, &options).json();
        let kept = std::fs::read_to_string(folder.join("recommender.json")).unwrap();
        let kept: Value = serde_json::from_str(&kept).unwrap();
        assert_eq!(kept["settings"]["l2"], report["settings"]["l2"]);
        assert_eq!(kept["settings"]["biases"], report["settings"]["biases"]);
        number(&report["settings"]["l2"])
    };
    let (a, _) = matrix();
    assert_eq!(
        penalty("chosen", ""),
        Completion::default().penalty(Observed(&a))
    );
    assert_eq!(penalty("given", "--l2 0.25"), 0.25);
    assert_eq!(penalty("none", "--l2 0 --biases none"), 0.0);
    let text = train(&scratch, &scratch.path("text"), "--model als --l2 0.25").text();
    assert!(text.contains("--l2 0.25"), "{text}");
}

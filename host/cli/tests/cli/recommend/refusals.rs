//! Tables and users of which nothing can be learnt, one line each.

use super::{json, recommend, trained};
use crate::matrices::Scratch;
use std::fmt::Write;

const COLUMNS: [&str; 6] = ["--user", "who", "--item", "what", "--rating", "stars"];

/// People who like nothing, items of one rating, equal ratings, and ids of 64 bits that differ in their last digit.
fn table(scratch: &Scratch) -> String {
    let mut text = String::from("who,what,stars\n");
    for user in 0..8 {
        for item in (0..6).filter(|item| (user + item) % 3 > 0) {
            let stars = if user == 3 { 1 } else { 2 + (user * item) % 4 };
            writeln!(text, "u{user},{},{stars}", u64::MAX - item).unwrap();
        }
    }
    writeln!(text, "u1,rare,5").unwrap();
    scratch.text("odd.csv", text).display().to_string()
}

fn train(ratings: &str, folder: &str, more: &[&str]) -> crate::outcome::Outcome {
    let first = ["train", ratings, "--output", folder];
    recommend(&[&first[..], &COLUMNS, more].concat())
}

#[test]
fn equal_ratings_are_refused_by_models_that_predict_them_and_the_advice_works() {
    let scratch = Scratch::new();
    let mut text = String::from("who,what,stars\n");
    for user in 0..6 {
        for item in (0..5).filter(|item| (user + item) % 3 > 0) {
            writeln!(text, "u{user},i{item},4").unwrap();
        }
    }
    let ratings = scratch.text("same.csv", text).display().to_string();
    let folder = scratch.path("model").display().to_string();
    for model in ["als", "sgd", "gibbs", "dot-bias"] {
        let line = train(&ratings, &folder, &["--model", model]).failure();
        assert!(
            line.contains("every rating is 4, and there is nothing to predict"),
            "{line}"
        );
        assert!(line.contains("--model implicit"), "{line}");
    }
    train(&ratings, &folder, &["--model", "implicit", "--rank", "2"]).text();
    let evaluate = [
        "evaluate", &ratings, "--user", "who", "--item", "what", "--rank", "2",
    ];
    let line = recommend(&[&evaluate[..], &["--rating", "stars"]].concat()).failure();
    assert!(line.contains("leave out --rating"), "{line}");
    recommend(&evaluate).text();
}

#[test]
fn ratings_are_asked_for_by_the_models_that_learn_from_them() {
    let scratch = Scratch::new();
    let ratings = table(&scratch);
    let folder = scratch.path("model").display().to_string();
    for model in ["als", "sgd", "gibbs", "dot-bias"] {
        let mut arguments = vec!["train", &ratings, "--output", &folder, "--model", model];
        arguments.extend(["--user", "who", "--item", "what"]);
        let refused = recommend(&arguments).refusal();
        assert!(
            refused.contains("name their column with --rating"),
            "{refused}"
        );
        arguments.extend(["--rating", "stars", "--rank", "1", "--force"]);
        recommend(&arguments).text();
        for (option, value) in [("--liked", "3"), ("--confidence", "2")] {
            let refused = recommend(&[&arguments[..], &[option, value]].concat()).refusal();
            assert!(refused.contains(&format!("{option} belongs")), "{refused}");
        }
    }
    for (model, option, value) in [
        ("gibbs", "--l2", "1"),
        ("als", "--samples", "5"),
        ("als", "--learning-rate", "0.1"),
        ("dot-bias", "--biases", "none"),
        ("ease", "--rank", "2"),
    ] {
        let refused = train(
            &ratings,
            &folder,
            &["--force", "--model", model, option, value],
        )
        .refusal();
        assert!(
            refused.contains(&format!("{option} belongs to")),
            "{refused}"
        );
        assert!(refused.contains(&format!("not to {model}")), "{refused}");
    }
    for side in ["rows", "columns"] {
        let options = ["--force", "--model", "gibbs", "--biases", side];
        let refused = train(&ratings, &folder, &options).refusal();
        assert!(
            refused.contains("gibbs has biases of both sides or none: take --biases both or none"),
            "{refused}"
        );
    }
}

/// One line that says what to do, for tables of any kind that nothing can be learnt from.
#[test]
fn tables_that_are_no_ratings_are_refused_with_what_to_do() {
    let scratch = Scratch::new();
    let folder = scratch.path("model").display().to_string();
    for (name, text, said) in [
        ("empty.csv", "", "the file is empty: a table has a header"),
        (
            "header.csv",
            "who,what,stars\n",
            "there are no ratings below the header",
        ),
        (
            "semicolons.csv",
            "who;what;stars\na;b;1\n",
            "the header who;what;stars is one column: fields are divided by commas",
        ),
        ("commas.tsv", "who,what,stars\na,b,1\n", "in a .tsv by tabs"),
        (
            "short.csv",
            "who,what,stars\na,b,1\nc,d\n",
            "line 3: 2 fields where the header has 3",
        ),
        (
            "blank.csv",
            "who,what,stars\na,b,1\na,c,\n",
            "line 3: there is no rating",
        ),
        (
            "nan.csv",
            "who,what,stars\na,b,1\na,c,NaN\n",
            "line 3: the rating NaN is no finite number",
        ),
        (
            "nobody.csv",
            "who,what,stars\n,b,1\n",
            "line 2: the name of a user or an item is empty",
        ),
    ] {
        let table = scratch.text(name, text).display().to_string();
        for model in ["als", "implicit"] {
            let line = train(&table, &folder, &["--model", model]).failure();
            assert!(line.contains(said), "{name}: {line}");
        }
        let line = recommend(&[&["evaluate", &table][..], &COLUMNS].concat()).failure();
        assert!(line.contains(said), "{name}: {line}");
    }
    // Advice fits the split: leave-last has no share, and without --liked there is nothing less to ask for.
    let once = "who,what,stars,when\na,x,1,1\nb,y,2,2\nc,z,3,3\n";
    let once = scratch.text("once.csv", once).display().to_string();
    let evaluate = ["evaluate", &once, "--models", "implicit", "--time", "when"];
    for (options, said) in [
        (
            &["--split", "leave-last"][..],
            "left: nobody has two, take another --split",
        ),
        (
            &["--split", "user"],
            "left: hold out another share with --share",
        ),
        (
            &["--split", "user", "--liked", "2"],
            "or ask for less with --liked",
        ),
    ] {
        let line = recommend(&[&evaluate[..], &COLUMNS, options].concat()).failure();
        assert!(line.contains(said), "{options:?} {line}");
        assert_eq!(
            line.contains("--liked"),
            options.contains(&"--liked"),
            "{line}"
        );
        assert_eq!(
            line.contains("--share"),
            !options.contains(&"leave-last"),
            "{line}"
        );
    }
}

/// A column is one thing: users, items, ratings or times.
#[test]
fn a_column_that_is_given_twice_is_refused() {
    let scratch = Scratch::new();
    let ratings = table(&scratch);
    let folder = scratch.path("model").display().to_string();
    let kept = trained(&scratch, "als", &["--rank", "2"]);
    let [who, what, stars] = ["who", "what", "stars"];
    let train = ["train", &ratings, "--output", &folder];
    let evaluate = ["evaluate", &ratings];
    let of_kept = ["for", &kept, "--ratings", &ratings];
    let predict = ["predict", &kept, "--pairs", &ratings];
    for (first, columns, said) in [
        (
            &train[..],
            &["--user", who, "--item", who][..],
            "--user and --item are both the column who",
        ),
        (
            &train,
            &["--user", who, "--item", what, "--rating", what],
            "--item and --rating are both",
        ),
        (
            &train,
            &[
                "--user", who, "--item", what, "--rating", stars, "--time", who,
            ],
            "--user and --time are both",
        ),
        (
            &evaluate,
            &["--user", what, "--item", what],
            "--user and --item are both the column what",
        ),
        (
            &evaluate,
            &[
                "--user", who, "--item", what, "--rating", stars, "--time", stars,
            ],
            "--rating and --time are both",
        ),
        (
            &of_kept,
            &["--user", who, "--item", who],
            "--user and --item are both",
        ),
        (
            &of_kept,
            &["--user", who, "--rating", who],
            "--user and --rating are both",
        ),
        (
            &predict,
            &["--user", who, "--item", who],
            "--user and --item are both",
        ),
    ] {
        let refused = recommend(&[first, columns].concat()).refusal();
        assert!(refused.contains(said), "{columns:?} {refused}");
        assert!(refused.contains("give each its own"), "{refused}");
    }
    let refused = self::train(&ratings, &folder, &["--titles", "t.csv:id:id"]).refusal();
    assert!(
        refused.contains("the column id for items and for titles"),
        "{refused}"
    );
    let twice = scratch.text("twice.csv", "who,what,stars,what\na,b,1,c\n");
    let line = self::train(&twice.display().to_string(), &folder, &[]).failure();
    assert!(
        line.contains("the header has what twice, and --item may be either: rename one of them"),
        "{line}"
    );
}

#[test]
fn a_user_who_likes_nothing_gets_no_list_and_no_number_and_this_is_said() {
    let scratch = Scratch::new();
    let ratings = table(&scratch);
    let folder = scratch.path("model").display().to_string();
    train(&ratings, &folder, &["--rank", "2", "--liked", "3"]).text();
    let outcome = recommend(&["for", &folder, "u3", "u1"]);
    assert_eq!(outcome.status, Some(0));
    assert!(
        outcome.stderr.contains("there is no list for u3:"),
        "{outcome:?}"
    );
    assert!(
        outcome.stdout.contains("u1, by score:\n   1"),
        "{outcome:?}"
    );
    for command in ["predict", "explain"] {
        let line = recommend(&[command, &folder, "u3", "rare"]).failure();
        assert!(
            line.contains("none of the ratings of u3, none of which is 3 or more"),
            "{line}"
        );
    }
    // All lists, as a table: users without one are said, not dropped in silence.
    let all = recommend(&["for", &folder, "--all"]);
    assert!(
        all.stderr.contains("there is no list for u0 and 2 more"),
        "{all:?}"
    );
    assert!(!all.stdout.contains("\nu3,"), "{all:?}");
}

#[test]
fn ids_of_64_bits_are_told_apart_and_items_of_one_rating_are_known() {
    let scratch = Scratch::new();
    let ratings = table(&scratch);
    let folder = scratch.path("model").display().to_string();
    train(&ratings, &folder, &["--model", "als", "--rank", "1"]).text();
    let report = json(&["for", &folder, "u1", "--keep-seen"]);
    let items = report["users"][0]["items"].as_array().unwrap();
    let mut names: Vec<&str> = items
        .iter()
        .map(|entry| entry["item"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 7);
    assert!(names.contains(&"rare") && names.contains(&"18446744073709551615"));
    let near = recommend(&["predict", &folder, "u1", "18446744073709551699"]).failure();
    assert!(near.contains("near it: 1844674407370955161"), "{near}");
    let near = recommend(&["for", &folder, "v1"]).failure();
    assert!(near.contains("there is no user v1; near it: "), "{near}");
}

/// Whatever its length: standard output is no terminal here.
#[test]
fn titles_are_never_cut() {
    let scratch = Scratch::new();
    let ratings = table(&scratch);
    let folder = scratch.path("model").display().to_string();
    let long = "A very long title that goes on and on and ".repeat(12) + "ends (1999)";
    let titles = scratch.text(
        "titles.csv",
        format!("id,name\nrare,\"{long}\"\n{},\"{long} 2\"\n", u64::MAX),
    );
    let titles = format!("{}:id:name", titles.display());
    let outcome = train(
        &ratings,
        &folder,
        &["--model", "als", "--rank", "1", "--titles", &titles],
    );
    assert!(
        outcome.stderr.contains("no title of 5 of 7 items"),
        "{outcome:?}"
    );
    for arguments in [
        vec!["for", &folder, "u2", "-n", "7", "--keep-seen"],
        vec!["similar", &folder, &u64::MAX.to_string(), "-n", "7"],
        vec!["explain", &folder, "u1", "rare"],
        vec!["map", &folder],
    ] {
        let text = recommend(&arguments).text();
        assert!(text.contains(&long), "{text}");
    }
}

#[test]
fn a_folder_of_another_version_or_with_other_arrays_is_refused_with_what_to_do() {
    let scratch = Scratch::new();
    let path = trained(&scratch, "als", &["--rank", "2"]);
    let description = std::path::Path::new(&path).join("recommender.json");
    let text = std::fs::read_to_string(&description).unwrap();
    let refused = |changed: String| {
        std::fs::write(&description, changed).unwrap();
        recommend(&["for", &path, "user 1"]).failure()
    };
    let line = refused(text.replace("\"format\": 2", "\"format\": 1"));
    assert!(
        line.contains("the format 1 is not 2") && line.contains("recommend train"),
        "{line}"
    );
    let line = refused(text.replace("\"rank\": 2", "\"rank\": 3"));
    assert!(
        line.contains("items.npy: 2 x 16 numbers where 3 x 16 belong"),
        "{line}"
    );
    let line = refused(text.replace("\"als\"", "\"magic\""));
    assert!(line.contains("no model magic"), "{line}");
    std::fs::write(&description, text).unwrap();
    std::fs::remove_file(std::path::Path::new(&path).join("rows.csv")).unwrap();
    let line = recommend(&["for", &path, "user 1"]).failure();
    assert!(
        line.contains("there is no rows.csv: train the model again"),
        "{line}"
    );
}

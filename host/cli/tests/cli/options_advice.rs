//! Advice of messages about options and remarks: whoever follows it gets a result without that message.

use std::fs;
use std::path::Path;

use crate::matrices::{Scratch, factorize, factorize_to, transform};
use crate::outcome::{Outcome, topics_of};

/// Checks that a run says `advice`, and that the run that follows it has a result without it.
#[track_caller]
fn assert_helps(wrong: Outcome, advice: &str, followed: Outcome) {
    assert!(
        wrong.stderr.contains(advice),
        "{advice:?} is not in {wrong:?}"
    );
    assert_eq!(followed.status, Some(0), "{followed:?}");
    assert!(!followed.stderr.contains(advice), "{followed:?}");
}

#[test]
fn advice_on_options_of_factorize_is_followed() {
    let scratch = Scratch::new();
    let positive = scratch.text("p.csv", "1,2,4\n3,5,4\n6,7,1\n2,2,9\n");
    let negative = scratch.text("n.csv", "1,-2,4\n3,5,4\n6,7,1\n");
    let zero = scratch.text("z.csv", "1,0,4\n3,5,4\n6,7,1\n");
    let huge = scratch.text("h.csv", "1e300,2,4\n3,5,4\n6,7,1\n");
    let ratings = scratch.text("r.csv", "u,i,r\n1,a,3\n2,b,4\n2,a,1\n");
    let plot = scratch.path("a.svg").display().to_string();
    for (matrix, wrong, advice, followed) in [
        (
            &positive,
            "--method svd --solver exact --rank 2 --plot convergence=PLOT",
            "as --method nmf",
            "--method nmf --rank 2 --plot convergence=PLOT",
        ),
        (
            &positive,
            "--method svd --rank 1 --plot rows=PLOT",
            "ask for them with --rank 2",
            "--method svd --rank 2 --plot rows=PLOT",
        ),
        (
            &positive,
            "--method nmf --rank 2 --plot spectrum=PLOT",
            "belongs to --method svd and pca",
            "--method svd --rank 2 --plot spectrum=PLOT",
        ),
        (
            &positive,
            "--method svd --rank 2 --plot components=PLOT",
            "as --picture 19x19",
            "--method svd --rank 2 --plot components=PLOT --picture 1x3",
        ),
        (
            &positive,
            "--method svd --rank 9",
            "ask for 3 at most",
            "--method svd --rank 3",
        ),
        (
            &negative,
            "--rank 1",
            "use --method svd or pca",
            "--method svd --rank 1",
        ),
        (
            &zero,
            "--rank 1 --loss is",
            "use --loss kl",
            "--rank 1 --loss kl",
        ),
        (
            &huge,
            "--method svd --rank 1 --precision f32",
            "take --precision f64",
            "--method svd --rank 1 --precision f64",
        ),
        (
            &positive,
            "--rank 1 --loss kl --solver hals",
            "use --solver mu",
            "--rank 1 --loss kl --solver mu",
        ),
        (
            &positive,
            "--method nmf --ranks 2,1",
            "other methods have --rank",
            "--method nmf --rank 2",
        ),
        (
            &positive,
            "--method svd --solver hals --rank 1",
            "belongs to --method nmf",
            "--method nmf --solver hals --rank 1",
        ),
        (
            &positive,
            "--method svd --rank 1 --l1 0.1",
            "to --method nmf",
            "--method nmf --rank 1 --l1 0.1",
        ),
        (
            &ratings,
            "--method completion --rank 1 --triples u,i,r --l2 0.1,0.2",
            "is one number",
            "--method completion --rank 1 --triples u,i,r --l2 0.1",
        ),
        (
            &positive,
            "--rank 1 --solver mu --tolerance 0 --iterations 3",
            "without --tolerance 0 and with enough --iterations",
            "--rank 1 --solver mu --iterations 2000",
        ),
    ] {
        let [wrong, followed] = [wrong, followed].map(|options| options.replace("PLOT", &plot));
        assert_helps(
            factorize(matrix, &wrong),
            advice,
            factorize(matrix, &followed),
        );
    }
}

#[test]
fn advice_behind_remarks_on_tables_is_followed() {
    let scratch = Scratch::new();
    let svd = "--method svd --solver exact --rank 1";
    for (name, text, advice, followed) in [
        (
            "id.csv",
            "id,a,b\n17,1,2\n9,4,5\n",
            "with --index '#1'; --index none settles that they are not",
            &["--index #1", "--index none"][..],
        ),
        (
            "key.csv",
            "a,key,b\n1,9007199254740993,2\n4,5,5\n",
            "with --index '#2', or left out with --drop '#2'",
            &["--index #2", "--drop #2"],
        ),
        (
            "point.csv",
            "a;b\n1.234;2.345\n4;5\n",
            "if it divides thousands, say --thousands ., and if not, --decimal .",
            &["--thousands .", "--decimal ."],
        ),
        (
            "first.csv",
            "x\n1,5\n2,5\n",
            "say --header yes",
            &["--header yes"],
        ),
    ] {
        let table = scratch.text(name, text);
        for option in followed {
            let followed = factorize(&table, &format!("{svd} {option}"));
            assert_helps(factorize(&table, svd), advice, followed);
        }
    }
}

fn topics(corpus: &Path, options: &str) -> Outcome {
    topics_of(corpus, options)
}

#[test]
fn advice_on_options_of_topics_is_followed() {
    let scratch = Scratch::new();
    let texts = scratch.text("t.txt", "boat tide\nboat mast\nrope mast\nwind tide\n");
    for (wrong, advice, followed) in [
        (
            "--topics 2 --seeds 3",
            "belongs to a range of --topics such as 2..20",
            "--topics 2..3 --seeds 3",
        ),
        (
            "--topics 2..3 --words 3",
            "belongs to one number of --topics",
            "--topics 2 --words 3",
        ),
        (
            "--topics 2 --no-idf --weighting count",
            "--no-idf belongs to --weighting tfidf",
            "--topics 2 --no-idf --weighting tfidf",
        ),
    ] {
        assert_helps(topics(&texts, wrong), advice, topics(&texts, followed));
    }
    let bare = scratch.text("bare.csv", "boat on the tide\nmast and rope\n");
    let outcome = topics(&bare, "--topics 1");
    assert!(
        outcome.stdout.contains("--header no reads it"),
        "{outcome:?}"
    );
    let report = topics(&bare, "--topics 1 --header no --json").json();
    assert_eq!(report["corpus"]["documents"], 2);
    let group = scratch.path("20news-bydate-train/sci.space");
    fs::create_dir_all(&group).unwrap();
    fs::write(group.join("1"), "Subject: orbit\n\nboat tide orbit\n").unwrap();
    let root = group.parent().unwrap().parent().unwrap();
    assert_helps(
        topics(root, "--topics 1 --subset test"),
        "or choose another with --subset",
        topics(root, "--topics 1 --subset train"),
    );
}

#[test]
fn advice_on_options_of_transform_is_followed() {
    let scratch = Scratch::new();
    let matrix = scratch.text("m.csv", "1,2\n3,4\n5,9\n");
    let model = scratch.path("model");
    factorize_to(&matrix, &model, "--method svd --rank 1").text();
    let [text, csv] = ["w.txt", "w.csv"].map(|name| scratch.path(name).display().to_string());
    assert_helps(
        transform(&model, &matrix, &format!("--output {text}")),
        "ends in .npy or .csv",
        transform(&model, &matrix, &format!("--output {csv}")),
    );
    let texts = scratch.text("t.txt", "boat tide\nboat mast\n");
    let topics_model = scratch.path("topics");
    let kept = format!("--topics 1 --output {}", topics_model.display());
    topics(&texts, &kept).text();
    for option in [
        "--missing nan",
        "--triples 1,2,3",
        "--match position",
        "--absent zero",
    ] {
        assert_helps(
            transform(&topics_model, &texts, option),
            "belong to a model of a matrix",
            transform(&topics_model, &texts, ""),
        );
    }
}

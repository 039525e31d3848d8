//! `--plot`: the content of plots, as far as a program can check it.

use std::fs;

use crate::matrices::{Scratch, factorize, factorize_to, positive, signed};
use crate::outcome::topics;

#[test]
fn convergence_shows_runs_and_the_level_of_what_does_not_iterate() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("faces.csv", &positive());
    let file = scratch.path("c.svg");
    let options = "--rank 3 --solver mu --compare nmf/hals --compare svd/exact --plot";
    factorize(&matrix, &format!("{options} {}", file.display())).text();
    let drawn = fs::read_to_string(&file).unwrap();
    for text in [
        "nmf/mu",
        "nmf/hals",
        "svd/exact",
        "iterations",
        "seconds",
        "faces.csv: 30 x 20, rank 3",
    ] {
        assert!(drawn.contains(text), "{text}");
    }
    assert_eq!(scratch.names(), ["c.svg", "faces.csv"]);
}

#[test]
fn a_descent_by_starts_has_its_own_loss_in_the_plot() {
    let scratch = Scratch::new();
    let matrix = scratch.text("small.csv", "4,1,0\n1,3,1\n0,1,2\n2,0,1\n");
    let file = scratch.path("c.svg");
    let options = "--method svd --solver gradient --rank 3 --iterations 500 --compare svd/exact";
    factorize(&matrix, &format!("{options} --plot {}", file.display())).text();
    let drawn = fs::read_to_string(&file).unwrap();
    assert!(drawn.contains("svd/gradient") && drawn.contains("orthogonality"));
    assert!(
        !drawn.contains("svd/exact"),
        "an error is no level of another loss"
    );
}

#[test]
fn every_kind_is_drawn_in_both_formats() {
    let scratch = Scratch::new();
    let (a, b) = (
        scratch.csv("a.csv", &positive()),
        scratch.csv("b.csv", &signed()),
    );
    for (matrix, options, kinds) in [
        (
            &a,
            "--rank 4 --picture 4x5",
            &["convergence", "components"][..],
        ),
        (
            &b,
            "--method svd --rank 4 --picture 5x4",
            &["spectrum", "components"],
        ),
        (
            &b,
            "--method pca --rank 4 --picture 5x4",
            &["spectrum", "components"],
        ),
    ] {
        for kind in kinds {
            let (svg, png) = (
                scratch.path(&format!("{kind}.svg")),
                scratch.path(&format!("{kind}.PNG")),
            );
            let plots = format!(
                "--plot {kind}={} --plot {kind}={}",
                svg.display(),
                png.display()
            );
            factorize(matrix, &format!("{options} {plots}")).text();
            assert!(fs::read(&svg).unwrap().starts_with(b"<svg"), "{kind}");
            assert!(
                fs::read(&png).unwrap().starts_with(b"\x89PNG\r\n\x1a\n"),
                "{kind}"
            );
        }
    }
}

#[test]
fn a_plot_that_cannot_be_is_refused_before_the_work() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let nowhere = scratch.path("no/c.svg");
    let said = factorize(
        &scratch.path("no.csv"),
        &format!("--plot {}", nowhere.display()),
    )
    .failure();
    assert!(said.contains("no such folder"), "{said}");
    let said = factorize(&matrix, "--plot components=c.png").failure();
    assert!(said.contains("--picture"), "{said}");
    let folder = scratch.path("model");
    factorize_to(&matrix, &folder, "--picture 3x3").failure();
    assert_eq!(scratch.names(), ["a.csv"], "nothing is left behind");
}

#[test]
fn topics_are_drawn_as_bars() {
    let scratch = Scratch::new();
    let file = scratch.path("words.svg");
    let text = topics(["--words", "5", "--plot", file.to_str().unwrap()]).text();
    let drawn = fs::read_to_string(&file).unwrap();
    assert!(drawn.contains("6 topics of the sample") && drawn.contains("topic 6"));
    let first = text
        .lines()
        .find(|line| line.starts_with("    1 "))
        .unwrap();
    let words: Vec<&str> = first.split_whitespace().rev().take(5).collect();
    assert!(words.iter().all(|word| drawn.contains(word)), "{words:?}");
    let said = topics(["--plot", "words.pdf"]).refusal();
    assert!(said.contains(".svg or .png"), "{said}");
}

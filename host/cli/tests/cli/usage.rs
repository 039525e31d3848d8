//! Wrong command lines, and the help that they refer to.

use lowrank::{Nmf, TruncatedSvd};
use lowrank_validate::figures::BOUND;
use lowrank_validate::validation::family_names;

use crate::outcome::{lowrank, outcome_of, timeless, topics};

#[test]
fn wrong_command_lines_are_refused_with_status_two() {
    for options in [
        "--nope",
        "stray",
        "--topics 0",
        "--topics many",
        "--topics=-1",
        "--topics 99999999999999999999",
        "--topics 7..3",
        "--topics 0..3",
        "--topics 2..",
        "--topics ..3",
        "--topics 2..3:0",
        "--topics 2..3:",
        "--topics 2:3",
        "--topics a..b",
        "--words 0",
        "--documents=-1",
        "--documents all",
        "--seeds=-1 --topics 2..3",
        "--threads 0",
        "--threads 100000",
        "--seed=-1",
        "--iterations=-1",
        "--iterations 1.5",
        "--tolerance=-1",
        "--tolerance nan",
        "--tolerance inf",
        "--ngrams 2..1",
        "--ngrams 0..1",
        "--ngrams 1",
        "--ngrams a..b",
        "--min-df 0",
        "--min-df=-1",
        "--min-df 1.5",
        "--max-df few",
        "--max-df nan",
        "--max-features 0",
        "--subset third",
        "--remove signatures",
        "--weighting okapi",
        "--stop-words german",
        "--stop-words english --analyzer char",
        "--analyzer sentence",
        "--token-pattern (",
        "--token-pattern (a)(b)",
        "--token-pattern \\w --analyzer char",
        "--tokens ascii --token-pattern \\w",
        "--tokens ascii --analyzer char",
        "--tokens utf-8",
        "--strip-accents all",
        "--norm l3",
        "--no-idf --plain-idf",
        "--no-idf --weighting count",
        "--plain-idf --weighting count",
        "--sublinear-tf --weighting count",
        "--buckets 0",
        "--buckets many",
        "--buckets 64",
        "--buckets 64 --min-df 2 --method svd",
        "--unsigned",
        "--sublinear-tf --buckets 64 --method svd",
        "--header maybe",
        "--delimiter ::",
        "--method pca",
        "--solver lanczos",
        "--init zero",
        "--loss hinge",
        "--loss nan",
        "--l1=-1",
        "--l1 1,2,3",
        "--l2 much",
        "--rank-tolerance 1 --method svd",
        "--variance 0 --method svd",
        "--variance 0.5",
        "--variance 0.5 --method svd --topics 3",
        "--rank-tolerance 0.5 --method svd --variance 0.5",
        "--loss kl --solver hals",
        "--loss kl --method svd",
        "--l1 1 --method svd",
        "--batch-size 0",
        "--batch-size all",
        "--batch-size 5 --method svd",
        "--passes 0 --batch-size 5",
        "--passes 3",
        "--backend gpu",
        "--precision f16",
        "--corpus",
    ] {
        let said = topics(options.split_whitespace()).refusal();
        let option = options.split(['=', ' ']).next().unwrap();
        assert!(said.contains(option), "{options}: {said}");
    }
    assert!(topics(["--corpus", ""]).refusal().contains("--corpus"));
    assert!(
        outcome_of(lowrank().arg("topic"))
            .refusal()
            .contains("topics")
    );
    assert!(outcome_of(&mut lowrank()).refusal().contains("topics"));
}

#[test]
fn the_last_of_equal_options_counts_so_that_an_alias_can_be_overruled() {
    let alias = ["--topics", "3", "--seed", "1", "--json", "--words", "2"];
    let overruled = ["--topics", "4", "--seed", "2", "--json", "--words", "3"];
    let both = topics(alias.iter().chain(&overruled)).json();
    assert_eq!(timeless(both), timeless(topics(overruled).json()));
    // What does not go together stays refused.
    let said = topics(["--topics", "2", "--topics", "2..3", "--words", "3"]).refusal();
    assert!(said.contains("--words"), "{said}");
}

#[test]
fn options_that_take_several_values_collect_them() {
    let names = |options: &[&str]| {
        let report = topics(options.iter().chain(&["--json", "--topics", "2"])).json();
        report["corpus"]["documents"].as_u64().unwrap()
    };
    let together = names(&["--categories", "sailing,baking"]);
    assert_eq!(
        names(&["--categories", "sailing", "--categories", "baking"]),
        together
    );
    let validate = |options: &str| {
        let given = options.split_whitespace();
        outcome_of(lowrank().arg("validate").args(given)).json()
    };
    let cases = |report: &serde_json::Value| report["cases"].as_array().unwrap().len();
    let one = cases(&validate("--algorithm qr --size 3x3 --json"));
    let two = cases(&validate("--algorithm qr --size 3x3 --size 4x3 --json"));
    assert_eq!(two, 2 * one);
}

#[test]
fn wrong_options_of_validate_are_refused_with_status_two() {
    for options in [
        "--algorithm lu",
        "--algorithm qr,lu",
        "--family Hilbert",
        "--family",
        "--scalar f16",
        "--size 8",
        "--size 8x",
        "--size 0x3",
        "--size 3x-1",
        "--size 513x2",
        "--size 8x8,",
        "--seed=-1",
        "--seed 4294967296",
        "--threads 0",
        "--quick --size 8x8",
        "--topics 3",
    ] {
        let command = &mut lowrank();
        let said = outcome_of(command.arg("validate").args(options.split_whitespace())).refusal();
        let option = options.split(['=', ' ']).next().unwrap();
        assert!(said.contains(option), "{options}: {said}");
    }
    for options in [
        "--algorithm qr --size 3x5",
        "--algorithm qr --family minus-one-in-the-middle",
    ] {
        let command = &mut lowrank();
        let said = outcome_of(command.arg("validate").args(options.split_whitespace())).refusal();
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains("lowrank validate --help"), "{said}");
    }
}

#[test]
fn options_that_do_not_go_together_are_refused_in_one_line() {
    for (options, named) in [
        ("--solver exact", "--method svd"),
        ("--method nmf --solver randomized", "--method svd"),
        ("--method svd --solver mu", "--method nmf"),
        ("--method svd --init random", "--init"),
        ("--solver krylov", "--method svd"),
        ("--method svd --solver hals", "--method nmf"),
        (
            "--method svd --solver randomized --tolerance 0.1",
            "--tolerance",
        ),
        ("--method svd --solver exact --iterations 3", "--iterations"),
        ("--topics 2..4 --documents 3", "--documents"),
        ("--topics 2..2 --words 3", "--words"),
        ("--topics 3 --seeds 2", "--seeds"),
        ("--seeds 2", "2..20"),
    ] {
        // Refused before the corpus is looked for.
        let given = format!("{options} --corpus no/such/corpus");
        let said = topics(given.split_whitespace()).refusal();
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(
            said.starts_with("lowrank: ") && said.contains(named),
            "{said}"
        );
    }
}

#[test]
fn help_goes_to_standard_output_and_knows_the_defaults() {
    for arguments in [
        &["--help"][..],
        &["help"],
        &["topics", "-h"],
        &["factorize", "--help"],
        &["transform", "--help"],
        &["export", "--help"],
        &["merge", "--help"],
        &["topics", "--help"],
        &["validate", "-h"],
        &["validate", "--help"],
        &["bench", "-h"],
        &["bench", "--help"],
    ] {
        let outcome = outcome_of(lowrank().args(arguments));
        assert!(outcome.text().contains("Usage: lowrank"), "{arguments:?}");
    }
    let help = outcome_of(lowrank().args(["topics", "--help"])).text();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let (nmf, svd) = (Nmf::default(), TruncatedSvd::default());
    for (option, default) in [
        ("--topics", nmf.rank.to_string()),
        ("--iterations", nmf.iterations.to_string()),
        ("--iterations", svd.power_iterations.to_string()),
        ("--tolerance", format!("{:e}", nmf.tolerance)),
        ("--seed", nmf.seed.to_string()),
    ] {
        let described = help.split(&format!("{option} <")).nth(1).unwrap();
        let described = described.split(" --").next().unwrap();
        let shown = described.contains(&format!("[default: {default}]"));
        assert!(shown, "{option} {default}: {described}");
    }
    let version = outcome_of(lowrank().arg("--version")).text();
    assert_eq!(version, format!("lowrank {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn help_of_validate_names_all_families_and_the_bound() {
    let help = outcome_of(lowrank().args(["validate", "--help"])).text();
    let names: Vec<&str> = help.split_whitespace().collect();
    for family in family_names() {
        assert!(names.contains(&family.as_str()), "{family}");
    }
    let words = names.join(" ");
    assert!(words.contains(&format!("below {BOUND}.")), "{words}");
}

#[test]
fn help_fits_a_terminal_of_eighty_columns() {
    for (command, flag) in [
        ("topics", "-h"),
        ("topics", "--help"),
        ("factorize", "-h"),
        ("factorize", "--help"),
        ("transform", "-h"),
        ("transform", "--help"),
        ("export", "-h"),
        ("export", "--help"),
        ("merge", "-h"),
        ("merge", "--help"),
        ("completions", "--help"),
        ("man", "--help"),
        ("validate", "-h"),
        ("validate", "--help"),
        ("bench", "-h"),
        ("bench", "--help"),
    ] {
        let help = outcome_of(lowrank().args([command, flag]).env("COLUMNS", "80")).text();
        let longest = help.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest <= 80, "{longest}");
        let Some(examples) = help.split("Examples:").nth(1) else {
            assert!(
                ["bench", "validate", "man"].contains(&command),
                "{command} {flag}"
            );
            continue;
        };
        assert!(
            examples.lines().all(|line| !line.starts_with("  --")),
            "{examples}"
        );
    }
}

//! `lowrank topics` over several numbers of topics.

use serde_json::Value;

use crate::outcome::{keys, timeless, topics, topics_of_input};

fn run(options: &str) -> Value {
    topics(options.split_whitespace().chain(["--json"])).json()
}

fn choices(report: &Value) -> &Vec<Value> {
    report["choices"].as_array().unwrap()
}

fn figures(report: &Value, name: &str) -> Vec<f64> {
    let choices = choices(report).iter();
    choices
        .map(|choice| choice[name].as_f64().unwrap())
        .collect()
}

fn numbers(report: &Value) -> Vec<u64> {
    let choices = choices(report).iter();
    choices
        .map(|choice| choice["topics"].as_u64().unwrap())
        .collect()
}

/// Returns the report without times.
fn without_seconds(report: Value) -> Value {
    let mut report = timeless(report);
    for choice in report["choices"].as_array_mut().unwrap() {
        choice.as_object_mut().unwrap().remove("seconds").unwrap();
    }
    report
}

#[test]
fn six_themes_are_the_most_stable_and_the_most_coherent() {
    let report = run("--topics 2..9");
    assert_eq!(numbers(&report), (2..=9).collect::<Vec<u64>>());
    assert_eq!(report["most_stable"], 6);
    assert_eq!(report["most_coherent"], 6);
    let stability = figures(&report, "stability");
    assert!(
        stability.iter().all(|x| (0.5..=1.0).contains(x)),
        "{stability:?}"
    );
    assert!(stability[4] > 0.9, "{stability:?}");
    let coherence = figures(&report, "coherence");
    assert!(
        coherence.iter().all(|x| (-1.0..=1.0).contains(x)),
        "{coherence:?}"
    );
}

#[test]
fn each_number_has_the_error_and_the_coherence_of_a_run_of_its_own() {
    for method in ["nmf", "svd"] {
        let report = run(&format!("--topics 3..5 --method {method}"));
        let norm = report["frobenius_norm"].as_f64().unwrap();
        for choice in choices(&report) {
            let alone = run(&format!("--topics {} --method {method}", choice["topics"]));
            for name in ["error", "converged"] {
                assert_eq!(choice[name], alone[name], "{method}");
            }
            assert_eq!(report["frobenius_norm"], alone["frobenius_norm"]);
            let error = alone["error"].as_f64().unwrap();
            let explained = choice["explained"].as_f64().unwrap();
            assert!((explained - (1.0 - (error / norm).powi(2))).abs() < 1e-14);
            let topics = alone["topics"].as_array().unwrap();
            let of_topics = topics
                .iter()
                .map(|topic| topic["coherence"].as_f64().unwrap());
            let mean = of_topics.sum::<f64>() / topics.len() as f64;
            assert!((choice["coherence"].as_f64().unwrap() - mean).abs() < 1e-14);
        }
    }
}

#[test]
fn json_of_several_numbers_has_the_names_that_scripts_rely_on() {
    let report = run("--topics 2..3 --seeds 2 --seed 7");
    let mut expected = vec![
        "corpus",
        "method",
        "solver",
        "backend",
        "precision",
        "seed",
        "seeds",
        "frobenius_norm",
        "choices",
        "most_stable",
        "most_coherent",
        "seconds",
    ];
    expected.sort_unstable();
    assert_eq!(keys(&report), expected);
    assert_eq!(keys(&report["corpus"]), ["documents", "nonzeros", "terms"]);
    assert_eq!(report["method"], "nmf");
    assert_eq!(report["solver"], "hals");
    assert_eq!((&report["seed"], &report["seeds"]), (&7.into(), &2.into()));
    let mut expected = vec![
        "topics",
        "converged",
        "error",
        "explained",
        "stability",
        "coherence",
        "seconds",
    ];
    expected.sort_unstable();
    for choice in choices(&report) {
        assert_eq!(keys(choice), expected);
        assert!(choice["seconds"].as_f64().unwrap() > 0.0);
    }
    let total = report["seconds"]["factorize"].as_f64().unwrap();
    assert!(figures(&report, "seconds").iter().sum::<f64>() <= total);
}

#[test]
fn figures_are_the_same_on_any_number_of_threads_and_for_equal_seeds() {
    for method in ["nmf", "nmf --init random", "svd", "svd --solver exact"] {
        let figures = |more: &str| {
            let options = format!("--topics 4..6:2 --seeds 2 --method {method} {more}");
            without_seconds(run(&options))
        };
        let reference = figures("");
        // faer's exact solver promises no bits.
        if !method.ends_with("exact") {
            assert_eq!(figures("--threads 1"), reference, "{method}");
            assert_eq!(figures("--threads 2"), reference, "{method}");
        }
        assert_ne!(
            figures("--seed 9")["choices"][0]["stability"],
            reference["choices"][0]["stability"],
            "{method}"
        );
    }
}

#[test]
fn every_backend_and_precision_has_the_same_figures() {
    let reference = run("--topics 3..4 --seeds 2");
    for (options, tolerance) in [("--backend core", 1e-3), ("--precision f32", 1e-2)] {
        let report = run(&format!("--topics 3..4 --seeds 2 {options}"));
        for name in ["error", "stability", "coherence"] {
            let pairs = figures(&report, name);
            let pairs = pairs.into_iter().zip(figures(&reference, name));
            for (found, expected) in pairs {
                let near = (found - expected).abs() <= tolerance * expected.abs();
                assert!(near, "{options}: {name} {found}, {expected}");
            }
        }
    }
}

#[test]
fn ranges_go_in_steps_and_may_be_one_number() {
    assert_eq!(numbers(&run("--topics 2..9:3 --seeds 0")), [2, 5, 8]);
    assert_eq!(numbers(&run("--topics 2..8:3 --seeds 0")), [2, 5, 8]);
    assert_eq!(numbers(&run("--topics 3..=4:9 --seeds 0")), [3]);
    let report = run("--topics 5..5");
    assert_eq!(numbers(&report), [5]);
    assert!(report["most_stable"].is_null() && report["most_coherent"].is_null());
}

#[test]
fn table_of_several_numbers_marks_the_best() {
    let table = topics(["--topics", "4..7"]).text();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "240 documents, 3328 terms, 7707 nonzeros");
    assert_eq!(lines[1], "NMF by alternating least squares, seed 0");
    assert_eq!(
        lines[2],
        "stability over 5 samples of 80 % of the documents"
    );
    let names: Vec<&str> = lines[4].split_whitespace().collect();
    assert_eq!(
        names,
        [
            "topics",
            "error",
            "explained",
            "stability",
            "coherence",
            "s"
        ]
    );
    for (line, topics) in lines[5..9].iter().zip(4..) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(fields.len(), 7, "{line}");
        assert_eq!(fields[0], topics.to_string());
        assert_eq!(fields[4].ends_with('*'), topics == 6, "{line}");
        assert_eq!(fields[5].ends_with('*'), topics == 6, "{line}");
    }
    assert_eq!(lines[9], "* most stable: 6 topics; most coherent: 6 topics");
    assert!(lines[11].contains(" s: load "), "{table}");
    assert!(table.lines().all(|line| line.trim_end() == line), "{table}");
    assert!(table.lines().all(|line| line.len() <= 80), "{table}");
}

#[test]
fn stability_is_left_out_without_seeds() {
    let report = run("--topics 2..3 --seeds 0");
    assert!(
        choices(&report)
            .iter()
            .all(|choice| choice["stability"].is_null())
    );
    assert!(report["most_stable"].is_null());
    let table = topics(["--topics", "2..3", "--seeds", "0"]).text();
    assert!(
        !table.contains("samples") && !table.contains("most stable"),
        "{table}"
    );
    assert!(table.contains("most coherent: "), "{table}");
}

#[test]
fn small_corpora_have_the_figures_that_there_can_be() {
    for method in ["nmf", "svd", "svd --solver exact", "nmf --backend core"] {
        let options = format!("--topics 1..1 --json --method {method}");
        let report = topics_of_input(b"hello brave world", &options).json();
        let choice = &choices(&report)[0];
        assert_eq!(choice["coherence"], 1.0, "all pairs are in all documents");
        assert!(
            choice["stability"].as_f64().unwrap() > 1.0 - 1e-6,
            "{report:#}"
        );
        let options = format!("--topics 1..2 --json --method {method}");
        let report = topics_of_input(b"\n\n\nhello world\n\n", &options).json();
        assert!(choices(&report)[0]["stability"].as_f64().unwrap() > 1.0 - 1e-6);
        assert!(
            choices(&report)[1]["stability"].is_null(),
            "a sample of one document has no two topics"
        );
    }
    let table = topics_of_input(b"hello\n\nhello\n", "--topics 1..1").text();
    let row: Vec<&str> = table.lines().nth(5).unwrap().split_whitespace().collect();
    assert_eq!(row[5], "-", "one word has no pairs: {table}");
}

#[test]
fn range_beyond_the_matrix_is_refused_before_work_starts() {
    for method in ["nmf", "svd"] {
        let outcome = topics(["--topics", "2..241", "-v", "--method", method]);
        assert_eq!(outcome.status, Some(1));
        assert_eq!(outcome.stdout, "");
        let last = outcome.stderr.lines().last().unwrap();
        assert!(last.contains("240 at most"), "{last}");
        assert!(!outcome.stderr.contains("topics in"), "{}", outcome.stderr);
    }
    let huge = topics(["--topics", "2..18446744073709551615"]).failure();
    assert!(huge.contains("240 at most"), "{huge}");
}

#[test]
fn verbose_names_each_number_when_it_is_done() {
    let outcome = topics(["--topics", "2..4", "--seeds", "1", "--verbose"]);
    assert_eq!(outcome.status, Some(0));
    for topics in 2..=4 {
        let note = format!("lowrank: {topics} topics in ");
        assert!(outcome.stderr.contains(&note), "{}", outcome.stderr);
    }
}

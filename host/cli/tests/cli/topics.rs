//! `lowrank topics` on the sample: the report.

use std::collections::BTreeSet;

use lowrank_text::corpus::{Corpus, CorpusReader, Source};
use serde_json::Value;

use crate::outcome::{keys, timeless, topics, words};

const COMBINATIONS: [(&str, &str, &str); 5] = [
    ("nmf", "hals", "--method nmf"),
    ("nmf", "mu", "--method nmf --solver mu"),
    ("svd", "krylov", "--method svd"),
    (
        "svd",
        "randomized",
        "--method svd --solver randomized --iterations 20",
    ),
    ("svd", "exact", "--method svd --solver exact"),
];

fn run(options: &str) -> Value {
    topics(options.split_whitespace().chain(["--json"])).json()
}

fn list<'a>(report: &'a Value, name: &str) -> &'a Vec<Value> {
    report[name].as_array().unwrap()
}

fn numbers(report: &Value, name: &str) -> Vec<f64> {
    let numbers = list(report, name).iter();
    numbers.map(|x| x.as_f64().unwrap()).collect()
}

/// Returns the theme of most documents that hold a word.
fn theme_of<'a>(corpus: &'a Corpus, word: &str) -> &'a str {
    let holding = |theme: &&str| {
        let of_theme = |d: &&lowrank_text::corpus::Document| d.category.as_deref() == Some(theme);
        let holds = |d: &&lowrank_text::corpus::Document| {
            let text = d.text.to_lowercase();
            text.split(|c: char| !c.is_alphanumeric())
                .any(|w| w == word)
        };
        corpus
            .documents
            .iter()
            .filter(of_theme)
            .filter(holds)
            .count()
    };
    corpus.categories().into_iter().max_by_key(holding).unwrap()
}

#[test]
fn sample_has_six_topics_that_are_its_themes() {
    let corpus = CorpusReader::default().read(&Source::Sample).unwrap();
    let report = run("");
    let mut themes = BTreeSet::new();
    for topic in list(&report, "topics") {
        let documents = topic["documents"].as_u64().unwrap();
        assert!((35..=45).contains(&documents), "{documents}");
        let found = words(topic);
        assert_eq!(found.len(), 8);
        let theme = theme_of(&corpus, found[0]);
        let others = found.iter().filter(|word| theme_of(&corpus, word) != theme);
        assert_eq!(others.count(), 0, "{theme}: {found:?}");
        themes.insert(theme);
    }
    assert_eq!(themes.into_iter().collect::<Vec<_>>(), corpus.categories());
}

#[test]
fn json_has_the_names_that_scripts_rely_on() {
    for (method, solver, options) in COMBINATIONS {
        let report = run(options);
        let mut expected = vec![
            "corpus",
            "method",
            "solver",
            "backend",
            "precision",
            "seed",
            "rank",
            "iterations",
            "converged",
            "frobenius_norm",
            "error",
            "error_bound",
            "beta",
            "loss",
            "residuals",
            "singular_values",
            "tolerance",
            "excess",
            "products",
            "topics",
            "seconds",
        ];
        expected.sort_unstable();
        assert_eq!(keys(&report), expected);
        assert_eq!(keys(&report["corpus"]), ["documents", "nonzeros", "terms"]);
        let seconds = ["factorize", "load", "total", "vectorize"];
        assert_eq!(keys(&report["seconds"]), seconds);
        assert_eq!(report["method"], method);
        assert_eq!(report["solver"], solver);
        assert_eq!(report["backend"], "host");
        let precision = if solver == "krylov" { "mixed" } else { "f64" };
        assert_eq!(report["precision"], precision);
        assert_eq!((&report["seed"], &report["rank"]), (&0.into(), &6.into()));
        assert_eq!(report["converged"], true);
        for name in ["residuals", "singular_values"] {
            match method {
                "nmf" => assert!(report[name].is_null()),
                _ => assert_eq!(numbers(&report, name).len(), 6),
            }
        }
        assert_eq!(list(&report, "topics").len(), 6);
        for topic in list(&report, "topics") {
            let names = ["coherence", "documents", "representatives", "words"];
            assert_eq!(keys(topic), names);
            for word in list(topic, "words") {
                assert_eq!(keys(word), ["weight", "word"]);
            }
        }
    }
}

#[test]
fn parts_of_the_time_add_up() {
    let seconds = &run("")["seconds"];
    let of = |name: &str| seconds[name].as_f64().unwrap();
    assert!(of("load") > 0.0 && of("vectorize") > 0.0 && of("factorize") > 0.0);
    let parts = of("load") + of("vectorize") + of("factorize");
    assert!((parts - of("total")).abs() < 1e-9);
}

#[test]
fn every_backend_and_precision_finds_the_same_topics() {
    for (_, _, options) in COMBINATIONS {
        let reference = run(options);
        let error = reference["error"].as_f64().unwrap();
        for (backend, precision, tolerance) in [
            ("auto", "f64", 1e-6),
            ("host", "f32", 1e-4),
            ("core", "f64", 1e-6),
            ("core", "f32", 1e-4),
        ] {
            let report = run(&format!(
                "{options} --backend {backend} --precision {precision}"
            ));
            let name = if backend == "core" { "core" } else { "host" };
            assert_eq!(report["backend"], name);
            assert_eq!(report["precision"], precision);
            let found = report["error"].as_f64().unwrap();
            assert!((found - error).abs() <= tolerance * error, "{report:#}");
            assert!(report["error_bound"].as_f64().unwrap() >= found);
            let pairs = list(&report, "topics")
                .iter()
                .zip(list(&reference, "topics"));
            for (found, expected) in pairs {
                assert_eq!(
                    words(found)[..3],
                    words(expected)[..3],
                    "{backend} {precision}"
                );
            }
        }
    }
}

#[test]
fn exact_svd_is_the_optimum_and_its_residuals_are_rounding() {
    let exact = run("--method svd --solver exact");
    let randomized = run("--method svd --solver randomized --iterations 20");
    let krylov = run("--method svd");
    let s = numbers(&exact, "singular_values");
    assert!(s.is_sorted_by(|x, y| x >= y));
    let norm = exact["frobenius_norm"].as_f64().unwrap();
    let kept: f64 = s.iter().map(|s| s * s).sum();
    let optimum = (norm * norm - kept).sqrt();
    let error = exact["error"].as_f64().unwrap();
    assert!((error - optimum).abs() < 1e-12 * norm, "{error}, {optimum}");
    assert!(
        numbers(&exact, "residuals")
            .iter()
            .all(|r| *r < 1e-10 * s[0])
    );
    assert_eq!(exact["iterations"], 0);
    for (report, excess) in [(randomized, 1e-5), (krylov, 1e-6)] {
        let found = report["error"].as_f64().unwrap();
        let near = (1.0 - 1e-12) * optimum..optimum * (1.0 + excess);
        assert!(near.contains(&found), "{found}, {optimum}");
    }
}

#[test]
fn equal_seeds_give_equal_reports_on_any_number_of_threads() {
    for (_, _, options) in COMBINATIONS {
        let reference = timeless(run(options));
        for more in ["", "--threads 1", "--threads 2", "--threads 3"] {
            let report = timeless(run(&format!("{options} --seed 0 {more}")));
            assert_eq!(report, reference, "{options} {more}");
        }
    }
    let random = |seed| timeless(run(&format!("--init random --seed {seed}")));
    assert_eq!(random(1), random(1));
    assert_ne!(random(1)["error"], random(2)["error"]);
    assert_eq!(random(u64::MAX)["seed"], u64::MAX);
}

#[test]
fn initialisations_differ_and_fit_about_as_well() {
    let errors = ["nndsvda", "nndsvd", "random"].map(|init| {
        let report = run(&format!("--init {init} --topics 6"));
        report["error"].as_f64().unwrap()
    });
    assert!(
        errors.iter().all(|error| (14.94..15.1).contains(error)),
        "{errors:?}"
    );
    assert_ne!(errors[0], errors[1]);
    assert_ne!(errors[0], errors[2]);
}

#[test]
fn table_says_what_was_done_and_found() {
    let table = topics(["--topics", "3", "--words", "2"]).text();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "240 documents, 3328 terms, 7707 nonzeros");
    assert!(
        lines[1].starts_with("NMF by alternating least squares, "),
        "{table}"
    );
    assert!(lines[1].ends_with(" iterations, seed 0"), "{table}");
    assert!(lines[2].starts_with("error "), "{table}");
    assert_eq!(lines[4], "topic  documents         words");
    for (place, line) in lines[5..8].iter().enumerate() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(fields[0], (place + 1).to_string());
        assert_eq!(
            fields.len(),
            6,
            "number, documents, share, %, two words: {line}"
        );
    }
    assert!(lines.last().unwrap().contains(" s: load "), "{table}");
    assert!(table.lines().all(|line| line.trim_end() == line), "{table}");
}

#[test]
fn table_shows_the_signs_of_an_svd() {
    let table = topics(["--method", "svd"]).text();
    let rows: Vec<&str> = table.lines().skip(5).take(6).collect();
    for row in &rows {
        let words: Vec<&str> = row.split_whitespace().skip(4).collect();
        assert_eq!(words.len(), 8);
        assert!(
            words.iter().all(|word| word.starts_with(['+', '-'])),
            "{row}"
        );
    }
    assert!(rows.iter().any(|row| row.contains(" -")), "{table}");
}

#[test]
fn no_iterations_and_no_tolerance_are_settings_too() {
    let report = run("--iterations 0");
    assert_eq!(report["iterations"], 0);
    assert_eq!(report["converged"], false);
    let report = run("--iterations 20 --tolerance 0");
    assert_eq!(report["iterations"], 20);
    assert_eq!(report["converged"], false);
    let few = "--iterations 0 --method svd --json".split_whitespace();
    let report = topics(few).unsettled();
    assert_eq!(report["iterations"], 1, "one block at least");
    let error = report["error"].as_f64().unwrap();
    assert!(error > run("--method svd")["error"].as_f64().unwrap());
}

#[test]
fn more_words_than_there_are_gives_all_of_them() {
    let report = run("--method svd --topics 1 --words 100000");
    let terms = report["corpus"]["terms"].as_u64().unwrap() as usize;
    let found = words(&report["topics"][0]);
    assert!(
        found.len() <= terms && found.len() > terms / 2,
        "{}",
        found.len()
    );
    assert_eq!(words(&run("--words 1")["topics"][0]).len(), 1);
}

#[test]
fn verbose_speaks_on_standard_error_only() {
    let quiet = topics(["--json"]).json();
    for flag in ["-v", "--verbose"] {
        let outcome = topics(["--json", flag]);
        assert_eq!(outcome.status, Some(0));
        let report = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!(timeless(report), timeless(quiet.clone()));
        let lines: Vec<&str> = outcome.stderr.lines().collect();
        assert!(lines.len() >= 3, "{lines:?}");
        assert!(lines.iter().all(|line| line.starts_with("lowrank: ")));
        assert!(outcome.stderr.contains("hals on the host backend, f64"));
    }
}

#[test]
fn accuracy_decides_how_many_topics_an_svd_has() {
    let norm = |report: &serde_json::Value| report["frobenius_norm"].as_f64().unwrap();
    let error = |report: &serde_json::Value| report["error"].as_f64().unwrap();
    let rank = |report: &serde_json::Value| report["rank"].as_u64().unwrap();
    let found = run("--method svd --rank-tolerance 0.9");
    assert!(error(&found) <= 0.9 * norm(&found));
    let fewer = run(&format!(
        "--method svd --solver exact --topics {}",
        rank(&found) - 1
    ));
    assert!(error(&fewer) > 0.9 * norm(&fewer));
    let same = run("--method svd --variance 0.19");
    assert_eq!(rank(&same), rank(&found));
    assert_eq!(same["topics"].as_array().unwrap().len() as u64, rank(&same));
    let all = run("--method svd --variance 0.99");
    assert!(rank(&all) > rank(&found));
}

#[test]
fn every_loss_is_made_small_by_its_name_or_its_beta() {
    let loss = |options: &str| {
        let report = run(&format!("--tolerance 0 --solver mu {options}"));
        (
            report["beta"].as_f64().unwrap(),
            report["loss"].as_f64().unwrap(),
        )
    };
    for (names, beta) in [
        (["frobenius", "2"], 2.0),
        (["kl", "kullback-leibler"], 1.0),
        (["1.5", "1.50"], 1.5),
    ] {
        let [first, second] = names.map(|name| loss(&format!("--iterations 30 --loss {name}")));
        assert_eq!((first, first.0), (second, beta));
        let start = loss(&format!("--loss {beta} --iterations 0"));
        assert!(first.1 < start.1, "{names:?}: {first:?} {start:?}");
    }
    let report = run("--loss kl");
    assert_eq!(report["solver"], "mu");
    let table = topics(["--loss", "kl"]).text();
    assert!(table.contains("\nKullback-Leibler divergence "), "{table}");
    let refused = topics(["--loss", "is"]).failure();
    assert!(
        refused.contains("is zero, from which this loss is infinite"),
        "{refused}"
    );
}

#[test]
fn an_l1_penalty_leaves_fewer_words() {
    let words = |options: &str| {
        let report = run(&format!("--words 100000 {options}"));
        let topics = report["topics"].as_array().unwrap();
        topics.iter().map(|topic| words(topic).len()).sum::<usize>()
    };
    let [plain, sparse, none] = ["", "--l1 0.1", "--l1 0.0 --l2 0,0"].map(words);
    assert!(sparse < plain / 2, "{sparse} {plain}");
    assert_eq!(none, plain);
}

#[test]
fn batches_find_the_topics_that_all_documents_at_once_have() {
    let error = |report: &serde_json::Value| report["error"].as_f64().unwrap();
    let [whole, batches] = ["", "--batch-size 60"].map(run);
    assert!(
        error(&batches) < 1.005 * error(&whole),
        "{}",
        error(&batches)
    );
    assert_eq!(batches["method"], "nmf");
    assert_eq!(batches["solver"], "hals");
    assert_eq!(batches["converged"], true);
    let passes = |report: &serde_json::Value| report["iterations"].as_u64().unwrap();
    let short = run("--batch-size 60 --passes 2");
    assert_eq!((passes(&short), &short["converged"]), (2, &false.into()));
    assert!(error(&short) > error(&batches));
    let table = topics(["--batch-size", "60", "--passes", "1"]).text();
    let said =
        "NMF by alternating least squares in batches of 60 documents, 1 pass (not converged)";
    assert!(table.contains(said), "{table}");
    // Penalties weigh the same in batches and without.
    let words = |options: &str| {
        let report = run(&format!("--words 100000 --l1 0.02 {options}"));
        let topics = report["topics"].as_array().unwrap();
        topics.iter().map(|topic| words(topic).len()).sum::<usize>() as f64
    };
    let [whole, batches] = ["", "--batch-size 60"].map(words);
    assert!(
        (0.8..1.25).contains(&(batches / whole)),
        "{batches} {whole}"
    );
    // A number of topics is judged in batches as well.
    let choices = run("--topics 2..3 --batch-size 60 --passes 5 --seeds 1");
    assert_eq!(choices["choices"].as_array().unwrap().len(), 2);
}

#[test]
fn topics_that_have_not_converged_say_what_to_try() {
    for (options, advice) in [
        ("--iterations 2", "; try more --iterations"),
        (
            "--iterations 12",
            "; try more --iterations, or a larger --tolerance",
        ),
        ("--batch-size 60 --passes 2", "; try more --passes"),
        (
            "--topics 2..3 --seeds 0 --iterations 2",
            "2 of 2 numbers of topics have not converged; try more --iterations",
        ),
    ] {
        let outcome = topics(options.split_whitespace());
        let said = outcome.stderr.trim_end();
        assert!(
            said.ends_with(advice) && said.lines().count() == 1,
            "{said}"
        );
        outcome.text();
    }
    for options in ["", "--topics 2..3 --seeds 0", "--batch-size 60"] {
        assert_eq!(topics(options.split_whitespace()).stderr, "");
    }
}

//! The sample in every other form, and what the vectorizer's options do to it.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};
use lowrank_text::corpus::{Corpus, CorpusReader, Source};
use serde_json::{Value, json};

use crate::outcome::{timeless, topics, topics_of, topics_of_input, words};

fn sample() -> Corpus {
    CorpusReader::default().read(&Source::Sample).unwrap()
}

/// Returns one document per line.
fn lines() -> String {
    let line = |text: &str| text.replace('\n', " ") + "\n";
    sample().texts().map(line).collect()
}

fn table(separator: char) -> String {
    let mut table = format!("number{separator}text\n");
    for (number, text) in sample().texts().enumerate() {
        let mut quoted = text.replace('"', "\"\"");
        if separator == '\t' {
            // A row of .tsv is a line.
            quoted = quoted.replace('\n', " ");
        }
        table += &format!("{number}{separator}\"{quoted}\"\n");
    }
    table
}

fn objects(field: &str) -> String {
    let object = |text: &str| json!({"number": 1, field: text}).to_string() + "\n";
    sample().texts().map(object).collect()
}

fn gzipped(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// Writes subfolders named after the themes.
fn write_folder(folder: &Path) {
    for (number, document) in sample().documents.iter().enumerate() {
        let theme = folder.join(document.category.as_ref().unwrap());
        fs::create_dir_all(&theme).unwrap();
        fs::write(theme.join(format!("{number:03}.txt")), &document.text).unwrap();
    }
}

fn report_of_sample(options: &str) -> Value {
    let options = options.split_whitespace();
    timeless(topics(options.chain(["--json"])).json())
}

#[test]
fn sample_is_the_same_corpus_in_every_form() {
    let reference = report_of_sample("");
    let folder = tempfile::tempdir().unwrap();
    for (name, content, options) in [
        ("lines.txt", lines().into_bytes(), ""),
        ("lines.txt.gz", gzipped(&lines()), ""),
        ("table.csv", table(',').into_bytes(), "--text-column text"),
        ("table.tsv", table('\t').into_bytes(), "--text-column text"),
        ("a.jsonl", objects("text").into_bytes(), ""),
        (
            "b.jsonl",
            objects("body").into_bytes(),
            "--text-column body",
        ),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        let report = topics_of(&path, &format!("{options} --json")).json();
        assert_eq!(timeless(report), reference, "{name}");
    }
    for input in [lines().into_bytes(), gzipped(&lines())] {
        let report = topics_of_input(&input, "--json").json();
        assert_eq!(timeless(report), reference);
    }
    let themes = folder.path().join("themes");
    write_folder(&themes);
    assert_eq!(timeless(topics_of(&themes, "--json").json()), reference);
    let two = topics_of(&themes, "--categories sailing,music --topics 2 --json").json();
    assert_eq!(two["corpus"]["documents"], 80);
}

#[test]
fn categories_of_the_sample_are_its_themes() {
    let report = report_of_sample("--categories sailing,music --topics 2");
    assert_eq!(report["corpus"]["documents"], 80);
    let found: Vec<_> = report["topics"]
        .as_array()
        .unwrap()
        .iter()
        .map(words)
        .collect();
    assert!(
        found.iter().any(|words| words.contains(&"boat")),
        "{found:?}"
    );
    assert!(
        found.iter().any(|words| words.contains(&"chord")),
        "{found:?}"
    );
}

fn terms(options: &str) -> u64 {
    report_of_sample(options)["corpus"]["terms"]
        .as_u64()
        .unwrap()
}

#[test]
fn counts_and_shares_of_documents_are_told_apart() {
    let all = terms("");
    assert!(terms("--min-df 2") < all);
    // 2 and 5 of 240 documents.
    assert_eq!(terms("--min-df 0.00833"), terms("--min-df 2"));
    assert_eq!(terms("--max-df 0.02084"), terms("--max-df 5"));
    assert_eq!(terms("--max-df 1.0"), all);
    assert_eq!(terms("--max-df 240"), all);
    assert_eq!(terms("--max-df 1") + terms("--min-df 2"), all);
}

#[test]
fn n_grams_are_words_with_blanks_between_them() {
    let both = terms("--ngrams 1..2");
    assert_eq!(both, terms("--ngrams 1..1") + terms("--ngrams 2..2"));
    let report = report_of_sample("--ngrams 2..3 --weighting count");
    for topic in report["topics"].as_array().unwrap() {
        assert!(
            words(topic)
                .iter()
                .all(|term| (1..=2).contains(&term.matches(' ').count()))
        );
    }
}

#[test]
fn vectorizer_options_do_what_they_say() {
    assert_eq!(terms("--max-features 100"), 100);
    assert!(terms("--stop-words none") > terms("--stop-words english"));
    let norm = |options: &str| {
        report_of_sample(options)["frobenius_norm"]
            .as_f64()
            .unwrap()
    };
    // Rows of length one, 240 of them.
    assert!((norm("") - 240f64.sqrt()).abs() < 1e-12);
    assert!((norm("--sublinear-tf") - 240f64.sqrt()).abs() < 1e-12);
    assert!(norm("--weighting count") > 80.0);
    let error = |options: &str| report_of_sample(options)["error"].as_f64().unwrap();
    assert_ne!(error("--sublinear-tf"), error(""));
}

/// Writes two halves of two groups; the texts name their origin.
fn write_newsgroups(folder: &Path) {
    let halves = [("train", "pebble"), ("test", "walrus")];
    let groups = [("sci.space", "orbit"), ("rec.autos", "gearbox")];
    for (half, mark) in halves {
        for (group, theme) in groups {
            let group = folder.join(format!("20news-bydate-{half}")).join(group);
            fs::create_dir_all(&group).unwrap();
            for number in 1..=3 {
                let post = format!("Subject: envelope\n\n{theme} {mark} {mark}\n\n-- \nsigned\n");
                fs::write(group.join(number.to_string()), post).unwrap();
            }
        }
    }
}

#[test]
fn folder_of_newsgroups_has_halves_groups_and_parts_to_remove() {
    let folder = tempfile::tempdir().unwrap();
    write_newsgroups(folder.path());
    let report = |options: &str| {
        let options = format!("{options} --topics 1 --words 99 --json");
        topics_of(folder.path(), &options).json()
    };
    let found = |options: &str| {
        let report = report(options);
        words(&report["topics"][0]).join(" ")
    };
    let documents = |options: &str| report(options)["corpus"]["documents"].as_u64().unwrap();
    assert_eq!(documents(""), 6);
    assert_eq!(documents("--subset all"), 12);
    assert!(found("").contains("pebble") && !found("").contains("walrus"));
    assert!(found("--subset test").contains("walrus"));
    assert!(!found("--subset test").contains("pebble"));
    let space = found("--subset test --categories sci.space");
    assert!(
        space.contains("orbit") && !space.contains("gearbox"),
        "{space}"
    );
    assert!(found("").contains("envelope") && found("").contains("signed"));
    let bare = found("--remove headers,footers,quotes");
    assert!(
        !bare.contains("envelope") && !bare.contains("signed"),
        "{bare}"
    );
}

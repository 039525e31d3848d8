//! `lowrank topics --documents`: the documents of each topic.

use std::collections::BTreeSet;

use lowrank_text::corpus::{CorpusReader, Source};
use serde_json::Value;

use crate::outcome::{keys, topics, topics_of_input};

fn run(options: &str) -> Value {
    topics(options.split_whitespace().chain(["--json"])).json()
}

fn representatives(report: &Value) -> Vec<&Vec<Value>> {
    let topics = report["topics"].as_array().unwrap().iter();
    topics
        .map(|topic| topic["representatives"].as_array().unwrap())
        .collect()
}

fn documents(entries: &[Value]) -> Vec<u64> {
    let entries = entries.iter();
    entries
        .map(|entry| entry["document"].as_u64().unwrap())
        .collect()
}

fn shares(entries: &[Value]) -> Vec<f64> {
    let entries = entries.iter();
    entries
        .map(|entry| entry["share"].as_f64().unwrap())
        .collect()
}

#[test]
fn representatives_of_a_topic_are_of_one_theme() {
    let report = run("--documents 5");
    let mut themes = BTreeSet::new();
    for entries in representatives(&report) {
        assert_eq!(entries.len(), 5);
        let of_topic: BTreeSet<&str> = entries
            .iter()
            .map(|entry| entry["category"].as_str().unwrap())
            .collect();
        assert_eq!(of_topic.len(), 1, "{entries:?}");
        themes.extend(of_topic);
        let shares = shares(entries);
        assert!(shares.is_sorted_by(|x, y| x >= y), "{shares:?}");
        assert!(shares.iter().all(|x| *x > 0.0 && *x <= 1.0), "{shares:?}");
    }
    assert_eq!(themes.len(), 6);
}

#[test]
fn entries_name_their_document_and_show_how_it_begins() {
    let corpus = CorpusReader::default().read(&Source::Sample).unwrap();
    for entry in representatives(&run("--documents 4")).into_iter().flatten() {
        assert_eq!(
            keys(entry),
            ["category", "document", "excerpt", "name", "share"]
        );
        let number = entry["document"].as_u64().unwrap() as usize;
        let document = &corpus.documents[number - 1];
        assert_eq!(entry["name"], document.name);
        let excerpt = entry["excerpt"].as_str().unwrap();
        assert!(excerpt.chars().count() <= 80, "{excerpt}");
        let text = document
            .text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(text.starts_with(excerpt.trim_end_matches('…')), "{excerpt}");
    }
}

#[test]
fn none_are_given_where_none_are_asked_for() {
    for options in ["", "--documents 0"] {
        assert!(
            representatives(&run(options))
                .iter()
                .all(|list| list.is_empty())
        );
    }
    assert!(!topics(["--topics", "2"]).text().contains("sailing/"));
}

#[test]
fn more_than_there_are_gives_all_that_have_a_share() {
    let report = run("--documents 100000 --method svd");
    for entries in representatives(&report) {
        let numbers: BTreeSet<u64> = documents(entries).into_iter().collect();
        assert_eq!(numbers.len(), entries.len(), "each once");
        assert!((200..=240).contains(&entries.len()), "{}", entries.len());
    }
}

#[test]
fn every_method_backend_and_precision_has_the_same_representatives() {
    for method in ["nmf", "svd"] {
        let reference = run(&format!("--documents 2 --method {method}"));
        for options in [
            "--threads 1",
            "--threads 2",
            "--backend core",
            "--precision f32",
        ] {
            let report = run(&format!("--documents 2 --method {method} {options}"));
            let pairs = representatives(&report);
            for (found, expected) in pairs.into_iter().zip(representatives(&reference)) {
                assert_eq!(documents(found), documents(expected), "{method} {options}");
                for (found, expected) in shares(found).into_iter().zip(shares(expected)) {
                    assert!((found - expected).abs() < 1e-2, "{method} {options}");
                }
            }
        }
    }
}

#[test]
fn table_shows_them_under_their_topic_within_eighty_columns() {
    let table = topics(["--documents", "2", "--topics", "3"]).text();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[4], "topic  documents         words");
    for topic in lines[5..14].chunks(3) {
        assert!(topic[0].contains(" % "), "{topic:?}");
        for line in &topic[1..] {
            let mut fields = line.split_whitespace();
            let share: f64 = fields.next().unwrap().parse().unwrap();
            assert!(share > 0.0 && share <= 1.0);
            assert!(fields.next().unwrap().contains('/'), "a name: {line}");
            assert!(fields.count() > 3, "an excerpt: {line}");
            assert!((70..=80).contains(&line.chars().count()), "{line}");
        }
    }
    assert!(table.lines().all(|line| line.trim_end() == line), "{table}");
}

#[test]
fn texts_cannot_steer_the_terminal() {
    let input = "red\u{1b}[31m \u{202e}apple\u{7} ēē\u{9b}31m 苹果\tred\napple red pear\n";
    for options in ["--topics 1", "--topics 1 --method svd"] {
        let table = topics_of_input(input.as_bytes(), &format!("{options} --documents 3")).text();
        assert!(
            table.contains("line 1") && table.contains("line 2"),
            "{table}"
        );
        assert!(table.contains("red [31m apple ēē 31m 苹果 red"), "{table}");
        assert!(!table.contains('\u{202e}'), "{table}");
        let control = table.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(control, None, "{table}");
    }
}

#[test]
fn empty_documents_represent_nothing() {
    let report = topics_of_input(b"\n\nred green\n\n", "--topics 2 --documents 3 --json").json();
    let found = representatives(&report);
    assert_eq!(documents(found[0]), [3]);
    assert!(
        found
            .iter()
            .all(|entries| documents(entries).iter().all(|n| *n == 3))
    );
    let entry = &found[0][0];
    assert!(entry["category"].is_null());
    assert_eq!(
        (&entry["name"], &entry["excerpt"]),
        (&"line 3".into(), &"red green".into())
    );
}

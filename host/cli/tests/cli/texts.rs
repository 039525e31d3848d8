//! Texts as they come: tables with and without a header, quotation marks, JSON as Python writes it, names of documents.

use std::path::Path;

use serde_json::Value;

use crate::matrices::Scratch;
use crate::outcome::{Outcome, keys, lowrank, outcome_of, topics_of, topics_of_input};

/// Returns the report on one topic of a corpus.
fn report(corpus: &Path, options: &str) -> Value {
    topics_of(
        corpus,
        &format!("{options} --topics 1 --documents 9 --json"),
    )
    .json()
}

fn documents(corpus: &Path, options: &str) -> u64 {
    report(corpus, options)["corpus"]["documents"]
        .as_u64()
        .unwrap()
}

/// Returns the excerpts of the documents with a share, by their numbers.
fn excerpts(corpus: &Path, options: &str) -> Vec<String> {
    representatives(&report(corpus, options), "excerpt")
}

fn representatives(report: &Value, field: &str) -> Vec<String> {
    let found = report["topics"][0]["representatives"].as_array().unwrap();
    let mut found: Vec<&Value> = found.iter().collect();
    found.sort_by_key(|entry| entry["document"].as_u64());
    let texts = found
        .iter()
        .map(|entry| entry[field].as_str().unwrap().to_owned());
    texts.collect()
}

#[test]
fn a_table_without_a_header_is_read_by_the_number_of_its_column() {
    let folder = Scratch::new();
    let table = folder.text("t.csv", "1,ham,boat and tide\n2,spam,\"boat, mast\"\n");
    let expected = ["boat and tide", "boat, mast"];
    assert_eq!(excerpts(&table, "--header no --text-column 3"), expected);
    assert_eq!(excerpts(&table, "--header no --text-column #3"), expected);
    let one = folder.text("one.csv", "boat and tide\nboat mast\n");
    assert_eq!(documents(&one, "--header no"), 2);
    let tabs = folder.text("t.tsv", "ham\tboat tide\nspam\tboat mast\n");
    assert_eq!(documents(&tabs, "--header no --text-column 2"), 2);
}

#[test]
fn a_name_of_a_column_wins_over_a_number_and_a_sharp_is_always_a_number() {
    let folder = Scratch::new();
    let table = folder.text("t.csv", "2,text\nboat,tide\nboat mast,rope\n");
    assert_eq!(excerpts(&table, "--text-column 2"), ["boat", "boat mast"]);
    let by_number = excerpts(&table, "--text-column #2");
    assert!(by_number.contains(&"tide".into()) || by_number.contains(&"rope".into()));
}

#[test]
fn a_first_line_that_looks_like_a_text_is_told_in_the_summary() {
    let folder = Scratch::new();
    let table = folder.text("t.csv", "1,I like the boat.\n2,The boat and the tide\n");
    let said = topics_of(&table, "--text-column 2 --topics 1").text();
    assert!(said.starts_with("1 document,"), "{said}");
    assert!(
        said.contains("looks like a row (\"I like the boat.\")"),
        "{said}"
    );
    assert!(said.contains("--header no"), "{said}");
    let found = report(&table, "--text-column 2");
    assert_eq!(found["corpus"]["header_like_a_row"], "I like the boat.");
    let short = folder.text("s.csv", "1,ham,boat tide\n2,spam,boat mast\n");
    let said = topics_of(&short, "--text-column 3 --topics 1").text();
    assert!(said.contains("looks like a row (\"boat tide\")"), "{said}");
    let with = report(&table, "--text-column 2 --header no");
    assert_eq!(with["corpus"]["documents"], 2);
    assert_eq!(keys(&with["corpus"]), ["documents", "nonzeros", "terms"]);
}

#[test]
fn verbose_says_how_a_table_was_read() {
    let folder = Scratch::new();
    let table = folder.text("t.csv", "id;review\n1;boat tide\n2;boat mast\n");
    let outcome = topics_of(&table, "--text-column review --topics 1 -v");
    let said = "first line is a header, texts in column 2 \"review\", fields divided by ';'";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
}

#[test]
fn a_lone_quotation_mark_in_tsv_is_a_character() {
    let folder = Scratch::new();
    let table = folder.text(
        "t.tsv",
        "label\ttext\nham\tsee you\nspam\t\"free prize\nham\tlunch\n",
    );
    assert_eq!(documents(&table, "--text-column text --stop-words none"), 3);
    let quoted = folder.text("q.tsv", "label\ttext\nham\t\"see \"\"you\"\"\"\n");
    let options = "--text-column text --stop-words none";
    assert_eq!(excerpts(&quoted, options), ["see \"you\""]);
}

#[test]
fn json_lines_of_python_are_read_whatever_one_line_has() {
    let folder = Scratch::new();
    let lines = "{\"text\":null}\n{\"text\":\"cat mouse\",\"score\":NaN}\n{\"text\":\"\\ud83d ok cat\"}\n{\"id\":4}\n";
    let path = folder.text("t.jsonl", lines);
    let found = report(&path, "");
    assert_eq!(found["corpus"]["documents"], 4);
    assert_eq!(found["corpus"]["without_text"], 2);
    assert_eq!(found["corpus"]["lone_surrogates"], 1);
    assert_eq!(excerpts(&path, ""), ["cat mouse", "\u{fffd} ok cat"]);
    let said = topics_of(&path, "--topics 1").text();
    assert!(said.contains("\n2 documents without a text"), "{said}");
    assert!(
        said.contains("\n1 half of a surrogate pair replaced by U+FFFD"),
        "{said}"
    );
    let broken = folder.text("b.jsonl", format!("{lines}{{\"text\":\n"));
    let said = topics_of(&broken, "").failure();
    assert!(said.contains("line 5: not a JSON object"), "{said}");
}

#[test]
fn a_carriage_return_ends_a_line_only_where_a_text_has_no_line_feed() {
    let folder = Scratch::new();
    let long = "cat mouse ".repeat(2000);
    let stray = [&long, "\rdog\n", "cat\n", "mouse\r\n"].concat();
    let path = folder.text("stray.txt", &stray);
    let found = report(&path, "--topics 1 --stop-words none");
    assert_eq!(found["corpus"]["documents"], 3);
    assert_eq!(found["corpus"]["carriage_returns"], 1);
    let said = topics_of(&path, "--topics 1 --stop-words none").text();
    assert!(
        said.contains("\n1 carriage return within lines: only"),
        "{said}"
    );
    let old = [&long, "\rdog\r", "cat\r", "mouse\r"].concat();
    let json = ["{\"text\":\"", &long, "\"}\r{\"text\":\"cat\"}\r"].concat();
    let tsv = ["id\ttext\r1\t", &long, "\r2\tcat \"mouse\r3\tcat\r"].concat();
    let csv = ["id;text\r1;", &long, "\r2;\"cat\rmouse\"\r3;cat\r"].concat();
    for (name, text, options, expected) in [
        ("old.txt", &old, "", 4),
        ("old.jsonl", &json, "", 2),
        ("old.json", &json, "", 2),
        ("old.tsv", &tsv, "--text-column text", 3),
        ("old.csv", &csv, "--text-column text", 3),
    ] {
        let path = folder.text(name, text);
        let found = documents(&path, &format!("{options} --stop-words none"));
        assert_eq!(found, expected, "{name}");
    }
    let mixed = folder.text("mixed.csv", "text\na cat\rb mouse\n\"a\rcat\"\n");
    let found = report(&mixed, "--topics 1 --stop-words none");
    assert_eq!(found["corpus"]["documents"], 3);
    assert_eq!(found["corpus"]["odd_row_ends"], 1);
    let words = folder.text("words.txt", "cat\rmouse\r");
    let texts = folder.text("t.txt", "cat dog\ndog mouse\n");
    for (options, terms) in [("--stop-words", 1), ("--stop-words none --vocabulary", 2)] {
        let found = report(&texts, &format!("{options} {}", words.display()));
        assert_eq!(found["corpus"]["terms"], terms, "{options}");
    }
}

#[test]
fn json_lines_come_from_a_pipe_too() {
    let input = b"{\"id\": 1, \"text\": \"cat mouse\"}\n{\"id\": 2, \"text\": \"cat\"}\n";
    let found = topics_of_input(input, "--topics 1 --documents 2 --ids id --json").json();
    assert_eq!(found["corpus"]["terms"], 2);
    let mut names = representatives(&found, "name");
    names.sort();
    assert_eq!(names, ["1", "2"]);
    let found = topics_of_input(b"{no object}\ncat mouse\n", "--topics 1 --json").json();
    assert_eq!(found["corpus"]["documents"], 2);
}

#[test]
fn names_of_documents_come_from_a_column_and_go_through_transform() {
    let folder = Scratch::new();
    let table = folder.text(
        "t.csv",
        "key,text\nx7,boat tide\nx8,boat mast\n,boat rope\n",
    );
    let found = report(&table, "--text-column text --ids key");
    assert_eq!(representatives(&found, "name"), ["x7", "x8", "row 3"]);
    let lines = folder.text(
        "t.jsonl",
        "{\"id\": 17, \"text\": \"boat tide\"}\n{\"id\": \"u/2\", \"text\": \"boat mast\"}\n",
    );
    let found = report(&lines, "--ids id");
    assert_eq!(representatives(&found, "name"), ["17", "u/2"]);

    let model = folder.path("model");
    let command = &mut lowrank();
    command.args(["topics", "--topics", "1", "--text-column", "2", "--corpus"]);
    command.arg(&table).arg("--output").arg(&model);
    outcome_of(command).text();
    let transform = |input: &Path, options: &str| -> Outcome {
        let command = &mut lowrank();
        command.arg("transform").arg(&model).arg(input);
        outcome_of(command.args(options.split_whitespace()))
    };
    let rows = transform(&table, "--text-column text --ids key").text();
    let names: Vec<_> = rows
        .lines()
        .map(|line| line.split(',').next().unwrap())
        .collect();
    assert_eq!(names, ["document", "x7", "x8", "row 3"]);
    let tabs = folder.text("new.tsv", "n1\tboat\nn2\ttide \"boat\n");
    let rows = transform(&tabs, "--header no --text-column 2 --ids #1").text();
    assert!(rows.contains("\nn1,") && rows.contains("\nn2,"), "{rows}");
    let nulls = folder.text("n.jsonl", "{\"text\": null}\n{\"text\": \"boat\"}\n");
    let outcome = transform(&nulls, "");
    assert_eq!(outcome.status, Some(0));
    assert!(
        outcome.stderr.contains("1 document without a text"),
        "{outcome:?}"
    );
}

#[test]
fn utf16_with_a_mark_is_the_same_corpus() {
    let folder = Scratch::new();
    let text = "na\u{ef}ve boat\nboat tide\n";
    let plain = folder.text("a.txt", text);
    let marked: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let wide = folder.text("b.txt", marked);
    assert_eq!(excerpts(&wide, ""), excerpts(&plain, ""));
    let marked = folder.text("c.csv", format!("\u{feff}text\n{text}"));
    assert_eq!(documents(&marked, "--text-column text"), 2);
}

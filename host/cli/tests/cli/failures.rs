//! Failures: one line on standard error that says what to do, and status 1.

use std::fs;

use flate2::{Compression, write::GzEncoder};
use lowrank::Backend;

use crate::matrices::Scratch;
use crate::outcome::{lowrank, outcome_of, topics, topics_of, topics_of_input};

#[track_caller]
fn assert_says(line: &str, parts: &[&str]) {
    for part in parts {
        assert!(line.contains(part), "{part:?} is not in {line:?}");
    }
}

#[test]
fn missing_path_is_named() {
    let line = topics(["--corpus", "no/such/corpus.csv"]).failure();
    assert_says(&line, &["no/such/corpus.csv", "no such file", "sample"]);
    let line = topics(["--corpus", "no/such\nline\u{1b}[2J"]).failure();
    assert_says(&line, &["no/such\\nline\\u{1b}[2J"]);
}

#[test]
fn corpus_without_documents_is_refused() {
    let folder = Scratch::new();
    let empty = folder.path("empty");
    fs::create_dir(&empty).unwrap();
    assert_says(&topics_of(&empty, "").failure(), &["no documents", "empty"]);
    let header = folder.text("header.csv", "text\n");
    assert_says(&topics_of(&header, "").failure(), &["no documents"]);
    for name in ["empty.txt", "empty.csv", "empty.jsonl", "empty.tar.gz"] {
        topics_of(&folder.text(name, ""), "").failure();
    }
    assert_says(&topics_of_input(b"", "").failure(), &["standard input"]);
}

#[test]
fn corpus_of_stop_words_is_refused() {
    let line = topics_of_input(b"the and of\nis it\n", "--topics 1").failure();
    assert_says(&line, &["stop words"]);
    let line = topics_of_input(b"\n\n\n", "--topics 1").failure();
    assert_says(&line, &["no terms"]);
    topics_of_input(b"the and of\nis it\n", "--topics 1 --stop-words none").text();
}

#[test]
fn unknown_category_is_answered_with_those_there_are() {
    let line = topics(["--categories", "sailing,cooking"]).failure();
    assert_says(&line, &["cooking", "astronomy, baking, cycling"]);
    let line = topics_of_input(b"one line\n", "--categories music").failure();
    assert_says(&line, &["no categories", "--categories"]);
}

#[test]
fn more_topics_than_documents_or_terms_are_refused_with_the_limit() {
    for method in ["nmf", "svd"] {
        let line = topics(["--topics", "241", "--method", method]).failure();
        assert_says(&line, &["241", "documents: 240", "240 at most", "--topics"]);
        let options = format!("--topics 4 --method {method}");
        let line = topics_of_input(b"red\nred green\nblue\nred\nblue\n", &options).failure();
        assert_says(&line, &["terms: 3", "3 at most"]);
    }
    let huge = topics(["--topics", "18446744073709551615", "--backend", "core"]);
    assert_says(&huge.failure(), &["240 at most"]);
}

#[test]
fn no_term_within_the_document_frequencies_is_refused() {
    for options in [
        "--min-df 300",
        "--max-df 1 --min-df 2",
        "--max-df 0.0",
        "--min-df 240",
    ] {
        let line = topics(options.split_whitespace()).failure();
        assert_says(&line, &["min_df", "max_df"]);
    }
}

fn archive() -> Vec<u8> {
    let encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let mut builder = tar::Builder::new(encoder);
    for number in 0..40 {
        let post = format!("Subject: post {number}\n\nrocket orbit number{number}\n");
        let mut header = tar::Header::new_gnu();
        header.set_size(post.len() as u64);
        header.set_mode(0o644);
        let path = format!("20news-bydate-train/sci.space/{number}");
        builder
            .append_data(&mut header, path, post.as_bytes())
            .unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

#[test]
fn truncated_archive_is_refused_as_a_whole() {
    let folder = Scratch::new();
    let whole = archive();
    topics_of(&folder.text("whole.tar.gz", &whole), "--topics 2").text();
    for length in [10, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
        let cut = folder.text("cut.tar.gz", &whole[..length]);
        let line = topics_of(&cut, "--topics 2").failure();
        assert_says(&line, &["cut.tar.gz", "truncated or corrupt", "download"]);
        let line = topics_of_input(&whole[..length], "--topics 2").failure();
        assert_says(&line, &["standard input", "truncated or corrupt"]);
    }
    let mut altered = whole;
    let middle = altered.len() / 2;
    altered[middle] ^= 0x55;
    topics_of(&folder.text("altered.tar.gz", altered), "--topics 2").failure();
    let other = folder.text("other.tar.gz", "no archive at all");
    assert_says(&topics_of(&other, "").failure(), &["20 Newsgroups"]);
}

#[test]
fn table_without_the_column_is_answered_with_those_there_are() {
    let folder = Scratch::new();
    let table = folder.text("t.csv", "title,body\nx,y\n");
    let line = topics_of(&table, "--text-column text").failure();
    assert_says(&line, &["\"text\"", "\"title\", \"body\"", "--text-column"]);
    let line = topics_of(&table, "").failure();
    assert_says(&line, &["\"title\", \"body\"", "--text-column"]);
    let ragged = folder.text("r.csv", "title,body\nx,y\nz\n");
    let line = topics_of(&ragged, "--text-column body").failure();
    assert_says(&line, &["line 3", "quote"]);
    let objects = folder.text("o.jsonl", "{\"body\": \"x\"}\n");
    assert_says(
        &topics_of(&objects, "").failure(),
        &["\"text\"", "\"body\""],
    );
    let broken = folder.text("b.jsonl", "{\"text\": \"x\"}\n{\"text\":\n");
    assert_says(&topics_of(&broken, "").failure(), &["line 2", "JSON"]);
    let number = folder.text("n.jsonl", "{\"text\": 1}\n");
    assert_says(&topics_of(&number, "").failure(), &["not a string"]);
    let lines = folder.text("l.txt", "x\n");
    let line = topics_of(&lines, "--text-column body").failure();
    assert_says(&line, &["no columns", "--text-column"]);
}

#[test]
fn bytes_that_are_not_utf8_are_pointed_at() {
    let folder = Scratch::new();
    let latin1 = b"first line\ncaf\xe9 latte\n";
    let line = topics_of(&folder.text("l.txt", latin1), "").failure();
    assert_says(&line, &["l.txt, line 2", "offset 14", "UTF-8", "iconv"]);
    assert_says(&topics_of_input(latin1, "").failure(), &["line 2", "UTF-8"]);
    let csv = folder.text("t.csv", b"text\ncaf\xe9\n");
    assert_says(&topics_of(&csv, "").failure(), &["line 2", "UTF-8"]);
    let json = folder.text("o.jsonl", b"{\"text\": \"caf\xe9\"}\n");
    assert_says(&topics_of(&json, "").failure(), &["line 1", "UTF-8"]);
    let texts = folder.path("texts");
    fs::create_dir(&texts).unwrap();
    fs::write(texts.join("a.txt"), latin1).unwrap();
    assert_says(
        &topics_of(&texts, "").failure(),
        &["a.txt, line 2", "UTF-8"],
    );
}

#[test]
fn what_a_corpus_does_not_have_cannot_be_asked_of_it() {
    let line = topics(["--subset", "test"]).failure();
    assert_says(&line, &["subset", "--subset"]);
    let folder = Scratch::new();
    let unknown = folder.text("paper.pdf", "%PDF-1.4");
    assert_says(&topics_of(&unknown, "").failure(), &["paper.pdf", ".csv"]);
}

#[test]
fn a_gpu_that_is_not_there_is_one_line_that_says_why() {
    let Err(error) = Backend::Cuda.check() else {
        return eprintln!("there is a GPU: nothing to refuse");
    };
    let expected = match cfg!(feature = "cuda") {
        true => format!("lowrank: {error}: use --backend host"),
        false => format!("lowrank: {error}: build with --features cuda, or use --backend host"),
    };
    let folder = Scratch::new();
    let matrix = folder.text("a.csv", "1,2\n3,4\n5,7\n");
    let matrix = matrix.to_str().unwrap();
    for words in [
        vec!["topics", "--backend", "cuda"],
        // What runs on no GPU was not asked for one in vain either.
        vec!["topics", "--backend", "cuda", "--batch-size", "10"],
        vec!["factorize", matrix, "--backend", "cuda", "--rank", "1"],
        vec![
            "bench",
            "--backend",
            "cuda",
            "--shape",
            "20x30",
            "--density",
            "1",
        ],
    ] {
        let said = outcome_of(lowrank().args(&words)).failure();
        assert_eq!(said.trim_end(), expected, "{words:?}");
    }
}

#[test]
fn what_auto_chose_is_said() {
    let outcome = topics(["-v"]);
    assert_eq!(outcome.status, Some(0));
    let said = "lowrank: host backend: about 0.";
    assert_says(&outcome.stderr, &[said, "a GPU begins after 0.40 s"]);
    let outcome = topics(["-v", "--batch-size", "10"]);
    let said = "host backend: a batch is little work for a GPU";
    assert_says(&outcome.stderr, &[said]);
    let outcome = topics(["-v", "--backend", "host"]);
    assert!(!outcome.stderr.contains("GPU"), "{}", outcome.stderr);
}

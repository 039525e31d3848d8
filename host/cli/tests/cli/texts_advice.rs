//! Advice of messages about texts: whoever follows it gets a result, or a later message.

use std::path::Path;

use crate::matrices::Scratch;
use crate::outcome::{Outcome, lowrank, outcome_of, topics_of};

fn one_topic(corpus: &Path, options: &str) -> Outcome {
    topics_of(corpus, &format!("{options} --topics 1"))
}

/// Checks that a run fails with `advice` in its line, and that the run that follows it has a result.
#[track_caller]
fn assert_works(corpus: &Path, wrong: &str, advice: &str, followed: &str) {
    let line = one_topic(corpus, wrong).failure();
    assert!(line.contains(advice), "{advice:?} is not in {line:?}");
    one_topic(corpus, followed).text();
}

#[test]
fn advice_on_columns_names_those_there_are() {
    let folder = Scratch::new();
    let table = folder.text("t.csv", "title,body\nboat,tide mast\nwind,rope mast\n");
    assert_works(
        &table,
        "",
        "\"title\", \"body\"; name that of the texts, or give its number, with --text-column",
        "--text-column body",
    );
    assert_works(
        &table,
        "--text-column text",
        "with --text-column or --ids",
        "--text-column 2",
    );
    assert_works(
        &table,
        "--text-column body --ids id",
        "\"title\"",
        "--text-column body --ids title",
    );
    let twice = folder.text("d.csv", "text,text\nboat,tide\nwind,tide\n");
    assert_works(
        &twice,
        "--text-column text",
        "give its number, such as #1",
        "--text-column #1",
    );
    let bare = folder.text("n.csv", "1,tide mast\n2,rope mast\n");
    assert_works(
        &bare,
        "--header no",
        "#2 (\"tide mast\")",
        "--header no --text-column #2",
    );
}

#[test]
fn advice_on_fields_of_json_names_those_there_are() {
    let folder = Scratch::new();
    let lines = folder.text(
        "t.jsonl",
        "{\"body\": \"boat tide\", \"key\": 3}\n{\"body\": \"boat\", \"key\": 4}\n",
    );
    assert_works(
        &lines,
        "",
        "there are \"body\", \"key\": name one of these with --text-column",
        "--text-column body",
    );
    assert_works(
        &lines,
        "--text-column abstract",
        "\"abstract\"; there are \"body\", \"key\"",
        "--text-column body",
    );
    assert_works(
        &lines,
        "--text-column key",
        "quote it, or name another with --text-column",
        "--text-column body",
    );
    assert_works(
        &lines,
        "--text-column body --ids id",
        "\"key\"",
        "--text-column body --ids key",
    );
}

#[test]
fn advice_on_quotation_marks_and_widths_is_followed() {
    let folder = Scratch::new();
    let lines = folder.text("t.tsv", "label\ttext\na\tboat tide\nb\t\"boat\nc\tmast\"\n");
    assert_works(
        &lines,
        "--text-column text",
        "line 3",
        "--text-column text --no-quotes",
    );
    let csv = folder.text("saved.csv", "label,text\na,boat tide\nb,\"boat\nmast\"\n");
    one_topic(&csv, "--text-column text").text();
    let open = folder.text("o.csv", "label,text\na,boat tide\nb,\"boat\nc,mast\n");
    assert_works(
        &open,
        "--text-column text",
        "with --no-quotes",
        "--text-column text --no-quotes",
    );
    let closed = folder.text("c.csv", "label,text\na,boat tide\nb,\"boat\"\nc,mast\n");
    one_topic(&closed, "--text-column text").text();
    let wide = folder.text("w.csv", "text\nboat, tide\nboat, mast\n");
    assert_works(&wide, "", "--delimiter", "--delimiter tab");
    let named = folder.text("w2.csv", "first,text\nboat, tide\nboat, mast\n");
    one_topic(&named, "--text-column text").text();
}

#[test]
fn options_of_another_kind_of_corpus_are_left_out() {
    let folder = Scratch::new();
    let lines = folder.text("t.txt", "boat tide\nboat mast\n");
    assert_works(
        &lines,
        "--text-column text",
        "leave out --text-column and --ids",
        "",
    );
    assert_works(&lines, "--ids key", "leave out --text-column and --ids", "");
    assert_works(
        &lines,
        "--header no",
        "leave out --header, --delimiter and --no-quotes",
        "",
    );
    let json = folder.text("t.jsonl", "{\"text\": \"boat tide\"}\n");
    assert_works(
        &json,
        "--delimiter tab",
        "leave out --header, --delimiter and --no-quotes",
        "",
    );
    assert_works(&lines, "--subset train", "leave out --subset", "");
    assert_works(&lines, "--categories a", "leave out --categories", "");
}

#[test]
fn files_that_are_not_read_have_a_way_to_be() {
    let folder = Scratch::new();
    let book = folder.text("t.xlsx", "PK\u{3}\u{4}...");
    let line = one_topic(&book, "").failure();
    assert!(line.contains("save it as CSV"), "{line}");
    let json = folder.text("t.json", "[{\"text\": \"boat tide\"}]");
    let line = one_topic(&json, "").failure();
    assert!(line.contains("write an object a line"), "{line}");
    one_topic(
        &folder.text("texts.jsonl", "{\"text\": \"boat tide\"}\n"),
        "",
    )
    .text();
    let unknown = folder.text("t.md", "boat tide\n");
    let line = one_topic(&unknown, "").failure();
    assert!(line.contains("name it .txt"), "{line}");
    one_topic(&folder.text("md.txt", "boat tide\n"), "").text();
    let wide: Vec<u8> = "boat tide\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let line = one_topic(&folder.text("wide.txt", wide), "").failure();
    assert!(line.contains("iconv -f UTF-16LE -t UTF-8"), "{line}");
}

#[test]
fn advice_on_terms_is_followed() {
    let folder = Scratch::new();
    let stop = folder.text("s.txt", "the and of\nis it\n");
    assert_works(&stop, "", "--stop-words none", "--stop-words none");
    let short = folder.text("a.txt", "a b\nb c\n");
    assert_works(
        &short,
        "--stop-words none",
        "--token-pattern",
        r"--stop-words none --token-pattern \w",
    );
    let words = folder.text("w.txt", "boat tide\nboat\nboat\n");
    assert_works(
        &words,
        "--min-df 3 --max-df 2",
        "with --min-df and --max-df",
        "--min-df 1 --max-df 3",
    );
    assert_works(
        &words,
        "--min-df 2 --max-df 2",
        "with --min-df and --max-df",
        "--min-df 1 --max-df 3",
    );
    let terms = folder.text("terms.txt", "Boat\n");
    let given = format!("--vocabulary {}", terms.display());
    let lower = folder.text("lower.txt", "boat\n");
    assert_works(
        &words,
        &given,
        "in lower case",
        &format!("--vocabulary {}", lower.display()),
    );
    let both = folder.text("both.txt", "boat\nrope\n");
    let both = format!("--vocabulary {}", both.display());
    let line = one_topic(&words, &format!("{both} --plain-idf")).failure();
    assert!(line.contains("without --plain-idf"), "{line}");
    let outcome = one_topic(&words, &both);
    assert_eq!(outcome.status, Some(0));
    assert!(
        outcome.stderr.contains("1 of 2, such as \"rope\""),
        "{outcome:?}"
    );
}

#[test]
fn advice_on_options_of_the_vectorizer_is_followed() {
    let folder = Scratch::new();
    let words = folder.text("w.txt", "boat tide\nboat mast\nmast\n");
    for (wrong, advice, followed) in [
        (
            "--buckets 8",
            "add --unsigned, or --method svd",
            "--buckets 8 --unsigned",
        ),
        (
            "--buckets 8",
            "add --unsigned, or --method svd",
            "--buckets 8 --method svd",
        ),
        (
            "--buckets 8 --method svd --sublinear-tf",
            "add --unsigned",
            "--buckets 8 --method svd --sublinear-tf --unsigned",
        ),
        (
            "--analyzer char --stop-words english",
            "--stop-words belongs to --analyzer word: leave it out",
            "--analyzer char",
        ),
        (
            "--token-pattern (b)(o)",
            "write the others as (?:..)",
            "--token-pattern (b)(?:o)",
        ),
        (
            "--token-pattern \\N{DIGIT.ONE}",
            "write the character itself",
            "--token-pattern \\w",
        ),
    ] {
        let said = one_topic(&words, wrong).refusal();
        assert!(said.contains(advice), "{advice:?} is not in {said:?}");
        one_topic(&words, followed).text();
    }
    let own = folder.text("own.txt", "Boat\n");
    let outcome = one_topic(&words, &format!("--stop-words {}", own.display()));
    assert_eq!(outcome.status, Some(0));
    assert!(
        outcome
            .stderr
            .contains("\"Boat\", which is the token \"boat\"; list tokens instead"),
        "{outcome:?}"
    );
    let tokens = folder.text("tokens.txt", "boat\n");
    one_topic(&words, &format!("--stop-words {}", tokens.display())).text();
}

#[test]
fn options_of_texts_are_refused_for_a_model_of_a_matrix_and_left_out_they_work() {
    let folder = Scratch::new();
    let matrix = folder.text("m.csv", "1,2\n3,4\n5,7\n");
    let model = folder.path("model");
    outcome_of(
        lowrank()
            .arg("factorize")
            .arg(&matrix)
            .args(["--rank", "1", "--output"])
            .arg(&model),
    )
    .text();
    let transform = |options: &[&str]| {
        outcome_of(
            lowrank()
                .arg("transform")
                .arg(&model)
                .arg(&matrix)
                .args(options),
        )
    };
    for option in [
        &["--ids", "1"][..],
        &["--no-quotes"],
        &["--text-column", "1"],
    ] {
        let said = transform(option).refusal();
        assert!(said.contains("belong to a model of texts"), "{said}");
    }
    transform(&[]).text();
}

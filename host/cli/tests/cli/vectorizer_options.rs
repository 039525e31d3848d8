//! The options of the vectorizer: each does what the library's setting does, and `transform` does the same.

use std::fs;
use std::path::Path;

use lowrank_files::stored_model::Description;
use lowrank_text::corpus::{CorpusReader, Source};
use lowrank_text::vectorizer::{
    Analyzer, Hashing, Idf, Norm, StopWords, StripAccents, TokenRule, Vectorizer, Weighting,
};
use serde_json::Value;

use crate::outcome::{lowrank, outcome_of, topics, topics_of_input, words};

fn options(given: &str) -> Vec<&str> {
    given.split_whitespace().collect()
}

#[test]
fn each_option_is_a_setting_of_the_library() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let own = file("own.txt", "boat\n\nwind \r\n");
    let listed = file("terms.txt", "wind\nboat\nno such term\n");
    let both = format!("--stop-words english,{own}");
    let list = format!("--vocabulary {listed}");
    let default = Vectorizer::default;
    let mut english: Vec<String> = StopWords::English
        .words()
        .into_iter()
        .map(str::to_owned)
        .collect();
    english.extend(["boat".to_owned(), "wind".to_owned()]);
    let hashing = |buckets, signed| Some(Hashing { buckets, signed });
    let cases = [
        (
            "--analyzer char --ngrams 2..3",
            Vectorizer {
                analyzer: Analyzer::Char,
                ngrams: (2, 3),
                ..default()
            },
        ),
        (
            "--analyzer char_wb --ngrams 3..3",
            Vectorizer {
                analyzer: Analyzer::CharWb,
                ngrams: (3, 3),
                ..default()
            },
        ),
        (
            r"--token-pattern [a-z]{5,}",
            Vectorizer {
                token_pattern: Some("[a-z]{5,}".parse().unwrap()),
                ..default()
            },
        ),
        (
            "--tokens ascii",
            Vectorizer {
                token_rule: TokenRule::Ascii,
                ..default()
            },
        ),
        (
            "--keep-case --stop-words none",
            Vectorizer {
                lowercase: false,
                stop_words: StopWords::None,
                ..default()
            },
        ),
        (
            "--strip-accents unicode",
            Vectorizer {
                strip_accents: Some(StripAccents::Unicode),
                ..default()
            },
        ),
        (
            "--strip-accents ascii",
            Vectorizer {
                strip_accents: Some(StripAccents::Ascii),
                ..default()
            },
        ),
        (
            both.as_str(),
            Vectorizer {
                stop_words: StopWords::Own(english),
                ..default()
            },
        ),
        (
            "--binary",
            Vectorizer {
                binary: true,
                ..default()
            },
        ),
        (
            "--no-idf",
            Vectorizer {
                idf: Idf::Off,
                ..default()
            },
        ),
        (
            "--plain-idf --norm l1",
            Vectorizer {
                idf: Idf::Plain,
                norm: Some(Norm::L1),
                ..default()
            },
        ),
        (
            "--norm none",
            Vectorizer {
                norm: Some(Norm::Unscaled),
                ..default()
            },
        ),
        (
            "--weighting count --norm l2",
            Vectorizer {
                weighting: Weighting::Count,
                norm: Some(Norm::L2),
                ..default()
            },
        ),
        (
            list.as_str(),
            Vectorizer {
                vocabulary: Some(["wind", "boat", "no such term"].map(str::to_owned).to_vec()),
                ..default()
            },
        ),
        (
            "--buckets 64 --method svd",
            Vectorizer {
                hashing: hashing(64, true),
                idf: Idf::Off,
                ..default()
            },
        ),
        (
            "--buckets 64 --unsigned",
            Vectorizer {
                hashing: hashing(64, false),
                idf: Idf::Off,
                ..default()
            },
        ),
        (
            "--buckets 64 --unsigned --weighting tfidf",
            Vectorizer {
                hashing: hashing(64, false),
                ..default()
            },
        ),
    ];
    let corpus = CorpusReader::default().read(&Source::Sample).unwrap();
    for (given, vectorizer) in cases {
        let outcome = topics(options(&format!(
            "{given} --topics 1 --iterations 5 --json"
        )));
        assert_eq!(outcome.status, Some(0), "{given}: {outcome:?}");
        let found: Value = serde_json::from_str(&outcome.stdout).unwrap();
        let (fitted, a) = vectorizer.fit_transform(&corpus.documents).unwrap();
        assert_eq!(found["corpus"]["terms"], fitted.terms().len(), "{given}");
        assert_eq!(found["corpus"]["nonzeros"], a.nonzeros(), "{given}");
        let squares: f64 = a.values().iter().map(|x| x * x).sum();
        let norm = found["frobenius_norm"].as_f64().unwrap();
        assert!(
            (norm - squares.sqrt()).abs() <= 1e-12 * norm,
            "{given}: {norm}"
        );
    }
}

/// Returns the weights that `lowrank transform` finds.
fn weights(model: &Path, input: &Path) -> Vec<f64> {
    let rows = outcome_of(lowrank().arg("transform").arg(model).arg(input)).text();
    let cells = rows
        .lines()
        .skip(1)
        .flat_map(|line| line.split(',').skip(1));
    cells.map(|cell| cell.parse().unwrap()).collect()
}

#[test]
fn a_kept_model_vectorizes_new_texts_as_the_fit_did() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let texts = "Boat boat TIDE caf\u{e9}\nboat mast caf\u{e9} Caf\u{e9}\nmast tide rope boat\n";
    fs::write(at("texts.txt"), texts).unwrap();
    fs::write(at("own.txt"), "rope\n").unwrap();
    fs::write(at("terms.txt"), "tide\nboat\n").unwrap();
    for (place, given) in [
        "--analyzer char_wb --ngrams 2..4",
        "--keep-case --strip-accents ascii --stop-words own.txt",
        "--token-pattern (\\w)\\w+ --binary --norm l1",
        "--vocabulary terms.txt --no-idf --norm none",
        "--buckets 32 --ngrams 1..2",
        "--buckets 32 --weighting tfidf",
    ]
    .iter()
    .enumerate()
    {
        let model = at(&format!("model{place}"));
        let command = &mut lowrank();
        command.current_dir(folder.path());
        command.args(options(
            "topics --corpus texts.txt --topics 2 --method svd --output",
        ));
        let outcome = outcome_of(command.arg(&model).args(options(given)));
        assert_eq!(outcome.status, Some(0), "{given}: {outcome:?}");
        let description = Description::read(&model.join("model.json")).unwrap();
        assert!(description.text.is_some());
        // The weights of the texts of the fit are A V = U diag(s), whose columns have the length s.
        let found = weights(&model, &at("texts.txt"));
        let svd: Vec<f64> = {
            let bytes = fs::read(model.join("singular_values.npy")).unwrap();
            let numbers = bytes[bytes.len() - 16..].chunks_exact(8);
            numbers
                .map(|eight| f64::from_le_bytes(eight.try_into().unwrap()))
                .collect()
        };
        for (k, s) in svd.iter().enumerate() {
            let length: f64 = found.iter().skip(k).step_by(2).map(|x| x * x).sum();
            assert!(
                (length.sqrt() - s).abs() < 1e-9,
                "{given}: {} for {s}",
                length.sqrt()
            );
        }
    }
}

#[test]
fn whole_hindi_words_are_tokens_where_marks_belong_to_them() {
    let input = "हिन्दी में एक वाक्य\nएक और वाक्य हिन्दी\n".as_bytes();
    let found = |given: &str| {
        let given = format!("{given} --topics 1 --words 99 --json");
        let report = topics_of_input(input, &given).json();
        let mut found: Vec<String> = words(&report["topics"][0])
            .into_iter()
            .map(str::to_owned)
            .collect();
        found.sort();
        found
    };
    assert_eq!(
        found(r"--token-pattern [\w\p{M}]{2,}"),
        ["एक", "और", "में", "वाक्य", "हिन्दी"]
    );
    // scikit-learn's rule: a vowel sign ends a token.
    assert_eq!(found(""), ["एक", "और"]);
}

#[test]
fn buckets_have_numbers_for_names() {
    let found = topics(options(
        "--buckets 16 --unsigned --topics 1 --words 3 --json",
    ))
    .json();
    assert_eq!(found["corpus"]["terms"], 16);
    for word in words(&found["topics"][0]) {
        assert!(word.starts_with("bucket "), "{word}");
    }
}

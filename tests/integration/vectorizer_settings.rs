//! Every setting of the vectorizer, alone and together: comparison with scikit-learn's, stored by
//! golden/vectorizer_settings.py, and with Python's `re`, stored by golden/token_patterns.py.

use crate::golden_values::{assert_close, assert_same_matrix, indices, numbers, strings};
use lowrank_files::stored_model::StoredVectorizer;
use lowrank_text::FittedVectorizer;
use lowrank_text::vectorizer::{
    Analyzer, Error, Hashing, Idf, Norm, StopWords, StripAccents, TokenPattern, Vectorizer,
    Weighting,
};
use serde_json::Value;

/// scikit-learn sums the squares of a row in another order, and its ln is numpy's: a few units in the last place for rows
/// of some hundred entries.
const TOLERANCE: f64 = 4e-15;

fn golden() -> Value {
    serde_json::from_str(include_str!("../golden/vectorizer_settings.json")).unwrap()
}

/// Returns a limit of the document frequency in the form that tells counts from shares.
fn frequency(value: &Value) -> lowrank_text::vectorizer::DocumentFrequency {
    value.to_string().parse().unwrap()
}

/// Returns the settings of a case, in the words of scikit-learn.
fn settings(case: &Value) -> Vectorizer {
    let given = &case["settings"];
    let class = case["class"].as_str().unwrap();
    let is_on = |name: &str| given[name] == true;
    let default = Vectorizer::default();
    Vectorizer {
        analyzer: match given["analyzer"].as_str() {
            Some("char") => Analyzer::Char,
            Some("char_wb") => Analyzer::CharWb,
            _ => Analyzer::Word,
        },
        token_rule: default.token_rule,
        token_pattern: given["token_pattern"]
            .as_str()
            .map(|pattern| pattern.parse().unwrap()),
        lowercase: given["lowercase"] != false,
        strip_accents: match given["strip_accents"].as_str() {
            Some("ascii") => Some(StripAccents::Ascii),
            Some(_) => Some(StripAccents::Unicode),
            None => None,
        },
        stop_words: match &given["stop_words"] {
            Value::String(_) => StopWords::English,
            Value::Array(_) => StopWords::Own(strings(&given["stop_words"])),
            _ => StopWords::None,
        },
        ngrams: match given["ngram_range"].as_array() {
            Some(_) => indices(&given["ngram_range"]),
            None => vec![1, 1],
        }[..]
            .try_into()
            .map(|[first, last]: [usize; 2]| (first, last))
            .unwrap(),
        min_df: match &given["min_df"] {
            Value::Null => default.min_df,
            limit => frequency(limit),
        },
        max_df: match &given["max_df"] {
            Value::Null => default.max_df,
            limit => frequency(limit),
        },
        max_features: given["max_features"].as_u64().map(|limit| limit as usize),
        vocabulary: given["vocabulary"]
            .as_array()
            .map(|_| strings(&given["vocabulary"])),
        hashing: given["n_features"].as_u64().map(|buckets| Hashing {
            buckets: buckets as usize,
            signed: given["alternate_sign"] != false,
        }),
        binary: is_on("binary"),
        weighting: match class {
            "count" => Weighting::Count,
            _ => Weighting::TfIdf,
        },
        sublinear_tf: is_on("sublinear_tf"),
        idf: match class {
            "hashing" => Idf::Off,
            _ if given["use_idf"] == false => Idf::Off,
            _ if given["smooth_idf"] == false => Idf::Plain,
            _ => Idf::Smooth,
        },
        norm: match (given.get("norm"), given["norm"].as_str()) {
            (None, _) => None,
            (_, Some("l1")) => Some(Norm::L1),
            (_, Some(_)) => Some(Norm::L2),
            (_, None) => Some(Norm::Unscaled),
        },
    }
}

/// Calls `check` with every case, its settings, its texts and its name.
fn for_each_case(check: impl Fn(&Value, &Vectorizer, &[String], &str)) {
    let golden = golden();
    let cases = golden["cases"].as_array().unwrap();
    assert!(cases.len() >= 75);
    for case in cases {
        let texts = case["texts"].as_str().unwrap();
        let name = format!("{} of {texts}: {}", case["class"], case["settings"]);
        check(
            case,
            &settings(case),
            &strings(&golden["texts"][texts]),
            &name,
        );
    }
}

#[test]
fn every_setting_gives_the_terms_and_numbers_of_scikit_learn() {
    let unseen = strings(&golden()["unseen"]);
    for_each_case(|case, vectorizer, texts, name| {
        let (fitted, matrix) = vectorizer.fit_transform(texts).unwrap();
        if case["terms"].is_array() {
            assert_eq!(fitted.terms(), strings(&case["terms"]), "{name}");
        }
        if case["idf"].is_array() {
            assert_close(
                fitted.idf().unwrap(),
                &numbers(&case["idf"]),
                TOLERANCE,
                name,
            );
        }
        assert_same_matrix(&matrix, &case["fitted"], ("values", TOLERANCE), name);
        assert_same_matrix(
            &fitted.transform(&unseen),
            &case["unseen"],
            ("values", TOLERANCE),
            name,
        );
        assert_eq!(fitted.transform(texts), matrix, "{name}");
    });
}

#[test]
fn every_setting_survives_model_json() {
    let unseen = strings(&golden()["unseen"]);
    for_each_case(|_, vectorizer, texts, name| {
        let fitted = vectorizer.fit(texts).unwrap();
        let stored = serde_json::to_string(&StoredVectorizer::from(&fitted)).unwrap();
        let stored: StoredVectorizer = serde_json::from_str(&stored).unwrap();
        let again = FittedVectorizer::try_from(&stored).unwrap();
        assert_eq!(again.settings(), fitted.settings(), "{name}");
        assert_eq!(again.terms(), fitted.terms(), "{name}");
        assert_eq!(
            again.transform(&unseen),
            fitted.transform(&unseen),
            "{name}"
        );
    });
}

#[test]
fn a_token_pattern_finds_what_python_finds() {
    let golden: Value =
        serde_json::from_str(include_str!("../golden/token_patterns.json")).unwrap();
    let texts = strings(&golden["texts"]);
    let patterns = golden["patterns"].as_array().unwrap();
    assert!(patterns.len() >= 200);
    for case in patterns {
        let source = case["pattern"].as_str().unwrap();
        let pattern: TokenPattern = source.parse().unwrap();
        for (text, expected) in texts.iter().zip(case["tokens"].as_array().unwrap()) {
            assert_eq!(
                pattern.tokens(text),
                strings(expected),
                "{source:?} in {text:?}"
            );
        }
    }
}

#[test]
fn a_pattern_that_python_refuses_is_refused() {
    let golden: Value =
        serde_json::from_str(include_str!("../golden/token_patterns.json")).unwrap();
    for source in strings(&golden["refused"]) {
        let error = source.parse::<TokenPattern>().map(|_| ()).unwrap_err();
        assert!(!error.reason.is_empty());
        assert_eq!(error.to_string().lines().count(), 1, "{error}");
        assert!(error.position <= source.chars().count(), "{error}");
    }
}

#[test]
fn what_is_not_python_is_an_addition_or_refused_by_name() {
    let pattern: TokenPattern = r"[\w\p{M}]{2,}".parse().unwrap();
    let words = ["हिन्दी", "में", "एक", "वाक्य", "cafe\u{301}teria"];
    assert_eq!(pattern.tokens(&words.join(", ")), words);
    let of = |pattern: &str, text: &str| pattern.parse::<TokenPattern>().unwrap().tokens(text);
    assert_eq!(of(r"\p{Han}+", "中文 kanji 漢字"), ["中文", "漢字"]);
    assert_eq!(of(r"\p{Lu}\p{Ll}*", "Ab cD é É"), ["Ab", "D", "É"]);
    assert_eq!(of(r"\P{L}+", "ab12c"), ["12"]);
    let refused = |pattern: &str| pattern.parse::<TokenPattern>().unwrap_err().to_string();
    let named = refused(r"\N{LATIN SMALL LETTER A}");
    assert!(
        named.contains("\\N") && named.contains("\\uXXXX"),
        "{named}"
    );
    assert!(refused(r"\p{Nonsense}").contains("Nonsense"));
    let two = refused(r"(a)|(b)");
    assert!(two.contains("2 groups") && two.contains("(?:"), "{two}");
    assert_eq!(of(r"(a)|(?:b)", "ab"), ["a", ""]);
}

#[test]
fn a_long_text_needs_no_deep_stack() {
    let text = "ab".repeat(300_000);
    let one = |pattern: &str| pattern.parse::<TokenPattern>().unwrap().tokens(&text);
    assert_eq!(one(r"(?:a|b)+"), [text.as_str()]);
    assert_eq!(one(r"(?:ab)*"), [text.as_str(), ""]);
    assert_eq!(one(r"(?:(?=a)a|b)+?$"), [text.as_str()]);
}

#[test]
fn settings_that_do_not_go_together_are_refused() {
    let refused = |vectorizer: Vectorizer| vectorizer.fit(&["moon orbit", "moon"]).unwrap_err();
    let buckets = |buckets, signed| Some(Hashing { buckets, signed });
    let default = Vectorizer::default;
    let vocabulary = |terms: &[&str]| Some(terms.iter().map(|&term| term.to_owned()).collect());
    for (vectorizer, error) in [
        (
            Vectorizer {
                vocabulary: vocabulary(&[]),
                ..default()
            },
            Error::NoGivenTerms,
        ),
        (
            Vectorizer {
                vocabulary: vocabulary(&["a", "b", "a"]),
                ..default()
            },
            Error::RepeatedTerm { term: "a".into() },
        ),
        (
            Vectorizer {
                vocabulary: vocabulary(&["Moon", "orbits"]),
                ..default()
            },
            Error::NoKnownTerm { texts: 2 },
        ),
        (
            Vectorizer {
                vocabulary: vocabulary(&["moon", "sun"]),
                idf: Idf::Plain,
                ..default()
            },
            Error::NoDocumentFrequency { term: "sun".into() },
        ),
        (
            Vectorizer {
                vocabulary: vocabulary(&["moon"]),
                hashing: buckets(8, true),
                ..default()
            },
            Error::HashedVocabulary,
        ),
        (
            Vectorizer {
                hashing: buckets(0, true),
                ..default()
            },
            Error::Buckets {
                buckets: 0,
                most: 1 << 24,
            },
        ),
        (
            Vectorizer {
                hashing: buckets(8, true),
                sublinear_tf: true,
                ..default()
            },
            Error::SignedSublinear,
        ),
        (
            Vectorizer {
                analyzer: Analyzer::Char,
                token_pattern: Some(r"\w".parse().unwrap()),
                ..default()
            },
            Error::PatternOfCharacters,
        ),
    ] {
        assert_eq!(refused(vectorizer), error);
        assert_eq!(error.to_string().lines().count(), 1);
    }
}

#[test]
fn stop_words_that_are_no_tokens_are_named() {
    let words = ["The", "moon", "don't", "don", "x"].map(str::to_owned);
    let own = Vectorizer {
        stop_words: StopWords::Own(words.to_vec()),
        ..Vectorizer::default()
    };
    assert_eq!(own.idle_stop_words(), [("The", "the".to_owned())]);
    let kept = Vectorizer {
        lowercase: false,
        ..own
    };
    assert!(kept.idle_stop_words().is_empty());
    assert!(Vectorizer::default().idle_stop_words().is_empty());
}

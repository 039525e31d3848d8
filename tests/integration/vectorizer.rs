//! The vectorizer: comparison with scikit-learn's, stored by golden/vectorizer.py, and invariants.

use crate::golden_values::{assert_close, assert_same_matrix, indices, numbers, strings};
use lowrank_text::vectorizer::{
    DocumentFrequency, Error, FittedVectorizer, StopWords, Vectorizer, Weighting,
};
use serde_json::Value;

/// scikit-learn's `fit_transform` sums the squares of these short rows in another order, and its ln is numpy's:
/// a few units in the last place.
const TOLERANCE: f64 = 1e-15;

fn golden() -> Value {
    serde_json::from_str(include_str!("../golden/vectorizer.json")).unwrap()
}

fn settings(case: &Value, weighting: Weighting) -> Vectorizer {
    let ngrams = indices(&case["ngrams"]);
    Vectorizer {
        weighting,
        sublinear_tf: case["sublinear_tf"].as_bool().unwrap(),
        stop_words: if case["stop_words"] == true {
            StopWords::English
        } else {
            StopWords::None
        },
        ngrams: (ngrams[0], ngrams[1]),
        min_df: case["min_df"].as_str().unwrap().parse().unwrap(),
        max_df: case["max_df"].as_str().unwrap().parse().unwrap(),
        max_features: case["max_features"].as_u64().map(|limit| limit as usize),
        ..Vectorizer::default()
    }
}

/// Calls `check` with every stored case, its texts and its name, for counts and for tf-idf.
fn for_each_case(check: impl Fn(&Value, Vectorizer, &[String], &str)) {
    let golden = golden();
    for case in golden["cases"].as_array().unwrap() {
        let texts = strings(&golden["texts"][case["texts"].as_str().unwrap()]);
        for weighting in [Weighting::Count, Weighting::TfIdf] {
            let name = format!("{}, {weighting:?}", case["name"]);
            check(case, settings(case, weighting), &texts, &name);
        }
    }
}

#[test]
fn terms_and_matrices_are_those_of_scikit_learn() {
    let unseen = strings(&golden()["texts"]["unseen"]);
    for_each_case(|case, vectorizer, texts, name| {
        let values = if vectorizer.weighting == Weighting::Count {
            "counts"
        } else {
            "weights"
        };
        let (fitted, matrix) = vectorizer.fit_transform(texts).unwrap();
        assert_eq!(fitted.terms(), strings(&case["terms"]), "{name}");
        assert_eq!(matrix.ncols(), fitted.terms().len(), "{name}");
        assert_eq!(
            fitted.idf().is_some(),
            vectorizer.weighting == Weighting::TfIdf,
            "{name}"
        );
        if let Some(idf) = fitted.idf() {
            assert_close(idf, &numbers(&case["idf"]), TOLERANCE, name);
        }
        assert_same_matrix(&matrix, &case["fitted"], (values, TOLERANCE), name);
        assert_same_matrix(
            &fitted.transform(&unseen),
            &case["unseen"],
            (values, TOLERANCE),
            name,
        );
    });
}

#[test]
fn transform_of_the_fitted_texts_is_the_matrix_of_the_fit() {
    for_each_case(|_, vectorizer, texts, name| {
        let (fitted, matrix) = vectorizer.fit_transform(texts).unwrap();
        assert_eq!(fitted.transform(texts), matrix, "{name}");
        assert_eq!(
            vectorizer.fit(texts).unwrap().terms(),
            fitted.terms(),
            "{name}"
        );
    });
}

#[test]
fn a_model_taken_up_from_its_parts_transforms_alike() {
    for_each_case(|_, vectorizer, texts, name| {
        let (fitted, matrix) = vectorizer.fit_transform(texts).unwrap();
        let idf = fitted.idf().map(<[f64]>::to_vec);
        let again =
            FittedVectorizer::new(fitted.settings().clone(), fitted.terms().to_vec(), idf).unwrap();
        assert_eq!(again.transform(texts), matrix, "{name}");
    });
}

/// Texts of pseudo-random words, enough of them that every thread gets its share.
fn many_texts() -> Vec<String> {
    let mut state = 1u64;
    let mut draw = |below: u64| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) % below
    };
    let mut texts = Vec::new();
    for _ in 0..500 {
        let mut text = String::new();
        for _ in 0..draw(120) {
            // The square of a share crowds the small numbers, as a language crowds its common words.
            let word = draw(100) * draw(100);
            text.push_str(&format!(
                "{}{word:x}{} ",
                ["", "the ", "É", "Σ"][word as usize % 4],
                "longer".repeat(word as usize % 3)
            ));
        }
        texts.push(text);
    }
    texts
}

#[test]
fn the_result_is_the_same_for_any_number_of_threads() {
    let texts = many_texts();
    assert!(texts.iter().map(String::len).sum::<usize>() > 8 * 16 * 1024);
    for vectorizer in [
        Vectorizer::default(),
        Vectorizer {
            ngrams: (1, 3),
            min_df: DocumentFrequency::Count(2),
            ..Default::default()
        },
        Vectorizer {
            max_features: Some(100),
            sublinear_tf: true,
            ..Default::default()
        },
        Vectorizer {
            weighting: Weighting::Count,
            stop_words: StopWords::None,
            ..Default::default()
        },
    ] {
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let (fitted, matrix) = pool.install(|| vectorizer.fit_transform(&texts)).unwrap();
            assert_eq!(pool.install(|| fitted.transform(&texts)), matrix);
            (
                fitted.terms().to_vec(),
                fitted.idf().map(<[f64]>::to_vec),
                matrix,
            )
        };
        let one = run(1);
        for threads in [2, 3, 8] {
            assert!(
                run(threads) == one,
                "{threads} threads and one differ for {vectorizer:?}"
            );
        }
    }
}

#[test]
fn rows_ascend_and_have_norm_one_or_are_empty() {
    let (_, matrix) = Vectorizer::default().fit_transform(&many_texts()).unwrap();
    for row in matrix.row_offsets().windows(2) {
        assert!(matrix.columns()[row[0]..row[1]].is_sorted_by(|a, b| a < b));
        let norm = matrix.values()[row[0]..row[1]]
            .iter()
            .map(|value| value * value)
            .sum::<f64>()
            .sqrt();
        // A row of n entries: n roundings in the sum, two for the root and the quotient.
        assert!(row[0] == row[1] || (norm - 1.0).abs() <= 120.0 * f64::EPSILON);
    }
}

#[test]
fn of_equally_frequent_terms_the_first_in_code_point_order_stay() {
    let vectorizer = Vectorizer {
        max_features: Some(2),
        ..Default::default()
    };
    let fitted = vectorizer.fit(&["zeta beta", "gamma beta alpha"]).unwrap();
    assert_eq!(fitted.terms(), ["alpha", "beta"]);
}

#[test]
fn texts_without_terms_are_an_error() {
    let none: [&str; 0] = [];
    let vectorizer = Vectorizer::default();
    assert_eq!(
        vectorizer.fit(&none).unwrap_err(),
        Error::EmptyVocabulary { texts: 0 }
    );
    assert_eq!(
        vectorizer.fit(&["", "a ! b"]).unwrap_err(),
        Error::EmptyVocabulary { texts: 2 }
    );
    assert_eq!(
        vectorizer.fit(&["the", "of"]).unwrap_err(),
        Error::EmptyVocabulary { texts: 2 }
    );
    let pairs = Vectorizer {
        ngrams: (2, 2),
        ..vectorizer
    };
    assert_eq!(
        pairs.fit(&["moon", "the moon"]).unwrap_err(),
        Error::EmptyVocabulary { texts: 2 }
    );
}

#[test]
fn pruning_that_leaves_nothing_is_an_error() {
    let texts = ["moon orbit", "moon", "moon"];
    let (min, max) = (DocumentFrequency::Count(3), DocumentFrequency::Share(0.5));
    let crossed = Vectorizer {
        min_df: min,
        max_df: max,
        ..Default::default()
    };
    assert_eq!(
        crossed.fit(&texts).unwrap_err(),
        Error::MaxBelowMin { max, min, texts: 3 }
    );
    let (min, max) = (DocumentFrequency::Count(2), DocumentFrequency::Count(2));
    let between = Vectorizer {
        min_df: min,
        max_df: max,
        ..Default::default()
    };
    assert_eq!(
        between.fit(&texts).unwrap_err(),
        Error::NoTermsRemain { max, min }
    );
}

#[test]
fn settings_that_make_no_sense_are_an_error() {
    let default = Vectorizer::default();
    for (first, last) in [(0, 1), (0, 0), (2, 1)] {
        let vectorizer = Vectorizer {
            ngrams: (first, last),
            ..default.clone()
        };
        assert_eq!(
            vectorizer.fit(&["moon"]).unwrap_err(),
            Error::NGramRange { first, last }
        );
    }
    for share in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        let vectorizer = Vectorizer {
            min_df: DocumentFrequency::Share(share),
            ..default.clone()
        };
        assert!(matches!(
            vectorizer.fit(&["moon"]),
            Err(Error::DocumentFrequency { .. })
        ));
    }
    let vectorizer = Vectorizer {
        max_df: DocumentFrequency::Count(0),
        ..default.clone()
    };
    assert!(matches!(
        vectorizer.fit(&["moon"]),
        Err(Error::DocumentFrequency { .. })
    ));
    let vectorizer = Vectorizer {
        max_features: Some(0),
        ..default
    };
    assert_eq!(vectorizer.fit(&["moon"]).unwrap_err(), Error::NoFeatures);
}

#[test]
fn parts_that_do_not_fit_together_are_an_error() {
    let terms = |terms: &[&str]| {
        terms
            .iter()
            .map(|&term| term.to_owned())
            .collect::<Vec<_>>()
    };
    let take_up = |terms, idf| FittedVectorizer::new(Vectorizer::default(), terms, idf).map(|_| ());
    assert_eq!(
        take_up(terms(&["b", "a"]), Some(vec![1.0; 2])),
        Err(Error::TermOrder { index: 1 })
    );
    assert_eq!(
        take_up(terms(&["a", "b", "b"]), Some(vec![1.0; 3])),
        Err(Error::TermOrder { index: 2 })
    );
    assert_eq!(
        take_up(terms(&["a", "b"]), Some(vec![1.0])),
        Err(Error::IdfLength {
            expected: 2,
            found: 1
        })
    );
    assert_eq!(
        take_up(terms(&["a"]), None),
        Err(Error::IdfLength {
            expected: 1,
            found: 0
        })
    );
    assert_eq!(
        take_up(terms(&["a"]), Some(vec![f64::NAN])),
        Err(Error::IdfNotFinite { index: 0 })
    );
    let counts = Vectorizer {
        weighting: Weighting::Count,
        ..Default::default()
    };
    let with_idf = FittedVectorizer::new(counts, terms(&["a"]), Some(vec![1.0]));
    assert_eq!(
        with_idf.unwrap_err(),
        Error::IdfLength {
            expected: 0,
            found: 1
        }
    );
}

#[test]
fn stored_terms_that_no_text_shows_stay_empty_columns() {
    let terms = ["", "ab\0", "moon", "the", "x y"]
        .map(str::to_owned)
        .to_vec();
    let counts = Vectorizer {
        weighting: Weighting::Count,
        ..Default::default()
    };
    let fitted = FittedVectorizer::new(counts, terms, None).unwrap();
    let matrix = fitted.transform(&["the moon", "ab x y", "ab\0 the"]);
    assert_eq!((matrix.nrows(), matrix.ncols()), (3, 5));
    assert_eq!(
        (matrix.row_offsets(), matrix.columns()),
        ([0, 1, 1, 1].as_slice(), [2].as_slice())
    );
}

#[test]
fn every_message_is_one_line() {
    let half = DocumentFrequency::Share(0.5);
    for error in [
        Error::EmptyVocabulary { texts: 2 },
        Error::MaxBelowMin {
            max: half,
            min: half,
            texts: 2,
        },
        Error::NoTermsRemain {
            max: half,
            min: half,
        },
        "a\nb".parse::<DocumentFrequency>().unwrap_err(),
    ] {
        assert_eq!(error.to_string().lines().count(), 1);
    }
}

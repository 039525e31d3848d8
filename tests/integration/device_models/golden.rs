//! Models of version 1 by a writer in Python, and their results by NumPy and SciPy.

use super::{Case, cases, numbers, singles};
use lowrank_core::model::{
    CompletionView, ModelError, NmfView, PcaView, QUANTILES, SparseRow, SvdView, key, keys,
};

/// f32 has 24 bits, and sums of a dozen products lose two or three.
const TOLERANCE: f64 = 2e-6;

/// The residual is what is left of squares that cancel: the root of the rounding of ||x||^2.
const OF_RESIDUAL: f64 = 1e-3;

#[track_caller]
fn assert_near(case: &Case, found: &[f32], expected: &[f64], tolerance: f64) {
    let size = expected.iter().fold(1.0, |most: f64, x| most.max(x.abs()));
    assert_eq!(found.len(), expected.len(), "{}", case.name);
    for (x, y) in found.iter().zip(expected) {
        let distance = (f64::from(*x) - y).abs();
        assert!(distance <= tolerance * size, "{}: {x} {y}", case.name);
    }
}

#[track_caller]
fn assert_residual(case: &Case, found: f32, expected: &serde_json::Value) {
    assert_near(case, &[found], &[expected.as_f64().unwrap()], OF_RESIDUAL);
}

fn of(method: &str) -> Vec<Case> {
    let found: Vec<Case> = cases()
        .into_iter()
        .filter(|case| case.method == method)
        .collect();
    for encoding in ["f32", "i16", "u8"] {
        assert!(
            found.iter().any(|case| case.encoding == encoding),
            "{method} {encoding}"
        );
    }
    found
}

#[test]
fn weights_of_dense_and_sparse_rows_are_those_of_scipy() {
    for case in of("nmf").iter().filter(|case| !case.of_texts) {
        let model = NmfView::parse(&case.blob).unwrap();
        assert_eq!(model.shape(), (9, 3));
        for row in &case.rows {
            let x = singles(&row["row"]);
            let mut w = [0.0; 3];
            let residual = model.fold_in(x.as_slice(), 200, &mut w).unwrap();
            assert_near(case, &w, &numbers(&row["weights"]), 20.0 * TOLERANCE);
            assert_residual(case, residual, &row["residual"]);
            let indices: Vec<u32> = (0..9).rev().filter(|i| x[*i as usize] != 0.0).collect();
            let values: Vec<f32> = indices.iter().map(|i| x[*i as usize]).collect();
            let sparse = SparseRow::new(&indices, &values).unwrap();
            let mut again = [0.0; 3];
            model.fold_in(&sparse, 200, &mut again).unwrap();
            assert_near(case, &again, &numbers(&row["weights"]), 20.0 * TOLERANCE);
        }
    }
}

#[test]
fn projections_are_those_of_numpy() {
    for case in &of("svd") {
        let model = SvdView::parse(&case.blob).unwrap();
        for row in &case.rows {
            let mut p = [0.0; 4];
            let residual = model
                .project(singles(&row["row"]).as_slice(), &mut p)
                .unwrap();
            assert_near(case, &p, &numbers(&row["weights"]), TOLERANCE);
            assert_residual(case, residual, &row["residual"]);
        }
    }
}

#[test]
fn scores_are_those_of_numpy_and_their_row_comes_back() {
    for case in &of("pca") {
        let model = PcaView::parse(&case.blob).unwrap();
        for row in &case.rows {
            let x = singles(&row["row"]);
            let (mut p, mut again, mut y) = ([0.0; 2], [0.0; 2], [0.0; 8]);
            let residual = model.project(&x, &mut p).unwrap();
            assert_near(case, &p, &numbers(&row["weights"]), TOLERANCE);
            assert_residual(case, residual, &row["residual"]);
            model.reconstruct(&p, &mut y).unwrap();
            // A constant column keeps nothing of a score, and the axes of this model have a part in it.
            if case.blob[18] & 2 == 0 {
                // Axes of 8 bits are not quite orthonormal: their projection of a row in their plane is near it.
                model.project(&y, &mut again).unwrap();
                let rough = if case.encoding == "u8" { 0.05 } else { 1e-3 };
                assert_near(case, &again, &p.map(f64::from), rough);
            }
        }
    }
}

#[test]
fn users_and_their_ratings_are_those_of_numpy() {
    for case in &of("completion") {
        let model = CompletionView::parse(&case.blob).unwrap();
        for row in &case.rows {
            let items: Vec<u32> = numbers(&row["items"])
                .into_iter()
                .map(|i| i as u32)
                .collect();
            let ratings = singles(&row["row"]);
            let known = SparseRow::new(&items, &ratings).unwrap();
            let (mut w, mut scratch) = ([0.0; 2], [0.0; 15]);
            let bias = model.fold_in(&known, &mut w, &mut scratch).unwrap();
            assert_near(case, &w, &numbers(&row["weights"]), 20.0 * TOLERANCE);
            assert_near(
                case,
                &[bias],
                &[row["bias"].as_f64().unwrap()],
                20.0 * TOLERANCE,
            );
            let predicted: Vec<f32> = (0..10)
                .map(|i| model.predict(i, &w, bias).unwrap())
                .collect();
            assert_near(
                case,
                &predicted,
                &numbers(&row["predicted"]),
                20.0 * TOLERANCE,
            );
        }
        let outside = model.predict(10, &[0.0; 2], 0.0);
        let (index, columns) = (10, 10);
        assert_eq!(outside, Err(ModelError::Index { index, columns }));
    }
}

#[test]
fn lines_of_text_have_the_weights_of_scipy() {
    for case in cases().iter().filter(|case| case.of_texts) {
        let model = NmfView::parse(&case.blob).unwrap();
        let words = model.words().unwrap();
        assert_eq!(words.terms(), 7);
        for row in &case.rows {
            let line = row["line"].as_str().unwrap();
            let (mut terms, mut w) = ([(0, 0.0); 7], [0.0; 2]);
            let text = words.row(line.as_bytes(), &mut terms).unwrap();
            let residual = model.fold_in(&text, 200, &mut w).unwrap();
            assert_near(case, &w, &numbers(&row["weights"]), 20.0 * TOLERANCE);
            assert_residual(case, residual, &row["residual"]);
        }
    }
}

#[test]
fn thresholds_are_the_quantile_that_is_no_less() {
    let case = &of("nmf")[0];
    let model = NmfView::parse(&case.blob).unwrap();
    let expected = case.thresholds.as_ref().unwrap();
    for (share, value) in QUANTILES.iter().zip(expected) {
        assert_eq!(model.thresholds().at(*share), Some(*value as f32));
    }
    assert_eq!(model.thresholds().at(0.0), Some(0.25));
    assert_eq!(model.thresholds().at(0.95), Some(0.75));
    assert_eq!(model.thresholds().at(1.5), None);
    assert_eq!(model.thresholds().at(f32::NAN), None);
    let svd = SvdView::parse(&of("svd")[0].blob)
        .unwrap()
        .thresholds()
        .at(0.9);
    assert_eq!(svd, None);
}

#[test]
fn keys_are_fnv_and_tokens_have_two_characters() {
    // The test vectors of Fowler, Noll and Vo.
    for (word, hash) in [
        ("", 0x811c_9dc5),
        ("a", 0xe40c_292c),
        ("foobar", 0xbf9c_f968),
    ] {
        assert_eq!(key(word.as_bytes()), hash);
    }
    let found = |line: &str| keys(line.as_bytes()).collect::<Vec<_>>();
    let expected = |words: &[&str]| words.iter().map(|w| key(w.as_bytes())).collect::<Vec<_>>();
    for (line, words) in [
        ("", &[][..]),
        ("a I _ 9 \u{e9} \u{4e2d} \u{1f980}", &[]),
        ("AB ab aB", &["ab", "ab", "ab"]),
        ("no-one's x1 _y", &["no", "one", "x1", "_y"]),
        (
            "\u{c9}t\u{e9}\u{4e2d}\u{6587}",
            &["\u{c9}t\u{e9}\u{4e2d}\u{6587}"],
        ),
        ("end.", &["end"]),
        ("end", &["end"]),
    ] {
        assert_eq!(found(line), expected(words), "{line}");
    }
}

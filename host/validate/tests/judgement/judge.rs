//! Tests of the judge: its products, its reference, and its detection of errors.

use lowrank_validate::Matrix;
use lowrank_validate::double_double::DoubleDouble;
use lowrank_validate::extended::Extended;
use lowrank_validate::families::families;
use lowrank_validate::ratios::{Ratios, Svd, orthogonality, qr_residual};
use lowrank_validate::reference::singular_values;
use lowrank_validate::run::small_svd;
use lowrank_validate::trials::{LARGEST, Trial};
use serde_json::Value;

/// Returns the part of a number beyond f64.
fn error(found: DoubleDouble, exact: DoubleDouble) -> f64 {
    ((found - exact) / exact).abs().high
}

#[test]
fn double_doubles_hold_106_bits() {
    let third = DoubleDouble::ONE / DoubleDouble::from(3.0);
    assert!(error(third + third + third, DoubleDouble::ONE) < 1e-31);
    let root = DoubleDouble::from(2.0).sqrt();
    assert!(error(root * root, DoubleDouble::from(2.0)) < 1e-31);
    // (1 + 2^-60)^2 = 1 + 2^-59 + 2^-120, of which 106 bits hold the first two.
    let x = DoubleDouble::ONE + DoubleDouble::from(2f64.powi(-60));
    let rest = x * x - DoubleDouble::ONE;
    assert_eq!((rest.high, rest.low), (2f64.powi(-59), 0.0));
    assert_eq!((DoubleDouble::ONE - x).abs().high, 2f64.powi(-60));
}

#[test]
fn products_of_the_judge_are_those_of_double_doubles() {
    let a = Matrix::<f64>::gaussian(20, 64, 1);
    let b = Matrix::<f64>::gaussian(64, 15, 2);
    let d: Vec<f64> = Matrix::<f64>::gaussian(64, 1, 3).entries;
    let product = Extended::scaled_columns(&a, &d).times(&Extended::from(&b));
    let nothing = Extended::from(&Matrix::zeros(20, 15));
    let rounded = product.minus(&nothing);
    let rest = product.minus(&Extended::from(&rounded));
    for i in 0..20 {
        for j in 0..15 {
            let mut exact = DoubleDouble::ZERO;
            for (p, d) in d.iter().enumerate() {
                let term = DoubleDouble::from(a.at(i, p)) * DoubleDouble::from(*d);
                exact = exact + term * DoubleDouble::from(b.at(p, j));
            }
            let rest_exact = (exact - DoubleDouble::from(rounded.at(i, j))).high;
            assert!((rest.at(i, j) - rest_exact).abs() < 2f64.powi(-66));
        }
    }
}

#[test]
fn products_of_products_keep_their_digits() {
    // Q Q^T is the identity, to 2^-52.
    let q = Matrix::<f64>::orthonormal(20, 20, 1);
    let q = Extended::from(&q);
    let a = Matrix::<f64>::gaussian(20, 30, 2);
    let one_way = q.times(&q.transposed().times(&Extended::from(&a)));
    let other_way = q.times(&q.transposed()).times(&Extended::from(&a));
    assert!(one_way.minus(&Extended::from(&a)).frobenius() < 1e-14);
    assert!(one_way.minus(&other_way).frobenius() < 2f64.powi(-60));
}

#[test]
fn a_nan_anywhere_is_an_infinite_ratio() {
    let a = Matrix::<f32>::gaussian(5, 3, 1);
    let sound = small_svd(&a).unwrap();
    assert!(sound.ratios(&a).worst() < 10.0);
    for place in [0, 7, 14] {
        let mut broken = sound.clone();
        broken.u.entries[place] = f32::NAN;
        assert_eq!(broken.ratios(&a).worst(), f64::INFINITY);
        assert!(orthogonality(&broken.u).is_nan());
        assert!(qr_residual(&a, &broken.u, &Matrix::zeros(3, 3)).is_nan());
    }
    for place in 0..9 {
        let mut broken = sound.clone();
        broken.v.entries[place] = f32::NAN;
        assert_eq!(broken.ratios(&a).worst(), f64::INFINITY);
    }
    for place in 0..3 {
        let mut broken = sound.clone();
        broken.s[place] = f32::NAN;
        assert!(!broken.is_sorted());
        assert_eq!(broken.ratios(&a).worst(), f64::INFINITY);
    }
}

/// Checks singular triplets with an error of a known size: A (1 + x) for A.
#[test]
fn an_error_of_a_known_size_has_the_ratio_that_it_should_have() {
    let a = Matrix::<f64>::gaussian(12, 8, 1);
    let svd = small_svd(&a).unwrap();
    for units in [100.0, 10_000.0] {
        let grown = 1.0 + units * 12.0 * f64::EPSILON;
        let wrong = Svd {
            s: svd.s.iter().map(|s| s * grown).collect(),
            ..svd.clone()
        };
        let ratio = wrong.ratios(&a).residual;
        assert!((ratio - units).abs() < 2.0, "{units}: {ratio}");
        let wrong = Svd {
            u: svd.u.map(|u| u * grown),
            ..svd.clone()
        };
        let Ratios { residual, u, .. } = wrong.ratios(&a);
        assert!((residual - units).abs() < 2.0, "{units}: {residual}");
        assert!((u - 2.0 * units).abs() < 2.0, "{units}: {u}");
    }
}

#[test]
fn the_reference_knows_the_values_of_a_rotated_diagonal() {
    // [3 4; 4 -3] / 5 is orthogonal: A = Q diag(5, 5 e) has integer columns times a power of two.
    for e in [0, 3, 100, 1000] {
        let tiny = 2f64.powi(-e);
        let a = Matrix {
            entries: vec![3.0, 4.0, 4.0 * tiny, -3.0 * tiny],
            nrows: 2,
            ncols: 2,
        };
        let values = singular_values(&a);
        for (value, exponent) in values.iter().zip([2, 2 - e]) {
            assert_eq!(value.exponent, exponent);
            let five_quarters = DoubleDouble::from(1.25);
            assert!(error(value.mantissa, five_quarters) < 1e-28);
        }
    }
}

/// A number above one as tests/golden/graded_values.py writes it.
fn mantissa(high: u64, low: u64) -> DoubleDouble {
    DoubleDouble::from(high as f64 * 2f64.powi(-52))
        + DoubleDouble::from(low as f64 * 2f64.powi(-105))
}

#[test]
fn the_reference_has_the_values_of_700_digits() {
    let text = include_str!("../../../../tests/golden/graded_values.json");
    let golden: Value = serde_json::from_str(text).unwrap();
    let matrices = golden["matrices"].as_array().unwrap();
    assert_eq!(matrices.len(), 5);
    for matrix in matrices {
        let whole = |name: &str| matrix[name].as_u64().unwrap() as usize;
        let (m, n) = (whole("nrows"), whole("ncols"));
        let a = Matrix::from_fn(m, n, |i, j| {
            let integer = matrix["integers"][i + m * j].as_i64().unwrap();
            let e = matrix["exponents"][j].as_i64().unwrap();
            integer as f64 * 2f64.powi(e as i32)
        });
        let values = singular_values(&a);
        assert_eq!(values.len(), n);
        for (value, golden) in values
            .iter()
            .zip(matrix["singular_values"].as_array().unwrap())
        {
            assert_eq!(i64::from(value.exponent), golden[2].as_i64().unwrap());
            let exact = mantissa(golden[0].as_u64().unwrap(), golden[1].as_u64().unwrap());
            let error = error(value.mantissa, exact);
            assert!(error < 1e-26, "{m} x {n}: {error}");
            let rounded = exact.high * 2f64.powi(value.exponent);
            assert!(value.relative_error(rounded) <= 0.5);
        }
        let found = small_svd(&a).unwrap().s;
        for (s, value) in found.iter().zip(&values) {
            assert!(value.relative_error(*s) < 100.0, "{m} x {n}: {s}");
        }
    }
}

#[test]
fn a_triangular_factor_is_triangular_and_has_the_same_gram_matrix() {
    for (m, n) in [(9, 5), (5, 9), (6, 6), (1, 3), (3, 1)] {
        let a = Matrix::<f64>::gaussian(m, n, 2);
        let r = a.triangular_factor();
        assert_eq!((r.nrows, r.ncols), (m, n));
        for j in 0..n {
            assert!(r.column(j).iter().skip(j + 1).all(|x| *x == 0.0));
        }
        let difference = a.transpose_times(&a).minus(&r.transpose_times(&r));
        assert!(difference.frobenius() < 1e-13, "{m} x {n}");
    }
}

#[test]
fn families_have_names_of_their_own_and_finite_entries() {
    let all = families::<f32>();
    for (i, family) in all.iter().enumerate() {
        assert!(all[..i].iter().all(|other| other.name != family.name));
        for (m, n) in [(1, 1), (1, 7), (6, 1), (5, 9), (9, 5), (8, 8)] {
            let a = (family.make)(m, n, 3);
            assert_eq!((a.nrows, a.ncols, a.entries.len()), (m, n, m * n));
            let finite = a.entries.iter().all(|x| x.is_finite());
            assert!(finite, "{}", family.name);
        }
    }
}

#[test]
fn the_document_describes_every_family() {
    let document = include_str!("../../../../docs/accuracy.md");
    let (_, rest) = document.split_once("## Families").unwrap();
    let (table, _) = rest.split_once("## Small SVD").unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| "));
    let names: Vec<&str> = rows.filter_map(|row| row.split(" | ").next()).collect();
    let expected = families::<f64>();
    assert_eq!(names.len(), expected.len() + 1);
    for (name, family) in names[1..].iter().zip(expected) {
        assert_eq!(*name, format!("| {}", family.name));
    }
}

#[test]
fn trials_have_all_sizes_and_ranks() {
    let trials: Vec<Trial> = (0..3000).map(Trial::number).collect();
    for size in 1..=LARGEST {
        assert!(trials.iter().any(|t| t.nrows == size));
        assert!(trials.iter().any(|t| t.ncols == size));
    }
    let fits = |t: &Trial| (1..=t.nrows.min(t.ncols)).contains(&t.rank);
    assert!(trials.iter().all(fits));
    let mean = trials.iter().map(|t| t.nrows).sum::<usize>() as f64 / 3000.0;
    assert!((mean - 32.5).abs() < 2.0, "{mean}");
    assert_eq!(Trial::number(7), trials[7]);
}

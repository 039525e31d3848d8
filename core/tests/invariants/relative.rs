//! The relative accuracy of small singular values of graded matrices.

use lowrank_core::Real;
use lowrank_validate::Matrix;
use lowrank_validate::families::{extreme, smallest_subnormal};
use lowrank_validate::graded::{Form, Graded};
use lowrank_validate::run::small_svd;
use lowrank_validate::trials::Trial;

/// The bound of |s - s_exact| / (s_exact eps max(m, n)), times the condition of B.
const THRESHOLD: f64 = 1.0;

fn check_against_the_reference<T: Real>(decades: f64) {
    for form in [Form::Columns, Form::Transposed, Form::Rows] {
        for condition in [1.0, 30.0, 1000.0] {
            for trial in (0..9).map(Trial::number) {
                let graded = Graded::<T>::new(form, condition, decades, trial);
                let s = small_svd(&graded.a).unwrap().s;
                let dimension = graded.a.nrows.max(graded.a.ncols) as f64;
                let ratio = graded.relative_error(&s) / dimension;
                let place = format!("{form:?}, {condition}, {decades} decades, {trial:?}");
                assert!(ratio < THRESHOLD * condition, "{place}: {ratio}");
            }
        }
    }
}

#[test]
fn every_singular_value_has_the_digits_of_the_reference() {
    check_against_the_reference::<f32>(30.0);
    check_against_the_reference::<f64>(30.0);
    check_against_the_reference::<f64>(290.0);
}

/// Checks the singular values of Q D, where Q has orthonormal columns and D is diagonal. They are those of D, times
/// a number between the extreme singular values of Q, which rounding to T changes by at most eps m
/// (Ostrowski): all their digits are known, however small they are.
fn check_graded_values<T: Real>(smallest: f64, largest: f64, rows_too: bool) {
    for (m, n) in [
        (1, 1),
        (2, 2),
        (4, 3),
        (8, 8),
        (16, 8),
        (32, 32),
        (64, 20),
        (200, 150),
    ] {
        let q = Matrix::orthonormal(m, n, 1).map(T::from_f64);
        for order in [1, n.max(2) - 1, 7] {
            let exponent = |j: usize| {
                let share = (j * order % n) as f64 / n as f64;
                ((smallest + (largest - smallest) * share) * std::f64::consts::LOG2_10) as i32
            };
            let mut known: Vec<i32> = (0..n).map(exponent).collect();
            let a = Matrix::from_fn(m, n, |i, j| q.at(i, j).scale_by_power_of_two(known[j]));
            known.sort_unstable_by(|x, y| y.cmp(x));
            let mut matrices = vec![a.clone()];
            if rows_too {
                matrices.push(a.transposed());
            }
            for a in &matrices {
                let s = small_svd(a).unwrap().s;
                for (s, e) in s.iter().zip(&known) {
                    let error = (s.scale_by_power_of_two(-e).to_f64() - 1.0).abs();
                    let bound = THRESHOLD * m as f64 * T::EPSILON.to_f64();
                    assert!(error < bound, "{m} x {n}: {s} for 2^{e}");
                }
            }
        }
    }
}

#[test]
fn tiny_singular_values_of_scaled_columns_keep_their_digits() {
    check_graded_values::<f32>(-30.0, 0.0, true);
    check_graded_values::<f64>(-30.0, 0.0, true);
    check_graded_values::<f64>(-290.0, 0.0, true);
}

#[test]
fn columns_from_one_end_of_the_range_to_the_other_keep_their_digits() {
    check_graded_values::<f32>(-28.0, 35.0, false);
    check_graded_values::<f64>(-250.0, 300.0, false);
}

#[test]
fn graded_matrices_have_the_singular_values_of_double_precision() {
    // Rows and columns of any size: in f32 what f64 finds, to a relative error that well-behaved
    // matrices of these sizes keep below 1e4 eps (seen: 670).
    for family in extreme::<f32>() {
        if !family.name.contains("graded") && !family.name.contains("any size") {
            continue;
        }
        for (m, n) in [(2, 2), (5, 3), (3, 5), (8, 8), (16, 8), (8, 16), (32, 32)] {
            let a = (family.make)(m, n, 3);
            let (single, double) = (small_svd(&a).unwrap(), small_svd(&a.to_f64(0)).unwrap());
            for (s, exact) in single.s.iter().zip(&double.s) {
                let error = (f64::from(*s) - exact).abs();
                let smallest = 2f64.powi(smallest_subnormal::<f32>());
                let bound = 1e4 * f64::from(f32::EPSILON) * exact + smallest;
                assert!(error <= bound, "{}, {m} x {n}: {s} {exact}", family.name);
            }
        }
    }
}

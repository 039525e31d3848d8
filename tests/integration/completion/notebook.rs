//! The 3 x 3 matrix of the notebook, plain and with two entries missing.

use super::{known, plain};
use lowrank::completion::{CompletionSolver, VisitOrder};
use lowrank::descent::LearningRate;
use lowrank::{Completion, DenseMatrix, Observed, TruncatedSvd};

const ROWS: [[f64; 3]; 3] = [
    [0.3374, 0.6005, 0.1735],
    [3.3359, 0.0492, 1.8374],
    [2.9407, 0.5301, 2.2620],
];

fn matrix() -> DenseMatrix<f64> {
    DenseMatrix::from_fn(3, 3, |i, j| ROWS[i][j])
}

fn descent(order: VisitOrder, seed: u64) -> Completion {
    Completion {
        iterations: 1000,
        tolerance: 0.0,
        learning_rate: LearningRate::constant(0.01),
        order,
        seed,
        ..plain(CompletionSolver::Sgd, 2)
    }
}

/// No rank two comes closer than the truncated SVD (Eckart & Young 1936).
fn optimum() -> f64 {
    let svd = TruncatedSvd {
        rank: 2,
        ..TruncatedSvd::default()
    };
    svd.fit(&matrix()).unwrap().approximation.error.powi(2)
}

#[test]
fn descent_over_entries_comes_as_near_as_the_notebook_and_no_nearer_than_the_svd() {
    let optimum = optimum();
    assert!((optimum - 0.12191).abs() < 1e-5, "{optimum}");
    for order in [VisitOrder::Sequential, VisitOrder::Shuffled] {
        let error = |seed| {
            let model = descent(order, seed).fit(&matrix()).unwrap();
            assert_eq!(model.iterations, 1000);
            model.approximation.error.powi(2)
        };
        let mut errors: Vec<f64> = (0..20).map(error).collect();
        errors.sort_by(f64::total_cmp);
        let median = (errors[9] + errors[10]) / 2.0;
        println!(
            "{order:?}: median {median:.5}, {:.5} to {:.5}",
            errors[0], errors[19]
        );
        assert!(median <= 0.1228, "{order:?} {median}");
        assert!(errors[0] >= optimum * (1.0 - 1e-12), "{order:?} {errors:?}");
    }
}

/// The squared error over what is known where entries (1, 0) and (2, 1) are missing.
fn error_of_what_is_known(order: VisitOrder, seed: u64) -> f64 {
    let is_known = |i, j| (i, j) != (1, 0) && (i, j) != (2, 1);
    let a = known(&matrix(), is_known);
    let model = descent(order, seed).fit(Observed(&a)).unwrap();
    let mut squares = 0.0;
    for (i, row) in ROWS.iter().enumerate() {
        for (j, entry) in row.iter().enumerate().filter(|&(j, _)| is_known(i, j)) {
            squares += (entry - model.predict(i, j).unwrap()).powi(2);
        }
    }
    let told = model.approximation.error.powi(2);
    assert!((squares - told).abs() < 1e-14, "{squares} {told}");
    squares
}

/// A thousand epochs do not bring every start there: a few are caught between two fits.
#[test]
fn what_is_known_of_the_notebook_s_matrix_is_fitted() {
    for order in [VisitOrder::Sequential, VisitOrder::Shuffled] {
        let mut errors: Vec<f64> = (0..20)
            .map(|seed| error_of_what_is_known(order, seed))
            .collect();
        errors.sort_by(f64::total_cmp);
        println!(
            "{order:?}, two missing: median {:.5}, last {:.5?}",
            errors[10],
            &errors[17..]
        );
        assert!(errors[17] < 0.02, "{order:?} {errors:?}");
    }
}

#[test]
fn alternating_least_squares_find_the_truncated_svd_of_a_matrix_that_is_known() {
    let als = Completion {
        tolerance: 1e-12,
        iterations: 1000,
        ..plain(CompletionSolver::Als, 2)
    };
    for seed in 0..20 {
        let model = Completion { seed, ..als }.fit(&matrix()).unwrap();
        let squares = model.approximation.error.powi(2);
        let excess = squares / optimum() - 1.0;
        assert!(excess.abs() < 1e-8, "{seed} {excess}");
    }
}

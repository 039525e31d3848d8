//! Biases of one side alone, and the penalty that suits a matrix.

use super::{SOLVERS, kept, known, low_rank, settings};
use lowrank::completion::{Biases, CompletionSolver, Weighting};
use lowrank::descent::LearningRate;
use lowrank::{Completion, Observed, SparseMatrix};

fn transposed(a: &SparseMatrix<f64>) -> SparseMatrix<f64> {
    let entries = (0..a.nrows()).flat_map(|i| {
        let (columns, values) = a.row(i);
        let place = move |(&j, &x): (&u32, &f64)| (j as usize, i, x);
        columns.iter().zip(values).map(place).collect::<Vec<_>>()
    });
    SparseMatrix::from_triplets(a.ncols(), a.nrows(), entries).unwrap()
}

/// Without factors, biases of one side are ridge regressions of one unknown: the sum of the residuals of a row over their
/// number and the penalty.
#[test]
fn biases_of_one_side_are_shrunk_means_and_those_of_the_other_are_zero() {
    let a = known(&low_rank::<f64>(), kept);
    let other = transposed(&a);
    for solver in SOLVERS {
        for (biases, a) in [(Biases::Rows, &a), (Biases::Columns, &other)] {
            let settings = Completion {
                rank: 0,
                biases,
                iterations: 4000,
                tolerance: 0.0,
                learning_rate: LearningRate {
                    initial: 0.05,
                    factor: 0.5,
                    every: 400,
                },
                ..settings(solver, Weighting::Plain)
            };
            let model = settings.fit(Observed(a)).unwrap();
            let (found, none) = match biases {
                Biases::Rows => (&model.row_biases, &model.column_biases),
                _ => (&model.column_biases, &model.row_biases),
            };
            assert!(none.iter().all(|&x| x == 0.0), "{solver:?} {biases:?}");
            let mean = a.values().iter().sum::<f64>() / a.nonzeros() as f64;
            assert!((model.mean - mean).abs() < 1e-12);
            let sides = match biases {
                Biases::Rows => a.clone(),
                _ => transposed(a),
            };
            let tolerance = match solver {
                CompletionSolver::Als => 1e-12,
                CompletionSolver::Sgd => 2e-3,
            };
            for (i, bias) in found.iter().enumerate() {
                let (_, values) = sides.row(i);
                let pull: f64 = values.iter().map(|x| x - mean).sum();
                let expected = pull / (values.len() as f64 + 0.3);
                assert!(
                    (bias - expected).abs() < tolerance,
                    "{solver:?} {biases:?} {bias} {expected}"
                );
            }
        }
    }
}

#[test]
fn the_loss_with_biases_of_one_side_lies_between_those_of_both_and_of_none() {
    let a = known(&low_rank::<f64>(), kept);
    for solver in SOLVERS {
        let loss = |biases| {
            let settings = Completion {
                rank: 1,
                biases,
                iterations: 3000,
                ..settings(solver, Weighting::Plain)
            };
            let model = settings.fit(Observed(&a)).unwrap();
            for (j, c) in model.column_biases.iter().enumerate() {
                assert!(biases.of_columns() || *c == 0.0, "{solver:?} {j}");
            }
            for (i, b) in model.row_biases.iter().enumerate() {
                assert!(biases.of_rows() || *b == 0.0, "{solver:?} {i}");
            }
            assert_eq!(model.mean != 0.0, biases.any());
            model.loss
        };
        let [none, rows, columns, both] =
            [Biases::None, Biases::Rows, Biases::Columns, Biases::Both].map(loss);
        assert!(
            both < rows && both < columns,
            "{solver:?} {both} {rows} {columns}"
        );
        assert!(
            rows < none && columns < none,
            "{solver:?} {none} {rows} {columns}"
        );
    }
}

#[test]
fn the_penalty_that_suits_a_matrix_is_told_and_gives_the_same_model_when_it_is_given() {
    let a = known(&low_rank::<f64>(), kept);
    for solver in SOLVERS {
        let open = Completion {
            l2: None,
            ..settings(solver, Weighting::Plain)
        };
        let model = open.fit(Observed(&a)).unwrap();
        let l2 = open.penalty(Observed(&a));
        assert_eq!(model.settings.l2, Some(l2));
        // By the rule: of eight columns with ratings, nine in all, and 62 entries.
        let (entries, mean) = (a.nonzeros() as f64, model.mean);
        let squares: f64 = a.values().iter().map(|x| (x - mean) * (x - mean)).sum();
        let expected = 11.4 * (squares / entries).sqrt() * entries / 9.0 / 80.0;
        assert!((l2 / expected - 1.0).abs() < 0.05, "{l2} {expected}");
        let given = Completion {
            l2: Some(l2),
            ..open
        };
        assert_eq!(given.fit(Observed(&a)).unwrap(), model);
        // A hundred times as large ratings have the same model, a hundred times as large.
        let values = a.values().iter().map(|x| 100.0 * x).collect();
        let large = SparseMatrix::new(
            a.row_offsets().to_vec(),
            a.columns().to_vec(),
            values,
            a.ncols(),
        );
        let times = open.penalty(Observed(&large.unwrap())) / l2;
        assert!((times - 100.0).abs() < 5.0, "{times}");
    }
}

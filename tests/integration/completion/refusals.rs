//! Refused input and the typed error of each, in one line.

use super::{SOLVERS, kept, known, low_rank, plain};
use lowrank::completion::{Biases, CompletionSolver, HeldOut};
use lowrank::descent::LearningRate;
use lowrank::{Completion, DenseMatrix, Error, Observed, SparseMatrix};
use lowrank_core::Error as Core;

fn refused(settings: Completion, a: &SparseMatrix<f64>) -> Core {
    match settings.fit(Observed(a)) {
        Err(Error::Factorization(error)) => error,
        other => panic!("{settings:?}: {other:?}"),
    }
}

#[test]
fn a_descent_that_diverges_is_said_to_and_not_returned() {
    let a = known(&low_rank::<f64>(), kept);
    for biases in [Biases::None, Biases::Rows, Biases::Columns, Biases::Both] {
        for rate in [1.0, 10.0, 1e300] {
            let sgd = Completion {
                biases,
                learning_rate: LearningRate::constant(rate),
                ..plain(CompletionSolver::Sgd, 2)
            };
            let error = refused(sgd, &a);
            assert!(
                matches!(error, Core::Diverged { iteration: 1.. }),
                "{rate} {error:?}"
            );
            assert!(error.to_string().contains("take a smaller learning rate"));
        }
    }
}

#[test]
fn ranks_and_settings_out_of_range_are_refused() {
    let a = known(&low_rank::<f64>(), kept);
    for solver in SOLVERS {
        for rank in [0, 10, usize::MAX] {
            let error = refused(plain(solver, rank), &a);
            assert_eq!(error, Core::Rank { rank, limit: 9 });
        }
        for wrong in [-1.0, f64::NAN, f64::INFINITY] {
            let with = |l2, bias_l2, tolerance| Completion {
                l2: Some(l2),
                bias_l2,
                tolerance,
                ..plain(solver, 2)
            };
            for (name, settings) in [
                ("l2", with(wrong, 0.0, 0.0)),
                ("bias_l2", with(0.0, wrong, 0.0)),
                ("tolerance", with(0.0, 0.0, wrong)),
            ] {
                assert_eq!(refused(settings, &a), Core::Setting { name });
            }
        }
    }
    for rate in [0.0, -0.1, f64::NAN, f64::INFINITY] {
        let sgd = Completion {
            learning_rate: LearningRate::constant(rate),
            ..plain(CompletionSolver::Sgd, 2)
        };
        let name = "learning_rate";
        assert_eq!(refused(sgd, &a), Core::Setting { name });
    }
    for share in [-0.1, 1.1, f64::NAN] {
        assert!(HeldOut::split(Observed(&a), share, 0).is_err());
    }
}

#[test]
fn an_entry_that_is_not_finite_is_named_by_its_place() {
    for wrong in [f64::NAN, f64::INFINITY] {
        let a = low_rank::<f64>();
        let a = DenseMatrix::from_fn(
            12,
            9,
            |i, j| if (i, j) == (4, 6) { wrong } else { a.at(i, j) },
        );
        for solver in SOLVERS {
            let place = Core::NonFinite { row: 4, column: 6 };
            assert_eq!(refused(plain(solver, 2), &known(&a, |_, _| true)), place);
            let dense = plain(solver, 2).fit(&a).unwrap_err();
            assert!(matches!(dense, Error::Factorization(error) if error == place));
            // What is missing may be anything.
            let others = known(&a, |i, j| (i, j) != (4, 6));
            assert!(plain(solver, 2).fit(Observed(&others)).is_ok());
        }
    }
}

#[test]
fn a_matrix_without_rows_and_one_that_does_not_say_what_is_missing_are_refused() {
    for solver in SOLVERS {
        let empty = SparseMatrix::<f64>::new(vec![0], vec![], vec![], 3).unwrap();
        assert_eq!(refused(plain(solver, 1), &empty), Core::Empty);
        let a = known(&low_rank::<f64>(), kept);
        let refused = plain(solver, 1).fit(&a).unwrap_err();
        assert!(matches!(refused, Error::ZerosOrMissing), "{refused}");
        let model = plain(solver, 1).fit(Observed(&a)).unwrap();
        assert_eq!(model.rmse(Observed(&empty)), None);
    }
}

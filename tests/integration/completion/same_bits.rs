//! Settings that give the same bits, and settings that do not.

use super::{SOLVERS, WEIGHTINGS, kept, known, low_rank, settings};
use lowrank::completion::{CompletionSolver, HeldOut, VisitOrder, Weighting};
use lowrank::{Backend, Completion, Observed, Scalar, SparseMatrix};
use rayon::ThreadPoolBuilder;

#[test]
fn all_numbers_of_threads_and_both_backends_give_the_same_bits() {
    fn check<T: Scalar>() {
        let a = known(&low_rank::<T>(), kept);
        for solver in SOLVERS {
            for weighting in WEIGHTINGS {
                let host = Completion {
                    iterations: 20,
                    ..settings(solver, weighting)
                };
                let core = Completion {
                    backend: Backend::Core,
                    ..host
                };
                let expected = core.fit(Observed(&a)).unwrap();
                for threads in [1, 2, 3] {
                    let pool = ThreadPoolBuilder::new()
                        .num_threads(threads)
                        .build()
                        .unwrap();
                    let mut found = pool.install(|| host.fit(Observed(&a))).unwrap();
                    found.settings = core;
                    assert_eq!(found, expected, "{solver:?} {threads}");
                }
            }
        }
    }
    check::<f32>();
    check::<f64>();
}

#[test]
fn a_matrix_of_which_all_is_known_may_be_dense_or_stored() {
    let a = low_rank::<f64>();
    let stored = known(&a, |_, _| true);
    for solver in SOLVERS {
        let settings = Completion {
            iterations: 20,
            ..settings(solver, Weighting::Plain)
        };
        let (dense, sparse) = (
            settings.fit(&a).unwrap(),
            settings.fit(Observed(&stored)).unwrap(),
        );
        // Norm and mean are summed in the same order: row by row.
        assert_eq!(dense, sparse, "{solver:?}");
    }
}

#[test]
fn orders_and_seeds_lead_along_different_ways() {
    let a = known(&low_rank::<f64>(), kept);
    let fit = |order, seed| {
        let sgd = Completion {
            order,
            seed,
            iterations: 5,
            ..settings(CompletionSolver::Sgd, Weighting::Count)
        };
        sgd.fit(Observed(&a)).unwrap()
    };
    assert_eq!(fit(VisitOrder::Shuffled, 3), fit(VisitOrder::Shuffled, 3));
    assert_ne!(
        fit(VisitOrder::Shuffled, 3).w,
        fit(VisitOrder::Shuffled, 4).w
    );
    assert_ne!(
        fit(VisitOrder::Shuffled, 3).w,
        fit(VisitOrder::Sequential, 3).w
    );
}

#[test]
fn a_split_parts_all_known_entries_and_is_the_same_for_the_same_seed() {
    let a = known(&low_rank::<f64>(), kept);
    let split = HeldOut::split(Observed(&a), 0.2, 5).unwrap();
    let (learnt, held) = (split.training.nonzeros(), split.held_out.nonzeros());
    assert_eq!(
        (learnt + held, held),
        (a.nonzeros(), (a.nonzeros() + 2) / 5)
    );
    for i in 0..a.nrows() {
        let of = |a: &SparseMatrix<f64>| {
            let row = a.row_offsets()[i]..a.row_offsets()[i + 1];
            let entries = a.columns()[row.clone()].iter().zip(&a.values()[row]);
            entries.map(|(&j, &x)| (j, x.to_bits())).collect::<Vec<_>>()
        };
        let mut both = [of(&split.training), of(&split.held_out)].concat();
        both.sort_unstable();
        assert_eq!(both, of(&a));
    }
    assert_eq!(split, HeldOut::split(Observed(&a), 0.2, 5).unwrap());
    assert_ne!(split, HeldOut::split(Observed(&a), 0.2, 6).unwrap());
}

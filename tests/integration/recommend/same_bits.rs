//! All numbers of threads, and both backends, give the same bits.

use super::ratings;
use lowrank::recommend::{DotBias, Gibbs, Implicit, LeastSquares, Recommender};
use lowrank::{Backend, Error, Scalar, SparseMatrix};
use rayon::ThreadPoolBuilder;

/// More rows than one piece of a Gram matrix has, of random entries.
fn many<T: Scalar>() -> SparseMatrix<T> {
    let entries = (0..900_usize).flat_map(|user| {
        let row = (0..40_usize).filter(move |item| (user * 31 + item * 17 + user * item) % 7 == 0);
        row.map(move |item| {
            (
                user,
                item,
                T::from_f64(1.0 + ((user * 3 + item) % 5) as f64),
            )
        })
    });
    SparseMatrix::from_triplets(900, 40, entries).unwrap()
}

fn scores<T: Scalar, M: Recommender<T>>(model: &M) -> Result<Vec<T>, Error> {
    let mut all = Vec::new();
    let mut scores = vec![T::ZERO; model.items()];
    for user in (0..model.users()).step_by(7) {
        model.score(user, &mut scores)?;
        all.extend_from_slice(&scores);
    }
    Ok(all)
}

fn on_threads<T: Scalar, M: Recommender<T>>(
    fit: impl Fn() -> Result<M, Error> + Sync,
    expected: &[T],
) {
    for threads in [1, 2, 3] {
        let pool = ThreadPoolBuilder::new().num_threads(threads);
        let pool = pool.build().unwrap();
        let found = pool.install(|| scores(&fit().map_err(drop).unwrap()).map_err(drop));
        assert_eq!(found.unwrap(), expected, "{threads} threads");
    }
}

fn check<T: Scalar>(a: &SparseMatrix<T>) {
    for solver in [LeastSquares::Cholesky, LeastSquares::ConjugateGradients(2)] {
        let host = Implicit {
            rank: 9,
            solver,
            iterations: 3,
            ..Implicit::default()
        };
        let core = Implicit {
            backend: Backend::Core,
            ..host
        };
        let expected = scores(&core.fit(a).unwrap()).unwrap();
        assert!(expected.iter().any(|&x| x != T::ZERO));
        on_threads(|| host.fit(a), &expected);
    }
    let host = Gibbs {
        rank: 2,
        burn_in: 2,
        samples: 3,
        ..Gibbs::default()
    };
    let core = Gibbs {
        backend: Backend::Core,
        ..host
    };
    on_threads(|| host.fit(a), &scores(&core.fit(a).unwrap()).unwrap());
    let dot_bias = DotBias {
        rank: 3,
        range: Some((0.0, 6.0)),
        ..DotBias::default()
    };
    on_threads(
        || dot_bias.fit(a),
        &scores(&dot_bias.fit(a).unwrap()).unwrap(),
    );
}

#[test]
fn the_number_of_threads_and_the_backend_change_no_bit() {
    check(&many::<f32>());
    check(&many::<f64>());
}

#[test]
fn another_seed_is_another_start_or_another_chain() {
    let a = ratings::<f64>();
    let gibbs = |seed| {
        let settings = Gibbs {
            seed,
            rank: 1,
            samples: 5,
            ..Gibbs::default()
        };
        scores(&settings.fit(&a).unwrap()).unwrap()
    };
    assert_eq!(gibbs(1), gibbs(1));
    assert_ne!(gibbs(1), gibbs(2));
    let implicit = |seed| {
        let settings = Implicit {
            seed,
            rank: 2,
            iterations: 2,
            ..Implicit::default()
        };
        scores(&settings.fit(&a).unwrap()).unwrap()
    };
    assert_eq!(implicit(1), implicit(1));
    assert_ne!(implicit(1), implicit(2));
}

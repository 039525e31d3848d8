//! NMF of the tf-idf of the stripped posts by gradient descent, as in the notebooks.

use lowrank::SparseMatrix;
use lowrank::descent::{Descent, GradientNmf, GradientNmfModel, LearningRate, Objective, SignRule};
use lowrank_core::Error as CoreError;

use super::data::{THREADS, on_threads, stripped};
use super::measure::{bits, distance};

/// ||A - A_6||_F by scipy: golden/singular_values.py.
const OPTIMUM: f64 = 43.628476;

/// The error of the notebook's descents from |N(0, 0.01^2)| after 1000 steps.
const ERROR: f64 = 43.66;

/// Plain descent with a penalty on entries below 1e-5, at a rate of 0.05 that falls by a tenth every 100
/// steps.
fn penalised(seed: u64) -> GradientNmf {
    GradientNmf {
        sign: SignRule::Penalty {
            weight: 1e2,
            floor: 1e-5,
        },
        learning_rate: Some(LearningRate {
            initial: 0.05,
            factor: 0.9,
            every: 100,
        }),
        deviation: Some(0.01),
        seed,
        ..GradientNmf::default()
    }
}

/// Adam with betas of 0.9 at a rate of 1e-3 on ||A - W H^T||_F.
fn adam(sign: SignRule, seed: u64) -> GradientNmf {
    GradientNmf {
        descent: GradientNmf::adam(),
        objective: Objective::Norm,
        sign,
        learning_rate: Some(LearningRate::constant(1e-3)),
        ..penalised(seed)
    }
}

fn fit(settings: &GradientNmf, a: &SparseMatrix<f64>) -> GradientNmfModel<f64> {
    let model = settings.fit(a).unwrap();
    let error = distance(a, &model.w, &model.h);
    let reported = model.approximation.error;
    assert!((error - reported).abs() <= 1e-12 * error, "{error}");
    let factors = [&model.w, &model.h];
    let negative = factors.map(|x| x.as_slice().iter().filter(|x| **x < 0.0).count());
    assert_eq!(negative[0] + negative[1], model.negative_entries);
    println!(
        "{} seed {}: error {error:.6}, {} negative entries",
        settings.solver_name(),
        settings.seed,
        model.negative_entries
    );
    model
}

/// Models of five starts, the nearest first. Some starts end in a local minimum at 43.679 or 43.695, with
/// NumPy as with us: errors_of_ten_seeds shows how many.
fn five_starts(
    settings: impl Fn(u64) -> GradientNmf,
    a: &SparseMatrix<f64>,
) -> Vec<GradientNmfModel<f64>> {
    let mut models: Vec<_> = (0..5).map(|seed| fit(&settings(seed), a)).collect();
    let error = |model: &GradientNmfModel<f64>| model.approximation.error;
    models.sort_by(|x, y| error(x).total_cmp(&error(y)));
    assert!(error(&models[2]) < ERROR, "three seeds");
    assert!(error(&models[4]) < 43.70);
    models
}

#[test]
fn penalised_descent_comes_below_the_notebooks_error_and_leaves_negative_entries() {
    let Some(data) = stripped() else { return };
    for model in five_starts(penalised, &data.tfidf) {
        assert!(model.negative_entries > 0);
        let entries = model.w.as_slice().iter().chain(model.h.as_slice());
        let lowest = entries.fold(0.0f64, |lowest, x| lowest.min(*x));
        assert!(lowest > -0.05, "{lowest}");
    }
}

#[test]
fn projected_descent_comes_as_far_without_negative_entries() {
    let Some(data) = stripped() else { return };
    let projected = |seed| GradientNmf {
        sign: SignRule::Projected,
        ..penalised(seed)
    };
    for model in five_starts(projected, &data.tfidf) {
        assert_eq!(model.negative_entries, 0);
    }
}

#[test]
fn a_start_of_unit_variance_diverges_and_is_no_result() {
    let Some(data) = stripped() else { return };
    let settings = GradientNmf {
        deviation: Some(1.0),
        ..penalised(0)
    };
    let diverged = settings.fit(&data.tfidf).unwrap_err();
    let lowrank::Error::Factorization(CoreError::Diverged { iteration }) = diverged else {
        panic!("{diverged}");
    };
    assert!(iteration < 10, "{iteration}");
}

#[test]
fn adam_with_a_weak_penalty_finds_the_unconstrained_optimum() {
    let Some(data) = stripped() else { return };
    let weak = SignRule::MeanPenalty {
        weight: 1e-6,
        floor: 0.0,
    };
    let model = fit(&adam(weak, 0), &data.tfidf);
    let error = model.approximation.error;
    assert!(error > OPTIMUM - 1e-6, "{error}");
    assert!((error - 43.6285).abs() < 1e-3, "{error}");
    assert!((30_000..80_000).contains(&model.negative_entries));
}

#[test]
fn projected_adam_comes_below_the_notebooks_error_without_negative_entries() {
    let Some(data) = stripped() else { return };
    let projected = |seed| adam(SignRule::Projected, seed);
    for model in five_starts(projected, &data.tfidf) {
        assert_eq!(model.negative_entries, 0);
    }
}

#[test]
fn the_rate_that_suits_the_matrix_is_found() {
    let Some(data) = stripped() else { return };
    for descent in [Descent::Plain, GradientNmf::adam()] {
        let settings = GradientNmf {
            descent,
            ..GradientNmf::default()
        };
        let model = fit(&settings, &data.tfidf);
        assert!(model.approximation.error < 43.70);
    }
}

#[test]
fn descents_have_the_same_bits_on_any_number_of_threads() {
    let Some(data) = stripped() else { return };
    for settings in [penalised(1), adam(SignRule::Projected, 1)] {
        let short = GradientNmf {
            iterations: 30,
            ..settings
        };
        let runs = THREADS.map(|count| on_threads(count, || short.fit(&data.tfidf).unwrap()));
        for run in &runs {
            assert_eq!(bits(run.w.as_slice()), bits(runs[0].w.as_slice()));
            assert_eq!(bits(run.h.as_slice()), bits(runs[0].h.as_slice()));
        }
    }
}

#[test]
#[ignore = "takes a minute: the errors of ten seeds, for docs/algorithms.md"]
fn errors_of_ten_seeds() {
    let Some(data) = stripped() else { return };
    let free = SignRule::MeanPenalty {
        weight: 1e-6,
        floor: 0.0,
    };
    let projected = |seed| GradientNmf {
        sign: SignRule::Projected,
        ..penalised(seed)
    };
    let runs: [&dyn Fn(u64) -> GradientNmf; 4] =
        [&penalised, &projected, &|seed| adam(free, seed), &|seed| {
            adam(SignRule::Projected, seed)
        }];
    for run in runs {
        let models: Vec<_> = (0..10).map(|seed| fit(&run(seed), &data.tfidf)).collect();
        let mut errors: Vec<f64> = models.iter().map(|m| m.approximation.error).collect();
        errors.sort_by(f64::total_cmp);
        let below = errors.iter().filter(|error| **error < ERROR).count();
        println!(
            "{}: {:.6} to {:.6}, median {:.6}, {below} of 10 below {ERROR}",
            run(0).solver_name(),
            errors[0],
            errors[9],
            (errors[4] + errors[5]) / 2.0
        );
    }
}

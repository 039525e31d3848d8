//! The stopping rule: it does not know the start, and what it calls converged is.

use lowrank_core::Nmf;
use lowrank_core::iteration::Stop;
use lowrank_core::nmf::{BetaNmf, NmfSolver};
use lowrank_core::stopping::StoppingRule;
use lowrank_validate::Matrix;
use lowrank_validate::run::{Factorized, nmf};

/// Returns the step at which the rule is met.
fn stop(tolerance: f64, objectives: impl IntoIterator<Item = f64>) -> Option<usize> {
    let mut rule = StoppingRule::new(tolerance);
    let mut steps = objectives.into_iter().enumerate();
    Some(steps.find(|(step, f)| rule.is_met(*step, *f))?.0)
}

/// An objective that falls to one.
fn falling(rate: f64) -> impl Iterator<Item = f64> {
    (0..10_000).map(move |step| 1.0 + rate.powi(step))
}

#[test]
fn a_worse_start_does_not_end_an_iteration_earlier() {
    for rate in [0.5, 0.9, 0.99] {
        let plain = stop(1e-5, falling(rate)).unwrap();
        for start in [1e3, 1e9, 1e300] {
            let worse = stop(1e-5, [start].into_iter().chain(falling(rate)));
            assert_eq!(worse, Some(plain + 1), "{rate} {start}");
        }
    }
}

#[test]
fn ten_steps_gain_no_more_than_the_share_of_what_is_left() {
    for tolerance in [1e-2, 1e-5, 1e-8] {
        let f = |step: usize| 1.0 + 0.9_f64.powi(step as i32);
        let last = stop(tolerance, falling(0.9)).unwrap();
        let share = |step: usize| (f(step - 10) - f(step)) / f(step);
        assert!(share(last) <= tolerance && share(last - 1) > tolerance);
    }
}

#[test]
fn the_unit_of_the_objective_does_not_matter() {
    let plain = stop(1e-5, falling(0.9));
    for unit in [1e-200, 1e200] {
        assert_eq!(stop(1e-5, falling(0.9).map(|f| unit * f)), plain);
    }
}

#[test]
fn a_step_that_loses_does_not_end_what_still_gains() {
    // Every third step loses what the two before it had gained, and a little less.
    let jagged = |step: usize| 2.0 - 1e-3 * step as f64 + 0.1 * (step % 3) as f64;
    assert_eq!(stop(1e-3, (0..900).map(jagged)), None);
    // The best of all is that of step 50.
    let flat = |step: usize| {
        if step == 50 {
            1.0
        } else {
            jagged(step.min(49))
        }
    };
    assert_eq!(stop(1e-3, (0..900).map(flat)), Some(60));
}

#[test]
fn a_plateau_shorter_than_ten_steps_is_left() {
    let stairs = |step: usize| 100.0 - (step / 8) as f64;
    assert_eq!(stop(1e-3, (0..700).map(stairs)), None);
}

#[test]
fn without_tolerance_all_steps_are_taken() {
    assert_eq!(stop(0.0, (0..1000).map(|_| 1.0)), None);
    assert_eq!(stop(1e-5, (0..1000).map(|_| f64::NAN)), None);
    assert_eq!(stop(1e-5, (0..1000).map(|_| 1.0)), Some(10));
    assert_eq!(stop(1e-5, (0..1000).map(|_| 0.0)), Some(10));
}

/// Returns pictures: sums of positive parts with a little noise, far nearer to W H^T than any start.
fn pictures(m: usize, n: usize, parts: usize) -> Matrix<f64> {
    let (w, h) = (
        Matrix::<f64>::gaussian(m, parts, 1),
        Matrix::<f64>::gaussian(n, parts, 2),
    );
    let noise = Matrix::<f64>::gaussian(m, n, 3);
    let sum = w.map(f64::abs).times(&h.map(f64::abs).transposed());
    Matrix::from_fn(m, n, |i, j| sum.at(i, j) + 0.2 * noise.at(i, j).abs())
}

const SIZE: (usize, usize) = (120, 60);

fn pictures_by(settings: &Nmf) -> Factorized<f64> {
    nmf(
        settings,
        &pictures(SIZE.0, SIZE.1, 14).view(),
        SIZE,
        settings.rank,
    )
    .unwrap()
}

#[test]
fn three_thousand_more_steps_change_a_converged_error_by_less_than_a_thousandth() {
    for solver in [NmfSolver::Hals, NmfSolver::Anls, NmfSolver::Mu] {
        let settings = Nmf {
            rank: 12,
            solver,
            ..Default::default()
        };
        let found = pictures_by(&settings);
        assert_eq!(found.report.stop, Stop::Tolerance, "{solver:?}");
        let more = pictures_by(&Nmf {
            iterations: found.report.iterations + 3000,
            tolerance: 0.0,
            ..settings
        });
        let [error, limit] = [&found, &more].map(|x| x.report.approximation.error);
        println!(
            "{solver:?}: {} iterations, {error} {limit}",
            found.report.iterations
        );
        assert!(error <= 1.001 * limit, "{solver:?}: {error} {limit}");
        // A share of all gains would have ended here.
        let squares: Vec<f64> = more.errors.iter().map(|x| x * x).collect();
        let gains_little =
            |t: &usize| squares[t - 1] - squares[*t] <= 1e-6 * (squares[0] - squares[*t]);
        let early = (1..squares.len()).find(gains_little).unwrap();
        if solver != NmfSolver::Anls {
            assert!(more.errors[early] > 1.001 * limit, "{solver:?}: {early}");
        }
    }
}

#[test]
fn the_defaults_of_all_solvers_are_one_rule() {
    let (nmf, beta) = (Nmf::default(), BetaNmf::default().settings);
    let completion = lowrank_core::completion::Completion::default();
    let gradient = lowrank_core::descent::GradientNmf::<lowrank_core::descent::Sgd>::default();
    for tolerance in [
        nmf.tolerance,
        beta.tolerance,
        completion.tolerance,
        gradient.tolerance,
    ] {
        assert_eq!(tolerance, lowrank_core::stopping::TOLERANCE);
    }
}

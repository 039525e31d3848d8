use super::{Figures, above};
use crate::matrix::largest;
use crate::run::Factorized;
use crate::{Matrix, Subject};
use lowrank_core::Real;

/// Differences of squared errors over (m + n) eps ||A||_F^2, the rounding error of the formula
/// ||A||^2 - 2 <A^T W, H> + <W^T W, H^T H>:
///
/// - `textbook`: from ||A - W H^T||^2 to that of `textbook`, the factors after as many updates of a plain loop in f64
///   from the same start, for the scaled matrix. It is also divided by the number of updates, because their rounding
///   errors add up.
/// - `rise`: the largest increase of the error in one iteration.
/// - `report`: from the reported error to the error.
///
/// No entry may be negative, and the error bound must hold.
pub fn nmf<T: Real>(
    subject: &Subject<T>,
    found: &Factorized<T>,
    textbook: &(Matrix<f64>, Matrix<f64>),
) -> Figures {
    let mut figures = Figures::default();
    let unit = subject.squared_unit();
    let (w, h) = scaled_factors(subject, found);
    let error_of = |w: &Matrix<f64>, h: &Matrix<f64>| {
        let product = w.times(&h.transposed());
        subject.scaled.minus(&product).frobenius()
    };
    let error = error_of(&w, &h);
    let from_error = |other: f64| (square(other) - square(error)).abs();
    let (w, h) = textbook;
    let updates = found.report.iterations.max(1) as f64;
    figures.push("textbook", from_error(error_of(w, h)), updates * unit);
    let errors: Vec<f64> = found.errors.iter().map(|x| subject.scale(x)).collect();
    let rises = errors
        .windows(2)
        .map(|pair| above(square(pair[1]), square(pair[0])));
    figures.push("rise", largest(rises), unit);
    let report = found.report.approximation;
    figures.push("report", from_error(subject.scale(&report.error)), unit);

    let sound = |x: &T| x.is_finite() && *x >= T::ZERO;
    let mut entries = found.w.entries.iter().chain(&found.h.entries);
    figures.demand(entries.all(sound), "an entry is negative or not finite");
    figures.demand_bound(error, subject.scale(&report.error_bound));
    figures
}

/// Returns W and H of the scaled matrix: each gets half of the power of two.
pub fn scaled_factors<T: Real>(
    subject: &Subject<T>,
    found: &Factorized<T>,
) -> (Matrix<f64>, Matrix<f64>) {
    let half = subject.exponent >> 1;
    let rest = subject.exponent - half;
    (found.w.to_f64(half), found.h.to_f64(rest))
}

fn square(x: f64) -> f64 {
    x * x
}

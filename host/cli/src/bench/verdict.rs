//! The checks of a case.

use super::{Case, MatrixSize};
use lowrank::method::Method;
use lowrank::{Matrix, Scalar};

/// The relative difference allowed between the errors of a solver on two backends, which may stop an iteration apart.
/// By precision.
/// stop an iteration earlier or later. By precision.
const BACKENDS: [(&str, f64); 2] = [(f64::NAME, 1e-5), (f32::NAME, 1e-3)];

/// The relative distance of a truncated SVD from the best one.
const SVD: f64 = 1e-3;

impl Case {
    pub(super) fn condemn(&mut self, remark: String) {
        self.passed = false;
        self.remark = Some(remark);
    }
}

/// Checks that two errors are equal up to rounding. Squared errors are differences of squares, each known to
/// (m + n) eps ||A||^2, as the bounds of core state.
pub(super) fn same_error<T: Scalar>(a: Matrix<'_, T>, x: f64, y: f64) -> bool {
    let rounding = rounding(a.nrows() + a.ncols(), T::EPSILON.to_f64());
    (x * x - y * y).abs() <= rounding * super::squared_norm(a)
}

/// The rounding of a squared error, relative to ||A||^2.
fn rounding(sides: usize, epsilon: f64) -> f64 {
    2.0 * sides as f64 * epsilon
}

/// Returns the uncertainty of the squared error of a case.
fn slack(case: &Case, a: &MatrixSize) -> f64 {
    let epsilon = match case.precision {
        f32::NAME => f64::from(f32::EPSILON),
        _ => f64::EPSILON,
    };
    rounding(a.rows + a.columns, epsilon) * a.frobenius_norm.powi(2)
}

/// Returns the smallest error of a truncated SVD, a lower bound for every matrix of that rank by Eckart and Young.
pub(super) fn optimum(cases: &[Case]) -> Option<f64> {
    best(cases, Method::Svd)
}

/// Returns the smallest error of a method in the best precision that it ran in.
fn best(cases: &[Case], method: Method) -> Option<f64> {
    let of = |precision: &str| {
        let same = |case: &&Case| case.method == method && case.precision == precision;
        let errors = cases.iter().filter(same).filter_map(|case| case.error);
        errors.reduce(f64::min)
    };
    of(f64::NAME).or_else(|| of(f32::NAME))
}

/// Compares the cases with each other and with the optimum.
pub(super) fn judge(cases: &mut [Case], a: &MatrixSize) {
    let all = cases.to_vec();
    for case in cases {
        let (Some(error), Some(best)) = (case.error, best(&all, case.method)) else {
            continue;
        };
        let slack = slack(case, a);
        // Errors of the size of rounding are not compared.
        case.error_over_best = (best * best > slack).then_some(error / best);
        if !case.passed {
            continue;
        }
        let above = |error: f64, limit: f64| error * error > limit * limit + slack;
        let optimum = optimum(&all).unwrap_or(0.0);
        if !error.is_finite() || above(error, a.frobenius_norm) {
            case.condemn(format!("error {error}: zero would be closer"));
        } else if error * error + slack < optimum * optimum {
            case.condemn(format!("error {error}: none can be below {optimum}"));
        } else if case.method == Method::Svd && above(error, best * (1.0 + SVD)) {
            case.condemn(format!("error {error}: another SVD reaches {best}"));
        } else if let Some(other) = disagreeing(case, &all, slack) {
            case.condemn(format!("error {error}, but {other} on the other backend"));
        }
    }
}

/// Returns the error of the same solver on another backend if it differs.
fn disagreeing(case: &Case, all: &[Case], slack: f64) -> Option<f64> {
    let share = BACKENDS.iter().find(|(name, _)| *name == case.precision)?.1;
    let error = case.error?;
    let twin = |other: &&Case| {
        let same = (other.method, other.solver) == (case.method, case.solver);
        same && other.precision == case.precision && other.backend != case.backend
    };
    let others = all.iter().filter(twin).filter_map(|other| other.error);
    let differs = |other: f64| {
        let squares = (error * error - other * other).abs();
        squares > 2.0 * share * error.max(other).powi(2) + slack
    };
    others.into_iter().find(|other| differs(*other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{BenchReport, Benchmark, SyntheticMatrix};

    /// Returns the report of a small matrix after a change of one of its errors.
    fn changed(solver: &str, precision: &str, change: impl Fn(f64) -> f64) -> BenchReport {
        let synthetic = SyntheticMatrix {
            rows: 40,
            columns: 30,
            density: 0.5,
            seed: 1,
        };
        let a = synthetic.matrix().unwrap();
        let benchmark = Benchmark {
            rank: 3,
            runs: 1,
            ..Benchmark::default()
        };
        let mut report = benchmark.run(a.view(), |_| ()).unwrap();
        let wanted = |case: &&mut Case| case.solver.name() == solver && case.precision == precision;
        let case = report.cases.iter_mut().find(wanted).unwrap();
        case.error = case.error.map(change);
        let speeds = (report.limits, report.kernels);
        BenchReport::new(&benchmark, report.matrix, speeds, report.cases)
    }

    fn remarks(report: &BenchReport) -> Vec<&str> {
        let wrong = report.cases.iter().filter(|case| !case.passed);
        wrong.filter_map(|case| case.remark.as_deref()).collect()
    }

    #[test]
    fn errors_as_they_are_pass() {
        let report = changed("hals", "f64", |error| error);
        assert!(report.passed && remarks(&report).is_empty(), "{report}");
    }

    #[test]
    fn errors_that_cannot_be_are_wrong() {
        for (solver, change, reason) in [
            ("hals", 100.0, "zero would be closer"),
            ("hals", 0.5, "none can be below"),
            ("mu", f64::NAN, "zero would be closer"),
            ("mu", 1.001, "on the other backend"),
            ("randomized", 1.01, "another SVD reaches"),
        ] {
            let report = changed(solver, "f64", |error| error * change);
            let found = remarks(&report);
            assert!(found.iter().any(|said| said.contains(reason)), "{report}");
            assert!(!report.passed && report.to_string().contains("WRONG: "));
        }
    }

    #[test]
    fn rounding_of_f32_is_no_mistake() {
        assert!(changed("hals", "f32", |error| error * (1.0 + 1e-5)).passed);
        assert!(!changed("hals", "f32", |error| error * 1.01).passed);
    }
}

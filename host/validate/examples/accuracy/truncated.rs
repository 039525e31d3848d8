//! The ratios of thin QR, truncated SVD and range finder, on every family.

use crate::by_family;
use crate::report::Report;
use crate::worst::Worst;
use lowrank_core::svd::RangeFinder;
use lowrank_core::{Real, TruncatedSvd};
use lowrank_validate::Matrix;
use lowrank_validate::families::Family;
use lowrank_validate::ratios::{orthogonality, qr_residual, worse};
use lowrank_validate::run::{qr, range, truncated_svd};
use lowrank_validate::trials::Trial;
use lowrank_validate::truncation::{Truncation, optimum, range_error};

/// The columns of the table and the bound of each.
const COLUMNS: [(&str, f64); 9] = [
    ("QR: A - Q R", 10.0),
    ("QR: Q", 10.0),
    ("SVD: U, V", 10.0),
    ("A^T u - s v", 10.0),
    ("residual", 10.0),
    ("SVD: error / optimum", 1.1),
    ("error / bound", 1.0),
    ("range: Q", 10.0),
    ("range: error / optimum", 1.1),
];

const OVERSAMPLING: usize = 10;

pub fn measure(count: u64) -> Report {
    let introduction = format!("The largest of {count} matrices of each family, f32 / f64.");
    let headings = COLUMNS.map(|(heading, _)| heading);
    let headings: Vec<&str> = ["family"].into_iter().chain(headings).collect();
    let mut report = Report::new("truncated", introduction, &headings);
    by_family::fill(
        &mut report,
        COLUMNS.map(|(_, bound)| bound),
        |family| of_family(family, count),
        |family| of_family(family, count),
        |_| None,
    );
    report
}

fn of_family<T: Real>(family: Family<T>, count: u64) -> Worst<9> {
    Worst::of(count, |trial| {
        let a = (family.make)(trial.nrows, trial.ncols, trial.seed);
        let [q_r, q] = qr_ratios(&a);
        let best = optimum(&a, trial.rank);
        let [vectors, right, reported, error, bound] = svd_ratios(&a, trial, best);
        let [range, range_error] = range_ratios(&a, trial, best);
        [
            q_r,
            q,
            vectors,
            right,
            reported,
            error,
            bound,
            range,
            range_error,
        ]
    })
}

/// Returns the ratios of A, or of A^T if A is wide.
fn qr_ratios<T: Real>(a: &Matrix<T>) -> [f64; 2] {
    let tall = if a.nrows < a.ncols {
        a.transposed()
    } else {
        a.clone()
    };
    match qr(&tall) {
        Ok((q, r)) => [qr_residual(&tall, &q, &r), orthogonality(&q)],
        Err(_) => [f64::INFINITY; 2],
    }
}

fn svd_ratios<T: Real>(a: &Matrix<T>, trial: Trial, best: f64) -> [f64; 5] {
    let settings = TruncatedSvd {
        rank: trial.rank,
        range_finder: RangeFinder {
            seed: trial.seed,
            ..Default::default()
        },
        ..Default::default()
    };
    let (m, n, l) = (a.nrows, a.ncols, trial.rank + OVERSAMPLING);
    let Ok(found) = truncated_svd(&settings, &a.view(), (m, n), l) else {
        return [f64::INFINITY; 5];
    };
    let judged = Truncation::new(a, &found);
    // If both are zero there is nothing to compare.
    let over_bound = if judged.error > 0.0 {
        judged.error / judged.bound
    } else {
        0.0
    };
    [
        worse(judged.u, judged.v),
        judged.right_residual,
        judged.reported_residual,
        judged.over_optimum(best),
        over_bound,
    ]
}

fn range_ratios<T: Real>(a: &Matrix<T>, trial: Trial, best: f64) -> [f64; 2] {
    let settings = RangeFinder {
        seed: trial.seed,
        ..Default::default()
    };
    let (m, n, l) = (a.nrows, a.ncols, trial.rank + OVERSAMPLING);
    let Ok((q, _)) = range(&settings, &a.view(), (m, n), l) else {
        return [f64::INFINITY; 2];
    };
    let (error, unit) = range_error(a, &q);
    [orthogonality(&q), error / best.hypot(unit)]
}

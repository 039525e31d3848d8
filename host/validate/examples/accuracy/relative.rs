//! The relative error of every singular value, however small, against a reference of 26 digits.

use crate::report::{Report, number};
use crate::worst::Worst;
use lowrank_core::Real;
use lowrank_validate::Matrix;
use lowrank_validate::graded::{Form, Graded, conditioned, powers_of_ten, scaled};
use lowrank_validate::run::small_svd;
use lowrank_validate::trials::Trial;

/// The bound of |s - s_exact| / (s_exact eps) over max(m, n) and the condition of B.
const THRESHOLD: f64 = 1.0;

/// The conditions of B: random singular vectors, geometric singular values from 1 to 1 / condition.
const CONDITIONS: [f64; 4] = [1.0, 10.0, 100.0, 1000.0];

const FORMS: [(&str, Form); 3] = [
    ("B D, m >= n", Form::Columns),
    ("D B, m <= n", Form::Transposed),
    ("D B, m = n", Form::Rows),
];

pub fn promised(count: u64) -> Report {
    let headings = [
        "A",
        "condition of B",
        "f32, 1 to 1e-30",
        "f64, 1 to 1e-30",
        "f64, 1 to 1e-290",
    ];
    let introduction = format!(
        "The largest |s - s_exact| / (s_exact eps) of all singular values of {count} matrices, D in \
         descending, ascending and random order."
    );
    let mut report = Report::new("relative", introduction, &headings);
    for (name, form) in FORMS {
        for condition in CONDITIONS {
            let worst = [
                of_kind::<f32>(count, |trial| Graded::new(form, condition, 30.0, trial)),
                of_kind::<f64>(count, |trial| Graded::new(form, condition, 30.0, trial)),
                of_kind::<f64>(count, |trial| Graded::new(form, condition, 290.0, trial)),
            ];
            eprintln!(
                "relative, {name}, {condition}: {:.2?}",
                worst.map(|w| w.ratios)
            );
            let cells = [name.to_string(), condition.to_string()].into_iter();
            report.row(cells.chain(worst.map(|w| number(w.ratios[0]))));
            for worst in worst {
                report.promise(worst.ratios[1] < THRESHOLD * condition, || {
                    format!("{name}, {condition}, {}: {:?}", worst.place(), worst.ratios)
                });
            }
        }
    }
    report
}

/// |s - s_exact| / (s_exact eps), and the same over max(m, n).
fn of_kind<T: Real>(count: u64, make: impl Fn(Trial) -> Graded<T> + Sync) -> Worst<2> {
    Worst::of(count, |trial| {
        let graded = make(trial);
        let Ok(svd) = small_svd(&graded.a) else {
            return [f64::INFINITY; 2];
        };
        let error = graded.relative_error(&svd.s);
        [error, error / graded.a.nrows.max(graded.a.ncols) as f64]
    })
}

pub fn beyond(count: u64) -> Report {
    let headings = ["A", "f32", "f64"];
    let introduction = format!(
        "The largest |s - s_exact| / (s_exact eps) of all singular values of {count} matrices."
    );
    let mut report = Report::new("beyond", introduction, &headings);
    for (name, make_single, make_double) in beyond_the_promise() {
        let single = of_kind(count, make_single).ratios[0];
        let double = of_kind(count, make_double).ratios[0];
        eprintln!("{name}: {single:.1} {double:.1}");
        report.row([name.to_string(), number(single), number(double)].into_iter());
    }
    report
}

type Make<T> = fn(Trial) -> Graded<T>;

/// Returns structures without a bound, with gradings for which the digits of the reference suffice.
fn beyond_the_promise() -> [(&'static str, Make<f32>, Make<f64>); 6] {
    [
        (
            "D B, m = 2 n, D from 1 to 1e-16 (f32) or 1e-10 (f64)",
            |trial| tall_rows(16.0, trial),
            |trial| tall_rows(10.0, trial),
        ),
        (
            "D B D', m = n, each from 1 to 1e-8 (f32) or 1e-5 (f64)",
            |trial| rows_and_columns(8.0, trial),
            |trial| rows_and_columns(5.0, trial),
        ),
        (
            "Hilbert matrix of order 6 times D from 1 to 1e-4",
            hilbert,
            hilbert,
        ),
        (
            "square gaussian B times D from 1 to 1e-30",
            gaussian,
            gaussian,
        ),
        (
            "B D, condition of B 1, D from 1 to 1e-37 (f32) or 1e-307 (f64)",
            |trial| Graded::new(Form::Columns, 1.0, 37.0, trial),
            |trial| Graded::new(Form::Columns, 1.0, 307.0, trial),
        ),
        (
            "B D, condition of B 1, D from 1 to 1e-42 (f32) or 1e-320 (f64)",
            |trial| Graded::new(Form::Columns, 1.0, 42.0, trial),
            |trial| Graded::new(Form::Columns, 1.0, 320.0, trial),
        ),
    ]
}

fn tall_rows<T: Real>(decades: f64, trial: Trial) -> Graded<T> {
    let n = trial.nrows.min(trial.ncols);
    let b = conditioned(2 * n, n, 1.0, trial.seed);
    let d = powers_of_ten(2 * n, decades, trial.seed);
    Graded::as_it_is(scaled(&b, &d, &vec![0.0; n]))
}

fn rows_and_columns<T: Real>(decades: f64, trial: Trial) -> Graded<T> {
    let n = trial.nrows;
    let b = conditioned(n, n, 1.0, trial.seed);
    let d = powers_of_ten(n, decades, trial.seed);
    Graded::as_it_is(scaled(&b, &d, &d))
}

fn hilbert<T: Real>(trial: Trial) -> Graded<T> {
    let b = Matrix::from_fn(6, 6, |i, j| 1.0 / (i + j + 1) as f64);
    let d = powers_of_ten(6, 4.0, trial.seed);
    Graded::as_it_is(scaled(&b, &[0.0; 6], &d))
}

fn gaussian<T: Real>(trial: Trial) -> Graded<T> {
    let n = trial.nrows;
    let d = powers_of_ten(n, 30.0, trial.seed);
    let b = Matrix::gaussian(n, n, trial.seed);
    Graded::as_it_is(scaled(&b, &vec![0.0; n], &d))
}

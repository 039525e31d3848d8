//! `lowrank validate`: its output, and the agreement of its figures with the cases.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use lowrank_validate::validation::{Algorithm, family_names};
use serde_json::Value;

use crate::outcome::{Outcome, keys, lowrank, outcome_of};

fn validate(options: &str) -> Outcome {
    outcome_of(lowrank().arg("validate").args(options.split_whitespace()))
}

fn cases(report: &Value) -> &Vec<Value> {
    report["cases"].as_array().unwrap()
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap()
}

/// Run once for all tests.
static QUICK: LazyLock<Value> = LazyLock::new(|| validate("--quick --json").json());

#[test]
fn quick_run_passes_and_has_the_names_that_scripts_rely_on() {
    assert_eq!(keys(&QUICK), ["cases", "passed"]);
    assert_eq!(QUICK["passed"], true);
    for case in cases(&QUICK) {
        let mut expected = vec![
            "algorithm",
            "family",
            "rows",
            "columns",
            "scalar",
            "core",
            "faer",
            "nalgebra",
            "bound",
            "passed",
            "seed",
            "figures",
            "remarks",
        ];
        expected.sort_unstable();
        assert_eq!(keys(case), expected);
        assert_eq!(keys(&case["remarks"]), ["core", "faer", "nalgebra"]);
        for library in ["core", "faer", "nalgebra", "bound"] {
            assert!(case[library].is_null() || case[library].is_f64(), "{case}");
        }
    }
}

#[test]
fn every_algorithm_meets_every_family_in_both_scalars() {
    let seen: BTreeSet<_> = cases(&QUICK)
        .iter()
        .map(|case| {
            let (algorithm, family) = (text(case, "algorithm"), text(case, "family"));
            (algorithm, family.to_owned(), text(case, "scalar"))
        })
        .collect();
    for algorithm in Algorithm::ALL {
        for family in family_names() {
            for scalar in ["f32", "f64"] {
                let place = (algorithm.name(), family.clone(), scalar);
                // A negative entry is nothing to be refused but for nmf.
                let expected = algorithm == Algorithm::Nmf || family != "minus-one-in-the-middle";
                assert_eq!(seen.contains(&place), expected, "{place:?}");
            }
        }
    }
}

#[test]
fn numbers_are_below_their_bound_and_the_largest_of_their_figures() {
    let mut measured = 0;
    let mut largest_of = BTreeMap::new();
    for case in cases(&QUICK) {
        let Some(bound) = case["bound"].as_f64() else {
            continue;
        };
        let core = case["core"].as_f64().unwrap();
        assert!(core < bound && case["passed"] == true, "{case}");
        assert_eq!(case["remarks"]["core"], Value::Null);
        let mut largest = 0.0f64;
        for (name, value) in case["figures"].as_object().unwrap() {
            let value = value.as_f64().unwrap();
            largest = largest.max(value);
            let figure = (text(case, "algorithm"), name);
            let seen: &mut f64 = largest_of.entry(figure).or_default();
            *seen = seen.max(value);
        }
        assert_eq!(core, largest, "{case}");
        measured += 1;
    }
    assert!(measured > 5000, "{measured}");
    // A figure that is always zero would measure nothing.
    for (figure, largest) in largest_of {
        assert!(largest > 1e-3, "{figure:?}: {largest}");
    }
}

#[test]
fn matrices_that_are_not_finite_are_refused_with_the_place() {
    let report = validate("--family nan-in-the-middle --size 8x6 --json").json();
    assert_eq!(cases(&report).len(), 12);
    for case in cases(&report) {
        assert_eq!(case["bound"], Value::Null);
        assert_eq!(case["core"], Value::Null);
        let said = text(&case["remarks"], "core");
        assert!(said.contains("row 4, column 3"), "{said}");
    }
    let report = validate("--family minus-one-in-the-middle --size 8x6 --json").json();
    assert_eq!(cases(&report).len(), 2);
    for case in cases(&report) {
        let said = text(&case["remarks"], "core");
        assert!(said.contains("row 4, column 3 is negative"), "{said}");
    }
}

#[test]
fn filters_leave_the_cases_that_they_name_and_do_not_change_them() {
    let report = validate(
        "--algorithm small-svd,qr --family hilbert,kahan --size 8x8,3x5 --scalar f32 --json",
    )
    .json();
    // QR takes no 3 x 5 matrix.
    assert_eq!(cases(&report).len(), 6);
    for case in cases(&report) {
        let same = |other: &&Value| {
            ["algorithm", "family", "rows", "columns", "scalar"]
                .iter()
                .all(|key| other[key] == case[key])
        };
        let whole: Vec<_> = cases(&QUICK).iter().filter(same).collect();
        assert_eq!(whole, [case]);
    }
}

#[test]
fn seeds_make_matrices() {
    let run = |seed: &str| {
        let options = format!("--family gaussian,hilbert --size 20x20 --json --seed {seed}");
        validate(&options).json()
    };
    let (first, again, other) = (run("1"), run("1"), run("4294967295"));
    assert_eq!(first, again);
    for (x, y) in cases(&first).iter().zip(cases(&other)) {
        assert_eq!((&x["seed"], &y["seed"]), (&1.into(), &4294967295u32.into()));
        if text(x, "family") == "gaussian" {
            assert_ne!(x["figures"], y["figures"]);
        }
    }
}

#[test]
fn report_is_the_same_on_any_number_of_threads() {
    let run = |threads: &str| {
        let options = "--size 33x17,5x8 --json --threads";
        validate(&format!("{options} {threads}")).text()
    };
    let one = run("1");
    assert_eq!(one, run("2"));
    assert_eq!(one, run("5"));
}

#[test]
fn table_has_a_row_for_each_family_and_the_worst_of_all() {
    let table = validate("--algorithm small-svd,nmf --size 8x8,13x11 --seed 2").text();
    let report = validate("--algorithm small-svd,nmf --size 8x8,13x11 --seed 2 --json").json();
    for family in family_names() {
        let rows = table
            .lines()
            .filter(|line| line.starts_with(&format!("{family} ")));
        assert_eq!(
            rows.count(),
            if family.starts_with("minus-one") {
                1
            } else {
                2
            },
            "{family}"
        );
    }
    for (algorithm, scalar) in [("small-svd", "f32"), ("small-svd", "f64"), ("nmf", "f64")] {
        let of = |case: &&Value| {
            case["algorithm"] == algorithm && case["scalar"] == scalar && case["core"].is_f64()
        };
        let number = |case: &Value| case["core"].as_f64().unwrap();
        let worst = cases(&report)
            .iter()
            .filter(of)
            .rev() // of equal ones the first is named, and max_by takes the last
            .max_by(|x, y| number(x).total_cmp(&number(y)))
            .unwrap();
        let start = format!("{algorithm:15}  {scalar:6}  ");
        let line = table.lines().find(|line| line.starts_with(&start)).unwrap();
        let place = format!(
            "of {} {}x{}",
            text(worst, "family"),
            worst["rows"],
            worst["columns"]
        );
        assert!(line.ends_with(&place), "{line}");
        let shown = format!("{:.2}", number(worst));
        assert!(line.contains(&shown), "{shown}: {line}");
    }
    assert!(table.contains(" cases, none broken, "), "{table}");
    let widest = table.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(110), "{widest:?}");
}

#[test]
fn peers_show_what_they_are() {
    // A reference that failed would leave null everywhere.
    let (mut above, mut numbers) = (0, 0);
    for case in cases(&QUICK) {
        for peer in ["faer", "nalgebra"] {
            numbers += usize::from(case[peer].is_f64());
            above += usize::from(case[peer].as_f64() > Some(1e3));
            let has_none = text(case, "algorithm") == "nmf" || case["bound"].is_null();
            assert!(!(has_none && case[peer].is_f64()), "{case}");
        }
    }
    assert!(numbers > 10_000, "{numbers}");
    // nalgebra 0.35 recomposes constant 5 x 3 matrices to no digit.
    assert!(above > 0);
}

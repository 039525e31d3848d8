//! `lowrank bench`: its output, and the selection of cases.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use lowrank::Backend;
use lowrank::method::CATALOG;
use lowrank_cli::bench::{BACKENDS, is_timed, precision_names};
use serde_json::Value;

use crate::outcome::{Outcome, keys, lowrank, outcome_of};

fn bench(options: &str) -> Outcome {
    outcome_of(lowrank().arg("bench").args(options.split_whitespace()))
}

fn cases(report: &Value) -> &Vec<Value> {
    report["cases"].as_array().unwrap()
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap()
}

/// Run once for all tests.
static SMALL: LazyLock<Value> = LazyLock::new(|| {
    bench("--shape 60x90 --density 0.2 --rank 3 --runs 3 --threads 2 --seed 5 --json").json()
});

#[test]
fn report_has_the_names_that_scripts_rely_on() {
    let mut expected = vec![
        "version",
        "processor",
        "processors",
        "threads",
        "limits",
        "kernels",
        "matrix",
        "rank",
        "seed",
        "optimum",
        "passed",
        "cases",
    ];
    expected.sort_unstable();
    assert_eq!(keys(&SMALL), expected);
    assert_eq!(
        keys(&SMALL["matrix"]),
        ["columns", "dense", "entries", "frobenius_norm", "rows"]
    );
    assert_eq!((&SMALL["rank"], &SMALL["seed"]), (&3.into(), &5.into()));
    assert_eq!(SMALL["version"], env!("CARGO_PKG_VERSION"));
    let mut expected = vec![
        "method",
        "solver",
        "backend",
        "precision",
        "threads",
        "runs",
        "seconds",
        "iterations",
        "products",
        "error",
        "measured_error",
        "error_over_best",
        "gflops",
        "gigabytes_per_second",
        "of_limit",
        "peak_bytes",
        "passed",
        "remark",
    ];
    expected.sort_unstable();
    for case in cases(&SMALL) {
        assert_eq!(keys(case), expected);
    }
}

#[test]
fn every_solver_runs_on_every_backend_in_both_precisions() {
    let case = |case: &'static Value| {
        let [solver, backend, precision] =
            ["solver", "backend", "precision"].map(|k| text(case, k));
        (solver, backend, precision)
    };
    let seen: BTreeSet<_> = cases(&SMALL).iter().map(case).collect();
    for entry in CATALOG.iter().filter(|entry| is_timed(entry)) {
        let solver = entry.solver.name();
        for backend in BACKENDS.map(Backend::name) {
            for precision in precision_names() {
                let is_there = backend != "cuda" || Backend::Cuda.check().is_ok();
                let expected = is_there && (solver != "exact" || backend == "host");
                assert_eq!(seen.contains(&(solver, backend, precision)), expected);
            }
        }
    }
    assert_eq!(seen.len(), cases(&SMALL).len());
}

#[test]
fn errors_are_those_of_the_factors_and_what_is_possible() {
    assert_eq!(SMALL["passed"], true);
    let norm = SMALL["matrix"]["frobenius_norm"].as_f64().unwrap();
    let optimum = SMALL["optimum"].as_f64().unwrap();
    for case in cases(&SMALL) {
        let error = case["error"].as_f64().unwrap();
        assert!(case["passed"] == true, "{case}");
        assert!(error < norm && error > optimum * 0.999, "{case}");
        let measured = case["measured_error"].as_f64().unwrap();
        assert!((error / measured - 1.0).abs() < 1e-3, "{case}");
        let over_best = case["error_over_best"].as_f64().unwrap();
        assert!((0.999..1.01).contains(&over_best), "{case}");
        assert_eq!(case["iterations"].is_u64(), case["method"] == "nmf");
    }
}

#[test]
fn figures_are_there_and_in_order() {
    let positive = |value: &Value| value.as_f64().unwrap() > 0.0;
    for case in cases(&SMALL) {
        assert_eq!((&case["runs"], &case["remark"]), (&3.into(), &Value::Null));
        let [min, median, max] =
            ["min", "median", "max"].map(|k| case["seconds"][k].as_f64().unwrap());
        assert!(0.0 < min && min <= median && median <= max, "{case}");
        let exact = case["solver"] == "exact";
        assert_eq!(case["gflops"].is_null(), exact, "{case}");
        if !exact {
            assert!(positive(&case["gflops"]) && positive(&case["gigabytes_per_second"]));
            assert!(case["products"].as_u64() > Some(2), "{case}");
        }
        let threads = if case["backend"] == "host" { 2 } else { 1 };
        assert_eq!(case["threads"], threads);
        if cfg!(target_os = "linux") && !case["peak_bytes"].is_null() {
            assert!(case["peak_bytes"].as_u64() > Some(1_000_000), "{case}");
        }
    }
    let limits = SMALL["limits"].as_array().unwrap();
    assert_eq!(limits.len(), 2);
    for (limits, threads) in limits.iter().zip([1, 2]) {
        assert_eq!(limits["threads"], threads);
        assert_eq!(keys(limits).len(), 6, "{limits}");
        for limit in keys(limits) {
            assert!(positive(&limits[limit]), "{limits}");
        }
    }
    let kernels = SMALL["kernels"].as_array().unwrap();
    let names = ["A X", "A^T Y", "A A^T X", "Y^T Y"];
    assert_eq!(kernels.len(), 2 * names.len());
    for (kernel, name) in kernels.iter().zip(names.iter().cycle()) {
        assert_eq!(
            (&kernel["name"], &kernel["threads"]),
            (&(*name).into(), &2.into())
        );
        // Sums of m k (k + 1) and 2 e k flops, e entries: what the rates and the seconds say.
        let flops = kernel["gflops"].as_f64().unwrap() * kernel["seconds"].as_f64().unwrap() * 1e9;
        let entries = SMALL["matrix"]["entries"].as_f64().unwrap();
        let expected = match *name {
            "Y^T Y" => 60.0 * 3.0 * 4.0,
            "A A^T X" => 4.0 * entries * 3.0,
            _ => 2.0 * entries * 3.0,
        };
        assert!((flops / expected - 1.0).abs() < 1e-9, "{kernel}");
        let limits = &SMALL["limits"][1];
        let share = |rate: &str, limit: &str| {
            kernel[rate].as_f64().unwrap() / limits[limit].as_f64().unwrap()
        };
        let arithmetic = format!("gflops_{}", text(kernel, "precision"));
        let expected =
            share("gflops", &arithmetic).max(share("gigabytes_per_second", "gigabytes_per_second"));
        assert!((kernel["of_limit"].as_f64().unwrap() / expected - 1.0).abs() < 1e-9);
    }
}

#[test]
fn products_are_counted() {
    // From random columns: 1, two for each power iteration, one each for the triplets, the
    // residuals and the error.
    let report = bench("--shape 60x90 --density 0.2 --solver randomized --runs 1 --json").json();
    for case in cases(&report) {
        assert_eq!(case["products"], 24, "{case}");
    }
}

#[test]
fn filters_leave_the_cases_that_they_name() {
    let options = "--shape 30x40 --density 1 --method svd --backend core --precision f32 --runs 1";
    let report = bench(&format!("{options} --json")).json();
    let solvers: Vec<_> = cases(&report).iter().map(|c| text(c, "solver")).collect();
    assert_eq!(solvers, ["krylov", "chebyshev", "randomized"]);
    assert_eq!(report["matrix"]["dense"], true);
    assert_eq!(report["matrix"]["entries"], 1200);
    for case in cases(&report) {
        assert_eq!(
            (text(case, "backend"), text(case, "precision")),
            ("core", "f32")
        );
    }
    let report = bench("--shape 30x40 --density 0.5 --method nmf --runs 1 --json").json();
    assert_eq!(report["optimum"], Value::Null);
    assert!(cases(&report).iter().all(|case| case["method"] == "nmf"));
}

#[test]
fn seeds_make_matrices_and_errors() {
    let run = |seed: &str| {
        let options = "--shape 40x50 --density 0.3 --solver hals --precision f64 --runs 1 --json";
        let report = bench(&format!("{options} --seed {seed}")).json();
        let errors: Vec<_> = cases(&report)
            .iter()
            .map(|case| case["error"].clone())
            .collect();
        (report["matrix"].clone(), errors)
    };
    assert_eq!(run("1"), run("1"));
    assert_ne!(run("1"), run("2"));
}

#[test]
fn corpus_becomes_the_matrix() {
    let options = "--corpus sample --max-features 200 --solver krylov --backend host --runs 1";
    let report = bench(&format!("{options} --json")).json();
    assert_eq!(report["matrix"]["rows"], 240);
    assert_eq!(report["matrix"]["columns"], 200);
}

#[test]
fn budget_ends_the_runs_and_says_so() {
    let options = "--shape 60x90 --density 0.2 --solver mu,exact --backend host --precision f64";
    let report = bench(&format!("{options} --budget 0 --json")).json();
    let case = |solver: &str| {
        let mut of = cases(&report)
            .iter()
            .filter(|case| case["solver"] == solver);
        of.next().unwrap()
    };
    assert_eq!(case("mu")["runs"], 1);
    assert_eq!(case("mu")["remark"], "budget used up");
    // No time at all is too little for a decomposition.
    assert_eq!(case("exact")["runs"], 0);
    assert!(text(case("exact"), "remark").starts_with("skipped: "));
    assert_eq!(case("exact")["seconds"], Value::Null);
}

#[test]
fn table_has_a_row_for_each_case_below_what_the_machine_can_do() {
    let options = "--shape 60x90 --density 0.2 --rank 3 --runs 1 --precision f64";
    let table = bench(options).text();
    for (solver, backend) in [
        ("nmf hals", "host"),
        ("svd randomized", "core"),
        ("svd exact", "host"),
    ] {
        let row = table
            .lines()
            .find(|line| line.starts_with(&format!("{solver:14}  {backend:7}  f64 ")));
        assert!(row.is_some(), "{table}");
    }
    assert!(table.contains("GB/s from memory"), "{table}");
    assert!(
        table.ends_with("13 cases, the error of each checked\n"),
        "{table}"
    );
    let widest = table.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(128), "{widest:?}");
}

#[test]
fn wrong_command_lines_are_refused_with_status_two() {
    for options in [
        "--shape 10",
        "--shape 0x5",
        "--shape 5x-1",
        "--shape 5x99999999999",
        "--density 0",
        "--density=-0.1",
        "--density 1.01",
        "--density nan",
        "--rank 0",
        "--runs 0",
        "--budget=-1",
        "--budget inf",
        "--method pca",
        "--solver lanczos",
        "--backend gpu",
        "--precision f16",
        "--threads 0",
        "--shape 10x10 --corpus sample",
        "--density 0.5 --corpus sample",
        "--min-df 2",
        "--remove headers",
    ] {
        let said = bench(options).refusal();
        let option = options.split(['=', ' ']).next().unwrap();
        assert!(said.contains(option), "{options}: {said}");
    }
    let said = bench("--method svd --solver mu").refusal();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("lowrank bench --help"), "{said}");
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    let said = bench("--shape 5x7 --density 1 --rank 6").failure();
    assert!(said.contains('6') && said.contains('5'), "{said}");
    let said = bench("--shape 10x10 --density 1e-12").failure();
    assert!(said.contains("--density"), "{said}");
    let said = bench("--shape 4000000000x4000000000 --density 1").failure();
    assert!(said.contains("--shape"), "{said}");
    let said = bench("--corpus no/such/corpus").failure();
    assert!(said.contains("no/such/corpus"), "{said}");
}

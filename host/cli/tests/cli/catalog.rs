//! Consistency of the library's catalog with the command and docs/solvers.md.

use lowrank::method::{CATALOG, Entry, Method};

use crate::outcome::{lowrank, outcome_of};

/// Returns the table of docs/solvers.md: baselines follow a semicolon.
fn table() -> String {
    let row = |method: Method| {
        let (baselines, solvers): (Vec<&Entry>, Vec<&Entry>) =
            Entry::of_method(method).partition(|entry| entry.is_baseline());
        let named = |entries: Vec<&Entry>| {
            let names = entries.iter().map(|entry| format!("`{}`", entry.solver));
            names.collect::<Vec<_>>().join(", ")
        };
        let mut cell = named(solvers);
        if !baselines.is_empty() {
            cell = format!("{cell}; {}", named(baselines));
        }
        let product = match method {
            Method::Nmf => "W H^T, nothing negative",
            Method::Svd => "U diag(s) V^T",
            Method::Pca => "the same, less the means of the columns",
            Method::Completion => "W H^T and biases, over the entries that are known",
            Method::Chain => "W F_1 .. F_d H^T, nothing negative, `--ranks 24,10,4`",
        };
        format!("| `{method}` | {product} | {cell} |\n")
    };
    let rows: String = Method::ALL.into_iter().map(row).collect();
    format!("| `--method` | A is | `--solver` |\n|---|---|---|\n{rows}")
}

#[test]
fn the_table_of_the_page_is_that_of_the_catalog() {
    let page = include_str!("../../../../docs/solvers.md");
    let table = table();
    assert!(
        page.contains(&table),
        "docs/solvers.md lacks this table:\n{table}"
    );
}

#[test]
fn help_has_every_method_and_every_solver() {
    let help = outcome_of(lowrank().args(["factorize", "--help"])).text();
    for entry in &CATALOG {
        for name in [entry.method.name(), entry.solver.name()] {
            assert!(help.contains(&format!("- {name}:")), "{name}");
        }
    }
}

#[test]
fn every_row_can_be_compared_with() {
    let scratch = crate::matrices::Scratch::new();
    // Chebyshev polynomials need a side longer than their sketch, and turn into power iterations otherwise.
    let matrix = scratch.csv("a.csv", &crate::matrices::positive());
    let mut options = String::from("--rank 2 --iterations 3 --json");
    for Entry { method, solver, .. } in &CATALOG {
        options.push_str(&format!(" --compare {method}/{solver}"));
    }
    let report = crate::matrices::factorize(&matrix, &options).json();
    let compared = report["comparisons"].as_array().unwrap().iter();
    let names: Vec<_> = compared
        .map(|report| (report["method"].clone(), report["solver"].clone()))
        .collect();
    let expected: Vec<_> = CATALOG
        .iter()
        .map(|entry| (entry.method.name().into(), entry.solver.name().into()))
        .collect();
    assert_eq!(names, expected);
}

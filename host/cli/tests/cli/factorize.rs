//! `lowrank factorize`: its results, output and files.

use std::fs;

use lowrank::DenseMatrix;
use serde_json::Value;

use crate::matrices::{Scratch, array, distance, factorize, factorize_to, names, positive, signed};
use crate::outcome::{keys, timeless};

const COMBINATIONS: [(&str, &str, &str); 11] = [
    ("nmf", "hals", "--method nmf"),
    ("nmf", "mu", "--method nmf --solver mu"),
    ("svd", "krylov", "--method svd --solver krylov"),
    ("svd", "chebyshev", "--method svd --solver chebyshev"),
    ("svd", "randomized", "--method svd --solver randomized"),
    ("svd", "exact", "--method svd --solver exact"),
    ("pca", "krylov", "--method pca"),
    ("pca", "krylov", "--method pca --scale"),
    ("pca", "chebyshev", "--method pca --solver chebyshev"),
    ("pca", "randomized", "--method pca --solver randomized"),
    ("pca", "exact", "--method pca --solver exact --scale"),
];

const KEYS: [&str; 23] = [
    "backend",
    "columns",
    "constant_columns",
    "converged",
    "error",
    "error_bound",
    "excess",
    "frobenius_norm",
    "iterations",
    "loss",
    "method",
    "negative_entries",
    "nonzeros",
    "precision",
    "products",
    "rank",
    "residuals",
    "rows",
    "seconds",
    "seed",
    "singular_values",
    "solver",
    "tolerance",
];

fn number(report: &Value, name: &str) -> f64 {
    report[name].as_f64().unwrap()
}

#[test]
fn json_has_the_names_that_scripts_rely_on() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    for (method, solver, options) in COMBINATIONS {
        let report = factorize(&matrix, &format!("{options} --rank 4 --json")).json();
        assert_eq!(keys(&report), KEYS);
        assert_eq!(keys(&report["seconds"]), ["factorize", "load", "total"]);
        assert_eq!(
            (&report["method"], &report["solver"]),
            (&method.into(), &solver.into())
        );
        let shape = [&report["rows"], &report["columns"], &report["rank"]];
        assert_eq!(shape, [30, 20, 4]);
        assert!(report["nonzeros"].is_null(), "the matrix is dense");
        match method {
            "nmf" => {
                assert!(report["singular_values"].is_null() && report["residuals"].is_null());
                assert_eq!(report["negative_entries"], 0);
            }
            _ => {
                assert_eq!(report["singular_values"].as_array().unwrap().len(), 4);
                assert!(report["negative_entries"].as_u64().unwrap() > 0);
                let bound = 1e-6 * number(&report, "frobenius_norm");
                let residuals = report["residuals"].as_array().unwrap();
                assert_eq!(residuals.len(), 4);
                assert!(residuals.iter().all(|r| r.as_f64().unwrap() < bound));
            }
        }
        let (loss, error) = (number(&report, "loss"), number(&report, "error"));
        assert!((loss - 0.5 * error * error).abs() < 1e-9 * loss);
        assert!(error < number(&report, "frobenius_norm"));
        assert!(error <= number(&report, "error_bound"));
        assert!(report["products"].as_u64().unwrap() > 0);
        let has_tolerance = !["randomized", "exact"].contains(&solver);
        assert_eq!(report["tolerance"].is_number(), has_tolerance);
        assert_eq!(
            report["constant_columns"].is_u64(),
            options.contains("--scale")
        );
    }
}

#[test]
fn the_error_is_that_of_the_factors_that_are_kept() {
    let scratch = Scratch::new();
    let a = positive();
    let matrix = scratch.csv("a.csv", &a);
    for (place, (method, _, options)) in COMBINATIONS.into_iter().enumerate() {
        let folder = scratch.path(&format!("model{place}"));
        let report = factorize_to(&matrix, &folder, &format!("{options} --rank 4 --json")).json();
        let found = match method {
            "nmf" => distance(&a, &array(&folder, "w.npy"), &array(&folder, "h.npy")),
            "svd" => {
                let (u, v) = (array(&folder, "u.npy"), array(&folder, "v.npy"));
                let s = report["singular_values"].as_array().unwrap();
                let scaled = |i, k: usize| u.at(i, k) * s[k].as_f64().unwrap();
                distance(&a, &DenseMatrix::from_fn(30, 4, scaled), &v)
            }
            _ => {
                let mean = array(&folder, "mean.npy");
                let unit = match options.contains("--scale") {
                    true => array(&folder, "deviation.npy"),
                    false => DenseMatrix::from_fn(1, 20, |_, _| 1.0),
                };
                let entry = |i, j| (a.at(i, j) - mean.at(0, j)) / unit.at(0, j);
                let centered = DenseMatrix::from_fn(30, 20, entry);
                let scores = array(&folder, "scores.npy");
                distance(&centered, &scores, &array(&folder, "components.npy"))
            }
        };
        let error = number(&report, "error");
        assert!(
            (found - error).abs() < 1e-7 * error,
            "{options}: {found}, {error}"
        );
    }
}

#[test]
fn as_many_components_are_found_as_explain_enough() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let rank = |options: &str| {
        let report = factorize(&matrix, &format!("{options} --json")).json();
        report["rank"].as_u64().unwrap()
    };
    for method in ["svd", "pca", "pca --scale"] {
        for share in [0.3, 0.9, 0.999] {
            let found = rank(&format!("--method {method} --variance {share}"));
            let explained = |k: u64| {
                let options = format!("--method {method} --solver exact --rank {k} --json");
                let report = factorize(&matrix, &options).json();
                let left = number(&report, "error") / number(&report, "frobenius_norm");
                1.0 - left * left
            };
            assert!(
                explained(found) >= share - 1e-9,
                "{method} {share}: {found}"
            );
            assert!(
                found == 1 || explained(found - 1) < share,
                "{method} {share}: {found}"
            );
            let tolerance = f64::sqrt(1.0 - share);
            let same = rank(&format!("--method {method} --rank-tolerance {tolerance}"));
            assert_eq!(same, found, "{method} {share}");
        }
    }
    // What is compared has the rank that was found, though six are too many for this matrix.
    let small = scratch.text("small.csv", "4,1,1\n1,3,1\n1,1,2\n2,1,1\n");
    let options = "--method pca --variance 0.6 --compare nmf/hals --compare pca/exact --json";
    let report = factorize(&small, options).json();
    for other in report["comparisons"].as_array().unwrap() {
        assert_eq!(other["rank"], report["rank"]);
    }
    let said = factorize(&small, "--method svd --rank-tolerance 1e-17").failure();
    assert!(
        said.ends_with("ask for less with --variance or --rank-tolerance"),
        "{said}"
    );
}

/// Returns a matrix of 170 x 150 whose singular values fall slowly.
fn slow() -> DenseMatrix<f64> {
    let mut state = 7u64;
    DenseMatrix::from_fn(170, 150, |_, _| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    })
}

#[test]
fn a_search_that_does_not_converge_says_so_and_what_to_try() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &slow());
    for method in ["svd", "pca"] {
        let rank = format!("--method {method} --rank 5 --json");
        let exact = factorize(&matrix, &format!("{rank} --solver exact")).json();
        assert_eq!(
            (&exact["converged"], &exact["excess"]),
            (&true.into(), &0.0.into())
        );
        let smallest = number(&exact, "error");
        let norm = number(&exact, "frobenius_norm");
        for options in [
            "--iterations 2",
            "--solver krylov --iterations 2",
            "--solver randomized --iterations 1",
        ] {
            let outcome = factorize(&matrix, &format!("{rank} {options}"));
            let advice = "try --solver exact, or more --iterations\n";
            assert!(outcome.stderr.ends_with(advice), "{}", outcome.stderr);
            let report = outcome.unsettled();
            assert!(number(&report, "error") > smallest + 1e-7 * norm);
            assert!(number(&report, "excess") > 0.0);
        }
        for options in ["--solver krylov", "--solver chebyshev", ""] {
            let report = factorize(&matrix, &format!("{rank} {options}")).json();
            assert_eq!(report["converged"], true, "{method} {options}");
            let (error, best) = (number(&report, "error"), (1.0 + 1e-7) * smallest);
            assert!(error <= best + 1e-7 * norm, "{method} {options}");
        }
    }
}

#[test]
fn columns_of_equal_entries_are_counted_where_columns_are_scaled() {
    let scratch = Scratch::new();
    let matrix = scratch.text("a.csv", "1,7,20\n2,7,10\n4,7,40\n3,7,10\n");
    let options = "--method pca --rank 2 --scale";
    let report = factorize(&matrix, &format!("{options} --json")).json();
    assert_eq!(report["constant_columns"], 1);
    let norm = number(&report, "frobenius_norm");
    assert!(
        (norm * norm - 6.0).abs() < 1e-12,
        "three degrees of freedom for two columns"
    );
    let table = factorize(&matrix, options).text();
    assert!(
        table.contains("\n1 column of equal entries: zero\n"),
        "{table}"
    );
    let table = factorize(&matrix, "--method pca --rank 2").text();
    assert!(!table.contains("equal entries"), "{table}");
}

#[test]
fn the_exact_svd_is_the_floor_of_what_it_is_compared_with() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let options =
        "--rank 3 --init random --seed 5 --compare nmf/mu --compare svd/exact --compare pca --json";
    let report = factorize(&matrix, options).json();
    let others = report["comparisons"].as_array().unwrap();
    let solvers: Vec<&str> = others
        .iter()
        .map(|other| other["solver"].as_str().unwrap())
        .collect();
    assert_eq!(solvers, ["mu", "exact", "krylov"]);
    for other in others {
        assert_eq!(keys(other), KEYS);
        assert_eq!((&other["rank"], &other["seed"]), (&3.into(), &5.into()));
    }
    let floor = number(&others[1], "error");
    assert!(number(&report, "error") > floor && number(&others[0], "error") > floor);
    assert!(
        number(&others[2], "error") < floor,
        "means are one more component"
    );
    let table = factorize(&matrix, "--rank 3 --compare svd/exact").text();
    assert!(
        table.contains("nmf/hals ") && table.contains("svd/exact "),
        "{table}"
    );
}

#[test]
fn equal_seeds_give_equal_reports_on_any_number_of_threads() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    for (_, _, options) in COMBINATIONS {
        let run =
            |more: &str| timeless(factorize(&matrix, &format!("{options} --json {more}")).json());
        let reference = run("");
        assert_eq!(run("--threads 1"), reference, "{options}");
        if options.contains("exact") {
            continue;
        }
        let (core, single) = (run("--backend core"), run("--precision f32"));
        assert_eq!(
            (&core["backend"], &single["precision"]),
            (&"core".into(), &"f32".into())
        );
        let error = number(&reference, "error");
        assert!(
            (number(&core, "error") - error).abs() < 1e-5 * error,
            "{options}"
        );
        // The squared error rounds by a few eps ||A||^2: where it is not much larger, gains are not seen in f32.
        let seen = f64::from(f32::EPSILON).sqrt() * number(&reference, "frobenius_norm");
        let off = (number(&single, "error") - error).abs();
        assert!(off < 1e-3 * error + 8.0 * seen, "{options}: {off}");
    }
}

#[test]
fn the_folder_holds_factors_a_description_a_trace_and_plots() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let folder = scratch.path("model");
    let report = factorize_to(&matrix, &folder, "--rank 4 --picture 4x5 --json").json();
    let expected = [
        "components.png",
        "convergence.svg",
        "h.npy",
        "model.json",
        "trace.csv",
        "w.npy",
    ];
    assert_eq!(names(&folder), expected);
    let model: Value =
        serde_json::from_slice(&fs::read(folder.join("model.json")).unwrap()).unwrap();
    for (name, value) in [("method", "nmf"), ("solver", "hals"), ("precision", "f64")] {
        assert_eq!(model[name], value);
    }
    assert_eq!(
        (&model["version"], &model["rows"], &model["columns"]),
        (&1.into(), &30.into(), &20.into())
    );
    assert_eq!(model["error"], report["error"]);
    let trace = fs::read_to_string(folder.join("trace.csv")).unwrap();
    let mut lines = trace.lines();
    assert_eq!(lines.next(), Some("iteration,loss,seconds"));
    let rows: Vec<Vec<f64>> = lines
        .map(|line| {
            line.split(',')
                .map(|field| field.parse().unwrap())
                .collect()
        })
        .collect();
    assert_eq!(
        rows.len() as u64,
        report["iterations"].as_u64().unwrap() + 1
    );
    assert!(rows.is_sorted_by(|a, b| a[0] < b[0] && a[1] >= b[1] * (1.0 - 1e-12) && a[2] <= b[2]));
    let last = rows.last().unwrap()[1];
    assert!((last - number(&report, "loss")).abs() < 1e-9 * last);

    let spectral = scratch.path("spectral");
    factorize_to(&matrix, &spectral, "--method svd --rank 4").text();
    let expected = [
        "model.json",
        "singular_values.npy",
        "spectrum.svg",
        "trace.csv",
        "u.npy",
        "v.npy",
    ];
    assert_eq!(names(&spectral), expected);
}

#[test]
fn a_folder_that_is_not_empty_is_refused_before_the_matrix_is_looked_for() {
    let scratch = Scratch::new();
    let folder = scratch.path("model");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("mine.txt"), "mine").unwrap();
    let said = factorize_to(&scratch.path("no.csv"), &folder, "").failure();
    assert!(said.contains("--force"), "{said}");
    assert_eq!(names(&folder), ["mine.txt"]);
    let matrix = scratch.csv("a.csv", &positive());
    // A failure leaves the old content, with --force, too.
    factorize_to(&matrix, &folder, "--force --method svd --rank 21").failure();
    assert_eq!(fs::read_to_string(folder.join("mine.txt")).unwrap(), "mine");
    factorize_to(&matrix, &folder, "--force --rank 2").text();
    assert!(!folder.join("mine.txt").exists() && folder.join("model.json").exists());
    assert_eq!(scratch.names(), ["a.csv", "model"]);
}

#[test]
fn entries_that_are_wrong_are_named_by_rows_and_columns_from_one() {
    let scratch = Scratch::new();
    let negative = scratch.text("negative.csv", "1,2,3\n4,5,-6\n7,8,9\n");
    let said = factorize(&negative, "--rank 2").failure();
    assert!(
        said.contains("negative.csv, row 2, column 3") && said.contains("svd"),
        "{said}"
    );
    factorize(&negative, "--rank 2 --method svd").text();
    let missing = scratch.text("missing.csv", "1,2,3\n4,nan,6\n7,8,9\n");
    let said = factorize(&missing, "--rank 2").failure();
    assert!(
        said.contains("line 2, column 2") && said.contains("--missing nan"),
        "{said}"
    );
    let report = factorize(&missing, "--rank 1 --missing nan --json").json();
    assert_eq!(
        (&report["nonzeros"], &report["solver"]),
        (&8.into(), &"mu".into())
    );
    let zero = scratch.text("zero.csv", "1,2,3\n4,5,6\n7,0,9\n");
    let said = factorize(&zero, "--rank 2 --loss is").failure();
    assert!(said.contains("row 3, column 2"), "{said}");
    let said = factorize(&zero, "--method svd --rank 4").failure();
    assert!(
        said.contains("--rank 4") && said.contains("3 at most"),
        "{said}"
    );
    let said = factorize(&zero, "--rank 2 --picture 2x2").failure();
    assert!(said.contains("2 x 2"), "{said}");
    assert!(
        factorize(&scratch.path("no.csv"), "")
            .failure()
            .contains("no.csv")
    );
}

#[test]
fn a_mask_hides_entries_from_the_error() {
    let scratch = Scratch::new();
    let a = positive();
    let mask = DenseMatrix::from_fn(30, 20, |i, j| f64::from((i + j) % 5 != 0));
    // Whatever stands where the mask is zero, the result is the same.
    let broken = DenseMatrix::from_fn(30, 20, |i, j| {
        if mask.at(i, j) == 0.0 {
            1e6
        } else {
            a.at(i, j)
        }
    });
    let (whole, broken) = (scratch.csv("a.csv", &a), scratch.csv("b.csv", &broken));
    let mask = scratch.csv("mask.csv", &mask);
    let options = format!("--rank 2 --json --mask {}", mask.display());
    let report = timeless(factorize(&whole, &options).json());
    assert_eq!(report, timeless(factorize(&broken, &options).json()));
    assert_eq!(report["nonzeros"], 480);
}

#[test]
fn options_that_mean_nothing_for_a_method_are_refused_in_one_line() {
    let scratch = Scratch::new();
    for (options, named) in [
        ("--solver exact", "--method svd"),
        ("--method svd --solver mu", "--method nmf"),
        ("--method pca --solver hals", "exact"),
        ("--method svd --init random", "--init"),
        ("--method pca --loss kl", "--loss"),
        ("--method svd --l1 1", "--l1"),
        ("--method pca --l2 1", "--l2"),
        ("--loss kl --solver hals", "--solver mu"),
        ("--missing nan --solver hals", "--solver mu"),
        ("--method svd --missing nan", "--method nmf"),
        ("--method svd --solver exact --iterations 3", "--iterations"),
        (
            "--method svd --solver randomized --tolerance 0.1",
            "--tolerance",
        ),
        ("--method svd --plot convergence=a.svg", "convergence"),
        ("--plot spectrum=a.png", "spectrum"),
        ("--compare svd/mu", "--method nmf"),
        ("--variance 0.5", "--method svd and pca"),
        (
            "--method chain --rank-tolerance 0.5",
            "--method svd and pca",
        ),
        ("--method svd --scale", "--method pca"),
        (
            "--method svd --solver gradient --variance 0.5",
            "--solver krylov",
        ),
    ] {
        // Refused before the matrix is looked for.
        let said = factorize(&scratch.path("no.csv"), options).refusal();
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(
            said.contains(named) && said.contains("lowrank factorize --help"),
            "{said}"
        );
    }
    for options in [
        "--rank 0",
        "--rank many",
        "--method lda",
        "--solver lanczos",
        "--picture 19",
        "--picture 0x3",
        "--plot a.pdf",
        "--plot nothing=a.svg.gz",
        "--compare lda",
        "--compare svd/",
        "--missing zero",
        "--triples user,item",
        "--force",
        "--tolerance=-1",
        "--l1 1,2,3",
        "--variance 1 --method pca",
        "--rank-tolerance 0 --method svd",
        "--rank 3 --variance 0.5 --method pca",
        "--variance 0.5 --rank-tolerance 0.5 --method pca",
    ] {
        let said = factorize(&scratch.path("no.csv"), options).refusal();
        let option = options.split(['=', ' ']).next().unwrap();
        assert!(said.contains(option), "{options}: {said}");
    }
}

#[test]
fn descents_say_how_many_entries_are_negative() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let exact = factorize(&matrix, "--method svd --solver exact --rank 3 --json").json();
    let floor = number(&exact, "error");
    for (solver, projected) in [
        ("gradient", false),
        ("projected-gradient", true),
        ("adam", false),
        ("projected-adam", true),
    ] {
        let folder = scratch.path(solver);
        let options = format!("--rank 3 --solver {solver} --json");
        let report = factorize_to(&matrix, &folder, &options).json();
        assert_eq!(
            (&report["method"], &report["solver"]),
            (&"nmf".into(), &solver.into())
        );
        let factors = [array(&folder, "w.npy"), array(&folder, "h.npy")];
        let entries = factors.iter().flat_map(|factor| factor.as_slice());
        let negative = entries.filter(|x| **x < 0.0).count();
        assert_eq!(report["negative_entries"], negative);
        assert!(!projected || negative == 0, "{solver}");
        let error = number(&report, "error");
        assert!(
            error > floor * (1.0 - 1e-9) && error < 1.5 * floor,
            "{solver}: {error}, {floor}"
        );
        let model = fs::read(folder.join("model.json")).unwrap();
        let model: Value = serde_json::from_slice(&model).unwrap();
        let rate = model["settings"]["descent"]["learning_rate"]
            .as_f64()
            .unwrap();
        assert!(
            rate > 0.0,
            "{solver}: the rate that suits the matrix is kept"
        );
    }
}

#[test]
fn a_descent_that_diverges_is_no_result() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let folder = scratch.path("model");
    let said = factorize_to(&matrix, &folder, "--solver gradient --learning-rate 1e3").failure();
    assert!(
        said.contains("nmf/gradient") && said.contains("smaller learning rate"),
        "{said}"
    );
    assert_eq!(scratch.names(), ["a.csv"], "nothing is written");
    for rate in ["0", "-1", "inf", "nan", "fast"] {
        let options = format!("--solver gradient --learning-rate={rate}");
        let said = factorize(&matrix, &options).refusal();
        assert!(said.contains("--learning-rate"), "{said}");
    }
    for (options, named) in [
        ("--learning-rate 0.1", "--learning-rate"),
        ("--method svd --momentum 0.5", "--momentum"),
        ("--solver adam --momentum 0.5", "--momentum"),
        ("--solver gradient --momentum 1", "--momentum"),
        ("--solver adam --loss kl", "--loss"),
        ("--solver adam --missing nan", "needs all entries"),
        ("--solver als", "--method completion"),
        ("--method completion --solver mu", "als and sgd"),
        ("--method completion --l1 1", "--l1"),
        ("--method completion --learning-rate 0.1", "sgd"),
        ("--method chain --solver hals", "--method chain has mu"),
        ("--ranks 4,3", "--method chain"),
        ("--method chain --ranks 4,0", "--ranks"),
        ("--method chain --ranks 4,3 --rank 2", "--rank"),
    ] {
        let said = factorize(&matrix, options).refusal();
        assert!(said.contains(named), "{options}: {said}");
    }
}

#[test]
fn a_chain_is_the_product_of_its_factors() {
    let scratch = Scratch::new();
    let a = positive();
    let matrix = scratch.csv("a.csv", &a);
    let folder = scratch.path("model");
    let report = factorize_to(
        &matrix,
        &folder,
        "--method chain --ranks 8,5,3 --loss kl --json",
    )
    .json();
    assert_eq!(
        (&report["method"], &report["solver"], &report["rank"]),
        (&"chain".into(), &"mu".into(), &3.into())
    );
    let product = |x: &DenseMatrix<f64>, y: &DenseMatrix<f64>| {
        let entry = |i, j| (0..x.ncols()).map(|p| x.at(i, p) * y.at(p, j)).sum();
        DenseMatrix::from_fn(x.nrows(), y.ncols(), entry)
    };
    let w = product(&array(&folder, "w.npy"), &array(&folder, "f1.npy"));
    let w = product(&w, &array(&folder, "f2.npy"));
    let found = distance(&a, &w, &array(&folder, "h.npy"));
    let error = number(&report, "error");
    assert!((found - error).abs() < 1e-7 * error, "{found}, {error}");
    // More columns than the matrix has.
    factorize(&matrix, "--method chain --ranks 8,21 --iterations 9").text();
}

#[test]
fn a_completion_knows_ratings_by_their_triples() {
    let scratch = Scratch::new();
    let a = signed();
    let mut text = String::from("user,item,rating\n");
    // The first user knows all items, so that labels come in the order of their numbers.
    let known = |i: usize, j: usize| i == 0 || !(3 * i + j).is_multiple_of(4);
    for i in 0..30 {
        for j in (0..20).filter(|j| known(i, *j)) {
            text += &format!("u{i:02},i{j:02},{}\n", a.at(i, j));
        }
    }
    let ratings = scratch.text("ratings.csv", &text);
    let options = "--triples user,item,rating --method completion --rank 3 --l2 0.1 --json";
    let folder = scratch.path("model");
    let report = factorize_to(
        &ratings,
        &folder,
        &format!("{options} --compare completion/sgd"),
    )
    .json();
    assert_eq!(
        (&report["solver"], &report["nonzeros"]),
        (&"als".into(), &455.into())
    );
    let (w, h) = (array(&folder, "w.npy"), array(&folder, "h.npy"));
    let (b, c) = (
        array(&folder, "row_biases.npy"),
        array(&folder, "column_biases.npy"),
    );
    let mean = array(&folder, "mean.npy").at(0, 0);
    let mut sum = 0.0;
    for i in 0..30 {
        for j in (0..20).filter(|j| known(i, *j)) {
            let product: f64 = (0..3).map(|p| w.at(i, p) * h.at(j, p)).sum();
            sum += (a.at(i, j) - mean - b.at(0, i) - c.at(0, j) - product).powi(2);
        }
    }
    let (found, error) = (f64::sqrt(sum), number(&report, "error"));
    assert!((found - error).abs() < 1e-7 * error, "{found}, {error}");
    assert!(error < 0.2 * number(&report, "frobenius_norm"));
}

#[test]
fn signs_are_no_matter_for_an_svd() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &signed());
    let exact = factorize(&matrix, "--method svd --solver exact --rank 20 --json").json();
    let norm = number(&exact, "frobenius_norm");
    assert!(
        number(&exact, "error") < 1e-12 * norm,
        "at full rank nothing is left"
    );
    let table = factorize(&matrix, "--method svd --rank 3").text();
    assert!(table.contains("singular values "), "{table}");
}

/// Runs that end by count say so in one line, whose advice works.
#[test]
fn a_fit_that_ends_by_count_says_what_to_try() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    for (method, enough) in [
        ("--method nmf --rank 3", 3000),
        ("--method nmf --rank 3 --solver mu", 30_000),
        ("--method nmf --rank 3 --solver anls", 3000),
        ("--method nmf --rank 3 --loss kl", 30_000),
        ("--method nmf --rank 3 --solver projected-gradient", 20_000),
        ("--method chain --ranks 4,3", 30_000),
        ("--method completion --rank 3", 1000),
        (
            "--method completion --rank 3 --solver sgd --learning-rate 0.001",
            5000,
        ),
    ] {
        let run = |more: String| factorize(&matrix, &format!("{method} --json {more}"));
        let few = run("--iterations 12".into());
        let advice = "; try more --iterations, or a larger --tolerance\n";
        assert!(few.stderr.ends_with(advice), "{method}: {}", few.stderr);
        assert_eq!(few.stderr.lines().count(), 1, "{method}");
        assert_eq!(few.json()["converged"], false, "{method}");
        for more in [
            format!("--iterations {enough}"),
            "--iterations 200 --tolerance 0.9".into(),
        ] {
            let found = run(more);
            assert_eq!(found.stderr, "", "{method}");
            assert_eq!(found.json()["converged"], true, "{method}");
        }
        let all = run("--iterations 12 --tolerance 0".into());
        assert!(
            all.stderr.contains("without --tolerance 0"),
            "{}",
            all.stderr
        );
    }
}

#[test]
fn a_rank_above_the_size_of_the_matrix_is_for_non_negative_factors() {
    let scratch = Scratch::new();
    let matrix = scratch.text("a.csv", "1,2,3\n4,5,6\n");
    for method in [
        "nmf",
        "nmf --solver mu",
        "nmf --loss kl",
        "nmf --init random",
        "chain",
    ] {
        let report = factorize(&matrix, &format!("--rank 5 --json --method {method}")).json();
        assert_eq!(report["rank"], 5, "{method}");
    }
    for method in ["svd", "pca", "completion", "nmf --compare svd"] {
        let said = factorize(&matrix, &format!("--rank 5 --method {method}")).failure();
        assert!(
            said.contains("--rank 5") && said.contains("2 at most"),
            "{said}"
        );
    }
    let said = factorize(&matrix, "--rank 100000000").failure();
    assert!(said.contains("memory") && said.contains("--rank"), "{said}");
}

/// Without biases and penalty, a completion is the plain factorization, whose error the truncated SVD bounds: 0.1219.
#[test]
fn a_completion_without_biases_and_penalty_is_the_plain_factorization() {
    let scratch = Scratch::new();
    let rows = "0.3374,0.6005,0.1735\n3.3359,0.0492,1.8374\n2.9407,0.5301,2.2620\n";
    let matrix = scratch.text("a.csv", rows);
    let plain = "--method completion --rank 2 --biases none --l2 0 --json";
    for solver in [
        "als",
        "sgd --learning-rate 0.01 --iterations 1000 --tolerance 0",
    ] {
        let options = format!("{plain} --solver {solver}");
        let report: serde_json::Value =
            serde_json::from_str(&factorize(&matrix, &options).stdout).unwrap();
        let squares = number(&report, "error").powi(2);
        assert!((0.1219..0.126).contains(&squares), "{solver}: {squares}");
    }
    let error = |options: &str| {
        let report = factorize(
            &matrix,
            &format!("--method completion --rank 1 --json {options}"),
        );
        number(&report.json(), "error")
    };
    assert_eq!(error("--biases both"), error(""));
    assert_ne!(error("--biases none"), error(""));
    let refused = factorize(&matrix, "--biases none").refusal();
    assert!(
        refused.contains("--biases belongs to --method completion"),
        "{refused}"
    );
}

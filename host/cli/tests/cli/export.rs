//! `lowrank export`: kept models for microcontrollers.

use std::fs;
use std::path::Path;

use lowrank::DenseMatrix;
use lowrank::core::model::{NmfView, PcaView, SvdView};
use serde_json::Value;

use crate::matrices::{Scratch, factorize_to, positive, signed};
use crate::outcome::{Outcome, lowrank, outcome_of, topics};

/// Runs `lowrank export` with options separated by blanks.
pub fn export(model: &Path, output: &Path, options: &str) -> Outcome {
    let command = &mut lowrank();
    command.arg("export").arg(model).arg("--output").arg(output);
    outcome_of(command.args(options.split_whitespace()))
}

fn single(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn each_method_is_exported_and_agrees_with_transform() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let blob = scratch.path("model.lrm");
    for (place, (method, residuals)) in [
        ("nmf --tolerance 1e-12 --iterations 5000", 2e-2),
        ("svd", 1e-3),
        ("pca", 1e-3),
        ("pca --scale", 1e-3),
    ]
    .into_iter()
    .enumerate()
    {
        let folder = scratch.path(&format!("model{place}"));
        factorize_to(&matrix, &folder, &format!("--rank 4 --method {method}")).text();
        let check = format!("--check {} --json", matrix.display());
        for (precision, error) in [("f32", residuals), ("i16", residuals), ("u8", 0.1)] {
            let report = export(&folder, &blob, &format!("--precision {precision} {check}")).json();
            assert_eq!(report["precision"], precision);
            assert_eq!(report["bytes"], fs::read(&blob).unwrap().len(), "{method}");
            assert_eq!(report["checked_rows"], 30, "{method}");
            assert!(
                single(&report["error"]) < error,
                "{method} {precision}: {report}"
            );
            assert!(single(&report["cosine"]) > 1.0 - error, "{method}");
            assert_eq!(report["choices"].as_array().unwrap().len(), 0);
            // Components that are alike have weights that are alike: the larger one may be either.
            let least = if method.starts_with("nmf") || precision == "u8" {
                0.8
            } else {
                1.0
            };
            assert!(
                single(&report["agreement"]) >= least,
                "{method} {precision}: {report}"
            );
        }
        // Left open, all precisions are compared.
        let report = export(&folder, &blob, &check).json();
        assert_eq!(report["precision"], "i16");
        let choices = report["choices"].as_array().unwrap();
        let names: Vec<_> = choices
            .iter()
            .map(|choice| choice["precision"].clone())
            .collect();
        assert_eq!(names, ["f32", "i16", "u8"]);
        assert!(choices.iter().all(|choice| choice["terms"].is_null()));
    }
}

#[test]
fn thresholds_are_the_quantiles_of_the_residuals_of_the_check() {
    let scratch = Scratch::new();
    let a = signed();
    let matrix = scratch.csv("a.csv", &a);
    let (folder, output) = (scratch.path("model"), scratch.path("model.lrm"));
    factorize_to(&matrix, &folder, "--rank 3 --method pca").text();
    export(&folder, &output, "--precision f32").text();
    let blob = fs::read(&output).unwrap();
    assert_eq!(PcaView::parse(&blob).unwrap().thresholds().at(1.0), None);
    export(
        &folder,
        &output,
        &format!("--precision f32 --check {}", matrix.display()),
    )
    .text();
    let blob = fs::read(&output).unwrap();
    let model = PcaView::parse(&blob).unwrap();
    let mut residuals: Vec<f32> = (0..30)
        .map(|i| {
            let row: Vec<f32> = (0..20).map(|j| a.at(i, j) as f32).collect();
            model.project(&row, &mut [0.0; 3]).unwrap()
        })
        .collect();
    residuals.sort_by(f32::total_cmp);
    let at = |share| model.thresholds().at(share).unwrap();
    assert_eq!(
        [at(0.5), at(0.9), at(0.99), at(1.0)],
        [14, 26, 29, 29].map(|i| residuals[i])
    );
}

#[test]
fn the_extension_decides_about_the_format_unless_it_is_given() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let folder = scratch.path("model");
    factorize_to(&matrix, &folder, "--rank 2 --method svd").text();
    for (name, options, start) in [
        ("m.lrm", "", "LRNK"),
        ("m.rs", "", "// Written by lowrank"),
        ("m.h", "", "/* Written by lowrank"),
        ("m.C", "", "/* Written by lowrank"),
        ("m.txt", "--format rust", "// Written by lowrank"),
        ("n.rs", "--format blob", "LRNK"),
    ] {
        let output = scratch.path(name);
        let text = export(&folder, &output, options).text();
        assert!(text.starts_with("svd of 30 x 20, rank 2: "), "{text}");
        assert!(
            fs::read(&output).unwrap().starts_with(start.as_bytes()),
            "{name}"
        );
    }
    let rust = fs::read_to_string(scratch.path("m.rs")).unwrap();
    assert!(rust.contains("pub static LOWRANK_M_MODEL: [u8; "), "{rust}");
}

#[test]
fn topics_are_found_in_lines_by_a_model_that_fits_in_flash() {
    let scratch = Scratch::new();
    let (folder, output) = (scratch.path("model"), scratch.path("topics.lrm"));
    topics(["--output", folder.to_str().unwrap()]).text();
    let check = "--check sample --json";
    let all = export(
        &folder,
        &output,
        &format!("--precision f32 {check} --terms 100000"),
    )
    .json();
    assert_eq!(all["agreement"], 1.0, "{all}");
    assert!(single(&all["error"]) < 1e-2, "{all}");
    let by_index = export(
        &folder,
        &output,
        &format!("--precision f32 --by-index {check}"),
    )
    .json();
    assert_eq!(
        (&by_index["agreement"], &by_index["by_index"]),
        (&1.0.into(), &true.into())
    );
    assert!(by_index["bytes"].as_u64() < all["bytes"].as_u64());
    let mut last = 0;
    for (size, limit) in [("4k", 4096), ("5000", 5000), ("8k", 8192)] {
        let report = export(&folder, &output, &format!("--bytes {size} {check}")).json();
        let bytes = report["bytes"].as_u64().unwrap();
        // A term more would not fit.
        assert!((limit - 11..=limit).contains(&bytes), "{size}: {bytes}");
        assert_eq!(report["precision"], "u8");
        let terms = report["terms"].as_u64().unwrap();
        assert!(terms > last, "{terms}");
        last = terms;
        assert!(single(&report["agreement"]) > 0.9, "{size}: {report}");
    }
    let blob = fs::read(&output).unwrap();
    let model = NmfView::parse(&blob).unwrap();
    let topic = |line: &str| {
        let (mut terms, mut w) = ([(0, 0.0); 32], [0.0; 6]);
        let row = model.words().unwrap();
        let row = row.row(line.as_bytes(), &mut terms).unwrap();
        model.fold_in(&row, 20, &mut w).unwrap();
        (0..6).max_by(|a, b| w[*a].total_cmp(&w[*b])).unwrap()
    };
    let stars = topic("A telescope, the moon and a planet.");
    assert_eq!(topic("THE PLANET AND ITS MOON IN A TELESCOPE"), stars);
    assert_ne!(topic("knead the dough and bake the bread"), stars);
    // Terms and precision left open: a table of them.
    let table = export(&folder, &output, "--check sample").text();
    let lines: Vec<&str> = table.lines().filter(|line| line.contains(" %")).collect();
    assert!(lines.len() > 9, "{table}");
    assert!(
        lines.iter().any(|line| line.contains("by index")),
        "{table}"
    );
}

/// Capitals, quotation marks and dashes beyond ASCII make other tokens on a device, unless the model has learnt from the
/// same ones.
#[test]
fn topics_of_ascii_tokens_are_found_in_the_same_tokens() {
    let scratch = Scratch::new();
    let (folder, output) = (scratch.path("model"), scratch.path("topics.lrm"));
    let lines: Vec<String> = (0..24)
        .map(|i| match i % 2 {
            0 => format!(
                "caf\u{e9} CAF\u{c9} cr\u{ea}pe g\u{e2}teau\u{2014}tarte word{}",
                i % 6
            ),
            _ => format!(
                "moon\u{2019}s orbit \u{201c}PLUT\u{d3}N\u{201d} plut\u{f3}n moon word{}",
                i % 9
            ),
        })
        .collect();
    let corpus = scratch.text("texts.txt", lines.join("\n"));
    let corpus = corpus.to_str().unwrap();
    let exported = |tokens: &str| {
        let kept = ["--output", folder.to_str().unwrap(), "--force"];
        let fixed = ["--corpus", corpus, "--topics", "2", "--tokens", tokens];
        topics(fixed.into_iter().chain(kept)).text();
        let check = format!("--precision f32 --terms 1000 --json --check {corpus}");
        export(&folder, &output, &check).json()
    };
    let ascii = exported("ascii");
    assert_eq!(
        (&ascii["agreement"], &ascii["unreachable"]),
        (&1.0.into(), &0.into())
    );
    assert!(single(&ascii["error"]) < 1e-2, "{ascii}");
    let unicode = exported("unicode");
    assert!(single(&unicode["error"]) > 2e-2, "{unicode}");
    // The words that only a rule of bytes makes.
    let model = fs::read_to_string(folder.join("model.json")).unwrap();
    assert!(!model.contains("moon\u{2019}s"));
    exported("ascii");
    let model = fs::read_to_string(folder.join("model.json")).unwrap();
    assert!(
        model.contains("moon\u{2019}s") && model.contains("caf\u{c9}"),
        "{model}"
    );
}

#[test]
fn what_cannot_be_exported_is_refused_in_one_line() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let output = scratch.path("model.lrm");
    let kept = |name: &str, options: &str| {
        let folder = scratch.path(name);
        factorize_to(&matrix, &folder, options);
        folder
    };
    let nmf = kept("nmf", "--rank 2");
    for (folder, options, said) in [
        (
            &kept("chain", "--method chain --ranks 4,2"),
            "",
            "factorize again by nmf",
        ),
        (
            &kept("kl", "--rank 2 --loss kl"),
            "",
            "another loss than frobenius",
        ),
        (&scratch.path("none"), "", "name the folder of a model"),
        (&nmf, "--check nothing.npy", "nothing.npy"),
    ] {
        let line = export(folder, &output, options).failure();
        assert!(line.contains(said), "{line}");
    }
    let completion = kept("completion", "--method completion --rank 2");
    for (folder, options, said) in [
        (&nmf, "--terms 10", "belong to a model of texts"),
        (&nmf, "--bytes 4k", "belong to a model of texts"),
        (&nmf, "--by-index", "belong to a model of texts"),
        (
            &nmf,
            "--subset test --check a.csv",
            "belong to --check of a model of",
        ),
        (&nmf, "--terms 0", "must be 1 or more"),
        (&nmf, "--bytes 4m", "24k"),
        (&nmf, "--terms 3 --bytes 4k", "cannot be used with"),
        (&nmf, "--precision i8", "invalid value"),
        (
            &completion,
            "--check a.csv",
            "--check belongs to nmf, svd and pca",
        ),
    ] {
        let said_so = export(folder, &output, options).refusal();
        assert!(said_so.contains(said), "{said_so}");
    }
    let texts = scratch.path("topics");
    let of_topics = |options: &str| {
        let folder = texts.to_str().unwrap();
        let fixed = ["--topics", "2", "--force", "--output", folder];
        topics(fixed.into_iter().chain(options.split_whitespace())).text();
    };
    of_topics("");
    let line = export(&texts, &output, "--bytes 200").failure();
    assert!(
        line.contains("hold no term") && line.contains("is the least"),
        "{line}"
    );
    let least = line.split(": ").nth(2).unwrap().split(' ').next().unwrap();
    export(&texts, &output, &format!("--bytes {least}")).text();
    of_topics("--ngrams 1..2");
    let line = export(&texts, &output, "").failure();
    assert!(line.contains("single words, or export by index"), "{line}");
    export(&texts, &output, "--by-index").text();
    of_topics("--sublinear-tf");
    let line = export(&texts, &output, "").failure();
    assert!(line.contains("sublinear"), "{line}");
    assert!(!scratch.names().iter().any(|name| name.starts_with('.')));
}

#[test]
fn a_completion_of_ratings_is_exported() {
    use lowrank::core::model::{CompletionView, SparseRow};
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let (folder, output) = (scratch.path("model"), scratch.path("items.lrm"));
    factorize_to(&matrix, &folder, "--method completion --rank 2");
    export(&folder, &output, "--precision f32").text();
    let blob = fs::read(&output).unwrap();
    let model = CompletionView::parse(&blob).unwrap();
    let (a, mut scratch) = (positive(), [0.0; 15]);
    let (items, mut w) = ([0, 5, 7, 12, 13], [0.0; 2]);
    let ratings = items.map(|j| a.at(4, j as usize) as f32);
    let known = SparseRow::new(&items, &ratings).unwrap();
    let bias = model.fold_in(&known, &mut w, &mut scratch).unwrap();
    for (item, rating) in items.iter().zip(ratings) {
        let predicted = model.predict(*item as usize, &w, bias).unwrap();
        assert!((predicted - rating).abs() < 8.0, "{predicted} {rating}");
    }
}

/// Frames of a machine with two shafts: two lines of random phases, noise, and the resonance that a bearing rings
/// with when it is broken; as tests/golden/device_anomalies.py makes them.
struct Machine(u64);

impl Machine {
    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn frame(&mut self, is_broken: bool) -> Vec<f64> {
        let turn = 2.0 * std::f64::consts::PI;
        let (first, second) = (turn * self.uniform(), turn * self.uniform());
        let (loud, soft) = (0.8 + 0.4 * self.uniform(), 0.4 + 0.2 * self.uniform());
        let start = (64.0 * self.uniform()).floor();
        let noise: Vec<f64> = (0..64)
            .map(|_| (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0)
            .collect();
        (0..64)
            .map(|t| {
                let t = f64::from(t);
                let lines = loud * (turn * 3.0 * t / 64.0 + first).sin()
                    + soft * (turn * 7.0 * t / 64.0 + second).sin();
                let since = t - start;
                let ring = if is_broken && since >= 0.0 {
                    0.6 * (-since / 6.0).exp() * (turn * 0.31 * since).sin()
                } else {
                    0.0
                };
                lines + ring + 0.1 * noise[t as usize]
            })
            .collect()
    }

    fn frames(&mut self, count: usize, is_broken: bool) -> Vec<Vec<f64>> {
        (0..count).map(|_| self.frame(is_broken)).collect()
    }
}

/// Returns the share of pairs of a good and a bad row in which the bad one has the larger score.
fn area_under_curve(good: &[f32], bad: &[f32]) -> f64 {
    let mut won = 0.0;
    for x in bad {
        for y in good {
            won += if x > y {
                1.0
            } else if x < y {
                0.0
            } else {
                0.5
            };
        }
    }
    won / (good.len() * bad.len()) as f64
}

#[test]
fn a_broken_bearing_is_found_as_well_as_by_scikit_learn_in_a_kilobyte() {
    let golden: Value = serde_json::from_str(include_str!(
        "../../../../tests/golden/device_anomalies.json"
    ))
    .unwrap();
    let mut machine = Machine(1);
    let training = machine.frames(1000, false);
    let good = machine.frames(1000, false);
    let broken = machine.frames(1000, true);
    let close = |x: f64, y: &Value| (x - single(y)).abs() < 1e-9;
    assert!(close(training[0][0], &golden["first"]) && close(broken[999][63], &golden["last"]));
    let scratch = Scratch::new();
    let a = DenseMatrix::from_fn(1000, 64, |i, j| training[i][j]);
    let matrix = scratch.csv("good.csv", &a);
    let (folder, output) = (scratch.path("model"), scratch.path("bearing.lrm"));
    factorize_to(&matrix, &folder, "--method pca --rank 4").text();
    export(
        &folder,
        &output,
        &format!("--precision i16 --check {}", matrix.display()),
    )
    .text();
    let blob = fs::read(&output).unwrap();
    assert!(blob.len() <= 1000, "{}", blob.len());
    let model = PcaView::parse(&blob).unwrap();
    let score = |frames: &[Vec<f64>]| -> Vec<f32> {
        let residual = |frame: &Vec<f64>| {
            let frame: Vec<f32> = frame.iter().map(|x| *x as f32).collect();
            model.project(&frame, &mut [0.0; 4]).unwrap()
        };
        frames.iter().map(residual).collect()
    };
    let (of_good, of_broken) = (score(&good), score(&broken));
    let area = area_under_curve(&of_good, &of_broken);
    let peer = single(&golden["pca"]["area"]);
    assert!(area >= peer - 0.005, "{area} {peer}");
    assert!(
        (0.7..1.0).contains(&area),
        "neither by chance nor trivial: {area}"
    );
    // Of good frames that were not in the training, few are above the quantile.
    let threshold = model.thresholds().at(0.99).unwrap();
    let alarms = of_good.iter().filter(|x| **x > threshold).count();
    assert!((1..30).contains(&alarms), "{alarms}");
    let found = of_broken.iter().filter(|x| **x > threshold).count();
    assert!(found > 10 * alarms, "{found} {alarms}");
}

#[test]
fn a_matrix_in_sparse_rows_is_compared_too() {
    let scratch = Scratch::new();
    let text = "%%MatrixMarket matrix coordinate real general\n4 5 8\n1 1 2\n1 3 1\n2 2 3\n2 5 1\n3 1 4\n3 3 2\n4 2 1.5\n4 5 0.5\n";
    let matrix = scratch.text("a.mtx", text);
    for method in ["nmf", "svd", "pca"] {
        let folder = scratch.path(method);
        factorize_to(&matrix, &folder, &format!("--method {method} --rank 2"));
        let output = scratch.path("a.lrm");
        let check = format!("--precision f32 --json --check {}", matrix.display());
        let report = export(&folder, &output, &check).json();
        assert!(single(&report["error"]) < 1e-2, "{method}: {report}");
        let blob = fs::read(&output).unwrap();
        assert_eq!(SvdView::parse(&blob).is_ok(), method == "svd");
    }
}

//! `lowrank merge`: sketches that devices have sent.

use std::fs;
use std::path::PathBuf;

use lowrank::DenseMatrix;
use lowrank::core::model::{ModelError, PcaView, crc32};
use lowrank::core::sketch::{FrequentDirections, SketchView, buffer_len};

use crate::export::export;
use crate::matrices::{Scratch, array, distance, factorize_to, signed, transform};
use crate::outcome::{Outcome, lowrank, outcome_of};

/// Writes a sketch of some rows of a matrix.
fn sketch(
    scratch: &Scratch,
    a: &DenseMatrix<f64>,
    (from, to): (usize, usize),
    is_centered: bool,
) -> PathBuf {
    let mut buffer = vec![0.0; buffer_len(a.ncols(), 8)];
    let mut sketch = match is_centered {
        true => FrequentDirections::centered(&mut buffer, a.ncols(), 8).unwrap(),
        false => FrequentDirections::new(&mut buffer, a.ncols(), 8).unwrap(),
    };
    for i in from..to {
        let row: Vec<f32> = (0..a.ncols()).map(|j| a.at(i, j) as f32).collect();
        sketch.push(&row).unwrap();
    }
    let mut bytes = vec![0; sketch.bytes_len()];
    assert_eq!(sketch.write_bytes(&mut bytes), Ok(bytes.len()));
    let path = scratch.path(&format!("{from}-{to}-{is_centered}.sketch"));
    fs::write(&path, bytes).unwrap();
    path
}

fn merge(sketches: &[&PathBuf], output: &PathBuf, options: &str) -> Outcome {
    let command = &mut lowrank();
    command
        .arg("merge")
        .args(sketches)
        .arg("--output")
        .arg(output);
    outcome_of(command.args(options.split_whitespace()))
}

#[test]
fn sketches_of_parts_make_the_model_of_all_rows() {
    let scratch = Scratch::new();
    let a = signed();
    for (is_centered, method) in [(true, "pca"), (false, "svd")] {
        let parts: Vec<PathBuf> = [(0, 9), (9, 20), (20, 30)]
            .map(|part| sketch(&scratch, &a, part, is_centered))
            .into();
        let folder = scratch.path(method);
        let sketches: Vec<&PathBuf> = parts.iter().collect();
        let report = merge(&sketches, &folder, "--rank 4 --json").json();
        assert_eq!(
            (&report["method"], &report["rows"]),
            (&method.into(), &30.into())
        );
        // The exact one.
        let matrix = scratch.csv("a.csv", &a);
        let exact = scratch.path(&format!("exact-{method}"));
        factorize_to(&matrix, &exact, &format!("--rank 4 --method {method}")).text();
        let error = |folder: &PathBuf| {
            let file = scratch.path("scores.npy");
            transform(folder, &matrix, &format!("--output {}", file.display())).text();
            let scores = lowrank_files::model_folder::read_matrix::<f64>(&file).unwrap();
            let (name, means) = match is_centered {
                true => ("components.npy", array(folder, "mean.npy").into_vec()),
                false => ("v.npy", vec![0.0; 20]),
            };
            let left = DenseMatrix::from_fn(30, 20, |i, j| a.at(i, j) - means[j]);
            distance(&left, &scores, &array(folder, name))
        };
        let (found, best) = (error(&folder), error(&exact));
        assert!(
            (best * (1.0 - 1e-6)..best * 1.02).contains(&found),
            "{found} {best}"
        );
        let bound = report["error_bound"].as_f64().unwrap();
        assert!(
            found <= bound * (1.0 + 1e-6) && bound < 1.5 * best,
            "{found} {bound}"
        );
        // A model as any other.
        let blob = scratch.path("model.lrm");
        export(&folder, &blob, "--precision i16").text();
        assert_eq!(
            PcaView::parse(&fs::read(&blob).unwrap()).is_ok(),
            is_centered
        );
    }
}

#[test]
fn a_sketch_that_has_seen_nothing_is_counted_aloud() {
    let scratch = Scratch::new();
    let a = signed();
    let none = sketch(&scratch, &a, (0, 0), true);
    let all = sketch(&scratch, &a, (0, 30), true);
    let folder = scratch.path("model");
    let line = merge(&[&none, &all], &folder, "--rank 2").text();
    assert!(
        line.contains("of 2 sketches (1 without a row) in"),
        "{line}"
    );
    let report = merge(&[&all, &none], &folder, "--rank 2 --force --json").json();
    assert_eq!((&report["rows"], &report["empty"]), (&30.into(), &1.into()));
    let nothing = scratch.path("nothing");
    let line = merge(&[&none], &nothing, "--rank 2").failure();
    assert!(line.contains("no sketch has seen a row"), "{line}");
    // Rows that nobody has counted: the bytes are whole, and contradict themselves.
    let mut bytes = fs::read(&all).unwrap();
    bytes[28..32].fill(0);
    let checksum = crc32(&bytes[16..]);
    bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
    let uncounted = scratch.path("uncounted.sketch");
    fs::write(&uncounted, bytes).unwrap();
    let line = merge(&[&all, &uncounted], &nothing, "--rank 2").failure();
    assert!(
        line.contains("uncounted.sketch") && line.contains("count"),
        "{line}"
    );
    assert!(!nothing.exists());
}

#[test]
fn sketches_that_do_not_belong_together_are_refused_in_one_line() {
    let scratch = Scratch::new();
    let a = signed();
    let narrow = DenseMatrix::from_fn(30, 7, |i, j| a.at(i, j));
    let good = sketch(&scratch, &a, (0, 30), true);
    let other = sketch(&scratch, &narrow, (0, 29), true);
    let uncentered = sketch(&scratch, &a, (0, 28), false);
    let output = scratch.path("model");
    let mut bytes = fs::read(&good).unwrap();
    let cut = scratch.path("cut.sketch");
    fs::write(&cut, &bytes[..bytes.len() - 1]).unwrap();
    bytes[100] ^= 1;
    let changed = scratch.path("changed.sketch");
    fs::write(&changed, &bytes).unwrap();
    let none = scratch.path("none.sketch");
    for (sketches, options, said) in [
        (
            &[&good, &other][..],
            "--rank 2",
            "rows of 7 numbers and the first sketch of 20",
        ),
        (&[&good, &uncentered], "--rank 2", "centered"),
        (&[&good, &none], "--rank 2", "none.sketch"),
        (&[&cut], "--rank 2", "it was cut"),
        (&[&changed], "--rank 2", "its checksum differs"),
        (&[&good], "--rank 21", "rank 21 is too large"),
    ] {
        let line = merge(sketches, &output, options).failure();
        assert!(line.contains(said), "{line}");
    }
    let whole = fs::read(&good).unwrap();
    assert!(SketchView::parse(&whole).is_ok());
    for bit in 0..8 * whole.len() {
        let mut broken = whole.clone();
        broken[bit / 8] ^= 1 << (bit % 8);
        assert!(SketchView::parse(&broken).is_err(), "bit {bit}");
    }
    for length in 0..whole.len() {
        let cut = SketchView::parse(&whole[..length]);
        assert!(matches!(cut, Err(ModelError::Cut { .. })), "{length}");
    }
    assert!(!output.exists());
    let usage = outcome_of(lowrank().arg("merge").arg(&good).args(["--rank", "1"])).refusal();
    assert!(usage.contains("--output"), "{usage}");
}

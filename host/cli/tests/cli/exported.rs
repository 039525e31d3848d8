//! `lowrank transform` with a model that `lowrank export` wrote: the numbers of firmware, to the same bits.

use std::fs;

use lowrank::DenseMatrix;
use lowrank::core::model::{CompletionView, NmfView, PcaView, Row, SparseRow, SvdView};
use lowrank_files::model_folder::read_matrix;

use crate::export::export;
use crate::matrices::{Scratch, difference, factorize_to, positive, transform};
use crate::outcome::topics;

/// The k weights of a row and its last number, by the view of the method.
fn on_device(method: &str, blob: &[u8], row: &(impl Row + ?Sized), dense: &[f32]) -> Vec<f32> {
    let mut w = [0.0; 3];
    let last = match method {
        "nmf" => NmfView::parse(blob).unwrap().fold_in(row, 1000, &mut w),
        "svd" => SvdView::parse(blob).unwrap().project(row, &mut w),
        _ => PcaView::parse(blob).unwrap().project(dense, &mut w),
    };
    w.into_iter().chain([last.unwrap()]).collect()
}

#[test]
fn transform_by_an_exported_model_has_the_bits_of_the_device() {
    let scratch = Scratch::new();
    let a = positive();
    let (matrix, blob) = (scratch.csv("a.csv", &a), scratch.path("model.lrm"));
    let output = scratch.path("w.npy");
    let to_file = format!("--output {}", output.display());
    for method in ["nmf", "svd", "pca"] {
        let folder = scratch.path(method);
        let options = "--tolerance 1e-12 --iterations 5000";
        let options = if method == "nmf" { options } else { "" };
        factorize_to(
            &matrix,
            &folder,
            &format!("--rank 3 --method {method} {options}"),
        )
        .text();
        transform(&folder, &matrix, &to_file).text();
        let kept = read_matrix::<f64>(&output).unwrap();
        for precision in ["f32", "i16", "u8"] {
            export(&folder, &blob, &format!("--precision {precision}")).text();
            let said = transform(&blob, &matrix, &to_file).text();
            assert!(said.contains("and a residual"), "{said}");
            let found = read_matrix::<f64>(&output).unwrap();
            let bytes = fs::read(&blob).unwrap();
            assert_eq!((found.nrows(), found.ncols()), (30, 4));
            for i in 0..30 {
                let row: Vec<f32> = (0..20).map(|j| a.at(i, j) as f32).collect();
                for (j, x) in on_device(method, &bytes, row.as_slice(), &row)
                    .into_iter()
                    .enumerate()
                {
                    assert_eq!(
                        f64::from(x).to_bits(),
                        found.at(i, j).to_bits(),
                        "{method} {i} {j}"
                    );
                }
            }
            if precision == "f32" {
                let weights = DenseMatrix::from_fn(30, 3, |i, j| found.at(i, j));
                let size = kept
                    .as_slice()
                    .iter()
                    .fold(0.0, |most: f64, x| most.max(x.abs()));
                let apart = difference(&weights, &kept);
                assert!(apart < 1e-2 * size, "{method}: {apart} {size}");
            }
        }
        let json = transform(&blob, &matrix, "--json").json();
        assert_eq!(json["method"], method);
        assert_eq!(json["residuals"].as_array().unwrap().len(), 30);
        let csv = transform(&blob, &matrix, "").text();
        assert!(
            csv.lines().next().unwrap().ends_with("_3,residual"),
            "{csv}"
        );
    }
}

#[test]
fn sparse_rows_ratings_and_texts_are_transformed_by_an_exported_model() {
    let scratch = Scratch::new();
    let blob = scratch.path("model.lrm");
    let text = "%%MatrixMarket matrix coordinate real general\n4 5 8\n1 1 2\n1 3 1\n2 2 3\n2 5 1\n3 1 4\n3 3 2\n4 2 1.5\n4 5 0.5\n";
    let matrix = scratch.text("a.mtx", text);
    factorize_to(&matrix, &scratch.path("nmf"), "--rank 3");
    export(&scratch.path("nmf"), &blob, "--precision f32").text();
    let output = scratch.path("w.npy");
    let to_file = format!("--output {}", output.display());
    transform(&blob, &matrix, &to_file).text();
    let found = read_matrix::<f64>(&output).unwrap();
    let bytes = fs::read(&blob).unwrap();
    let row = SparseRow::new(&[1, 4], &[3.0, 1.0]).unwrap();
    for (j, x) in on_device("nmf", &bytes, &row, &[]).into_iter().enumerate() {
        assert_eq!(f64::from(x), found.at(1, j));
    }

    let ratings = scratch.csv("ratings.csv", &positive());
    let items = scratch.path("items");
    factorize_to(&ratings, &items, "--method completion --rank 2").text();
    export(&items, &blob, "--precision f32").text();
    let line = "5,NA,NA,NA,NA,9,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA\n";
    let user = scratch.text("user.csv", line.repeat(2));
    transform(&blob, &user, &format!("--missing nan {to_file}")).text();
    let found = read_matrix::<f64>(&output).unwrap();
    let bytes = fs::read(&blob).unwrap();
    let (mut w, mut room) = ([0.0; 2], [0.0; 15]);
    let row = SparseRow::new(&[0, 5], &[5.0, 9.0]).unwrap();
    let model = CompletionView::parse(&bytes).unwrap();
    let bias = model.fold_in(&row, &mut w, &mut room).unwrap();
    let expected = [w[0], w[1], bias].map(f64::from);
    assert_eq!([0, 1, 2].map(|j| found.at(0, j)), expected);

    let folder = scratch.path("topics");
    topics(["--topics", "3", "--output", folder.to_str().unwrap()]).text();
    export(&folder, &blob, "--bytes 8k").text();
    let lines = scratch.text("lines.txt", "A telescope, the moon\nbread in the oven\n");
    transform(&blob, &lines, &to_file).text();
    let found = read_matrix::<f64>(&output).unwrap();
    let bytes = fs::read(&blob).unwrap();
    let model = NmfView::parse(&bytes).unwrap();
    let mut terms = [(0, 0.0); 9];
    let row = model.words().unwrap();
    let row = row.row(b"bread in the oven", &mut terms).unwrap();
    for (j, x) in on_device("nmf", &bytes, &row, &[]).into_iter().enumerate() {
        assert_eq!(f64::from(x), found.at(1, j));
    }
    export(&folder, &blob, "--by-index").text();
    let line = transform(&blob, &lines, "").failure();
    assert!(line.contains("export it without --by-index"), "{line}");
    // The advice works.
    export(&folder, &blob, "").text();
    transform(&blob, &lines, "").text();
}

#[test]
fn what_no_device_takes_is_refused_in_one_line() {
    let scratch = Scratch::new();
    let matrix = scratch.csv("a.csv", &positive());
    let blob = scratch.path("model.lrm");
    factorize_to(&matrix, &scratch.path("nmf"), "--rank 3").text();
    export(&scratch.path("nmf"), &blob, "").text();
    let bytes = fs::read(&blob).unwrap();
    let mut newer = bytes.clone();
    newer[4] = 2;
    let mut changed = bytes.clone();
    changed[99] ^= 1;
    let mut turned = bytes.clone();
    turned[..4].reverse();
    for (broken, said) in [
        (&newer[..], "version 2"),
        (&changed, "checksum"),
        (&turned, "big-endian"),
        (&bytes[..70], "70"),
        (b"", "0"),
        (b"i, am, a, table\n", "no model"),
    ] {
        let path = scratch.text("broken.lrm", broken);
        let line = transform(&path, &matrix, "").failure();
        assert!(
            line.contains(said) && line.contains("bytes that lowrank export wrote"),
            "{line}"
        );
    }
    let narrow = scratch.text("narrow.csv", "1,2,3\n4,5,6\n");
    let line = transform(&blob, &narrow, "").failure();
    assert!(line.contains("3 columns, and the model has 20"), "{line}");
    let negative = scratch.csv(
        "negative.csv",
        &DenseMatrix::from_fn(3, 20, |i, j| 1.5 - (i * j) as f64),
    );
    let line = transform(&blob, &negative, "").failure();
    assert!(line.contains("negative.csv: row 2: "), "{line}");
    let gaps = scratch.text(
        "gaps.csv",
        ",1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\n".repeat(2),
    );
    let line = transform(&blob, &gaps, "--missing nan").failure();
    assert!(line.contains("a device takes whole rows"), "{line}");
    for options in ["--absent zero", "--triples a,b,c"] {
        let said = transform(&blob, &matrix, options).refusal();
        assert!(said.contains("belong to the folder of a model"), "{said}");
    }
}

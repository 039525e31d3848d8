//! Kept models on the host, and the same ones as a device has them.

use lowrank::core::completion::Biases;
use lowrank::method::{Method, Options};
use lowrank::{DenseMatrix, Matrix};
use lowrank_core::model::{CompletionView, Encoding, NmfView, PcaView, SparseRow, SvdView};
use lowrank_files::device_model::{Blob, DeviceModel, Error, Export, TermLimit, source};
use lowrank_files::model_folder::ModelFolder;
use lowrank_files::stored_model::{Description, StoredModel, write_factors};
use lowrank_validate::Matrix as Made;
use std::path::Path;

/// A matrix of rank six and some noise, without negative entries.
fn matrix() -> DenseMatrix<f64> {
    let (w, h) = (
        Made::<f64>::gaussian(40, 6, 1),
        Made::<f64>::gaussian(6, 25, 2),
    );
    let noise = Made::<f64>::gaussian(40, 25, 3);
    let product = w.times(&h);
    DenseMatrix::from_fn(40, 25, |i, j| {
        (product.at(i, j) + 0.1 * noise.at(i, j)).abs()
    })
}

/// Factors the matrix, and keeps the model in a folder.
fn keep(method: Method, folder: &Path, change: impl FnOnce(&mut Options)) -> DenseMatrix<f64> {
    let a = matrix();
    let mut options = Options {
        method,
        rank: Some(4),
        ..Options::default()
    };
    change(&mut options);
    let found = options.settings().unwrap().fit(&a).unwrap();
    let mut kept = ModelFolder::create(folder, true).unwrap();
    write_factors(&found.factors, &mut kept).unwrap();
    let description = Description::new(&found).to_json();
    kept.write("model.json", description.as_bytes()).unwrap();
    kept.commit().unwrap();
    a
}

fn blob(folder: &Path, encoding: Encoding) -> Blob {
    let terms = TermLimit::All;
    let model = DeviceModel::read(folder, &[]).unwrap();
    model.blob(&Export { encoding, terms }, None).unwrap()
}

/// The largest difference of the rows that a device finds from those of transform, over the largest number.
fn difference(
    folder: &Path,
    a: &DenseMatrix<f64>,
    mut on_device: impl FnMut(&[f32], &mut [f32; 4]),
) -> f64 {
    let host = StoredModel::read(folder).unwrap();
    let expected = host.transform(Matrix::Dense(a)).unwrap().weights;
    let largest = expected
        .as_slice()
        .iter()
        .fold(0.0, |most: f64, x| most.max(x.abs()));
    let mut most: f64 = 0.0;
    for i in 0..a.nrows() {
        let row: Vec<f32> = (0..a.ncols()).map(|j| a.at(i, j) as f32).collect();
        let mut w = [0.0; 4];
        on_device(&row, &mut w);
        for (j, w) in w.into_iter().enumerate() {
            most = most.max((f64::from(w) - expected.at(i, j)).abs());
        }
    }
    most / largest
}

/// Differences that a precision may make: rounding, and the steps of its numbers.
const TOLERANCES: [(Encoding, f64); 3] = [
    (Encoding::Single, 2e-5),
    (Encoding::SixteenBits, 2e-3),
    (Encoding::Root, 0.2),
];

#[test]
fn a_device_finds_the_weights_of_transform() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("model");
    let penalties = |options: &mut Options| {
        options.l1 = Some((0.1, 0.0));
        options.l2 = Some((0.2, 0.0));
    };
    for penalised in [false, true] {
        let a = keep(Method::Nmf, &folder, |options| {
            options.tolerance = Some(1e-9);
            if penalised {
                penalties(options);
            }
        });
        for (encoding, tolerance) in TOLERANCES {
            let blob = blob(&folder, encoding);
            let model = NmfView::parse(&blob.bytes).unwrap();
            let found = difference(&folder, &a, |row, w| {
                model.fold_in(row, 10_000, w).map(drop).unwrap();
            });
            // The host stops where ten iterations gain little.
            assert!(
                found < tolerance + 1e-3,
                "{encoding:?} {penalised}: {found}"
            );
        }
    }
}

#[test]
fn a_device_finds_the_projections_and_scores_of_transform() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("model");
    let a = keep(Method::Svd, &folder, |_| ());
    for (encoding, tolerance) in TOLERANCES {
        let blob = blob(&folder, encoding);
        let model = SvdView::parse(&blob.bytes).unwrap();
        let found = difference(&folder, &a, |row, p| {
            model.project(row, p).map(drop).unwrap();
        });
        assert!(found < tolerance, "svd {encoding:?}: {found}");
    }
    for scale in [false, true] {
        let a = keep(Method::Pca, &folder, |options| options.scale = scale);
        for (encoding, tolerance) in TOLERANCES {
            let blob = blob(&folder, encoding);
            let model = PcaView::parse(&blob.bytes).unwrap();
            let found = difference(&folder, &a, |row, p| {
                model.project(row, p).map(drop).unwrap();
            });
            assert!(found < tolerance, "pca {scale} {encoding:?}: {found}");
        }
    }
}

#[test]
fn a_device_predicts_the_ratings_of_a_known_user() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("model");
    // Converged: folding in a row of the training gives its own weights.
    let a = keep(Method::Completion, &folder, |options| {
        options.rank = Some(2);
        options.tolerance = Some(0.0);
        options.iterations = Some(500);
    });
    let blob = blob(&folder, Encoding::Single);
    let model = CompletionView::parse(&blob.bytes).unwrap();
    let w = lowrank_files::model_folder::read_matrix::<f64>(&folder.join("w.npy")).unwrap();
    let h = lowrank_files::model_folder::read_matrix::<f64>(&folder.join("h.npy")).unwrap();
    let row = |name: &str| {
        let row = lowrank_files::model_folder::read_matrix::<f64>(&folder.join(name)).unwrap();
        row.into_vec()
    };
    let (of_rows, of_columns, mean) = (
        row("row_biases.npy"),
        row("column_biases.npy"),
        row("mean.npy")[0],
    );
    let items: Vec<u32> = (0..25).collect();
    for (i, of_row) in of_rows.iter().enumerate() {
        let ratings: Vec<f32> = (0..25).map(|j| a.at(i, j) as f32).collect();
        let known = SparseRow::new(&items, &ratings).unwrap();
        let (mut user, mut scratch) = ([0.0; 2], [0.0; 15]);
        let bias = model.fold_in(&known, &mut user, &mut scratch).unwrap();
        for (j, of_column) in of_columns.iter().enumerate() {
            let product: f64 = (0..2).map(|k| w.at(i, k) * h.at(j, k)).sum();
            let expected = mean + of_row + of_column + product;
            let found = f64::from(model.predict(j, &user, bias).unwrap());
            assert!(
                (found - expected).abs() < 1e-3,
                "{i} {j}: {found} {expected}"
            );
        }
    }
}

#[test]
fn models_that_no_device_has_are_refused() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("model");
    keep(Method::Nmf, &folder, |options| {
        options.loss = Some(lowrank::nmf::Loss::KullbackLeibler);
    });
    let refused = DeviceModel::read(&folder, &[]).unwrap_err();
    assert!(
        matches!(refused, Error::Loss { beta } if beta == 1.0),
        "{refused}"
    );
    keep(Method::Chain, &folder, |options| {
        options.rank = None;
        options.ranks = vec![5, 3];
    });
    let refused = DeviceModel::read(&folder, &[]).unwrap_err();
    assert!(matches!(refused, Error::Chain), "{refused}");
    let with = |biases| move |options: &mut Options| options.biases = Some(biases);
    keep(Method::Completion, &folder, with(Biases::Columns));
    let refused = DeviceModel::read(&folder, &[]).unwrap_err();
    assert!(matches!(refused, Error::ColumnBiases), "{refused}");
    for biases in [Biases::None, Biases::Rows, Biases::Both] {
        keep(Method::Completion, &folder, with(biases));
        DeviceModel::read(&folder, &[]).unwrap();
    }
    keep(Method::Svd, &folder, |_| ());
    let model = DeviceModel::read(&folder, &[]).unwrap();
    for terms in [
        TermLimit::Count(3),
        TermLimit::Bytes(4000),
        TermLimit::ByIndex,
    ] {
        let encoding = Encoding::Single;
        let refused = model.blob(&Export { encoding, terms }, None).unwrap_err();
        assert!(matches!(refused, Error::NoTerms), "{refused}");
    }
}

#[test]
fn source_code_holds_the_same_bytes() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = scratch.path().join("model");
    keep(Method::Pca, &folder, |_| ());
    let model = DeviceModel::read(&folder, &[]).unwrap();
    let blob = blob(&folder, Encoding::SixteenBits);
    for (name, rust_name, c_name) in [
        ("pump", "PUMP_MODEL", "pump_model"),
        ("a model", "A_MODEL", "a_model"),
        ("int", "INT_MODEL", "int_model"),
        ("7-up", "LOWRANK_7_UP_MODEL", "lowrank_7_up_model"),
        ("", "LOWRANK__MODEL", "lowrank__model"),
    ] {
        let rust = source::rust(name, &model, &blob);
        assert!(
            rust.contains(&format!(
                "pub static {rust_name}: [u8; {rust_name}_LEN] = ["
            )),
            "{rust}"
        );
        assert!(rust.contains(&format!("{rust_name}_LEN: usize = {};", blob.bytes.len())));
        let c = source::c(name, &model, &blob);
        assert!(
            c.contains(&format!("static const unsigned char {c_name}[")),
            "{c}"
        );
        for text in [rust, c] {
            let of_hex = |part: &str| u8::from_str_radix(part.get(..2).unwrap(), 16).unwrap();
            let bytes: Vec<u8> = text.split("0x").skip(1).map(of_hex).collect();
            assert_eq!(bytes, blob.bytes);
            assert!(
                text.lines()
                    .next()
                    .unwrap()
                    .contains("pca of 40 x 25, rank 4"),
                "{text}"
            );
        }
    }
}

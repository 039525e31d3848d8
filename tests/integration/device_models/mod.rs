//! Models for microcontrollers: those of an independent writer, broken ones, and those of kept models.

mod agreement;
mod golden;
mod refusals;

use lowrank_core::model::{CompletionView, ModelError, NmfView, PcaView, Row, SparseRow, SvdView};
use serde_json::Value;

/// Models of version 1, by tests/golden/device_models.py.
pub struct Case {
    pub name: String,
    pub method: String,
    pub encoding: String,
    pub blob: Vec<u8>,
    pub of_texts: bool,
    pub rows: Vec<Value>,
    pub thresholds: Option<Vec<f64>>,
}

pub fn cases() -> Vec<Case> {
    let cases: Value =
        serde_json::from_str(include_str!("../../golden/device_models.json")).unwrap();
    let cases = cases.as_array().unwrap().iter().enumerate();
    cases
        .map(|(place, case)| {
            let text = |name: &str| case[name].as_str().unwrap().to_owned();
            Case {
                name: format!("{place}: {} {}", text("method"), text("encoding")),
                method: text("method"),
                encoding: text("encoding"),
                blob: bytes(&text("blob")),
                of_texts: case["texts"] == true,
                rows: case["rows"].as_array().unwrap().clone(),
                thresholds: case["thresholds"]
                    .is_array()
                    .then(|| numbers(&case["thresholds"])),
            }
        })
        .collect()
}

pub fn numbers(list: &Value) -> Vec<f64> {
    let list = list.as_array().unwrap();
    list.iter().map(|x| x.as_f64().unwrap()).collect()
}

pub fn singles(list: &Value) -> Vec<f32> {
    numbers(list).into_iter().map(|x| x as f32).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.map(byte).collect()
}

/// Reads a model by every view, with its checksum or without; the error of the one that came farthest.
pub fn parse(blob: &[u8], is_checked: bool) -> Result<(), ModelError> {
    let views = [of_nmf, of_svd, of_pca, of_completion].map(|view| view(blob, is_checked));
    let read = views.iter().find(|view| **view != Err(ModelError::Method));
    *read.unwrap_or(&Err(ModelError::Method))
}

const LINE: &[u8] = b"the moon, an orbit: bread and 42nd oven \xff\xfe moon";

/// Calls all that a view has; what broken numbers give is not looked at.
fn of_nmf(blob: &[u8], is_checked: bool) -> Result<(), ModelError> {
    let model = match is_checked {
        true => NmfView::parse(blob)?,
        false => NmfView::parse_without_checksum(blob)?,
    };
    let (n, k) = model.shape();
    let (mut w, mut scratch) = (vec![0.0; k], vec![0.0; k]);
    for_rows(n, |row| {
        let _ = model.fold_in_with(row, 3, &mut w, &mut scratch);
    });
    for_sparse(|row| {
        let _ = model.fold_in_with(row, 3, &mut w, &mut scratch);
    });
    if let Ok(words) = model.words() {
        let mut terms = [(0, 0.0); 8];
        if let Ok(row) = words.row(LINE, &mut terms) {
            let _ = model.fold_in_with(&row, 3, &mut w, &mut scratch);
        }
        let _ = words.weigh(&mut [(0, 1.0), (u32::MAX, 2.0)]);
    }
    let _ = model.reconstruct(&w, &mut vec![0.0; n]);
    let _ = model.thresholds().at(0.99);
    Ok(())
}

fn of_svd(blob: &[u8], is_checked: bool) -> Result<(), ModelError> {
    let model = match is_checked {
        true => SvdView::parse(blob)?,
        false => SvdView::parse_without_checksum(blob)?,
    };
    let (n, k) = model.shape();
    let mut p = vec![0.0; k];
    for_rows(n, |row| {
        let _ = model.project(row, &mut p);
    });
    for_sparse(|row| {
        let _ = model.project(row, &mut p);
    });
    let _ = model.reconstruct(&p, &mut vec![0.0; n]);
    Ok(())
}

fn of_pca(blob: &[u8], is_checked: bool) -> Result<(), ModelError> {
    let model = match is_checked {
        true => PcaView::parse(blob)?,
        false => PcaView::parse_without_checksum(blob)?,
    };
    let (n, k) = model.shape();
    let mut p = vec![0.0; k];
    for_rows(n, |row| {
        let _ = model.project(row, &mut p);
    });
    let _ = model.reconstruct(&p, &mut vec![0.0; n]);
    Ok(())
}

fn of_completion(blob: &[u8], is_checked: bool) -> Result<(), ModelError> {
    let model = match is_checked {
        true => CompletionView::parse(blob)?,
        false => CompletionView::parse_without_checksum(blob)?,
    };
    let (_, k) = model.shape();
    let mut w = vec![0.0; k];
    let mut scratch = vec![0.0; (k + 1) * (k + 3)];
    for_sparse(|row| {
        let _ = model.fold_in(row, &mut w, &mut scratch);
    });
    let _ = model.predict(1, &w, 0.0);
    Ok(())
}

fn for_rows(n: usize, mut visit: impl FnMut(&[f32])) {
    for x in [0.0, 1.0, -1.0, 1e30, f32::NAN] {
        visit(&vec![x; n]);
    }
    visit(&[]);
}

fn for_sparse(mut visit: impl FnMut(&SparseRow<'_>)) {
    for (index, x) in [
        (0, 1.0),
        (3, 2.0),
        (u32::MAX, 1.0),
        (1, f32::INFINITY),
        (0, -1.0),
    ] {
        visit(&SparseRow::new(&[index, 0], &[x, 0.5]).unwrap());
    }
}

/// Checks that a row type can be named outside of core.
fn _is_row(row: &impl Row) -> Result<(), ModelError> {
    row.check(1)
}

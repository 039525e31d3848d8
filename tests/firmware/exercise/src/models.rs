//! Models in flash: whole ones, broken ones, and rows that do not fit.

use crate::fill;
use crate::hash::Hash;
use core::fmt::Write;
use core::hint::black_box;
use lowrank_core::model::{
    AnyModel, CompletionView, Method, ModelError, NmfView, PcaView, Row, SparseRow, SvdView, crc32,
    key, keys,
};
use lowrank_core::random::Distribution;

// From tests/golden/device_models.json.
const PARTS: &[u8] = include_bytes!("../models/parts.lrm");
const TOPICS: &[u8] = include_bytes!("../models/topics.lrm");
const SVD: &[u8] = include_bytes!("../models/svd.lrm");
const PCA: &[u8] = include_bytes!("../models/pca.lrm");
const ITEMS: &[u8] = include_bytes!("../models/items.lrm");

const LINES: [&[u8]; 4] = [
    b"The moon, and the ORBIT of the Moon!",
    b"bread\toven x_1 42nd 42nd",
    b"nothing known",
    b"",
];

/// The most columns, and the most components.
const N: usize = 11;
const K: usize = 4;

#[inline(never)]
pub fn models(seed: u64, hash: &mut Hash) {
    for model in black_box([PARTS, TOPICS, SVD, PCA, ITEMS]) {
        hash.word(u64::from(crc32(model)));
        let all = of_model(model, seed, hash);
        told(all, hash);
        for length in black_box([0, 3, 11, 55, 60]) {
            let cut = model.get(..length).unwrap_or_default();
            told(of_model(cut, seed, hash), hash);
        }
        broken(model, seed, hash);
    }
    for line in black_box(LINES) {
        hash.word(u64::from(key(line)));
        for key in keys(line) {
            hash.word(u64::from(key));
        }
    }
}

/// Changes bytes, of which the checksum would tell.
fn broken(model: &[u8], seed: u64, hash: &mut Hash) {
    let mut copy = [0; 320];
    let copy = copy.get_mut(..model.len()).unwrap_or_default();
    for (place, byte) in black_box([
        (0, 0),
        (4, 2),
        (8, 7),
        (16, 9),
        (20, 0xFF),
        (24, 3),
        (70, 0xFF),
    ]) {
        for (to, from) in copy.iter_mut().zip(model) {
            *to = *from;
        }
        if let Some(at) = copy.get_mut(place) {
            *at = byte;
        }
        told(of_model(copy, seed, hash), hash);
        told(NmfView::parse_without_checksum(copy).map(drop), hash);
        told(SvdView::parse_without_checksum(copy).map(drop), hash);
        told(PcaView::parse_without_checksum(copy).map(drop), hash);
        told(CompletionView::parse_without_checksum(copy).map(drop), hash);
    }
}

fn of_model(model: &[u8], seed: u64, hash: &mut Hash) -> Result<(), ModelError> {
    match AnyModel::parse(model)?.method {
        Method::Nmf => nmf(&NmfView::parse(model)?, seed, hash),
        Method::Svd => svd(&SvdView::parse(model)?, seed, hash),
        Method::Pca => pca(&PcaView::parse(model)?, seed, hash),
        Method::Completion => completion(&CompletionView::parse(model)?, hash),
    }
}

#[inline(never)]
fn nmf(model: &NmfView<'_>, seed: u64, hash: &mut Hash) -> Result<(), ModelError> {
    let (n, k) = model.shape();
    let (mut x, mut w, mut scratch) = ([0.0; N], [0.0; K], [0.0; K]);
    fill(&mut x, Distribution::HalfGaussian, seed, 1);
    let x = x.get_mut(..n).unwrap_or_default();
    let w = w.get_mut(..k).unwrap_or_default();
    let scratch = scratch.get_mut(..k).unwrap_or_default();
    rows(x, hash, |row, hash| {
        let found = model.fold_in_with(row, black_box(7), w, scratch);
        told_weights(found, w, hash);
    });
    sparse_rows(hash, |row, hash| {
        let found = model.fold_in_with(row, black_box(7), w, scratch);
        told_weights(found, w, hash);
        let mut fixed = [0.0; 3];
        told_weights(model.fold_in(row, black_box(3), &mut fixed), &fixed, hash);
    });
    told(model.reconstruct(w, x), hash);
    hash.slice::<f32>(x);
    for share in black_box([0.5, 0.95, 2.0]) {
        hash.scalar::<f32>(model.thresholds().at(share).unwrap_or(-1.0));
    }
    let words = model.words()?;
    hash.size(words.terms());
    for (line, room) in black_box([(0, 8), (1, 8), (1, 2), (2, 0), (3, 0)]) {
        let mut terms = [(0, 0.0); 8];
        let terms = terms.get_mut(..room).unwrap_or_default();
        let line = LINES.get(line).copied().unwrap_or_default();
        match words.row(line, terms) {
            Ok(row) => {
                for (term, x) in row.terms() {
                    hash.word(u64::from(*term));
                    hash.scalar(*x);
                }
                told_weights(model.fold_in_with(&row, 7, w, scratch), w, hash);
            }
            Err(error) => told(Err(error), hash),
        }
    }
    for counts in black_box([
        [(0, 1.0), (6, 2.0)],
        [(7, 1.0), (0, 1.0)],
        [(0, f32::NAN), (1, 1.0)],
    ]) {
        let mut terms = counts;
        told(words.weigh(&mut terms).map(drop), hash);
    }
    Ok(())
}

#[inline(never)]
fn svd(model: &SvdView<'_>, seed: u64, hash: &mut Hash) -> Result<(), ModelError> {
    let (n, k) = model.shape();
    let (mut x, mut p) = ([0.0; N], [0.0; K]);
    fill(&mut x, Distribution::Gaussian, seed, 0);
    let x = x.get_mut(..n).unwrap_or_default();
    let p = p.get_mut(..k).unwrap_or_default();
    rows(x, hash, |row, hash| {
        told_weights(model.project(row, p), p, hash)
    });
    sparse_rows(hash, |row, hash| {
        told_weights(model.project(row, p), p, hash)
    });
    told(model.reconstruct(p, x), hash);
    hash.slice::<f32>(x);
    hash.scalar::<f32>(model.thresholds().at(black_box(0.9)).unwrap_or(-1.0));
    told(model.words().map(drop), hash);
    Ok(())
}

#[inline(never)]
fn pca(model: &PcaView<'_>, seed: u64, hash: &mut Hash) -> Result<(), ModelError> {
    let (n, k) = model.shape();
    let (mut x, mut p) = ([0.0; N], [0.0; K]);
    fill(&mut x, Distribution::Gaussian, seed, 0);
    let x = x.get_mut(..n).unwrap_or_default();
    let p = p.get_mut(..k).unwrap_or_default();
    rows(x, hash, |row, hash| {
        told_weights(model.project(row, p), p, hash)
    });
    told(model.reconstruct(p, x), hash);
    hash.slice::<f32>(x);
    hash.scalar::<f32>(model.thresholds().at(black_box(0.9)).unwrap_or(-1.0));
    Ok(())
}

#[inline(never)]
fn completion(model: &CompletionView<'_>, hash: &mut Hash) -> Result<(), ModelError> {
    let (n, k) = model.shape();
    let (mut w, mut scratch) = ([0.0; K], [0.0; 35]);
    let w = w.get_mut(..k).unwrap_or_default();
    hash.size(n);
    sparse_rows(hash, |row, hash| {
        let bias = model.fold_in(row, w, &mut scratch);
        told_weights(bias, w, hash);
        for item in black_box([0, 9, 0xFFFF_FFFF]) {
            told_weights(model.predict(item, w, bias.unwrap_or(0.0)), &[], hash);
        }
    });
    told_weights(model.fold_in(&[1.0; 3], w, &mut []), &[], hash);
    Ok(())
}

/// The row itself, with entries that are refused, and one that is too short.
fn rows(x: &[f32], hash: &mut Hash, mut visit: impl FnMut(&[f32], &mut Hash)) {
    visit(x, hash);
    visit(x.get(1..).unwrap_or_default(), hash);
    let mut row = [0.0; N];
    let row = row.get_mut(..x.len()).unwrap_or_default();
    for other in black_box([f32::NAN, -2.0, 1e30, 0.0]) {
        for (to, from) in row.iter_mut().zip(x) {
            *to = *from;
        }
        if let Some(last) = row.last_mut() {
            *last = other;
        }
        visit(row, hash);
    }
}

fn sparse_rows(hash: &mut Hash, mut visit: impl FnMut(&SparseRow<'_>, &mut Hash)) {
    for (index, x) in black_box([
        (0, 1.5),
        (6, 0.5),
        (u32::MAX, 1.0),
        (2, f32::INFINITY),
        (1, -1.0),
    ]) {
        match SparseRow::new(&[3, index], &[2.0, x]) {
            Ok(row) => visit(&row, hash),
            Err(error) => told(Err(error), hash),
        }
    }
    told(SparseRow::new(black_box(&[1, 2]), &[1.0]).map(drop), hash);
    told([1.0].check(black_box(2)), hash);
}

fn told_weights(residual: Result<f32, ModelError>, w: &[f32], hash: &mut Hash) {
    hash.scalar(residual.unwrap_or(-1.0));
    hash.slice(w);
    told(residual.map(drop), hash);
}

fn told(outcome: Result<(), ModelError>, hash: &mut Hash) {
    match outcome {
        Ok(()) => hash.word(0),
        // The text says all that there is.
        Err(error) => {
            let _ = write!(hash, "{error}");
        }
    }
}

//! Models and sketches for devices, of any bytes: as they are, or with the length and the checksum that they should
//! have.

use lowrank_core::model::{
    CompletionView, ModelError, NmfView, PcaView, SparseRow, SvdView, crc32,
};
use lowrank_core::sketch::SketchView;

/// Bytes before those that the checksum covers, and the places of the length and of the checksum.
const PREFIX: usize = 16;
const LENGTH: std::ops::Range<usize> = 8..12;
const CHECKSUM: std::ops::Range<usize> = 12..16;

/// The most numbers of a row: a model of few bytes may claim more columns, but has not the bytes for them.
const LONGEST: usize = 4096;

pub fn run(bytes: &[u8]) {
    let Some((&choice, bytes)) = bytes.split_first() else {
        return;
    };
    let (line, model) = bytes.split_at(bytes.len().min(usize::from(choice / 2) % 24));
    let mut model = model.to_vec();
    if choice % 2 == 1 && model.len() >= PREFIX {
        let length = model.len() as u32;
        model[LENGTH].copy_from_slice(&length.to_le_bytes());
        let checksum = crc32(&model[PREFIX..]);
        model[CHECKSUM].copy_from_slice(&checksum.to_le_bytes());
    }
    let read = [
        nmf(&model, line),
        svd(&model),
        pca(&model),
        completion(&model),
        sketch(&model),
    ];
    let accepted = read.iter().filter(|read| read.is_ok()).count();
    assert!(accepted <= 1, "a model of several methods");
    if accepted == 1 {
        let length = u32::from_le_bytes(model[LENGTH].try_into().unwrap()) as usize;
        let checksum = u32::from_le_bytes(model[CHECKSUM].try_into().unwrap());
        assert_eq!(crc32(&model[PREFIX..length]), checksum);
    }
}

fn rows(n: usize) -> impl Iterator<Item = Vec<f32>> {
    let numbers = [0.0, 1.0, -1.0, 1e30, f32::NAN];
    numbers.into_iter().map(move |x| vec![x; n.min(LONGEST)])
}

fn sparse_rows() -> impl Iterator<Item = ([u32; 2], [f32; 2])> {
    [(0, 1.0), (3, 2.0), (u32::MAX, 1.0), (1, f32::INFINITY)]
        .into_iter()
        .map(|(index, x)| ([index, 0], [x, 0.5]))
}

/// Checks the residual of a row that was taken: it is no number only if the model has none.
fn nmf(bytes: &[u8], line: &[u8]) -> Result<(), ModelError> {
    let checked = NmfView::parse(bytes);
    let model = NmfView::parse_without_checksum(bytes)?;
    let (n, k) = model.shape();
    let (mut w, mut scratch) = (vec![0.0; k], vec![0.0; k]);
    for row in rows(n) {
        if model
            .fold_in_with(row.as_slice(), 3, &mut w, &mut scratch)
            .is_ok()
        {
            assert!(w.iter().all(|w| *w >= 0.0 || w.is_nan()), "{w:?}");
        }
    }
    for (indices, values) in sparse_rows() {
        let row = SparseRow::new(&indices, &values).unwrap();
        let _ = model.fold_in_with(&row, 3, &mut w, &mut scratch);
    }
    if let Ok(words) = model.words() {
        for room in [0, 3, 24] {
            let mut terms = vec![(0, 0.0); room];
            if let Ok(row) = words.row(line, &mut terms) {
                assert!(row.terms().len() <= room);
                assert!(row.terms().iter().all(|(term, _)| (*term as usize) < n));
                let _ = model.fold_in_with(&row, 3, &mut w, &mut scratch);
            }
        }
        let _ = words.weigh(&mut [(0, 1.0), (5, 2.0)]);
    }
    let _ = model.reconstruct(&w, &mut vec![0.0; n.min(LONGEST)]);
    let _ = model.thresholds().at(0.9);
    checked.map(drop)
}

fn svd(bytes: &[u8]) -> Result<(), ModelError> {
    let checked = SvdView::parse(bytes);
    let model = SvdView::parse_without_checksum(bytes)?;
    let (n, k) = model.shape();
    let mut p = vec![0.0; k];
    for row in rows(n) {
        let _ = model.project(row.as_slice(), &mut p);
    }
    for (indices, values) in sparse_rows() {
        let _ = model.project(&SparseRow::new(&indices, &values).unwrap(), &mut p);
    }
    let _ = model.reconstruct(&p, &mut vec![0.0; n.min(LONGEST)]);
    checked.map(drop)
}

fn pca(bytes: &[u8]) -> Result<(), ModelError> {
    let checked = PcaView::parse(bytes);
    let model = PcaView::parse_without_checksum(bytes)?;
    let (n, k) = model.shape();
    let mut p = vec![0.0; k];
    for row in rows(n) {
        let _ = model.project(&row, &mut p);
    }
    let _ = model.reconstruct(&p, &mut vec![0.0; n.min(LONGEST)]);
    checked.map(drop)
}

fn completion(bytes: &[u8]) -> Result<(), ModelError> {
    let checked = CompletionView::parse(bytes);
    let model = CompletionView::parse_without_checksum(bytes)?;
    let (_, k) = model.shape();
    let mut w = vec![0.0; k];
    let mut scratch = vec![0.0; (k + 1) * (k + 3)];
    for (indices, values) in sparse_rows() {
        let row = SparseRow::new(&indices, &values).unwrap();
        let _ = model.fold_in(&row, &mut w, &mut scratch);
    }
    let _ = model.predict(1, &w, 0.5);
    checked.map(drop)
}

fn sketch(bytes: &[u8]) -> Result<(), ModelError> {
    let sketch = SketchView::parse(bytes)?;
    assert_eq!(sketch.rows().count() % sketch.ncols(), 0);
    assert_eq!(sketch.means().count(), sketch.ncols());
    Ok(())
}

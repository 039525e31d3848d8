//! A row in a model that was trained elsewhere.

use crate::size;
use core::hint::black_box;
use lowrank_core::model::ModelError;

const N: usize = 9;
const K: usize = 3;

static mut MODEL: [u8; 220] = [0; 220];
static mut ROW: [f32; N] = [0.0; N];
static mut WEIGHTS: [f32; 2 * K] = [0.0; 2 * K];
static mut RESIDUAL: f32 = 0.0;

/// Returns the model, the row and the place of the result.
fn memory() -> (&'static [u8], &'static [f32], &'static mut [f32]) {
    // SAFETY: called once, by `main`.
    unsafe {
        (
            black_box(&*(&raw const MODEL)).as_slice(),
            black_box(&*(&raw const ROW)).as_slice(),
            (&mut *(&raw mut WEIGHTS)).as_mut_slice(),
        )
    }
}

fn tell(residual: f32) {
    // SAFETY: nothing else uses it.
    unsafe { (&raw mut RESIDUAL).write_volatile(residual) };
}

#[cfg(feature = "fold-in")]
pub fn fold_in() -> Result<(), ModelError> {
    let (model, row, weights) = memory();
    let (w, scratch) = weights.split_at_mut_checked(size(K)).unwrap_or_default();
    let model = lowrank_core::model::NmfView::parse(model)?;
    let row = row.get(..size(N)).unwrap_or_default();
    tell(model.fold_in_with(row, black_box(20), w, scratch)?);
    Ok(())
}

#[cfg(feature = "pca")]
pub fn pca() -> Result<(), ModelError> {
    let (model, row, weights) = memory();
    let scores = weights.get_mut(..size(K)).unwrap_or_default();
    let model = lowrank_core::model::PcaView::parse(model)?;
    let row = row.get(..size(N)).unwrap_or_default();
    tell(model.project(row, scores)?);
    Ok(())
}

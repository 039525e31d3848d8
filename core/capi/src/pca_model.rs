//! The scores of a row on principal axes that were found elsewhere.

use crate::memory::{Buffer, View, lend};
use crate::model::Model;
use crate::status::LowrankStatus;
use lowrank_core::model::PcaView;

/// Computes the scores of a row on the principal axes: p = (x - m) V, of columns divided by their deviations where the
/// model was scaled.
///
/// - `row`: n numbers.
/// - `scores`: k numbers.
/// - `residual`: ||x - m - p V^T||, with an error of about 3e-4 ||x - m||: how unlike the training rows x is.
///
/// Costs 2 n k.
///
/// # Safety
/// As for lowrank_model_open; the bytes of the model are as they were then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_pca_project(
    model: Model,
    row: View<f32>,
    scores: Buffer<f32>,
    residual: *mut f32,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe {
        lend(|memory| {
            let model = PcaView::parse_without_checksum(model.lent(memory)?)?;
            let row = memory.input(row, row.length)?;
            let scores = memory.output(scores, model.shape().1)?;
            let residual = memory.place(residual)?;
            residual.set(model.project(row, scores)?);
            Ok(())
        })
    }
}

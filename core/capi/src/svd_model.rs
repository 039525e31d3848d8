//! The projection of a row on singular vectors that were found elsewhere.

use crate::memory::{Buffer, View, lend};
use crate::model::Model;
use crate::nmf_model::SparseRow;
use crate::status::LowrankStatus;
use lowrank_core::model::SvdView;

/// Computes the projection of a row on the right singular vectors: p = x V.
///
/// - `row`: n numbers.
/// - `projection`: k numbers.
/// - `residual`: ||x - p V^T||, with an error of about 3e-4 ||x||.
///
/// Costs 2 n k.
///
/// # Safety
/// As for lowrank_model_open; the bytes of the model are as they were then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_svd_project(
    model: Model,
    row: View<f32>,
    projection: Buffer<f32>,
    residual: *mut f32,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe {
        lend(|memory| {
            let model = SvdView::parse_without_checksum(model.lent(memory)?)?;
            let row = memory.input(row, row.length)?;
            let projection = memory.output(projection, model.shape().1)?;
            let residual = memory.place(residual)?;
            residual.set(model.project(row, projection)?);
            Ok(())
        })
    }
}

/// Computes lowrank_svd_project of a row by its nonzeros, at 2 k for each.
///
/// # Safety
/// As for lowrank_svd_project.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_svd_project_sparse(
    model: Model,
    row: SparseRow,
    projection: Buffer<f32>,
    residual: *mut f32,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe {
        lend(|memory| {
            let model = SvdView::parse_without_checksum(model.lent(memory)?)?;
            let row = row.lent(memory)?;
            let projection = memory.output(projection, model.shape().1)?;
            let residual = memory.place(residual)?;
            residual.set(model.project(&row, projection)?);
            Ok(())
        })
    }
}

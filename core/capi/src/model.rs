//! Models that were trained elsewhere: opened once, and read in place.

use crate::memory::{Buffer, Memory, View, lend};
use crate::seal::seal;
use crate::status::LowrankStatus as Status;
use crate::status::LowrankStatus;
use lowrank_core::model::{AnyModel, Method, ModelError, NmfView, PcaView, SvdView};

/// The method of a model: a non-negative factorization.
pub const LOWRANK_METHOD_NMF: u32 = 1;
/// The method of a model: a singular value decomposition.
pub const LOWRANK_METHOD_SVD: u32 = 2;
/// The method of a model: principal components.
pub const LOWRANK_METHOD_PCA: u32 = 3;
/// The method of a model: a completion, by the factors of its items.
pub const LOWRANK_METHOD_COMPLETION: u32 = 4;

/// An opened model. It points to the bytes, which stay where they are; its numbers are to be read only.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// The bytes of the model.
    pub bytes: *const u8,
    /// The number of bytes.
    pub length: usize,
    /// n, the numbers of a row.
    pub columns: usize,
    /// k, the number of components.
    pub components: usize,
    /// LOWRANK_METHOD_NMF, LOWRANK_METHOD_SVD, LOWRANK_METHOD_PCA or LOWRANK_METHOD_COMPLETION.
    pub method: u32,
    /// Set by lowrank_model_open.
    pub seal: usize,
}

impl Model {
    fn sealed(&self) -> usize {
        seal(&[self.bytes.addr(), self.length])
    }

    /// Lends the bytes, whose checksum was right when the model was opened.
    pub(crate) fn lent<'m>(&self, memory: &mut Memory<'m>) -> Result<&'m [u8], Status> {
        if self.seal != self.sealed() {
            return Err(Status::State);
        }
        let (data, length) = (self.bytes, self.length);
        memory.input(View { data, length }, length)
    }
}

fn code(method: Method) -> u32 {
    match method {
        Method::Nmf => LOWRANK_METHOD_NMF,
        Method::Svd => LOWRANK_METHOD_SVD,
        Method::Pca => LOWRANK_METHOD_PCA,
        Method::Completion => LOWRANK_METHOD_COMPLETION,
    }
}

/// Computes the row that weights or scores stand for, by the view of the method.
fn reconstruct(method: Method, bytes: &[u8], w: &[f32], x: &mut [f32]) -> Result<(), ModelError> {
    match method {
        Method::Nmf => NmfView::parse_without_checksum(bytes)?.reconstruct(w, x),
        Method::Svd => SvdView::parse_without_checksum(bytes)?.reconstruct(w, x),
        Method::Pca => PcaView::parse_without_checksum(bytes)?.reconstruct(w, x),
        Method::Completion => Err(ModelError::Method),
    }
}

/// Checks the bytes of a model that lowrank export made, and opens it: magic number, version, sizes and CRC-32, at about
/// twenty instructions a byte. Nothing is copied, and no alignment is asked for; the bytes may be in flash, and must stay
/// as they are while the model is used.
///
/// # Safety
/// Each pointer that is not refused names as many values as its length says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_model_open(bytes: View<u8>, model: *mut Model) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe {
        lend(|memory| {
            let View { data, length } = bytes;
            let bytes = memory.input(bytes, length)?;
            let place = memory.place(model)?;
            let found = AnyModel::parse(bytes)?;
            let (columns, components) = found.shape;
            let mut model = Model {
                bytes: data,
                length,
                columns,
                components,
                method: code(found.method),
                seal: 0,
            };
            model.seal = model.sealed();
            place.set(model);
            Ok(())
        })
    }
}

/// Computes the row that k weights or scores stand for: x = w H^T, or m + p V^T. `row` has n numbers. For a completion
/// there is lowrank_completion_predict.
///
/// # Safety
/// As for lowrank_model_open; the bytes are as they were then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_model_reconstruct(
    model: Model,
    weights: View<f32>,
    row: Buffer<f32>,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe {
        lend(|memory| {
            let bytes = model.lent(memory)?;
            let found = AnyModel::parse_without_checksum(bytes)?;
            let (n, k) = found.shape;
            let w = memory.input(weights, k)?;
            let x = memory.output(row, n)?;
            reconstruct(found.method, bytes, w, x)?;
            Ok(())
        })
    }
}

/// Finds the residual below which this share of the rows were that the model was checked with: of 0.5, 0.9, 0.99, 0.999
/// and 1 the first that is no less than `share`. A row with a larger residual is unlike those rows.
///
/// # Safety
/// As for lowrank_model_open; the bytes are as they were then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_model_threshold(
    model: Model,
    share: f32,
    threshold: *mut f32,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe {
        lend(|memory| {
            let bytes = model.lent(memory)?;
            let place = memory.place(threshold)?;
            let threshold = match AnyModel::parse_without_checksum(bytes)? {
                found if found.method == Method::Completion => None,
                found => found.thresholds.at(share),
            };
            place.set(threshold.ok_or(Status::NoThreshold)?);
            Ok(())
        })
    }
}

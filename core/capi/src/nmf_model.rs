//! The weights of a row in a non-negative factorization that was trained elsewhere.

use crate::memory::{Buffer, Memory, View, lend};
use crate::model::Model;
use crate::status::LowrankStatus as Status;
use crate::status::LowrankStatus;
use core::ffi::c_char;
use lowrank_core::model::{NmfView, Row};

/// The nonzeros of a row, in any order: `values[p]` in column `indices[p]`. Entries of one column are added.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct SparseRow {
    /// The columns, counted from zero.
    pub indices: *const u32,
    /// The entries.
    pub values: *const f32,
    /// The number of each.
    pub length: usize,
}

/// Room for one of the different terms of a line.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// Scratch.
    pub scratch: [u32; 2],
}

// Room for a term is room for a pair of core's.
const _: () = assert!(size_of::<Term>() == size_of::<(u32, f32)>());
const _: () = assert!(align_of::<Term>() == align_of::<(u32, f32)>());

/// A line of text, and room for its different terms.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The characters, in UTF-8 or another code that begins with ASCII; no zero at the end is needed.
    pub text: *const c_char,
    /// The number of bytes.
    pub length: usize,
    /// Scratch, for the different terms of the line that the model knows.
    pub terms: *mut Term,
    /// The number of them that there is room for.
    pub room: usize,
}

impl SparseRow {
    pub(crate) fn lent<'m>(
        self,
        memory: &mut Memory<'m>,
    ) -> Result<lowrank_core::model::SparseRow<'m>, Status> {
        let Self {
            indices,
            values,
            length,
        } = self;
        let indices = View {
            data: indices,
            length,
        };
        let values = View {
            data: values,
            length,
        };
        let indices = memory.input(indices, length)?;
        let values = memory.input(values, length)?;
        Ok(lowrank_core::model::SparseRow::new(indices, values)?)
    }
}

/// The results of a fold-in, checked.
struct Results<'m> {
    weights: &'m mut [f32],
    scratch: &'m mut [f32],
    residual: crate::memory::Place<'m, f32>,
}

impl<'m> Results<'m> {
    fn lent(
        memory: &mut Memory<'m>,
        k: usize,
        weights: Buffer<f32>,
        residual: *mut f32,
    ) -> Result<Self, Status> {
        let numbers = memory.output(weights, k.saturating_mul(2))?;
        let (weights, scratch) = numbers.split_at_mut_checked(k).unwrap_or_default();
        Ok(Self {
            weights,
            scratch,
            residual: memory.place(residual)?,
        })
    }

    fn fold_in(
        self,
        model: &NmfView<'_>,
        row: &(impl Row + ?Sized),
        sweeps: u32,
    ) -> Result<(), Status> {
        let found = model.fold_in_with(row, sweeps, self.weights, self.scratch)?;
        self.residual.set(found);
        Ok(())
    }
}

/// Computes the non-negative weights of a row by coordinate descents: for each component in turn,
/// w_j = max(0, w_j + (x h_j - G_j w) / G_jj) (Cichocki & Phan 2009).
///
/// - `row`: n numbers, none negative.
/// - `sweeps`: over all components, at most; they end where the weights have settled. Twenty suffice for topics.
/// - `weights`: 2 k numbers, of which the first k are the weights, and the others scratch.
/// - `residual`: ||x - w H^T||, with an error of about 3e-4 ||x||.
///
/// Costs 2 k n and 2 k^2 a sweep.
///
/// # Safety
/// As for lowrank_model_open; the bytes of the model are as they were then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_nmf_fold_in(
    model: Model,
    row: View<f32>,
    sweeps: u32,
    weights: Buffer<f32>,
    residual: *mut f32,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe {
        lend(|memory| {
            let model = NmfView::parse_without_checksum(model.lent(memory)?)?;
            let row = memory.input(row, row.length)?;
            let results = Results::lent(memory, model.shape().1, weights, residual)?;
            results.fold_in(&model, row, sweeps)
        })
    }
}

/// Computes lowrank_nmf_fold_in of a row by its nonzeros, at 2 k for each.
///
/// # Safety
/// As for lowrank_nmf_fold_in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_nmf_fold_in_sparse(
    model: Model,
    row: SparseRow,
    sweeps: u32,
    weights: Buffer<f32>,
    residual: *mut f32,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe {
        lend(|memory| {
            let model = NmfView::parse_without_checksum(model.lent(memory)?)?;
            let row = row.lent(memory)?;
            let results = Results::lent(memory, model.shape().1, weights, residual)?;
            results.fold_in(&model, &row, sweeps)
        })
    }
}

/// Computes lowrank_nmf_fold_in of a line of text, for a model that was exported with its words.
///
/// The residual is relative, from 0 to 1; words that the model does not know count in it.
///
/// # Safety
/// As for lowrank_nmf_fold_in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lowrank_nmf_fold_in_line(
    model: Model,
    line: Line,
    sweeps: u32,
    weights: Buffer<f32>,
    residual: *mut f32,
) -> LowrankStatus {
    // SAFETY: the caller's promise.
    unsafe {
        lend(|memory| {
            let model = NmfView::parse_without_checksum(model.lent(memory)?)?;
            let text = View::<u8> {
                data: line.text.cast(),
                length: line.length,
            };
            let terms = Buffer::<(u32, f32)> {
                data: line.terms.cast(),
                length: line.room,
            };
            let text = memory.input(text, line.length)?;
            let terms = memory.output(terms, line.room)?;
            let results = Results::lent(memory, model.shape().1, weights, residual)?;
            let row = model.words()?.row(text, terms)?;
            results.fold_in(&model, &row, sweeps)
        })
    }
}

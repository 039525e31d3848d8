//! Lengths of workspaces, and what is in them.

use crate::matrix::Scalar;
use crate::memory::{Buffer, Memory};
use crate::status::LowrankStatus as Status;
use lowrank_core::{MatMut, Workspace, workspace};

/// Returns the numbers in a workspace of `width` columns for matrices of rows x columns:
/// (rows + columns) width + 5 width^2 + 7 width. LOWRANK_WORKSPACE_LEN is the same as a constant.
#[unsafe(no_mangle)]
pub extern "C" fn lowrank_workspace_len(rows: usize, columns: usize, width: usize) -> usize {
    workspace::workspace_len(rows, columns, width)
}

/// Lends a matrix of a result.
pub(crate) fn panel<'m, T: Scalar>(
    memory: &mut Memory<'m>,
    buffer: Buffer<T>,
    (rows, columns): (usize, usize),
) -> Result<MatMut<'m, T>, Status> {
    let entries = memory.output(buffer, rows.saturating_mul(columns))?;
    Ok(MatMut::new(entries, rows, columns)?)
}

/// Lends a workspace.
pub(crate) fn workspace<'m, T: Scalar>(
    memory: &mut Memory<'m>,
    buffer: Buffer<T>,
    (rows, columns): (usize, usize),
    width: usize,
) -> Result<Workspace<'m, MatMut<'m, T>>, Status> {
    let needed = workspace::workspace_len(rows, columns, width);
    let numbers = memory.output(buffer, needed)?;
    Ok(Workspace::in_buffer(numbers, rows, columns, width)?)
}

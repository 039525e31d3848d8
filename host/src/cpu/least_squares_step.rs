//! The step of a factor in one pass over a sparse matrix: no panel of numerators.

use super::RowPanel;
use super::compressed_rows::CompressedRows;
use super::gram::gram_of_rows;
use super::hals::HalsSweeps;
use super::multiplicative_update::multiplicative_update;
use super::panel::{check_factors, check_shape};
use super::sparse_product::product_of_rows;
use super::vectors::vectorized;
use crate::Scalar;
use lowrank_core::panel::{FactorUpdate, LeastSquaresStep, Panel};
use lowrank_core::{Error, MatMut};
use rayon::prelude::*;

/// The least number of rows of a factor that one task updates.
const ROWS_PER_TASK: usize = 128;

/// The number of rows of a task, relative to the columns: Gram matrices of all tasks are smaller than the factor.
const ROWS_PER_COLUMN: usize = 4;

/// X <- X after a step from N = A Y, `own` <- X^T X. Each task computes its rows of N, updates those of X while both
/// are in a cache, and adds up their Gram matrix.
pub(super) fn least_squares_step<'p, T: Scalar>(
    a: CompressedRows<'_, T>,
    step: &LeastSquaresStep<'_, RowPanel<'p, T>>,
    y: &RowPanel<'_, T>,
    x: &mut RowPanel<'_, T>,
    own: &mut MatMut<'_, T>,
) -> Result<(), Error> {
    let k = x.ncols();
    check_factors((a.nrows(), a.ncols()), x, y)?;
    check_shape((step.gram.nrows(), step.gram.ncols()), (k, k))?;
    own.reshape(k, k)?;
    let rows = ROWS_PER_TASK.max((ROWS_PER_COLUMN * k).next_multiple_of(ROWS_PER_TASK));
    let tasks = x.nrows().div_ceil(rows);
    let mut grams = vec![T::ZERO; tasks * k * k];
    x.as_mut_slice()
        .par_chunks_mut(rows * k)
        .zip(grams.par_chunks_mut(k * k))
        .enumerate()
        .for_each_init(
            || vec![T::ZERO; rows * k],
            |numerator, (task, (x, gram))| {
                let numerator = &mut numerator[..x.len()];
                product_of_rows(a, y, task * rows, numerator);
                update_rows(x, numerator, step);
                gram_of_rows(x, k, gram);
            },
        );
    let mut sums = vec![0.0; k * k];
    for gram in grams.chunks_exact(k * k) {
        for (sum, g) in sums.iter_mut().zip(gram) {
            *sum += g.to_f64();
        }
    }
    for (g, sum) in own.as_mut_slice().iter_mut().zip(sums) {
        *g = T::from_f64(sum);
    }
    Ok(())
}

/// Does the step in some rows.
fn update_rows<T: Scalar>(
    x: &mut [T],
    numerator: &[T],
    step: &LeastSquaresStep<'_, RowPanel<'_, T>>,
) {
    let (gram, penalty) = (step.gram.as_ref(), step.penalty);
    match step.update {
        FactorUpdate::Multiplicative => multiplicative_update(x, numerator, gram, penalty),
        FactorUpdate::Sweeps(sweeps) => vectorized(HalsSweeps {
            x,
            numerator,
            gram,
            sweeps,
            penalty,
        }),
    }
}

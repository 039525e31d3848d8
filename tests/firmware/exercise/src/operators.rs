//! Dense and sparse matrices as operators, and the algorithms on each.

use crate::algorithms::{algorithms, divergences};
use crate::descents::{chains, descents};
use crate::hash::{Hash, Scalar};
use crate::{completions, fill};
use core::hint::black_box;
use lowrank_core::operator::{EntryStats, EntrywiseOperator, Observed, Transposed};
use lowrank_core::random::Distribution;
use lowrank_core::sparse::CsrBuffer;
use lowrank_core::{CsrRef, Error, MatMut, MatRef};

/// The most rows.
pub const M: usize = 18;
/// The most columns.
pub const N: usize = 11;

/// Every operator under every algorithm.
#[inline(never)]
pub fn operators<T: Scalar>(seed: u64, hash: &mut Hash) {
    for (m, n, distribution, rarity) in black_box([
        (M, N, Distribution::HalfGaussian, 0),
        (M, N, Distribution::Gaussian, 1),
        (3, N, Distribution::HalfGaussian, 2),
    ]) {
        let mut data = [T::ZERO; M * N];
        fill(&mut data, distribution, seed, rarity);
        let done = dense(&data, m, n, hash);
        hash.outcome(done);
        let done = sparse(&data, m, n, hash);
        hash.outcome(done);
    }
    for x in black_box([0.0, 1.0, 1e-300, f64::MAX, f64::NAN]) {
        let done = dense(&[T::from_f64(x); M * N], M, N, hash);
        hash.outcome(done);
    }
    structures::<T>(hash);
}

#[inline(never)]
fn dense<T: Scalar>(data: &[T], m: usize, n: usize, hash: &mut Hash) -> Result<(), Error> {
    let a = MatRef::new(data, m, n)?;
    products(&a, hash)?;
    products(&Transposed(&a), hash)?;
    algorithms(&a, hash);
    divergences(&a, hash);
    descents(&a, hash);
    chains(&a, hash);
    algorithms(&Transposed(a), hash);
    completions::of_dense(a, hash);
    Ok(())
}

#[inline(never)]
fn sparse<T: Scalar>(data: &[T], m: usize, n: usize, hash: &mut Hash) -> Result<(), Error> {
    let a = MatRef::new(data, m, n)?;
    let mut buffer = CsrBuffer::<T, { M + 1 }, { M * N }>::new(n);
    for i in 0..m {
        for j in 0..n {
            let x = a.get_or_zero(i, j);
            if x != T::ZERO {
                buffer.push(i, j, x)?;
            }
        }
    }
    let a = buffer.view(m)?;
    products(&a, hash)?;
    products(&Transposed(&a), hash)?;
    algorithms(&a, hash);
    divergences(&a, hash);
    descents(&a, hash);
    chains(&a, hash);
    products(&Observed(a), hash)?;
    divergences(&Observed(a), hash);
    algorithms(&Transposed(a), hash);
    completions::of_stored(a, hash)
}

fn products<T: Scalar, A>(a: &A, hash: &mut Hash) -> Result<(), Error>
where
    A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
{
    let (m, n) = (a.nrows(), a.ncols());
    let (mut x, mut y) = ([T::ZERO; 4 * M], [T::ZERO; 4 * M]);
    fill(&mut x, Distribution::Gaussian, 5, 0);
    for (columns, l) in black_box([(n, 4), (n, 0), (2, 4), (usize::MAX, 0)]) {
        let mut x = MatMut::new(&mut x, columns, l)?;
        let mut y = MatMut::new(&mut y, m, l)?;
        hash.outcome(a.apply(&x, &mut y));
        hash.matrix(&y);
        hash.outcome(a.apply_transpose(&y, &mut x));
        hash.matrix(&x);
        for e in black_box([0, -3, i32::MIN]) {
            if let Some(distance) = hash.outcome(a.distance(e, &y, &x)) {
                hash.scalar(distance);
            }
        }
    }
    if let Some(entry_stats) = hash.outcome(a.entry_stats()) {
        hash.entry_stats(&entry_stats);
    }
    let ones = (0..m).map(|i| (i, i, T::ONE));
    hash.entry_stats(&EntryStats::of(ones)?);
    Ok(())
}

/// Slices that describe a sparse matrix, and slices that do not.
fn structures<T: Scalar>(hash: &mut Hash) {
    let values = [T::ONE; 3];
    let columns = black_box([0, 2, 1]);
    for offsets in black_box([
        [0, 2, 3],
        [0, 3, 3],
        [0, 3, 2],
        [0, 9, 3],
        [1, 2, 3],
        [0, 0, 0],
    ]) {
        for (rows, entries, ncols) in black_box([(3, 3, 3), (3, 3, 2), (0, 3, 3), (3, 2, 3)]) {
            let offsets = offsets.get(..rows).unwrap_or_default();
            let columns = columns.get(..entries).unwrap_or_default();
            if let Some(a) = hash.outcome(CsrRef::new(offsets, columns, &values, ncols)) {
                look(a, hash);
            }
        }
    }
    let mut buffer = CsrBuffer::<T, 3, 2>::new(black_box(4));
    for (row, column) in black_box([(0, 9), (0, 1), (0, 0), (usize::MAX, 0), (1, 3), (1, 3)]) {
        hash.outcome(buffer.push(row, column, T::ONE));
    }
    for nrows in black_box([usize::MAX, 0, 2]) {
        if let Some(a) = hash.outcome(buffer.view(nrows)) {
            look(a, hash);
        }
    }
    let mut twin = buffer.clone();
    buffer.clear();
    hash.outcome(twin.view(black_box(2)));
    hash.outcome(buffer.view(black_box(1)));
}

fn look<T: Scalar>(a: CsrRef<'_, T>, hash: &mut Hash) {
    hash.size(a.nrows());
    hash.size(a.ncols());
    hash.size(a.nonzeros());
    for (columns, values) in a.rows() {
        hash.size(columns.len());
        hash.slice(values);
    }
    hash.size(a.row_offsets().len());
    hash.size(a.columns().len());
    hash.slice(a.values());
    let done = products(&a, hash);
    hash.outcome(done);
}

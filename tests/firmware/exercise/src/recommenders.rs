//! Factors of implicit feedback, draws of factors, ratings within a range, and new rows.

use crate::fill;
use crate::hash::{Hash, Scalar};
use core::hint::black_box;
use core::ops::ControlFlow;
use lowrank_core::completion::{
    Biases, Completion, CompletionFactors, Cycles, DotBias, DotBiasState, GibbsCompletion,
    GibbsRowPrior, GibbsSample, ImplicitAls, LeastSquares, Sequential, als_scratch_len,
    gibbs_scratch_len, implicit_scratch_len,
};
use lowrank_core::descent::Adam;
use lowrank_core::operator::{KnownEntries, Observed, Transposed};
use lowrank_core::random::Distribution;
use lowrank_core::sparse::CsrBuffer;
use lowrank_core::{Error, MatMut, MatRef};

/// The most rows, and columns: few, since factors, their state and their scratch lie on a stack of 16 kB at once.
const M: usize = 9;
const N: usize = 6;

/// The most scalars in a row of a factor.
const P: usize = 4;
const PADDED: usize = 8;

/// Known entries, stored and dense, and their transposes.
#[inline(never)]
pub fn recommenders<T: Scalar>(seed: u64, hash: &mut Hash) {
    let mut data = [T::ZERO; M * N];
    fill(&mut data, Distribution::HalfGaussian, seed, 1);
    let done = of_matrix(&data, hash);
    hash.outcome(done);
}

fn of_matrix<T: Scalar>(data: &[T], hash: &mut Hash) -> Result<(), Error> {
    let (m, n) = black_box((M, N));
    let dense = MatRef::new(data, m, n)?;
    of_entries(&dense, &Transposed(dense), hash);
    let mut buffer = CsrBuffer::<T, { M + 1 }, { M * N }>::new(n);
    for i in 0..m {
        for j in 0..n {
            let x = dense.get_or_zero(i, j);
            if x != T::ZERO {
                buffer.push(i, j, x)?;
            }
        }
    }
    let (mut offsets, mut columns, mut values) = ([0; N + 1], [0; M * N], [T::ZERO; M * N]);
    let stored = buffer.view(m)?;
    let transposed = stored.transpose_into(&mut offsets, &mut columns, &mut values)?;
    of_entries(&Observed(stored), &Observed(transposed), hash);
    of_entries(&Observed(transposed), &Observed(stored), hash);
    Ok(())
}

#[inline(never)]
fn of_entries<T, A, B>(a: &A, transposed: &B, hash: &mut Hash)
where
    T: Scalar,
    A: KnownEntries<Scalar = T> + Sync,
    B: KnownEntries<Scalar = T> + Sync,
{
    let done = draw((a, transposed), (2, true), hash);
    hash.outcome(done);
    let done = draw((a, transposed), (0, false), hash);
    hash.outcome(done);
    for (rank, confidence, solver) in black_box([
        (3, 0.0, LeastSquares::Cholesky),
        (4, 1.5, LeastSquares::ConjugateGradients(2)),
        (0, 1.0, LeastSquares::Cholesky),
        (2, f64::NAN, LeastSquares::Cholesky),
    ]) {
        let als = ImplicitAls {
            rank,
            l2: black_box(0.1),
            confidence,
            solver,
            iterations: 2,
            tolerance: black_box(1e-3),
            seed: 5,
        };
        let done = alternate((a, transposed), als, hash);
        hash.outcome(done);
    }
    for (batch, high) in black_box([(5, 4.0), (0, 1.0), (3, -9.0)]) {
        let model = DotBias {
            rank: 2,
            range: (black_box(-4.0), high),
            l2: black_box(1e-3),
            batch,
            learning_rate: black_box(0.05),
            cycles: Cycles {
                count: 2,
                first: 1,
                factor: black_box(2),
            },
            adam: Adam::default(),
            seed: 3,
        };
        let done = descend(a, model, hash);
        hash.outcome(done);
    }
}

fn factors<'b, T: Scalar>(
    a: &impl KnownEntries<Scalar = T>,
    p: usize,
    [w, h]: [&'b mut [T]; 2],
) -> Result<CompletionFactors<'b, T>, Error> {
    Ok(CompletionFactors {
        w: MatMut::new(w, p, a.nrows())?,
        h: MatMut::new(h, p, a.ncols())?,
        mean: T::ZERO,
    })
}

#[inline(never)]
fn alternate<T, A, B>((a, b): (&A, &B), als: ImplicitAls, hash: &mut Hash) -> Result<(), Error>
where
    T: Scalar,
    A: KnownEntries<Scalar = T> + Sync,
    B: KnownEntries<Scalar = T> + Sync,
{
    let (mut w, mut h) = ([T::ZERO; M * P], [T::ZERO; M * P]);
    let mut factors = factors(a, als.rank, [&mut w, &mut h])?;
    let mut scratch = [T::ZERO; implicit_scratch_len(M, M, P)];
    let buffers = (&mut factors, &mut scratch[..]);
    let report = als.run((a, b), buffers, &Sequential, |progress| {
        hash.slice(&[progress.error, progress.loss]);
        ControlFlow::Continue(())
    })?;
    hash.slice(&[report.loss, report.approximation.error_bound]);
    hash.matrix(&factors.w);
    let h = factors.h.as_ref();
    let mut gram = [T::ZERO; P * PADDED];
    ImplicitAls::gram(h, &mut gram, &mut scratch, &Sequential)?;
    hash.slice(&gram);
    let mut row = [T::ZERO; P];
    for (columns, values) in black_box([([0, 2], [T::ONE, T::ONE]), ([9, 1], [T::ONE, -T::ONE])]) {
        let row = row.get_mut(..als.rank).unwrap_or_default();
        let done = als.fold_in((&columns, &values), (h, &gram), row, &mut scratch);
        hash.outcome(done);
        hash.slice(row);
    }
    Ok(())
}

#[inline(never)]
fn draw<T, A, B>(
    (a, b): (&A, &B),
    (rank, biases): (usize, bool),
    hash: &mut Hash,
) -> Result<(), Error>
where
    T: Scalar,
    A: KnownEntries<Scalar = T> + Sync,
    B: KnownEntries<Scalar = T> + Sync,
{
    let gibbs = GibbsCompletion {
        rank: black_box(rank),
        biases: black_box(biases),
        burn_in: 1,
        samples: black_box(2),
        noise_degrees: black_box(4.0),
        seed: 5,
    };
    let (mut w, mut h) = ([T::ZERO; M * P], [T::ZERO; M * P]);
    let mut factors = factors(a, gibbs.row_len(), [&mut w, &mut h])?;
    let mut scratch = [T::ZERO; gibbs_scratch_len(M, M, P)];
    let buffers = (&mut factors, &mut scratch[..]);
    let samples = gibbs.run((a, b), buffers, &Sequential, |sample| {
        let folded = fold_in(sample, hash);
        hash.outcome(folded);
        ControlFlow::Continue(())
    })?;
    hash.size(samples);
    hash.matrix(&factors.w);
    hash.matrix(&factors.h);
    Ok(())
}

fn fold_in<T: Scalar>(sample: GibbsSample<'_, T>, hash: &mut Hash) -> Result<(), Error> {
    hash.size(sample.number);
    let (w, h) = (sample.w.column(1), sample.h.column(black_box(1)));
    hash.scalar(sample.scale.predict(w, h));
    let [(mean, precision), (_, other)] = sample.priors;
    hash.slice(other);
    let prior = GibbsRowPrior {
        mean,
        precision,
        alpha: sample.precision,
        noise_degrees: black_box(4.0),
    };
    let (mut row, mut scratch) = ([T::ZERO; P], [T::ZERO; als_scratch_len(P) + PADDED]);
    let row = row.get_mut(..sample.h.nrows()).unwrap_or_default();
    let entries = black_box(([1, 0], [T::HALF, T::ONE]));
    let entries = (&entries.0[..], &entries.1[..]);
    let held = (sample.h, prior);
    let precision = sample.scale.fold_in(entries, held, row, &mut scratch)?;
    hash.scalar(precision);
    hash.slice(sample.weights);
    hash.slice(row);
    of_completion(sample.h, hash)
}

/// A new row of a completion with these columns.
fn of_completion<T: Scalar>(h: MatRef<'_, T>, hash: &mut Hash) -> Result<(), Error> {
    let settings = Completion {
        rank: h.nrows().saturating_sub(1),
        biases: Biases::Both,
        l2: black_box(0.2),
        bias_l2: black_box(0.3),
        ..Completion::default()
    };
    let (mut row, mut scratch) = ([T::ZERO; P], [T::ZERO; als_scratch_len(P)]);
    let row = row.get_mut(..h.nrows()).unwrap_or_default();
    let entries = black_box(([1, 0], [T::HALF, T::ONE]));
    let entries = (&entries.0[..], &entries.1[..]);
    settings.fold_in_row(entries, (T::HALF, h), row, &mut scratch)?;
    hash.slice(row);
    Ok(())
}

#[inline(never)]
fn descend<T, A>(a: &A, model: DotBias, hash: &mut Hash) -> Result<(), Error>
where
    T: Scalar,
    A: KnownEntries<Scalar = T>,
{
    let len = model.state_len();
    let (mut w, mut h) = ([T::ZERO; M * 4 * P], [T::ZERO; M * 4 * P]);
    let mut state = DotBiasState {
        w: MatMut::new(&mut w, len, a.nrows())?,
        h: MatMut::new(&mut h, len, a.ncols())?,
    };
    let epochs = model.run(a, &mut state, &Sequential, |epoch| {
        hash.size(epoch.epochs);
        hash.scalar(epoch.training);
        ControlFlow::Continue(())
    })?;
    hash.size(epochs);
    hash.matrix(&state.w);
    hash.scalar(model.predict(state.w.column(0), state.h.column(black_box(1))));
    Ok(())
}

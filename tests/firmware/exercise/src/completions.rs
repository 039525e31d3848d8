//! Completions of matrices of which some entries are missing.

use crate::hash::{Hash, Scalar};
use crate::operators::{M, N};
use core::hint::black_box;
use core::ops::ControlFlow;
use lowrank_core::completion::{
    AlsCompletion, Biases, Completion, CompletionFactors, FixedCompletion, Sequential,
    SgdCompletion, VisitOrder, Weighting, als_scratch_len,
};
use lowrank_core::iteration::{Progress, Report, Stop};
use lowrank_core::learning_rate::LearningRate;
use lowrank_core::operator::{KnownEntries, Observed, Transposed};
use lowrank_core::permutation::Permutation;
use lowrank_core::{CsrRef, Error, MatMut, MatRef};

/// The most scalars in a row of a factor.
const P: usize = 5;

/// Completes a matrix whose stored entries are the known ones.
#[inline(never)]
pub fn of_stored<T: Scalar>(a: CsrRef<'_, T>, hash: &mut Hash) -> Result<(), Error> {
    let (mut offsets, mut columns, mut values) = ([0; M + 1], [0; M * N], [T::ZERO; M * N]);
    let short = a.transpose_into(&mut offsets, &mut columns, black_box(&mut []));
    hash.outcome(short.map(drop));
    let transposed = a.transpose_into(&mut offsets, &mut columns, &mut values)?;
    hash.slice(transposed.values());
    for (i, &offset) in transposed.row_offsets().iter().enumerate() {
        hash.size(offset);
        hash.size(transposed.row(black_box(i)).0.len());
    }
    with_entries(&Observed(a), &Observed(transposed), hash);
    with_entries(&Observed(transposed), &Observed(a), hash);
    Ok(())
}

/// All of a matrix is known.
#[inline(never)]
pub fn of_dense<T: Scalar>(a: MatRef<'_, T>, hash: &mut Hash) {
    with_entries(&a, &Transposed(a), hash);
    with_entries(&Transposed(a), &a, hash);
}

fn with_entries<T, A, B>(a: &A, transposed: &B, hash: &mut Hash)
where
    T: Scalar,
    A: KnownEntries<Scalar = T> + Sync,
    B: KnownEntries<Scalar = T> + Sync,
{
    for index in black_box([0, 1, 17, usize::MAX]) {
        if let Some((i, j, x)) = a.entry(index) {
            hash.size(i);
            hash.size(j);
            hash.scalar(x);
        }
    }
    for (rank, biases, l2, weighting) in black_box([
        (2, Biases::None, 0.0, Weighting::Plain),
        (3, Biases::Both, 0.1, Weighting::Count),
        (4, Biases::Both, 1e300, Weighting::Plain),
        (3, Biases::Rows, 0.1, Weighting::Plain),
        (2, Biases::Columns, 0.0, Weighting::Count),
        (0, Biases::Both, 0.0, Weighting::Count),
        (0, Biases::from(false), 0.0, Weighting::Plain),
        (usize::MAX, Biases::from(true), f64::NAN, Weighting::Plain),
    ]) {
        let settings = Completion {
            rank,
            biases,
            l2,
            weighting,
            bias_l2: black_box(0.3),
            iterations: 3,
            tolerance: black_box(1e-3),
            seed: 5,
        };
        let done = alternate(a, transposed, settings, hash);
        hash.outcome(done);
        for (initial, order) in black_box([
            (0.02, VisitOrder::Shuffled),
            (1e3, VisitOrder::Sequential),
            (-1.0, VisitOrder::Sequential),
        ]) {
            let learning_rate = LearningRate {
                initial,
                factor: 0.5,
                every: black_box(2),
            };
            let sgd = SgdCompletion {
                settings,
                learning_rate,
                order,
            };
            let done = descend(a, sgd, hash);
            hash.outcome(done);
        }
    }
}

#[inline(never)]
fn alternate<T, A, B>(
    a: &A,
    transposed: &B,
    settings: Completion,
    hash: &mut Hash,
) -> Result<(), Error>
where
    T: Scalar,
    A: KnownEntries<Scalar = T> + Sync,
    B: KnownEntries<Scalar = T> + Sync,
{
    let (mut w, mut h) = ([T::ZERO; M * P], [T::ZERO; M * P]);
    let mut factors = factors(a, settings, &mut w, &mut h)?;
    let mut scratch = [T::ZERO; als_scratch_len(P)];
    let als = AlsCompletion {
        settings,
        ..Default::default()
    };
    let report = als.run(
        (a, transposed),
        &mut factors,
        &mut scratch,
        &Sequential,
        |progress| watch(progress, 9, hash),
    )?;
    told(settings, &report, &factors, hash);
    let folded = settings.fold_in(a, &mut factors, &mut scratch, &Sequential);
    hash.outcome(folded);
    hash.matrix(&factors.w);
    hash.matrix(&factors.h);
    Ok(())
}

#[inline(never)]
fn descend<T, A>(a: &A, sgd: SgdCompletion, hash: &mut Hash) -> Result<(), Error>
where
    T: Scalar,
    A: KnownEntries<Scalar = T> + Sync,
{
    let (mut w, mut h) = ([T::ZERO; M * P], [T::ZERO; M * P]);
    let mut factors = factors(a, sgd.settings, &mut w, &mut h)?;
    let report = sgd.run(a, &mut factors, |progress| watch(progress, 2, hash))?;
    told(sgd.settings, &report, &factors, hash);
    Ok(())
}

fn factors<'b, T: Scalar>(
    a: &impl KnownEntries<Scalar = T>,
    settings: Completion,
    w: &'b mut [T],
    h: &'b mut [T],
) -> Result<CompletionFactors<'b, T>, Error> {
    let p = settings.row_len();
    Ok(CompletionFactors {
        w: MatMut::new(w, p, a.nrows())?,
        h: MatMut::new(h, p, a.ncols())?,
        mean: T::ZERO,
    })
}

fn watch<T: Scalar>(progress: Progress<T>, last: usize, hash: &mut Hash) -> ControlFlow<()> {
    hash.size(progress.iteration);
    hash.size(progress.iterations);
    hash.slice(&[progress.error, progress.loss]);
    if progress.iteration >= last {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}

fn told<T: Scalar>(
    settings: Completion,
    report: &Report<T>,
    factors: &CompletionFactors<'_, T>,
    hash: &mut Hash,
) {
    let measured = &report.approximation;
    hash.slice(&[
        measured.error,
        measured.error_bound,
        measured.frobenius_norm,
        report.loss,
        factors.mean,
    ]);
    hash.size(report.iterations);
    hash.word(match report.stop {
        Stop::Tolerance => 0,
        Stop::Iterations => 1,
        Stop::Observer => 2,
    });
    hash.matrix(&factors.w);
    hash.matrix(&factors.h);
    let (w, h) = (factors.w.column(1), factors.h.column(black_box(1)));
    hash.scalar(settings.predict(factors.mean, w, h));
}

/// Orders, and factors whose size the compiler knows.
#[inline(never)]
pub fn fixed<T: Scalar>(seed: u64, hash: &mut Hash) {
    for (round, len) in black_box([(0, 0), (1, 1), (2, 40), (3, 0x7FFF_FFFF)]) {
        let order = Permutation::new(seed, round, len);
        for place in black_box([0, 5, 39, 0x7FFF_FFFE]) {
            hash.size(order.at(place));
        }
    }
    for iteration in black_box([0, 7, 900, 0x7FFF_FFFF]) {
        let rate = LearningRate {
            initial: 0.3,
            factor: black_box(0.99),
            every: 2,
        };
        hash.outcome(rate.check());
        hash.scalar(rate.at::<T>(iteration));
        hash.scalar(LearningRate::constant(black_box(0.1)).at::<T>(iteration));
    }
    let a = black_box([[T::ONE, T::ZERO, T::ONE], [T::HALF, T::ONE, -T::ONE]]);
    let mut factors = FixedCompletion::<T, 3, 2, 2>::default();
    let settings = Completion {
        biases: Biases::Both,
        ..Completion::default()
    };
    let sgd = SgdCompletion {
        settings,
        ..SgdCompletion::default()
    };
    let go_on = |_| ControlFlow::Continue(());
    let done = sgd.run(&MatRef::from(&a), &mut factors.lend(), go_on);
    hash.outcome(done);
    hash.slice(factors.w.as_flattened());
    hash.slice(factors.h.as_flattened());
}

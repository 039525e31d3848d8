//! Rows that stream through sketches.

use crate::fill;
use crate::hash::{Hash, Scalar};
use core::hint::black_box;
use lowrank_core::Error;
use lowrank_core::random::Distribution;
use lowrank_core::sketch::{FrequentDirections, Summary, buffer_len};

const D: usize = 6;
const L: usize = 3;
const M: usize = 17;

#[inline(never)]
pub fn sketches<T: Scalar>(seed: u64, hash: &mut Hash) {
    let done = stream::<T>(seed, hash);
    hash.outcome(done);
    for (d, l) in black_box([(0, 2), (6, 0), (7, 3), (usize::MAX, usize::MAX)]) {
        let mut buffer = [T::ZERO; buffer_len(D, L)];
        hash.size(buffer_len(d, l));
        hash.outcome(FrequentDirections::new(&mut buffer, d, l).map(drop));
    }
}

fn stream<T: Scalar>(seed: u64, hash: &mut Hash) -> Result<(), Error> {
    let (mut buffer, mut other) = ([T::ZERO; buffer_len(D, L)], [T::ZERO; buffer_len(D, L)]);
    let mut rows = [T::ZERO; D * M];
    fill(&mut rows, Distribution::Gaussian, seed, 0);
    let (rows, _) = rows.as_chunks::<D>();
    let mut sketch = FrequentDirections::centered(&mut buffer, black_box(D), black_box(L))?;
    let mut part = FrequentDirections::new(&mut other, black_box(D), black_box(L))?;
    for row in rows {
        hash.outcome(sketch.push(row));
        hash.outcome(part.push(row));
        let state = black_box(part.state());
        part = FrequentDirections::resume(&mut other, &state)?;
    }
    hash.outcome(sketch.push(black_box(&[T::ONE; 2])));
    hash.outcome(sketch.push(&[T::ONE / black_box(T::ZERO); D]));
    hash.outcome(sketch.push(&[T::MAX; D]));
    let summary = part.summary();
    hash.outcome(sketch.merge(&summary));
    for is_centered in black_box([true, false]) {
        let other = Summary {
            is_centered,
            ..summary
        };
        hash.outcome(sketch.merge(&other));
    }
    told(&sketch.summary(), hash);
    hash.slice(&[sketch.bound(), sketch.squares()]);
    hash.slice(sketch.means());
    hash.word(sketch.count());
    for k in black_box([2, 0, 9]) {
        let Some(found) = hash.outcome(sketch.components(k)) else {
            continue;
        };
        hash.slice(found.singular_values());
        for x in found.axis(black_box(1)).chain(found.axis(usize::MAX)) {
            hash.scalar(x);
        }
    }
    Ok(())
}

fn told<T: Scalar>(summary: &Summary<'_, T>, hash: &mut Hash) {
    hash.slice(summary.rows);
    hash.slice(summary.means);
    hash.word(summary.count);
}

/// Learns what is normal.
#[inline(never)]
pub fn pca(seed: u64, hash: &mut Hash) {
    let mut buffer = [0.0; buffer_len(D, L)];
    let mut rows = [0.0f32; D * M];
    fill(&mut rows, Distribution::Gaussian, seed, 1);
    let (rows, _) = rows.as_chunks::<D>();
    let sketch = FrequentDirections::centered(&mut buffer, black_box(D), black_box(L));
    let Some(mut sketch) = hash.outcome(sketch) else {
        return;
    };
    for row in rows {
        hash.outcome(sketch.push(row));
    }
    let Some(normal) = hash.outcome(sketch.pca(black_box(2))) else {
        return;
    };
    let (mut p, mut x) = ([0.0; 2], [0.0; D]);
    for row in rows {
        hash.scalar(normal.project(row, &mut p).unwrap_or(-1.0));
        hash.slice(&p);
    }
    hash.word(u64::from(normal.reconstruct(&p, &mut x).is_ok()));
    hash.slice(&x);
}

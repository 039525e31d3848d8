//! Calls every public entry of lowrank-core, on data and sizes that the compiler cannot know, and
//! hashes all results.
//!
//! [`everything`] returns [`GOLDEN`] on every machine, for every optimisation level, and whether
//! or not nalgebra has its `std`. Linked into an image whose panic handler does not link, it also
//! shows that none of these entries can panic.
#![no_std]
#![forbid(unsafe_code)]

mod algorithms;
mod completions;
mod degenerate_sizes;
mod descents;
mod hash;
mod kernels;
mod models;
mod operators;
mod recommenders;
mod sketches;
mod views;

use core::hint::black_box;
use hash::{Hash, Scalar};
use lowrank_core::random::{Distribution, RandomEntries};

/// The seed that [`GOLDEN`] belongs to.
pub const SEED: u64 = 1;

/// [`everything`] for [`SEED`]. It changes where an algorithm changes; then the test of this crate
/// prints the new one.
pub const GOLDEN: u64 = 0x8eff_e26a_ca2a_29bd;

/// A hash of all results of all public entries.
pub fn everything(seed: u64) -> u64 {
    let seed = black_box(seed);
    let mut hash = Hash::default();
    random(seed, &mut hash);
    with_scalar::<f32>(seed, &mut hash);
    with_scalar::<f64>(seed, &mut hash);
    models::models(seed, &mut hash);
    sketches::pca(seed, &mut hash);
    hash.value()
}

fn with_scalar<T: Scalar>(seed: u64, hash: &mut Hash) {
    views::scalars::<T>(hash);
    views::matrices::<T>(seed, hash);
    kernels::kernels::<T>(seed, hash);
    operators::operators::<T>(seed, hash);
    completions::fixed::<T>(seed, hash);
    recommenders::recommenders::<T>(seed, hash);
    sketches::sketches::<T>(seed, hash);
    degenerate_sizes::absurd_sizes::<T>(hash);
}

fn random(seed: u64, hash: &mut Hash) {
    for distribution in black_box([
        Distribution::Uniform,
        Distribution::Sign,
        Distribution::Gaussian,
        Distribution::HalfGaussian,
    ]) {
        let random = RandomEntries::new(distribution, seed);
        let (mut single, mut double) = ([0.0; 70], [0.0; 70]);
        random.fill_row(black_box(9), &mut single);
        random.fill_row::<f64>(
            black_box(9),
            double.get_mut(..black_box(66)).unwrap_or_default(),
        );
        hash.slice::<f32>(&single);
        hash.slice(&double);
        for place in black_box([(0, 0), (3, 70), (1 << 20, 5), (usize::MAX, usize::MAX)]) {
            let (row, column) = (place.0 & 0xFFFF_FFFF, place.1 & 0xFFFF_FFFF);
            hash.scalar(random.at::<f32>(row, column));
            hash.scalar(random.at::<f64>(row, column));
            hash.word(random.signs(row, column));
        }
    }
}

/// Fills `data` with normal draws, of which every `1 << rarity`-th or so is kept.
pub(crate) fn fill<T: Scalar>(data: &mut [T], distribution: Distribution, seed: u64, rarity: u32) {
    let random = RandomEntries::new(distribution, seed);
    let choice = RandomEntries::new(Distribution::Sign, seed);
    let mask = (1u64 << (rarity & 31)) - 1;
    for (i, x) in data.iter_mut().enumerate() {
        let kept = choice.signs(i, 1) & mask == 0;
        *x = if kept { random.at(i, 0) } else { T::ZERO };
    }
}

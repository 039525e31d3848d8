//! Sizes and seeds of a long series of matrices.

use lowrank_core::random::{Distribution, RandomEntries};

/// The largest size; sizes are drawn from one to this.
pub const LARGEST: usize = 64;

/// One matrix of a family, and the rank at which it is truncated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    pub nrows: usize,
    pub ncols: usize,
    pub rank: usize,
    pub seed: u64,
}

impl Trial {
    /// Returns trial `number`, the same for all families: m and n are uniform from 1 to 64, and the rank from 1 to the
    /// smaller of them; the number is the seed.
    pub fn number(number: u64) -> Self {
        let random = RandomEntries::new(Distribution::Uniform, number);
        let draw = |place, largest: usize| {
            let word = random.signs(usize::MAX, place);
            1 + ((u128::from(word) * largest as u128) >> 64) as usize
        };
        let (nrows, ncols) = (draw(0, LARGEST), draw(1, LARGEST));
        Self {
            nrows,
            ncols,
            rank: draw(2, nrows.min(ncols)),
            seed: number,
        }
    }
}

//! How a long sum is cut where there are too few results to keep a GPU busy.

/// Blocks that fill a large device a few times over.
const ENOUGH_BLOCKS: usize = 1024;

/// A part of a sum that is not shorter is worth a block of its own.
const SHORTEST: usize = 128;

/// Parts of a sum over `inner` terms. They depend on the shape alone, so that results have the same
/// bits on every device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Splits {
    /// How many.
    pub(super) count: usize,
    /// Terms of each but the last, which may have fewer.
    pub(super) length: usize,
}

/// Parts have whole tiles of a kernel.
const TILE: usize = 32;

impl Splits {
    /// For `groups` blocks of results.
    pub(super) fn new(groups: usize, inner: usize) -> Self {
        let wanted = ENOUGH_BLOCKS / groups.max(1);
        let most = inner / SHORTEST;
        let count = wanted.min(most).max(1);
        let length = inner.div_ceil(count).max(1).next_multiple_of(TILE);
        Self {
            count: inner.div_ceil(length).max(1),
            length,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_the_sum_and_none_is_empty() {
        for groups in [1, 3, 64, 5000] {
            for inner in [1, 31, 127, 128, 129, 2034, 26_576, 1_000_003] {
                let Splits { count, length } = Splits::new(groups, inner);
                assert!(count * length >= inner, "{groups} {inner}");
                assert!((count - 1) * length < inner, "{groups} {inner}");
                assert!(groups * count <= ENOUGH_BLOCKS.max(groups));
            }
        }
        assert_eq!(Splits::new(5000, 1_000_003).count, 1);
    }
}

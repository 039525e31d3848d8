//! Random permutations without a buffer.

use crate::random::mix;

/// A random order of 0, 1, .., n - 1, a pure function of (seed, round, place).
///
/// A Feistel network permutes the numbers with as many bits as n - 1 has; a number beyond n is
/// permuted again until it is within (cycle walking; Black & Rogaway 2002). A place costs less than two
/// passes of eight rounds on average and no memory. Not cryptographically secure.
///
/// ```
/// use lowrank_core::permutation::Permutation;
/// let order = Permutation::new(1, 0, 5);
/// let mut seen = [false; 5];
/// for place in 0..5 {
///     seen[order.at(place)] = true;
/// }
/// assert_eq!(seen, [true; 5]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Permutation {
    key: u64,
    len: u64,
    /// The number of bits of the lower part, at least as many as of the upper one.
    low: u32,
    high: u32,
}

const ROUNDS: u64 = 8;

impl Permutation {
    /// Creates the order of `len` numbers for `seed` and `round`.
    pub const fn new(seed: u64, round: u64, len: usize) -> Self {
        let len = len as u64;
        let bits = u64::BITS.wrapping_sub(len.saturating_sub(1).leading_zeros());
        let high = bits >> 1;
        Self {
            key: mix(mix(seed).wrapping_add(round)),
            len,
            low: bits.wrapping_sub(high),
            high,
        }
    }

    /// Returns the number at `place`; `place` itself outside 0..n.
    pub fn at(&self, place: usize) -> usize {
        let mut number = place as u64;
        if number >= self.len {
            return place;
        }
        // A cycle returns to its start after at most this many steps.
        for _ in 0..=self.len {
            number = self.network(number);
            if number < self.len {
                return number as usize;
            }
        }
        place
    }

    fn network(&self, number: u64) -> u64 {
        let ones = |bits| 1u64.wrapping_shl(bits).wrapping_sub(1);
        let (low_mask, high_mask) = (ones(self.low), ones(self.high));
        let (mut low, mut high) = (number & low_mask, number.wrapping_shr(self.low));
        for round in 0..ROUNDS {
            let key = self.key.wrapping_add(round);
            if round & 1 == 0 {
                low ^= mix(key ^ mix(high)) & low_mask;
            } else {
                high ^= mix(key ^ mix(low)) & high_mask;
            }
        }
        high.wrapping_shl(self.low) | low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_once() {
        for len in [0, 1, 2, 3, 4, 5, 7, 8, 9, 100, 1023, 1024, 1025] {
            for round in 0..20 {
                let order = Permutation::new(3, round, len);
                let mut seen = [false; 1025];
                for place in 0..len {
                    let number = order.at(place);
                    assert!(number < len && !seen[number], "{len} {round} {place}");
                    seen[number] = true;
                }
            }
        }
        assert_eq!(Permutation::new(3, 0, 4).at(4), 4);
        let order = Permutation::new(3, 0, usize::MAX);
        assert!(order.at(usize::MAX - 1) < usize::MAX);
    }

    /// Chi squared of `counts`, in standard deviations above what chance gives.
    fn excess(counts: &[u32], trials: u32) -> f64 {
        let cells = counts.len() as f64;
        let expected = f64::from(trials) / cells;
        let chi_squared: f64 = counts
            .iter()
            .map(|&count| (f64::from(count) - expected).powi(2) / expected)
            .sum();
        (chi_squared - (cells - 1.0)) / (2.0 * (cells - 1.0)).sqrt()
    }

    #[test]
    fn every_order_of_four_numbers_is_as_likely() {
        let trials = 24_000;
        let mut counts = [0; 256];
        for round in 0..trials {
            let order = Permutation::new(5, u64::from(round), 4);
            let code = (0..4).fold(0, |code, place| code * 4 + order.at(place));
            counts[code] += 1;
        }
        let mut seen = [0; 24];
        let mut orders = 0;
        for &count in counts.iter().filter(|&&count| count > 0) {
            seen[orders] = count;
            orders += 1;
        }
        assert_eq!(orders, 24);
        assert!(excess(&seen, trials).abs() < 5.0, "{seen:?}");
    }

    #[test]
    fn numbers_and_their_neighbours_are_spread_evenly() {
        const N: usize = 11;
        let trials = 22_000;
        for place in 0..N - 1 {
            let (mut numbers, mut steps) = ([0; N], [0; N - 1]);
            for round in 0..trials {
                let order = Permutation::new(9, u64::from(round), N);
                let (here, next) = (order.at(place), order.at(place + 1));
                numbers[here] += 1;
                steps[(next + N - here) % N - 1] += 1;
            }
            assert!(excess(&numbers, trials).abs() < 5.0, "{place} {numbers:?}");
            assert!(excess(&steps, trials).abs() < 5.0, "{place} {steps:?}");
        }
    }
}

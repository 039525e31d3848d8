//! Random matrices, made of integers only: xorshift (Marsaglia 2003), 24 bits an entry.

use crate::board::Plain;
use lowrank_core::Real;

/// The entries of one matrix after another.
pub struct Entries(u32);

impl Entries {
    /// Matrix number `seed`.
    pub fn new(seed: u32) -> Self {
        let mut entries = Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9));
        for _ in 0..4 {
            entries.word();
        }
        entries
    }

    fn word(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    /// Overwrites `a` by numbers that are evenly spread in (-1, 1), or in (0, 1).
    pub fn fill<T: Scalar>(&mut self, a: &mut [T], negative: bool) {
        for x in a {
            let word = self.word();
            let sign = if negative { word & 1 } else { 0 };
            *x = T::fraction(sign, word >> 9);
        }
    }
}

/// The scalars that are measured.
pub trait Scalar: Real + Plain {
    /// (-1)^sign (2 n + 1) 2^-24 for n < 2^23.
    fn fraction(sign: u32, n: u32) -> Self;
}

/// The binary exponent of (2 n + 1) 2^-24, and the 23 bits behind its first.
fn exponent_and_bits(n: u32) -> (u32, u32) {
    let odd = (n << 1) | 1;
    let zeros = odd.leading_zeros() - 8;
    (126 - zeros, (odd << zeros) & 0x7F_FFFF)
}

impl Scalar for f32 {
    fn fraction(sign: u32, n: u32) -> Self {
        let (exponent, bits) = exponent_and_bits(n);
        f32::from_bits((sign << 31) | (exponent << 23) | bits)
    }
}

impl Scalar for f64 {
    fn fraction(sign: u32, n: u32) -> Self {
        let (exponent, bits) = exponent_and_bits(n);
        let high = (sign << 31) | ((exponent + 896) << 20) | (bits >> 3);
        f64::from_bits((u64::from(high) << 32) | u64::from(bits << 29))
    }
}

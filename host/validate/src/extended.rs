//! Matrices and their products in at least one and a half times the precision of f64, so that the rounding of the
//! judge is negligible beside the errors that it measures.
//!
//! Each factor is split in two on a grid of powers of two. The grid is so coarse that the product of the upper parts is
//! exact, sums included (Ozaki, Ogita, Oishi & Rump 2012). The remainder is smaller by the bits of the upper part, and
//! plain arithmetic suffices for it.

use crate::Matrix;
use lowrank_core::Real;

/// The unevaluated sum of a matrix and a much smaller one.
#[derive(Clone, Debug)]
pub struct Extended {
    high: Matrix<f64>,
    low: Matrix<f64>,
}

/// The bits of the fraction of f64, the leading one included.
const BITS: i32 = 53;

impl Extended {
    /// A diag(d), without rounding.
    pub fn scaled_columns(a: &Matrix<f64>, d: &[f64]) -> Self {
        let high = a.scale_columns(d);
        let low = Matrix::from_fn(a.nrows, a.ncols, |i, j| {
            a.at(i, j).mul_add(d[j], -high.at(i, j))
        });
        Self { high, low }
    }

    pub fn transposed(&self) -> Self {
        Self {
            high: self.high.transposed(),
            low: self.low.transposed(),
        }
    }

    /// A B, to about 2^-70 of the largest entries of A times those of B.
    pub fn times(&self, b: &Self) -> Self {
        let bits = product_bits(b.high.nrows);
        let (a_top, a_rest) = self.cut(bits);
        let (b_top, b_rest) = b.cut(bits);
        let mut low = a_top.times(&b_rest);
        low.add_product(&a_rest, &b.high.plus(&b.low));
        Self {
            high: a_top.times(&b_top),
            low,
        }
    }

    /// A - B, in f64.
    pub fn minus(&self, b: &Self) -> Matrix<f64> {
        self.high.minus(&b.high).plus(&self.low.minus(&b.low))
    }

    /// Splits A into the multiples of a power of two next to its entries, of that many bits, and the remainder.
    fn cut(&self, bits: i32) -> (Matrix<f64>, Matrix<f64>) {
        let e = self.high.exponent() + 1;
        // Adding this and subtracting it again rounds to a multiple of 2^(e - bits).
        let grid = 1.5 * f64::power_of_two(e - bits + BITS - 1);
        let top = self.high.map(|x| (x + grid) - grid);
        let rest = self.high.minus(&top).plus(&self.low);
        (top, rest)
    }
}

impl From<&Matrix<f64>> for Extended {
    fn from(a: &Matrix<f64>) -> Self {
        Self {
            high: a.clone(),
            low: Matrix::zeros(a.nrows, a.ncols),
        }
    }
}

/// Returns the bits of two factors such that the sum of `count` products has at most 53.
fn product_bits(count: usize) -> i32 {
    let sum_bits = usize::BITS - count.leading_zeros();
    (BITS - sum_bits as i32) / 2
}

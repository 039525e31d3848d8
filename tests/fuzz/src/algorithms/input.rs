//! Decoding of bytes to shapes, settings and floats.

use arbitrary::Unstructured;
use lowrank_core::Real;
use lowrank_core::nmf::NmfInit;
use lowrank_core::random::Distribution;
use lowrank_core::svd::{Normalizer, RangeFinder, Sides};
use lowrank_validate::Matrix;
use lowrank_validate::families::{families, smallest_subnormal};

/// A scalar from any bit pattern.
pub trait Scalar: Real {
    fn from_word(word: u64) -> Self;
}

impl Scalar for f32 {
    fn from_word(word: u64) -> Self {
        f32::from_bits(word as u32)
    }
}

impl Scalar for f64 {
    fn from_word(word: u64) -> Self {
        f64::from_bits(word)
    }
}

/// Bytes that are read from the front, followed by zeros.
#[derive(Debug)]
pub struct Input<'b> {
    bytes: Unstructured<'b>,
}

impl<'b> Input<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self {
            bytes: Unstructured::new(bytes),
        }
    }

    pub fn byte(&mut self) -> u8 {
        self.bytes.arbitrary().unwrap_or_default()
    }

    pub fn word(&mut self) -> u64 {
        self.bytes.arbitrary().unwrap_or_default()
    }

    /// A number below `n`, which is at most 256.
    pub fn below(&mut self, n: usize) -> usize {
        usize::from(self.byte()) % n
    }

    /// True for one byte in `n`, and never for zero.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    /// Rows or columns: 1 to 12, now and then none, or up to 40.
    pub fn size(&mut self) -> usize {
        match self.byte() {
            byte @ 0..240 => 1 + usize::from(byte) % 12,
            240..246 => 0,
            byte => 13 + 3 * usize::from(byte - 246),
        }
    }

    /// An index below `n` or not far behind, seldom a huge one.
    pub fn index(&mut self, n: usize) -> usize {
        match self.byte() {
            byte @ 240.. => usize::MAX >> (4 * (byte - 240)),
            byte => usize::from(byte) % (n + 2),
        }
    }

    /// A length of `needed` or up to three more; once in 16 any other small one.
    pub fn length(&mut self, needed: usize) -> usize {
        if self.once_in(16) {
            self.below(160)
        } else {
            needed + self.below(4)
        }
    }

    /// `right`, or once in 16 any other small shape.
    pub fn shape(&mut self, right: (usize, usize)) -> (usize, usize) {
        if self.once_in(16) {
            (self.below(13), self.below(13))
        } else {
            right
        }
    }

    /// A rank k of 1 to min(m, n), or once in 16 anything; and a width l >= k, or anything.
    pub fn rank_and_width(&mut self, (m, n): (usize, usize)) -> (usize, usize) {
        let k = 1 + self.below(m.min(n).max(1));
        let k = if self.once_in(16) { self.below(50) } else { k };
        let l = k + self.below(9);
        let l = if self.once_in(16) { self.below(50) } else { l };
        (k, l)
    }

    pub fn range_finder(&mut self) -> RangeFinder {
        let distributions = [
            Distribution::Uniform,
            Distribution::Sign,
            Distribution::Gaussian,
            Distribution::HalfGaussian,
        ];
        let normalizers = [Normalizer::Lu, Normalizer::Qr, Normalizer::None];
        RangeFinder {
            distribution: distributions[self.below(4)],
            power_iterations: self.below(10),
            normalizer: normalizers[self.below(3)],
            sides: [Sides::Both, Sides::Shorter][self.below(2)],
            seed: self.byte().into(),
        }
    }

    pub fn init(&mut self) -> NmfInit {
        [NmfInit::Nndsvda, NmfInit::Nndsvd, NmfInit::Random][self.below(3)]
    }

    /// Ordinary tolerances, and bit patterns that are none.
    pub fn tolerance(&mut self) -> f64 {
        match self.below(8) {
            0..=3 => 0.0,
            4 => 1e-6,
            5 => 1e-2,
            6 => f64::from_bits(self.word()),
            _ => f64::from(self.byte()),
        }
    }

    /// Any exponent of a finite number, the middle more often than the ends.
    pub fn exponent<T: Scalar>(&mut self) -> i32 {
        let largest = T::MAX.exponent();
        let lowest = smallest_subnormal::<T>();
        match self.below(4) {
            0 => 0,
            1 => i32::from(self.byte() as i8),
            2 => lowest + i32::from(self.byte()),
            _ => largest - i32::from(self.byte()),
        }
        .clamp(lowest, largest)
    }

    /// A float of any bit pattern.
    pub fn scalar<T: Scalar>(&mut self) -> T {
        T::from_word(if T::EPSILON.to_f64() > 1e-10 {
            self.bytes.arbitrary::<u32>().unwrap_or_default().into()
        } else {
            self.word()
        })
    }

    /// A matrix of one of several kinds, with up to three entries of any bit pattern.
    pub fn matrix<T: Scalar>(&mut self, nrows: usize, ncols: usize) -> Matrix<T> {
        let mut a = self.kind(nrows, ncols);
        for _ in 0..self.below(16).saturating_sub(12) {
            let at = self.below(256);
            let x = self.scalar();
            if let Some(entry) = a.entries.get_mut(at) {
                *entry = x;
            }
        }
        a
    }

    fn kind<T: Scalar>(&mut self, nrows: usize, ncols: usize) -> Matrix<T> {
        match self.below(6) {
            0 => {
                let all = families::<T>();
                let family = all[self.below(all.len())];
                let seed = u64::from(self.byte());
                if nrows == 0 || ncols == 0 {
                    return Matrix::zeros(nrows, ncols);
                }
                (family.make)(nrows, ncols, seed)
            }
            1 => self.filled(nrows, ncols, Self::scalar),
            2 => {
                let e = self.exponent::<T>();
                self.filled(nrows, ncols, |input| input.integer(e))
            }
            3 => self.filled(nrows, ncols, Self::special),
            4 => {
                let step = 1 + self.byte() % 16;
                self.filled(nrows, ncols, |input| input.graded(step))
            }
            _ => self.repeated(nrows, ncols),
        }
    }

    pub fn filled<T: Scalar>(
        &mut self,
        nrows: usize,
        ncols: usize,
        mut entry: impl FnMut(&mut Self) -> T,
    ) -> Matrix<T> {
        Matrix {
            entries: (0..nrows * ncols).map(|_| entry(self)).collect(),
            nrows,
            ncols,
        }
    }

    /// A small whole number times 2^e.
    pub fn integer<T: Scalar>(&mut self, e: i32) -> T {
        T::from_f64((self.byte() as i8).into()).scale_by_power_of_two(e)
    }

    /// Zeros, ones, and the ends of the range.
    fn special<T: Scalar>(&mut self) -> T {
        let tiny = T::power_of_two(smallest_subnormal::<T>());
        let size = match self.below(16) {
            0..=2 => T::ZERO,
            3..=5 => T::ONE,
            6 => T::EPSILON,
            7 => T::ONE + T::EPSILON,
            8 => tiny,
            9 => T::SQUARE_ROOT_OF_MIN * T::SQUARE_ROOT_OF_MIN,
            10 => T::SQUARE_ROOT_OF_MIN,
            11 => T::SAFE_SQUARE,
            12 => T::MAX,
            13 => T::MAX.scale_by_power_of_two(-2),
            14 => T::power_of_two(T::SAFE_EXPONENT),
            _ => T::from_f64([f64::INFINITY, f64::NAN][self.below(2)]),
        };
        if self.below(2) == 0 { size } else { -size }
    }

    /// One byte of sign and exponent, steps of 2^`step` apart.
    fn graded<T: Scalar>(&mut self, step: u8) -> T {
        let byte = self.byte() as i8;
        let e = i32::from(byte >> 1) * i32::from(step);
        let size = T::from_f64(1.0 + f64::from(byte as u8 & 7) / 10.0).scale_by_power_of_two(e);
        if !size.is_finite() {
            return T::ONE;
        }
        if byte & 1 == 0 { size } else { -size }
    }

    /// A few rows of small whole numbers, in turn: a matrix of small rank.
    fn repeated<T: Scalar>(&mut self, nrows: usize, ncols: usize) -> Matrix<T> {
        let rank = 1 + self.below(3);
        let e = self.exponent::<T>();
        let rows = self.filled::<T>(rank, ncols, |input| input.integer(e));
        Matrix::from_fn(nrows, ncols, |i, j| rows.at(i % rank, j))
    }
}

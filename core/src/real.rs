use core::fmt::{Debug, Display};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// The scalars of lowrank: `f32` and `f64`.
///
/// Only + - * / and these methods are used, so that results have the same bits on every
/// machine with IEEE 754 arithmetic and without flush-to-zero. `sqrt`, `ln` and `pow` come from
/// libm on every target, never from the platform; no operations are fused.
pub trait Real:
    Copy
    + Default
    + PartialOrd
    + Debug
    + Display
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + Send
    + Sync
    + 'static
    + sealed::Sealed
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// 1/2.
    const HALF: Self;
    /// The distance from 1 to the next number: 2^-23 or 2^-52.
    const EPSILON: Self;
    /// The largest finite number.
    const MAX: Self;
    /// The square root of the smallest normal number: its square does not underflow.
    const SQUARE_ROOT_OF_MIN: Self;
    /// Sums of squares from this number to [`MAX`](Self::MAX) are not affected by underflow.
    const SAFE_SQUARE: Self;
    /// The bound on the magnitude of binary exponents for which three factors can be multiplied, and the products
    /// summed, without leaving the range of the type.
    const SAFE_EXPONENT: i32;
    /// 2^([`SAFE_EXPONENT`](Self::SAFE_EXPONENT) / 2): entries between its inverse and this number
    /// can be squared, and their squares multiplied.
    const SAFE_TO_SQUARE: Self;

    /// Returns x >= 0 or, if its square underflows, zero. Entries of a factor that small add nothing to its products, but
    /// make them subnormal, and a processor computes those many times as slowly.
    #[inline(always)]
    fn without_underflow(self) -> Self {
        if self < Self::SQUARE_ROOT_OF_MIN {
            Self::ZERO
        } else {
            self
        }
    }
    /// |x|.
    fn abs(self) -> Self;
    /// The square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// The natural logarithm.
    fn ln(self) -> Self;
    /// self^y.
    fn pow(self, y: Self) -> Self;
    /// Returns true for numbers that are neither NaN nor infinite.
    fn is_finite(self) -> bool;
    /// Returns true if |x| > |y|, compared by their bits: NaN is larger than infinity, and no arithmetic is done.
    fn outweighs(self, y: Self) -> bool;
    /// Returns the largest |x_i|, compared by their bits: NaN if there is one, zero for no entries.
    fn largest(x: &[Self]) -> Self;
    /// floor(log2 |x|), also for subnormal numbers; an end of the range for zero, infinity and NaN.
    fn exponent(self) -> i32;
    /// 2^e, rounded to zero below the range and to infinity above it.
    fn power_of_two(e: i32) -> Self;
    /// Converts to the nearest number.
    fn from_f64(x: f64) -> Self;
    /// Converts exactly.
    fn to_f64(self) -> f64;
    /// Converts to the nearest number.
    fn from_usize(n: usize) -> Self;
    /// Converts to the integer, for numbers made by [`from_usize`](Self::from_usize)
    /// from less than 2^24; zero for negative numbers and NaN.
    fn to_usize(self) -> usize;
    /// Returns a number in the open interval (0, 1) from the high bits of `word`, evenly spaced.
    fn unit_interval(word: u64) -> Self;

    /// Returns the larger of two numbers; `other` if this one is NaN.
    #[inline]
    fn larger(self, other: Self) -> Self {
        if self > other { self } else { other }
    }

    /// `self` * 2^e in two exact steps, since 2^e itself may be out of range.
    #[inline]
    fn scale_by_power_of_two(self, e: i32) -> Self {
        let half = e >> 1;
        self * Self::power_of_two(half) * Self::power_of_two(half + (e & 1))
    }
}

macro_rules! implement_real {
    ($t:ident, $bits:ident, $sqrt:path, $ln:path, $pow:path, fraction $fraction:literal, bias $bias:literal,
     safe_square $safe_square:literal, safe_exponent $safe_exponent:literal, root_of_min $root:literal) => {
        impl Real for $t {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const HALF: Self = 0.5;
            const EPSILON: Self = $t::EPSILON;
            const MAX: Self = $t::MAX;
            const SQUARE_ROOT_OF_MIN: Self = $t::from_bits((($bias - $root) as $bits) << $fraction);
            const SAFE_SQUARE: Self = $t::from_bits((($bias - $safe_square) as $bits) << $fraction);
            const SAFE_EXPONENT: i32 = $safe_exponent;
            const SAFE_TO_SQUARE: Self =
                $t::from_bits((($bias + $safe_exponent / 2) as $bits) << $fraction);

            #[inline]
            fn abs(self) -> Self {
                $t::from_bits(self.to_bits() & ($bits::MAX >> 1))
            }

            #[inline]
            fn sqrt(self) -> Self {
                $sqrt(self)
            }

            #[inline]
            fn ln(self) -> Self {
                $ln(self)
            }

            #[inline]
            fn pow(self, y: Self) -> Self {
                $pow(self, y)
            }

            #[inline]
            fn is_finite(self) -> bool {
                self.abs() <= $t::MAX
            }

            #[inline]
            fn outweighs(self, y: Self) -> bool {
                let magnitude = |x: $t| x.to_bits() & ($bits::MAX >> 1);
                magnitude(self) > magnitude(y)
            }

            #[inline]
            fn largest(x: &[Self]) -> Self {
                let mut largest = 0;
                for x in x {
                    largest = largest.max(x.to_bits() & ($bits::MAX >> 1));
                }
                $t::from_bits(largest)
            }

            #[inline]
            fn exponent(self) -> i32 {
                let magnitude = self.to_bits() & ($bits::MAX >> 1);
                let biased = (magnitude >> $fraction) as i32;
                if biased == 0 {
                    let width = $bits::BITS as i32 - magnitude.leading_zeros() as i32;
                    return width - $bias - $fraction;
                }
                biased - $bias
            }

            #[inline]
            fn power_of_two(e: i32) -> Self {
                if e > $bias {
                    return $t::INFINITY;
                }
                if e > -$bias {
                    return $t::from_bits(((e + $bias) as $bits) << $fraction);
                }
                let shift = e + ($bias - 1 + $fraction);
                if shift < 0 {
                    0.0
                } else {
                    $t::from_bits(1 << shift)
                }
            }

            #[inline]
            fn from_f64(x: f64) -> Self {
                x as $t
            }

            #[inline]
            fn to_f64(self) -> f64 {
                self as f64
            }

            #[inline]
            fn from_usize(n: usize) -> Self {
                n as $t
            }

            #[inline]
            fn to_usize(self) -> usize {
                self as usize
            }

            #[inline]
            fn unit_interval(word: u64) -> Self {
                // An odd multiple of 2^-(fraction + 1): never 0, never 1.
                let steps = (word >> (64 - $fraction)) as $t;
                (steps + 0.5) * Self::power_of_two(-$fraction)
            }
        }
    };
}

implement_real!(f32, u32, libm::sqrtf, libm::logf, libm::powf, fraction 23, bias 127,
    safe_square 100, safe_exponent 36, root_of_min 63);
implement_real!(f64, u64, libm::sqrt, libm::log, libm::pow, fraction 52, bias 1023,
    safe_square 960, safe_exponent 300, root_of_min 511);

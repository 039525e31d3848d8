//! Numbers of 106 bits as sums of two of f64 (Joldes, Muller & Popescu 2017).

use core::ops::{Add, Div, Mul, Neg, Sub};
use lowrank_core::Real;

/// The unevaluated sum of a number of f64 and one of at most half a unit in its last place.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct DoubleDouble {
    pub high: f64,
    pub low: f64,
}

impl DoubleDouble {
    pub const ZERO: Self = Self::new(0.0, 0.0);
    pub const ONE: Self = Self::new(1.0, 0.0);

    const fn new(high: f64, low: f64) -> Self {
        Self { high, low }
    }

    /// x 2^e, exact within the range of f64.
    pub fn scaled(self, e: i32) -> Self {
        let scaled = |x: f64| x.scale_by_power_of_two(e);
        Self::new(scaled(self.high), scaled(self.low))
    }

    pub fn abs(self) -> Self {
        if self.high < 0.0 { -self } else { self }
    }

    /// Computes the root by one Newton step from the root of the upper part.
    pub fn sqrt(self) -> Self {
        if self.high <= 0.0 {
            return Self::ZERO;
        }
        let root = Self::from(self.high.sqrt());
        let rest = self - root * root;
        root + Self::from(rest.high / (2.0 * root.high))
    }
}

impl From<f64> for DoubleDouble {
    fn from(x: f64) -> Self {
        Self::new(x, 0.0)
    }
}

impl Neg for DoubleDouble {
    type Output = Self;

    fn neg(self) -> Self {
        Self::new(-self.high, -self.low)
    }
}

/// x + y without rounding (Knuth).
fn sum(x: f64, y: f64) -> DoubleDouble {
    let high = x + y;
    let part = high - x;
    let low = (x - (high - part)) + (y - part);
    DoubleDouble { high, low }
}

/// x + y without rounding, |x| >= |y| (Dekker).
fn sum_of_ordered(x: f64, y: f64) -> DoubleDouble {
    let high = x + y;
    let low = y - (high - x);
    DoubleDouble { high, low }
}

/// x y without rounding.
fn product(x: f64, y: f64) -> DoubleDouble {
    let high = x * y;
    let low = x.mul_add(y, -high);
    DoubleDouble { high, low }
}

impl Add for DoubleDouble {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let upper = sum(self.high, other.high);
        let lower = sum(self.low, other.low);
        let x = sum_of_ordered(upper.high, upper.low + lower.high);
        sum_of_ordered(x.high, lower.low + x.low)
    }
}

impl Sub for DoubleDouble {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for DoubleDouble {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let upper = product(self.high, other.high);
        let lower = self.low.mul_add(other.high, self.low * other.low);
        let mixed = self.high.mul_add(other.low, lower);
        sum_of_ordered(upper.high, upper.low + mixed)
    }
}

impl Div for DoubleDouble {
    type Output = Self;

    /// Divides digit by digit: three quotients of f64.
    fn div(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self - other * Self::from(first);
        let second = rest.high / other.high;
        let rest = rest - other * Self::from(second);
        let third = rest.high / other.high;
        sum_of_ordered(first, second) + Self::from(third)
    }
}

//! Singular values to 26 digits, by plain one-sided Jacobi rotations (Hestenes 1958) in numbers of 106 bits.
//!
//! Every column has its own power of two, so that columns of any size keep their digits. For A = B D with diagonal D,
//! each value has a relative error of about n 1e-28 times the condition of B, whatever D is.

use crate::Matrix;
use crate::double_double::DoubleDouble;
use lowrank_core::Real;

/// `mantissa` 2^`exponent`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reference {
    pub mantissa: DoubleDouble,
    pub exponent: i32,
}

impl Reference {
    /// |s - r| / (r eps), where r is this value; zero if both are zero.
    pub fn relative_error<T: Real>(&self, s: T) -> f64 {
        // The mantissa is near one, far from both ends of the range.
        let s = DoubleDouble::from(s.to_f64().scale_by_power_of_two(-self.exponent));
        let error = (s - self.mantissa).abs().high;
        if error == 0.0 {
            return 0.0;
        }
        error / (self.mantissa.high * T::EPSILON.to_f64())
    }
}

/// The cosine below which columns are orthogonal: ten times the rounding error of a scalar product of a hundred
/// entries.
const ORTHOGONAL: f64 = 1e-28;

/// A limit far above the needs of quadratic convergence.
const MAX_SWEEPS: usize = 60;

/// A column, m of about one times a power of two.
#[derive(Clone, Debug)]
struct Column {
    entries: Vec<DoubleDouble>,
    exponent: i32,
}

/// Returns all singular values of A, m >= n, in descending order. If the rows of A differ much in size, the caller has
/// to transpose A.
///
/// # Panics
/// Panics if A has more columns than rows, or if the rotations do not converge.
pub fn singular_values<T: Real>(a: &Matrix<T>) -> Vec<Reference> {
    assert!(a.nrows >= a.ncols, "transpose wide matrices");
    let mut columns: Vec<Column> = (0..a.ncols).map(|j| Column::new(a.column(j))).collect();
    columns.sort_by_key(|column| core::cmp::Reverse(column.exponent));
    for _ in 0..MAX_SWEEPS {
        if !sweep(&mut columns) {
            return sorted_lengths(&columns);
        }
    }
    panic!("the reference has not settled after {MAX_SWEEPS} sweeps");
}

/// Rotates every pair of columns; returns true if a pair was rotated.
fn sweep(columns: &mut [Column]) -> bool {
    let mut any = false;
    for q in 1..columns.len() {
        let (left, right) = columns.split_at_mut(q);
        for p in left {
            any |= rotate(p, &mut right[0]);
        }
    }
    any
}

/// Makes two columns orthogonal. With rho = 2^(e_q - e_p) <= 1, g = x_p . x_q and
/// d = rho^2 ||x_q||^2 - ||x_p||^2 the tangent of the rotation is rho t,
/// t = sign(d) 2 g / (|d| + sqrt(d^2 + 4 rho^2 g^2)): nothing is divided by rho.
fn rotate(p: &mut Column, q: &mut Column) -> bool {
    let (p, q) = if p.exponent >= q.exponent {
        (p, q)
    } else {
        (q, p)
    };
    let (a, b, g) = (dot(p, p), dot(q, q), dot(p, q));
    if g.abs().high <= ORTHOGONAL * (a.high * b.high).sqrt() {
        return false;
    }
    let rho_squared = f64::power_of_two(2 * (q.exponent - p.exponent));
    let rho_squared = DoubleDouble::from(rho_squared);
    let d = rho_squared * b - a;
    let four = DoubleDouble::from(4.0);
    let root = (d * d + four * rho_squared * g * g).sqrt();
    let denominator = if d.high < 0.0 { d - root } else { d + root };
    let t = (g + g) / denominator;
    let cosine = DoubleDouble::ONE / (DoubleDouble::ONE + rho_squared * t * t).sqrt();
    let (up, down) = (rho_squared * t, t);
    for (x, y) in p.entries.iter_mut().zip(&mut q.entries) {
        let (old_x, old_y) = (*x, *y);
        *x = cosine * (old_x - up * old_y);
        *y = cosine * (old_y + down * old_x);
    }
    p.normalize();
    q.normalize();
    true
}

fn dot(x: &Column, y: &Column) -> DoubleDouble {
    let mut sum = DoubleDouble::ZERO;
    for (x, y) in x.entries.iter().zip(&y.entries) {
        sum = sum + *x * *y;
    }
    sum
}

fn sorted_lengths(columns: &[Column]) -> Vec<Reference> {
    let mut values: Vec<Reference> = columns.iter().map(Column::length).collect();
    let place = |r: &Reference| (r.mantissa.high > 0.0, r.exponent, r.mantissa.high);
    values.sort_by(|x, y| place(y).partial_cmp(&place(x)).expect("no NaN"));
    values
}

impl Column {
    fn new<T: Real>(entries: &[T]) -> Self {
        let entries = entries.iter().map(|x| DoubleDouble::from(x.to_f64()));
        let mut column = Self {
            entries: entries.collect(),
            exponent: 0,
        };
        column.normalize();
        column
    }

    /// Moves the magnitude of the largest entry into the exponent.
    fn normalize(&mut self) {
        let sizes = self.entries.iter().map(|x| x.high.abs());
        let largest = sizes.fold(0.0, f64::max);
        if largest > 0.0 {
            let e = largest.exponent();
            for x in &mut self.entries {
                *x = x.scaled(-e);
            }
            self.exponent += e;
        }
    }

    fn length(&self) -> Reference {
        let length = dot(self, self).sqrt();
        let e = if length.high > 0.0 {
            length.high.exponent()
        } else {
            0
        };
        Reference {
            mantissa: length.scaled(-e),
            exponent: self.exponent + e,
        }
    }
}

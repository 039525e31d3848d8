//! The accuracy of a factorization in figures that should all be small: errors divided by the effect of rounding, or by
//! the bound that the theory of the method gives. All have the same bound.

mod low_rank;
mod nmf;
mod qr;
mod small_svd;

pub use low_rank::{approximation, range, truncated_svd};
pub use nmf::{nmf, scaled_factors};
pub use qr::qr;
pub use small_svd::small_svd;

/// The bound of every figure. Backward stability promises a small multiple of one, and LAPACK's own tests allow 30 or
/// 50.
pub const BOUND: f64 = 10.0;

/// A figure and its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    pub name: &'static str,
    pub value: f64,
}

/// The figures of one factorization.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    pub list: Vec<Figure>,
    /// A rule that is broken regardless of rounding: a negative entry, an R that is not triangular.
    pub violation: Option<&'static str>,
}

impl Figures {
    /// Returns the largest figure; infinite if one is NaN or a rule is broken.
    pub fn worst(&self) -> f64 {
        let values = self.list.iter().map(|figure| figure.value);
        if self.violation.is_some() || values.clone().any(f64::is_nan) {
            return f64::INFINITY;
        }
        values.fold(0.0, f64::max)
    }

    /// Checks that all figures are below [`BOUND`] and no rule is broken.
    pub fn pass(&self) -> bool {
        self.worst() < BOUND
    }

    /// Appends `error` / `unit`.
    fn push(&mut self, name: &'static str, error: f64, unit: f64) {
        let value = if error == 0.0 { 0.0 } else { error / unit };
        self.list.push(Figure { name, value });
    }

    /// Records the first rule that is broken.
    fn demand(&mut self, kept: bool, violation: &'static str) {
        if !kept {
            self.violation.get_or_insert(violation);
        }
    }

    /// Checks a reported bound, except for the rounding of this comparison.
    fn demand_bound(&mut self, error: f64, bound: f64) {
        self.demand(error <= bound * (1.0 + 1e-9), "the error exceeds its bound");
    }
}

/// max(x - y, 0); NaN if x or y is NaN.
fn above(x: f64, y: f64) -> f64 {
    if x <= y { 0.0 } else { x - y }
}

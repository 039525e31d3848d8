use crate::Real;
use crate::model::Components;

/// The right singular vectors and the singular values of a sketch: k rows of d numbers, as long as these values.
#[derive(Clone, Copy, Debug)]
pub struct SketchComponents<'a, T> {
    rows: &'a [T],
    lengths: &'a [T],
    d: usize,
}

impl<'a, T: Real> SketchComponents<'a, T> {
    /// - `rows`: orthogonal, at least k of d numbers; `lengths`: theirs, all positive.
    pub(super) fn new(rows: &'a [T], lengths: &'a [T], (d, k): (usize, usize)) -> Self {
        Self {
            rows: rows.get(..d.saturating_mul(k)).unwrap_or_default(),
            lengths: lengths.get(..k).unwrap_or_default(),
            d,
        }
    }

    /// Returns the k singular values, from the largest on.
    pub fn singular_values(&self) -> &'a [T] {
        self.lengths
    }

    /// Returns v_j, of d numbers; nothing if there is none.
    pub fn axis(&self, j: usize) -> impl Iterator<Item = T> + 'a {
        let length = self.lengths.get(j).copied().unwrap_or(T::ONE);
        self.row(j).iter().map(move |x| *x / length)
    }

    fn row(&self, j: usize) -> &'a [T] {
        let rest = self
            .rows
            .get(j.saturating_mul(self.d)..)
            .unwrap_or_default();
        rest.get(..self.d).unwrap_or_default()
    }

    fn entry(&self, i: usize, j: usize) -> T {
        self.row(j).get(i).copied().unwrap_or(T::ZERO)
    }
}

impl Components for SketchComponents<'_, f32> {
    fn nrows(&self) -> usize {
        self.d
    }

    fn ncols(&self) -> usize {
        self.lengths.len()
    }

    fn add_row(&self, i: usize, x: f32, y: &mut [f32]) {
        for (j, y) in (0..y.len()).zip(y) {
            *y += x * self.entry(i, j);
        }
    }

    fn scale(&self, y: &mut [f32]) {
        for (y, length) in y.iter_mut().zip(self.lengths) {
            *y /= *length;
        }
    }

    fn dot_row(&self, i: usize, y: &[f32]) -> f32 {
        let mut sum = 0.0;
        for (j, (y, length)) in (0..y.len()).zip(y.iter().zip(self.lengths)) {
            sum += self.entry(i, j) * (*y / *length);
        }
        sum
    }

    /// The axes are orthonormal but for rounding, and G is the identity.
    fn gram_dot(&self, j: usize, y: &[f32]) -> f32 {
        y.get(j).copied().unwrap_or(0.0)
    }

    fn gram_diagonal(&self, _: usize) -> f32 {
        1.0
    }
}

//! A matrix that owns its entries, with the few operations that tests need. All arithmetic is in f64 and independent of
//! lowrank's.

use lowrank_core::random::{Distribution, RandomEntries};
use lowrank_core::{MatMut, MatRef, Real};

/// An m x n matrix, column-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix<T> {
    pub entries: Vec<T>,
    pub nrows: usize,
    pub ncols: usize,
}

impl<T: Real> Matrix<T> {
    pub fn from_fn(nrows: usize, ncols: usize, entry: impl Fn(usize, usize) -> T) -> Self {
        let mut entries = Vec::with_capacity(nrows * ncols);
        for j in 0..ncols {
            entries.extend((0..nrows).map(|i| entry(i, j)));
        }
        Self {
            entries,
            nrows,
            ncols,
        }
    }

    pub fn zeros(nrows: usize, ncols: usize) -> Self {
        Self::from_fn(nrows, ncols, |_, _| T::ZERO)
    }

    /// Standard normal entries.
    pub fn gaussian(nrows: usize, ncols: usize, seed: u64) -> Self {
        let random = RandomEntries::new(Distribution::Gaussian, seed);
        Self::from_fn(nrows, ncols, |i, j| T::from_f64(random.at(i, j)))
    }

    pub fn at(&self, i: usize, j: usize) -> T {
        self.entries[i + self.nrows * j]
    }

    pub fn column(&self, j: usize) -> &[T] {
        &self.entries[self.nrows * j..][..self.nrows]
    }

    pub fn view(&self) -> MatRef<'_, T> {
        MatRef::new(&self.entries, self.nrows, self.ncols).unwrap()
    }

    pub fn view_mut(&mut self) -> MatMut<'_, T> {
        MatMut::new(&mut self.entries, self.nrows, self.ncols).unwrap()
    }

    pub fn transposed(&self) -> Self {
        Self::from_fn(self.ncols, self.nrows, |i, j| self.at(j, i))
    }

    pub fn map<S: Real>(&self, f: impl Fn(T) -> S) -> Matrix<S> {
        Matrix::from_fn(self.nrows, self.ncols, |i, j| f(self.at(i, j)))
    }

    /// 2^e A, exact within the range of f64.
    pub fn scaled(&self, e: i32) -> Matrix<T> {
        self.map(|x| x.scale_by_power_of_two(e))
    }

    pub fn largest(&self) -> T {
        self.entries
            .iter()
            .fold(T::ZERO, |largest, x| x.abs().larger(largest))
    }

    /// e such that the entries of 2^-e A are below two.
    pub fn exponent(&self) -> i32 {
        match self.largest() {
            x if x > T::ZERO => x.exponent(),
            _ => 0,
        }
    }

    /// 2^-e A in f64.
    pub fn to_f64(&self, e: i32) -> Matrix<f64> {
        self.map(|x| x.to_f64().scale_by_power_of_two(-e))
    }
}

impl Matrix<f64> {
    /// ||A||_F, summed column by column so that rounding grows with m + n only.
    pub fn frobenius(&self) -> f64 {
        let e = self.exponent();
        let square = |x: &f64| x.scale_by_power_of_two(-e).powi(2);
        let columns = (0..self.ncols).map(|j| self.column(j).iter().map(square).sum::<f64>());
        columns.sum::<f64>().sqrt().scale_by_power_of_two(e)
    }

    /// The largest sum of magnitudes of a column; NaN if an entry is NaN.
    pub fn one_norm(&self) -> f64 {
        let sums = (0..self.ncols).map(|j| self.column(j).iter().map(|x| x.abs()).sum());
        largest(sums)
    }

    /// The norms of the columns.
    pub fn lengths(&self) -> Vec<f64> {
        (0..self.ncols).map(|j| norm(self.column(j))).collect()
    }

    /// A diag(d).
    pub fn scale_columns(&self, d: &[f64]) -> Self {
        Self::from_fn(self.nrows, self.ncols, |i, j| self.at(i, j) * d[j])
    }

    /// A B.
    pub fn times(&self, b: &Self) -> Self {
        let mut product = Self::zeros(self.nrows, b.ncols);
        product.add_product(self, b);
        product
    }

    /// C <- C + A B.
    pub fn add_product(&mut self, a: &Self, b: &Self) {
        assert_eq!((self.nrows, self.ncols), (a.nrows, b.ncols));
        assert_eq!(a.ncols, b.nrows);
        for (j, out) in self.entries.chunks_mut(a.nrows.max(1)).enumerate() {
            for (p, x) in b.column(j).iter().enumerate() {
                for (out, a) in out.iter_mut().zip(a.column(p)) {
                    *out += a * x;
                }
            }
        }
    }

    /// A^T B.
    pub fn transpose_times(&self, b: &Self) -> Self {
        assert_eq!(self.nrows, b.nrows);
        let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum();
        Self::from_fn(self.ncols, b.ncols, |i, j| dot(self.column(i), b.column(j)))
    }

    pub fn minus(&self, b: &Self) -> Self {
        assert_eq!((self.nrows, self.ncols), (b.nrows, b.ncols));
        Self::from_fn(self.nrows, self.ncols, |i, j| self.at(i, j) - b.at(i, j))
    }

    pub fn plus(&self, b: &Self) -> Self {
        assert_eq!((self.nrows, self.ncols), (b.nrows, b.ncols));
        Self::from_fn(self.nrows, self.ncols, |i, j| self.at(i, j) + b.at(i, j))
    }

    /// Random orthonormal columns, m >= n.
    pub fn orthonormal(m: usize, n: usize, seed: u64) -> Self {
        assert!(m >= n);
        let mut q = Self::gaussian(m, n, seed);
        q.orthonormalize();
        q
    }

    /// Gram and Schmidt, twice; for independent columns.
    fn orthonormalize(&mut self) {
        let m = self.nrows;
        for j in 0..self.ncols {
            let (done, rest) = self.entries.split_at_mut(m * j);
            let x = &mut rest[..m];
            for _ in 0..2 {
                for y in done.chunks(m) {
                    let dot: f64 = x.iter().zip(y).map(|(x, y)| x * y).sum();
                    for (x, y) in x.iter_mut().zip(y) {
                        *x -= dot * y;
                    }
                }
            }
            let length = norm(x);
            for x in x {
                *x /= length;
            }
        }
    }

    /// R of A = Q R, m x n, zero below the diagonal; for independent leading columns.
    pub fn triangular_factor(&self) -> Self {
        let k = self.nrows.min(self.ncols);
        let mut q = Self::from_fn(self.nrows, k, |i, j| self.at(i, j));
        q.orthonormalize();
        let r = q.transpose_times(self);
        Self::from_fn(self.nrows, self.ncols, |i, j| {
            if i <= j && i < k { r.at(i, j) } else { 0.0 }
        })
    }

    /// U diag(s) V^T with random U and V and `s.len()` <= min(m, n).
    pub fn with_spectrum(m: usize, n: usize, s: &[f64], seed: u64) -> Self {
        let u = Self::orthonormal(m, s.len(), seed);
        let v = Self::orthonormal(n, s.len(), seed ^ 0xABCD);
        u.scale_columns(s).times(&v.transposed())
    }
}

/// ||x||.
pub(crate) fn norm(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum::<f64>().sqrt()
}

/// Returns the largest of nonnegative numbers; NaN if one is NaN, which f64::max would lose.
pub(crate) fn largest(numbers: impl Iterator<Item = f64>) -> f64 {
    let larger = |x: f64, y: f64| if x.is_nan() || y <= x { x } else { y };
    numbers.fold(0.0, larger)
}

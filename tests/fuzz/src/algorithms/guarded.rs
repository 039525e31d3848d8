//! Buffers with a guarded end, longer than necessary.

use lowrank_core::{MatMut, Real};
use lowrank_validate::Matrix;

/// The mark after the end.
const MARK: f64 = -0.123_456_789;

/// Scalars that an algorithm may overwrite, filled with NaN, followed by marks.
#[derive(Debug)]
pub struct Guarded<T> {
    scalars: Vec<T>,
    needed: usize,
}

impl<T: Real> Guarded<T> {
    /// `found` scalars of which the first `needed`, as far as there are so many, are open.
    pub fn new(needed: usize, found: usize) -> Self {
        let mut scalars = vec![T::from_f64(f64::NAN); needed.min(found)];
        scalars.resize(found, T::from_f64(MARK));
        Self { scalars, needed }
    }

    /// Room for a matrix of that shape and `spare` marks.
    pub fn panel((nrows, ncols): (usize, usize), spare: usize) -> Self {
        Self::new(nrows * ncols, nrows * ncols + spare)
    }

    /// The entries of a matrix and `spare` marks.
    pub fn holding(a: &Matrix<T>, spare: usize) -> Self {
        let mut scalars = a.entries.clone();
        let needed = scalars.len();
        scalars.resize(needed + spare, T::from_f64(MARK));
        Self { scalars, needed }
    }

    /// All of it, marks included.
    pub fn all(&mut self) -> &mut [T] {
        &mut self.scalars
    }

    /// The same as a matrix of that shape.
    pub fn view(&mut self, (nrows, ncols): (usize, usize)) -> MatMut<'_, T> {
        MatMut::new(&mut self.scalars, nrows, ncols).expect("room for the shape")
    }

    /// The first scalars.
    pub fn first(&self, count: usize) -> &[T] {
        &self.scalars[..count]
    }

    /// The first scalars as a matrix that owns them.
    pub fn matrix(&self, (nrows, ncols): (usize, usize)) -> Matrix<T> {
        Matrix {
            entries: self.first(nrows * ncols).to_vec(),
            nrows,
            ncols,
        }
    }

    pub fn assert_end_untouched(&self) {
        let mark = T::from_f64(MARK);
        let mut end = self.scalars.iter().skip(self.needed);
        assert!(end.all(|x| *x == mark), "written behind the end");
    }
}

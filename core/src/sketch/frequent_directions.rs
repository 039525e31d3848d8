//! Frequent Directions.

use super::axes::SketchComponents;
use super::rotation::{rotate, scratch_len};
use super::state::{MOST_ROWS, SketchState};
use crate::buffer::{require, take};
use crate::dense::{check_shape, copy, dot, scale};
use crate::model::{Numbers, PcaView};
use crate::{Error, Real};

/// Returns the scalars of the buffer of a sketch of rows of d numbers: (2 l + 1) d for its state, and 12 l^2 + 14 l
/// of scratch.
///
/// ```
/// use lowrank_core::sketch::buffer_len;
/// static BUFFER: [f32; buffer_len(64, 8)] = [0.0; buffer_len(64, 8)];
/// assert_eq!(BUFFER.len(), 1968);
/// ```
pub const fn buffer_len(d: usize, l: usize) -> usize {
    let rows = l.saturating_mul(2);
    let state = rows.saturating_add(1).saturating_mul(d);
    state.saturating_add(scratch_len(rows))
}

/// B, 2 l x d, with B^T B ~ A^T A for a matrix A whose rows arrive one by one (Liberty 2013; Ghashami, Liberty,
/// Phillips & Woodruff 2016).
///
/// Whenever B is full, its rows are rotated to be orthogonal, and the square of the l-th length is subtracted from
/// all squares, which empties half of it. The sum of what was subtracted bounds the error ([`bound`](Self::bound)),
/// and is at most ||A - A_k||_F^2 / (l - k) for every k < l: for l = 2 k the axes of B explain A nearly as well as
/// any k axes.
///
/// A row costs 2 d for its place, and every (l + 1) rows 8 d l^2 flops and an SVD of 2 l x 2 l.
///
/// ```
/// use lowrank_core::sketch::{FrequentDirections, buffer_len};
/// let mut buffer = [0.0; buffer_len(4, 2)];
/// let mut sketch = FrequentDirections::centered(&mut buffer, 4, 2)?;
/// for i in 0..100 {
///     let x = (i % 10) as f32;
///     sketch.push(&[1.0 + x, 2.0 - x, 3.0, 4.0 + 2.0 * x])?;
/// }
/// let normal = sketch.pca(1)?;
/// let mut score = [0.0];
/// assert!(normal.project(&[6.0, -3.0, 3.0, 14.0], &mut score).unwrap() < 1e-2);
/// assert!(normal.project(&[6.0, -3.0, 9.0, 14.0], &mut score).unwrap() > 5.0);
/// # Ok::<(), lowrank_core::Error>(())
/// ```
#[derive(Debug)]
pub struct FrequentDirections<'a, T> {
    /// 2 l rows of d numbers.
    rows: &'a mut [T],
    means: &'a mut [T],
    scratch: &'a mut [T],
    d: usize,
    l: usize,
    /// The rows of B that may not be zero.
    filled: usize,
    is_centered: bool,
    count: u64,
    squares: T,
    squares_lost: T,
    bound: T,
}

/// The content of a sketch, as another one takes it in.
#[derive(Clone, Copy, Debug)]
pub struct Summary<'a, T> {
    /// Rows of d numbers, one after the other.
    pub rows: &'a [T],
    /// The means of the columns, d numbers; zeros unless the sketch is centered.
    pub means: &'a [T],
    /// The means were subtracted.
    pub is_centered: bool,
    /// The number of rows of A; below 2^63.
    pub count: u64,
    /// ||A||_F^2, less the means.
    pub squares: T,
    /// [`FrequentDirections::bound`].
    pub bound: T,
}

impl<'a, T: Real> FrequentDirections<'a, T> {
    /// Creates an empty sketch of rows of `d` numbers, with B^T B ~ A^T A.
    ///
    /// - `buffer`: [`buffer_len`] scalars; overwritten.
    /// - `l`: twice the number of axes that are wanted is a good one.
    ///
    /// # Errors
    /// [`Error::Empty`] for d = 0, [`Error::Rank`] for l = 0, [`Error::BufferTooSmall`].
    pub fn new(buffer: &'a mut [T], d: usize, l: usize) -> Result<Self, Error> {
        Self::create(buffer, (d, l), false)
    }

    /// Creates an empty sketch of the rows less their mean, B^T B ~ (A - 1 m^T)^T (A - 1 m^T), as a principal
    /// component analysis needs it.
    ///
    /// A row x that follows i - 1 others of mean m adds sqrt((i - 1) / i) (x - m) (Welford 1962), so that nothing of
    /// the mean is ever in B.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn centered(buffer: &'a mut [T], d: usize, l: usize) -> Result<Self, Error> {
        Self::create(buffer, (d, l), true)
    }

    fn create(
        buffer: &'a mut [T],
        (d, l): (usize, usize),
        is_centered: bool,
    ) -> Result<Self, Error> {
        let sketch = Self::resume(buffer, &SketchState::empty(d, l, is_centered))?;
        sketch.rows.fill(T::ZERO);
        sketch.means.fill(T::ZERO);
        Ok(sketch)
    }

    /// Returns the numbers that are needed beside the buffer.
    pub fn state(&self) -> SketchState<T> {
        SketchState {
            d: self.d,
            l: self.l,
            filled: self.filled,
            is_centered: self.is_centered,
            count: self.count,
            squares: self.squares,
            squares_lost: self.squares_lost,
            bound: self.bound,
        }
    }

    /// Goes on with a sketch.
    ///
    /// - `buffer`: that of the sketch, as it was left.
    /// - `state`: that of the sketch when it was left.
    ///
    /// # Errors
    /// - [`Error::Empty`] for d = 0, [`Error::Rank`] for l = 0, [`Error::BufferTooSmall`].
    /// - [`Error::Setting`] for more filled rows than the sketch has, a count of 2^63 or more, and sums that are
    ///   negative or not finite.
    ///
    /// ```
    /// # use lowrank_core::sketch::{FrequentDirections, buffer_len};
    /// let mut buffer = [0.0; buffer_len(2, 1)];
    /// let mut sketch = FrequentDirections::new(&mut buffer, 2, 1)?;
    /// sketch.push(&[3.0, 4.0])?;
    /// let state = sketch.state();
    /// let mut sketch = FrequentDirections::resume(&mut buffer, &state)?;
    /// sketch.push(&[0.0, 1.0])?;
    /// assert_eq!((sketch.count(), sketch.squares()), (2, 26.0));
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn resume(mut buffer: &'a mut [T], state: &SketchState<T>) -> Result<Self, Error> {
        state.check()?;
        let (d, l) = (state.d, state.l);
        require(buffer.len(), buffer_len(d, l))?;
        let rows = take(&mut buffer, l.saturating_mul(2).saturating_mul(d));
        let means = take(&mut buffer, d);
        Ok(Self {
            rows,
            means,
            scratch: buffer,
            d,
            l,
            filled: state.filled,
            is_centered: state.is_centered,
            count: state.count,
            squares: state.squares,
            squares_lost: state.squares_lost,
            bound: state.bound,
        })
    }

    /// Adds a row of A, of d numbers.
    ///
    /// # Errors
    /// The sketch is then as it was before.
    /// - [`Error::Shape`]; [`Error::NonFinite`] with the column, and the number of the row.
    /// - [`Error::Overflow`] if ||A||_F^2 is too large for the type, and for the row number 2^63.
    pub fn push(&mut self, row: &[T]) -> Result<(), Error> {
        check_shape((1, row.len()), (1, self.d))?;
        for (column, x) in (0..row.len()).zip(row) {
            if !x.is_finite() {
                let row = self.row_number();
                return Err(Error::NonFinite { row, column });
            }
        }
        let count = sum_of_counts(self.count, 1)?;
        let (weight, share) = match self.is_centered {
            true => {
                let number = from_count::<T>(count);
                (((number - T::ONE) / number).sqrt(), T::ONE / number)
            }
            false => (T::ONE, T::ZERO),
        };
        let mut squares = T::ZERO;
        for (x, mean) in row.iter().zip(&*self.means) {
            let x = (*x - *mean) * weight;
            squares += x * x;
        }
        self.make_room(squares)?;
        let place = row_mut(self.rows, self.filled, self.d);
        for ((y, x), mean) in place.iter_mut().zip(row).zip(&mut *self.means) {
            let left = *x - *mean;
            *y = left * weight;
            *mean += left * share;
        }
        self.count = count;
        self.took_in(squares);
        Ok(())
    }

    /// Adds what another sketch has seen, as if its rows had come here; the bounds add up.
    ///
    /// - `other`: of rows of the same length, centered where this one is.
    ///
    /// # Errors
    /// - [`Error::Shape`], [`Error::NonFinite`], [`Error::Overflow`] as for [`push`](Self::push).
    /// - [`Error::Setting`] for the bound or the squares of `other`, if they are negative or not finite, for its count,
    ///   if it has rows of which it has counted none, for its means, if it has some and is not centered, or if one
    ///   sketch is centered and the other is not.
    pub fn merge(&mut self, other: &Summary<'_, T>) -> Result<(), Error> {
        self.check(other)?;
        let count = sum_of_counts(self.count, other.count)?;
        if other.count == 0 {
            return Ok(());
        }
        let (here, there) = (from_count::<T>(self.count), from_count::<T>(other.count));
        let share = there / (here + there);
        // The scatter of two parts is the sum of theirs, and that of their means.
        let weight = (here * share).sqrt();
        let mut apart = T::ZERO;
        for (mean, other) in self.means.iter().zip(other.means) {
            let x = (*other - *mean) * weight;
            apart += x * x;
        }
        let rows_squared = dot(other.rows, other.rows);
        if !(self.squares + apart + rows_squared + other.squares).is_finite() {
            return Err(Error::Overflow);
        }
        if self.is_centered && apart > T::ZERO {
            self.make_room(apart)?;
            let place = row_mut(self.rows, self.filled, self.d);
            for ((y, mean), other) in place.iter_mut().zip(&*self.means).zip(other.means) {
                *y = (*other - *mean) * weight;
            }
            self.took_in(apart);
        }
        if self.is_centered {
            for (mean, other) in self.means.iter_mut().zip(other.means) {
                *mean += (*other - *mean) * share;
            }
        }
        let mut rest = other.rows;
        while let Some((row, others)) = rest.split_at_checked(self.d) {
            rest = others;
            let squares = dot(row, row);
            if squares > T::ZERO {
                self.make_room(squares)?;
                copy(row, row_mut(self.rows, self.filled, self.d));
                self.took_in(squares);
            }
        }
        // What the other sketch has lost was in its A, and is not in its B.
        self.add_squares((other.squares - rows_squared).larger(T::ZERO));
        self.count = count;
        self.add_bound(other.bound);
        Ok(())
    }

    fn check(&self, other: &Summary<'_, T>) -> Result<(), Error> {
        let whole = other.rows.len().checked_rem(self.d) == Some(0);
        if !whole || other.means.len() != self.d {
            let found = (other.rows.len(), other.means.len());
            let expected = (self.l.saturating_mul(self.d), self.d);
            return Err(Error::Shape { expected, found });
        }
        Error::unless(self.is_centered == other.is_centered, "is_centered")?;
        let fits = |x: T| x >= T::ZERO && x.is_finite();
        Error::unless(fits(other.bound), "bound")?;
        Error::unless(fits(other.squares), "squares")?;
        let are_zero = |numbers: &[T]| numbers.iter().all(|x| *x == T::ZERO);
        let sums_are_zero = other.squares == T::ZERO && other.bound == T::ZERO;
        let is_empty = sums_are_zero && are_zero(other.rows) && are_zero(other.means);
        Error::unless(other.count > 0 || is_empty, "count")?;
        Error::unless(other.is_centered || are_zero(other.means), "means")?;
        for (row, numbers) in [(0usize, other.rows), (self.row_number(), other.means)] {
            for (place, x) in (0..numbers.len()).zip(numbers) {
                if !x.is_finite() {
                    let below = place.checked_div(self.d).unwrap_or(0);
                    return Err(Error::NonFinite {
                        row: row.saturating_add(below),
                        column: place.checked_rem(self.d).unwrap_or(0),
                    });
                }
            }
        }
        Ok(())
    }

    /// Returns the content, to be sent and merged elsewhere.
    pub fn summary(&self) -> Summary<'_, T> {
        let length = self.filled.saturating_mul(self.d);
        Summary {
            rows: self.rows.get(..length).unwrap_or_default(),
            means: self.means,
            is_centered: self.is_centered,
            count: self.count,
            squares: self.squares,
            bound: self.bound,
        }
    }

    /// Returns a bound of ||A^T A - B^T B||_2: the sum of what was subtracted, and of rounding, 2 l eps ||B||^2 each
    /// time that the rows were rotated, also by [`components`](Self::components). The sum itself is rounded up. B^T B is
    /// never larger than A^T A but for rounding.
    pub fn bound(&self) -> T {
        self.bound
    }

    /// Returns ||A||_F^2; of a centered sketch, that of A less the means.
    pub fn squares(&self) -> T {
        self.squares
    }

    /// Returns the number of rows of A.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Returns the number of the next row, as errors have it.
    fn row_number(&self) -> usize {
        usize::try_from(self.count).unwrap_or(usize::MAX)
    }

    /// Returns the means of the columns of A; zeros unless the sketch is centered.
    pub fn means(&self) -> &[T] {
        self.means
    }

    /// Computes the k right singular vectors of B, and its singular values, without a change of B^T B but for rounding,
    /// which the bound takes in: its rows are rotated to be orthogonal.
    ///
    /// # Errors
    /// [`Error::Rank`] for k = 0, or more than B has; [`Error::NotConverged`], which is not known to happen.
    pub fn components(&mut self, k: usize) -> Result<SketchComponents<'_, T>, Error> {
        Ok(self.axes(k)?.0)
    }

    /// Returns the components and the means.
    fn axes(&mut self, k: usize) -> Result<(SketchComponents<'_, T>, &[T]), Error> {
        let lengths = rotate(self.rows, (self.filled, self.d), self.scratch)?;
        let largest = lengths.first().copied().unwrap_or(T::ZERO);
        let noise = T::from_usize(self.filled) * T::EPSILON * largest;
        self.bound = rounded_up(self.bound, noise);
        let mut limit = 0usize;
        for square in &mut *lengths {
            if *square > noise {
                limit = limit.saturating_add(1);
            }
            *square = square.sqrt();
        }
        if k == 0 || k > limit {
            return Err(Error::Rank { rank: k, limit });
        }
        Ok((
            SketchComponents::new(self.rows, lengths, (self.d, k)),
            self.means,
        ))
    }

    /// Makes a place for a row with this sum of squares.
    fn make_room(&mut self, squares: T) -> Result<(), Error> {
        if !(self.squares + squares).is_finite() {
            return Err(Error::Overflow);
        }
        if self.filled >= self.l.saturating_mul(2) {
            self.shrink()?;
        }
        Ok(())
    }

    fn took_in(&mut self, squares: T) {
        self.filled = self.filled.saturating_add(1);
        self.add_squares(squares);
    }

    /// Adds to the squares, which are the rounded sum, and keeps what is lost.
    fn add_squares(&mut self, x: T) {
        let (sum, lost) = two_sum(self.squares, x);
        (self.squares, self.squares_lost) = two_sum(sum, lost + self.squares_lost);
    }

    fn add_bound(&mut self, x: T) {
        self.bound = rounded_up(self.bound, x);
    }

    /// Subtracts the square of the l-th length from all, so that l - 1 rows remain.
    fn shrink(&mut self) -> Result<(), Error> {
        let filled = self.filled;
        let lengths = rotate(self.rows, (filled, self.d), self.scratch)?;
        let kept = self.l.saturating_sub(1);
        let largest = lengths.first().copied().unwrap_or(T::ZERO);
        let mut subtracted = T::ZERO;
        for square in lengths.get(kept..).unwrap_or_default() {
            subtracted = subtracted.larger(*square);
        }
        for (i, square) in (0..filled).zip(lengths) {
            let row = row_mut(self.rows, i, self.d);
            if i < kept && *square > subtracted {
                scale(((*square - subtracted) / *square).sqrt(), row);
            } else {
                row.fill(T::ZERO);
            }
        }
        self.add_bound(subtracted + T::from_usize(filled) * T::EPSILON * largest);
        self.filled = kept;
        Ok(())
    }
}

impl FrequentDirections<'_, f32> {
    /// Returns a principal component analysis of all rows so far, of rank `k`: a device learns what is normal by
    /// itself.
    ///
    /// Rows can be pushed again afterwards. For a sketch that is not centered the means are zero.
    ///
    /// # Errors
    /// As for [`components`](Self::components).
    pub fn pca(&mut self, k: usize) -> Result<PcaView<'_, SketchComponents<'_, f32>>, Error> {
        let (components, means) = self.axes(k)?;
        Ok(PcaView::of_components(components, Numbers::Held(means)))
    }
}

/// Returns no less than bound + x, both >= 0: many small terms do not vanish beside a large sum.
fn rounded_up<T: Real>(bound: T, x: T) -> T {
    if x > T::ZERO {
        (bound + x) * (T::ONE + T::EPSILON)
    } else {
        bound
    }
}

/// Returns the rounded sum, and what it has lost (Knuth 1969).
fn two_sum<T: Real>(x: T, y: T) -> (T, T) {
    let sum = x + y;
    let of_y = sum - x;
    (sum, (x - (sum - of_y)) + (y - of_y))
}

/// # Errors
/// [`Error::Overflow`] where the rows are too many to be counted.
fn sum_of_counts(a: u64, b: u64) -> Result<u64, Error> {
    let sum = a.checked_add(b).filter(|sum| *sum <= MOST_ROWS);
    sum.ok_or(Error::Overflow)
}

/// Returns a count, rounded, on processors of any width.
fn from_count<T: Real>(count: u64) -> T {
    let half = |x: u64| T::from_usize(usize::try_from(x & 0xFFFF_FFFF).unwrap_or(usize::MAX));
    let half_of_a_half = T::from_usize(1 << 16);
    half(count >> 32) * half_of_a_half * half_of_a_half + half(count)
}

fn row_mut<T>(rows: &mut [T], i: usize, d: usize) -> &mut [T] {
    let rest = rows.get_mut(i.saturating_mul(d)..).unwrap_or_default();
    rest.get_mut(..d).unwrap_or_default()
}

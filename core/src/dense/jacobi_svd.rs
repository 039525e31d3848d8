//! The SVD of a small matrix by one-sided Jacobi rotations with QR preconditioning.
//!
//! S A P = Q R with permutations S and P; the columns of R^T are rotated until they are orthogonal;
//! their directions are V, their lengths the singular values, and the rotations together with Q are
//! U (Drmac & Veselic 2008). Rotations are the fast ones of Anda & Park (1994), whose cosines are collected in one
//! weight a column, and each column keeps a power of two of its own, so that columns of any
//! size are rotated against each other to full relative accuracy.

use super::qr::{pivoted_qr, reflect, swap_columns, swap_entries, swap_rows};
use super::vector::{axpy, dot, largest_exponent, norm, scale};
use super::{MatMut, check_finite, check_shape};
use crate::buffer::{require, take};
use crate::{Error, Real};

/// Quadratic convergence ends in 6 to 10 sweeps; what needs 40 will never end.
const MAX_SWEEPS: usize = 40;

/// A refreshed column has a square of one or more. One that a rotation has brought below this was
/// nearly parallel to its partner: its cached square is mostly rounding, and its scale no longer
/// says how small it is.
const CANCELLED: f64 = 0.0625;

/// The scalars of scratch that [`jacobi_svd`] needs for an m x n matrix: 6 min(m, n).
pub const fn scratch_len(nrows: usize, ncols: usize) -> usize {
    let shorter = if nrows < ncols { nrows } else { ncols };
    shorter.saturating_mul(6)
}

/// A = U diag(s) V^T, thin, with singular values descending.
///
/// - `a`: m x n, any shape; destroyed.
/// - `u`: m x k, k = min(m, n); orthonormal columns, completed where A has a smaller rank.
/// - `s`: k singular values.
/// - `v`: n x k; orthonormal columns.
/// - `scratch`: [`scratch_len`] scalars.
///
/// Scale-safe over the whole range of the type: A is scaled by a power of two first. Small
/// singular values of A = B D with well-conditioned B and diagonal D keep their relative accuracy
/// as far as D stays 1 / eps above the smallest normal number; those of D B do for square B.
/// About 6 m n^2 flops and 5 n^3 for each of up to ten sweeps, m being the longer side.
///
/// # Errors
/// - [`Error::NonFinite`] with the place of the first NaN or infinity.
/// - [`Error::Overflow`] where a singular value is larger than the type can hold.
/// - [`Error::Shape`], [`Error::BufferTooSmall`], [`Error::Empty`] for wrong arguments.
/// - [`Error::NotConverged`] never seen.
pub fn jacobi_svd<T: Real>(
    a: &mut MatMut<'_, T>,
    u: &mut MatMut<'_, T>,
    s: &mut [T],
    v: &mut MatMut<'_, T>,
    scratch: &mut [T],
) -> Result<(), Error> {
    let (m, n) = (a.nrows(), a.ncols());
    let k = m.min(n);
    check_shape((u.nrows(), u.ncols()), (m, k))?;
    check_shape((v.nrows(), v.ncols()), (n, k))?;
    if k == 0 {
        return Err(Error::Empty);
    }
    require(s.len(), k)?;
    require(scratch.len(), scratch_len(m, n))?;
    check_finite(a)?;
    let s = s.get_mut(..k).unwrap_or_default();
    if m >= n {
        return tall(a, u, s, v, scratch);
    }
    let mut transposed = transpose_through(a, v)?;
    tall(&mut transposed, v, s, u, scratch)
}

/// A^T in the buffer of A, by way of another one of the same size.
fn transpose_through<'a, T: Real>(
    a: &'a mut MatMut<'_, T>,
    through: &mut MatMut<'_, T>,
) -> Result<MatMut<'a, T>, Error> {
    for (i, column) in (0..a.nrows()).zip(through.columns_mut()) {
        for (x, source) in column.iter_mut().zip(a.columns()) {
            *x = source.get(i).copied().unwrap_or(T::ZERO);
        }
    }
    let (m, n) = (a.nrows(), a.ncols());
    let mut transposed = MatMut::new(a.as_mut_slice(), n, m)?;
    transposed.copy_from(through.as_ref())?;
    Ok(transposed)
}

fn tall<T: Real>(
    a: &mut MatMut<'_, T>,
    u: &mut MatMut<'_, T>,
    s: &mut [T],
    v: &mut MatMut<'_, T>,
    mut scratch: &mut [T],
) -> Result<(), Error> {
    let n = a.ncols();
    let taus = take(&mut scratch, n);
    let order = take(&mut scratch, n);
    let rows = take(&mut scratch, n);
    let exponent = largest_exponent(a.as_slice()).map_or(0, excess::<T>);
    for x in a.as_mut_slice() {
        *x = x.scale_by_power_of_two(-exponent);
    }
    pivoted_qr(a, taus, order, rows);
    Rotations::start(a, u.as_mut(), v.as_mut(), scratch).run()?;

    let spare = scratch;
    lengths_and_directions(u, s, v, spare);
    sort_descending(u, s, v);
    complete_basis(v, s);
    permute_rows(v, order, spare);
    apply_reflectors(a, taus, u);
    unswap_rows(u, rows);
    for s in s {
        *s = s.scale_by_power_of_two(exponent);
        if !s.is_finite() {
            return Err(Error::Overflow);
        }
    }
    Ok(())
}

/// What to divide entries with the largest exponent `e` by: small ones are brought to one, large
/// ones only to where sums of 2^20 of them are safe: small columns beside them would underflow.
fn excess<T: Real>(e: i32) -> i32 {
    let safe = 3 * T::SAFE_EXPONENT - 8;
    e.min((e - safe).max(0))
}

/// The columns of X = R^T J under rotation: column j is sigma_j d_j x_j, that of J is d_j J_j.
struct Rotations<'a, T> {
    /// n x n: x_j.
    x: MatMut<'a, T>,
    /// m x n, of which the first n rows matter: J_j.
    j: MatMut<'a, T>,
    /// sigma_j, a power of two.
    scales: &'a mut [T],
    /// d_j^2.
    weights: &'a mut [T],
    /// d_j^2 ||x_j||^2.
    squares: &'a mut [T],
}

/// What stands for one column in a rotation.
#[derive(Clone, Copy)]
struct ColumnState<T> {
    scale: T,
    weight: T,
    square: T,
}

impl<'a, T: Real> Rotations<'a, T> {
    /// X <- R^T and J <- I.
    fn start(
        a: &MatMut<'_, T>,
        mut j: MatMut<'a, T>,
        mut x: MatMut<'a, T>,
        mut scratch: &'a mut [T],
    ) -> Self {
        let n = a.ncols();
        j.fill(T::ZERO);
        for (i, column) in (0..n).zip(j.columns_mut()) {
            if let Some(diagonal) = column.get_mut(i) {
                *diagonal = T::ONE;
            }
        }
        for (i, column) in (0..n).zip(x.columns_mut()) {
            for (c, (x, r)) in column.iter_mut().zip(a.columns()).enumerate() {
                *x = if c < i {
                    T::ZERO
                } else {
                    r.get(i).copied().unwrap_or(T::ZERO)
                };
            }
        }
        let scales = take(&mut scratch, n);
        let weights = take(&mut scratch, n);
        let squares = take(&mut scratch, n);
        scales.fill(T::ONE);
        weights.fill(T::ONE);
        Self {
            x,
            j,
            scales,
            weights,
            squares,
        }
    }

    fn run(&mut self) -> Result<(), Error> {
        let n = self.x.ncols();
        let tolerance = T::EPSILON * T::from_usize(n).sqrt();
        let tolerance = tolerance * tolerance;
        let small = T::EPSILON * T::from_f64(0.25);
        for _ in 0..MAX_SWEEPS {
            self.refresh();
            let mut steepest = T::ZERO;
            for p in 0..n {
                for q in p + 1..n {
                    steepest = self.rotate(p, q, tolerance).larger(steepest);
                }
            }
            // Angles this small are squared by the next sweep: there is nothing left for it.
            if steepest <= small {
                self.refresh();
                return Ok(());
            }
        }
        Err(Error::NotConverged { sweeps: MAX_SWEEPS })
    }

    fn refresh(&mut self) {
        for p in 0..self.x.ncols() {
            self.refresh_column(p);
        }
    }

    /// Moves its weight into a column, its size into the scale, and sums the squares anew. A column
    /// whose scale is below the range of the type becomes zero.
    fn refresh_column(&mut self, p: usize) {
        let mut state = self.state(p);
        let e = largest_exponent(self.x.column(p)).unwrap_or(0);
        let root = state.weight.sqrt();
        scale(root, self.j.column_mut(p));
        for x in self.x.column_mut(p) {
            *x = x.scale_by_power_of_two(-e) * root;
        }
        state.scale = state.scale.scale_by_power_of_two(e);
        if state.scale <= T::ZERO {
            state.scale = T::ONE;
            self.x.column_mut(p).fill(T::ZERO);
        }
        let x = self.x.column(p);
        state.square = dot(x, x);
        state.weight = T::ONE;
        self.store(p, state);
    }

    #[inline(always)]
    fn state(&self, p: usize) -> ColumnState<T> {
        let at = |x: &[T]| x.get(p).copied().unwrap_or(T::ZERO);
        ColumnState {
            scale: at(self.scales),
            weight: at(self.weights),
            square: at(self.squares),
        }
    }

    #[inline(always)]
    fn store(&mut self, p: usize, state: ColumnState<T>) {
        let values = [state.scale, state.weight, state.square];
        let places = [&mut *self.scales, &mut *self.weights, &mut *self.squares];
        for (place, value) in places.into_iter().zip(values) {
            if let Some(place) = place.get_mut(p) {
                *place = value;
            }
        }
    }

    /// Makes columns p and q orthogonal. Returns the larger of cos^2 of the angle that they had
    /// and tan^2 of the rotation; zero if they were orthogonal to rounding.
    #[inline(always)]
    fn rotate(&mut self, p: usize, q: usize, tolerance: T) -> T {
        let (mut first, mut second) = (self.state(p), self.state(q));
        let inner = dot(self.x.column(p), self.x.column(q));
        let cosine = inner * first.weight * (inner * second.weight);
        let both = first.square * second.square;
        if cosine <= tolerance * both {
            return T::ZERO;
        }
        let upright = first.scale >= second.scale;
        let r = if upright {
            rotation(&mut first, &mut second, inner)
        } else {
            rotation(&mut second, &mut first, inner).turned()
        };
        let (x_p, x_q) = self.x.column_pair_mut(p, q);
        combine(x_p, x_q, r.x);
        let n = x_p.len();
        let (j_p, j_q) = self.j.column_pair_mut(p, q);
        combine(
            j_p.get_mut(..n).unwrap_or_default(),
            j_q.get_mut(..n).unwrap_or_default(),
            r.j,
        );
        self.store(p, first);
        self.store(q, second);
        for (column, state) in [(p, first), (q, second)] {
            if state.weight < T::SQUARE_ROOT_OF_MIN || state.square < T::from_f64(CANCELLED) {
                self.refresh_column(column);
            }
        }
        (cosine / both).larger(r.tangent_squared)
    }
}

/// The off-diagonal entries of a fast rotation: x_p <- x_p - x.0 x_q and x_q <- x_q + x.1 x_p.
struct Rotation<T> {
    x: (T, T),
    j: (T, T),
    tangent_squared: T,
}

impl<T: Real> Rotation<T> {
    /// The same rotation seen with its two columns exchanged.
    fn turned(self) -> Self {
        Self {
            x: (-self.x.1, -self.x.0),
            j: (-self.j.1, -self.j.0),
            ..self
        }
    }
}

/// The rotation of a column and one with a scale that is not larger.
///
/// With rho = sigma_q / sigma_p, G = rho d_p d_q g and D = rho^2 |d_q x_q|^2 - |d_p x_p|^2 it has
/// tan = sign(D G) 2 |G| / (|D| + sqrt(4 G^2 + D^2)). What is divided by rho in exact arithmetic
/// is written without it, so rho may be anything down to zero.
#[inline(always)]
fn rotation<T: Real>(p: &mut ColumnState<T>, q: &mut ColumnState<T>, inner: T) -> Rotation<T> {
    let rho = q.scale / p.scale;
    let difference = rho * rho * q.square - p.square;
    let twice = inner + inner;
    let (along_p, along_q) = (twice * p.weight, twice * q.weight);
    let root = (rho * along_p * (rho * along_q) + difference * difference).sqrt();
    let denominator = if difference < T::ZERO {
        difference - root
    } else {
        difference + root
    };
    let inverse = T::ONE / denominator;
    let (up, down) = (along_q * inverse, along_p * inverse);
    let (j_up, j_down) = (rho * up, rho * down);
    let x_up = rho * j_up;
    let tangent_squared = j_up * j_down;
    p.square -= x_up * p.weight * inner;
    q.square += down * q.weight * inner;
    let cosine_squared = T::ONE / (T::ONE + tangent_squared);
    p.weight *= cosine_squared;
    q.weight *= cosine_squared;
    Rotation {
        x: (x_up, down),
        j: (j_up, j_down),
        tangent_squared,
    }
}

#[inline(always)]
fn combine<T: Real>(x: &mut [T], y: &mut [T], (up, down): (T, T)) {
    for (x, y) in x.iter_mut().zip(y) {
        let (old_x, old_y) = (*x, *y);
        *x = old_x - up * old_y;
        *y = old_y + down * old_x;
    }
}

/// The singular values are the lengths of the columns of X, V their directions; zero columns
/// stay zero. The columns of J are brought to length one, which rounding has moved a little.
fn lengths_and_directions<T: Real>(
    j: &mut MatMut<'_, T>,
    s: &mut [T],
    x: &mut MatMut<'_, T>,
    scales: &[T],
) {
    for (((s, scale_of), x), j) in s
        .iter_mut()
        .zip(scales)
        .zip(x.columns_mut())
        .zip(j.columns_mut())
    {
        let length = norm(x);
        *s = length * *scale_of;
        if length > T::ZERO {
            for x in x {
                *x /= length;
            }
        }
        scale(T::ONE / norm(j), j);
    }
}

fn sort_descending<T: Real>(u: &mut MatMut<'_, T>, s: &mut [T], v: &mut MatMut<'_, T>) {
    for p in 0..s.len() {
        let mut largest = p;
        let mut value = s.get(p).copied().unwrap_or(T::ZERO);
        for (q, &s) in s.iter().enumerate().skip(p + 1) {
            if s > value {
                largest = q;
                value = s;
            }
        }
        if largest > p {
            swap_entries(s, p, largest);
            swap_columns(u, p, largest);
            swap_columns(v, p, largest);
        }
    }
}

/// Replaces the zero columns behind the last positive singular value by directions orthogonal to
/// all others: each time the unit vector farthest from their span, orthogonalised twice.
fn complete_basis<T: Real>(v: &mut MatMut<'_, T>, s: &[T]) {
    for j in 0..v.ncols() {
        if v.column(j).iter().any(|x| *x != T::ZERO) || s.get(j).is_some_and(|s| *s > T::ZERO) {
            continue;
        }
        let far = farthest_unit_vector(v, j);
        let (left, right) = v.split_columns_mut(j);
        let mut left = left;
        let mut right = right;
        let Some(x) = right.next() else { return };
        if let Some(x) = x.get_mut(far) {
            *x = T::ONE;
        }
        for _ in 0..2 {
            for y in left.lend() {
                axpy(-dot(y, x), y, x);
            }
        }
        scale(T::ONE / norm(x), x);
    }
}

/// The row in which the first `count` columns have the smallest sum of squares.
fn farthest_unit_vector<T: Real>(v: &MatMut<'_, T>, count: usize) -> usize {
    let mut farthest = 0;
    let mut least = T::MAX;
    for i in 0..v.nrows() {
        let mut squares = T::ZERO;
        for x in v.columns().take(count) {
            let x = x.get(i).copied().unwrap_or(T::ZERO);
            squares += x * x;
        }
        if squares < least {
            least = squares;
            farthest = i;
        }
    }
    farthest
}

/// V <- P V.
fn permute_rows<T: Real>(v: &mut MatMut<'_, T>, order: &[T], spare: &mut [T]) {
    for column in v.columns_mut() {
        super::copy(column, spare);
        for (x, row) in spare.iter().zip(order) {
            if let Some(place) = column.get_mut(row.to_usize()) {
                *place = *x;
            }
        }
    }
}

/// U <- Q U.
fn apply_reflectors<T: Real>(a: &MatMut<'_, T>, taus: &[T], u: &mut MatMut<'_, T>) {
    for (j, &tau) in taus.iter().enumerate().rev() {
        let v = a.column(j).get(j..).unwrap_or_default();
        for y in u.columns_mut() {
            reflect(v, tau, y.get_mut(j..).unwrap_or_default());
        }
    }
}

/// U <- S^T U.
fn unswap_rows<T: Real>(u: &mut MatMut<'_, T>, rows: &[T]) {
    for (j, row) in rows.iter().enumerate().rev() {
        let row = row.to_usize();
        if row > j {
            swap_rows(u, j, row);
        }
    }
}

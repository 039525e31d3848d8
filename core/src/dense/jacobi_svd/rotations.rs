//! Fast rotations (Anda & Park 1994): cosines are collected in one weight a column, and each column
//! keeps a power of two of its own, so that columns of any size are rotated against each other to
//! full relative accuracy.

use crate::buffer::take;
use crate::dense::vector::{dot, largest_exponent, scale};
use crate::{Error, MatMut, Real};

/// Quadratic convergence ends in 6 to 10 sweeps; what needs 40 will never end.
const MAX_SWEEPS: usize = 40;

/// A refreshed column has a square of one or more. One that a rotation has brought below this was
/// nearly parallel to its partner: its cached square is mostly rounding, and its scale no longer
/// says how small it is.
const CANCELLED: f64 = 0.0625;

/// The columns of X = R^T J under rotation: column j is sigma_j d_j x_j, that of J is d_j J_j.
pub(super) struct Rotations<'a, T> {
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
    pub(super) fn start(
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

    pub(super) fn run(&mut self) -> Result<(), Error> {
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

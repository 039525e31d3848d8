//! Self-scaling fast rotations (Anda & Park 1994). Cosines are collected in one weight per column, which stays near
//! one, and each column may have its own power of two, so that columns of any size are rotated to full relative
//! accuracy.

use crate::dense::vector::{dot, is_extreme, normalizing_exponent, scale};
use crate::{Error, MatMut, Real};

/// The maximum number of sweeps; quadratic convergence takes 4 to 10.
const MAX_SWEEPS: usize = 40;

/// The number of scalars stored per column under rotation.
const STATE: usize = 3;

/// The weight below which it is multiplied into the column.
const LIGHT: f64 = 1.0 / 256.0;

/// The growth of rounding errors up to which R^T J = X is solved for J.
const MOST_LOST: f64 = 32.0;

/// cos^2 of the angle between columns above which a rotation cancels most of the shorter one, so that
/// its cached square is inaccurate.
const NEARLY_PARALLEL: f64 = 0.75;

/// The columns of X = R^T J under rotation, and J itself: column j of X is sigma_j d_j x_j, and that of J is d_j J_j.
pub(super) struct Rotations<'a, T> {
    /// n x n: x_j.
    pub(super) x: MatMut<'a, T>,
    /// m x n, of which only the first n rows are used: J_j.
    pub(super) j: MatMut<'a, T>,
    /// sigma_j, d_j^2 and d_j^2 ||x_j||^2 for each column.
    pub(super) states: &'a mut [[T; STATE]],
    /// J is rotated as well; if not, it is the solution of R^T J = X.
    pub(super) accumulate: bool,
}

/// The state of one column under rotation.
#[derive(Clone, Copy)]
struct State<T> {
    /// sigma, a power of two.
    scale: T,
    /// d^2.
    weight: T,
    /// d^2 ||x||^2.
    square: T,
}

impl<T: Real> State<T> {
    #[inline(always)]
    fn load(&[scale, weight, square]: &[T; STATE]) -> Self {
        Self {
            scale,
            weight,
            square,
        }
    }

    #[inline(always)]
    fn store(self, place: &mut [T; STATE]) {
        *place = [self.scale, self.weight, self.square];
    }

    /// Recomputes the square. If the column is too short or too long to be squared, or its weight has
    /// drifted, the weight is multiplied into it and it is scaled to a length near one; if its scale is
    /// below the range of the type, it becomes zero.
    #[inline(always)]
    fn refresh(place: &mut [T; STATE], x: &mut [T], j: &mut [T]) {
        let [_, weight, square] = place;
        *square = dot(x, x) * *weight;
        if *weight < T::from_f64(LIGHT) || *square < least_square() {
            let mut state = Self::load(place);
            state.renew(x, j);
            state.store(place);
        }
    }

    #[cold]
    #[inline(never)]
    fn renew(&mut self, x: &mut [T], j: &mut [T]) {
        let largest = T::largest(x);
        if largest == T::ZERO {
            self.square = T::ZERO;
            return;
        }
        let root = self.weight.sqrt();
        let exponent = normalizing_exponent(largest);
        scale(root, j);
        scale(root * T::power_of_two(-exponent), x);
        self.scale *= T::power_of_two(exponent);
        self.weight = T::ONE;
        if self.scale == T::ZERO {
            self.scale = T::ONE;
            x.fill(T::ZERO);
        }
        self.square = dot(x, x);
    }
}

/// The smallest square whose products with other squares and with eps^2 do not underflow.
#[inline(always)]
fn least_square<T: Real>() -> T {
    T::ONE / (T::SAFE_TO_SQUARE * T::SAFE_TO_SQUARE)
}

impl<T: Real> Rotations<'_, T> {
    /// X <- R^T and J <- I.
    #[inline(always)]
    pub(super) fn start(&mut self, r: &MatMut<'_, T>) {
        for (i, r) in (0..self.x.ncols()).zip(r.columns()) {
            let entries = r.iter().take(i.wrapping_add(1)).copied();
            let zeros = core::iter::repeat(T::ZERO);
            for (entry, x) in entries.chain(zeros).zip(self.x.columns_mut()) {
                if let Some(x) = x.get_mut(i) {
                    *x = entry;
                }
            }
        }
        if self.accumulate {
            self.j.fill(T::ZERO);
            for (i, j) in (0..self.x.ncols()).zip(self.j.columns_mut()) {
                if let Some(diagonal) = j.get_mut(i) {
                    *diagonal = T::ONE;
                }
            }
        }
        let greatest_square = T::SAFE_TO_SQUARE * T::SAFE_TO_SQUARE;
        let columns = self.x.columns_mut().zip(self.j.columns_mut());
        for (place, (x, j)) in self.states.iter_mut().zip(columns) {
            let square = dot(x, x);
            *place = [T::ONE, T::ONE, square];
            if square < least_square() || square > greatest_square {
                let mut state = State::load(place);
                state.renew(x, j);
                state.store(place);
            }
        }
    }

    /// Rotates until all columns of X are orthogonal.
    #[inline(always)]
    pub(super) fn run(&mut self) -> Result<(), Error> {
        let n = self.x.ncols();
        let orthogonal = T::EPSILON * T::EPSILON * T::from_usize(n);
        for _ in 0..MAX_SWEEPS {
            if !self.sweep(orthogonal) {
                return Ok(());
            }
            self.refresh();
        }
        Err(Error::NotConverged { sweeps: MAX_SWEEPS })
    }

    /// Sets the singular values to the lengths of the columns of X, and V to their directions. The columns of J are
    /// normalized, because rounding has changed their lengths slightly.
    #[inline(always)]
    pub(super) fn lengths_and_directions(&mut self, s: &mut [T], r: &MatMut<'_, T>) {
        let n = self.x.nrows();
        let columns = self.x.columns_mut().zip(self.j.columns_mut());
        for ((s, state), (x, j)) in s.iter_mut().zip(&*self.states).zip(columns) {
            let state = State::load(state);
            let j = j.get_mut(..n).unwrap_or_default();
            if !self.accumulate {
                solve_transposed(r, x, j);
            }
            let length = dot(x, x).sqrt();
            *s = length * state.weight.sqrt() * state.scale;
            scale(T::ONE / dot(j, j).sqrt(), j);
            if length > T::ZERO {
                scale(T::ONE / length, x);
            }
        }
    }

    fn refresh(&mut self) {
        let n = self.x.nrows();
        let columns = self.x.columns_mut().zip(self.j.columns_mut());
        for (place, (x, j)) in self.states.iter_mut().zip(columns) {
            State::refresh(place, x, j.get_mut(..n).unwrap_or_default());
        }
    }

    /// Rotates every pair of columns once. Returns true if another sweep is needed: this one squares angles that were
    /// small before.
    #[inline(always)]
    fn sweep(&mut self, orthogonal: T) -> bool {
        let small = T::EPSILON * T::from_f64(0.5);
        let mut restless = false;
        let mut xs = self.x.columns_mut();
        let mut states = &mut *self.states;
        let mut index_p: usize = 0;
        while let (Some(x_p), Some((place_p, later))) =
            (xs.next(), core::mem::take(&mut states).split_first_mut())
        {
            let mut p = State::load(place_p);
            let mut index_q = index_p;
            for (x_q, place) in xs.lend().zip(later.iter_mut()) {
                index_q = index_q.wrapping_add(1);
                let mut q = State::load(place);
                let inner = dot(x_p, x_q);
                let (along_p, along_q) = (inner * p.weight, inner * q.weight);
                let product = along_p * along_q;
                let both = p.square * q.square;
                if product <= orthogonal * both {
                    continue;
                }
                let r = Rotation::new(&p, &q, inner);
                let steps = r.turn(&mut p, &mut q);
                steps.apply(r.x, x_p, x_q);
                q.store(place);
                if self.accumulate {
                    turn_columns(&mut self.j, index_p, index_q, &r, &steps);
                }
                if product > small * both {
                    restless = true;
                    // Most of a column nearly parallel to its partner cancels, and its cached
                    // square is mostly rounding.
                    let parallel = product > both * T::from_f64(NEARLY_PARALLEL);
                    if parallel || p.square < least_square() || q.square < least_square() {
                        p.store(place_p);
                        let (j_p, j_q) = self.j.column_pair_mut(index_p, index_q);
                        refresh_both([place_p, place], [x_p, x_q], [j_p, j_q]);
                        p = State::load(place_p);
                    }
                } else if r.tangent_squared > small {
                    restless = true;
                }
            }
            p.store(place_p);
            states = later;
            index_p = index_p.wrapping_add(1);
        }
        restless
    }
}

/// Applies the rotation of X to columns p and q of J. A separate function keeps the loop over pairs
/// shorter, and faster if J is not needed.
#[inline(never)]
fn turn_columns<T: Real>(
    j: &mut MatMut<'_, T>,
    p: usize,
    q: usize,
    r: &Rotation<T>,
    steps: &Steps<T>,
) {
    let n = j.ncols();
    let (j_p, j_q) = j.column_pair_mut(p, q);
    if let (Some(j_p), Some(j_q)) = (j_p.get_mut(..n), j_q.get_mut(..n)) {
        steps.apply(r.j, j_p, j_q);
    }
}

#[cold]
#[inline(never)]
fn refresh_both<T: Real>(places: [&mut [T; STATE]; 2], x: [&mut [T]; 2], j: [&mut [T]; 2]) {
    for ((place, x), j) in places.into_iter().zip(x).zip(j) {
        State::refresh(place, x, j);
    }
}

/// The rotation x_p <- x_p - up x_q, x_q <- x_q + down x_p of two columns that leaves them
/// orthogonal.
struct Rotation<T> {
    /// up and down for the columns of X.
    x: (T, T),
    /// up and down for the columns of J.
    j: (T, T),
    tangent_squared: T,
    /// The changes of the squares: that of p decreases by the first, that of q increases by the second.
    exchanged: (T, T),
}

impl<T: Real> Rotation<T> {
    /// Returns the rotation of two columns whose inner product without weights is `inner`.
    ///
    /// With G = d_p d_q g and D = |d_q x_q|^2 - |d_p x_p|^2, tan = sign(D G) 2 |G| / (|D| +
    /// sqrt(4 G^2 + D^2)). For |G| < |D| the root is approximated by |D| + 2 G^2 / |D|, and the tangent
    /// is accurate within a quarter. This suffices: J is orthogonal for any tangent, and columns left
    /// at an angle of theta^3 are rotated again. If scales differ, everything is in units of the larger
    /// one; divisions by their ratio are cancelled algebraically, so that the ratio may be anything
    /// down to zero.
    #[inline(always)]
    fn new(p: &State<T>, q: &State<T>, inner: T) -> Self {
        let level = p.scale == q.scale;
        let (mut ratio, mut unit_p, mut unit_q) = (T::ONE, T::ONE, T::ONE);
        if !level {
            (ratio, unit_p, unit_q) = units(p.scale, q.scale);
        }
        let (along_p, along_q) = (inner * p.weight, inner * q.weight);
        let (mut x_p, mut x_q) = (along_p, along_q);
        let mut difference = q.square - p.square;
        if !level {
            (x_p, x_q) = (along_p * unit_p, along_q * unit_q);
            difference = q.square * unit_q - p.square * unit_p;
        }
        let product = x_p * x_q;
        let square = difference * difference;
        let denominator = if product < square {
            difference + product / difference
        } else {
            let half = T::from_f64(0.5);
            let root = (product + half * half * square).sqrt();
            half * difference + if difference < T::ZERO { -root } else { root }
        };
        let inverse = T::ONE / denominator;
        let x = (x_q * inverse, x_p * inverse);
        let mut j = x;
        let mut exchanged = (x.0 * along_p, x.0 * along_p);
        if !level {
            j = (along_q * ratio * inverse, along_p * ratio * inverse);
            exchanged.1 = x.1 * along_q;
        }
        Self {
            x,
            j,
            tangent_squared: x.0 * x.1,
            exchanged,
        }
    }

    /// Updates the states of the columns, and returns the steps for the columns themselves.
    #[inline(always)]
    fn turn(&self, p: &mut State<T>, q: &mut State<T>) -> Steps<T> {
        p.square -= self.exchanged.0;
        q.square += self.exchanged.1;
        let secant_squared = T::ONE + self.tangent_squared;
        let cosine_squared = T::ONE / secant_squared;
        let p_first = p.weight >= q.weight;
        if p_first {
            p.weight *= cosine_squared;
            q.weight *= secant_squared;
        } else {
            q.weight *= cosine_squared;
            p.weight *= secant_squared;
        }
        Steps {
            p_first,
            cosine_squared,
        }
    }
}

/// Returns sigma_< / sigma_>, and the factors that convert squares of p and of q to units of sigma_>^2.
#[cold]
#[inline(never)]
fn units<T: Real>(p: T, q: T) -> (T, T, T) {
    if p > q {
        let ratio = q / p;
        (ratio, T::ONE, ratio * ratio)
    } else {
        let ratio = p / q;
        (ratio, ratio * ratio, T::ONE)
    }
}

/// A fast rotation as two steps in place, the second of which uses the result of the first. The heavier column comes
/// first; it loses the weight that the other one gains.
#[derive(Clone, Copy)]
struct Steps<T> {
    p_first: bool,
    cosine_squared: T,
}

impl<T: Real> Steps<T> {
    #[inline(always)]
    fn apply(self, (up, down): (T, T), p: &mut [T], q: &mut [T]) {
        if self.p_first {
            combine(p, q, up, down * self.cosine_squared);
        } else {
            combine(q, p, -down, -up * self.cosine_squared);
        }
    }
}

/// y <- y - a z, then z <- z + b y.
fn combine<T: Real>(y: &mut [T], z: &mut [T], a: T, b: T) {
    for (y, z) in y.iter_mut().zip(z) {
        let lifted = *y - a * *z;
        *z += b * lifted;
        *y = lifted;
    }
}

/// Solves R^T j = x by forward substitution.
fn solve_transposed<T: Real>(r: &MatMut<'_, T>, x: &[T], j: &mut [T]) {
    let mut i: usize = 0;
    for (r, &x) in r.columns().zip(x) {
        let (known, rest) = j.split_at_mut_checked(i).unwrap_or_default();
        let (Some(unknown), Some((above, [diagonal, ..]))) =
            (rest.first_mut(), r.split_at_checked(i))
        else {
            return;
        };
        *unknown = (x - dot(above, known)) / *diagonal;
        i = i.wrapping_add(1);
    }
}

/// Checks that [`solve_transposed`] loses no more than a few bits. The solution of M |j| = |R^T| e, where M is R^T with
/// its off-diagonal entries made negative, bounds its rounding errors (Higham, Accuracy and Stability of Numerical
/// Algorithms, 8.3).
#[inline(always)]
pub(super) fn solves_well<T: Real>(r: &MatMut<'_, T>, bounds: &mut [T]) -> bool {
    for (i, r) in (0..bounds.len()).zip(r.columns()) {
        let (known, rest) = bounds.split_at_mut_checked(i).unwrap_or_default();
        let (Some(bound), Some((above, [diagonal, ..]))) =
            (rest.first_mut(), r.split_at_checked(i))
        else {
            return false;
        };
        let mut sum = T::ZERO;
        for (x, bound) in above.iter().zip(known) {
            sum += x.abs() * *bound;
        }
        *bound = sum / diagonal.abs() + T::from_f64(2.0);
        // Not finite if the diagonal is zero.
        let good = *bound <= T::from_f64(MOST_LOST) && !is_extreme(*diagonal);
        if !good {
            return false;
        }
    }
    true
}

//! The least-squares problem of one row of a factor while the other factor is held.

use super::problem::{Problem, split_row};
use super::row_schedule::RowUpdate;
use super::row_sums::add_weighted;
use crate::buffer::take;
use crate::dense::lanes::{LANES, LowerTriangle, axpy_in_lanes, dot_in_lanes, padded};
use crate::dense::{copy, scale};
use crate::operator::KnownEntries;
use crate::{Error, MatRef, Real};

/// The solver of the problem of a row: min |r - F x|^2 over the correction x, with penalties on the corrected row, where
/// r are the residuals of the known entries and a row of F is that of the held factor, with a one for the bias.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LeastSquares {
    /// Cholesky's factorization of F^T F or, for few known entries, of F F^T.
    #[default]
    Cholesky,
    /// So many steps of conjugate gradients from the present row. A few suffice, since the next iteration goes on from
    /// them (Hestenes & Stiefel 1952; for factors: Takacs, Pilaszy & Tikk 2011).
    ConjugateGradients(usize),
}

/// The problems of all rows of a factor.
pub(super) struct RowProblems<'r, 'a, A, T> {
    pub(super) problem: &'r Problem<'a, A, T>,
    /// The other factor.
    pub(super) held: MatRef<'r, T>,
    pub(super) solver: LeastSquares,
}

/// The number of known entries whose squares are added to F^T F together.
const TOGETHER: usize = 4;

impl<T: Real, A: KnownEntries<Scalar = T> + Sync> RowUpdate<T> for RowProblems<'_, '_, A, T> {
    /// Sets row i to the best one, or a better one. Rows without known entries become zero.
    ///
    /// The correction to the present row is computed from the residuals, so that rounding in a Gram matrix only slows
    /// the iteration down.
    #[inline(always)]
    fn update(&self, i: usize, row: &mut [T], scratch: &mut [T]) -> Result<(), Error> {
        let known = self.problem.known(i);
        if known == 0 {
            row.fill(T::ZERO);
            return Ok(());
        }
        let problem = RowProblem {
            of_factor: self,
            i,
            known,
            l2: self.problem.row_l2(known),
        };
        match self.solver {
            LeastSquares::ConjugateGradients(steps) => problem.descend(steps, row, scratch),
            LeastSquares::Cholesky => {
                if known > row.len() / 2 || !problem.solve_few(row, scratch) {
                    problem.solve(row, scratch);
                }
            }
        }
        Ok(())
    }
}

struct RowProblem<'p, 'r, 'a, A, T> {
    of_factor: &'p RowProblems<'r, 'a, A, T>,
    i: usize,
    /// The number of known entries.
    known: usize,
    l2: T,
}

impl<T: Real, A: KnownEntries<Scalar = T>> RowProblem<'_, '_, '_, A, T> {
    /// Returns column and value of each known entry.
    #[inline(always)]
    fn entries(&self) -> impl Iterator<Item = (usize, T)> + Clone {
        self.of_factor.problem.a.row(self.i)
    }

    /// Returns the penalty of entry `c` of the row.
    #[inline(always)]
    fn penalty(&self, c: usize) -> T {
        let problem = self.of_factor.problem;
        if c < problem.rank {
            self.l2
        } else {
            problem.bias_l2
        }
    }

    /// Returns the row of the held factor, with its bias.
    #[inline(always)]
    fn held(&self, j: usize) -> &[T] {
        self.of_factor.held.column(j)
    }

    /// f <- h_j, and a one for the bias, if there is one; the padding is left as it is.
    #[inline(always)]
    fn set_features(&self, j: usize, f: &mut [T]) {
        let held = self.held(j);
        copy(held, f);
        let bias = f.get_mut(self.of_factor.problem.rank..held.len());
        bias.unwrap_or_default().fill(self.of_factor.problem.one);
    }

    /// x <- x - D w, where D are the penalties and w is the row.
    #[inline(always)]
    fn subtract_penalties(&self, row: &[T], x: &mut [T]) {
        for ((c, w), x) in (0..row.len()).zip(row).zip(x) {
            *x -= self.penalty(c) * *w;
        }
    }

    /// Solves (F^T F + D) x = F^T r - D w, and adds x to the row w.
    #[inline(always)]
    fn solve(&self, row: &mut [T], mut scratch: &mut [T]) {
        let (p, stride) = (row.len(), padded(row.len()));
        let x = take(&mut scratch, stride);
        let features = take(&mut scratch, stride.saturating_mul(TOGETHER));
        x.fill(T::ZERO);
        features.fill(T::ZERO);
        let mut gram = LowerTriangle::zeros(take(&mut scratch, stride.saturating_mul(stride)), p);
        let mut entries = self.entries();
        let mut rest = self.known;
        while rest > 0 {
            let mut residuals = [T::ZERO; TOGETHER];
            let vectors = features.chunks_exact_mut(stride.max(LANES));
            for (residual, f) in residuals.iter_mut().zip(vectors) {
                match entries.next() {
                    Some((j, a)) => {
                        *residual = self.of_factor.problem.residual(a, row, self.held(j));
                        self.set_features(j, f);
                    }
                    None => f.fill(T::ZERO),
                }
            }
            let mut vectors = features.chunks_exact(stride.max(LANES));
            let vectors = [(); TOGETHER].map(|()| vectors.next().unwrap_or_default());
            for (residual, f) in residuals.iter().zip(vectors) {
                axpy_in_lanes(*residual, f, x);
            }
            gram.add_squares(vectors);
            rest = rest.saturating_sub(TOGETHER);
        }
        gram.shift(|c| self.penalty(c));
        self.subtract_penalties(row, x);
        gram.cholesky();
        gram.solve(x);
        axpy_in_lanes(T::ONE, x, row);
    }

    /// Sets the row w to D^-1 F^T u, where (I + F D^-1 F^T) u = r + F w: the same as [`solve`](Self::solve) for fewer
    /// entries than unknowns (Woodbury's identity).
    ///
    /// Returns false and does nothing where the penalties D are so small that rounding in F D^-1 F^T matters: the
    /// loss of the row may deviate by the square of the error of u.
    #[inline(always)]
    fn solve_few(&self, row: &mut [T], mut scratch: &mut [T]) -> bool {
        let stride = padded(row.len());
        let u = take(&mut scratch, padded(self.known));
        let scaled = take(&mut scratch, stride);
        let features = take(&mut scratch, stride.saturating_mul(self.known));
        u.fill(T::ZERO);
        scaled.fill(T::ZERO);
        features.fill(T::ZERO);
        let entries = take(&mut scratch, padded(self.known).saturating_mul(self.known));
        let mut gram = LowerTriangle::zeros(entries, self.known);
        let stride = stride.max(LANES);
        for ((j, a), (f, u)) in self
            .entries()
            .zip(features.chunks_exact_mut(stride).zip(&mut *u))
        {
            *u = self.of_factor.problem.residual(a, row, self.held(j));
            self.set_features(j, f);
            *u += dot_in_lanes(f, row);
        }
        let mut size = T::ZERO;
        for c in 0..self.known {
            let from = c.saturating_mul(stride);
            let others = features.get(from..).unwrap_or_default();
            copy(others.get(..row.len()).unwrap_or_default(), scaled);
            self.divide_by_penalties(row.len(), scaled);
            let column = gram.column_mut(c).get_mut(c..).unwrap_or_default();
            for (x, f) in column.iter_mut().zip(others.chunks_exact(stride)) {
                *x = dot_in_lanes(scaled, f);
            }
            size += column.first().copied().unwrap_or(T::ZERO);
        }
        // False for NaN and infinities, too.
        let is_small = size * size * T::EPSILON <= T::ONE;
        if !is_small {
            return false;
        }
        gram.shift(|_| T::ONE);
        gram.cholesky();
        gram.solve(u);
        row.fill(T::ZERO);
        for (f, u) in features.chunks_exact(stride).zip(u) {
            axpy_in_lanes(*u, f, row);
        }
        self.divide_by_penalties(row.len(), row);
        true
    }

    /// x <- D^-1 x.
    #[inline(always)]
    fn divide_by_penalties(&self, p: usize, x: &mut [T]) {
        for (c, x) in (0..p).zip(x) {
            *x /= self.penalty(c);
        }
    }

    /// Takes so many steps of conjugate gradients towards the best row.
    #[inline(always)]
    fn descend(&self, steps: usize, row: &mut [T], mut scratch: &mut [T]) {
        let p = row.len();
        let residual = take(&mut scratch, p);
        let direction = take(&mut scratch, p);
        let product = take(&mut scratch, p);
        residual.fill(T::ZERO);
        let problem = self.of_factor.problem;
        let (_, bias) = split_row(row, problem.rank);
        self.add_weighted(row, residual, |dot, held, a| {
            let (_, of_column) = split_row(held, problem.rank);
            problem.residual_of(a, dot, [bias, of_column])
        });
        self.subtract_penalties(row, residual);
        copy(residual, direction);
        let mut size = dot_in_lanes(residual, residual);
        for _ in 0..steps {
            product.fill(T::ZERO);
            let (_, bias) = split_row(direction, problem.rank);
            self.add_weighted(direction, product, |dot, _, _| match bias {
                Some(bias) => dot + problem.one * bias,
                None => dot,
            });
            for ((c, x), d) in (0..p).zip(&mut *product).zip(&*direction) {
                *x += self.penalty(c) * *d;
            }
            let curvature = dot_in_lanes(direction, product);
            let step = size / curvature;
            // A residual of zero, and NaN.
            if !(curvature > T::ZERO && step.is_finite()) {
                return;
            }
            axpy_in_lanes(step, direction, row);
            axpy_in_lanes(-step, product, residual);
            let before = size;
            size = dot_in_lanes(residual, residual);
            scale(size / before, direction);
            axpy_in_lanes(T::ONE, residual, direction);
        }
    }

    /// y <- y + sum of g_j f_j over the entries, with g_j = `weight` (h_j . x, h_j with its bias, a_j), where h_j . x is
    /// without biases.
    #[inline(always)]
    fn add_weighted(&self, x: &[T], y: &mut [T], mut weight: impl FnMut(T, &[T], T) -> T) {
        let (rank, one) = (self.of_factor.problem.rank, self.of_factor.problem.one);
        let (x, _) = split_row(x, rank);
        let (y, bias) = y.split_at_mut_checked(rank).unwrap_or_default();
        let mut sum = T::ZERO;
        add_weighted(self.entries(), self.of_factor.held, (x, y), |dot, h, a| {
            let g = weight(dot, h, a);
            sum += g;
            g
        });
        for y in bias {
            *y += one * sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::completion::{Biases, Completion, Weighting, als_scratch_len};
    use crate::operator::{EntryStats, Observed};
    use crate::random::{Distribution, RandomEntries};
    use crate::sparse::CsrRef;

    const COLUMNS: usize = 40;
    const P: usize = 17;

    /// Returns the row of a factor of rank 16 with biases after each of `ways` of solving for it, from `known` entries.
    fn rows(known: usize, l2: f64) -> [[f64; P]; 3] {
        let settings = Completion {
            rank: P - 1,
            biases: Biases::Both,
            l2,
            bias_l2: 0.5 * l2,
            weighting: Weighting::Count,
            ..Default::default()
        };
        let random = RandomEntries::new(Distribution::Gaussian, 3);
        let (mut held, mut values, mut start) = ([0.0; P * COLUMNS], [0.0; COLUMNS], [0.0; P]);
        for (j, row) in held.chunks_exact_mut(P).enumerate() {
            random.fill_row::<f64>(j, row);
        }
        random.fill_row::<f64>(COLUMNS, &mut values);
        random.fill_row::<f64>(COLUMNS + 1, &mut start);
        let columns: [u32; COLUMNS / 2] = core::array::from_fn(|j| 2 * j as u32);
        let offsets = [0, known];
        let a = CsrRef::new(&offsets, &columns[..known], &values[..known], COLUMNS).unwrap();
        let a = Observed(a);
        let entries = a.row(0).map(|(j, x)| (0, j, x));
        let entry_stats = EntryStats::of(entries).unwrap();
        let problem = Problem::new(&settings, &a, &entry_stats);
        let problems = RowProblems {
            problem: &problem,
            held: MatRef::new(&held, P, COLUMNS).unwrap(),
            solver: LeastSquares::Cholesky,
        };
        let row_problem = RowProblem {
            of_factor: &problems,
            i: 0,
            known,
            l2: problem.row_l2(known),
        };
        let mut scratch = [f64::NAN; als_scratch_len(P)];
        let [mut all, mut few, mut descended] = [start; 3];
        row_problem.solve(&mut all, &mut scratch);
        if known <= P / 2 {
            assert_eq!(row_problem.solve_few(&mut few, &mut scratch), l2 > 0.0);
        }
        row_problem.descend(60, &mut descended, &mut scratch);
        [all, few, descended]
    }

    fn assert_close(found: &[f64], expected: &[f64], tolerance: f64, place: (usize, f64)) {
        for (x, y) in found.iter().zip(expected) {
            assert!((x - y).abs() < tolerance, "{place:?}: {x} {y}");
        }
    }

    #[test]
    fn a_row_of_few_entries_is_that_of_the_normal_equations() {
        for known in 1..=8 {
            for l2 in [1e-3, 0.1, 10.0] {
                let [all, few, _] = rows(known, l2);
                assert_close(&few, &all, 1e-9, (known, l2));
            }
        }
    }

    #[test]
    fn without_penalties_few_entries_are_left_to_the_normal_equations() {
        let [all, few, _] = rows(3, 0.0);
        assert_ne!(all, few);
    }

    #[test]
    fn many_steps_of_conjugate_gradients_solve_the_normal_equations() {
        for known in [1, 5, 17, 20] {
            let [all, _, descended] = rows(known, 0.1);
            assert_close(&descended, &all, 1e-7, (known, 0.1));
        }
    }
}

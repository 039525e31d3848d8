//! Columns padded to whole lanes, so that small kernels run in the vectors of a processor that has them. Sums have the
//! same order, and the same bits, on every processor.

use crate::Real;

/// The number of scalars that are computed together.
pub(crate) const LANES: usize = 8;

/// The number of vectors whose squares are added together.
pub(crate) const TOGETHER: usize = 4;

/// Some scalars that are computed together.
pub(super) type Lane<T> = [T; LANES];

/// Returns the length of a column of `n` scalars with its padding.
pub(crate) const fn padded(n: usize) -> usize {
    (n.saturating_add(LANES - 1) / LANES).saturating_mul(LANES)
}

/// x . y, over the shorter of the two, in as many sums as there are lanes.
#[inline(always)]
pub(crate) fn dot_in_lanes<T: Real>(x: &[T], y: &[T]) -> T {
    let n = x.len().min(y.len());
    let (x, y) = (
        x.get(..n).unwrap_or_default(),
        y.get(..n).unwrap_or_default(),
    );
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks::<LANES>());
    let mut sums = [-T::ZERO; LANES];
    for (x, y) in x.iter().zip(y) {
        sums = with_products(sums, x, y);
    }
    total(sums, x.is_empty(), [x_rest, y_rest])
}

/// s + x y of each lane. By value: the compiler has to see that the sums are not x, nor y.
#[inline(always)]
pub(super) fn with_products<T: Real>(mut sums: Lane<T>, x: &Lane<T>, y: &Lane<T>) -> Lane<T> {
    for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
        *sum += *x * *y;
    }
    sums
}

/// Returns the lanes as they are, from memory on processors with vectors: in sight of their sum, which adds pairs, the
/// optimizer would compute them two by two.
#[inline(always)]
pub(super) fn in_vectors<T: Copy>(lanes: T) -> T {
    match cfg!(any(target_feature = "sse2", target_feature = "neon")) {
        true => core::hint::black_box(lanes),
        false => lanes,
    }
}

/// Returns the sum of all lanes, and of the products of the numbers after the last of them; `no_lanes`: the sums are of nothing.
#[inline(always)]
pub(super) fn total<T: Real>(sums: Lane<T>, no_lanes: bool, [x_rest, y_rest]: [&[T]; 2]) -> T {
    let ((x_four, x_rest), (y_four, y_rest)) = (x_rest.as_chunks::<4>(), y_rest.as_chunks::<4>());
    let mut rest = -T::ZERO;
    for (x, y) in x_rest.iter().zip(y_rest) {
        rest += *x * *y;
    }
    if no_lanes && x_four.is_empty() {
        return rest;
    }
    let [a, b, c, d, e, f, g, h] = sums;
    let mut fours = [a + e, b + f, c + g, d + h];
    for (x, y) in x_four.iter().zip(y_four) {
        for (sum, (x, y)) in fours.iter_mut().zip(x.iter().zip(y)) {
            *sum += *x * *y;
        }
    }
    let [a, b, c, d] = fours;
    (a + c) + (b + d) + rest
}

/// y <- y + a x, over the shorter of the two.
#[inline(always)]
pub(crate) fn axpy_in_lanes<T: Real>(a: T, x: &[T], y: &mut [T]) {
    let n = x.len().min(y.len());
    let (x, y) = (
        x.get(..n).unwrap_or_default(),
        y.get_mut(..n).unwrap_or_default(),
    );
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<LANES>(), y.as_chunks_mut::<LANES>());
    let ((x_four, x_rest), (y_four, y_rest)) =
        (x_rest.as_chunks::<4>(), y_rest.as_chunks_mut::<4>());
    for (x, y) in x.iter().zip(y) {
        *y = sum_of(*y, a, x);
    }
    for (x, y) in x_four.iter().zip(y_four) {
        *y = sum_of(*y, a, x);
    }
    for (x, y) in x_rest.iter().zip(y_rest) {
        *y += a * *x;
    }
}

/// y + a x. By value: the compiler has to see that the result is not x.
#[inline(always)]
pub(crate) fn sum_of<T: Real, const N: usize>(mut y: [T; N], a: T, x: &[T; N]) -> [T; N] {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * *x;
    }
    y
}

/// Returns entry `j` of a column.
#[inline(always)]
fn of_row<T: Real>(column: &[Lane<T>], j: usize) -> T {
    let lane = column.get(j / LANES).and_then(|lane| lane.get(j % LANES));
    lane.copied().unwrap_or(T::ZERO)
}

/// The lower triangle of a symmetric matrix of p columns of [`padded`] (p) scalars. Lanes that cross the diagonal are
/// written above it, too.
pub(crate) struct LowerTriangle<'a, T> {
    entries: &'a mut [T],
    p: usize,
}

impl<'a, T: Real> LowerTriangle<'a, T> {
    /// Creates a matrix of zeros from p [`padded`] (p) scalars.
    #[inline(always)]
    pub(crate) fn zeros(entries: &'a mut [T], p: usize) -> Self {
        entries.fill(T::ZERO);
        Self { entries, p }
    }

    /// Returns the number of scalars of a column; zero never.
    #[inline(always)]
    fn stride(&self) -> usize {
        padded(self.p).max(LANES)
    }

    /// Returns column `j`, with its padding.
    #[inline(always)]
    fn column(&self, j: usize) -> &[T] {
        let start = j.saturating_mul(self.stride());
        let column = self.entries.get(start..).unwrap_or_default();
        column.get(..self.stride()).unwrap_or_default()
    }

    /// Returns column `j`, with its padding.
    #[inline(always)]
    pub(crate) fn column_mut(&mut self, j: usize) -> &mut [T] {
        let stride = self.stride();
        let start = j.saturating_mul(stride);
        let column = self.entries.get_mut(start..).unwrap_or_default();
        column.get_mut(..stride).unwrap_or_default()
    }

    /// G <- G + sum of f f^T over the vectors f that `next` writes, one after the other, until it returns false;
    /// `buffer` holds [`TOGETHER`] of them, each of [`padded`] (p) scalars. Their padding has to be zero.
    #[inline(always)]
    pub(crate) fn add_squares_of(
        &mut self,
        buffer: &mut [T],
        mut next: impl FnMut(&mut [T]) -> bool,
    ) {
        let stride = self.stride();
        // Without columns, there is no place for a vector.
        let mut more = buffer.len() >= stride;
        while more {
            for f in buffer.chunks_exact_mut(stride) {
                more = more && next(f);
                if !more {
                    f.fill(T::ZERO);
                }
            }
            let mut vectors = buffer.chunks_exact(stride);
            self.add_squares([(); TOGETHER].map(|()| vectors.next().unwrap_or_default()));
        }
    }

    /// G <- G + sum of f f^T, one vector after the other; each has [`padded`] (p) scalars.
    #[inline(always)]
    pub(crate) fn add_squares(&mut self, f: [&[T]; TOGETHER]) {
        let lanes = f.map(|f| f.as_chunks::<LANES>().0);
        let columns = self.entries.chunks_exact_mut(padded(self.p).max(LANES));
        for (c, column) in (0..self.p).zip(columns) {
            let [a, b, d, e] = f.map(|f| f.get(c).copied().unwrap_or(T::ZERO));
            let (column, _) = column.as_chunks_mut::<LANES>();
            let column = column.get_mut(c / LANES..).unwrap_or_default();
            let [p, q, r, s] = lanes.map(|f| f.get(c / LANES..).unwrap_or_default());
            let others = p.iter().zip(q).zip(r.iter().zip(s));
            for (g, ((p, q), (r, s))) in column.iter_mut().zip(others) {
                *g = sum_of(sum_of(sum_of(sum_of(*g, a, p), b, q), d, r), e, s);
            }
        }
    }

    /// Adds `shift(j)` to each entry j of the diagonal.
    #[inline(always)]
    pub(crate) fn shift(&mut self, mut shift: impl FnMut(usize) -> T) {
        for j in 0..self.p {
            if let Some(x) = self.column_mut(j).get_mut(j) {
                *x += shift(j);
            }
        }
    }

    /// Computes L of G ~ L L^T in place, with zeros above the diagonal; dependent columns become zero, as in
    /// [`cholesky`](super::cholesky::cholesky).
    #[inline(always)]
    pub(crate) fn cholesky(&mut self) {
        let rounding = T::from_usize(self.p.saturating_mul(4)) * T::EPSILON;
        let (stride, first) = (self.stride(), |j: usize| j / LANES);
        for j in 0..self.p {
            let split = self.entries.split_at_mut_checked(j.saturating_mul(stride));
            let (before, from) = split.unwrap_or_default();
            let before = before.chunks_exact(stride);
            let own = from.get_mut(..stride).unwrap_or_default();
            let (own, _) = own.as_chunks_mut::<LANES>();
            let square = of_row(own, j);
            for (q, own) in (first(j)..own.len()).zip(own.iter_mut().skip(first(j))) {
                let mut sum = *own;
                for column in before.clone() {
                    let (column, _) = column.as_chunks::<LANES>();
                    let l = column.get(q).copied().unwrap_or([T::ZERO; LANES]);
                    sum = sum_of(sum, -of_row(column, j), &l);
                }
                *own = sum;
            }
            let pivot = of_row(own, j);
            if pivot > rounding * square && pivot.is_finite() {
                let root = pivot.sqrt();
                for own in own.iter_mut().skip(first(j)) {
                    let mut quotients = *own;
                    for x in &mut quotients {
                        *x /= root;
                    }
                    *own = quotients;
                }
            } else {
                own.as_flattened_mut().fill(T::ZERO);
            }
            for x in own.iter_mut().flatten().take(j) {
                *x = T::ZERO;
            }
        }
    }

    /// x <- (L L^T)^-1 x of [`padded`] (p) scalars, for L from [`cholesky`](Self::cholesky); see
    /// [`cholesky_solve`](super::cholesky::cholesky_solve).
    #[inline(always)]
    pub(crate) fn solve(&self, x: &mut [T]) {
        for j in 0..self.p {
            let solved = self.quotient(x, j);
            let (lanes, _) = self.column(j).as_chunks::<LANES>();
            let (x_lanes, _) = x.as_chunks_mut::<LANES>();
            for (x, l) in x_lanes.iter_mut().zip(lanes).skip(j / LANES) {
                *x = sum_of(*x, -solved, l);
            }
            if let Some(x) = x.get_mut(j) {
                *x = solved;
            }
        }
        for j in (0..self.p).rev() {
            let below = j.saturating_add(1);
            let others = dot_in_lanes(
                self.column(j).get(below..).unwrap_or_default(),
                x.get(below..).unwrap_or_default(),
            );
            if let Some(x) = x.get_mut(j) {
                *x -= others;
            }
            let solved = self.quotient(x, j);
            if let Some(x) = x.get_mut(j) {
                *x = solved;
            }
        }
    }

    /// x_j / l_jj, or zero for a dependent column.
    #[inline(always)]
    fn quotient(&self, x: &[T], j: usize) -> T {
        match (x.get(j), self.column(j).get(j)) {
            (Some(x), Some(pivot)) if *pivot > T::ZERO => *x / *pivot,
            _ => T::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MatMut;
    use crate::dense::cholesky::{cholesky, cholesky_solve};
    use crate::random::{Distribution, RandomEntries};

    const MOST: usize = 19;
    const STRIDE: usize = padded(MOST);

    /// Compares the squares of `rows` random vectors of p numbers, their factorization and a solution with those of the
    /// plain kernels.
    fn check(p: usize, rows: usize) {
        let random = RandomEntries::new(Distribution::Gaussian, 5);
        let (mut entries, mut plain) = ([f64::NAN; MOST * STRIDE], [0.0; MOST * MOST]);
        let (stride, plain) = (padded(p), &mut plain[..p * p]);
        let mut gram = LowerTriangle::zeros(&mut entries[..p * stride], p);
        for first in (0..rows).step_by(4) {
            let mut f = [[0.0; STRIDE]; 4];
            for (i, f) in (first..rows).zip(&mut f) {
                random.fill_row::<f64>(i, &mut f[..p]);
                for c in 0..p {
                    for r in 0..p {
                        plain[c * p + r] += f[c] * f[r];
                    }
                }
            }
            gram.add_squares([0, 1, 2, 3].map(|i| &f[i][..stride]));
        }
        let (mut one_by_one, mut i) = ([f64::NAN; MOST * STRIDE], 0);
        let mut vectors = [0.0; TOGETHER * STRIDE];
        LowerTriangle::zeros(&mut one_by_one[..p * stride], p).add_squares_of(
            &mut vectors[..TOGETHER * stride],
            |f| {
                let more = i < rows;
                if more {
                    random.fill_row::<f64>(i, &mut f[..p]);
                }
                i += 1;
                more
            },
        );
        for j in 0..p {
            assert_eq!(one_by_one[j * stride..][j..p], plain[j * p..][j..p]);
        }
        for j in 0..p {
            assert_eq!(gram.column_mut(j)[j..p], plain[j * p..][j..p]);
        }
        // The sum of all columns: there is a solution, whatever the rank.
        let (mut x, mut expected) = ([0.0; STRIDE], [0.0; MOST]);
        for (i, expected) in expected[..p].iter_mut().enumerate() {
            *expected = (0..p).map(|j| plain[j * p + i]).sum();
            x[i] = *expected;
        }
        let mut plain = MatMut::new(plain, p, p).unwrap();
        cholesky(&mut plain).unwrap();
        cholesky_solve(&plain, &mut expected[..p]).unwrap();
        gram.cholesky();
        for j in 0..p {
            assert_eq!(gram.column_mut(j)[j..p], plain.column(j)[j..]);
            assert!(gram.column_mut(j)[..j].iter().all(|x| *x == 0.0));
        }
        gram.solve(&mut x[..stride]);
        for (x, expected) in x[..p].iter().zip(&expected) {
            assert!((x - expected).abs() < 1e-6, "{p} {rows}: {x} {expected}");
        }
        assert!(x[p..].iter().all(|x| *x == 0.0));
    }

    #[test]
    fn kernels_in_lanes_are_the_plain_ones() {
        for p in 1..=MOST {
            for rows in [1, p / 2 + 1, p, 2 * p, 3 * p + 2] {
                check(p, rows);
            }
        }
    }

    #[test]
    fn inner_products_run_over_the_shorter_vector() {
        let x: [f64; 21] = core::array::from_fn(|i| i as f64);
        for n in 0..21 {
            let expected: f64 = (0..n).map(|i| (i * i) as f64).sum();
            assert_eq!(dot_in_lanes(&x, &x[..n]), expected);
            assert_eq!(dot_in_lanes(&x[..n], &x), expected);
        }
    }
}

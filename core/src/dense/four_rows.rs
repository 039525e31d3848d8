//! Four rows at once, with the bits of one after the other: a vector is read once for four of them, and their sums do not
//! wait for each other.

use super::lanes::{LANES, axpy_in_lanes, in_vectors, sum_of, total, with_products};
use crate::Real;

/// The number of rows that are computed together.
pub(crate) const ROWS: usize = 4;

/// Returns f . x of each row f, over the shortest of all: the numbers of [`dot_in_lanes`](super::lanes::dot_in_lanes).
#[inline(always)]
pub(crate) fn dots_of_four<T: Real>(rows: [&[T]; ROWS], x: &[T]) -> [T; ROWS] {
    let n = rows.iter().fold(x.len(), |n, row| n.min(row.len()));
    let (x, x_rest) = x.get(..n).unwrap_or_default().as_chunks::<LANES>();
    let rows = rows.map(|row| row.get(..n).unwrap_or_default().as_chunks::<LANES>());
    let [p, q, r, s] = rows.map(|(lanes, _)| lanes);
    let [mut a, mut b, mut c, mut d] = [[-T::ZERO; LANES]; ROWS];
    for (x, ((p, q), (r, s))) in x.iter().zip(p.iter().zip(q).zip(r.iter().zip(s))) {
        a = with_products(a, p, x);
        b = with_products(b, q, x);
        c = with_products(c, r, x);
        d = with_products(d, s, x);
    }
    let [a, b, c, d] = in_vectors([a, b, c, d]);
    let [p, q, r, s] = rows.map(|(_, rest)| [rest, x_rest]);
    let none = x.is_empty();
    [
        total(a, none, p),
        total(b, none, q),
        total(c, none, r),
        total(d, none, s),
    ]
}

/// y <- y + sum of a f over the rows f, one after the other, over the shortest of all.
#[inline(always)]
pub(crate) fn add_four<T: Real>(weights: [T; ROWS], rows: [&[T]; ROWS], y: &mut [T]) {
    let n = rows.iter().fold(y.len(), |n, row| n.min(row.len()));
    let (y, y_rest) = y.get_mut(..n).unwrap_or_default().as_chunks_mut::<LANES>();
    let rows = rows.map(|row| row.get(..n).unwrap_or_default().as_chunks::<LANES>());
    let [p, q, r, s] = rows.map(|(lanes, _)| lanes);
    let [a, b, c, d] = weights;
    for (y, ((p, q), (r, s))) in y.iter_mut().zip(p.iter().zip(q).zip(r.iter().zip(s))) {
        *y = sum_of(sum_of(sum_of(sum_of(*y, a, p), b, q), c, r), d, s);
    }
    for (weight, (_, rest)) in weights.into_iter().zip(rows) {
        axpy_in_lanes(weight, rest, y_rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dense::lanes::dot_in_lanes;
    use crate::random::{Distribution, RandomEntries};

    const MOST: usize = 29;

    #[test]
    fn four_rows_have_the_bits_of_one_after_the_other() {
        let random = RandomEntries::new(Distribution::Gaussian, 7);
        let mut rows = [[0.0_f32; MOST]; 2 * ROWS];
        for (i, row) in rows.iter_mut().enumerate() {
            random.fill_row(i, row);
        }
        for n in 0..MOST {
            let four = [0, 1, 2, 3].map(|i| &rows[i][..n]);
            let (x, weights) = (&rows[4], [0, 1, 2, 3].map(|i| rows[5][i]));
            let expected = four.map(|row| dot_in_lanes(row, x));
            assert_eq!(
                dots_of_four(four, x).map(f32::to_bits),
                expected.map(f32::to_bits),
                "{n}"
            );
            let [mut at_once, mut in_turn] = [rows[6]; 2];
            add_four(weights, four, &mut at_once);
            for (weight, row) in weights.into_iter().zip(four) {
                axpy_in_lanes(weight, row, &mut in_turn);
            }
            assert_eq!(at_once.map(f32::to_bits), in_turn.map(f32::to_bits), "{n}");
        }
    }

    #[test]
    fn the_shortest_of_all_decides() {
        let ones = [1.0_f64; MOST];
        for short in 0..ROWS {
            let mut rows = [&ones[..]; ROWS];
            rows[short] = &ones[..9];
            assert_eq!(dots_of_four(rows, &ones), [9.0; ROWS]);
            let mut sums = [0.0; MOST];
            add_four([1.0; ROWS], rows, &mut sums);
            assert_eq!((sums[8], sums[9]), (4.0, 0.0));
        }
        assert_eq!(dots_of_four([&ones[..]; ROWS], &ones[..5]), [5.0; ROWS]);
    }
}

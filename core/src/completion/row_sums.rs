//! Sums over the known entries of a row, four of them at a time.

use crate::dense::four_rows::{ROWS, add_four, dots_of_four};
use crate::dense::lanes::{axpy_in_lanes, dot_in_lanes};
use crate::{MatRef, Real};

/// Some of the entries of a row: as many as are computed together, or fewer at its end.
enum Entries<T> {
    Four([(usize, T); ROWS]),
    Rest([Option<(usize, T)>; ROWS]),
}

#[inline(always)]
fn next<T: Real>(entries: &mut impl Iterator<Item = (usize, T)>) -> Entries<T> {
    match [(); ROWS].map(|()| entries.next()) {
        [Some(a), Some(b), Some(c), Some(d)] => Entries::Four([a, b, c, d]),
        rest => Entries::Rest(rest),
    }
}

/// y <- y + sum of g_j h_j over the entries (j, r) of a row, in their order, where
/// g_j = `weight` (h_j . x, h_j, r) and h_j is column j of `held`; over the shortest of h_j, x and y.
#[inline(always)]
pub(super) fn add_weighted<T: Real>(
    entries: impl Iterator<Item = (usize, T)>,
    held: MatRef<'_, T>,
    (x, y): (&[T], &mut [T]),
    mut weight: impl FnMut(T, &[T], T) -> T,
) {
    let mut entries = entries.fuse();
    loop {
        match next(&mut entries) {
            Entries::Four(four) => {
                let rows = four.map(|(j, _)| held.column(j));
                let mut weights = dots_of_four(rows, x);
                for (dot, ((_, r), h)) in weights.iter_mut().zip(four.into_iter().zip(rows)) {
                    *dot = weight(*dot, h, r);
                }
                add_four(weights, rows, y);
            }
            Entries::Rest(rest) => {
                for (j, r) in rest.into_iter().flatten() {
                    let h = held.column(j);
                    axpy_in_lanes(weight(dot_in_lanes(h, x), h, r), h, y);
                }
                return;
            }
        }
    }
}

/// Calls `each` (h_j . x, h_j, r) for the entries (j, r) of a row, in their order, where h_j is column j of `held`.
#[inline(always)]
pub(super) fn for_each_product<T: Real>(
    entries: impl Iterator<Item = (usize, T)>,
    held: MatRef<'_, T>,
    x: &[T],
    mut each: impl FnMut(T, &[T], T),
) {
    add_weighted(entries, held, (x, &mut []), |dot, h, r| {
        each(dot, h, r);
        T::ZERO
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Any number of entries, as many at a time as there are, gives the sums of the definition.
    #[test]
    fn sums_run_over_all_entries_once() {
        let held: [f64; 3 * 11] = core::array::from_fn(|at| 1.0 + at as f64);
        let held = MatRef::new(&held, 3, 11).unwrap();
        for count in 0..=11 {
            let entries = (0..count).map(|j| (j, 0.5 * j as f64));
            let (x, mut y) = ([1.0, -2.0, 0.5], [0.25; 3]);
            add_weighted(entries.clone(), held, (&x, &mut y), |dot, h, r| {
                dot + r + h[0]
            });
            let mut expected = [0.25; 3];
            let mut products = 0.0;
            for (j, r) in entries.clone() {
                let h = held.column(j);
                let dot = h[0] - 2.0 * h[1] + 0.5 * h[2];
                products += dot * r + h[1];
                for (y, x) in expected.iter_mut().zip(h) {
                    *y += (dot + r + h[0]) * x;
                }
            }
            assert_eq!(y, expected, "{count}");
            let mut found = 0.0;
            for_each_product(entries, held, &x, |dot, h, r| found += dot * r + h[1]);
            assert_eq!(found, products, "{count}");
        }
    }
}

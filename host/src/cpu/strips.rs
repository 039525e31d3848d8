//! Kernels specialized for the width of a panel.

use crate::Scalar;

/// The largest width for which kernels are compiled, so that a row of a panel stays in registers;
/// wider panels are processed in strips.
pub(super) const WIDEST_STRIP: usize = 32;

/// Calls `$kernel::<_, WIDTH>($arguments)` for a width known at run time: one of those listed, or of all up to the
/// widest.
macro_rules! for_width {
    ($width:expr, $kernel:ident, $arguments:tt) => {
        for_width!($width, $kernel, $arguments,
            1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32)
    };
    ($width:expr, $kernel:ident, $arguments:tt, $($w:literal)*) => {
        match $width {
            $($w => $kernel::<_, $w> $arguments,)*
            _ => unreachable!("a kernel of no such width"),
        }
    };
}

pub(super) use for_width;

/// The largest width of which two sums are added at a time: one sum waits for each of its additions, wider ones fill the
/// registers and have enough additions that do not wait for each other.
const WIDEST_IN_PAIRS: usize = 16;

/// L columns of the rows of a row-major panel.
#[derive(Clone, Copy)]
pub(super) struct StripRows<'x, T, const L: usize> {
    x: &'x [T],
    /// All rows, where the panel has no other columns.
    whole: &'x [[T; L]],
    l: usize,
    first_column: usize,
}

impl<'x, T: Scalar, const L: usize> StripRows<'x, T, L> {
    /// Creates the rows of columns `first_column` to `first_column` + L of a panel of l columns.
    #[inline(always)]
    pub(super) fn new(x: &'x [T], l: usize, first_column: usize) -> Self {
        let (whole, _) = x.as_chunks::<L>();
        Self {
            x,
            whole: if l == L { whole } else { &[] },
            l,
            first_column,
        }
    }

    /// Returns a row, if there is one.
    #[inline(always)]
    pub(super) fn row(self, row: u32) -> Option<&'x [T; L]> {
        match self.l == L {
            true => self.whole_row(row),
            false => self.part_of_row(row),
        }
    }

    #[inline(always)]
    fn whole_row(self, row: u32) -> Option<&'x [T; L]> {
        self.whole.get(row as usize)
    }

    #[inline(always)]
    fn part_of_row(self, row: u32) -> Option<&'x [T; L]> {
        let start = row as usize * self.l + self.first_column;
        self.x.get(start..)?.first_chunk()
    }

    /// Returns the sum of multiples of rows: of the even entries and of the odd ones apart, if two sums fit in registers.
    #[inline(always)]
    pub(super) fn combination(self, (columns, values): (&[u32], &[T])) -> [T; L] {
        match self.l == L {
            true => combination(columns, values, |row| self.whole_row(row)),
            false => combination(columns, values, |row| self.part_of_row(row)),
        }
    }
}

#[inline(always)]
fn combination<'x, T: Scalar, const L: usize>(
    rows: &[u32],
    values: &[T],
    row: impl Fn(u32) -> Option<&'x [T; L]>,
) -> [T; L] {
    let mut sum = [T::ZERO; L];
    if L > WIDEST_IN_PAIRS {
        for (&j, &a) in rows.iter().zip(values) {
            sum = plus(sum, a, row(j));
        }
        return sum;
    }
    let ((pairs, last), (pair_values, last_value)) =
        (rows.as_chunks::<2>(), values.as_chunks::<2>());
    let mut odd = sum;
    for (&[i, j], &[a, b]) in pairs.iter().zip(pair_values) {
        sum = plus(sum, a, row(i));
        odd = plus(odd, b, row(j));
    }
    for (&j, &a) in last.iter().zip(last_value) {
        sum = plus(sum, a, row(j));
    }
    for (sum, odd) in sum.iter_mut().zip(odd) {
        *sum += odd;
    }
    sum
}

/// sum + a x.
#[inline(always)]
fn plus<T: Scalar, const L: usize>(mut sum: [T; L], a: T, x: Option<&[T; L]>) -> [T; L] {
    if let Some(x) = x {
        for (sum, x) in sum.iter_mut().zip(x) {
            *sum += a * *x;
        }
    }
    sum
}

/// The combination of rows of a width that the compiler does not know, without vectors: the bits of
/// [`StripRows::combination`].
pub(super) fn combination_of_any_width<'x, T: Scalar>(
    (rows, values): (&[u32], &[T]),
    row: impl Fn(u32) -> &'x [T],
    sum: &mut [T],
) {
    let mut odd = [T::ZERO; WIDEST_IN_PAIRS];
    sum.fill(T::ZERO);
    for (place, (&j, &a)) in rows.iter().zip(values).enumerate() {
        let is_odd = sum.len() <= WIDEST_IN_PAIRS && place % 2 == 1;
        let sums = if is_odd { &mut odd[..] } else { &mut *sum };
        for (sum, x) in sums.iter_mut().zip(row(j)) {
            *sum += a * *x;
        }
    }
    if sum.len() <= WIDEST_IN_PAIRS {
        for (sum, odd) in sum.iter_mut().zip(odd) {
            *sum += odd;
        }
    }
}

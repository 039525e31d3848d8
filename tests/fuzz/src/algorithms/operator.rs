//! A matrix as an operator of core: dense or sparse, transposed or not.

use lowrank_core::operator::{EntrywiseOperator, Transposed};
use lowrank_core::{CsrRef, Error, MatMut, Real};
use lowrank_validate::Matrix;

/// Three slices that own their entries.
#[derive(Debug)]
struct Csr<T> {
    row_offsets: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<T>,
    ncols: usize,
}

impl<T: Real> Csr<T> {
    /// All entries that are not zero.
    fn new(a: &Matrix<T>) -> Self {
        let mut csr = Self {
            row_offsets: vec![0],
            columns: Vec::new(),
            values: Vec::new(),
            ncols: a.ncols,
        };
        for i in 0..a.nrows {
            for j in 0..a.ncols {
                if a.at(i, j) != T::ZERO {
                    csr.columns.push(j as u32);
                    csr.values.push(a.at(i, j));
                }
            }
            csr.row_offsets.push(csr.columns.len());
        }
        csr
    }

    fn view(&self) -> CsrRef<'_, T> {
        CsrRef::new(&self.row_offsets, &self.columns, &self.values, self.ncols)
            .expect("offsets that rise to the number of entries")
    }
}

/// The matrix and the invalid entries that an operator should report.
#[derive(Debug)]
pub struct Seen<T> {
    pub matrix: Matrix<T>,
    /// The place of the first entry that is NaN or infinite.
    pub not_finite: Option<(usize, usize)>,
    /// The place of the first negative entry.
    pub negative: Option<(usize, usize)>,
}

/// A check of an operator.
pub trait Check<T: Real> {
    fn check<A>(self, a: &A, seen: &Seen<T>)
    where
        A: for<'p> EntrywiseOperator<MatMut<'p, T>>;
}

/// Checks `a` as the `layout`-th of four operators.
pub fn as_operator<T: Real>(a: &Matrix<T>, layout: usize, check: impl Check<T>) {
    let sparse = layout & 1 == 1;
    let seen = Seen {
        matrix: a.clone(),
        not_finite: first(a, sparse, |x| !x.is_finite()),
        negative: first(a, sparse, |x| x < T::ZERO),
    };
    let csr = Csr::new(a);
    match layout & 3 {
        0 => check.check(&a.view(), &seen),
        1 => check.check(&csr.view(), &seen),
        2 => check.check(&Transposed(a.view()), &seen.transposed()),
        _ => check.check(&Transposed(csr.view()), &seen.transposed()),
    }
}

impl<T: Real> Seen<T> {
    fn transposed(self) -> Self {
        let turn = |(row, column)| (column, row);
        Self {
            matrix: self.matrix.transposed(),
            not_finite: self.not_finite.map(turn),
            negative: self.negative.map(turn),
        }
    }

    /// Checks that ||A||_F overflows, or nearly does.
    pub fn is_too_large(&self) -> bool {
        exceeds(&self.matrix, 0)
    }

    /// Checks that an error about the entries names the place of one.
    pub fn assert_place(&self, error: Error) {
        match error {
            Error::NonFinite { row, column } => assert_eq!(self.not_finite, Some((row, column))),
            Error::Negative { row, column } => assert_eq!(self.negative, Some((row, column))),
            other => panic!("an error without a fault: {other:?}"),
        }
    }
}

/// Checks that ||A||_F is at least 2^`margin` times the largest number, or nearly.
pub fn exceeds<T: Real>(a: &Matrix<T>, margin: i32) -> bool {
    let e = a.exponent();
    let limit = T::MAX.to_f64().scale_by_power_of_two(margin - e);
    a.to_f64(e).frobenius() > limit * (1.0 - 1e-5)
}

/// The place of the first entry that is NaN or infinite, in the order of columns.
pub fn first_not_finite<T: Real>(a: &Matrix<T>) -> Option<(usize, usize)> {
    first(a, false, |x| !x.is_finite())
}

/// The first entry of that kind, in the order of rows or of columns.
fn first<T: Real>(
    a: &Matrix<T>,
    by_rows: bool,
    is_wanted: impl Fn(T) -> bool,
) -> Option<(usize, usize)> {
    let place = |at: usize| {
        if by_rows {
            (at / a.ncols, at % a.ncols)
        } else {
            (at % a.nrows, at / a.nrows)
        }
    };
    (0..a.entries.len())
        .map(place)
        .find(|&(i, j)| is_wanted(a.at(i, j)))
}

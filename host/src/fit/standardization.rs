//! Columns divided by their standard deviations, for the principal components of correlations.

use crate::matrix::OwnedMatrix;
use crate::{DenseMatrix, Error, Matrix, Scalar, SparseMatrix, memory};
use lowrank_core::Real;
use lowrank_core::summation::CompensatedSum;

/// The means m and the standard deviations d of the columns of a matrix, in f64.
#[derive(Clone, Debug)]
pub struct Standardization {
    /// n.
    pub means: Vec<f64>,
    /// n, with rows - 1 degrees of freedom; zero for a column of equal entries.
    pub deviations: Vec<f64>,
}

/// The sums over a column, whose numbers are divided by 2^exponent so that no square leaves the range.
#[derive(Clone, Copy)]
struct Column {
    stored: usize,
    smallest: f64,
    largest: f64,
    exponent: i32,
    sum: CompensatedSum<f64>,
    squares: CompensatedSum<f64>,
}

impl Column {
    fn empty() -> Self {
        Self {
            stored: 0,
            smallest: f64::INFINITY,
            largest: f64::NEG_INFINITY,
            exponent: 0,
            sum: CompensatedSum::default(),
            squares: CompensatedSum::default(),
        }
    }

    fn see(&mut self, x: f64) {
        self.stored += 1;
        self.smallest = self.smallest.min(x);
        self.largest = self.largest.max(x);
    }

    fn scaled(&self, x: f64) -> f64 {
        x.scale_by_power_of_two(-self.exponent)
    }
}

impl Standardization {
    /// Measures the columns of A by two passes, the second of which subtracts the means of the first: the deviation
    /// of a column whose mean is much larger keeps its digits.
    pub fn of<T: Scalar>(a: Matrix<'_, T>) -> Self {
        let m = a.nrows();
        let mut columns = vec![Column::empty(); a.ncols()];
        for_each_entry(a, |j, x| columns[j].see(x));
        for column in &mut columns {
            if column.stored < m {
                column.smallest = column.smallest.min(0.0);
                column.largest = column.largest.max(0.0);
            }
            column.exponent = column.largest.max(-column.smallest).exponent();
        }
        for_each_entry(a, |j, x| {
            let x = columns[j].scaled(x);
            columns[j].sum.add(x);
        });
        let first: Vec<f64> = columns.iter().map(|c| c.sum.sum() / m as f64).collect();
        for column in &mut columns {
            column.sum = CompensatedSum::default();
        }
        let deviate = |column: &mut Column, difference: f64, times: f64| {
            column.sum.add(times * difference);
            column.squares.add(times * difference * difference);
        };
        for_each_entry(a, |j, x| {
            let difference = columns[j].scaled(x) - first[j];
            deviate(&mut columns[j], difference, 1.0);
        });
        let (mut means, mut deviations) = (Vec::new(), Vec::new());
        for (mut column, mean) in columns.into_iter().zip(first) {
            let zeros = (m - column.stored) as f64;
            deviate(&mut column, -mean, zeros);
            if column.smallest == column.largest {
                means.push(column.largest);
                deviations.push(0.0);
                continue;
            }
            let shift = column.sum.sum() / m as f64;
            let squares = column.squares.sum() - shift * column.sum.sum();
            let deviation = (squares.max(0.0) / (m - 1) as f64).sqrt();
            means.push((mean + shift).scale_by_power_of_two(column.exponent));
            deviations.push(deviation.scale_by_power_of_two(column.exponent));
        }
        Self { means, deviations }
    }

    /// Returns (A - 1 m^T) D^-1 of a dense matrix and A D^-1 of a sparse one, which stays sparse. Columns whose
    /// deviation is zero become zero.
    ///
    /// # Errors
    /// [`Error::Overflow`](lowrank_core::Error::Overflow) if an entry is too large for the type;
    /// [`Error::CopyMemory`] if there is not enough memory.
    pub fn apply<T: Scalar>(&self, a: Matrix<'_, T>) -> Result<OwnedMatrix<T>, Error> {
        let needed = a.bytes() as u64;
        memory::check(needed, memory::available)
            .map_err(|available| Error::CopyMemory { needed, available })?;
        let quotient = |x: f64, j: usize| {
            let d = self.deviations[j];
            if d == 0.0 {
                return T::ZERO;
            }
            // Brought near to one, so that no deviation is subnormal.
            let exponent = -d.exponent();
            T::from_f64(x.scale_by_power_of_two(exponent) / d.scale_by_power_of_two(exponent))
        };
        let scaled = match a {
            Matrix::Dense(a) => {
                // Half of each, because a difference may be twice as large as its terms.
                let entry = |i, j| {
                    let difference = 0.5 * a.at(i, j).to_f64() - 0.5 * self.means[j];
                    let x = quotient(difference, j);
                    x + x
                };
                OwnedMatrix::Dense(DenseMatrix::from_fn(a.nrows(), a.ncols(), entry))
            }
            Matrix::Sparse(a) | Matrix::Observed(a) => {
                let entries = a.values.iter().zip(&a.columns);
                OwnedMatrix::Sparse(SparseMatrix {
                    ncols: a.ncols,
                    row_offsets: a.row_offsets.clone(),
                    columns: a.columns.clone(),
                    values: entries
                        .map(|(x, j)| quotient(x.to_f64(), *j as usize))
                        .collect(),
                })
            }
        };
        let values = match &scaled {
            OwnedMatrix::Dense(a) => a.as_slice(),
            OwnedMatrix::Sparse(a) => a.values(),
        };
        match values.iter().all(|x| Real::is_finite(*x)) {
            true => Ok(scaled),
            false => Err(lowrank_core::Error::Overflow.into()),
        }
    }

    /// Returns the means of the columns that [`apply`](Self::apply) leaves: zeros for a dense matrix, D^-1 m for a
    /// sparse one.
    pub fn means_left<T: Scalar>(&self, a: Matrix<'_, T>) -> Vec<T> {
        let left = |(m, d): (&f64, &f64)| match a {
            Matrix::Dense(_) => T::ZERO,
            _ if *d == 0.0 => T::ZERO,
            _ => T::from_f64(m / d),
        };
        self.means.iter().zip(&self.deviations).map(left).collect()
    }
}

/// Calls `f` with the column and the value of each stored entry.
fn for_each_entry<T: Scalar>(a: Matrix<'_, T>, mut f: impl FnMut(usize, f64)) {
    match a {
        Matrix::Dense(a) => {
            for j in 0..a.ncols() {
                a.column(j).iter().for_each(|x| f(j, x.to_f64()));
            }
        }
        Matrix::Sparse(a) | Matrix::Observed(a) => {
            let entries = a.columns().iter().zip(a.values());
            entries.for_each(|(j, x)| f(*j as usize, x.to_f64()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the deviations of the columns of a dense matrix, and of the same one in sparse rows.
    fn deviations(columns: &[&[f64]]) -> [Standardization; 2] {
        let (m, n) = (columns[0].len(), columns.len());
        let dense = DenseMatrix::from_fn(m, n, |i, j| columns[j][i]);
        let places = (0..m).flat_map(|i| (0..n).map(move |j| (i, j)));
        let entries = places.map(|(i, j)| (i, j, columns[j][i]));
        let entries = entries.filter(|(.., x)| *x != 0.0);
        let sparse = SparseMatrix::from_triplets(m, n, entries).unwrap();
        let of = |a: Matrix<'_, f64>| Standardization::of(a);
        [of(Matrix::Dense(&dense)), of(Matrix::Sparse(&sparse))]
    }

    #[test]
    fn deviations_keep_their_digits_beside_large_means_and_at_both_ends_of_the_range() {
        let one = [1.0, 2.0, 3.0, 0.0];
        let exact = (5.0f64 / 3.0).sqrt();
        for scale in [1.0, 1e-300, 1e300, 1e-310] {
            let column: Vec<f64> = one.iter().map(|x| x * scale).collect();
            for found in deviations(&[&column, &[0.1; 4], &[0.0; 4]]) {
                let tolerance = if scale < 1e-307 { 1e-12 } else { 1e-15 };
                assert!(
                    (found.deviations[0] / scale - exact).abs() < tolerance,
                    "{scale}"
                );
                assert_eq!(found.deviations[1..], [0.0, 0.0]);
                assert_eq!(found.means[1..], [0.1, 0.0]);
            }
        }
        let next = 1.0 + f64::EPSILON;
        for found in deviations(&[&[1.0, 1.0, next, next]]) {
            let exact = f64::EPSILON * (1.0f64 / 3.0).sqrt();
            assert!((found.deviations[0] / exact - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_dense_copy_has_columns_of_mean_zero_and_deviation_one() {
        let a = DenseMatrix::from_fn(5, 3, |i, j| match j {
            0 => f64::MAX * if i % 2 == 0 { 0.5 } else { -0.5 },
            1 => 1e9 + i as f64 * 1e-3,
            _ => 7.0,
        });
        let found = Standardization::of(Matrix::Dense(&a));
        let OwnedMatrix::Dense(scaled) = found.apply(Matrix::Dense(&a)).unwrap() else {
            panic!("dense stays dense");
        };
        for j in 0..2 {
            let sum: f64 = scaled.column(j).iter().sum();
            let squares: f64 = scaled.column(j).iter().map(|x| x * x).sum();
            assert!(
                sum.abs() < 1e-3 && (squares - 4.0).abs() < 1e-3,
                "{sum} {squares}"
            );
        }
        assert_eq!(scaled.column(2), [0.0; 5]);
    }
}

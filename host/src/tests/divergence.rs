//! Tests of the terms of multiplicative updates: the host against core, and core against the formula.

use super::in_every_space;

in_every_space! {
    terms_agree_with_core_and_with_the_formula
    panels_that_do_not_fit_are_the_same_errors
    first_zeros_agree
}

pub(crate) mod cases {
    use crate::Scalar;
    use crate::cpu::{CoreSpace, HostSpace};
    use crate::cpu::{DenseOperator, ObservedOperator, SparseOperator};
    use crate::memory_space::MemorySpace;
    use crate::tests::*;
    use crate::{Matrix, SparseMatrix};
    use lowrank_core::Error;
    use lowrank_core::divergence::BetaDivergence;
    use lowrank_core::operator::{DivergenceModel, DivergenceOperator, Observed, Side};

    /// The exponent e of 2^e A.
    const EXPONENT: i32 = -1;

    /// [N | D] of W and of H, and the divergence.
    type Terms<T> = Result<(DenseMatrix<T>, DenseMatrix<T>, T), Error>;

    fn terms<T: Scalar, S: MemorySpace<T>, A>(
        a: &A,
        beta: f64,
        w: &DenseMatrix<T>,
        h: &DenseMatrix<T>,
    ) -> Terms<T>
    where
        A: for<'p> DivergenceOperator<S::Panel<'p>>,
    {
        let (m, n, k) = (a.nrows(), a.ncols(), w.ncols());
        let divergence = BetaDivergence::new(beta)?;
        let sizes = [
            (w.nrows(), k),
            (h.nrows(), h.ncols()),
            (m, 2 * k),
            (n, 2 * k),
        ];
        let mut buffers = sizes.map(|(rows, columns)| S::buffer(rows, columns).unwrap());
        let [w_buffer, h_buffer, left, right] = &mut buffers;
        let mut w_panel = S::panel(w_buffer, w.nrows(), k).unwrap();
        let mut h_panel = S::panel(h_buffer, h.nrows(), h.ncols()).unwrap();
        S::load(&mut w_panel, w).unwrap();
        S::load(&mut h_panel, h).unwrap();
        let mut left = S::panel(left, m, 2 * k).unwrap();
        let mut right = S::panel(right, n, 2 * k).unwrap();
        for panel in [&mut left, &mut right] {
            Panel::fill(panel, T::ONE).unwrap();
        }
        let model = || DivergenceModel {
            divergence: &divergence,
            exponent: EXPONENT,
            w: &w_panel,
            h: &h_panel,
        };
        let sum = a.divergence_terms(model(), Side::Rows, &mut left)?;
        a.divergence_terms(model(), Side::Columns, &mut right)?;
        let [left, right] = [&left, &right].map(|panel| S::entries(panel).unwrap());
        Ok((left, right, sum))
    }

    fn by_both<T: Scalar, S: Tested<T>>(
        a: Matrix<'_, T>,
        beta: f64,
        w: &DenseMatrix<T>,
        h: &DenseMatrix<T>,
    ) -> (Terms<T>, Terms<T>) {
        match a {
            Matrix::Sparse(a) => (
                terms::<T, CoreSpace, _>(&a.view().unwrap(), beta, w, h),
                terms::<T, S, _>(&S::sparse(a), beta, w, h),
            ),
            Matrix::Observed(a) => (
                terms::<T, CoreSpace, _>(&Observed(a.view().unwrap()), beta, w, h),
                terms::<T, S, _>(&S::observed(a), beta, w, h),
            ),
            Matrix::Dense(a) => (
                terms::<T, CoreSpace, _>(&a.view().unwrap(), beta, w, h),
                terms::<T, S, _>(&S::dense(a), beta, w, h),
            ),
        }
    }

    /// d(a | v) by its definition, in f64.
    fn divergence(beta: f64, a: f64, v: f64) -> f64 {
        if beta == 1.0 {
            let logarithm = if a > 0.0 { a * (a / v).ln() } else { 0.0 };
            logarithm - a + v
        } else if beta == 0.0 {
            a / v - (a / v).ln() - 1.0
        } else {
            let data = if a > 0.0 { a.powf(beta) } else { 0.0 };
            let model = (beta - 1.0) * v.powf(beta) - beta * a * v.powf(beta - 1.0);
            (data + model) / (beta * (beta - 1.0))
        }
    }

    /// Computes the terms by their definition, over the entries (i, j, a).
    fn by_formula<T: Scalar>(
        entries: &[(usize, usize, f64)],
        beta: f64,
        w: &DenseMatrix<T>,
        h: &DenseMatrix<T>,
    ) -> (Vec<f64>, Vec<f64>, f64) {
        let k = w.ncols();
        let (mut left, mut right) = (vec![0.0; 2 * w.nrows() * k], vec![0.0; 2 * h.nrows() * k]);
        let mut sum = 0.0;
        for &(i, j, a) in entries {
            let a = a * f64::from(EXPONENT).exp2();
            let (w_at, h_at) = (|p| w.at(i, p).to_f64(), |p| h.at(j, p).to_f64());
            let v: f64 = (0..k).map(|p| w_at(p) * h_at(p)).sum();
            let (pull, push) = (a * v.powf(beta - 2.0), v.powf(beta - 1.0));
            for p in 0..k {
                for (column, factor) in [(p, pull), (k + p, push)] {
                    left[column * w.nrows() + i] += factor * h_at(p);
                    right[column * h.nrows() + j] += factor * w_at(p);
                }
            }
            sum += divergence(beta, a, v);
        }
        (left, right, sum)
    }

    fn entries<T: Scalar>(a: Matrix<'_, T>) -> Vec<(usize, usize, f64)> {
        let (m, n) = (a.nrows(), a.ncols());
        let everywhere = |at: &dyn Fn(usize, usize) -> f64| {
            let rows = (0..m).flat_map(|i| (0..n).map(move |j| (i, j)));
            rows.map(|(i, j)| (i, j, at(i, j))).collect()
        };
        let stored = |a: &SparseMatrix<T>, i: usize| {
            let (columns, values) = a.row(i);
            let entries = columns.iter().zip(values);
            entries
                .map(|(j, x)| (i, *j as usize, x.to_f64()))
                .collect::<Vec<_>>()
        };
        match a {
            Matrix::Dense(a) => everywhere(&|i, j| a.at(i, j).to_f64()),
            Matrix::Observed(a) => (0..m).flat_map(|i| stored(a, i)).collect(),
            Matrix::Sparse(a) => everywhere(&|i, j| {
                let row = stored(a, i);
                row.iter().find(|entry| entry.1 == j).map_or(0.0, |e| e.2)
            }),
        }
    }

    /// Returns a matrix with about a third of its entries stored, all of them positive.
    fn scattered<T: Scalar>(m: usize, n: usize) -> SparseMatrix<T> {
        let random = positive::<T>(m, n, 51);
        let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for i in 0..m {
            for j in (0..n).filter(|j| (i * 7 + j * 5) % 3 == 0 && i % 11 != 3) {
                columns.push(j as u32);
                values.push(random.at(i, j) + T::from_f64(0.1));
            }
            offsets.push(columns.len());
        }
        SparseMatrix::new(offsets, columns, values, n).unwrap()
    }

    fn away_from_zero<T: Scalar>(m: usize, n: usize, seed: u64) -> DenseMatrix<T> {
        let random = positive::<T>(m, n, seed);
        DenseMatrix::from_fn(m, n, |i, j| random.at(i, j) + T::from_f64(0.1))
    }

    pub(super) fn terms_agree_with_core_and_with_the_formula<T: Scalar, S: Tested<T>>() {
        for (m, n, k) in [
            (1, 1, 1),
            (70, 9, 5),
            (9, 530, 3),
            (65, 40, 11),
            (12, 30, 24),
        ] {
            let (w, h) = (away_from_zero(m, k, 52), away_from_zero(n, k, 53));
            let (sparse, dense) = (scattered::<T>(m, n), away_from_zero::<T>(m, n, 54));
            for beta in [2.0, 1.0, 0.0, 0.5, 1.5, 3.0, -0.5, 1.3] {
                for a in [
                    Matrix::Sparse(&sparse),
                    Matrix::Observed(&sparse),
                    Matrix::Dense(&dense),
                ] {
                    if beta <= 0.0 && matches!(a, Matrix::Sparse(_)) {
                        continue; // infinite
                    }
                    let (core, host) = by_both::<T, S>(a, beta, &w, &h);
                    let (left, right, sum) = by_formula(&entries(a), beta, &w, &h);
                    for found in [core.unwrap(), host.unwrap()] {
                        let tolerance = 200.0 * epsilon::<T>();
                        let relative = |found: &DenseMatrix<T>, exact: &[f64]| {
                            for (x, y) in found.as_slice().iter().zip(exact) {
                                let error = (x.to_f64() - y).abs();
                                assert!(error <= tolerance * y, "{beta} {m} {n} {k}: {x} {y}");
                            }
                        };
                        relative(&found.0, &left);
                        relative(&found.1, &right);
                        // Its terms have both signs and the size of powers of sums of k products.
                        let size = entries(a).len() as f64 * (5.0 * k as f64).powf(beta.max(1.0));
                        let error = (found.2.to_f64() - sum).abs();
                        assert!(error <= tolerance * size, "{beta}: {} {sum}", found.2);
                    }
                }
            }
        }
    }

    pub(super) fn panels_that_do_not_fit_are_the_same_errors<T: Scalar, S: Tested<T>>() {
        let (sparse, dense) = (scattered::<T>(12, 9), away_from_zero::<T>(12, 9, 55));
        for ((m, k), (n, l)) in [((11, 2), (9, 2)), ((12, 2), (8, 2)), ((12, 2), (9, 3))] {
            let (w, h) = (away_from_zero(m, k, 56), away_from_zero(n, l, 57));
            for a in [
                Matrix::Sparse(&sparse),
                Matrix::Observed(&sparse),
                Matrix::Dense(&dense),
            ] {
                let (core, host) = by_both::<T, S>(a, 1.0, &w, &h);
                assert!(matches!(core, Err(Error::Shape { .. })), "{core:?}");
                assert!(matches!(host, Err(Error::Shape { .. })), "{host:?}");
            }
        }
    }

    pub(super) fn first_zeros_agree<T: Scalar, S: Tested<T>>() {
        let full = |m: usize, n: usize| {
            let offsets = (0..=m).map(|i| i * n).collect();
            let columns = (0..m).flat_map(|_| 0..n as u32).collect();
            SparseMatrix::new(offsets, columns, vec![T::ONE; m * n], n).unwrap()
        };
        let core = |a: &SparseMatrix<T>| {
            let view = a.view().unwrap();
            let of = DivergenceOperator::<lowrank_core::MatMut<'_, T>>::first_zero;
            [of(&view), of_observed(&Observed(view))]
        };
        fn of_observed<T: Scalar>(
            a: &Observed<lowrank_core::CsrRef<'_, T>>,
        ) -> Option<(usize, usize)> {
            DivergenceOperator::<lowrank_core::MatMut<'_, T>>::first_zero(a)
        }
        let host = |a: &SparseMatrix<T>| [S::sparse(a).first_zero(), S::observed(a).first_zero()];
        let mut a = full(4, 3);
        assert_eq!((core(&a), host(&a)), ([None; 2], [None; 2]));
        a.values[7] = T::ZERO;
        assert_eq!((core(&a), host(&a)), ([Some((2, 1)); 2], [Some((2, 1)); 2]));
        // The last entry of row 1 is not stored.
        let (mut columns, mut values) = (a.columns.into_vec(), a.values.into_vec());
        columns.remove(5);
        values.remove(5);
        (a.columns, a.values) = (columns.into(), values.into());
        for offset in &mut a.row_offsets[2..] {
            *offset -= 1;
        }
        let expected = [Some((1, 2)), Some((2, 1))];
        assert_eq!((core(&a), host(&a)), (expected, expected));
    }

    /// Returns the results of the host, for a comparison of their bits.
    pub(crate) fn every_divergence<T: Scalar>(k: usize) -> Vec<DenseMatrix<T>> {
        let (m, n) = (300, 200);
        let (w, h) = (away_from_zero(m, k, 58), away_from_zero(n, k, 59));
        let (sparse, dense) = (scattered::<T>(m, n), away_from_zero::<T>(m, n, 60));
        let mut found = Vec::new();
        for beta in [1.0, 1.5] {
            for a in [
                terms::<T, HostSpace, _>(&SparseOperator::new(&sparse, None), beta, &w, &h),
                terms::<T, HostSpace, _>(&ObservedOperator::new(&sparse, None), beta, &w, &h),
                terms::<T, HostSpace, _>(&DenseOperator::new(&dense).unwrap(), beta, &w, &h),
            ] {
                let (left, right, sum) = a.unwrap();
                found.extend([left, right, DenseMatrix::from_fn(1, 1, |_, _| sum)]);
            }
        }
        found
    }
}

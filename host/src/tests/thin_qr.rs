//! Tests of thin QR: orthonormal columns for any rank and any size of the entries.

use super::in_every_space;

in_every_space! {
    a_tall_panel_is_factored
    nearly_dependent_columns_are_factored
    dependent_columns_keep_q_orthonormal
    columns_that_only_together_are_dependent_keep_q_orthonormal
    entries_of_any_size_are_factored
    columns_of_very_different_sizes_are_factored
}

mod cases {
    use crate::Scalar;
    use crate::tests::*;
    use lowrank_core::panel::Panel;

    /// Checks that Q^T Q = I and Q R = X, and that the rank is core's.
    fn check<T: Scalar, S: Tested<T>>(x: &DenseMatrix<T>) {
        let (m, l) = (x.nrows(), x.ncols());
        let (core, host) = both!(x, x, &zeros(l, l), |x, _, r| x.thin_qr(r));
        assert_eq!(host.value, core.value, "{m} x {l}");
        check_factors(x, &host.x, &host.small);
    }

    fn check_factors<T: Scalar>(x: &DenseMatrix<T>, q: &DenseMatrix<T>, r: &DenseMatrix<T>) {
        let (q, r, x) = (q.cast::<f64>(), r.cast::<f64>(), x.cast::<f64>());
        let (m, l) = (x.nrows(), x.ncols());
        // Householder's sums of m equal terms lose up to m eps, Cholesky's l x l products l^2 eps.
        let tolerance = 8.0 * (m + l * l) as f64 * epsilon::<T>();
        for i in 0..l {
            for j in 0..=i {
                let pairs = q.column(i).iter().zip(q.column(j));
                let inner: f64 = pairs.map(|(x, y)| x * y).sum();
                let expected = if i == j { 1.0 } else { 0.0 };
                let error = (inner - expected).abs();
                assert!(error <= tolerance, "q{i} q{j} in {m} x {l}: {error:e}");
                assert!(i == j || r.at(i, j) == 0.0, "r is upper triangular");
            }
        }
        for j in 0..l {
            // The error of each column is relative to its size.
            let size = largest(x.column(j));
            for i in 0..m {
                let product: f64 = (0..=j)
                    .map(|c| q.at(i, c) * (r.at(c, j) / size.max(1e-300)))
                    .sum();
                let error = (product - x.at(i, j) / size.max(1e-300)).abs();
                assert!(error <= tolerance, "column {j} of {m} x {l}: {error:e}");
            }
        }
    }

    fn tall_shapes<T: Scalar, S: Tested<T>>() -> impl Iterator<Item = (usize, usize)> {
        S::shapes().filter(|&(m, l)| m >= l && m > 2)
    }

    pub(super) fn a_tall_panel_is_factored<T: Scalar, S: Tested<T>>() {
        for (m, l) in tall_shapes::<T, S>() {
            check::<T, S>(&gaussian::<T>(m, l, 1));
        }
        for l in [1, 2, 17, 40] {
            check::<T, S>(&gaussian::<T>(l, l, 2));
        }
    }

    pub(super) fn nearly_dependent_columns_are_factored<T: Scalar, S: Tested<T>>() {
        let root = epsilon::<T>().sqrt();
        // Few rows make the tolerance small.
        let short = [(20, 2), (20, 5), (37, 8)].into_iter();
        for (m, l) in short.chain(tall_shapes::<T, S>().filter(|&(m, _)| m > 1000).step_by(7)) {
            for distance in [1.0, 0.1, 1e-2, 3e-3, 1e-3, root, 0.03 * root] {
                let x = gaussian::<T>(m, l, 3);
                let entry = |i, j| x.at(i, j) * T::from_f64(distance) + x.at(i, 0);
                check::<T, S>(&DenseMatrix::from_fn(m, l, entry));
            }
        }
    }

    pub(super) fn dependent_columns_keep_q_orthonormal<T: Scalar, S: Tested<T>>() {
        for (m, l) in [(40, 3), (1030, 8), (1500, 33), (2100, 16)] {
            let x = gaussian::<T>(m, l, 4);
            let constant = |_, _| T::from_f64(0.3);
            let twice = |i, j| x.at(i, j / 2);
            let multiples = |i, j: usize| x.at(i, 0) * T::from_f64(j as f64 + 0.7);
            let with_zeros = |i, j| if j % 3 == 1 { T::ZERO } else { x.at(i, j) };
            let spiked = |i, j| if i == j / 2 { T::ONE } else { T::ZERO };
            check::<T, S>(&zeros::<T>(m, l));
            check::<T, S>(&DenseMatrix::from_fn(m, l, constant));
            check::<T, S>(&DenseMatrix::from_fn(m, l, twice));
            check::<T, S>(&DenseMatrix::from_fn(m, l, multiples));
            check::<T, S>(&DenseMatrix::from_fn(m, l, with_zeros));
            check::<T, S>(&DenseMatrix::from_fn(m, l, spiked));
        }
    }

    pub(super) fn columns_that_only_together_are_dependent_keep_q_orthonormal<
        T: Scalar,
        S: Tested<T>,
    >() {
        // Q R with ones on the diagonal of R and -1 above it: each column is well apart from the
        // ones before it, and the condition is beyond 1 / eps still.
        let (m, l) = (1100, 100);
        let q = {
            let x = gaussian::<f64>(m, l, 5);
            let mut columns = x.as_slice().to_vec();
            let mut r = vec![0.0; l * l];
            let mut panel = MatMut::new(&mut columns, m, l).unwrap();
            let mut r = MatMut::new(&mut r, l, l).unwrap();
            lowrank_core::dense::qr::thin_qr(&mut panel, &mut r).unwrap();
            DenseMatrix::new(columns, m, l).unwrap()
        };
        let entry = |i: usize, j: usize| {
            let before: f64 = (0..j).map(|c| q.at(i, c)).sum();
            T::from_f64(q.at(i, j) - before)
        };
        let x = DenseMatrix::from_fn(m, l, entry);
        let (_, host) = both!(&x, &x, &zeros(l, l), |x, _, r| x.thin_qr(r));
        check_factors(&x, &host.x, &host.small);
    }

    pub(super) fn entries_of_any_size_are_factored<T: Scalar, S: Tested<T>>() {
        let exponents: &[i32] = match T::NAME {
            "f32" => &[
                -37, -30, -24, -22, -21, -20, -19, -18, 10, 17, 18, 19, 30, 36,
            ],
            _ => &[
                -300, -200, -170, -162, -160, -155, -150, 100, 150, 154, 200, 300,
            ],
        };
        for (m, l) in [(3, 2), (40, 5), (1200, 16), (1200, 40)] {
            for &e in exponents {
                let x = gaussian::<f64>(m, l, 6);
                let entry = |i, j| T::from_f64(x.at(i, j) * 10f64.powi(e));
                check::<T, S>(&DenseMatrix::from_fn(m, l, entry));
            }
        }
    }

    pub(super) fn columns_of_very_different_sizes_are_factored<T: Scalar, S: Tested<T>>() {
        let steps = if T::NAME == "f32" { [1, 4] } else { [5, 20] };
        for (m, l) in [(50, 9), (1100, 14)] {
            let x = gaussian::<f64>(m, l, 7);
            for step in steps.into_iter().flat_map(|step| [step, -step]) {
                let size = |j: usize| 10f64.powi(step * (j as i32 - 5));
                let entry = |i, j| T::from_f64(x.at(i, j) * size(j));
                check::<T, S>(&DenseMatrix::from_fn(m, l, entry));
            }
        }
    }
}

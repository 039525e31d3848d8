//! Tests of the products of operators.

use super::in_every_space;

in_every_space! {
    sparse_products_agree
    dense_products_agree
    both_products_at_once_agree
    surveys_and_their_errors_agree
    distances_to_a_product_agree
    panels_that_do_not_fit_are_the_same_errors
}

mod cases {
    use crate::Scalar;
    use crate::cpu::CoreSpace;
    use crate::tests::*;
    use crate::{Matrix, SparseMatrix};
    use lowrank_core::operator::{EntryStats, EntrywiseOperator};
    use lowrank_core::{Error, LinearOperator};

    /// Returns entries at about one place in `spread`; every seventh row is empty, and row 5 is full.
    fn scattered<T: Scalar>(m: usize, n: usize, spread: u64) -> SparseMatrix<T> {
        let random = RandomEntries::new(Distribution::Gaussian, 31);
        let places = RandomEntries::new(Distribution::Sign, 32);
        let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for i in 0..m {
            for j in 0..n {
                let chosen = places.signs(i, j).is_multiple_of(spread);
                if i == 5 || (i % 7 != 3 && chosen) {
                    columns.push(j as u32);
                    values.push(random.at(i, j));
                }
            }
            offsets.push(columns.len());
        }
        SparseMatrix::new(offsets, columns, values, n).unwrap()
    }

    /// A X, A^T Y and ||2^e A - Y X^T||, or their errors.
    type Products<T> = [Result<DenseMatrix<T>, Error>; 3];

    fn products<T: Scalar, S: MemorySpace<T>, A>(
        a: &A,
        x: &DenseMatrix<T>,
        y: &DenseMatrix<T>,
    ) -> Products<T>
    where
        A: for<'p> EntrywiseOperator<S::Panel<'p>>,
    {
        let applied = on_panels::<T, S, _>(x, y, &zeros(1, 1), |x, y, _| a.apply(x, y));
        let back = on_panels::<T, S, _>(x, y, &zeros(1, 1), |x, y, _| a.apply_transpose(y, x));
        let distance = on_panels::<T, S, _>(x, y, &zeros(1, 1), |x, y, _| a.distance(2, y, x));
        [
            applied.value.map(|()| applied.y),
            back.value.map(|()| back.x),
            distance.value.map(|d| DenseMatrix::from_fn(1, 1, |_, _| d)),
        ]
    }

    fn products_by_both<T: Scalar, S: Tested<T>>(
        a: Matrix<'_, T>,
        x: &DenseMatrix<T>,
        y: &DenseMatrix<T>,
    ) -> (Products<T>, Products<T>) {
        match a {
            Matrix::Observed(_) => unreachable!("see the tests of divergences"),
            Matrix::Sparse(a) => (
                products::<T, CoreSpace, _>(&a.view().unwrap(), x, y),
                products::<T, S, _>(&S::sparse(a), x, y),
            ),
            Matrix::Dense(a) => (
                products::<T, CoreSpace, _>(&a.view().unwrap(), x, y),
                products::<T, S, _>(&S::dense(a), x, y),
            ),
        }
    }

    fn compare_products<T: Scalar, S: Tested<T>>(a: Matrix<'_, T>, l: usize) {
        let x = gaussian::<T>(a.ncols(), l, 33);
        let y = gaussian::<T>(a.nrows(), l, 34);
        let (core, host) = products_by_both::<T, S>(a, &x, &y);
        // Entries and draws are at most 6, sums at most as long as the sides.
        let longest = (a.nrows().max(a.ncols()) + l) as f64;
        let tolerance = longest * epsilon::<T>() * 36.0 * longest.sqrt();
        for (host, core) in host.iter().zip(&core).take(2) {
            let (host, core) = (host.as_ref().unwrap(), core.as_ref().unwrap());
            assert_close(host.as_slice(), core.as_slice(), tolerance);
        }
        let [host, core] = [&host[2], &core[2]].map(|d| d.as_ref().unwrap().at(0, 0).to_f64());
        // An entry of 2^2 A and its model may nearly cancel, and a fused product rounds once instead of twice:
        // the error is relative to what is subtracted.
        let norm = |values: &[T]| {
            values
                .iter()
                .map(|v| v.to_f64().powi(2))
                .sum::<f64>()
                .sqrt()
        };
        let data = match a {
            Matrix::Sparse(a) | Matrix::Observed(a) => 4.0 * norm(a.values()),
            Matrix::Dense(a) => 4.0 * norm(a.as_slice()),
        };
        let columns = |x: &DenseMatrix<T>| {
            x.as_slice()
                .chunks_exact(x.nrows())
                .map(norm)
                .collect::<Vec<_>>()
        };
        let model: f64 = columns(&x)
            .iter()
            .zip(columns(&y))
            .map(|(x, y)| x * y)
            .sum();
        assert!((host - core).abs() <= (l + 8) as f64 * epsilon::<T>() * (data + model));
    }

    fn widths() -> impl Iterator<Item = usize> {
        (1..=40).chain([64, 100])
    }

    pub(super) fn sparse_products_agree<T: Scalar, S: Tested<T>>() {
        let shapes = [
            (1, 1),
            (1, 300),
            (300, 1),
            (127, 64),
            (129, 131),
            (300, 700),
        ];
        for (m, n) in shapes {
            let a = scattered::<T>(m, n, 11);
            for l in widths() {
                compare_products::<T, S>(Matrix::Sparse(&a), l);
            }
        }
        compare_products::<T, S>(Matrix::Sparse(&scattered::<T>(6, 900, 1 << 40)), 9);
        // Many rows of few entries, and columns of many.
        for l in [1, 9, 32] {
            compare_products::<T, S>(Matrix::Sparse(&scattered::<T>(9000, 23, 5)), l);
        }
    }

    pub(super) fn dense_products_agree<T: Scalar, S: Tested<T>>() {
        for (m, n) in [(1, 1), (1, 90), (90, 1), (255, 31), (257, 20), (20, 600)] {
            let a = gaussian::<T>(m, n, 35);
            for l in widths() {
                compare_products::<T, S>(Matrix::Dense(&a), l);
            }
        }
    }

    fn surveys<T: Scalar, S: Tested<T>>(a: Matrix<'_, T>) -> [Result<EntryStats<T>, Error>; 2] {
        fn of<T: Scalar, S: MemorySpace<T>, A>(a: &A) -> Result<EntryStats<T>, Error>
        where
            A: for<'p> LinearOperator<S::Panel<'p>>,
        {
            LinearOperator::<S::Panel<'_>>::entry_stats(a)
        }
        match a {
            Matrix::Observed(_) => unreachable!("see the tests of divergences"),
            Matrix::Sparse(a) => [
                of::<T, CoreSpace, _>(&a.view().unwrap()),
                of::<T, S, _>(&S::sparse(a)),
            ],
            Matrix::Dense(a) => [
                of::<T, CoreSpace, _>(&a.view().unwrap()),
                of::<T, S, _>(&S::dense(a)),
            ],
        }
    }

    /// Compares statistics; norms and sums are added in another order.
    fn assert_close_surveys<T: Scalar>(host: EntryStats<T>, core: EntryStats<T>) {
        let norm = core.norm.to_f64();
        assert_close(&[host.norm], &[core.norm], 4.0 * epsilon::<T>() * norm);
        let entries = (core.entries as f64).sqrt();
        assert_close(
            &[host.sum],
            &[core.sum],
            4.0 * epsilon::<T>() * norm * entries,
        );
        let (norm, sum) = (core.norm, core.sum);
        assert_eq!(EntryStats { norm, sum, ..host }, core);
    }

    /// A A^T X and A^T A Y.
    fn grams<T: Scalar, S: MemorySpace<T>, A>(a: &A, x: &DenseMatrix<T>) -> DenseMatrix<T>
    where
        A: for<'p> EntrywiseOperator<S::Panel<'p>>,
    {
        let (m, n, l) = (a.nrows(), a.ncols(), x.ncols());
        let mut buffers = [m, n, m].map(|rows| S::buffer(rows, l).unwrap());
        let [x_buffer, across, y] = &mut buffers;
        let mut x_panel = S::panel(x_buffer, m, l).unwrap();
        S::load(&mut x_panel, x).unwrap();
        let (mut across, mut y) = (S::panel(across, n, l).unwrap(), S::panel(y, m, l).unwrap());
        Panel::fill(&mut y, T::from_f64(7.0)).unwrap();
        a.apply_row_gram(&x_panel, &mut across, &mut y).unwrap();
        a.replace_by_row_gram(&mut x_panel, &mut across).unwrap();
        assert_same_bits(&S::entries(&x_panel).unwrap(), &S::entries(&y).unwrap());
        S::entries(&y).unwrap()
    }

    pub(super) fn both_products_at_once_agree<T: Scalar, S: Tested<T>>() {
        // The long panel is too large for a cache in the last two, which are done in one pass.
        for (m, n, l) in [(30, 50, 3), (30, 20_000, 40), (3, 70_000, 33)] {
            let a = scattered::<T>(m, n, 3);
            let x = gaussian::<T>(m, l, 40);
            let core = grams::<T, CoreSpace, _>(&a.view().unwrap(), &x);
            let host = grams::<T, S, _>(&S::sparse(&a), &x);
            let size = largest(core.as_slice());
            assert_close(
                host.as_slice(),
                core.as_slice(),
                1e3 * epsilon::<T>() * size,
            );
            let turned = a.transpose();
            let turned = S::sparse(&turned);
            let host = grams::<T, S, _>(&lowrank_core::operator::Transposed(&turned), &x);
            assert_close(
                host.as_slice(),
                core.as_slice(),
                1e3 * epsilon::<T>() * size,
            );
        }
    }

    pub(super) fn surveys_and_their_errors_agree<T: Scalar, S: Tested<T>>() {
        let sparse = scattered::<T>(40, 30, 5);
        let dense = gaussian::<T>(40, 30, 36);
        let [core, host] = surveys::<T, S>(Matrix::Sparse(&sparse));
        assert_close_surveys(host.unwrap(), core.unwrap());
        let [core, host] = surveys::<T, S>(Matrix::Dense(&dense));
        assert_close_surveys(host.unwrap(), core.unwrap());
        let e = if T::NAME == "f32" { 125 } else { 1020 };
        for exponent in [-e, -e / 2, e / 2, e] {
            // More entries than one task looks at, and some left over; none of them negative but one.
            let size = |i: usize, j: usize| {
                let x = T::from_f64(1.0 / (1.0 + i as f64 + j as f64));
                let x = x.scale_by_power_of_two(exponent);
                if (i, j) == (101, 73) { -x } else { x }
            };
            let dense = DenseMatrix::from_fn(151, 113, size);
            let [core, host] = surveys::<T, S>(Matrix::Dense(&dense));
            assert_eq!(host.unwrap().negative, Some((101, 73)));
            assert_close_surveys(host.unwrap(), core.unwrap());
        }
        let nothing = zeros::<T>(3, 4);
        let [core, host] = surveys::<T, S>(Matrix::Dense(&nothing));
        assert_eq!(host.unwrap(), core.unwrap());

        let bad = T::from_f64(f64::NAN);
        let spoilt = |i, j| {
            if (i, j) == (17, 4) {
                bad
            } else {
                dense.at(i, j)
            }
        };
        let spoilt = DenseMatrix::from_fn(40, 30, spoilt);
        let expected = Err(Error::NonFinite { row: 17, column: 4 });
        assert_eq!(
            surveys::<T, S>(Matrix::Dense(&spoilt)),
            [expected, expected]
        );
        let mut spoilt = sparse.clone();
        let place = spoilt.row_offsets[5] + 7;
        spoilt.values[place] = bad;
        let expected = Err(Error::NonFinite { row: 5, column: 7 });
        assert_eq!(
            surveys::<T, S>(Matrix::Sparse(&spoilt)),
            [expected, expected]
        );
    }

    pub(super) fn distances_to_a_product_agree<T: Scalar, S: Tested<T>>() {
        let a = zeros::<T>(30, 20);
        let (x, y) = (zeros::<T>(20, 3), zeros::<T>(30, 3));
        let (core, host) = products_by_both::<T, S>(Matrix::Dense(&a), &x, &y);
        assert_eq!(host[2].as_ref().unwrap().at(0, 0), T::ZERO);
        assert_eq!(core[2].as_ref().unwrap().at(0, 0), T::ZERO);
    }

    pub(super) fn panels_that_do_not_fit_are_the_same_errors<T: Scalar, S: Tested<T>>() {
        let sparse = scattered::<T>(12, 9, 2);
        let dense = gaussian::<T>(12, 9, 37);
        for ((n, l), (m, k)) in [((8, 2), (12, 2)), ((9, 2), (11, 2)), ((9, 2), (12, 3))] {
            let (x, y) = (gaussian::<T>(n, l, 38), gaussian::<T>(m, k, 39));
            for a in [Matrix::Sparse(&sparse), Matrix::Dense(&dense)] {
                let (core, host) = products_by_both::<T, S>(a, &x, &y);
                for (host, core) in host.iter().zip(&core) {
                    assert!(matches!(core, Err(Error::Shape { .. })));
                    assert!(matches!(host, Err(Error::Shape { .. })), "{host:?}");
                }
            }
        }
    }
}

//! Tests of panels whose rows are in the order of an operator's columns.

use crate::tests::in_both_precisions;

in_both_precisions! {
    the_fullest_columns_come_first
    permuted_products_have_the_same_bits
    permuted_panels_are_those_of_the_matrix
    operators_that_share_a_layout_have_the_same_bits
    products_need_no_copy_of_the_transpose
}

mod cases {
    use crate::Scalar;
    use crate::SparseMatrix;
    use crate::cpu::vectors::without;
    use crate::cpu::{
        ColumnOrder, HostSpace, ObservedOperator, RowPanel, SharedLayout, SparseOperator, Usage,
    };
    use crate::memory_space::MemorySpace;
    use crate::tests::*;
    use lowrank_core::LinearOperator;
    use lowrank_core::divergence::BetaDivergence;
    use lowrank_core::operator::{DivergenceModel, DivergenceOperator, EntrywiseOperator, Side};
    use lowrank_core::panel::Panel;

    /// Returns a matrix with an entry in row i of column j if j divides i (j = 0: in each third row).
    fn divisors<T: Scalar>(m: usize, n: usize) -> SparseMatrix<T> {
        let (mut offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for i in 0..m {
            for j in 0..n {
                if if j == 0 { i % 3 == 0 } else { i % j == 0 } {
                    columns.push(j as u32);
                    values.push(T::from_f64(1.0 + ((7 * i + 3 * j) % 11) as f64));
                }
            }
            offsets.push(columns.len());
        }
        SparseMatrix::new(offsets, columns, values, n).unwrap()
    }

    fn loaded<'a, T: Scalar>(
        buffer: &'a mut Vec<T>,
        x: &DenseMatrix<T>,
        order: Option<&'a [u32]>,
    ) -> RowPanel<'a, T> {
        buffer.resize(x.as_slice().len(), T::ONE);
        let mut panel = RowPanel::new(buffer, x.nrows(), x.ncols()).permuted(order);
        HostSpace::load(&mut panel, x).unwrap();
        panel
    }

    fn entries<T: Scalar>(panel: &RowPanel<'_, T>) -> DenseMatrix<T> {
        HostSpace::entries(panel).unwrap()
    }

    pub(super) fn the_fullest_columns_come_first<T: Scalar>() {
        let a = divisors::<T>(60, 9);
        let order = ColumnOrder::by_frequency(&a);
        assert_eq!(order.columns(), [1, 2, 0, 3, 4, 5, 6, 7, 8]);
        let empty = SparseMatrix::<T>::new(vec![0], Vec::new(), Vec::new(), 3).unwrap();
        assert_eq!(ColumnOrder::by_frequency(&empty).columns(), [0, 1, 2]);
    }

    pub(super) fn permuted_products_have_the_same_bits<T: Scalar>() {
        let (m, n) = (300, 70);
        let a = divisors::<T>(m, n);
        let order = || ColumnOrder::by_frequency(&a);
        let (plain, permuted) = (
            SparseOperator::new(&a, None),
            SparseOperator::new(&a, Some(order())),
        );
        let (known, permuted_known) = (
            ObservedOperator::new(&a, None),
            ObservedOperator::new(&a, Some(order())),
        );
        let columns = permuted.columns();
        for l in [1, 5, 33] {
            let (x, y) = (positive::<T>(n, l, 51), positive::<T>(m, l, 52));
            let mut buffers: [Vec<T>; 6] = Default::default();
            let [x_buffer, y_buffer, x_permuted, y_permuted, left, right] = &mut buffers;
            let (mut x_panel, mut y_panel) =
                (loaded(x_buffer, &x, None), loaded(y_buffer, &y, None));
            let mut x_permuted = loaded(x_permuted, &x, columns);
            let mut y_permuted = loaded(y_permuted, &y, None);
            let wide = |rows| zeros::<T>(rows, 2 * l);
            let mut left = loaded(left, &wide(m), None);
            let mut right = loaded(right, &wide(n), columns);
            let tolerance = 1e3 * epsilon::<T>();
            let close = |a: T, b: T| assert_close(&[a], &[b], tolerance * b.to_f64());
            let d = |operator: &dyn Fn() -> Result<T, lowrank_core::Error>| operator().unwrap();
            close(
                d(&|| permuted.distance(1, &y_permuted, &x_permuted)),
                d(&|| plain.distance(1, &y_panel, &x_panel)),
            );
            close(
                d(&|| permuted_known.distance(1, &y_permuted, &x_permuted)),
                d(&|| known.distance(1, &y_panel, &x_panel)),
            );
            for beta in [1.0, 0.5] {
                let divergence = BetaDivergence::new(beta).unwrap();
                fn model<'m, P: Panel>(
                    divergence: &'m BetaDivergence<P::Scalar>,
                    w: &'m P,
                    h: &'m P,
                ) -> DivergenceModel<'m, P> {
                    DivergenceModel {
                        divergence,
                        exponent: 0,
                        w,
                        h,
                    }
                }
                let (w, h) = (&y_permuted, &x_permuted);
                let sum =
                    permuted.divergence_terms(model(&divergence, w, h), Side::Rows, &mut left);
                permuted
                    .divergence_terms(model(&divergence, w, h), Side::Columns, &mut right)
                    .unwrap();
                let found = (entries(&left), entries(&right));
                let mut buffer = Vec::new();
                let mut terms = loaded(&mut buffer, &wide(n), None);
                let (w, h) = (&y_panel, &x_panel);
                let expected =
                    plain.divergence_terms(model(&divergence, w, h), Side::Rows, &mut left);
                plain
                    .divergence_terms(model(&divergence, w, h), Side::Columns, &mut terms)
                    .unwrap();
                close(sum.unwrap(), expected.unwrap());
                let expected = [entries(&left), entries(&terms)];
                for (found, expected) in [found.0, found.1].iter().zip(&expected) {
                    let size = largest(expected.as_slice());
                    assert_close(found.as_slice(), expected.as_slice(), tolerance * size);
                }
            }
            plain.apply(&x_panel, &mut y_panel).unwrap();
            permuted.apply(&x_permuted, &mut y_permuted).unwrap();
            assert_same_bits(&entries(&y_permuted), &entries(&y_panel));
            plain.apply_transpose(&y_panel, &mut x_panel).unwrap();
            permuted
                .apply_transpose(&y_permuted, &mut x_permuted)
                .unwrap();
            assert_same_bits(&entries(&x_permuted), &entries(&x_panel));
        }
    }

    /// A X and A^T Y for random X and Y.
    fn products<T: Scalar>(a: &SparseOperator<'_, T>, l: usize) -> [DenseMatrix<T>; 2] {
        let (m, n) = (a.matrix().nrows(), a.matrix().ncols());
        products_with(a, (positive::<T>(n, l, 55), positive::<T>(m, l, 56)))
    }

    /// A X and A^T Y.
    fn products_with<T: Scalar>(
        a: &SparseOperator<'_, T>,
        (x, y): (DenseMatrix<T>, DenseMatrix<T>),
    ) -> [DenseMatrix<T>; 2] {
        let (m, n, l) = (y.nrows(), x.nrows(), x.ncols());
        let mut buffers: [Vec<T>; 4] = Default::default();
        let [x_buffer, y_buffer, left, right] = &mut buffers;
        let x = loaded(x_buffer, &x, a.columns());
        let y = loaded(y_buffer, &y, None);
        let mut left = loaded(left, &zeros::<T>(m, l), None);
        let mut right = loaded(right, &zeros::<T>(n, l), a.columns());
        a.apply(&x, &mut left).unwrap();
        a.apply_transpose(&y, &mut right).unwrap();
        [entries(&left), entries(&right)]
    }

    pub(super) fn operators_that_share_a_layout_have_the_same_bits<T: Scalar>() {
        let a = divisors::<T>(300, 70);
        let single = a.cast::<f32>();
        for permuted in [false, true] {
            let order = || permuted.then(|| ColumnOrder::by_frequency(&a));
            let expected = products(&SparseOperator::new(&a, order()), 5);
            let expected_single = products(&SparseOperator::new(&single, order()), 5);
            let layout = SharedLayout::default();
            let usage = |permuted| Usage {
                permuted,
                few_products: false,
            };
            let first = SparseOperator::sharing(&single, &layout, usage(permuted));
            let found_single = products(&first, 5);
            let second = SparseOperator::sharing(&a, &layout, usage(permuted));
            let found = products(&second, 5);
            for i in 0..2 {
                assert_same_bits(&found_single[i], &expected_single[i]);
                assert_same_bits(&found[i], &expected[i]);
            }
            // One whose columns are in another order has a layout of its own.
            let other = SparseOperator::sharing(&a, &layout, usage(!permuted));
            assert_eq!(other.columns().is_some(), !permuted);
        }
    }

    /// Narrow panels are multiplied from the rows of A, wide ones from a copy of A^T. Integers are summed exactly, so that
    /// the order of the sums does not matter.
    pub(super) fn products_need_no_copy_of_the_transpose<T: Scalar>() {
        let integers = |rows: usize, l: usize| {
            DenseMatrix::from_fn(rows, l, |i, j| {
                T::from_f64(((5 * i + 3 * j) % 13) as f64 - 6.0)
            })
        };
        for (m, n) in [(300, 70), (70, 300)] {
            let a = divisors::<T>(m, n);
            for (permuted, l) in [false, true]
                .into_iter()
                .flat_map(|p| (1..=9).map(move |l| (p, l)))
            {
                let usage = |few_products| Usage {
                    permuted,
                    few_products,
                };
                let [often, rarely] = [false, true].map(|few| {
                    let a = SparseOperator::sharing(&a, &SharedLayout::default(), usage(few));
                    let all = || products_with(&a, (integers(n, l), integers(m, l)));
                    [all(), without::vectors(all)]
                });
                for (found, expected) in rarely.iter().zip(&often) {
                    assert_same_bits(&found[0], &expected[0]);
                    assert_same_bits(&found[1], &expected[1]);
                }
            }
        }
    }

    pub(super) fn permuted_panels_are_those_of_the_matrix<T: Scalar>() {
        let a = divisors::<T>(90, 31);
        let order = ColumnOrder::by_frequency(&a);
        let x = gaussian::<T>(31, 4, 53);
        let mut buffers: [Vec<T>; 4] = Default::default();
        let [first, second, third, fourth] = &mut buffers;
        let mut permuted = loaded(first, &x, Some(order.columns()));
        assert_same_bits(&entries(&permuted), &x);
        let mut plain = loaded(second, &x, None);
        for distribution in [Distribution::Uniform, Distribution::Sign] {
            let random = RandomEntries::new(distribution, 54);
            permuted.fill_random(&random).unwrap();
            plain.fill_random(&random).unwrap();
            assert_same_bits(&entries(&permuted), &entries(&plain));
        }
        // Signs: every entry of a column has the same magnitude, and the first one determines its sign.
        let mut partners = [loaded(third, &x, None), loaded(fourth, &x, None)];
        permuted.align_signs(&mut partners[0]).unwrap();
        plain.align_signs(&mut partners[1]).unwrap();
        assert_same_bits(&entries(&permuted), &entries(&plain));
        let [of_permuted, of_plain] = &partners;
        assert_same_bits(&entries(of_permuted), &entries(of_plain));
        for j in 0..4 {
            assert_eq!(entries(&plain).at(0, j), T::ONE);
        }
    }
}

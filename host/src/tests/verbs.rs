//! Tests of the operations of panels.

use super::in_every_space;

in_every_space! {
    fill_random_agrees
    fill_and_scale_agree
    keep_above_agrees
    normalize_keeps_the_range
    normalize_survives_dependent_columns
    align_signs_agrees
    small_matrices_pass_unchanged
    a_panel_takes_the_widths_that_its_buffer_holds
    gram_agrees
    mul_small_agrees
    inner_product_agrees
    distances_agree
    multiplicative_update_agrees
    multiplicative_update_divides_by_no_zero
    hals_update_agrees
    hals_update_divides_by_no_zero
    cross_gram_agrees
    subtract_product_agrees
    append_agrees
    combine_agrees
    axpby_agrees
    accumulated_update_agrees
    part_norms_agree
    column_sums_agree
    scale_columns_agrees
    inner_products_agree
    quotient_update_agrees
    steps_of_descents_agree
    wrong_shapes_are_the_same_errors
}

mod cases {
    use crate::Scalar;
    use crate::cpu::CoreSpace;
    use crate::memory_space::MemorySpace;
    use crate::tests::*;
    use lowrank_core::MatRef;
    use lowrank_core::divergence::{BetaDivergence, MultiplicativeStep};
    use lowrank_core::panel::{AdamStep, DescentPanel, NonNegativePanel, Panel};
    use lowrank_core::penalty::Penalty;

    pub(super) fn fill_random_agrees<T: Scalar, S: Tested<T>>() {
        for distribution in [
            Distribution::Uniform,
            Distribution::Sign,
            Distribution::Gaussian,
            Distribution::HalfGaussian,
        ] {
            for (rows, l) in S::shapes().step_by(3) {
                let x = zeros::<T>(rows, l);
                let random = RandomEntries::new(distribution, 11);
                let (core, host) = both!(&x, &x, &zeros(1, 1), |x, _, _| x.fill_random(&random));
                host.value.unwrap();
                if matches!(distribution, Distribution::Uniform | Distribution::Sign) {
                    assert_same_bits(&host.x, &core.x);
                }
                S::assert_same(&host.x, &core.x);
            }
        }
    }

    pub(super) fn fill_and_scale_agree<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let x = gaussian::<T>(rows, l, 1);
            let (core, host) = both!(&x, &x, &zeros(1, 1), |x, y, _| {
                Panel::fill(y, T::from_f64(0.1))?;
                x.scale(T::from_f64(-0.3))
            });
            host.value.unwrap();
            S::assert_same(&host.x, &core.x);
            S::assert_same(&host.y, &core.y);
        }
    }

    pub(super) fn keep_above_agrees<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let x = gaussian::<T>(rows, l, 2);
            let factors: Vec<T> = (0..l).map(|j| T::from_f64(j as f64 - 2.5)).collect();
            let (floor, fill) = (T::from_f64(0.25), T::from_f64(7.0));
            let (core, host) = both!(&x, &x, &zeros(1, 1), |x, _, _| {
                x.keep_above(&factors, floor, fill)
            });
            host.value.unwrap();
            S::assert_same(&host.x, &core.x);
        }
    }

    pub(super) fn normalize_keeps_the_range<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let x = gaussian::<T>(rows, l, 3);
            let (core, host) = both!(&x, &x, &zeros(1, 1), |x, _, _| x.normalize());
            assert_eq!(host.value.is_ok(), S::SAME_BITS || rows >= l);
            if S::SAME_BITS {
                assert_same_bits(&host.x, &core.x);
            } else if rows >= l {
                assert_same_range(&host.x, &x);
            }
        }
    }

    /// Checks that Q has orthonormal columns, and that X is in their range.
    fn assert_same_range<T: Scalar>(q: &DenseMatrix<T>, x: &DenseMatrix<T>) {
        let (m, l) = (x.nrows(), x.ncols());
        let (q, x) = (q.cast::<f64>(), x.cast::<f64>());
        let tolerance = 32.0 * (m + l) as f64 * epsilon::<T>() * largest(x.as_slice());
        let inner = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        for j in 0..l {
            let mut rest = x.column(j).to_vec();
            for c in 0..l {
                let expected = if c == j { 1.0 } else { 0.0 };
                assert!((inner(q.column(c), q.column(j)) - expected).abs() <= tolerance);
                let share = inner(q.column(c), x.column(j));
                for (rest, q) in rest.iter_mut().zip(q.column(c)) {
                    *rest -= share * q;
                }
            }
            assert!(
                largest(&rest) <= tolerance,
                "{m} x {l}: {:e}",
                largest(&rest)
            );
        }
    }

    pub(super) fn normalize_survives_dependent_columns<T: Scalar, S: Tested<T>>() {
        for l in [2, 7, 33] {
            let entry = |i, j| T::from_f64(((i % 5) * (j % 3)) as f64);
            let x = DenseMatrix::from_fn(1500, l, entry);
            let (core, host) = both!(&x, &x, &zeros(1, 1), |x, _, _| x.normalize());
            host.value.unwrap();
            let size = largest(host.x.as_slice());
            assert!(
                size <= 1.0 + 1500.0 * epsilon::<T>(),
                "{size:e} with {l} columns"
            );
            if S::SAME_BITS {
                assert_same_bits(&host.x, &core.x);
            }
        }
    }

    pub(super) fn align_signs_agrees<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            // Whole numbers: the entry of greatest magnitude occurs more than once, in both signs.
            let random = gaussian::<T>(rows, l, 4);
            let whole = |i, j| T::from_f64((random.at(i, j).to_f64() * 1.5).round());
            let x = DenseMatrix::from_fn(rows, l, whole);
            let y = gaussian::<T>(rows + 5, l, 5);
            let (core, host) = both!(&x, &y, &zeros(1, 1), |x, y, _| x.align_signs(y));
            host.value.unwrap();
            S::assert_same(&host.x, &core.x);
            S::assert_same(&host.y, &core.y);
        }
    }

    pub(super) fn small_matrices_pass_unchanged<T: Scalar, S: Tested<T>>() {
        fn pass<P: Panel>(
            _: &P,
            values: MatRef<'_, P::Scalar>,
            small: &mut P::Small,
            out: MatMut<'_, P::Scalar>,
        ) -> Result<(), lowrank_core::Error> {
            P::write_small(values, small)?;
            P::read_small(small, out)
        }
        let x = zeros::<T>(1, 1);
        let values = gaussian::<T>(9, 4, 6);
        let (core, host) = both!(&x, &x, &zeros(9, 4), |x, _, small| {
            let mut buffer = vec![T::ZERO; 12];
            let out = MatMut::new(&mut buffer, 4, 3).unwrap();
            let values = MatRef::new(values.as_slice(), 9, 4).unwrap();
            pass(x, values, small, out).map(|()| buffer)
        });
        let expected: Vec<T> = (0..3)
            .flat_map(|j| values.column(j)[..4].to_vec())
            .collect();
        assert_eq!(host.value.unwrap(), expected);
        assert_eq!(core.value.unwrap(), expected);
        assert_eq!(
            &host.small.as_slice()[..values.as_slice().len()],
            values.as_slice()
        );
    }

    pub(super) fn a_panel_takes_the_widths_that_its_buffer_holds<T: Scalar, S: Tested<T>>() {
        let x = gaussian::<T>(70, 6, 7);
        let (core, host) = both!(&x, &x, &zeros(1, 1), |x, y, _| {
            let refused = x.set_ncols(7);
            x.set_ncols(2).unwrap();
            Panel::fill(x, T::ONE).unwrap();
            y.set_ncols(2).unwrap();
            y.set_ncols(6).unwrap();
            (refused, x.nrows(), x.ncols(), y.ncols())
        });
        assert_eq!(host.value, core.value);
        assert!(host.value.0.is_err());
        S::assert_same(&host.x, &core.x);
    }

    pub(super) fn gram_agrees<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let x = gaussian::<T>(rows, l, 8);
            let (core, host) = both!(&x, &x, &zeros(l, l), |x, _, g| x.gram(g));
            host.value.unwrap();
            let sizes = core.small.as_slice();
            let tolerance = 2.0 * rows as f64 * epsilon::<T>() * largest(sizes);
            assert_close(host.small.as_slice(), sizes, tolerance);
        }
    }

    pub(super) fn mul_small_agrees<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            for k in [1, l.div_ceil(2), l, l + 3] {
                let x = gaussian::<T>(rows, l, 9);
                let s = gaussian::<T>(l, l.max(k), 10);
                let y = gaussian::<T>(rows, k, 11);
                let (core, host) = both!(&x, &y, &s, |x, y, s| x.mul_small(s, y));
                host.value.unwrap();
                let size = largest(x.as_slice()) * largest(s.as_slice());
                let tolerance = 2.0 * (l * l) as f64 * epsilon::<T>() * size;
                assert_close(host.y.as_slice(), core.y.as_slice(), tolerance);
            }
        }
    }

    pub(super) fn inner_product_agrees<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let (x, y) = (gaussian::<T>(rows, l, 12), gaussian::<T>(rows, l, 13));
            let (core, host) = both!(&x, &y, &zeros(1, 1), |x, y, _| x.inner_product(y));
            // Both sums are compensated: only the products round.
            let tolerance = 4.0 * epsilon::<T>() * (rows * l) as f64;
            assert_close(&[host.value.unwrap()], &[core.value.unwrap()], tolerance);
        }
    }

    pub(super) fn distances_agree<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let (x, y) = (gaussian::<T>(rows, l, 14), gaussian::<T>(rows, l, 15));
            let factors = gaussian::<T>(l, 1, 16);
            let (core, host) = both!(&x, &y, &zeros(1, 1), |x, y, _| {
                let mut norms = vec![T::ZERO; l];
                x.distances(factors.as_slice(), y, &mut norms)
                    .map(|()| norms)
            });
            let (core, host) = (core.value.unwrap(), host.value.unwrap());
            let tolerance = rows as f64 * epsilon::<T>() * largest(&core);
            assert_close(&host, &core, tolerance);
        }
    }

    /// Returns no penalty for some shapes, both penalties for others.
    fn penalty<T: Scalar>(rows: usize) -> Penalty<T> {
        if rows.is_multiple_of(2) {
            return Penalty::default();
        }
        Penalty {
            l1: T::from_f64(0.25),
            l2: T::from_f64(0.5),
        }
    }

    pub(super) fn multiplicative_update_agrees<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let (x, n) = (positive::<T>(rows, l, 17), positive::<T>(rows, l, 18));
            let half = positive::<T>(l, l, 19);
            let symmetric = |i, j| half.at(i, j) + half.at(j, i);
            let g = DenseMatrix::from_fn(l, l, symmetric);
            let penalty = penalty(rows);
            let (core, host) = both!(&x, &n, &g, |x, n, g| {
                x.multiplicative_update(n, g, penalty)
            });
            host.value.unwrap();
            // Nothing cancels: the relative error is that of a sum of l terms.
            for (x, y) in host.x.as_slice().iter().zip(core.x.as_slice()) {
                let (x, y) = (x.to_f64(), y.to_f64());
                let tolerance = 2.0 * (l + 4) as f64 * epsilon::<T>() * y;
                assert!((x - y).abs() <= tolerance, "{rows} x {l}: {x:e} {y:e}");
            }
        }
    }

    pub(super) fn multiplicative_update_divides_by_no_zero<T: Scalar, S: Tested<T>>() {
        for l in [1, 5, 32, 33] {
            let mut x = positive::<T>(200, l, 20);
            x = DenseMatrix::from_fn(200, l, |i, j| if i % 3 == 0 { T::ZERO } else { x.at(i, j) });
            let n = positive::<T>(200, l, 21);
            let (core, host) = both!(&x, &n, &zeros(l, l), |x, n, g| {
                x.multiplicative_update(n, g, Penalty::default())
            });
            assert!(host.x.as_slice().iter().all(|x| Real::is_finite(*x)));
            S::assert_same(&host.x, &core.x);
        }
    }

    pub(super) fn hals_update_agrees<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let (x, n) = (positive::<T>(rows, l, 26), gaussian::<T>(rows, l, 27));
            // Far from singular, so that rounding does not grow from sweep to sweep.
            let half = gaussian::<T>(l, l, 28);
            let symmetric = |i, j| {
                let diagonal = if i == j {
                    T::from_usize(4 * l)
                } else {
                    T::ZERO
                };
                half.at(i, j) + half.at(j, i) + diagonal
            };
            let g = DenseMatrix::from_fn(l, l, symmetric);
            for sweeps in [0, 1, 3] {
                let penalty = penalty(rows);
                let (core, host) = both!(&x, &n, &g, |x, n, g| {
                    x.hals_update(n, g, sweeps, penalty)
                });
                host.value.unwrap();
                let tolerance = 32.0 * (l + 4) as f64 * epsilon::<T>() * largest(x.as_slice());
                assert_close(host.x.as_slice(), core.x.as_slice(), tolerance);
                assert!(host.x.as_slice().iter().all(|x| *x >= T::ZERO));
            }
        }
    }

    pub(super) fn hals_update_divides_by_no_zero<T: Scalar, S: Tested<T>>() {
        for l in [1, 5, 32, 33] {
            let (x, n) = (positive::<T>(200, l, 29), positive::<T>(200, l, 30));
            let n = DenseMatrix::from_fn(200, l, |i, j| n.at(i, j) * T::SQUARE_ROOT_OF_MIN);
            let (core, host) = both!(&x, &n, &zeros(l, l), |x, n, g| {
                x.hals_update(n, g, 2, Penalty::default())
            });
            assert!(host.x.as_slice().iter().all(|x| Real::is_finite(*x)));
            S::assert_same(&host.x, &core.x);
        }
    }

    pub(super) fn cross_gram_agrees<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            for k in [1, l.div_ceil(2), l + 3] {
                let (x, y) = (gaussian::<T>(rows, l, 31), gaussian::<T>(rows, k, 32));
                let (core, host) = both!(&x, &y, &zeros(l, k), |x, y, s| x.cross_gram(y, s));
                host.value.unwrap();
                let tolerance = 8.0 * rows as f64 * epsilon::<T>();
                assert_close(host.small.as_slice(), core.small.as_slice(), tolerance);
            }
        }
    }

    pub(super) fn subtract_product_agrees<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            for k in [1, l.div_ceil(2), l + 3] {
                let (y, x) = (gaussian::<T>(rows, k, 33), gaussian::<T>(rows, l, 34));
                let s = gaussian::<T>(l, k, 35);
                let (core, host) = both!(&y, &x, &s, |y, x, s| y.subtract_product(x, s));
                host.value.unwrap();
                let size = largest(x.as_slice()) * largest(s.as_slice());
                let tolerance = 2.0 * (l + 1) as f64 * epsilon::<T>() * size;
                assert_close(host.x.as_slice(), core.x.as_slice(), tolerance);
            }
        }
    }

    pub(super) fn append_agrees<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let (x, y) = (gaussian::<T>(rows, l + 4, 36), gaussian::<T>(rows, l, 37));
            for held in [0, 1, 4, 5] {
                let (core, host) = both!(&x, &y, &zeros(1, 1), |x, y, _| {
                    x.set_ncols(held).and_then(|()| x.append(y))
                });
                assert_eq!(host.value.is_ok(), held <= 4);
                assert_eq!(host.value, core.value);
                if held <= 4 {
                    let last =
                        |x: &DenseMatrix<T>| -> Vec<T> { x.as_slice()[rows * held..].to_vec() };
                    assert_eq!(last(&host.x), y.as_slice());
                    assert_eq!(last(&core.x), y.as_slice());
                }
            }
            let (core, host) = both!(&x, &y, &zeros(1, 1), |x, y, _| {
                let mut twice = Vec::new();
                x.set_ncols(0).unwrap();
                while x.append(y).is_ok() {
                    twice.push(x.ncols());
                }
                twice
            });
            assert_eq!(host.value, core.value);
            S::assert_same(&host.x, &core.x);
        }
    }

    pub(super) fn combine_agrees<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let (x, y) = (gaussian::<T>(rows, l, 38), gaussian::<T>(rows, l, 39));
            let [a, b, c] = [0.75, -2.0, 3.5].map(T::from_f64);
            let (core, host) = both!(&x, &y, &zeros(1, 1), |x, y, _| x.combine([c, a, b], y, y));
            host.value.unwrap();
            S::assert_same(&host.x, &core.x);
            let place = host.x.as_slice().len() / 2;
            let [x, y] = [&x, &y].map(|x| x.as_slice()[place]);
            let expected = c * x + a * y + b * y;
            let error = (host.x.as_slice()[place] - expected).to_f64().abs();
            let rounding = 8.0 * epsilon::<T>() * (4.0 * x.to_f64().abs() + 3.0 * y.to_f64().abs());
            assert!(error <= if S::SAME_BITS { 0.0 } else { rounding });
        }
    }

    pub(super) fn axpby_agrees<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let (x, y) = (gaussian::<T>(rows, l, 38), gaussian::<T>(rows, l, 39));
            for a in [T::ONE, T::from_f64(-1.3)] {
                let b = T::from_f64(0.7);
                let (core, host) = both!(&x, &y, &zeros(1, 1), |x, y, _| x.axpby(a, y, b));
                host.value.unwrap();
                S::assert_same(&host.x, &core.x);
                S::assert_same(&host.y, &y);
            }
        }
    }

    /// Returns X and the sums after two batches, the second of which has no weight in the last column.
    fn accumulated<T: Scalar, S: MemorySpace<T>>(
        rows: usize,
        k: usize,
        beta: f64,
    ) -> [DenseMatrix<T>; 2] {
        let x = positive::<T>(rows, k, 40);
        let mut terms = positive::<T>(rows, 2 * k, 41);
        let mut buffers = [k, 2 * k, 2 * k].map(|width| S::buffer(rows, width).unwrap());
        let [x_buffer, sums, panel] = &mut buffers;
        let mut x_panel = S::panel(x_buffer, rows, k).unwrap();
        let mut sums = S::panel(sums, rows, 2 * k).unwrap();
        let mut panel = S::panel(panel, rows, 2 * k).unwrap();
        S::load(&mut x_panel, &x).unwrap();
        sums.fill(T::ZERO).unwrap();
        let divergence = BetaDivergence::new(beta).unwrap();
        let penalty = Penalty {
            l1: T::from_f64(0.1),
            l2: T::from_f64(0.2),
        };
        let shares = [T::from_f64(0.5), T::from_f64(0.25)];
        let step = MultiplicativeStep {
            divergence: &divergence,
            penalty,
        };
        for _ in 0..2 {
            S::load(&mut panel, &terms).unwrap();
            x_panel
                .accumulated_update(&mut sums, &panel, shares, step)
                .unwrap();
            terms = DenseMatrix::from_fn(rows, 2 * k, |i, j| {
                if j % k == k - 1 {
                    T::ZERO
                } else {
                    terms.at(i, j)
                }
            });
        }
        [&x_panel, &sums].map(|panel| S::entries(panel).unwrap())
    }

    pub(super) fn accumulated_update_agrees<T: Scalar, S: Tested<T>>() {
        for beta in [2.0, 1.0, 0.0, 0.5, 3.0] {
            for (rows, l) in S::shapes().step_by(7) {
                let core = accumulated::<T, CoreSpace>(rows, l, beta);
                let host = accumulated::<T, S>(rows, l, beta);
                for (host, core) in host.iter().zip(&core) {
                    S::assert_same(host, core);
                    assert!(core.as_slice().iter().all(|x| *x > T::ZERO));
                }
            }
        }
    }

    pub(super) fn part_norms_agree<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let x = gaussian::<T>(rows, l, 22);
            let (core, host) = both!(&x, &x, &zeros(1, 1), |x, _, _| {
                let (mut up, mut down) = (vec![T::ZERO; l], vec![T::ZERO; l]);
                x.part_norms(&mut up, &mut down).map(|()| (up, down))
            });
            let (core, host) = (core.value.unwrap(), host.value.unwrap());
            let tolerance = rows as f64 * epsilon::<T>() * largest(&core.0).max(largest(&core.1));
            assert_close(&host.0, &core.0, tolerance);
            assert_close(&host.1, &core.1, tolerance);
        }
    }

    pub(super) fn column_sums_agree<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let x = gaussian::<T>(rows, l, 50);
            let (core, host) = both!(&x, &x, &zeros(1, 1), |x, _, _| {
                let mut sums = vec![T::ZERO; l];
                x.column_sums(&mut sums).map(|()| sums)
            });
            let tolerance = 2.0 * rows as f64 * epsilon::<T>();
            assert_close(&host.value.unwrap(), &core.value.unwrap(), tolerance);
        }
    }

    pub(super) fn scale_columns_agrees<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let x = gaussian::<T>(rows, l, 51);
            let factors = gaussian::<T>(l, 1, 52);
            let (core, host) = both!(&x, &x, &zeros(1, 1), |x, _, _| {
                x.scale_columns(factors.as_slice())
            });
            host.value.unwrap();
            assert_same_bits(&host.x, &core.x);
        }
    }

    pub(super) fn inner_products_agree<T: Scalar, S: Tested<T>>() {
        fn ask<P: Panel>(x: &P, y: &P, g: &mut P::Small) -> [P::Scalar; 2] {
            x.gram(g).unwrap();
            x.inner_products(y, [&*g, &*g]).unwrap()
        }
        for (rows, l) in S::shapes() {
            let (x, y) = (positive::<T>(rows, l, 53), positive::<T>(rows, l, 54));
            let (core, host) = both!(&x, &y, &zeros(l, l), |x, y, g| ask(x, y, g));
            for (host, core) in host.value.iter().zip(core.value) {
                // Nothing cancels.
                let tolerance = 8.0 * rows as f64 * epsilon::<T>() * core.to_f64();
                assert_close(&[*host], &[core], tolerance);
            }
        }
    }

    pub(super) fn quotient_update_agrees<T: Scalar, S: Tested<T>>() {
        for beta in [2.0, 1.0, 0.0, 0.5, 1.5, 3.0, -0.5] {
            let divergence = BetaDivergence::new(beta).unwrap();
            for (rows, l) in S::shapes().step_by(5) {
                let (x, terms) = (positive::<T>(rows, l, 55), positive::<T>(rows, 2 * l, 56));
                let step = MultiplicativeStep {
                    divergence: &divergence,
                    penalty: penalty(rows),
                };
                let (core, host) = both!(&x, &terms, &zeros(1, 1), |x, terms, _| {
                    x.quotient_update(terms, step)
                });
                host.value.unwrap();
                for (x, y) in host.x.as_slice().iter().zip(core.x.as_slice()) {
                    let (x, y) = (x.to_f64(), y.to_f64());
                    let tolerance = 64.0 * epsilon::<T>() * y;
                    assert!((x - y).abs() <= tolerance, "{beta}: {x:e} {y:e}");
                }
            }
        }
    }

    /// Returns X, the direction and both moments after two steps of Adam and a push, and the count.
    fn descended<T: Scalar, S: MemorySpace<T>>(
        rows: usize,
        l: usize,
    ) -> ([DenseMatrix<T>; 4], T, usize) {
        let mut buffers = [(); 4].map(|()| S::buffer(rows, l).unwrap());
        let mut panels = buffers
            .each_mut()
            .map(|buffer| S::panel(buffer, rows, l).unwrap());
        let [x, direction, first, second] = &mut panels;
        S::load(x, &gaussian(rows, l, 57)).unwrap();
        S::load(direction, &gaussian(rows, l, 58)).unwrap();
        first.fill(T::ZERO).unwrap();
        second.fill(T::ZERO).unwrap();
        let step = AdamStep {
            betas: (T::from_f64(0.9), T::from_f64(0.99)),
            rate: T::from_f64(0.1),
            correction: T::from_f64(3.0),
            epsilon: T::from_f64(1e-3),
        };
        let mut squares = T::ZERO;
        for _ in 0..2 {
            x.adam_step(direction, first, second, step).unwrap();
            squares = x
                .push_above(T::from_f64(0.2), T::from_f64(3.0), direction)
                .unwrap();
        }
        let negative = x.negative_entries().unwrap();
        (
            panels.map(|panel| S::entries(&panel).unwrap()),
            squares,
            negative,
        )
    }

    pub(super) fn steps_of_descents_agree<T: Scalar, S: Tested<T>>() {
        for (rows, l) in S::shapes() {
            let core = descended::<T, CoreSpace>(rows, l);
            let host = descended::<T, S>(rows, l);
            for (host, core) in host.0.iter().zip(&core.0) {
                S::assert_same(host, core);
            }
            let tolerance = 64.0 * epsilon::<T>() * (rows * l) as f64;
            assert_close(&[host.1], &[core.1], tolerance);
            assert_eq!(host.2, core.2);
        }
    }

    /// Reshapes a small matrix.
    fn write<P: Panel>(_: &P, small: &mut P::Small, nrows: usize, ncols: usize) {
        let zeros = vec![P::Scalar::ZERO; nrows * ncols];
        P::write_small(MatRef::new(&zeros, nrows, ncols).unwrap(), small).unwrap();
    }

    pub(super) fn wrong_shapes_are_the_same_errors<T: Scalar, S: Tested<T>>() {
        let (x, y) = (gaussian::<T>(6, 3, 23), gaussian::<T>(5, 3, 24));
        let (core, host) = both!(&x, &y, &zeros(4, 4), |x, y, small| {
            let mut norms = [T::ZERO; 3];
            [
                x.inner_product(y).map(drop),
                x.distances(&[T::ONE; 3], y, &mut norms),
                x.mul_small(small, y),
                x.multiplicative_update(y, small, Penalty::default()),
                x.hals_update(y, small, 1, Penalty::default()),
                x.cross_gram(y, small),
                x.subtract_product(y, small),
                x.append(y),
                x.combine([T::ONE; 3], y, y),
            ]
        });
        assert!(host.value.iter().all(Result::is_err));
        assert_eq!(host.value, core.value);
        let wide = gaussian::<T>(3, 6, 25);
        let (core, host) = both!(&wide, &wide, &zeros(6, 6), |x, y, small| {
            write(x, small, 6, 2);
            [x.mul_small(small, y), x.thin_qr(small).map(drop)]
        });
        assert!(host.value.iter().all(Result::is_err));
        assert_eq!(host.value, core.value);
    }
}

//! Invariants on random shapes, ranks and scales, and on arbitrary bit patterns.

use core::ops::ControlFlow;
use lowrank_core::approximation::Approximation;
use lowrank_core::dense::jacobi_svd::{jacobi_svd, scratch_len};
use lowrank_core::dense::lu::lu_normalize;
use lowrank_core::dense::qr::thin_qr;
use lowrank_core::nmf::{NmfFactors, NmfInit};
use lowrank_core::operator::EntrywiseOperator;
use lowrank_core::random::Distribution;
use lowrank_core::svd::{Normalizer, RangeFinder, Sides, SvdFactors};
use lowrank_core::workspace::workspace_len;
use lowrank_core::{CsrRef, Error, LinearOperator, MatMut, Nmf, Real, TruncatedSvd, Workspace};
use lowrank_validate::Matrix;
use lowrank_validate::ratios::orthogonality;
use lowrank_validate::run::{nmf, range, small_svd, truncated_svd};
use proptest::collection::vec;
use proptest::prelude::*;

/// The bound of LAPACK's ratios; see accuracy.rs.
const THRESHOLD: f64 = 10.0;

fn shape() -> impl Strategy<Value = (usize, usize)> {
    (1..20usize, 1..20usize)
}

/// Generates gaussian entries of rank at most `rank`, times a power of two.
fn matrix() -> impl Strategy<Value = Matrix<f64>> {
    (shape(), 1..20usize, -900..900i32, any::<u64>()).prop_map(|((m, n), rank, e, seed)| {
        let w = Matrix::<f64>::gaussian(m, rank.min(m).min(n), seed);
        let h = Matrix::<f64>::gaussian(rank.min(m).min(n), n, seed ^ 1);
        w.times(&h).scaled(e)
    })
}

fn range_finder() -> impl Strategy<Value = RangeFinder> {
    let distribution = prop_oneof![
        Just(Distribution::Uniform),
        Just(Distribution::Sign),
        Just(Distribution::Gaussian)
    ];
    let normalizer = prop_oneof![
        Just(Normalizer::Lu),
        Just(Normalizer::Qr),
        Just(Normalizer::None)
    ];
    let sides = prop_oneof![Just(Sides::Both), Just(Sides::Shorter)];
    (distribution, normalizer, sides, 0..9usize, any::<u64>()).prop_map(
        |(distribution, normalizer, sides, power_iterations, seed)| RangeFinder {
            distribution,
            normalizer,
            sides,
            power_iterations,
            seed,
        },
    )
}

fn init() -> impl Strategy<Value = NmfInit> {
    prop_oneof![
        Just(NmfInit::Random),
        Just(NmfInit::Nndsvd),
        Just(NmfInit::Nndsvda)
    ]
}

/// Generates floats of any bit pattern, half of them special values.
fn any_f32() -> impl Strategy<Value = f32> {
    let special = [
        0.0,
        -0.0,
        1.0,
        f32::MAX,
        f32::MIN,
        f32::MIN_POSITIVE,
        f32::from_bits(1),
        f32::INFINITY,
        f32::NAN,
    ];
    prop_oneof![
        any::<u32>().prop_map(f32::from_bits),
        proptest::sample::select(special.to_vec()),
    ]
}

fn any_finite_f32() -> impl Strategy<Value = f32> {
    any_f32().prop_map(|x| if x.is_finite() { x } else { 0.5 })
}

fn filled(nrows: usize, ncols: usize, entry: BoxedStrategy<f32>) -> BoxedStrategy<Matrix<f32>> {
    vec(entry, nrows * ncols)
        .prop_map(move |entries| Matrix {
            entries,
            nrows,
            ncols,
        })
        .boxed()
}

fn bits(entry: BoxedStrategy<f32>) -> impl Strategy<Value = Matrix<f32>> {
    (0..12usize, 0..12usize).prop_flat_map(move |(m, n)| filled(m, n, entry.clone()))
}

/// Generates three slices of a matrix with at most 12 rows and columns: columns in any order, some twice.
fn csr() -> impl Strategy<Value = (Vec<usize>, Vec<u32>, Vec<f64>, usize)> {
    (1..12usize, 1..12u32).prop_flat_map(|(m, n)| {
        vec(vec((0..n, -2.0..2.0f64), 0..8), m).prop_map(move |rows| {
            let (mut offsets, mut columns, mut values) = (vec![0], vec![], vec![]);
            for row in rows {
                for (column, value) in row {
                    columns.push(column);
                    values.push(value);
                }
                offsets.push(columns.len());
            }
            (offsets, columns, values, n as usize)
        })
    })
}

fn densified(a: &CsrRef<'_, f64>) -> Matrix<f64> {
    let mut dense = Matrix::zeros(a.nrows(), a.ncols());
    for (i, (columns, values)) in a.rows().enumerate() {
        for (&j, value) in columns.iter().zip(values) {
            dense.entries[i + a.nrows() * j as usize] += value;
        }
    }
    dense
}

fn apply<A>(a: &A, x: &Matrix<f64>, m: usize) -> Matrix<f64>
where
    A: for<'p> LinearOperator<MatMut<'p, f64>>,
{
    let (mut x, mut y) = (x.clone(), Matrix::from_fn(m, x.ncols, |_, _| f64::NAN));
    a.apply(&x.view_mut(), &mut y.view_mut()).unwrap();
    y
}

fn apply_transpose<A>(a: &A, y: &Matrix<f64>, n: usize) -> Matrix<f64>
where
    A: for<'p> LinearOperator<MatMut<'p, f64>>,
{
    let (mut y, mut x) = (y.clone(), Matrix::from_fn(n, y.ncols, |_, _| f64::NAN));
    a.apply_transpose(&y.view_mut(), &mut x.view_mut()).unwrap();
    x
}

fn distance<A>(a: &A, w: &Matrix<f64>, h: &Matrix<f64>) -> f64
where
    A: for<'p> EntrywiseOperator<MatMut<'p, f64>>,
{
    let (mut w, mut h) = (w.clone(), h.clone());
    a.distance(0, &w.view_mut(), &h.view_mut()).unwrap()
}

fn first_not_finite(a: &Matrix<f32>) -> Option<(usize, usize)> {
    let at = a.entries.iter().position(|x| !x.is_finite())?;
    Some((at % a.nrows, at / a.nrows))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn a_range_has_orthonormal_columns_and_holds_the_matrix(
        a in matrix(), finder in range_finder(), l in 1..25usize,
    ) {
        let (m, n) = (a.nrows, a.ncols);
        let (q, rank) = range(&finder, &a.view(), (m, n), l).unwrap();
        prop_assert_eq!(q.ncols, l.min(m).min(n));
        prop_assert!(rank <= q.ncols);
        prop_assert!(orthogonality(&q) < THRESHOLD);
        let scaled = a.to_f64(a.exponent());
        let rest = scaled.minus(&q.times(&q.transpose_times(&scaled))).frobenius();
        prop_assert!(rest <= scaled.frobenius() * (1.0 + 1e-14));
        // With all columns nothing is left, unless powers without normaliser drowned it. A square sketch
        // without powers is as near to a singular one as chance has it.
        if q.ncols == m.min(n) && finder.normalizer != Normalizer::None {
            let drowned = match finder.sides {
                Sides::Both if finder.power_iterations > 0 => 1e-13,
                Sides::Both => 1e-9,
                Sides::Shorter => 1e-6,
            };
            prop_assert!(rest <= drowned * scaled.frobenius(), "{}", rest);
        }
    }

    #[test]
    fn a_truncated_svd_is_bounded_by_its_bound(
        a in matrix(), finder in range_finder(), k in 1..20usize, extra in 0..9usize,
    ) {
        let (m, n) = (a.nrows, a.ncols);
        let k = k.min(m).min(n);
        let settings = TruncatedSvd { rank: k, range_finder: finder,
..Default::default()
};
        let found = truncated_svd(&settings, &a.view(), (m, n), k + extra).unwrap();
        prop_assert!(found.svd.is_sorted());
        prop_assert!(orthogonality(&found.svd.u) < THRESHOLD);
        prop_assert!(orthogonality(&found.svd.v) < THRESHOLD);
        let e = a.exponent();
        let s: Vec<f64> = found.svd.s.iter().map(|s| s.scale_by_power_of_two(-e)).collect();
        let product = found.svd.u.scale_columns(&s).times(&found.svd.v.transposed());
        let error = a.to_f64(e).minus(&product).frobenius();
        let bound = found.report.error_bound.scale_by_power_of_two(-e);
        prop_assert!(error <= bound * (1.0 + 1e-14), "{} {}", error, bound);
        let exact = small_svd(&a).unwrap();
        for (found, exact_value) in found.svd.s.iter().zip(&exact.s) {
            // Projections only shrink singular values.
            prop_assert!(*found <= exact_value + 1e-13 * exact.s[0]);
        }
    }

    #[test]
    fn a_factorization_is_non_negative_and_its_loss_never_rises(
        a in matrix(), finder in range_finder(), init in init(),
        k in 1..20usize, extra in 0..5usize, iterations in 0..12usize,
    ) {
        let a = a.map(f64::abs);
        let (m, n) = (a.nrows, a.ncols);
        let k = k.min(m).min(n);
        let settings = Nmf { rank: k, init, iterations, tolerance: 0.0, range_finder: finder,
..Default::default()
};
        let found = nmf(&settings, &a.view(), (m, n), k + extra).unwrap();
        for factor in [&found.w, &found.h] {
            prop_assert!(factor.entries.iter().all(|x| x.is_finite() && *x >= 0.0));
        }
        let e = a.exponent();
        let norm = a.to_f64(e).frobenius();
        // Sums of m n squares of about ||A||^2 in two different orders.
        let rounding = 4.0 * (m + n) as f64 * f64::EPSILON * norm * norm;
        for pair in found.errors.windows(2) {
            let square = |x: f64| x.scale_by_power_of_two(-e).powi(2);
            prop_assert!(square(pair[1]) <= square(pair[0]) + rounding);
        }
    }

    #[test]
    fn sparse_and_dense_operators_agree(
        (offsets, columns, values, n) in csr(), l in 1..4usize, seed in any::<u64>(),
    ) {
        let sparse = CsrRef::new(&offsets, &columns, &values, n).unwrap();
        let dense = densified(&sparse);
        let m = dense.nrows;
        let x = Matrix::<f64>::gaussian(n, l, seed);
        let y = Matrix::<f64>::gaussian(m, l, seed ^ 1);
        // Sums of at most 12 products of at most 10 each.
        let rounding = 12.0 * 120.0 * f64::EPSILON * (l * m * n) as f64;
        let same = |x: Matrix<f64>, y: Matrix<f64>| x.minus(&y).frobenius() <= rounding;
        prop_assert!(same(apply(&sparse, &x, m), apply(&dense.view(), &x, m)));
        prop_assert!(same(apply(&sparse, &x, m), dense.times(&x)));
        prop_assert!(same(apply_transpose(&sparse, &y, n), apply_transpose(&dense.view(), &y, n)));
        prop_assert!(same(apply_transpose(&sparse, &y, n), dense.transpose_times(&y)));
        let difference = distance(&sparse, &y, &x) - distance(&dense.view(), &y, &x);
        prop_assert!(difference.abs() <= rounding, "{}", difference);
        let exact = dense.minus(&y.times(&x.transposed())).frobenius();
        prop_assert!((distance(&sparse, &y, &x) - exact).abs() <= rounding);
    }

    #[test]
    fn entries_that_are_not_finite_are_found_where_they_are(
        a in bits(any_f32().boxed()), k in 1..3usize,
    ) {
        prop_assume!(k <= a.nrows.min(a.ncols));
        let Some((row, column)) = first_not_finite(&a) else { return Ok(()) };
        let (m, n) = (a.nrows, a.ncols);
        let expected = Error::NonFinite { row, column };
        prop_assert_eq!(small_svd(&a).unwrap_err(), expected);
        let settings = TruncatedSvd { rank: k, ..Default::default() };
        prop_assert_eq!(truncated_svd(&settings, &a.view(), (m, n), k).unwrap_err(), expected);
        prop_assert_eq!(range(&RangeFinder::default(), &a.view(), (m, n), k).unwrap_err(), expected);
        let settings = Nmf { rank: k, ..Default::default() };
        prop_assert_eq!(nmf(&settings, &a.view(), (m, n), k).unwrap_err(), expected);
        if m >= n {
            let (mut q, mut r) = (a.clone(), Matrix::zeros(n, n));
            let error = thin_qr(&mut q.view_mut(), &mut r.view_mut()).unwrap_err();
            prop_assert_eq!(error, expected);
        }
        // The same matrix as rows: the first in the order of rows.
        let offsets: Vec<usize> = (0..=n).map(|i| i * m).collect();
        let columns: Vec<u32> = (0..n).flat_map(|_| 0..m as u32).collect();
        let sparse = CsrRef::new(&offsets, &columns, &a.entries, m).unwrap();
        let expected = Error::NonFinite { row: column, column: row };
        let settings = TruncatedSvd { rank: k, ..Default::default() };
        prop_assert_eq!(truncated_svd(&settings, &sparse, (n, m), k).unwrap_err(), expected);
    }

    #[test]
    fn finite_bit_patterns_decompose_or_overflow(
        a in bits(any_finite_f32().boxed()), finder in range_finder(), init in init(),
        k in 1..12usize, extra in 0..4usize,
    ) {
        let (m, n) = (a.nrows, a.ncols);
        prop_assume!(m > 0 && n > 0);
        let k = k.min(m).min(n);
        match small_svd(&a) {
            Ok(svd) => {
                prop_assert!(svd.is_sorted());
                let ratios = svd.ratios(&a);
                prop_assert!(ratios.worst() < THRESHOLD, "{:?}", ratios);
            }
            Err(error) => prop_assert_eq!(error, Error::Overflow),
        }
        let too_large = a.to_f64(0).frobenius() > f64::from(f32::MAX) * (1.0 - 1e-5);
        let settings = TruncatedSvd { rank: k, range_finder: finder,
..Default::default()
};
        match truncated_svd(&settings, &a.view(), (m, n), k + extra) {
            Ok(found) => {
                prop_assert!(found.svd.is_sorted());
                prop_assert!(orthogonality(&found.svd.u) < THRESHOLD);
                prop_assert!(orthogonality(&found.svd.v) < THRESHOLD);
            }
            Err(error) => prop_assert!(error == Error::Overflow && too_large),
        }
        let a = a.map(f32::abs);
        let settings = Nmf { rank: k, init, iterations: 5, tolerance: 0.0, range_finder: finder,
..Default::default()
};
        match nmf(&settings, &a.view(), (m, n), k + extra) {
            Ok(found) => for factor in [&found.w, &found.h] {
                prop_assert!(factor.entries.iter().all(|x| x.is_finite() && *x >= 0.0));
            },
            Err(error) => prop_assert!(error == Error::Overflow && too_large),
        }
    }

    #[test]
    fn wrong_shapes_and_short_buffers_are_errors_and_nothing_panics(
        a in bits(any_f32().boxed()), finder in range_finder(), init in init(),
        lengths in vec(0..160usize, 9), shapes in vec((0..12usize, 0..12usize), 9),
        k in 0..13usize, l in 0..14usize, seed in any::<u8>(),
    ) {
        // Each piece is right or wrong with equal odds.
        let (m, n) = (a.nrows, a.ncols);
        let right = |bit: u32| seed >> bit & 1 == 1;
        let len = |bit: u32, length: usize| if right(bit) { length } else { lengths[bit as usize] };
        let form = |bit: u32, form: (usize, usize)| if right(bit) { form } else { shapes[bit as usize] };
        let mut buffer = vec![f32::NAN; len(0, workspace_len(m, n, l))];
        let mut left = vec![0.0; len(1, m * k)];
        let mut third = vec![0.0; len(2, n * k)];
        let mut s = vec![0.0; len(3, k)];
        let mut residuals = vec![0.0; len(4, k)];
        let (u_form, v_form) = (form(5, (m, k)), form(6, (n, k)));
        let (wm, wn) = form(7, (m, n));
        let panels_right = buffer.len() >= workspace_len(m, n, l) && (wm, wn) == (m, n)
            && u_form == (m, k) && v_form == (n, k) && (1..=l).contains(&k)
            && first_not_finite(&a).is_none();
        let vectors_right = s.len() >= k && residuals.len() >= k;
        {
            let Ok(u) = MatMut::new(&mut left, u_form.0, u_form.1) else { return Ok(()) };
            let Ok(v) = MatMut::new(&mut third, v_form.0, v_form.1) else { return Ok(()) };
            let Ok(mut workspace) = Workspace::in_buffer(&mut buffer, wm, wn, l) else { return Ok(()) };
            let mut factors = SvdFactors { u, singular_values: &mut s, v, residuals: &mut residuals };
            let settings = TruncatedSvd { rank: k, range_finder: finder,
..Default::default()
};
            let outcome = settings.run(&a.view(), &mut workspace, &mut factors);
            prop_assert!(outcome.is_err() || panels_right && vectors_right && k <= m.min(n));
            let SvdFactors { u: w, v: h, .. } = factors;
            let mut factors = NmfFactors { w, h };
            let settings = Nmf { rank: k, init, iterations: 2, tolerance: 1e-3, range_finder: finder,
..Default::default()
};
            let go_on = |_| ControlFlow::Continue(());
            let outcome = settings.run(&a.view(), &mut workspace, &mut factors, go_on);
            prop_assert!(outcome.is_err() || panels_right && first_negative(&a).is_none());
            let _ = settings.transform(&a.view(), &mut workspace, &mut factors, go_on);
            let _ = Approximation::measure(&a.view(), &mut factors.w, &mut factors.h, &mut workspace);
        }
        let mut copy = a.clone();
        let (um, un) = form(1, (m, m.min(n)));
        let (vm, vn) = form(2, (n, m.min(n)));
        let mut u = vec![0.0; um * un];
        let mut v = vec![0.0; vm * vn];
        let mut s = vec![0.0; len(3, m.min(n))];
        let mut scratch = vec![0.0; len(4, scratch_len(m, n))];
        let (mut u, mut v) = (MatMut::new(&mut u, um, un).unwrap(), MatMut::new(&mut v, vm, vn).unwrap());
        let _ = jacobi_svd(&mut copy.view_mut(), &mut u, &mut s, &mut v, &mut scratch);
        let mut copy = a.clone();
        let _ = thin_qr(&mut copy.view_mut(), &mut u);
        let mut copy = a.clone();
        prop_assert_eq!(lu_normalize(&mut copy.view_mut()).is_ok(), a.view().as_slice().iter().all(|x| x.is_finite()));
    }

    #[test]
    fn slices_that_are_no_sparse_matrix_are_errors_and_nothing_panics(
        offsets in vec(0..9usize, 0..6), columns in vec(0..6u32, 0..9), spare in 0..2usize, n in 0..7usize,
    ) {
        let values = vec![1.0f64; columns.len().saturating_sub(spare)];
        match CsrRef::new(&offsets, &columns, &values, n) {
            Ok(a) => {
                prop_assert_eq!(a.nrows() + 1, offsets.len());
                prop_assert_eq!(a.nonzeros(), columns.len());
                prop_assert!(offsets[0] == 0 && offsets.is_sorted());
                prop_assert!(columns.iter().all(|&j| (j as usize) < n));
                let _ = truncated_svd(&TruncatedSvd::default(), &a, (a.nrows(), n), 2);
            }
            Err(Error::SparseStructure { row }) => prop_assert!(row < offsets.len().max(2) - 1),
            Err(Error::Empty) => prop_assert!(offsets.is_empty()),
            Err(Error::Shape { .. }) => prop_assert!(values.len() != columns.len()),
            Err(other) => prop_assert!(false, "{:?}", other),
        }
    }
}

fn first_negative(a: &Matrix<f32>) -> Option<usize> {
    a.entries.iter().position(|x| *x < 0.0)
}

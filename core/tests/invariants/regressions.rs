//! Bugs found by the fuzzer, each with its smallest case.

use lowrank_core::approximation::Approximation;
use lowrank_core::dense::lu::lu_normalize;
use lowrank_core::nmf::NmfInit;
use lowrank_core::panel::{NonNegativePanel, Panel};
use lowrank_core::sparse::CsrBuffer;
use lowrank_core::svd::SvdFactors;
use lowrank_core::workspace::workspace_len;
use lowrank_core::{
    CsrRef, Error, LinearOperator, MatMut, MatRef, Nmf, Real, TruncatedSvd, Workspace,
};
use lowrank_validate::Matrix;
use lowrank_validate::families::families;
use lowrank_validate::run::{measure, nmf, small_svd, transform, truncated_svd};

#[test]
fn vectors_longer_than_the_rank_keep_what_is_behind_it() {
    // The entries behind the rank were scaled, and counted as singular values in the bound.
    for e in [0, 900] {
        let a = Matrix::<f64>::gaussian(6, 5, 1).scaled(e);
        let settings = TruncatedSvd {
            rank: 2,
            ..Default::default()
        };
        let exact = truncated_svd(&settings, &a.view(), (6, 5), 4).unwrap();
        let mut buffer = vec![0.0; workspace_len(6, 5, 4)];
        let (mut u, mut v) = (Matrix::zeros(6, 2), Matrix::zeros(5, 2));
        let (mut s, mut residuals) = (vec![f64::NAN; 4], vec![7.0; 5]);
        let mut factors = SvdFactors {
            u: u.view_mut(),
            singular_values: &mut s,
            v: v.view_mut(),
            residuals: &mut residuals,
        };
        let mut workspace = Workspace::in_buffer(&mut buffer, 6, 5, 4).unwrap();
        let report = settings.run(&a.view(), &mut workspace, &mut factors);
        assert_eq!(report, Ok(exact.report));
        assert_eq!(s[..2], exact.svd.s);
        assert!(s[2..].iter().all(|x| x.is_nan()));
        assert_eq!(residuals[..2], exact.residuals);
        assert_eq!(residuals[2..], [7.0; 3]);
    }
}

#[test]
fn a_rank_above_the_number_of_rows_is_no_wrong_shape() {
    // NNDSVD answered that a panel had the wrong shape.
    let a = Matrix::<f64>::gaussian(2, 5, 1).map(f64::abs);
    for init in [NmfInit::Random, NmfInit::Nndsvd, NmfInit::Nndsvda] {
        let settings = Nmf {
            rank: 3,
            init,
            ..Default::default()
        };
        let found = nmf(&settings, &a.view(), (2, 5), 3).unwrap();
        let share = found.report.approximation.error / found.report.approximation.frobenius_norm;
        assert!(share < 1e-6, "{init:?}: {share}");
        let h = Matrix::<f64>::gaussian(5, 3, 2).map(f64::abs);
        let found = transform(&settings, &a.view(), (2, 5), &h).unwrap();
        assert_eq!((found.w.nrows, found.w.ncols), (2, 3));
    }
}

/// A panel of NaN, to be overwritten.
fn dirty(nrows: usize, ncols: usize) -> Matrix<f64> {
    Matrix::from_fn(nrows, ncols, |_, _| f64::NAN)
}

#[test]
fn sums_of_nothing_are_zero() {
    // Panels without rows have no columns to iterate over: results were left as they were.
    let zeros = |found: &Matrix<f64>| assert!(found.entries.iter().all(|x| *x == 0.0));
    let nothing = |ncols| Matrix::<f64>::zeros(0, ncols);
    let wide = nothing(3);
    let tall = Matrix::<f64>::zeros(3, 0);
    let (offsets, no_rows) = ([0, 0, 0, 0], [0]);
    let sparse_tall = CsrRef::<f64>::new(&offsets, &[], &[], 0).unwrap();
    let sparse_wide = CsrRef::<f64>::new(&no_rows, &[], &[], 3).unwrap();
    let mut found = [dirty(3, 2), dirty(3, 2), dirty(3, 2), dirty(3, 2)];
    let [first, second, third, fourth] = &mut found;
    let (mut none, mut other) = (nothing(2), nothing(2));
    let (none, other) = (none.view_mut(), other.view_mut());
    tall.view().apply(&none, &mut first.view_mut()).unwrap();
    sparse_tall.apply(&none, &mut second.view_mut()).unwrap();
    wide.view()
        .apply_transpose(&none, &mut third.view_mut())
        .unwrap();
    sparse_wide
        .apply_transpose(&none, &mut fourth.view_mut())
        .unwrap();
    found.iter().for_each(zeros);

    let (mut gram, mut product) = (dirty(2, 2), dirty(3, 2));
    none.gram(&mut gram.view_mut()).unwrap();
    let mut no_columns = Matrix::zeros(3, 0);
    let mut small = Matrix::zeros(0, 2);
    no_columns
        .view_mut()
        .mul_small(&small.view_mut(), &mut product.view_mut())
        .unwrap();
    zeros(&gram);
    zeros(&product);
    let (mut norms, mut parts) = ([f64::NAN; 2], [f64::NAN; 2]);
    none.distances(&[1.0; 2], &other, &mut norms).unwrap();
    assert_eq!(norms, [0.0; 2]);
    norms.fill(f64::NAN);
    none.part_norms(&mut norms, &mut parts).unwrap();
    assert_eq!((norms, parts), ([0.0; 2], [0.0; 2]));
}

#[test]
#[cfg(target_pointer_width = "64")]
fn a_column_of_more_than_32_bits_is_refused() {
    // It was stored without its high bits.
    let mut a = CsrBuffer::<f64, 3, 4>::new(usize::MAX);
    let column = 1 << 32;
    assert_eq!(
        a.push(1, column, 1.0),
        Err(Error::SparseStructure { row: 1 })
    );
    a.push(1, column - 1, 1.0).unwrap();
    assert_eq!(a.view(2).unwrap().columns(), [u32::MAX]);
}

fn check_elimination<T: Real>() {
    // The second entry of the second column became infinite, then NaN.
    let (one, largest) = (T::ONE, T::MAX);
    let mut a = [
        [one, -one, one, T::ZERO],
        [largest, largest, one, one],
        [-largest, one, one, largest],
    ];
    lu_normalize(&mut MatMut::from(&mut a)).unwrap();
    for (j, column) in a.iter().enumerate() {
        let is_pivot =
            |i: &usize| column[*i] == T::ONE && a[j + 1..].iter().all(|x| x[*i] == T::ZERO);
        assert!((0..4).any(|i| is_pivot(&i)), "{a:?}");
        assert!(column.iter().all(|x| x.abs() <= T::ONE), "{a:?}");
    }
}

#[test]
fn lu_of_the_largest_numbers_stays_finite() {
    check_elimination::<f32>();
    check_elimination::<f64>();
}

#[test]
fn measuring_leaves_the_factors_as_they_were() {
    // Of zeros the size was taken for tiny, and W scaled by 2^-126, where it lost its digits.
    let w = Matrix::<f32>::gaussian(7, 2, 1);
    let a = Matrix::<f32>::gaussian(7, 5, 2);
    let zero = Matrix::<f32>::zeros(5, 2);
    for (e, h) in [
        (0, zero),
        (0, Matrix::gaussian(5, 2, 3)),
        (100, Matrix::gaussian(5, 2, 3).scaled(100)),
        (122, Matrix::gaussian(5, 2, 3).scaled(122)),
        (-110, Matrix::gaussian(5, 2, 3).scaled(-110)),
    ] {
        let (mut w_after, mut h_after) = (w.clone(), h.clone());
        // A narrower workspace is an error, which comes after the scaling.
        for (width, is_wide_enough) in [(2, true), (1, false)] {
            let mut buffer = vec![0.0; workspace_len(7, 5, width)];
            let mut workspace = Workspace::in_buffer(&mut buffer, 7, 5, width).unwrap();
            let measured = Approximation::measure(
                &a.scaled(e).view(),
                &mut w_after.view_mut(),
                &mut h_after.view_mut(),
                &mut workspace,
            );
            assert_eq!(measured.is_ok(), is_wide_enough, "2^{e}");
            assert_eq!(w_after, w, "2^{e}");
            assert_eq!(h_after, h, "2^{e}");
        }
    }
}

#[test]
fn the_bound_holds_where_signs_cancel() {
    // Rounding was taken from sums in which terms of 2^20 had cancelled already.
    let (w, h) = (
        Matrix::from_fn(1, 3, |_, j| [1048576.1, -1048575.3, -1.7][j]),
        Matrix::<f32>::from_fn(2, 3, |_, _| 1.0),
    );
    let a = Matrix::<f32>::from_fn(1, 2, |_, j| [0.3, 0.2][j]);
    let exact = a
        .to_f64(0)
        .minus(&w.map(|x: f32| x.to_f64()).times(&h.to_f64(0).transposed()));
    let measured = measure(&a.view(), &w, &h).unwrap();
    let bound = f64::from(measured.error_bound);
    assert!(exact.frobenius() <= bound, "{} {bound}", exact.frobenius());
}

#[test]
fn weights_that_the_type_cannot_hold_are_an_overflow() {
    // W came back infinite.
    let a = MatRef::from(&[[1e30f32, 2e30]]);
    let h = Matrix::from_fn(1, 1, |_, _| 1e-20);
    let error = transform(&Nmf::default(), &a, (2, 1), &h).unwrap_err();
    assert_eq!(error, Error::Overflow);
}

#[test]
fn weights_of_large_rows_are_those_of_ordinary_ones() {
    // H was not scaled before its squares were infinite; the squares of W H^T were so earlier, and
    // the first error was then taken for a gain.
    let a = Matrix::<f32>::gaussian(9, 6, 1).map(f32::abs);
    let settings = Nmf {
        rank: 3,
        ..Default::default()
    };
    let h = nmf(&settings, &a.view(), (9, 6), 3).unwrap().h;
    let plain = transform(&settings, &a.view(), (9, 6), &h).unwrap();
    for e in [-120, -60, 60, 100, 118] {
        let rows = a.scaled(e);
        let half = e / 2;
        let found = transform(&settings, &rows.view(), (9, 6), &h.scaled(half)).unwrap();
        let off = found.w.scaled(half - e).to_f64(0).minus(&plain.w.to_f64(0));
        let ratio = off.frobenius() / plain.w.to_f64(0).frobenius();
        assert!(ratio < 1e-2, "2^{e}: {ratio}");
        let (before, after) = (
            plain.report.approximation.error,
            found.report.approximation.error,
        );
        let ratio = after.scale_by_power_of_two(-e) / before;
        assert!((ratio - 1.0).abs() < 1e-4, "2^{e}: {ratio}");
    }
}

/// Checks that columns that become zero at once are replaced by different directions.
#[test]
fn columns_that_vanish_together_become_different_ones() {
    fn check<T: Real>() {
        let all = families::<T>();
        let family = all.iter().find(|f| f.name == "the smallest number");
        let make = family.unwrap().make;
        for m in 1..=64 {
            for n in [m, m * 2 / 3 + 1, m * 39 / 41, 64 - m + 1] {
                let n = n.max(1);
                let a = make(m, n, 0);
                let svd = small_svd(&a).unwrap_or_else(|error| panic!("{m} x {n}: {error}"));
                assert!(svd.ratios(&a).worst() < 10.0, "{m} x {n}");
            }
        }
    }
    check::<f32>();
    check::<f64>();
}

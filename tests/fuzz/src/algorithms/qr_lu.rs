//! [`thin_qr`] and [`lu_normalize`] on any matrix.

use super::operator::{exceeds, first_not_finite};
use super::{Guarded, Input, Scalar, THRESHOLD};
use lowrank_core::Error;
use lowrank_core::dense::lu::lu_normalize;
use lowrank_core::dense::qr::thin_qr;
use lowrank_validate::Matrix;
use lowrank_validate::families::smallest_subnormal;
use lowrank_validate::ratios::orthogonality;

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    if input.below(2) == 0 {
        check::<f32>(input);
    } else {
        check::<f64>(input);
    }
}

fn check<T: Scalar>(mut input: Input<'_>) {
    let (mut m, mut n) = (input.size(), input.size());
    if m < n && !input.once_in(16) {
        (m, n) = (n, m);
    }
    let spare = input.below(4);
    let r_shape = input.shape((n, n));
    let a = input.matrix::<T>(m, n);
    check_qr(&a, r_shape, spare);
    check_lu(&a, spare);
}

fn check_qr<T: Scalar>(a: &Matrix<T>, r_shape: (usize, usize), spare: usize) {
    let (m, n) = (a.nrows, a.ncols);
    let mut q = Guarded::holding(a, spare);
    let mut r = Guarded::panel(r_shape, spare);
    let outcome = thin_qr(&mut q.view((m, n)), &mut r.view(r_shape));
    q.assert_end_untouched();
    r.assert_end_untouched();
    match outcome {
        Ok(rank) => {
            assert!(m >= n && r_shape == (n, n));
            assert_eq!(first_not_finite(a), None);
            judge(a, &q.matrix((m, n)), &r.matrix((n, n)), rank);
        }
        Err(Error::Shape { .. }) => assert!(m < n || r_shape != (n, n)),
        Err(Error::NonFinite { row, column }) => {
            assert_eq!(first_not_finite(a), Some((row, column)));
        }
        // Products on the way to R are up to twice as large as its entries.
        Err(Error::Overflow) => assert!(exceeds(a, -2), "{a:?}"),
        Err(other) => panic!("an error without a fault: {other:?}"),
    }
}

fn judge<T: Scalar>(a: &Matrix<T>, q: &Matrix<T>, r: &Matrix<T>, rank: usize) {
    let (m, n) = (a.nrows, a.ncols);
    if m == 0 {
        return;
    }
    assert!(orthogonality(q) < THRESHOLD, "{q:?}");
    for j in 0..n {
        assert!(r.column(j)[j + 1..].iter().all(|x| *x == T::ZERO), "{r:?}");
    }
    let diagonal = (0..n).map(|j| r.at(j, j).abs().to_f64());
    let largest = diagonal.clone().fold(0.0, f64::max);
    let threshold = m as f64 * T::EPSILON.to_f64() * largest;
    if T::from_f64(threshold).exponent() > -T::MAX.exponent() {
        assert_eq!(rank, diagonal.filter(|r| *r > threshold).count());
    }
    let e = a.exponent();
    let exact = a.to_f64(e);
    let difference = exact.minus(&q.to_f64(0).times(&r.to_f64(e))).one_norm();
    let smallest = 2f64.powi((smallest_subnormal::<T>() - e).max(-1000));
    let unit = (T::EPSILON.to_f64() * exact.one_norm()).max(smallest);
    let ratio = difference / (m as f64 * unit);
    assert!(difference == 0.0 || ratio < THRESHOLD, "{ratio} of {a:?}");
}

/// Checks entries of at most one, and a one in each nonzero column, in whose row later entries are zero.
fn check_lu<T: Scalar>(a: &Matrix<T>, spare: usize) {
    let (m, n) = (a.nrows, a.ncols);
    let mut basis = Guarded::holding(a, spare);
    let outcome = lu_normalize(&mut basis.view((m, n)));
    basis.assert_end_untouched();
    if let Some((row, column)) = first_not_finite(a) {
        return assert_eq!(outcome, Err(Error::NonFinite { row, column }));
    }
    assert_eq!(outcome, Ok(()));
    let basis = basis.matrix((m, n));
    assert!(
        basis.entries.iter().all(|x| x.abs() <= T::ONE),
        "{basis:?} of {a:?}"
    );
    for j in 0..n {
        if basis.column(j).iter().all(|x| *x == T::ZERO) {
            continue;
        }
        let is_pivot = |&i: &usize| {
            basis.at(i, j) == T::ONE && (j + 1..n).all(|later| basis.at(i, later) == T::ZERO)
        };
        assert!((0..m).any(|i| is_pivot(&i)), "{basis:?} of {a:?}");
    }
}

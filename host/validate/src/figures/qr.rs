use super::Figures;
use crate::ratios::orthogonality;
use crate::{Matrix, Subject};
use lowrank_core::Real;

/// In 1-norms, as LAPACK's own tests (dqrt01) have them:
///
/// - `residual`: ||A - Q R|| / (||A|| m eps).
/// - `q`: ||I - Q^T Q|| / (m eps).
///
/// R must be upper triangular.
pub fn qr<T: Real>(subject: &Subject<T>, q: &Matrix<T>, r: &Matrix<T>) -> Figures {
    let mut figures = Figures::default();
    let product = q.to_f64(0).times(&r.to_f64(subject.exponent));
    let difference = subject.scaled.minus(&product).one_norm();
    let unit = subject.rounding(q.nrows, subject.scaled.one_norm());
    figures.push("residual", difference, unit);
    figures.push("q", orthogonality(q), 1.0);
    let zero_below = |j: usize| r.column(j)[j + 1..].iter().all(|x| *x == T::ZERO);
    let triangular = r.nrows == r.ncols && (0..r.ncols).all(zero_below);
    figures.demand(triangular, "R is not upper triangular");
    figures
}

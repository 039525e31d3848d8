use super::small_svd::DESCENDING;
use super::{Figures, above};
use crate::matrix::largest;
use crate::ratios::{Svd, orthogonality};
use crate::run::Truncated;
use crate::{Matrix, Subject};
use lowrank_core::Real;

/// The share of the optimum that [`BOUND`](super::BOUND) is multiplied by.
///
/// By Halko, Martinsson & Tropp (2011), with p columns of oversampling and q rounds, the expected error is within
/// (1 + c)^(1 / (2 q + 1)) of the optimum in the spectral norm, where c is about sqrt(min(m, n)). For p = 10, q = 8 and
/// sizes of a hundred, this is 1.15; in the Frobenius norm it is less.
const SHARE: f64 = 0.005;

/// Returns half a percent of the optimum plus max(m, n) eps ||A||_F.
fn excess_unit<T: Real>(subject: &Subject<T>, optimum: f64) -> f64 {
    SHARE * optimum + subject.unit()
}

/// - `q`: ||I - Q^T Q||_1 / (m eps).
/// - `range`: ||A - Q Q^T A||_F above the best error of rank k, Q having its columns of
///   oversampling beyond k.
/// - `rank_k`: the same for the best matrix of rank k in the range of Q,
///   ||A - Q Q^T A||_F^2 + sum_i>k s_i(Q^T A)^2 (Gu 2015); `values` computes these.
pub fn range<T: Real>(
    subject: &Subject<T>,
    q: &Matrix<T>,
    k: usize,
    values: impl FnOnce(&Matrix<f64>) -> Vec<f64>,
) -> Figures {
    let mut figures = Figures::default();
    figures.push("q", orthogonality(q), 1.0);
    let (a, q) = (&subject.scaled, q.to_f64(0));
    let inside = q.transpose_times(a);
    let outside = a.minus(&q.times(&inside)).frobenius();
    let cut: f64 = values(&inside).iter().skip(k).map(|s| s * s).sum();
    let optimum = subject.optimum(k);
    let unit = excess_unit(subject, optimum);
    figures.push("range", above(outside, optimum), unit);
    figures.push("rank_k", above(outside.hypot(cut.sqrt()), optimum), unit);
    figures
}

/// - `u`, `v`: ||I - U^T U||_1 / (m eps) and ||I - V^T V||_1 / (n eps).
/// - `excess`: ||A - U diag(s) V^T||_F above the optimum.
/// - `values`: s_i above sigma_i; a projection only shrinks them.
/// - `right_residuals`: ||A^T u_i - s_i v_i||, which is rounding.
pub fn approximation<T: Real>(subject: &Subject<T>, svd: &Svd<T>) -> Figures {
    let mut figures = Figures::default();
    figures.push("u", orthogonality(&svd.u), 1.0);
    figures.push("v", orthogonality(&svd.v), 1.0);
    let triplets = Triplets::new(subject, svd);
    let optimum = subject.optimum(svd.s.len());
    let excess = above(triplets.error(), optimum);
    figures.push("excess", excess, excess_unit(subject, optimum));
    let pairs = triplets.s.iter().zip(&subject.values);
    let grown = largest(pairs.map(|(s, sigma)| above(*s, *sigma)));
    figures.push("values", grown, subject.unit());
    let right = largest(triplets.right().into_iter());
    figures.push("right_residuals", right, subject.unit());
    figures.demand(svd.is_sorted(), DESCENDING);
    figures
}

/// Returns the figures of an [`approximation`], and of its reported residuals:
///
/// - `residuals`: their distance from ||A v_i - s_i u_i||.
/// - `enclosures`: the distance from s_i to the nearest singular value, beyond its residual
///   (Parlett 1998, theorem 4.5.1).
///
/// The reported error bound must hold.
pub fn truncated_svd<T: Real>(subject: &Subject<T>, found: &Truncated<T>) -> Figures {
    let mut figures = approximation(subject, &found.svd);
    let triplets = Triplets::new(subject, &found.svd);
    let residuals: Vec<f64> = found.residuals.iter().map(|r| subject.scale(r)).collect();
    let pairs = residuals.iter().zip(triplets.left());
    let differences = largest(pairs.map(|(x, y)| (x - y).abs()));
    figures.push("residuals", differences, subject.unit());
    let outside = triplets.s.iter().zip(&residuals).map(|(s, residual)| {
        let distances = subject.values.iter().map(|sigma| (sigma - s).abs());
        above(distances.fold(f64::INFINITY, f64::min), *residual)
    });
    figures.push("enclosures", largest(outside), subject.unit());
    let bound = subject.scale(&found.report.error_bound);
    figures.demand_bound(triplets.error(), bound);
    figures
}

/// Triplets beside the matrix, scaled and in f64.
struct Triplets<'a> {
    a: &'a Matrix<f64>,
    u: Matrix<f64>,
    s: Vec<f64>,
    v: Matrix<f64>,
}

impl<'a> Triplets<'a> {
    fn new<T: Real>(subject: &'a Subject<T>, svd: &Svd<T>) -> Self {
        Self {
            a: &subject.scaled,
            u: svd.u.to_f64(0),
            s: svd.s.iter().map(|s| subject.scale(s)).collect(),
            v: svd.v.to_f64(0),
        }
    }

    /// ||A - U diag(s) V^T||_F.
    fn error(&self) -> f64 {
        let product = self.u.scale_columns(&self.s).times(&self.v.transposed());
        self.a.minus(&product).frobenius()
    }

    /// ||A v_i - s_i u_i||.
    fn left(&self) -> Vec<f64> {
        let left = self.u.scale_columns(&self.s);
        self.a.times(&self.v).minus(&left).lengths()
    }

    /// ||A^T u_i - s_i v_i||.
    fn right(&self) -> Vec<f64> {
        let product = self.a.transpose_times(&self.u);
        product.minus(&self.v.scale_columns(&self.s)).lengths()
    }
}

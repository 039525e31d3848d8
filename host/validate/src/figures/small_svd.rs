use super::Figures;
use crate::Subject;
use crate::matrix::largest;
use crate::ratios::Svd;
use lowrank_core::Real;

pub(super) const DESCENDING: &str = "s is not finite, non-negative and descending";

/// - `residual`, `u`, `v`: the [`Ratios`](crate::ratios::Ratios) of LAPACK's own tests.
/// - `values`: max |s_i - sigma_i| / (sigma_1 max(m, n) eps), sigma being the reference: by Weyl no
///   singular value moves further than what is added to A.
pub fn small_svd<T: Real>(subject: &Subject<T>, svd: &Svd<T>) -> Figures {
    let mut figures = Figures::default();
    let ratios = svd.ratios(&subject.a);
    figures.push("residual", ratios.residual, 1.0);
    figures.push("u", ratios.u, 1.0);
    figures.push("v", ratios.v, 1.0);
    let pairs = svd.s.iter().zip(&subject.values);
    let errors = pairs.map(|(s, sigma)| (subject.scale(s) - sigma).abs());
    let first = subject.values.first().copied().unwrap_or(0.0);
    let (m, n) = subject.shape();
    figures.push("values", largest(errors), subject.rounding(m.max(n), first));
    figures.demand(svd.is_sorted(), DESCENDING);
    figures
}

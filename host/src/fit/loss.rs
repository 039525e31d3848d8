//! The loss of a non-negative factorization.

/// The divergence of W H^T from A, summed over the entries; see
/// [`BetaDivergence`](lowrank_core::divergence::BetaDivergence).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Loss {
    /// (a - v)^2 / 2: beta = 2.
    #[default]
    Frobenius,
    /// a ln(a / v) - a + v: beta = 1. For counts.
    KullbackLeibler,
    /// a / v - ln(a / v) - 1: beta = 0. For spectra, where relative errors matter.
    ItakuraSaito,
    /// Any other beta.
    Beta(f64),
}

impl Loss {
    /// Returns the loss of that beta.
    pub fn of_beta(beta: f64) -> Self {
        if beta == 2.0 {
            Loss::Frobenius
        } else if beta == 1.0 {
            Loss::KullbackLeibler
        } else if beta == 0.0 {
            Loss::ItakuraSaito
        } else {
            Loss::Beta(beta)
        }
    }

    /// Returns beta.
    pub fn beta(self) -> f64 {
        match self {
            Loss::Frobenius => 2.0,
            Loss::KullbackLeibler => 1.0,
            Loss::ItakuraSaito => 0.0,
            Loss::Beta(beta) => beta,
        }
    }
}

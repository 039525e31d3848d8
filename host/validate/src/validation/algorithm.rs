use super::settings::{RANK, UPDATES};
use serde::Serialize;

/// An algorithm under validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// The range finder with LU between its products.
    RangeFinderLu,
    /// The range finder with QR between its products.
    RangeFinderQr,
    /// The truncated SVD by the range finder.
    TruncatedSvd,
    /// The whole SVD of a small matrix, by Jacobi rotations.
    SmallSvd,
    /// Householder QR, for at least as many rows as columns.
    Qr,
    /// Non-negative factorization by multiplicative updates.
    Nmf,
}

impl Algorithm {
    /// All algorithms, in the order of a report.
    pub const ALL: [Self; 6] = [
        Self::RangeFinderLu,
        Self::RangeFinderQr,
        Self::TruncatedSvd,
        Self::SmallSvd,
        Self::Qr,
        Self::Nmf,
    ];

    /// Returns the name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::RangeFinderLu => "range-finder-lu",
            Self::RangeFinderQr => "range-finder-qr",
            Self::TruncatedSvd => "truncated-svd",
            Self::SmallSvd => "small-svd",
            Self::Qr => "qr",
            Self::Nmf => "nmf",
        }
    }

    /// Returns the formula of its result, in one line.
    pub fn formula(self) -> String {
        match self {
            Self::RangeFinderLu => "A ~ Q Q^T A, with LU between the products".into(),
            Self::RangeFinderQr => "A ~ Q Q^T A, with QR between the products".into(),
            Self::TruncatedSvd => format!("A ~ U diag(s) V^T of rank {RANK} at most"),
            Self::SmallSvd => "A = U diag(s) V^T, by Jacobi rotations".into(),
            Self::Qr => "A = Q R, for at least as many rows as columns".into(),
            Self::Nmf => format!("|A| ~ W H^T of rank {RANK} at most, {UPDATES} updates"),
        }
    }

    /// Checks that the algorithm takes m x n matrices.
    pub fn takes(self, (m, n): (usize, usize)) -> bool {
        self != Self::Qr || m >= n
    }
}

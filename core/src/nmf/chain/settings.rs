//! The settings of a chain, its factors, and the panels that it needs.

use crate::dense::MatMut;
use crate::panel::Panel;
use crate::penalty::Penalty;

/// A ~ W F_1 F_2 .. F_d H^T with all factors >= 0, near in a
/// [`BetaDivergence`](crate::divergence::BetaDivergence): deep, or multilayer,
/// NMF (Cichocki & Zdunek 2006). W is m x r_0, F_i is r_(i-1) x r_i and H is n x r_d.
///
/// An iteration updates one factor after the other, all others being held, by the multiplicative
/// step of [`BetaNmf`](crate::nmf::BetaNmf): for L F R^T with everything left of a factor in L, and
/// everything right of it in R, its terms are L^T N and L^T D of the terms of L F and R. Without
/// inner factors a chain is a [`BetaNmf`](crate::nmf::BetaNmf).
///
/// An iteration costs one evaluation of the terms for each factor: 4 m n r multiplications, or those
/// of the stored entries for beta = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaChain<'a> {
    /// beta, a finite number.
    pub beta: f64,
    /// What each factor is subject to, from W over F_1 .. F_d to H.
    pub rules: &'a [FactorRule],
    /// The factors, counted from zero, in the order in which an iteration updates them.
    pub order: &'a [usize],
    /// Where the iteration starts.
    pub start: ChainStart,
    /// The number of iterations at most.
    pub iterations: usize,
    /// An iteration that gains no more than this share of what all iterations have gained since
    /// the start is the last. Zero: all iterations are done.
    pub tolerance: f64,
}

/// What one factor of a chain is subject to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FactorRule {
    /// What is added to the loss for its entries.
    pub penalty: Penalty<f64>,
    /// (o / 2) sum_(p != q) <x_p, x_q> over its columns is added to the loss, o >= 0: columns that do not
    /// overlap cost nothing.
    pub orthogonality: f64,
    /// Whether it stays as it is given.
    pub frozen: bool,
}

/// Where a chain starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainStart {
    /// |N(0, 1)| from this seed, scaled so that the product has about the mean of A. Frozen factors are
    /// as they are given.
    Random {
        /// The seed.
        seed: u64,
    },
    /// As the factors are given.
    Given,
}

impl Default for ChainStart {
    fn default() -> Self {
        ChainStart::Random { seed: 0 }
    }
}

/// The factors of a chain.
#[derive(Debug)]
pub struct ChainFactors<'f, 's, P: Panel> {
    /// W: m x r_0.
    pub w: &'f mut P,
    /// F_1 .. F_d, on the CPU.
    pub inner: &'f mut [MatMut<'s, P::Scalar>],
    /// H: n x r_d.
    pub h: &'f mut P,
}

/// Panels that a chain needs beside its workspace, each of as many columns as the largest rank.
#[derive(Debug)]
pub struct ChainPanels<P> {
    /// m x r.
    pub left: [P; 2],
    /// n x r.
    pub right: P,
}

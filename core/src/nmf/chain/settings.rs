//! The settings of a chain, its factors, and the panels that it needs.

use crate::dense::MatMut;
use crate::panel::Panel;
use crate::penalty::Penalty;

/// A ~ W F_1 F_2 .. F_d H^T with all factors >= 0, approximated in a
/// [`BetaDivergence`](crate::divergence::BetaDivergence): deep, or multilayer,
/// NMF (Cichocki & Zdunek 2006). W is m x r_0, F_i is r_(i-1) x r_i and H is n x r_d.
///
/// An iteration updates one factor after the other, while all others are held, by the multiplicative
/// step of [`BetaNmf`](crate::nmf::BetaNmf). For L F R^T, where L is the product of everything left of
/// a factor and R that of everything right of it, its terms are L^T N and L^T D of the terms of L F and R.
/// Without inner factors a chain is a [`BetaNmf`](crate::nmf::BetaNmf).
///
/// An iteration costs one evaluation of the terms for each factor: 4 m n r multiplications, or those
/// of the stored entries for beta = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BetaChain<'a> {
    /// beta, a finite number.
    pub beta: f64,
    /// The rule of each factor, from W over F_1 .. F_d to H.
    pub rules: &'a [FactorRule],
    /// The factors, counted from zero, in the order in which an iteration updates them.
    pub order: &'a [usize],
    /// The initial factors.
    pub start: ChainStart,
    /// The maximum number of iterations.
    pub iterations: usize,
    /// The iteration stops when ten steps gain no more than this share of the objective: the
    /// [`StoppingRule`](crate::stopping::StoppingRule). Zero: all iterations are done.
    pub tolerance: f64,
}

/// The rule of one factor of a chain.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FactorRule {
    /// The penalty of its entries in the loss.
    pub penalty: Penalty<f64>,
    /// (o / 2) sum_(p != q) <x_p, x_q> over its columns is added to the loss, o >= 0. Columns with
    /// disjoint supports have no such penalty.
    pub orthogonality: f64,
    /// The factor is kept as it is given.
    pub frozen: bool,
}

/// The initial factors of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainStart {
    /// |N(0, 1)| from this seed, scaled such that the product has about the mean of A. Frozen factors are
    /// kept as they are given.
    Random {
        /// The seed.
        seed: u64,
    },
    /// The given factors.
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

/// The panels that a chain needs in addition to its workspace, each with as many columns as the largest rank.
#[derive(Debug)]
pub struct ChainPanels<P> {
    /// m x r.
    pub left: [P; 2],
    /// n x r.
    pub right: P,
}

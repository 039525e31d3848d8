//! Matrix completion: W H^T, of any sign, approximates the known entries of a matrix, or predicts which entries are known
//! at all ([`ImplicitAls`]).

mod als;
mod biases;
mod dot_bias;
mod factors;
mod fold_in;
mod gamma;
mod gibbs;
mod gibbs_row;
mod gibbs_scale;
mod gram;
mod hyperprior;
mod implicit;
mod implicit_row;
mod problem;
mod row_fold_in;
mod row_problem;
mod row_schedule;
mod row_sums;
mod sgd;
mod start;

pub use als::{AlsCompletion, als_scratch_len};
pub use biases::Biases;
pub use dot_bias::{Cycles, DotBias, DotBiasEpoch, DotBiasState};
pub use factors::{CompletionFactors, FixedCompletion};
pub use gibbs::{GibbsCompletion, GibbsSample, gibbs_scratch_len};
pub use gibbs_scale::GibbsScale;
pub use implicit::{ImplicitAls, implicit_scratch_len};
pub use row_fold_in::GibbsRowPrior;
pub use row_problem::LeastSquares;
pub use row_schedule::{RowSchedule, RowTerms, RowUpdate, Sequential};
pub use sgd::{SgdCompletion, VisitOrder};

use crate::dense::check_shape;
use crate::error::Error;
use crate::operator::{EntryStats, KnownEntries};
use crate::stopping::TOLERANCE;

/// A ~ W H^T over the entries of A that are known; with biases, a_ij ~ mu + b_i + c_j + w_i . h_j,
/// where mu is the mean of the known entries (Koren, Bell & Volinsky 2009).
///
/// Let v_ij be that sum. The objective is
///
/// (1/2) sum (a_ij - v_ij)^2 + (l2/2) (sum_i q(m_i) |w_i|^2 + sum_j q(n_j) |h_j|^2)
/// + (bias_l2/2) (|b|^2 + |c|^2)
///
/// where the first sum runs over the known entries, m_i of them in row i and n_j in column j, and q is
/// the [`Weighting`]. [`AlsCompletion`] and [`SgdCompletion`] minimize it. Rank 0 is the model of biases
/// alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Completion {
    /// k.
    pub rank: usize,
    /// The biases of the model: without any, mu, b and c are zero, and of one side, those of the other are.
    pub biases: Biases,
    /// The penalty of W and H, in the unit of A.
    pub l2: f64,
    /// The dependence of the penalty on the number of known entries of a row.
    pub weighting: Weighting,
    /// The penalty of b and c, in units of entries.
    pub bias_l2: f64,
    /// The maximum number of iterations.
    pub iterations: usize,
    /// The iteration stops when ten steps gain no more than this share of the objective: the
    /// [`StoppingRule`](crate::stopping::StoppingRule). Zero: all iterations are done.
    pub tolerance: f64,
    /// Equal seeds give equal results.
    pub seed: u64,
}

/// The growth of the penalty of a row of W or H with the number n of its known entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Weighting {
    /// 1: the penalty of ridge regression, and the better one for ratings (docs/algorithms.md).
    #[default]
    Plain,
    /// n: the same for each known entry (Zhou, Wilkinson, Schreiber & Pan 2008).
    Count,
}

impl Default for Completion {
    /// Returns rank 1 without biases or penalties, at most 1000 iterations, tolerance 5e-6.
    fn default() -> Self {
        Self {
            rank: 1,
            biases: Biases::None,
            l2: 0.0,
            weighting: Weighting::default(),
            bias_l2: 0.0,
            iterations: 1000,
            tolerance: TOLERANCE,
            seed: 0,
        }
    }
}

impl Completion {
    /// Returns the number of scalars in a row of either factor: k, or k + 1 with biases. Of one side alone, the last number of
    /// the other one's rows is zero.
    pub const fn row_len(&self) -> usize {
        self.rank.saturating_add(self.biases.any() as usize)
    }

    /// Returns the settings for A^T.
    fn transposed(&self) -> Self {
        Self {
            biases: self.biases.transposed(),
            ..*self
        }
    }

    /// Checks all arguments of a fit and returns the statistics of the known entries of A.
    fn check<A: KnownEntries>(
        &self,
        a: &A,
        factors: &CompletionFactors<'_, A::Scalar>,
    ) -> Result<EntryStats<A::Scalar>, Error> {
        let limit = a.nrows().min(a.ncols());
        if limit == 0 {
            return Err(Error::Empty);
        }
        if self.row_len() == 0 || self.rank > limit {
            let rank = self.rank;
            return Err(Error::Rank { rank, limit });
        }
        Error::unless(fits(self.tolerance), "tolerance")?;
        self.check_problem(a, factors)
    }

    /// Checks all arguments that define the objective, and returns the statistics of the known entries of A.
    fn check_problem<A: KnownEntries>(
        &self,
        a: &A,
        factors: &CompletionFactors<'_, A::Scalar>,
    ) -> Result<EntryStats<A::Scalar>, Error> {
        let (m, n, p) = (a.nrows(), a.ncols(), self.row_len());
        if m.min(n) == 0 {
            return Err(Error::Empty);
        }
        check_shape((factors.w.nrows(), factors.w.ncols()), (p, m))?;
        check_shape((factors.h.nrows(), factors.h.ncols()), (p, n))?;
        Error::unless(fits(self.l2), "l2")?;
        Error::unless(fits(self.bias_l2), "bias_l2")?;
        let entry = |i| a.row(i).map(move |(j, x)| (i, j, x));
        EntryStats::of((0..m).flat_map(entry))
    }
}

fn fits(setting: f64) -> bool {
    setting >= 0.0 && setting.is_finite()
}

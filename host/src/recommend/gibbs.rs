//! The settings of a Gibbs sampling.

use crate::backend::Backend;
use lowrank_core::completion::GibbsCompletion;

/// Bayesian matrix factorization by Gibbs sampling (Salakhutdinov & Mnih 2008), with biases: settings and
/// [`fit`](Gibbs::fit).
///
/// [`GibbsCompletion`] defines the model. There is no penalty to choose, and each prediction has a deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gibbs {
    /// k; with biases it may be zero.
    pub rank: usize,
    /// The model has biases of users and items, and a mean.
    pub biases: bool,
    /// The number of sweeps before the first sample.
    pub burn_in: usize,
    /// The number of samples, all of which are kept: (m + n) (k + 1) scalars each.
    pub samples: usize,
    /// nu, 2 or more, of the weights a_i of the users: the ratings of user i have the precision alpha a_i, and a_i has mean one and
    /// variance 2 / nu. Infinite: the ratings of every user have the same noise.
    pub noise_degrees: f64,
    /// The backend, which is no GPU.
    pub backend: Backend,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for Gibbs {
    /// Returns rank 10 with biases, 20 sweeps before 200 samples, and nu = 4.
    fn default() -> Self {
        Self {
            rank: 10,
            biases: true,
            burn_in: 20,
            samples: 200,
            noise_degrees: 4.0,
            backend: Backend::default(),
            seed: 0,
        }
    }
}

impl Gibbs {
    pub(super) fn of_core(&self) -> GibbsCompletion {
        GibbsCompletion {
            rank: self.rank,
            biases: self.biases,
            burn_in: self.burn_in,
            samples: self.samples,
            noise_degrees: self.noise_degrees,
            seed: self.seed,
        }
    }
}

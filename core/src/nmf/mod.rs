//! Non-negative matrix factorization: one factor is improved while the other one is held.

mod alternation;
mod anls;
mod beta_divergence;
mod chain;
mod factors;
mod frobenius;
pub(crate) mod hals;
pub(crate) mod initialization;
mod mini_batch;
pub(crate) mod multiplicative_update;
mod nndsvd;
mod settings;
mod solver;
mod subproblem;
mod sweeps;

pub use beta_divergence::BetaNmf;
pub use chain::{BetaChain, ChainFactors, ChainPanels, ChainStart, FactorRule};
pub use factors::{FixedNmf, NmfFactors};
pub use mini_batch::{BatchRecord, Forgetting, MiniBatchBetaNmf, MiniBatchNmf, MiniBatchState};
pub use settings::{Nmf, NmfInit};
pub use solver::NmfSolver;

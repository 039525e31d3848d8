//! Non-negative matrix factorization: one factor is improved while the other one is held.

mod alternation;
mod beta;
mod chain;
mod factors;
mod frobenius;
pub(crate) mod init;
mod mini_batch;
mod settings;
mod solver;

pub use beta::BetaNmf;
pub use chain::{BetaChain, ChainFactors, ChainPanels, ChainStart, FactorRule};
pub use factors::{FixedNmf, NmfFactors};
pub use mini_batch::{BatchRecord, Forgetting, MiniBatchBetaNmf, MiniBatchNmf, MiniBatchState};
pub use settings::{Nmf, NmfInit};
pub use solver::NmfSolver;

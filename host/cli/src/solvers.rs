//! From options that commands share to the settings of the library.

use crate::arguments::{BackendChoice, Init, NmfOptions, RunOptions};
use lowrank::{Backend, Nmf, NmfInit, Penalty, TruncatedSvd};

/// How long an iteration goes on, where that was said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steps {
    pub iterations: Option<usize>,
    pub tolerance: Option<f64>,
}

/// An NMF by the fastest solver.
pub fn nmf(given: &NmfOptions, steps: Steps, rank: usize, run: &RunOptions) -> Nmf {
    let defaults = Nmf::default();
    let (w_l1, h_l1) = given.l1.unwrap_or_default();
    let (w_l2, h_l2) = given.l2.unwrap_or_default();
    let penalty = |l1, l2| Penalty { l1, l2 };
    Nmf {
        rank,
        loss: given.loss.unwrap_or_default(),
        solver: None,
        init: match given.init {
            Some(Init::Random) => NmfInit::Random,
            Some(Init::Nndsvd) => NmfInit::Nndsvd,
            Some(Init::Nndsvda) | None => NmfInit::Nndsvda,
        },
        iterations: steps.iterations.unwrap_or(defaults.iterations),
        tolerance: steps.tolerance.unwrap_or(defaults.tolerance),
        w_penalty: penalty(w_l1, w_l2),
        h_penalty: penalty(h_l1, h_l2),
        backend: backend(run),
        seed: run.seed,
    }
}

/// An SVD by the fastest solver.
pub fn svd(steps: Steps, rank: usize, run: &RunOptions) -> TruncatedSvd {
    let defaults = TruncatedSvd::default();
    TruncatedSvd {
        rank,
        solver: None,
        tolerance: steps.tolerance.unwrap_or(defaults.tolerance),
        blocks: steps.iterations.unwrap_or(defaults.blocks),
        power_iterations: steps.iterations.unwrap_or(defaults.power_iterations),
        backend: backend(run),
        seed: run.seed,
        ..defaults
    }
}

pub fn backend(run: &RunOptions) -> Backend {
    match run.backend {
        BackendChoice::Auto => Backend::Auto,
        BackendChoice::Host => Backend::Host,
        BackendChoice::Core => Backend::Core,
        BackendChoice::Cuda => Backend::Cuda,
    }
}

//! Names of settings in Python.

use lowrank::nmf::{NmfInit, NmfSolver};
use lowrank::svd::{Accuracy, SvdSolver};
use lowrank::{Backend, method};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

fn unknown(what: &str, name: &str) -> PyErr {
    PyValueError::new_err(format!("{name:?} is no {what}"))
}

pub(crate) fn backend(name: &str) -> PyResult<Backend> {
    let all = [Backend::Auto, Backend::Host, Backend::Core, Backend::Cuda];
    let found = all.into_iter().find(|backend| backend.name() == name);
    found.ok_or_else(|| unknown("backend", name))
}

/// Returns the solver of a singular value decomposition; `None` for the fastest.
pub(crate) fn svd_solver(name: &str) -> PyResult<Option<SvdSolver>> {
    Ok(match name {
        "auto" => None,
        "krylov" => Some(SvdSolver::Krylov),
        "chebyshev" => Some(SvdSolver::Chebyshev),
        "randomized" => Some(SvdSolver::Randomized),
        "exact" => Some(SvdSolver::Exact),
        other => return Err(unknown("solver", other)),
    })
}

pub(crate) fn of_svd_solver(solver: SvdSolver) -> &'static str {
    match solver {
        SvdSolver::Krylov => "krylov",
        SvdSolver::Chebyshev => "chebyshev",
        SvdSolver::Randomized => "randomized",
        SvdSolver::Exact => "exact",
    }
}

/// Returns the accuracy that determines a rank.
pub(crate) fn accuracy(kind: &str, share: f64) -> PyResult<Accuracy> {
    match kind {
        "error" => Ok(Accuracy::Error(share)),
        "variance" => Ok(Accuracy::Variance(share)),
        other => Err(unknown("accuracy", other)),
    }
}

/// Returns the solver of an NMF; `None` for the fastest.
pub(crate) fn nmf_solver(name: &str) -> PyResult<Option<NmfSolver>> {
    Ok(match name {
        "auto" => None,
        "hals" => Some(NmfSolver::Hals),
        "mu" => Some(NmfSolver::Mu),
        "anls" => Some(NmfSolver::Anls),
        other => return Err(unknown("solver", other)),
    })
}

pub(crate) fn init(name: &str) -> PyResult<NmfInit> {
    let found = method::INITS.iter().find(|(_, known)| *known == name);
    found
        .map(|(init, _)| *init)
        .ok_or_else(|| unknown("initialization", name))
}

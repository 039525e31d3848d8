//! Methods, solvers, initializations and backends as a command offers them, with their help.

use super::values::one_of;
use clap::builder::{PossibleValue, TypedValueParser};
use lowrank::Backend;
use lowrank::core::nmf::NmfInit;
use lowrank::method::{CATALOG, Entry, INITS, Method, Solver, listed};

/// The rows of the catalog that a command offers.
pub type Offer = fn(&Entry) -> bool;

/// Checks that `lowrank topics` offers a row of the catalog.
pub fn of_topics(entry: &Entry) -> bool {
    matches!(entry.method, Method::Nmf | Method::Svd) && !entry.is_baseline()
}

pub(super) fn methods(offer: Offer) -> impl Iterator<Item = Method> {
    let has_row = move |method: &Method| Entry::of_method(*method).any(offer);
    Method::ALL.into_iter().filter(has_row)
}

pub(super) fn solvers(offer: Offer) -> impl Iterator<Item = Solver> {
    let has_row = move |solver: &Solver| {
        let mut rows = CATALOG.iter().filter(|entry| entry.solver == *solver);
        rows.any(offer)
    };
    Solver::ALL.into_iter().filter(has_row)
}

pub(super) fn method(
    offer: Offer,
    help: fn(Method) -> String,
) -> impl TypedValueParser<Value = Method> {
    one_of(methods(offer).map(move |method| {
        let value = PossibleValue::new(method.name());
        (method, value.help(help(method)))
    }))
}

pub(super) fn topics_method(method: Method) -> String {
    match method {
        Method::Svd => format!("{} (latent semantic analysis)", method.title()),
        _ => method.title().into(),
    }
}

pub(super) fn solver(offer: Offer) -> impl TypedValueParser<Value = Solver> {
    one_of(solvers(offer).map(move |solver| {
        let value = PossibleValue::new(solver.name());
        (solver, value.help(solver_help(solver, offer)))
    }))
}

/// `nmf and chain: by multiplicative updates`.
pub(super) fn solver_help(solver: Solver, offer: Offer) -> String {
    let rows = CATALOG.iter().filter(|entry| entry.solver == solver);
    let rows: Vec<&Entry> = rows.filter(|entry| offer(entry)).collect();
    let alike = rows.chunk_by(|one, other| one.how == other.how);
    let parts = alike.map(|rows| {
        let methods = listed(rows.iter().map(|entry| entry.method));
        format!("{methods}: {}", rows[0].how)
    });
    parts.collect::<Vec<_>>().join("; ")
}

pub(super) fn init() -> impl TypedValueParser<Value = NmfInit> {
    one_of(INITS.map(|(init, name)| {
        let help = match init {
            NmfInit::Nndsvd => "A truncated SVD; zeros stay zero",
            NmfInit::Nndsvda => "A truncated SVD, its zeros filled with the mean",
            _ => "Random numbers",
        };
        (init, PossibleValue::new(name).help(help))
    }))
}

pub(super) fn backend() -> impl TypedValueParser<Value = Backend> {
    let choices = [
        (
            Backend::Auto,
            "A GPU where there is one and enough work for it, all threads otherwise; -v says which, and why",
        ),
        (Backend::Host, "On all threads"),
        (
            Backend::Core,
            "The code that runs on microcontrollers, on one thread; the same bits everywhere",
        ),
        (
            Backend::Cuda,
            "On an NVIDIA GPU, if lowrank was built with --features cuda; completion, exact SVDs and batches run on \
             the host",
        ),
    ];
    one_of(choices.map(|(backend, help)| (backend, PossibleValue::new(backend.name()).help(help))))
}

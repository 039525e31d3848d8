//! Messages on incompatible options, in terms of the command line.

use crate::arguments::Offer;
use lowrank::method::{CATALOG, Entry, Method, Refusal, Setting, Solver, listed};

/// Returns the message on options that the catalog refuses; `offer`: the subset of the catalog that the command has.
pub fn words(refusal: &Refusal, offer: Offer) -> String {
    match *refusal {
        Refusal::Solver { method, solver } => {
            let owners = rows(offer).filter(|entry| entry.solver == solver);
            format!(
                "--solver {solver} belongs to --method {} (--method {method} has {})",
                listed(owners.map(|entry| entry.method)),
                listed(of_method(offer, method).map(|entry| entry.solver))
            )
        }
        Refusal::Setting {
            setting,
            method,
            solver,
        } => {
            let owners = of_method(offer, method).filter(|entry| entry.has(setting));
            let solvers: Vec<Solver> = owners.map(|entry| entry.solver).collect();
            of_setting(setting, (method, solver), &solvers, offer)
        }
        _ => "--l2 of --method completion is one number".into(),
    }
}

fn of_setting(
    setting: Setting,
    (method, solver): (Method, Solver),
    others: &[Solver],
    offer: Offer,
) -> String {
    match (setting, others) {
        (Setting::Missing, []) => {
            format!("--method {method} needs all entries: add --missing mean, or use --method nmf")
        }
        (Setting::Missing, _) => {
            format!(
                "--solver {solver} needs all entries: use --solver {}",
                listed(others)
            )
        }
        (Setting::Divergence, [_, ..]) => format!(
            "--solver {solver} belongs to --loss frobenius: use --solver {}",
            listed(others)
        ),
        (Setting::Ranks, _) => {
            "--ranks belongs to --method chain, other methods have --rank".into()
        }
        (_, []) => {
            let mut owners: Vec<Method> = rows(offer)
                .filter(|entry| entry.has(setting))
                .map(|entry| entry.method)
                .collect();
            owners.dedup();
            format!("{} to --method {}", belong(setting), listed(owners))
        }
        _ => format!("{} to --solver {}", belong(setting), listed(others)),
    }
}

fn rows(offer: Offer) -> impl Iterator<Item = &'static Entry> {
    CATALOG.iter().filter(move |entry| offer(entry))
}

fn of_method(offer: Offer, method: Method) -> impl Iterator<Item = &'static Entry> {
    rows(offer).filter(move |entry| entry.method == method)
}

fn belong(setting: Setting) -> String {
    match setting {
        Setting::Accuracy => "--rank-tolerance and --variance belong".into(),
        _ => format!("--{} belongs", setting.name().replace('_', "-")),
    }
}

//! The factorizations and plots of a run, determined before anything is read.

use super::{Reading, wrong};
use crate::arguments::{Factorize, PlotKind, Subject};
use crate::refusal;
use crate::run::Failure;
use lowrank::method::{Method, Options, Settings, Solver};
use lowrank_files::model_folder;
use std::path::{Path, PathBuf};

pub struct Plan {
    main: Settings,
    others: Vec<Settings>,
    plots: Vec<(PlotKind, PathBuf)>,
}

impl Plan {
    pub fn new(options: &Factorize) -> Result<Self, Failure> {
        let missing = Reading::of_matrix(&options.input, false).may_miss();
        let given = options.solver.options(&options.run, missing);
        let main = settings(&given)?;
        let others = options.compare.iter();
        let others = others.map(|other| settings(&beside(&given, *other)));
        let mut plan = Self {
            main,
            others: others.collect::<Result<_, _>>()?,
            plots: Vec::new(),
        };
        for plot in &options.plot {
            let kind = plot.kind.unwrap_or(plan.natural_kind());
            plan.check(kind)?;
            check_parent(&plot.file)?;
            plan.plots.push((kind, plot.file.clone()));
        }
        Ok(plan)
    }

    pub fn methods(&self) -> impl Iterator<Item = &Settings> {
        std::iter::once(&self.main).chain(&self.others)
    }

    /// Returns the rank of the largest factorization, unless an accuracy determines it.
    pub fn largest_rank(&self) -> Option<usize> {
        match self.main.accuracy() {
            Some(_) => None,
            None => self.methods().map(Settings::rank).max(),
        }
    }

    pub fn plots(&self) -> &[(PlotKind, PathBuf)] {
        &self.plots
    }

    pub fn draws_components(&self) -> bool {
        self.plots
            .iter()
            .any(|(kind, _)| *kind == PlotKind::Components)
    }

    fn iterates(&self) -> bool {
        self.methods()
            .any(|settings| settings.observed_iterations().is_some())
    }

    fn natural_kind(&self) -> PlotKind {
        match self.iterates() {
            true => PlotKind::Convergence,
            false => PlotKind::Spectrum,
        }
    }

    fn check(&self, kind: PlotKind) -> Result<(), Failure> {
        let has_spectrum =
            |settings: &Settings| matches!(settings.method(), Method::Svd | Method::Pca);
        let has_spectrum = self.methods().any(has_spectrum);
        match kind {
            PlotKind::Convergence if !self.iterates() => wrong(
                "--plot convergence belongs to methods whose iterations are seen, as --method nmf"
                    .into(),
            ),
            PlotKind::Rows if self.main.accuracy().is_none() && self.main.rank() < 2 => {
                wrong("--plot rows needs two components: ask for them with --rank 2".into())
            }
            PlotKind::Spectrum if !has_spectrum => {
                wrong("--plot spectrum belongs to --method svd and pca".into())
            }
            _ => Ok(()),
        }
    }
}

fn settings(options: &Options) -> Result<Settings, Failure> {
    let refused = |error| Failure::Usage("factorize", refusal::words(&error, |_| true));
    options.settings().map_err(refused)
}

/// Returns the options of a factorization for comparison with the main one.
fn beside(main: &Options, subject: Subject) -> Options {
    let mut options = Options {
        method: subject.method,
        solver: subject.solver,
        rank: Some(main.rank()),
        // Those beside it have the rank that is found.
        accuracy: None,
        scale: main.scale && subject.method == Method::Pca,
        learning_rate: None,
        momentum: None,
        ..main.clone()
    };
    if subject.method != Method::Chain {
        options.ranks.clear();
    }
    let descends = descends(main.solver) || descends(subject.solver);
    if (main.method, subject.method) != (Method::Nmf, Method::Nmf) || descends {
        let diverges = |method| matches!(method, Method::Nmf | Method::Chain);
        if descends || !diverges(main.method) || !diverges(subject.method) {
            options.loss = None;
        }
        (options.iterations, options.tolerance) = (None, None);
        (options.init, options.l1, options.l2) = (None, None, None);
    }
    options
}

fn descends(solver: Option<Solver>) -> bool {
    solver.is_some_and(|solver| solver != Solver::Sgd && solver.descends())
}

fn check_parent(file: &Path) -> Result<(), Failure> {
    match file.parent() {
        Some(parent) if parent != Path::new("") && !parent.is_dir() => {
            let path = parent.to_owned();
            Err(model_folder::Error::NoParent { path }.into())
        }
        _ => Ok(()),
    }
}

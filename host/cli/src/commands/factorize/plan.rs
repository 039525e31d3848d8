//! What is to be factored and drawn, before anything is read.

use super::{Reading, method::Method, wrong};
use crate::arguments::{
    FactorizationOptions, Factorize, MethodName, PlotKind, SolverName, Subject,
};
use crate::run::Failure;
use lowrank_files::model_folder;
use std::path::{Path, PathBuf};

pub struct Plan {
    main: Method,
    others: Vec<Method>,
    plots: Vec<(PlotKind, PathBuf)>,
}

impl Plan {
    pub fn new(options: &Factorize) -> Result<Self, Failure> {
        let missing = Reading::of_matrix(&options.input).may_miss();
        let main = Method::new(&options.solver, &options.run, missing)?;
        let other = |subject: &Subject| {
            let given = beside(&options.solver, *subject);
            Method::new(&given, &options.run, missing)
        };
        let others: Result<_, _> = options.compare.iter().map(other).collect();
        let mut plan = Self {
            main,
            others: others?,
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

    pub fn methods(&self) -> impl Iterator<Item = &Method> {
        std::iter::once(&self.main).chain(&self.others)
    }

    pub fn plots(&self) -> &[(PlotKind, PathBuf)] {
        &self.plots
    }

    pub fn needs_pictures(&self) -> bool {
        self.plots
            .iter()
            .any(|(kind, _)| *kind == PlotKind::Components)
    }

    fn iterates(&self) -> bool {
        self.methods()
            .any(|method| method.watched_iterations().is_some())
    }

    fn natural_kind(&self) -> PlotKind {
        match self.iterates() {
            true => PlotKind::Convergence,
            false => PlotKind::Spectrum,
        }
    }

    fn check(&self, kind: PlotKind) -> Result<(), Failure> {
        let has_spectrum = self.methods().any(Method::has_spectrum);
        match kind {
            PlotKind::Convergence if !self.iterates() => wrong(
                "--plot convergence belongs to methods whose iterations are seen, as --method nmf"
                    .into(),
            ),
            PlotKind::Spectrum if !has_spectrum => {
                wrong("--plot spectrum belongs to --method svd and pca".into())
            }
            _ => Ok(()),
        }
    }
}

/// The options of a factorization that the main one is compared with.
fn beside(main: &FactorizationOptions, subject: Subject) -> FactorizationOptions {
    let mut given = main.clone();
    given.rank = Some(main.rank());
    (given.method, given.solver) = (subject.method, subject.solver);
    given.ranks.clear();
    if given.method == MethodName::Chain {
        given.ranks = main.ranks.clone();
    }
    (given.learning_rate, given.momentum) = (None, None);
    let descends = gradient(main.solver) || gradient(subject.solver);
    if (main.method, subject.method) != (MethodName::Nmf, MethodName::Nmf) || descends {
        (given.iterations, given.tolerance) = (None, None);
        let diverges = |method| matches!(method, MethodName::Nmf | MethodName::Chain);
        if descends || !diverges(main.method) || !diverges(subject.method) {
            given.nmf.loss = None;
        }
        given.nmf.init = None;
        (given.nmf.l1, given.nmf.l2) = (None, None);
    }
    given
}

fn gradient(solver: Option<SolverName>) -> bool {
    use SolverName::{Adam, Gradient, ProjectedAdam, ProjectedGradient};
    matches!(
        solver,
        Some(Adam | Gradient | ProjectedAdam | ProjectedGradient)
    )
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

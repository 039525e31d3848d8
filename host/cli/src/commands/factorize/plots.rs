//! Plots of factorizations.

use super::{Away, Done};
use crate::arguments::PlotKind;
use crate::run::Failure;
use lowrank::Scalar;
use lowrank::method::{Factors, Settings};
use lowrank::nmf::Loss;
use lowrank_cli::plot::{
    ComponentBars, Convergence, Error, Format, Level, Pictures, Point, RowMap, Run, SingularValues,
    Spectrum,
};
use lowrank_files::model_folder::write_file;
use std::path::Path;

/// The plots of one factorization and those for comparison.
pub struct Plots<'a, T> {
    pub matrix: &'a Path,
    pub picture: Option<(usize, usize)>,
    /// The names of the rows.
    pub row_names: Option<&'a [String]>,
    pub all: &'a [Done<T>],
    /// The factorizations without a result.
    pub diverged: &'a [Away],
}

impl<'a, T: Scalar> Plots<'a, T> {
    /// Returns the first factorization, that of the options.
    pub fn main(&self) -> &Done<T> {
        &self.all[0]
    }

    pub fn write(&self, kind: PlotKind, file: &Path) -> Result<(), Failure> {
        let bytes = self.render(kind, Format::of(file)?)?;
        Ok(write_file(file, &bytes)?)
    }

    pub fn render(&self, kind: PlotKind, format: Format) -> Result<Vec<u8>, Error> {
        match kind {
            PlotKind::Convergence => self.convergence().render(format),
            PlotKind::Spectrum => self.spectrum().render(format),
            PlotKind::Rows => self.row_map()?.render(format),
            PlotKind::Components if self.picture.is_none() => {
                let bars = ComponentBars {
                    title: self.title(),
                    components: &self.main().report.heaviest_columns,
                };
                bars.render(format)
            }
            PlotKind::Components => {
                let size = self.picture.unwrap_or_default();
                let pictures = Pictures {
                    title: &self.title(),
                    components: self.main().found.factors.components(),
                    size,
                };
                pictures.render(format)
            }
        }
    }

    fn title(&self) -> String {
        let report = &self.main().report;
        let name = self.matrix.file_name().unwrap_or(self.matrix.as_os_str());
        let (m, n, k) = (report.rows, report.columns, report.rank);
        format!("{}: {m} x {n}, rank {k}", name.to_string_lossy())
    }

    fn convergence(&self) -> Convergence {
        let watched = || self.all.iter().filter(|done| !done.trace.is_empty());
        let divergence = watched()
            .next()
            .and_then(|done| loss_in_words(&done.found.settings));
        let as_error = divergence.is_none();
        let point = |point: &Point| Point {
            loss: match as_error {
                true => (2.0 * point.loss).sqrt(),
                false => point.loss,
            },
            ..*point
        };
        // Another loss cannot be shown on the same axis.
        let alike = |other: Option<String>| other == divergence;
        let run =
            |done: &Done<T>| Run::new(done.report.name(), done.trace.iter().map(point).collect());
        let away = |away: &Away| Run {
            points: away.run.points.iter().map(point).collect(),
            ..away.run.clone()
        };
        let level = |done: &Done<T>| Level {
            name: done.report.name(),
            loss: done.report.error,
        };
        let sound = watched().filter(|done| alike(loss_in_words(&done.found.settings)));
        let broken = self.diverged.iter();
        let broken = broken.filter(|away| alike(loss_in_words(&away.settings)));
        let others = self
            .all
            .iter()
            .filter(|done| as_error && done.trace.is_empty());
        Convergence {
            title: self.title(),
            runs: sound.map(run).chain(broken.map(away)).collect(),
            levels: others.map(level).collect(),
            quantity: divergence.unwrap_or_else(|| "error (Frobenius norm)".into()),
        }
    }

    /// Returns the rows by their first two components: for an SVD those of A V, as long as they are in A.
    fn row_map(&self) -> Result<RowMap<'a>, Error> {
        let factors = &self.main().found.factors;
        let weights = factors.weights();
        if weights.ncols() < 2 {
            let what = "rows need two components";
            return Err(Error::Nothing { what });
        }
        let scale = |k: usize| match factors {
            Factors::Svd {
                singular_values, ..
            } => singular_values[k].to_f64(),
            _ => 1.0,
        };
        let number = |i, k| scale(k) * weights.at(i, k).to_f64();
        Ok(RowMap {
            title: self.title(),
            points: (0..weights.nrows())
                .map(|i| (number(i, 0), number(i, 1)))
                .collect(),
            names: self.row_names,
            components: ("component 1".into(), "component 2".into()),
        })
    }

    fn spectrum(&self) -> Spectrum {
        let named = |done: &Done<T>| {
            let values = done.report.singular_values.clone()?;
            Some(SingularValues {
                name: done.report.name(),
                values,
            })
        };
        Spectrum {
            title: self.title(),
            spectra: self.all.iter().filter_map(named).collect(),
        }
    }
}

/// Describes the loss, unless it is the error in the Frobenius norm.
fn loss_in_words(settings: &Settings) -> Option<String> {
    let loss = match settings {
        Settings::Nmf(nmf) => nmf.loss,
        Settings::Chain(chain) => chain.loss,
        Settings::GradientSvd(_) => return Some("loss (squared error and orthogonality)".into()),
        Settings::Completion(_) => {
            return Some("loss over the known entries, with penalties".into());
        }
        _ => Loss::Frobenius,
    };
    match loss {
        Loss::Frobenius => None,
        Loss::KullbackLeibler => Some("Kullback-Leibler divergence".into()),
        Loss::ItakuraSaito => Some("Itakura-Saito divergence".into()),
        Loss::Beta(beta) => Some(format!("beta-divergence, beta {beta}")),
    }
}

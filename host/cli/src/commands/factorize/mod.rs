//! `lowrank factorize`: a matrix from a file, a factorization or several, a report, files.

mod advice;
mod files;
mod input;
mod plan;
mod plots;

use crate::arguments::Factorize;
use crate::commands::names::labelled;
use crate::interrupt;
use crate::progress::{Watch, spinner};
use crate::run::{Failure, Output, prepare, say, say_if_sparse, say_why, speak, warn_unsettled};
use lowrank::method::{Factorization, Settings};
use lowrank::{Error, Matrix, Scalar};
use lowrank_cli::components::heaviest_columns;
use lowrank_cli::plot::{Point, Run};
use lowrank_cli::report::{FactorizationReport, FactorizationSeconds, Provenance};
use lowrank_files::matrix_file::Entries;
use lowrank_files::stored_model::FactorLabels;
use std::time::Instant;

pub use input::{Reading, located};

/// Returns the result, as text.
pub fn run(options: &Factorize) -> Result<Output, Failure> {
    let plan = plan::Plan::new(options)?;
    prepare(&options.run, &options.folder)?;
    let start = Instant::now();
    let bar = spinner("reading");
    let reading = Reading::of_matrix(&options.input, options.run.verbose);
    let file = reading.read(&options.input.matrix)?;
    bar.finish_and_clear();
    let load = start.elapsed().as_secs_f64();
    say(&options.run, || {
        let (m, n) = (file.entries.nrows(), file.entries.ncols());
        format!("{m} x {n} matrix read in {load:.3} s")
    });
    let picture = options.picture.or(file.picture);
    let matrix = labelled(file, &options.input.names)?;
    let task = Task {
        options,
        plan: &plan,
        picture,
        labels: FactorLabels::from(&matrix),
        load,
    };
    task.check(matrix.entries())?;
    match options.run.is_single() {
        false => task.run(matrix.entries()),
        true => task.run(&matrix.entries().cast::<f32>()),
    }
}

/// The most columns that are named of a component.
const COLUMNS: usize = 8;

fn wrong<T>(message: String) -> Result<T, Failure> {
    Err(Failure::Usage("factorize", message))
}

/// The task in either precision.
struct Task<'a> {
    options: &'a Factorize,
    plan: &'a plan::Plan,
    picture: Option<(usize, usize)>,
    labels: FactorLabels<'a>,
    load: f64,
}

/// A factorization with a result.
struct Done<T> {
    found: Factorization<T>,
    report: FactorizationReport,
    trace: Vec<Point>,
}

/// A factorization that diverged.
struct Away {
    settings: Settings,
    run: Run,
    message: String,
}

impl Task<'_> {
    fn check(&self, a: &Entries) -> Result<(), Failure> {
        let (m, n) = (a.nrows(), a.ncols());
        let exceeds = |settings: &&Settings| settings.rank() > settings.rank_limit(m, n);
        let refused = self.plan.methods().find(exceeds);
        if let (Some(_), Some(settings)) = (self.plan.largest_rank(), refused) {
            let (rank, limit) = (settings.rank(), settings.rank_limit(m, n));
            return Err(Failure::Said(format!(
                "--rank {rank} is too large for a matrix of {m} x {n}: ask for {limit} at most"
            )));
        }
        match self.picture {
            Some((height, width)) if height.checked_mul(width) != Some(n) => {
                let error = lowrank_cli::plot::Error::PictureSize {
                    entries: n,
                    height,
                    width,
                };
                Err(error.into())
            }
            None if self.plan.draws_components() && self.labels.columns.is_none() => {
                Err(Failure::Said(
                    "--plot components needs the size of the pictures, as --picture 19x19, or names of the columns, \
                     as in a header or by --column-names"
                        .into(),
                ))
            }
            _ => Ok(()),
        }
    }

    fn run<T: Scalar>(&self, a: &Entries<T>) -> Result<Output, Failure> {
        let a = a.view();
        let (mut all, mut diverged) = (Vec::<Done<T>>::new(), Vec::new());
        for settings in self.plan.methods() {
            let settings = match (self.plan.largest_rank(), all.first()) {
                (None, Some(main)) => settings.clone().with_rank(main.report.rank),
                _ => settings.clone(),
            };
            let is_given = settings.completion_penalty().is_some();
            let (settings, placement) = settings.resolved(a);
            self.announce(&settings, a);
            self.announce_penalty(&settings, is_given);
            say_why(&self.options.run, &placement);
            say_if_sparse(&self.options.run, &settings, a);
            match self.factorize(settings, a)? {
                Ok(done) => all.push(done),
                // The requested factorization must have a result; those for comparison need not.
                Err(away) if all.is_empty() => return Err(Failure::Said(away.message)),
                Err(away) => {
                    speak(format!("{}; it is left out of the table", away.message));
                    diverged.push(away);
                }
            }
            if interrupt::is_asked() {
                break;
            }
        }
        let interrupted = interrupt::is_asked();
        interrupt::uninterrupted(|| self.write(&all, &diverged))?;
        if interrupted {
            self.say_what_is_left(&all);
        }
        let text = self.text(all);
        Ok(match interrupted {
            true => Output::interrupted(text),
            false => Output::good(text),
        })
    }

    fn announce<T: Scalar>(&self, settings: &Settings, a: Matrix<'_, T>) {
        say(&self.options.run, || {
            let (name, solver) = (settings.method(), settings.resolved_solver(a));
            let backend = settings.backend().name();
            format!("{name} by {solver} on the {backend} backend, {}", T::NAME)
        });
    }

    fn announce_penalty(&self, settings: &Settings, is_given: bool) {
        let why = match is_given {
            true => "by --l2",
            false => "which suits the number and the spread of the entries; --l2 sets another one",
        };
        if let Some(l2) = settings.completion_penalty() {
            say(&self.options.run, || format!("penalty {l2}, {why}"));
        }
    }

    fn factorize<T: Scalar>(
        &self,
        settings: Settings,
        a: Matrix<'_, T>,
    ) -> Result<Result<Done<T>, Away>, Failure> {
        let mut watch = Watch::of(&settings);
        let found = settings.fit_with(a, |progress| watch.see(progress));
        let (trace, seconds) = watch.finish();
        match found {
            Ok(found) => {
                warn_unsettled(&settings, &found);
                let tolerance = settings.tolerance();
                Ok(Ok(Done {
                    report: FactorizationReport {
                        tolerance,
                        ..self.report(&found, a, seconds)
                    },
                    found,
                    trace,
                }))
            }
            Err(Error::Factorization(error @ lowrank::core::Error::Diverged { .. })) => {
                let name = format!("{}/{}", settings.method(), settings.solver());
                let message = format!("{name}: {error}");
                let run = Run {
                    name,
                    points: trace,
                    diverged: true,
                };
                Ok(Err(Away {
                    settings,
                    run,
                    message,
                }))
            }
            Err(error) => Err(located(error, &self.options.input.matrix)),
        }
    }

    fn report<T: Scalar>(
        &self,
        found: &Factorization<T>,
        a: Matrix<'_, T>,
        seconds: f64,
    ) -> FactorizationReport {
        let approximation = &found.approximation;
        let numbers = |x: &[T]| x.iter().map(|x| x.to_f64()).collect();
        FactorizationReport {
            provenance: Provenance::of::<T>(&found.settings),
            rows: a.nrows(),
            columns: a.ncols(),
            nonzeros: match a {
                Matrix::Sparse(a) | Matrix::Observed(a) => Some(a.nonzeros()),
                Matrix::Dense(_) => None,
            },
            rank: found.factors.components().ncols(),
            iterations: found.iterations,
            converged: found.converged,
            frobenius_norm: approximation.frobenius_norm,
            error: approximation.error,
            error_bound: approximation.error_bound,
            loss: found.loss,
            negative_entries: found.factors.negative_entries(),
            singular_values: found.factors.singular_values().map(numbers),
            residuals: found.residuals.as_deref().map(numbers),
            constant_columns: found.factors.constant_columns(),
            l2: found.settings.completion_penalty(),
            tolerance: None,
            excess: found.excess,
            products: found.products.count,
            heaviest_columns: match self.labels.columns {
                Some(names) => heaviest_columns(found.factors.components(), names, COLUMNS),
                None => Vec::new(),
            },
            seconds: FactorizationSeconds {
                load: self.load,
                factorize: seconds,
                total: self.load + seconds,
            },
            comparisons: Vec::new(),
        }
    }

    fn write<T: Scalar>(&self, all: &[Done<T>], diverged: &[Away]) -> Result<(), Failure> {
        let plots = plots::Plots {
            matrix: &self.options.input.matrix,
            picture: self.picture,
            row_names: self.labels.rows,
            all,
            diverged,
        };
        files::write(&self.options.folder, self.labels, &plots)?;
        for (kind, file) in self.plan.plots() {
            plots.write(*kind, file)?;
        }
        Ok(())
    }

    fn say_what_is_left<T>(&self, all: &[Done<T>]) {
        let iterations = all.last().map_or(0, |done| done.report.iterations);
        let kept = match &self.options.folder.output {
            Some(path) => format!(", written to {}", path.display()),
            None => String::new(),
        };
        let skipped = self.plan.methods().count() - all.len();
        let skipped = match skipped {
            0 => String::new(),
            _ => "; the comparisons that follow are left out".into(),
        };
        speak(format!(
            "interrupted: the result is that of {iterations} iterations{kept}{skipped}"
        ));
    }

    fn text<T>(&self, all: Vec<Done<T>>) -> String {
        let mut reports = all.into_iter().map(|done| done.report);
        let Some(mut report) = reports.next() else {
            return String::new();
        };
        report.comparisons = reports.collect();
        match self.options.run.json {
            true => report.to_json(),
            false => report.to_string(),
        }
    }
}

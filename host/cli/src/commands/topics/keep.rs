//! What `--output` and `--plot` keep of topics.

use super::Task;
use crate::run::Failure;
use crate::trace;
use lowrank::{DenseMatrix, Scalar, TruncatedSvd};
use lowrank_cli::plot::{Format, Point, TopicBars};
use lowrank_cli::report::TopicsReport;
use lowrank_files::model_folder::{ModelFolder, write_file};
use lowrank_files::stored_model::{
    Description, Factors, Outcome, Settings, StoredVectorizer, VERSION,
};
use lowrank_text::corpus::Source;
use lowrank_text::topics::{Method, Model, Topics as Found};

/// A fit, and what was found in it.
pub struct Kept<'a, T> {
    pub model: &'a Model<T>,
    pub found: &'a Found,
    pub trace: &'a [Point],
    pub report: &'a TopicsReport,
}

impl<T: Scalar> Kept<'_, T> {
    pub fn write(&self, task: &Task<'_>) -> Result<(), Failure> {
        if let Some(path) = &task.options.folder.output {
            let mut folder = ModelFolder::create(path, task.options.folder.force)?;
            self.factors().write(&mut folder)?;
            folder.write("model.json", self.description(task).to_json().as_bytes())?;
            folder.write("trace.csv", trace::csv(self.trace).as_bytes())?;
            folder.write("topics.svg", &self.bars(task, Format::Svg)?)?;
            folder.commit()?;
        }
        if let Some(file) = &task.options.plot {
            write_file(file, &self.bars(task, Format::of(file)?)?)?;
        }
        Ok(())
    }

    /// In the order in which topics are numbered: the strongest first.
    fn factors(&self) -> Factors<T> {
        let order: Vec<usize> = self
            .found
            .topics
            .iter()
            .map(|topic| topic.component)
            .collect();
        let ordered = |a: &DenseMatrix<T>| {
            DenseMatrix::from_fn(a.nrows(), order.len(), |i, k| a.at(i, order[k]))
        };
        match self.model {
            Model::Nmf(model) => Factors::Nmf {
                w: ordered(&model.w),
                h: ordered(&model.h),
            },
            Model::Svd(model) => Factors::Svd {
                u: ordered(&model.u),
                singular_values: order.iter().map(|k| model.singular_values[*k]).collect(),
                v: ordered(&model.v),
            },
        }
    }

    fn description(&self, task: &Task<'_>) -> Description {
        let (settings, columns) = match (self.model, &task.method) {
            (Model::Nmf(model), _) => (Settings::Nmf((&model.settings).into()), model.h.nrows()),
            (Model::Svd(model), Method::Svd(svd)) => (Settings::Svd(svd.into()), model.v.nrows()),
            (Model::Svd(model), _) => {
                let settings = Settings::Svd((&TruncatedSvd::default()).into());
                (settings, model.v.nrows())
            }
        };
        Description {
            version: VERSION,
            lowrank: env!("CARGO_PKG_VERSION").into(),
            settings,
            solver: self.report.solver.into(),
            backend: self.report.backend.into(),
            precision: self.report.precision.into(),
            seed: self.report.seed,
            rows: self.report.corpus.documents,
            columns,
            rank: self.found.topics.len(),
            outcome: Outcome {
                iterations: self.report.iterations,
                converged: self.report.converged,
                frobenius_norm: Some(self.report.frobenius_norm),
                error: Some(self.report.error),
                loss: self.report.loss,
            },
            text: Some(StoredVectorizer::from(task.fitted)),
        }
    }

    fn bars(&self, task: &Task<'_>, format: Format) -> Result<Vec<u8>, Failure> {
        let corpus = match &task.options.corpus.corpus {
            Source::Path(path) => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                name.to_string_lossy().into_owned()
            }
            other => other.to_string(),
        };
        let bars = TopicBars {
            title: format!("{} topics of {corpus}", self.found.topics.len()),
            topics: &self.found.topics,
        };
        Ok(bars.render(format)?)
    }
}

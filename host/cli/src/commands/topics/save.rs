//! Output of `--output` and `--plot` for topics.

use super::Task;
use crate::run::Failure;
use crate::trace;
use lowrank::method::{Factorization, Factors};
use lowrank::{DenseMatrix, Scalar};
use lowrank_cli::plot::{Format, Point, TopicBars};
use lowrank_cli::report::TopicsReport;
use lowrank_files::model_folder::{ModelFolder, write_file};
use lowrank_files::stored_model::{
    Description, FactorLabels, StoredVectorizer, TableWords, write_factors, write_labels,
    write_tables,
};
use lowrank_text::corpus::Source;
use lowrank_text::topics::Topics as Found;

/// A fit and its topics.
pub struct Saved<'a, T> {
    pub model: &'a Factorization<T>,
    pub found: &'a Found,
    pub trace: &'a [Point],
    pub report: &'a TopicsReport,
}

impl<T: Scalar> Saved<'_, T> {
    pub fn write(&self, task: &Task<'_>) -> Result<(), Failure> {
        if let Some(path) = &task.options.folder.output {
            let mut folder = ModelFolder::create(path, task.options.folder.force)?;
            let factors = self.factors();
            write_factors(&factors, &mut folder)?;
            // The terms are in model.json.
            let rows = Some(task.names);
            let labels = FactorLabels {
                rows,
                columns: None,
            };
            write_labels(labels, &mut folder)?;
            if task.options.folder.table {
                let columns = Some(task.fitted.terms());
                let labels = FactorLabels { rows, columns };
                write_tables(&factors, labels, TableWords::Texts, &mut folder)?;
            }
            let description = self.description(task).to_json();
            folder.write("model.json", description.as_bytes())?;
            folder.write("trace.csv", trace::csv(self.trace).as_bytes())?;
            folder.write("topics.svg", &self.bars(task, Format::Svg)?)?;
            folder.commit()?;
        }
        if let Some(file) = &task.options.plot {
            write_file(file, &self.bars(task, Format::of(file)?)?)?;
        }
        Ok(())
    }

    /// Returns the factors in the order of the topics: the strongest first.
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
        match &self.model.factors {
            Factors::Svd {
                u,
                singular_values,
                v,
            } => Factors::Svd {
                u: ordered(u),
                singular_values: order.iter().map(|k| singular_values[*k]).collect(),
                v: ordered(v),
            },
            factors => Factors::Nmf {
                w: ordered(factors.weights()),
                h: ordered(factors.components()),
            },
        }
    }

    fn description(&self, task: &Task<'_>) -> Description {
        let mut description = Description::new(self.model);
        description.outcome.loss = self.report.loss;
        description.text = Some(StoredVectorizer::from(task.fitted));
        description
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

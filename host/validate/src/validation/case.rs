//! One algorithm on one matrix.

use super::Algorithm;
use super::plan::Task;
use crate::figures::{Figure, Figures};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// The result of a case. The names of the fields are those of JSON, on which scripts rely.
///
/// Each library has one number, the largest of its figures. It is `None` if the library does not have the algorithm,
/// gives no result, breaks a rule that has no measure, or has to refuse the matrix; `remarks` says which.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Case {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The family of the matrix.
    pub family: String,
    /// m.
    pub rows: usize,
    /// n.
    pub columns: usize,
    /// `f32` or `f64`.
    pub scalar: &'static str,
    /// The largest figure of core.
    pub core: Option<f64>,
    /// The largest figure of core's algorithms on panels of a GPU; left out without a GPU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cuda: Option<f64>,
    /// The largest figure of faer.
    pub faer: Option<f64>,
    /// The largest figure of nalgebra.
    pub nalgebra: Option<f64>,
    /// The bound of `core` and `cuda`; `None` if they have to refuse the matrix.
    pub bound: Option<f64>,
    /// Core passes, and so does the GPU if there is one.
    pub passed: bool,
    /// The seed of the matrix and of the sketch.
    pub seed: u32,
    /// All figures of core.
    #[serde(serialize_with = "as_object")]
    pub figures: Vec<Figure>,
    /// Remarks in words.
    pub remarks: Remarks,
}

/// Remarks on peers: no result; NaN in the result; a result for a matrix that has none.
pub(super) const NO_CONVERGENCE: &str = "no convergence";
pub(super) const NAN: &str = "NaN";
pub(super) const FINITE: &str = "finite numbers";

/// An error, a broken rule, or the behaviour of a library on a matrix that is not finite.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Remarks {
    /// The remark on core.
    pub core: Option<String>,
    /// The remark on core's algorithms on panels of a GPU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cuda: Option<String>,
    /// The remark on faer.
    pub faer: Option<String>,
    /// The remark on nalgebra.
    pub nalgebra: Option<String>,
}

/// The result of a library.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) figures: Option<Figures>,
    pub(super) remark: Option<String>,
}

impl Answer {
    pub(super) fn figures(figures: Figures) -> Self {
        let lost = (!figures.worst().is_finite()).then_some(NAN);
        Self {
            remark: figures.violation.or(lost).map(str::to_owned),
            figures: Some(figures),
        }
    }

    pub(super) fn remark(remark: impl ToString) -> Self {
        Self {
            figures: None,
            remark: Some(remark.to_string()),
        }
    }

    fn number(&self) -> Option<f64> {
        let worst = self.figures.as_ref()?.worst();
        worst.is_finite().then_some(worst)
    }
}

/// The results of all libraries, and the verdict.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) core: Answer,
    /// The result of the GPU, if there is one.
    pub(super) cuda: Option<Answer>,
    pub(super) faer: Answer,
    pub(super) nalgebra: Answer,
    pub(super) bound: Option<f64>,
    pub(super) passed: bool,
}

impl Verdict {
    pub(super) fn into_case(self, algorithm: Algorithm, task: &Task) -> Case {
        Case {
            algorithm,
            family: task.family.clone(),
            rows: task.shape.0,
            columns: task.shape.1,
            scalar: task.precision.name(),
            core: self.core.number(),
            cuda: self.cuda.as_ref().and_then(Answer::number),
            faer: self.faer.number(),
            nalgebra: self.nalgebra.number(),
            bound: self.bound,
            passed: self.passed,
            seed: task.seed,
            figures: self
                .core
                .figures
                .map_or_else(Vec::new, |figures| figures.list),
            remarks: Remarks {
                core: self.core.remark,
                cuda: self.cuda.and_then(|cuda| cuda.remark),
                faer: self.faer.remark,
                nalgebra: self.nalgebra.remark,
            },
        }
    }
}

fn as_object<S: Serializer>(figures: &[Figure], serializer: S) -> Result<S::Ok, S::Error> {
    let mut object = serializer.serialize_map(Some(figures.len()))?;
    for figure in figures {
        object.serialize_entry(figure.name, &figure.value)?;
    }
    object.end()
}

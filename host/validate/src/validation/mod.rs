//! Validation of `lowrank-core` beside faer and nalgebra, on families of matrices for which libraries fail.
//!
//! A [`Validation`] generates matrices, runs every [`Algorithm`] on each, and measures the results in f64
//! ([`crate::figures`]): errors divided by the effect of rounding, or by the bound that the theory of the method gives.
//! Core passes if its largest figure is below [`BOUND`](crate::figures::BOUND), and if it refuses matrices that are not
//! finite. The reference singular values are those of faer in f64. The results of faer, nalgebra and, if there is a
//! GPU, core's algorithms on its panels, are reported beside core's.
//!
//! ```
//! use lowrank_validate::validation::{Algorithm, Validation};
//! let report = Validation {
//!     algorithms: vec![Algorithm::SmallSvd],
//!     families: vec!["hilbert".into()],
//!     sizes: vec![(8, 8)],
//!     ..Default::default()
//! }
//! .run(&|| ());
//! assert!(report.passed);
//! assert_eq!(report.cases.len(), 2); // f32 and f64
//! ```

mod algorithm;
mod case;
mod on_backend;
mod peers;
mod plan;
mod refusal;
mod report;
mod settings;
mod table;
mod textbook;
mod trial;

pub use algorithm::Algorithm;
pub use case::{Case, Remarks};
pub use plan::family_names;
pub use report::ValidationReport;

use crate::families::families;
use crate::refused::REFUSED;
use lowrank::Scalar;
use peers::Comparable;
use plan::{Origin, Task};
use rayon::prelude::*;
use refusal::Refusal;
use trial::Trial;

/// The precision of a validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// 24 bits.
    F32,
    /// 53 bits.
    F64,
}

impl Precision {
    const ALL: [Self; 2] = [Self::F32, Self::F64];

    /// `f32` or `f64`.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => f32::NAME,
            Self::F64 => f64::NAME,
        }
    }
}

/// The selection of a validation; an empty list selects all.
#[derive(Clone, Debug, Default)]
pub struct Validation {
    /// Selects smaller and fewer matrices.
    pub quick: bool,
    /// The algorithms.
    pub algorithms: Vec<Algorithm>,
    /// The families of matrices, by the names that [`family_names`] lists.
    pub families: Vec<String>,
    /// The scalars.
    pub precisions: Vec<Precision>,
    /// Rows and columns of the matrices.
    pub sizes: Vec<(usize, usize)>,
    /// The seed of the matrices and sketches.
    pub seed: u32,
}

impl Validation {
    /// Returns the number of matrices.
    pub fn matrices(&self) -> usize {
        self.tasks().len()
    }

    /// Runs every algorithm on every matrix, on all threads of the current rayon pool. The report does not depend on
    /// their number.
    ///
    /// `observe` is called after each matrix.
    pub fn run(&self, observe: &(dyn Fn() + Sync)) -> ValidationReport {
        let tasks = self.tasks();
        let judged = |task: &Task| {
            let cases = match task.precision {
                Precision::F32 => self.judge::<f32>(task),
                Precision::F64 => self.judge::<f64>(task),
            };
            observe();
            cases
        };
        let cases: Vec<Vec<Case>> = tasks.par_iter().map(judged).collect();
        ValidationReport::new(cases.into_iter().flatten().collect())
    }

    /// Runs all algorithms on one matrix.
    fn judge<T: Comparable>(&self, task: &Task) -> Vec<Case> {
        let (m, n) = task.shape;
        let seed = u64::from(task.seed);
        let wanted = |a: &Algorithm| self.algorithms.is_empty() || self.algorithms.contains(a);
        let algorithms = Algorithm::ALL.into_iter().filter(wanted);
        let algorithms = algorithms.filter(|a| a.takes(task.shape));
        match task.origin {
            Origin::Family(place) => {
                let a = (families::<T>()[place].make)(m, n, seed);
                let trial = Trial::new(a, task.seed);
                let case = |a: Algorithm| trial.verdict(a).into_case(a, task);
                algorithms.map(case).collect()
            }
            Origin::Refused(place) => {
                let refused = &REFUSED[place];
                let a = refused.make::<T>(m, n, seed);
                let refusal = Refusal::new(a, refused.error(m, n), task.seed);
                let case = |a: Algorithm| refusal.verdict(a).into_case(a, task);
                let refusing = |a: &Algorithm| *a == Algorithm::Nmf || !refused.is_finite();
                algorithms.filter(refusing).map(case).collect()
            }
        }
    }
}

use super::excerpt::one_line;
use super::{Provenance, counted};
use crate::components::ColumnWeight;
use lowrank::method::Method;
use serde::Serialize;
use std::fmt;

/// The result of `lowrank factorize`. The names of the fields are those of the JSON object, on which scripts rely.
#[derive(Clone, Debug, Serialize)]
pub struct FactorizationReport {
    /// The method that computed it.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// m.
    pub rows: usize,
    /// n.
    pub columns: usize,
    /// The number of stored entries of a sparse matrix, or of known ones of an incomplete one; `None` for a dense one.
    pub nonzeros: Option<usize>,
    /// k.
    pub rank: usize,
    /// The iterations that were done: for krylov blocks, for chebyshev polynomials, for randomized power iterations,
    /// for exact 0.
    pub iterations: usize,
    /// The tolerance stopped the iteration; for svd and pca, the error is within it, as far as can be told.
    pub converged: bool,
    /// ||A||_F over the known entries; for pca, after the means of the columns are subtracted and columns are scaled.
    pub frobenius_norm: f64,
    /// ||A - W H^T||_F, or that of another approximation, over the known entries.
    pub error: f64,
    /// The objective: half of the squared error, another divergence, or the loss of the descent or the completion.
    pub loss: f64,
    /// An upper bound of the exact error: the computed one plus rounding.
    pub error_bound: f64,
    /// The number of negative entries in all factors.
    pub negative_entries: usize,
    /// The singular values, for svd and pca.
    pub singular_values: Option<Vec<f64>>,
    /// ||A v_i - s_i u_i||, for svd and pca.
    pub residuals: Option<Vec<f64>>,
    /// The number of columns of equal entries, which became zero; `None` unless columns are scaled.
    pub constant_columns: Option<usize>,
    /// The penalty of a completion, given or chosen; left out for other methods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub l2: Option<f64>,
    /// The tolerance that was asked for; `None` for a solver without one.
    pub tolerance: Option<f64>,
    /// For svd and pca, the estimate of the error minus the smallest error of the rank: what was reached.
    pub excess: Option<f64>,
    /// The number of products with A or A^T, including those for the start and for the error.
    pub products: u64,
    /// The heaviest columns of each component; left out where columns have no names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub heaviest_columns: Vec<Vec<ColumnWeight>>,
    /// Wall-clock times.
    pub seconds: FactorizationSeconds,
    /// The results of the factorizations for comparison; left out if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub comparisons: Vec<FactorizationReport>,
}

/// Wall-clock seconds of the parts of a run.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct FactorizationSeconds {
    /// Reading the matrix.
    pub load: f64,
    /// Initialisation and iterations.
    pub factorize: f64,
    /// The sum of both.
    pub total: f64,
}

impl FactorizationReport {
    /// Returns the JSON object, indented.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("numbers and strings are JSON")
    }

    /// Returns method and solver in the syntax of `--compare`.
    pub fn name(&self) -> String {
        format!("{}/{}", self.provenance.method, self.provenance.solver)
    }

    fn explained(&self) -> f64 {
        match self.error / self.frobenius_norm {
            share if share.is_finite() => 100.0 * (1.0 - share * share).max(0.0),
            _ => 100.0,
        }
    }

    fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.comparisons)
    }

    fn size(&self) -> String {
        let (m, n) = (self.rows, self.columns);
        match self.nonzeros {
            Some(entries) => format!("{m} x {n}, {entries} entries"),
            None => format!("{m} x {n}, dense"),
        }
    }

    fn write_columns(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Factors of any sign beside biases are no components that can be read.
        if self.heaviest_columns.is_empty() || self.provenance.method == Method::Completion {
            return Ok(());
        }
        writeln!(f, "\ncomponent  heaviest columns")?;
        for (k, columns) in (1..).zip(&self.heaviest_columns).take(COMPONENTS) {
            let named = |one: &ColumnWeight| {
                format!("{} {:.2}", one_line(&one.column, LETTERS), one.weight)
            };
            let columns: Vec<String> = columns.iter().map(named).collect();
            writeln!(f, "{k:>9}  {}", columns.join(", "))?;
        }
        match self.heaviest_columns.len().saturating_sub(COMPONENTS) {
            0 => Ok(()),
            more => writeln!(f, "{:>9}  {}", "...", counted(more, "more component")),
        }
    }

    fn line(&self) -> String {
        let mark = if self.converged { ' ' } else { '*' };
        format!(
            "{:<20} {:>5} {:>11}{mark} {:>13} {:>10.2} % {:>9.3}",
            self.name(),
            self.rank,
            self.iterations,
            significant(self.error),
            self.explained(),
            self.seconds.factorize,
        )
    }
}

/// Formats with seven digits or more.
fn significant(x: f64) -> String {
    match x.abs() {
        magnitude if magnitude >= 1e7 || (magnitude < 1e-3 && magnitude > 0.0) => {
            format!("{x:.5e}")
        }
        _ => format!("{x:.6}"),
    }
}

/// The most components whose columns are named, and the most characters of a name.
const COMPONENTS: usize = 20;
const LETTERS: usize = 24;

/// The most singular values on a line.
const SHOWN: usize = 8;

/// Writes the table for people.
impl fmt::Display for FactorizationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (precision, seed) = (self.provenance.precision, self.provenance.seed);
        writeln!(f, "{}, {precision}, seed {seed}", self.size())?;
        writeln!(f)?;
        writeln!(
            f,
            "method/solver         rank  iterations          error    explained         s"
        )?;
        for report in self.all() {
            writeln!(f, "{}", report.line())?;
        }
        if self.all().any(|report| !report.converged) {
            writeln!(f, "* not converged")?;
        }
        if let Some(values) = &self.singular_values {
            let shown: Vec<String> = values.iter().take(SHOWN).map(|s| significant(*s)).collect();
            let more = if values.len() > SHOWN { " ..." } else { "" };
            writeln!(f, "\nsingular values {}{more}", shown.join(" "))?;
        }
        if let Some(residuals) = &self.residuals {
            let largest = residuals.iter().fold(0.0f64, |most, r| most.max(*r));
            writeln!(
                f,
                "error at most {}, residuals at most {largest:.1e}, {} with the matrix",
                significant(self.error_bound),
                counted(self.products as usize, "product"),
            )?;
            if let (Some(tolerance), Some(excess)) = (self.tolerance, self.excess) {
                let excess = match excess > 0.0 {
                    true => format!("{excess:.1e}"),
                    false => "rounding".into(),
                };
                writeln!(
                    f,
                    "error within {excess} of the smallest, as far as can be told; tolerance {tolerance:e}"
                )?;
            }
        }
        if let Some(constant @ 1..) = self.constant_columns {
            writeln!(f, "{} of equal entries: zero", counted(constant, "column"))?;
        }
        let half = 0.5 * self.error * self.error;
        if (self.loss - half).abs() > 1e-6 * half.max(self.loss.abs()) {
            writeln!(f, "\nloss {}", significant(self.loss))?;
        }
        if self.provenance.method == Method::Nmf && self.negative_entries > 0 {
            let count = self.negative_entries;
            writeln!(f, "\n{count} entries of the factors are negative")?;
        }
        self.write_columns(f)?;
        let FactorizationSeconds {
            load,
            factorize,
            total,
        } = self.seconds;
        write!(
            f,
            "\n{total:.3} s: load {load:.3}, factorize {factorize:.3}"
        )
    }
}

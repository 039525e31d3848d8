//! The report of a validation, as JSON for machines.

use super::Case;
use serde::Serialize;

/// The result of a validation. The names of the fields are those of JSON, on which scripts rely; as text it is a table.
#[derive(Clone, Debug, Serialize)]
pub struct ValidationReport {
    /// All cases passed.
    pub passed: bool,
    /// The cases, sorted by algorithm, family, size and scalar.
    pub cases: Vec<Case>,
}

impl ValidationReport {
    /// Creates the report of cases in the order of their matrices.
    pub fn new(mut cases: Vec<Case>) -> Self {
        cases.sort_by_key(|case| case.algorithm);
        Self {
            passed: cases.iter().all(|case| case.passed),
            cases,
        }
    }

    /// Returns one JSON object, a case on each line; infinities and NaN are `null`.
    pub fn to_json(&self) -> String {
        let json = |case| serde_json::to_string(case).expect("numbers and strings are JSON");
        let cases: Vec<String> = self.cases.iter().map(json).collect();
        let (passed, cases) = (self.passed, cases.join(",\n"));
        format!("{{\"passed\":{passed},\"cases\":[\n{cases}\n]}}")
    }
}

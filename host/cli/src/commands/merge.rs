//! `lowrank merge`: sketches of devices to a model.

use crate::arguments::Merge;
use crate::run::Failure;
use lowrank_files::device_sketch::merge;
use lowrank_files::model_folder::ModelFolder;
use serde::Serialize;

/// The report. The names of the fields are those of the JSON object, on which scripts rely.
#[derive(Serialize)]
struct Report {
    method: &'static str,
    sketches: usize,
    /// Those of the sketches that have seen no row.
    empty: usize,
    rows: usize,
    columns: usize,
    rank: usize,
    singular_values: Vec<f64>,
    /// sqrt(||A||^2 - s . s), no less than ||A - A V V^T||.
    error_bound: f64,
    /// No less than ||A^T A - B^T B||, where B are the sketches.
    covariance_bound: f64,
    frobenius_norm: f64,
}

/// Returns the report, as text.
pub fn run(options: &Merge) -> Result<String, Failure> {
    let Some(folder) = &options.folder.output else {
        return Err(Failure::Usage(
            "merge",
            "--output names the folder of the model".into(),
        ));
    };
    // Nothing is left there in the meantime.
    ModelFolder::create(folder, options.folder.force)?;
    let merged = merge(&options.sketches, options.rank)?;
    merged.save(folder, options.folder.force)?;
    let report = Report {
        method: if merged.means.is_some() { "pca" } else { "svd" },
        sketches: options.sketches.len(),
        empty: merged.empty,
        rows: merged.count,
        columns: merged.components.nrows(),
        rank: options.rank,
        error_bound: merged.error_bound(),
        covariance_bound: merged.bound,
        frobenius_norm: merged.squares.sqrt(),
        singular_values: merged.singular_values,
    };
    if options.json {
        let json = serde_json::to_string_pretty(&report);
        return Ok(json.expect("numbers and strings are JSON"));
    }
    let share = match report.frobenius_norm > 0.0 {
        true => report.error_bound / report.frobenius_norm,
        false => 0.0,
    };
    Ok(format!(
        "{} of {} x {}, rank {}, of {} in {}\n\nerror at most {:.6} ({:.2} % of the norm)",
        report.method,
        report.rows,
        report.columns,
        report.rank,
        match (report.sketches, report.empty) {
            (1, _) => "1 sketch".into(),
            (count, 0) => format!("{count} sketches"),
            (count, empty) => format!("{count} sketches ({empty} without a row)"),
        },
        folder.display(),
        report.error_bound,
        100.0 * share
    ))
}

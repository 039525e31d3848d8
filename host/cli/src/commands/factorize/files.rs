//! Output of `--output`.

use super::plots::Plots;
use crate::arguments::{FolderOptions, PlotKind};
use crate::run::Failure;
use crate::trace;
use lowrank::Scalar;
use lowrank_cli::plot::{Format, Point};
use lowrank_files::model_folder::ModelFolder;
use lowrank_files::stored_model::{
    Description, FactorLabels, TableWords, write_factors, write_labels, write_tables,
};

/// Writes factors, labels, description, trace and plots of the first factorization.
pub fn write<T: Scalar>(
    options: &FolderOptions,
    labels: FactorLabels<'_>,
    plots: &Plots<'_, T>,
) -> Result<(), Failure> {
    let Some(path) = &options.output else {
        return Ok(());
    };
    let done = plots.main();
    let mut folder = ModelFolder::create(path, options.force)?;
    let factors = &done.found.factors;
    write_factors(factors, &mut folder)?;
    write_labels(labels, &mut folder)?;
    if options.table {
        write_tables(factors, labels, TableWords::Matrix, &mut folder)?;
    }
    let description = Description::new(&done.found);
    folder.write("model.json", description.to_json().as_bytes())?;
    let end = Point {
        iteration: done.report.iterations,
        seconds: done.report.seconds.factorize,
        loss: done.report.loss,
    };
    let trace = match done.trace.is_empty() {
        true => trace::csv(&[end]),
        false => trace::csv(&done.trace),
    };
    folder.write("trace.csv", trace.as_bytes())?;
    if !done.trace.is_empty() {
        let plot = plots.render(PlotKind::Convergence, Format::Svg)?;
        folder.write("convergence.svg", &plot)?;
    }
    if done
        .report
        .singular_values
        .iter()
        .flatten()
        .any(|s| *s > 0.0)
    {
        folder.write(
            "spectrum.svg",
            &plots.render(PlotKind::Spectrum, Format::Svg)?,
        )?;
    }
    if plots.picture.is_some() {
        folder.write(
            "components.png",
            &plots.render(PlotKind::Components, Format::Png)?,
        )?;
    }
    folder.commit()?;
    Ok(())
}

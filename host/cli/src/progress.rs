//! Progress on standard error, and the observer of an iteration: its trace, and Ctrl-C.

use crate::interrupt;
use indicatif::{ProgressBar, ProgressStyle};
use lowrank::iteration::Progress;
use lowrank::method::Settings;
use lowrank_cli::plot::Point;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Returns a progress display on standard error, on a terminal only.
pub fn spinner(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {prefix} {msg}").expect("a valid template");
    let bar = ProgressBar::new_spinner()
        .with_style(style)
        .with_prefix(what);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// Returns a progress bar of iterations, with a message.
pub fn iterations(what: &'static str, count: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} {wide_bar} {pos}/{len} {msg}")
        .expect("a valid template");
    ProgressBar::new(count as u64)
        .with_style(style)
        .with_prefix(what)
}

/// The observer of an iteration.
pub struct Watch {
    bar: ProgressBar,
    start: Instant,
    trace: Vec<Point>,
}

impl Watch {
    /// Creates the observer of a fit with these settings; some fits do not call it.
    pub fn of(settings: &Settings) -> Self {
        match settings.observed_iterations() {
            Some(count) => {
                interrupt::begin_iterations();
                Self::with(iterations("factorizing", count))
            }
            None => Self::with(spinner("factorizing")),
        }
    }

    fn with(bar: ProgressBar) -> Self {
        Self {
            bar,
            start: Instant::now(),
            trace: Vec::new(),
        }
    }

    /// Shows the error, records the loss, and stops the iteration if requested.
    pub fn see(&mut self, progress: Progress<f64>) -> ControlFlow<()> {
        self.bar.set_position(progress.iteration as u64);
        self.bar.set_message(format!("error {:.6}", progress.error));
        self.trace.push(Point {
            iteration: progress.iteration,
            seconds: self.start.elapsed().as_secs_f64(),
            loss: progress.loss,
        });
        match interrupt::is_asked() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// Returns the trace, and the total seconds.
    pub fn finish(self) -> (Vec<Point>, f64) {
        interrupt::end_iterations();
        self.bar.finish_and_clear();
        (self.trace, self.start.elapsed().as_secs_f64())
    }
}

//! An iteration under way: its progress, its trace, its end by Ctrl-C.

use crate::interrupt;
use crate::run::{iterations, spinner};
use indicatif::ProgressBar;
use lowrank_cli::plot::Point;
use std::ops::ControlFlow;
use std::time::Instant;

/// What is seen of an iteration.
pub struct Watch {
    bar: ProgressBar,
    start: Instant,
    trace: Vec<Point>,
}

impl Watch {
    /// Iterations that tell how they go, so many at most.
    pub fn over(count: usize) -> Self {
        interrupt::begin_iterations();
        Self::with(iterations("factorizing", count))
    }

    /// Work that tells nothing.
    pub fn silent() -> Self {
        Self::with(spinner("factorizing"))
    }

    fn with(bar: ProgressBar) -> Self {
        Self {
            bar,
            start: Instant::now(),
            trace: Vec::new(),
        }
    }

    /// After so many iterations, of a loss that is half of a squared error, or the like.
    pub fn see(&mut self, iteration: usize, error: f64) -> ControlFlow<()> {
        self.see_loss(iteration, 0.5 * error * error, error)
    }

    /// The same for any loss; `error` is what people are shown.
    pub fn see_loss(&mut self, iteration: usize, loss: f64, error: f64) -> ControlFlow<()> {
        self.bar.set_position(iteration as u64);
        self.bar.set_message(format!("error {error:.6}"));
        self.trace.push(Point {
            iteration,
            seconds: self.start.elapsed().as_secs_f64(),
            loss,
        });
        match interrupt::is_asked() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// The trace, and the seconds of all.
    pub fn finish(self) -> (Vec<Point>, f64) {
        interrupt::end_iterations();
        self.bar.finish_and_clear();
        (self.trace, self.start.elapsed().as_secs_f64())
    }
}

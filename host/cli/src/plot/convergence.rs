use super::axis::Axis;
use super::chart::{Chart, Line, thinned};
use super::figure::{Figure, Sheet, render};
use super::legend::{Entry, head};
use super::style::Scale;
use super::{Error, Format};
use plotters::prelude::DrawingBackend;

/// The loss at one iteration of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The number of iterations done.
    pub iteration: usize,
    /// Seconds since the start of the run.
    pub seconds: f64,
    /// The objective that the iteration minimizes.
    pub loss: f64,
}

/// The convergence history of a named run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The name in the legend.
    pub name: String,
    /// The points in the order of iterations.
    pub points: Vec<Point>,
    /// The run diverged. It is drawn up to the last finite loss, with a cross at its end. A run with a loss that is not
    /// finite is treated in the same way.
    pub diverged: bool,
}

impl Run {
    /// Creates a run that did not diverge.
    pub fn new(name: impl Into<String>, points: Vec<Point>) -> Self {
        Self {
            name: name.into(),
            points,
            diverged: false,
        }
    }

    fn is_broken(&self) -> bool {
        self.diverged || self.points.iter().any(|point| !point.loss.is_finite())
    }

    /// Returns the points before the first that is not finite.
    fn finite(&self) -> impl Iterator<Item = &Point> {
        let is_finite = |point: &&Point| point.loss.is_finite() && point.seconds.is_finite();
        self.points.iter().take_while(is_finite)
    }

    fn line(&self, place: usize, x: impl Fn(&Point) -> f64) -> Line {
        let points: Vec<_> = self.finite().map(|point| (x(point), point.loss)).collect();
        Line {
            look: self.look(place),
            points: thinned(&points),
            broken: self.is_broken(),
            dotted: false,
        }
    }

    fn look(&self, place: usize) -> Entry {
        let ending = if self.is_broken() { " (diverged)" } else { "" };
        Entry::new(format!("{}{ending}", self.name), place)
    }
}

/// A loss that is known without iterations, such as the minimum; drawn as a dashed line.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The name in the legend.
    pub name: String,
    /// The loss.
    pub loss: f64,
}

/// A plot of the loss of runs against iterations, and against seconds, on a logarithmic axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Convergence {
    /// The title, such as the name of the matrix.
    pub title: String,
    /// The name of the loss and its unit.
    pub quantity: String,
    /// The runs.
    pub runs: Vec<Run>,
    /// Losses for comparison.
    pub levels: Vec<Level>,
}

impl Convergence {
    /// Returns the bytes of a file.
    ///
    /// # Errors
    /// [`Error::Nothing`] without a run that has a finite loss; [`Error::Drawing`].
    pub fn render(&self, format: Format) -> Result<Vec<u8>, Error> {
        if self.runs.iter().all(|run| run.finite().next().is_none()) {
            let what = "no run has a loss";
            return Err(Error::Nothing { what });
        }
        render(self, format)
    }

    /// Returns the axis from the smallest loss to the largest of the runs that did not diverge; one that did may leave
    /// the plot by a decade.
    fn losses(&self) -> Axis {
        let of = |broken: bool| {
            let runs = self.runs.iter();
            let runs = runs.filter(move |run| run.is_broken() == broken);
            runs.flat_map(|run| run.finite().map(|point| point.loss))
        };
        let levels = self.levels.iter().map(|level| level.loss);
        let levels = levels.filter(|loss| loss.is_finite());
        let sound = ends(of(false).chain(levels));
        let broken = ends(of(true));
        let (low, high) = match (sound, broken) {
            (Some((low, high)), Some(broken)) => (
                low.min(broken.0.max(low / 10.0)),
                high.max(broken.1.min(10.0 * high)),
            ),
            (Some(ends), None) | (None, Some(ends)) => ends,
            (None, None) => (0.0, 1.0),
        };
        // A loss of zero has no logarithm: it is drawn at the lower end.
        let low = if low > 0.0 { low } else { LEAST * high };
        Axis::logarithmic(low, high)
    }

    fn levels_over(&self, x: &Axis) -> impl Iterator<Item = Line> {
        let looks = (self.runs.len()..).zip(&self.levels);
        looks.map(|(place, level)| Line {
            look: Entry {
                dashed: true,
                ..Entry::new(level.name.clone(), place)
            },
            points: vec![(x.low, level.loss), (x.high, level.loss)],
            broken: false,
            dotted: false,
        })
    }

    fn chart(&self, x: &dyn Fn(&Point) -> f64, name: &'static str) -> (Chart<'_>, Vec<Line>) {
        let runs = (0..).zip(&self.runs);
        let mut lines: Vec<Line> = runs.map(|(place, run)| run.line(place, x)).collect();
        let ends = lines.iter().filter_map(|line| line.points.last());
        let axis = axis_of(ends.map(|point| point.0));
        lines.extend(self.levels_over(&axis));
        let chart = Chart {
            x: axis,
            y: self.losses(),
            x_name: name,
            y_name: &self.quantity,
        };
        (chart, lines)
    }
}

/// The share of the largest loss at which a loss of zero is drawn: its rounding.
const LEAST: f64 = 1e-16;

/// The ratio of the lengths of runs above which their axis is logarithmic.
const LENGTHS: f64 = 20.0;

/// Returns the axis of runs that end at these places.
fn axis_of(lengths: impl Iterator<Item = f64>) -> Axis {
    let (shortest, longest) = ends(lengths.filter(|length| *length > 0.0)).unwrap_or((0.0, 1.0));
    if longest > LENGTHS * shortest && shortest > 0.0 {
        // The first points of the shortest run are visible, too.
        Axis::logarithmic(shortest / LENGTHS, longest)
    } else {
        Axis::linear(0.0, longest)
    }
}

fn ends(numbers: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    numbers.fold(None, |ends, x| match ends {
        None => Some((x, x)),
        Some((low, high)) => Some((x.min(low), x.max(high))),
    })
}

impl Figure for Convergence {
    fn size(&self) -> (u32, u32) {
        (1120, 520)
    }

    fn draw<B: DrawingBackend>(&self, sheet: &Sheet<B>, scale: Scale) -> Result<(), Error> {
        let by_iteration = self.chart(&|point| point.iteration as f64, "iterations");
        let by_seconds = self.chart(&|point| point.seconds, "seconds");
        let below = head(sheet, &self.title, &by_iteration.1, scale)?;
        let (left, right) = below.split_horizontally(below.dim_in_pixel().0 as i32 / 2);
        for (area, (chart, lines)) in [(left, by_iteration), (right, by_seconds)] {
            chart.draw(&area, &lines, scale)?;
        }
        Ok(())
    }
}

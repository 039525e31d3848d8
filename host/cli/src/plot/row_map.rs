use super::axis::Axis;
use super::chart::{Chart, headline};
use super::figure::{Figure, Sheet, render};
use super::places::{Taken, around};
use super::style::{Scale, TEXT, color, printable};
use super::{Error, Format};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// A plot of the rows of a matrix as points, by two of its components, with their names where there is room.
#[derive(Clone, Debug, PartialEq)]
pub struct RowMap<'a> {
    /// The title, such as the name of the matrix.
    pub title: String,
    /// The two numbers of each row.
    pub points: Vec<(f64, f64)>,
    /// The names of the rows, if they have any.
    pub names: Option<&'a [String]>,
    /// The names of the components.
    pub components: (String, String),
}

/// The most rows that are drawn; no reader tells more points apart.
const MOST_POINTS: usize = 5000;

/// The most names for which room is looked for, and the most characters of each.
const MOST_NAMES: usize = 400;
const LETTERS: usize = 24;

/// The space around the points, as a share of their range.
const MARGIN: f64 = 0.06;

/// The distance of a name from its point, in units.
const GAP: f64 = 6.0;

impl RowMap<'_> {
    /// Returns the bytes of a file, with at most 5000 rows, evenly chosen.
    ///
    /// # Errors
    /// [`Error::Nothing`] without a row of finite numbers; [`Error::Drawing`].
    pub fn render(&self, format: Format) -> Result<Vec<u8>, Error> {
        if self.shown().next().is_none() {
            let what = "no row has two finite numbers";
            return Err(Error::Nothing { what });
        }
        render(self, format)
    }

    /// Returns the rows that are drawn.
    fn shown(&self) -> impl Iterator<Item = usize> + Clone {
        let every = self.points.len().div_ceil(MOST_POINTS).max(1);
        let is_finite = |i: &usize| self.points[*i].0.is_finite() && self.points[*i].1.is_finite();
        (0..self.points.len()).step_by(every).filter(is_finite)
    }

    fn chart(&self) -> Chart<'_> {
        Chart::around(&self.points, self.shown(), &self.components, MARGIN)
    }

    /// Returns the rows that are shown, those far from the middle first: their names matter most.
    fn outermost_first(&self, chart: &Chart<'_>) -> Vec<usize> {
        let share = |x: f64, axis: &Axis| (x - axis.low) / (axis.high - axis.low) - 0.5;
        let distance = |i: &usize| {
            let (x, y) = self.points[*i];
            share(x, &chart.x).hypot(share(y, &chart.y))
        };
        let mut rows: Vec<usize> = self.shown().collect();
        rows.sort_by(|a, b| distance(b).total_cmp(&distance(a)));
        rows.truncate(MOST_NAMES);
        rows
    }
}

impl Figure for RowMap<'_> {
    fn size(&self) -> (u32, u32) {
        (860, 680)
    }

    fn draw<B: DrawingBackend>(&self, sheet: &Sheet<B>, scale: Scale) -> Result<(), Error> {
        let shown: Vec<usize> = self.shown().collect();
        let title = match shown.len() == self.points.len() {
            true => self.title.clone(),
            false => format!("{} ({} of the rows)", self.title, shown.len()),
        };
        let top = headline(sheet, &title, scale)?;
        let below = sheet.split_vertically(top).1;
        let chart = self.chart();
        let mut frame = chart.frame(&below, scale)?;
        let radius = scale.px(3.0);
        let dots = shown
            .iter()
            .map(|&i| Circle::new(self.points[i], radius, color(0).filled()));
        frame.draw_series(dots).map_err(Error::drawing)?;
        let Some(names) = self.names else {
            return Ok(());
        };
        let (across, down) = frame.plotting_area().get_pixel_range();
        let plane = [across.start, down.start, across.end, down.end];
        let style = scale.letters(TEXT, HPos::Left, VPos::Center);
        // A name must not cover a point, unless there are so many that none would be left.
        let mut taken = Taken::new(plane);
        if shown.len() <= MOST_NAMES {
            for &i in &shown {
                taken.add(around(frame.backend_coord(&self.points[i]), radius));
            }
        }
        for i in self.outermost_first(&chart) {
            let name = printable(names.get(i).map_or("", String::as_str), LETTERS);
            let (width, height) = sheet
                .estimate_text_size(&name, &style)
                .map_err(Error::drawing)?;
            let point = frame.backend_coord(&self.points[i]);
            let size = (width as i32, height as i32);
            let Some(place) = taken.beside(point, size, scale.px(GAP)) else {
                continue;
            };
            taken.add(place);
            let middle = (place[0], (place[1] + place[3]) / 2 + scale.sink(TEXT));
            sheet
                .draw(&Text::new(name, middle, style.clone()))
                .map_err(Error::drawing)?;
        }
        Ok(())
    }
}

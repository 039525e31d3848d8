//! A chart of lines over two axes.

use super::Error;
use super::axis::Axis;
use super::figure::Sheet;
use super::legend::Entry;
use super::style::{FAMILY, GRID, INK, Scale, TEXT, TITLE, printable};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// The most characters of a title or of an axis.
const HEADING: usize = 90;

/// The most points of a line; more would not be visible.
const POINTS: usize = 2000;

/// A line and its style; a line without length is drawn as a dot.
pub(super) struct Line {
    pub(super) look: Entry,
    pub(super) points: Vec<(f64, f64)>,
    /// The run diverged: the line ends with a cross.
    pub(super) broken: bool,
    /// Each point is marked with a dot.
    pub(super) dotted: bool,
}

/// A pair of axes and their names.
pub(super) struct Chart<'a> {
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) x_name: &'a str,
    pub(super) y_name: &'a str,
}

/// The height of the title, in units.
pub(super) const HEADLINE: f64 = 44.0;

/// Draws the title and returns the position of its lower end.
pub(super) fn headline<B: DrawingBackend>(
    sheet: &Sheet<B>,
    title: &str,
    scale: Scale,
) -> Result<i32, Error> {
    let style = scale.letters(TITLE, HPos::Left, VPos::Top);
    let place = (scale.px(16.0), scale.px(12.0));
    let text = Text::new(printable(title, HEADING), place, style);
    sheet.draw(&text).map_err(Error::drawing)?;
    Ok(scale.px(HEADLINE))
}

/// Returns at most [`POINTS`] of the points, including the first and the last.
pub(super) fn thinned<P: Copy>(points: &[P]) -> Vec<P> {
    let every = points.len().div_ceil(POINTS).max(1);
    let mut kept: Vec<P> = points.iter().copied().step_by(every).collect();
    if every > 1
        && let Some(last) = points.last()
    {
        kept.push(*last);
    }
    kept
}

pub(super) type Frame<'c, B> = ChartContext<'c, B, Cartesian2d<Axis, Axis>>;

impl<'a> Chart<'a> {
    /// Returns the axes around the points that are shown, with a margin that is a share of their range.
    pub(super) fn around(
        points: &[(f64, f64)],
        shown: impl Iterator<Item = usize> + Clone,
        names: &'a (String, String),
        margin: f64,
    ) -> Self {
        let axis = |of: fn(&(f64, f64)) -> f64| {
            let numbers = shown.clone().map(|i| of(&points[i]));
            let low = numbers.clone().fold(f64::INFINITY, f64::min);
            let high = numbers.fold(f64::NEG_INFINITY, f64::max);
            let margin = margin * (high - low);
            Axis::linear(low - margin, high + margin)
        };
        Self {
            x: axis(|point| point.0),
            y: axis(|point| point.1),
            x_name: &names.0,
            y_name: &names.1,
        }
    }
}

impl Chart<'_> {
    pub(super) fn draw<B: DrawingBackend>(
        &self,
        area: &Sheet<B>,
        lines: &[Line],
        scale: Scale,
    ) -> Result<(), Error> {
        let mut frame = self.frame(area, scale)?;
        for line in lines {
            self.add(&mut frame, line, scale)?;
        }
        Ok(())
    }

    /// Draws both axes, their ticks and names.
    pub(super) fn frame<'c, B: DrawingBackend>(
        &self,
        area: &'c Sheet<B>,
        scale: Scale,
    ) -> Result<Frame<'c, B>, Error> {
        let left = self.widest_label(area, scale)? + scale.px(44.0);
        let mut frame = ChartBuilder::on(area)
            .margin_top(scale.px(10.0))
            .margin_right(scale.px(28.0))
            .margin_left(scale.px(6.0))
            .margin_bottom(scale.px(6.0))
            .set_label_area_size(LabelAreaPosition::Left, left)
            .set_label_area_size(LabelAreaPosition::Bottom, scale.px(54.0))
            .build_cartesian_2d(self.x.clone(), self.y.clone())
            .map_err(Error::drawing)?;
        let text = (FAMILY, TEXT * f64::from(scale.0)).into_font().color(&INK);
        frame
            .configure_mesh()
            .bold_line_style(GRID.stroke_width(scale.stroke(1)))
            .light_line_style(TRANSPARENT)
            .axis_style(INK.stroke_width(scale.stroke(1)))
            .label_style(text.clone())
            .axis_desc_style(text)
            .y_label_offset(scale.sink(TEXT))
            .x_desc(printable(self.x_name, HEADING))
            .y_desc(printable(self.y_name, HEADING))
            .draw()
            .map_err(Error::drawing)?;
        Ok(frame)
    }

    fn widest_label<B: DrawingBackend>(&self, area: &Sheet<B>, scale: Scale) -> Result<i32, Error> {
        let letters = scale.letters(TEXT, HPos::Center, VPos::Center);
        let mut widest = 0;
        for label in self.y.labels() {
            let size = area.estimate_text_size(&label, &letters);
            widest = widest.max(size.map_err(Error::drawing)?.0);
        }
        Ok(widest as i32)
    }

    fn add<B: DrawingBackend>(
        &self,
        frame: &mut Frame<'_, B>,
        line: &Line,
        scale: Scale,
    ) -> Result<(), Error> {
        let stroke = line.look.color.stroke_width(scale.stroke(2));
        let inside = |&(x, y): &(f64, f64)| (self.x.nearest(x), self.y.nearest(y));
        let points: Vec<_> = line.points.iter().map(inside).collect();
        if line.look.dashed {
            let (dash, gap) = (scale.px(7.0), scale.px(5.0));
            let series = DashedLineSeries::new(points.iter().copied(), dash, gap, stroke);
            frame.draw_series(series).map_err(Error::drawing)?;
        } else {
            let series = LineSeries::new(points.iter().copied(), stroke);
            frame.draw_series(series).map_err(Error::drawing)?;
        }
        if line.dotted || points.len() == 1 {
            let dot = |point| Circle::new(point, scale.px(3.0), line.look.color.filled());
            let dots = points.iter().copied().map(dot);
            frame.draw_series(dots).map_err(Error::drawing)?;
        }
        if let (true, Some(&end)) = (line.broken, points.last()) {
            let cross = Cross::new(end, scale.px(6.0), stroke);
            frame.draw_series([cross]).map_err(Error::drawing)?;
        }
        Ok(())
    }
}

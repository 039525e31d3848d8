use super::chart::{Chart, HEADLINE, headline};
use super::figure::{Figure, Sheet, render};
use super::places::{Box4, Taken, around, nearest_of};
use super::style::{Scale, color, printable};
use super::{Error, Format};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// A plot of a few items as points, each with its title; titles do not overlap, and a line leads to one that is away from its
/// point.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemMap {
    /// The title of the plot.
    pub title: String,
    /// The two coordinates of each item.
    pub points: Vec<(f64, f64)>,
    /// The title of each item, those first that matter most.
    pub names: Vec<String>,
    /// The names of the coordinates.
    pub components: (String, String),
}

/// The most characters of a title.
const LETTERS: usize = 60;

/// The size of the letters, in units.
const SIZE: f64 = 12.0;

/// The color of the line to a title that is away from its point.
const LEADER: RGBColor = RGBColor(160, 160, 160);

/// The space around the points, as a share of their range.
const MARGIN: f64 = 0.1;

/// The distance of a title from its point, and of a title from another one, in units.
const GAP: f64 = 6.0;
const SPACE: f64 = 2.0;

impl ItemMap {
    /// Returns the bytes of a file.
    ///
    /// # Errors
    /// [`Error::Nothing`] without an item of finite coordinates; [`Error::Drawing`].
    pub fn render(&self, format: Format) -> Result<Vec<u8>, Error> {
        if self.shown().next().is_none() {
            let what = "no item has two finite coordinates";
            return Err(Error::Nothing { what });
        }
        render(self, format)
    }

    fn shown(&self) -> impl Iterator<Item = usize> + Clone {
        let is_finite = |i: &usize| self.points[*i].0.is_finite() && self.points[*i].1.is_finite();
        (0..self.points.len()).filter(is_finite)
    }

    fn chart(&self) -> Chart<'_> {
        Chart::around(&self.points, self.shown(), &self.components, MARGIN)
    }
}

impl Figure for ItemMap {
    fn size(&self) -> (u32, u32) {
        (1200, 900)
    }

    fn draw<B: DrawingBackend>(&self, sheet: &Sheet<B>, scale: Scale) -> Result<(), Error> {
        let below = sheet.split_vertically(scale.px(HEADLINE)).1;
        let mut frame = self.chart().frame(&below, scale)?;
        let (across, down) = frame.plotting_area().get_pixel_range();
        let (radius, gap, space) = (scale.px(3.0), scale.px(GAP), scale.px(SPACE));
        let places: Vec<(i32, i32)> = self
            .points
            .iter()
            .map(|point| frame.backend_coord(point))
            .collect();
        let mut taken = Taken::new([across.start, down.start, across.end, down.end]);
        for i in self.shown() {
            taken.add(around(places[i], radius));
        }
        let style = scale.letters(SIZE, HPos::Left, VPos::Center);
        let mut titles: Vec<(usize, String, Box4)> = Vec::new();
        for i in self.shown() {
            let name = printable(self.names.get(i).map_or("", String::as_str), LETTERS);
            let size = sheet.estimate_text_size(&name, &style);
            let (width, height) = size.map_err(Error::drawing)?;
            let size = (width as i32 + 2 * space, height as i32 + 2 * space);
            let beside = taken.beside(places[i], size, gap);
            if let Some(place) = beside.or_else(|| taken.nearest(places[i], size, gap)) {
                taken.add(place);
                titles.push((i, name, place));
            }
        }
        // Lines lie below the dots, and dots below the titles.
        for (i, _, place) in &titles {
            let end = nearest_of(place, places[*i]);
            let line =
                PathElement::new(vec![places[*i], end], LEADER.stroke_width(scale.stroke(1)));
            sheet.draw(&line).map_err(Error::drawing)?;
        }
        let dots = self
            .shown()
            .map(|i| Circle::new(self.points[i], radius, color(0).filled()));
        frame.draw_series(dots).map_err(Error::drawing)?;
        let shown = self.shown().count();
        let headed = match shown - titles.len() {
            0 => self.title.clone(),
            left => format!("{} ({left} titles have no room)", self.title),
        };
        headline(sheet, &headed, scale)?;
        for (_, name, place) in titles {
            let middle = (
                place[0] + space,
                (place[1] + place[3]) / 2 + scale.sink(SIZE),
            );
            let text = Text::new(name, middle, style.clone());
            sheet.draw(&text).map_err(Error::drawing)?;
        }
        Ok(())
    }
}

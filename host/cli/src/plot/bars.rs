//! Names with their weights as bars, in panels of equal scale.

use super::chart::headline;
use super::figure::{Figure, Sheet};
use super::style::{GRID, INK, Scale, TEXT, color, printable};
use super::{Error, Format, figure};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// Panels of bars.
pub(super) struct Bars {
    pub(super) title: String,
    /// The meaning of a weight.
    pub(super) note: String,
    pub(super) panels: Vec<Panel>,
}

/// The names of a panel, and the length of the bar of each.
pub(super) struct Panel {
    pub(super) title: String,
    pub(super) bars: Vec<(String, f64)>,
}

/// The most panels side by side.
const COLUMNS: usize = 4;

/// The width of a panel and the heights of a bar, of the space above the bars and of that below, in units.
const PANEL: f64 = 290.0;
const BAR: f64 = 20.0;
const HEAD: f64 = 30.0;
const FOOT: f64 = 14.0;
const TOP: f64 = 70.0;
const MARGIN: f64 = 16.0;

/// The most characters of a name, and the part of a panel that they may take.
const LETTERS: usize = 20;
const NAMES: f64 = 0.5;

/// The most bars of a panel; no reader shows a larger image.
pub(super) const MOST_BARS: usize = 100;
pub(super) const MOST_PANELS: usize = 200;

impl Bars {
    /// Returns the bytes of a file; `nothing`: the error if no panel has bars.
    pub(super) fn render(
        mut self,
        format: Format,
        nothing: &'static str,
    ) -> Result<Vec<u8>, Error> {
        self.panels.truncate(MOST_PANELS);
        for panel in &mut self.panels {
            panel.bars.truncate(MOST_BARS);
        }
        if self.panels.iter().all(|panel| panel.bars.is_empty()) {
            return Err(Error::Nothing { what: nothing });
        }
        figure::render(&self, format)
    }

    fn columns(&self) -> usize {
        self.panels.len().clamp(1, COLUMNS)
    }

    fn rows(&self) -> usize {
        self.panels.len().div_ceil(self.columns())
    }

    fn panel_height(&self) -> f64 {
        let bars = self.panels.iter().map(|panel| panel.bars.len());
        HEAD + BAR * bars.max().unwrap_or(0) as f64 + FOOT
    }

    fn weights(&self) -> impl Iterator<Item = f64> {
        let bars = self.panels.iter().flat_map(|panel| &panel.bars);
        bars.map(|(_, weight)| *weight)
    }
}

/// The position of a panel, and the longest bar of all panels.
struct Place {
    left: f64,
    top: f64,
    heaviest: f64,
}

impl Place {
    fn draw<B: DrawingBackend>(
        &self,
        sheet: &Sheet<B>,
        panel: &Panel,
        scale: Scale,
    ) -> Result<(), Error> {
        let at = |x: f64, y: f64| (scale.px(self.left + x), scale.px(self.top + y));
        let text = |text: String, place: (i32, i32), horizontally| {
            let style = scale.letters(TEXT, horizontally, VPos::Center);
            let place = (place.0, place.1 + scale.sink(TEXT));
            sheet
                .draw(&Text::new(text, place, style))
                .map_err(Error::drawing)
        };
        let zero = PANEL * NAMES;
        let room = PANEL * (1.0 - NAMES) - 60.0;
        text(panel.title.clone(), at(zero, HEAD / 2.0), HPos::Left)?;
        for (place, (name, weight)) in panel.bars.iter().enumerate() {
            let middle = HEAD + BAR * (place as f64 + 0.5);
            let name = printable(name, LETTERS);
            text(name, at(zero - 8.0, middle), HPos::Right)?;
            let length = match weight.abs() / self.heaviest {
                share if share.is_finite() => room * share,
                _ => 0.0,
            };
            let corners = [at(zero, middle - 7.0), at(zero + length, middle + 7.0)];
            let fill = color(usize::from(*weight < 0.0)).filled();
            sheet
                .draw(&Rectangle::new(corners, fill))
                .map_err(Error::drawing)?;
            let weight = format!("{weight:.2}");
            text(weight, at(zero + length + 6.0, middle), HPos::Left)?;
        }
        let bottom = HEAD + BAR * panel.bars.len() as f64;
        let ends = [at(zero, HEAD), at(zero, bottom)];
        let line = PathElement::new(ends, INK.stroke_width(scale.stroke(1)));
        sheet.draw(&line).map_err(Error::drawing)
    }
}

impl Figure for Bars {
    fn size(&self) -> (u32, u32) {
        let width = PANEL * self.columns().max(2) as f64 + 2.0 * MARGIN;
        let height = TOP + self.panel_height() * self.rows() as f64;
        (width.ceil() as u32, height.ceil() as u32)
    }

    fn draw<B: DrawingBackend>(&self, sheet: &Sheet<B>, scale: Scale) -> Result<(), Error> {
        let below = headline(sheet, &self.title, scale)?;
        let negative = match self.weights().any(|weight| weight < 0.0) {
            true => "; vermilion: negative",
            false => "",
        };
        let style = scale.letters(TEXT, HPos::Left, VPos::Center);
        let note = format!("{}{negative}", self.note);
        let note = Text::new(note, (scale.px(MARGIN), below), style);
        sheet.draw(&note).map_err(Error::drawing)?;
        let heaviest = self.weights().map(f64::abs).fold(0.0, f64::max);
        for (place, panel) in self.panels.iter().enumerate() {
            let (row, column) = (place / self.columns(), place % self.columns());
            let top = TOP + self.panel_height() * row as f64;
            if column == 0 && row > 0 {
                let right = scale.px(f64::from(self.size().0) - MARGIN);
                let ends = [
                    (scale.px(MARGIN), scale.px(top - 4.0)),
                    (right, scale.px(top - 4.0)),
                ];
                let rule = PathElement::new(ends, GRID.stroke_width(scale.stroke(1)));
                sheet.draw(&rule).map_err(Error::drawing)?;
            }
            let at = Place {
                left: MARGIN + PANEL * column as f64,
                top,
                heaviest,
            };
            at.draw(sheet, panel, scale)?;
        }
        Ok(())
    }
}

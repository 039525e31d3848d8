//! The legend, in rows below the title.

use super::Error;
use super::chart::{Line, headline};
use super::figure::Sheet;
use super::style::{Scale, TEXT, color, is_dashed, printable};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// The most characters of a name.
const NAME: usize = 48;

/// The height of a row, the length of a sample and the space behind it, in units.
const ROW: f64 = 22.0;
const SAMPLE: f64 = 26.0;
const GAP: f64 = 8.0;

/// The allowance for letters of a reader's font that are wider than the measured ones.
const WIDER: f64 = 1.15;

/// The name and the style of a line.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) color: RGBColor,
    pub(super) dashed: bool,
}

impl Entry {
    /// Creates the entry of the line at `place`.
    pub(super) fn new(name: String, place: usize) -> Self {
        Self {
            name,
            color: color(place),
            dashed: is_dashed(place),
        }
    }
}

/// RandomEntries the title and the legend of `lines`; returns the rest of the sheet.
pub(super) fn head<B: DrawingBackend>(
    sheet: &Sheet<B>,
    title: &str,
    lines: &[Line],
    scale: Scale,
) -> Result<Sheet<B>, Error> {
    let top = headline(sheet, title, scale)?;
    let looks = lines.iter().map(|line| line.look.clone()).collect();
    let margin = scale.px(16.0);
    let width = sheet.dim_in_pixel().0 as i32 - 2 * margin;
    let legend = Legend::new(looks, sheet, width, scale)?;
    legend.draw(sheet, (margin, top), scale)?;
    Ok(sheet.split_vertically(top + legend.height(scale)).1)
}

/// The positions of the entries within a width.
struct Legend {
    /// The entry, its left end and its row.
    places: Vec<(Entry, i32, i32)>,
    rows: i32,
}

impl Legend {
    fn new<B: DrawingBackend>(
        entries: Vec<Entry>,
        sheet: &Sheet<B>,
        width: i32,
        scale: Scale,
    ) -> Result<Self, Error> {
        let style = scale.letters(TEXT, HPos::Left, VPos::Center);
        let (mut places, mut x, mut row) = (Vec::new(), 0, 0);
        for entry in entries {
            let name = printable(&entry.name, NAME);
            let letters = sheet.estimate_text_size(&name, &style);
            let letters = f64::from(letters.map_err(Error::drawing)?.0);
            let letters = (letters * WIDER).ceil() as i32;
            let length = scale.px(SAMPLE + 3.0 * GAP) + letters;
            if x > 0 && x + length > width {
                (x, row) = (0, row + 1);
            }
            places.push((Entry { name, ..entry }, x, row));
            x += length;
        }
        let rows = if places.is_empty() { 0 } else { row + 1 };
        Ok(Self { places, rows })
    }

    fn height(&self, scale: Scale) -> i32 {
        self.rows * scale.px(ROW)
    }

    /// RandomEntries the legend with its upper left corner at `corner`.
    fn draw<B: DrawingBackend>(
        &self,
        sheet: &Sheet<B>,
        corner: (i32, i32),
        scale: Scale,
    ) -> Result<(), Error> {
        let style = scale.letters(TEXT, HPos::Left, VPos::Center);
        for (entry, left, row) in &self.places {
            let x = corner.0 + left;
            let y = corner.1 + row * scale.px(ROW) + scale.px(ROW / 2.0);
            let end = x + scale.px(SAMPLE);
            let stroke = entry.color.stroke_width(scale.stroke(2));
            for &(from, to) in strokes(entry.dashed) {
                let part = |share: f64| (x + scale.px(share * SAMPLE), y);
                let line = PathElement::new([part(from), part(to)], stroke);
                sheet.draw(&line).map_err(Error::drawing)?;
            }
            let place = (end + scale.px(GAP), y + scale.sink(TEXT));
            let name = Text::new(entry.name.clone(), place, style.clone());
            sheet.draw(&name).map_err(Error::drawing)?;
        }
        Ok(())
    }
}

/// Returns the drawn parts of a sample.
fn strokes(dashed: bool) -> &'static [(f64, f64)] {
    match dashed {
        true => &[(0.0, 0.25), (0.4, 0.6), (0.75, 1.0)],
        false => &[(0.0, 1.0)],
    }
}

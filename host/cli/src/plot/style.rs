//! Colors, lengths and letters.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Okabe and Ito's colors, in an order in which neighbours differ most; yellow is too light for a line.
const PALETTE: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
];

pub(super) const GRID: RGBColor = RGBColor(225, 225, 225);
pub(super) const INK: RGBColor = RGBColor(40, 40, 40);

/// The family that is registered for pixels, and that a reader of SVG knows.
pub(super) const FAMILY: &str = "sans-serif";

pub(super) const TITLE: f64 = 20.0;
pub(super) const TEXT: f64 = 15.0;

/// The color of the line at `place`.
pub(super) fn color(place: usize) -> RGBColor {
    PALETTE[place % PALETTE.len()]
}

/// Lines that share a color differ in their dashes.
pub(super) fn is_dashed(place: usize) -> bool {
    (place / PALETTE.len()) % 2 == 1
}

/// How many pixels a unit of length is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale(pub(super) u32);

impl Scale {
    pub(super) fn px(self, units: f64) -> i32 {
        (units * f64::from(self.0)).round() as i32
    }

    pub(super) fn stroke(self, units: u32) -> u32 {
        units * self.0
    }

    /// How much lower letters of pixels have to be placed to stand in the middle: their box is measured
    /// without what is below the line.
    pub(super) fn sink(self, size: f64) -> i32 {
        if self.0 > 1 { self.px(0.13 * size) } else { 0 }
    }

    pub(super) fn letters(
        self,
        size: f64,
        horizontally: HPos,
        vertically: VPos,
    ) -> TextStyle<'static> {
        (FAMILY, size * f64::from(self.0))
            .into_font()
            .color(&INK)
            .pos(Pos::new(horizontally, vertically))
    }
}

/// Text that any reader of SVG takes, cut where it is too long for its place.
pub(super) fn printable(text: &str, characters: usize) -> String {
    let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut kept: String = text.chars().map(clean).take(characters).collect();
    if text.chars().nth(characters).is_some() {
        kept.pop();
        kept.push('…');
    }
    kept
}

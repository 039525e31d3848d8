//! Colors, lengths and fonts.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Okabe and Ito's colors, ordered such that neighbours differ most; yellow is too light for a line.
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

/// The font family that is registered for pixels and known to readers of SVG.
pub(super) const FAMILY: &str = "sans-serif";

pub(super) const TITLE: f64 = 20.0;
pub(super) const TEXT: f64 = 15.0;

/// Returns the color of the line at `place`.
pub(super) fn color(place: usize) -> RGBColor {
    PALETTE[place % PALETTE.len()]
}

/// Returns true for the lines that share a color with an earlier one.
pub(super) fn is_dashed(place: usize) -> bool {
    (place / PALETTE.len()) % 2 == 1
}

/// The number of pixels per unit of length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale(pub(super) u32);

impl Scale {
    pub(super) fn px(self, units: f64) -> i32 {
        (units * f64::from(self.0)).round() as i32
    }

    pub(super) fn stroke(self, units: u32) -> u32 {
        units * self.0
    }

    /// Returns the offset that centers letters of pixels vertically: their box is measured without what is below the
    /// line.
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

/// Returns text that is valid in SVG, cut to a number of characters.
pub(super) fn printable(text: &str, characters: usize) -> String {
    let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut kept: String = text.chars().map(clean).take(characters).collect();
    if text.chars().nth(characters).is_some() {
        kept.pop();
        kept.push('…');
    }
    kept
}

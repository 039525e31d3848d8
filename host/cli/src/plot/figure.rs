//! Conversion of a drawing to the bytes of a file.

use super::style::{FAMILY, Scale};
use super::{Error, Format};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::register_font;
use std::sync::OnceLock;

/// The pixels of a PNG per unit: enough for high-resolution screens.
const PIXELS: u32 = 2;

/// A drawing for any backend.
pub(super) trait Figure {
    /// Returns width and height, in units.
    fn size(&self) -> (u32, u32);

    fn draw<B: DrawingBackend>(&self, sheet: &Sheet<B>, scale: Scale) -> Result<(), Error>;
}

pub(super) type Sheet<B> = DrawingArea<B, Shift>;

pub(super) fn render(figure: &impl Figure, format: Format) -> Result<Vec<u8>, Error> {
    letters()?;
    match format {
        Format::Svg => svg(figure),
        Format::Png => png(figure),
    }
}

fn svg(figure: &impl Figure) -> Result<Vec<u8>, Error> {
    let mut text = String::new();
    let sheet = SVGBackend::with_string(&mut text, figure.size()).into_drawing_area();
    fill(figure, &sheet, Scale(1))?;
    drop(sheet);
    Ok(text.into_bytes())
}

fn png(figure: &impl Figure) -> Result<Vec<u8>, Error> {
    let (width, height) = figure.size();
    let (width, height) = (width * PIXELS, height * PIXELS);
    let mut pixels = vec![0; width as usize * height as usize * 3];
    let sheet = BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area();
    fill(figure, &sheet, Scale(PIXELS))?;
    drop(sheet);
    encode(&pixels, (width, height), png::ColorType::Rgb)
}

fn fill<B: DrawingBackend>(
    figure: &impl Figure,
    sheet: &Sheet<B>,
    scale: Scale,
) -> Result<(), Error> {
    sheet.fill(&WHITE).map_err(Error::drawing)?;
    figure.draw(sheet, scale)?;
    sheet.present().map_err(Error::drawing)
}

/// Encodes a PNG of 8 bits per channel.
pub(super) fn encode(
    pixels: &[u8],
    (width, height): (u32, u32),
    color: png::ColorType,
) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(Error::drawing)?;
    writer.write_image_data(pixels).map_err(Error::drawing)?;
    writer.finish().map_err(Error::drawing)?;
    Ok(bytes)
}

/// Registers the font, once: it is used to measure text, for an SVG too.
fn letters() -> Result<(), Error> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let registered = REGISTERED
        .get_or_init(|| register_font(FAMILY, FontStyle::Normal, notosans::REGULAR_TTF).is_ok());
    match registered {
        true => Ok(()),
        false => Err(Error::drawing("the font that is compiled in is broken")),
    }
}

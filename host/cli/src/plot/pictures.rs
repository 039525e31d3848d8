use super::figure::encode;
use super::style::printable;
use super::{Error, Format};
use base64::Engine;
use lowrank::{DenseMatrix, Scalar};

/// Components whose entries are the pixels of pictures, row by row: tiles, in the order of the components.
///
/// Each tile is scaled to the whole range of gray: from zero, black, to its largest entry, white. If entries are
/// negative, the range is from minus the largest magnitude to the largest magnitude, and zero is a middle gray.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pictures<'a, T> {
    /// The title; only an SVG shows it.
    pub title: &'a str,
    /// n x k: a component in each column.
    pub components: &'a DenseMatrix<T>,
    /// Height and width of each picture in pixels, n of them.
    pub size: (usize, usize),
}

/// The pixels between two tiles, and around all.
const GAP: usize = 1;
const GAP_GRAY: u8 = 255;

/// The approximate width of the image, to which small tiles are enlarged: each pixel becomes a square.
const WIDTH: usize = 800;

/// The most pixels of an image, whose bytes are in memory.
const MOST_PIXELS: usize = 1 << 28;

/// The positions of the tiles.
struct Grid {
    columns: usize,
    rows: usize,
    height: usize,
    width: usize,
    /// The enlargement: pixels of the image per pixel of a tile, along a side.
    enlarged: usize,
}

impl<T: Scalar> Pictures<'_, T> {
    /// Returns the bytes of a file. A PNG has one gray pixel, or a square of them, for each entry.
    ///
    /// # Errors
    /// [`Error::PictureSize`] if the number of entries differs from the number of pixels; [`Error::TooLarge`];
    /// [`Error::Nothing`] without a component; [`Error::Drawing`].
    pub fn render(&self, format: Format) -> Result<Vec<u8>, Error> {
        let grid = self.grid()?;
        let (width, height) = grid.pixels();
        let png = encode(
            &self.gray(&grid),
            (width, height),
            png::ColorType::Grayscale,
        )?;
        match format {
            Format::Png => Ok(png),
            Format::Svg => Ok(self.embedded(&png, (width, height)).into_bytes()),
        }
    }

    fn grid(&self) -> Result<Grid, Error> {
        let ((height, width), count) = (self.size, self.components.ncols());
        let entries = self.components.nrows();
        if height.checked_mul(width) != Some(entries) {
            return Err(Error::PictureSize {
                entries,
                height,
                width,
            });
        }
        if entries == 0 || count == 0 {
            let what = "there are no components";
            return Err(Error::Nothing { what });
        }
        // As wide as high, counted in pixels.
        let square = (count as f64 * height as f64 / width as f64).sqrt();
        let columns = (square.round() as usize).clamp(1, count);
        let mut grid = Grid {
            columns,
            rows: count.div_ceil(columns),
            height,
            width,
            enlarged: 1,
        };
        let too_large = Error::TooLarge {
            count,
            height,
            width,
        };
        let across = (width + GAP)
            .checked_mul(columns)
            .ok_or(too_large.clone())?;
        grid.enlarged = (WIDTH / across.max(1)).clamp(1, 16);
        let down = (height + GAP)
            .checked_mul(grid.rows)
            .ok_or(too_large.clone())?;
        let area = (across * grid.enlarged + 1).checked_mul(down * grid.enlarged + 1);
        match area {
            Some(area) if area <= MOST_PIXELS => Ok(grid),
            _ => Err(too_large),
        }
    }

    fn gray(&self, grid: &Grid) -> Vec<u8> {
        let (across, down) = grid.pixels();
        let mut image = vec![GAP_GRAY; across as usize * down as usize];
        for k in 0..self.components.ncols() {
            let component = self.components.column(k);
            let shades = shades(component);
            let (top, left) = grid.corner(k);
            for (place, shade) in shades.into_iter().enumerate() {
                let y = top + place / grid.width * grid.enlarged;
                let x = left + place % grid.width * grid.enlarged;
                for row in y..y + grid.enlarged {
                    let start = row * across as usize + x;
                    image[start..start + grid.enlarged].fill(shade);
                }
            }
        }
        image
    }

    fn embedded(&self, png: &[u8], (width, height): (u32, u32)) -> String {
        let data = base64::engine::general_purpose::STANDARD.encode(png);
        let title = printable(self.title, 90)
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        let (head, wide) = (40, width.max(400));
        format!(
            "<svg width=\"{wide}\" height=\"{}\" viewBox=\"0 0 {wide} {}\" \
             xmlns=\"http://www.w3.org/2000/svg\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>\n\
             <text x=\"8\" y=\"26\" font-family=\"sans-serif\" font-size=\"16\" fill=\"#282828\">{title}</text>\n\
             <image x=\"0\" y=\"{head}\" width=\"{width}\" height=\"{height}\" \
             style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{data}\"/>\n</svg>\n",
            height + head,
            height + head,
        )
    }
}

impl Grid {
    /// Returns width and height of the image.
    fn pixels(&self) -> (u32, u32) {
        let across = self.columns * (self.width * self.enlarged + GAP) + GAP;
        let down = self.rows * (self.height * self.enlarged + GAP) + GAP;
        (across as u32, down as u32)
    }

    /// Returns the upper left pixel of tile k, its row first.
    fn corner(&self, k: usize) -> (usize, usize) {
        let (row, column) = (k / self.columns, k % self.columns);
        let top = GAP + row * (self.height * self.enlarged + GAP);
        let left = GAP + column * (self.width * self.enlarged + GAP);
        (top, left)
    }
}

/// Returns the grays of a component.
fn shades<T: Scalar>(component: &[T]) -> Vec<u8> {
    let entries: Vec<f64> = component.iter().map(|x| x.to_f64()).collect();
    let finite = || entries.iter().copied().filter(|x| x.is_finite());
    let largest = finite().fold(0.0f64, |most, x| most.max(x.abs()));
    let signed = finite().any(|x| x < 0.0);
    let share = |x: f64| match (largest > 0.0 && x.is_finite(), signed) {
        (false, _) => 0.0,
        (true, false) => x / largest,
        (true, true) => 0.5 + 0.5 * (x / largest),
    };
    entries
        .iter()
        .map(|x| (255.0 * share(*x)).round() as u8)
        .collect()
}

use super::axis::Axis;
use super::chart::{Chart, Line};
use super::figure::{Figure, Sheet, render};
use super::legend::{Entry, head};
use super::style::Scale;
use super::{Error, Format};
use plotters::prelude::DrawingBackend;

/// The singular values of one decomposition.
#[derive(Clone, Debug, PartialEq)]
pub struct SingularValues {
    /// The name in the legend.
    pub name: String,
    /// The values, in descending order.
    pub values: Vec<f64>,
}

/// A plot of singular values by their number, on a logarithmic axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    /// The title, such as the name of the matrix.
    pub title: String,
    /// The decompositions.
    pub spectra: Vec<SingularValues>,
}

/// The share of the largest singular value below which a value is only rounding.
const ROUNDING: f64 = 1e-17;

impl Spectrum {
    /// Returns the bytes of a file.
    ///
    /// # Errors
    /// [`Error::Nothing`] without a positive singular value; [`Error::Drawing`].
    pub fn render(&self, format: Format) -> Result<Vec<u8>, Error> {
        if self.largest() > 0.0 {
            return render(self, format);
        }
        let what = "no singular value is above zero";
        Err(Error::Nothing { what })
    }

    fn all(&self) -> impl Iterator<Item = f64> {
        let values = self.spectra.iter().flat_map(|spectrum| &spectrum.values);
        values.copied().filter(|value| value.is_finite())
    }

    fn largest(&self) -> f64 {
        self.all().fold(0.0, f64::max)
    }

    fn lines(&self) -> Vec<Line> {
        let line = |(place, spectrum): (usize, &SingularValues)| Line {
            look: Entry::new(spectrum.name.clone(), place),
            points: (1..)
                .zip(&spectrum.values)
                .filter(|(_, value)| value.is_finite())
                .map(|(number, value)| (f64::from(number), *value))
                .collect(),
            broken: false,
            dotted: spectrum.values.len() <= 100,
        };
        self.spectra.iter().enumerate().map(line).collect()
    }
}

impl Figure for Spectrum {
    fn size(&self) -> (u32, u32) {
        (760, 500)
    }

    fn draw<B: DrawingBackend>(&self, sheet: &Sheet<B>, scale: Scale) -> Result<(), Error> {
        let lines = self.lines();
        let below = head(sheet, &self.title, &lines, scale)?;
        let counts = self.spectra.iter().map(|spectrum| spectrum.values.len());
        let largest = self.largest();
        let smallest = self.all().fold(largest, f64::min).max(ROUNDING * largest);
        let chart = Chart {
            x: Axis::linear(0.0, counts.max().unwrap_or(0) as f64 + 0.5),
            y: Axis::logarithmic(smallest, largest),
            x_name: "number",
            y_name: "singular value",
        };
        chart.draw(&below, &lines, scale)
    }
}

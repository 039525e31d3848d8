//! Axes with a readable number of round ticks.

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use std::ops::Range;

/// The approximate number of ticks.
const TICKS: f64 = 6.0;

/// The most decades that an axis shows; their bounds are still finite numbers.
const DECADES: f64 = 300.0;

/// The mantissas of logarithmic ticks, the coarsest first.
const MANTISSAS: [&[f64]; 3] = [&[1.0], &[1.0, 3.0], &[1.0, 2.0, 5.0]];

/// A linear or a logarithmic axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    logarithmic: bool,
    ticks: Vec<f64>,
}

impl Axis {
    /// Creates a linear axis from `low` to `high`; an empty or infinite range becomes one around `low`, or around zero.
    pub(super) fn linear(low: f64, high: f64) -> Self {
        let (low, high) = widened(low, high);
        Self {
            low,
            high,
            logarithmic: false,
            ticks: round_numbers(low, high),
        }
    }

    /// Creates a logarithmic axis if both numbers are positive, else a linear one.
    pub(super) fn logarithmic(low: f64, high: f64) -> Self {
        if !(low > 0.0 && low <= high && high.is_finite()) {
            return Self::linear(low.min(0.0), high);
        }
        let (first, last) = (low.log10(), high.log10());
        // Numbers that differ only by rounding are shown as one.
        let margin = if last - first < 1e-9 {
            0.05
        } else {
            0.04 * (last - first)
        };
        let power = |exponent: f64| 10f64.powf(exponent.clamp(-DECADES, DECADES));
        let (low, high) = (power(first - margin), power(last + margin));
        Self {
            low,
            high,
            logarithmic: true,
            ticks: ticks_of_decades(low, high),
        }
    }

    /// Returns the number on the axis nearest to `value`.
    pub(super) fn nearest(&self, value: f64) -> f64 {
        value.clamp(self.low, self.high)
    }

    /// Returns the labels of all ticks.
    pub(super) fn labels(&self) -> Vec<String> {
        let ticks = self.ticks.iter();
        ticks.map(|tick| self.format_ext(tick)).collect()
    }

    fn share(&self, value: f64) -> f64 {
        let value = self.nearest(value);
        if self.logarithmic {
            (value.ln() - self.low.ln()) / (self.high.ln() - self.low.ln())
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }
}

/// Widens an interval that is empty up to rounding.
fn widened(low: f64, high: f64) -> (f64, f64) {
    let long_enough = high - low > 1e-9 * low.abs().max(high.abs());
    match ((high - low).is_finite(), long_enough) {
        (true, true) => (low, high),
        (true, false) if low != 0.0 => (low - low.abs() / 2.0, low + low.abs() / 2.0),
        _ => (0.0, 1.0),
    }
}

/// Returns multiples of 1, 2 or 5 times a power of ten.
fn round_numbers(low: f64, high: f64) -> Vec<f64> {
    let rough = (high - low) / TICKS;
    let power = 10f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power);
    let step = steps
        .into_iter()
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    let (first, last) = ((low / step).ceil(), (high / step).floor());
    let count = (last - first).clamp(0.0, 2.0 * TICKS) as usize;
    (0..=count)
        .map(|place| first + place as f64)
        .filter(|multiple| *multiple <= last)
        // Divided if the step is below one: 3 * 0.1 is not 0.3.
        .map(|multiple| {
            if power < 1.0 {
                multiple * (step / power).round() / (1.0 / power).round()
            } else {
                multiple * step
            }
        })
        .collect()
}

/// Returns powers of ten, or these times 1 and 3 or 1, 2 and 5, or round numbers if the axis is short.
fn ticks_of_decades(low: f64, high: f64) -> Vec<f64> {
    let decades = high.log10() - low.log10();
    if decades < 0.7 {
        return round_numbers(low, high);
    }
    let every = (decades / TICKS).ceil().max(1.0) as i32;
    let exponents = low.log10().floor() as i32..=high.log10().ceil() as i32;
    let of = |mantissas: &[f64]| -> Vec<f64> {
        let powers = exponents.clone().filter(|exponent| exponent % every == 0);
        powers
            .flat_map(|exponent| mantissas.iter().map(move |m| decimal(*m, exponent)))
            .filter(|tick| (low..=high).contains(tick))
            .collect()
    };
    let enough = MANTISSAS.into_iter().map(of).find(|ticks| ticks.len() >= 4);
    enough.unwrap_or_else(|| of(MANTISSAS[2]))
}

/// m 10^e, rounded as its decimal notation is: 3 * 0.1 is not 0.3.
fn decimal(m: f64, e: i32) -> f64 {
    match e {
        ..0 => m / 10f64.powi(-e),
        _ => m * 10f64.powi(e),
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (first, last): (i32, i32)) -> i32 {
        first + (f64::from(last - first) * self.share(*value)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Axis {
    /// Formats with just enough digits to distinguish the ticks; many ticks are written as powers of ten.
    fn format_ext(&self, value: &f64) -> String {
        let sizes = self.ticks.iter().map(|tick| tick.abs());
        let sizes = sizes.filter(|size| *size > 0.0);
        let largest = sizes.clone().fold(0.0, f64::max);
        let smallest = sizes.fold(largest, f64::min);
        if *value == 0.0 {
            return "0".into();
        }
        if largest >= 1e6 || smallest < 1e-4 {
            return format!("{value:e}");
        }
        format!("{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_of_a_linear_axis_are_round() {
        let of = |low, high| Axis::linear(low, high).labels();
        assert_eq!(of(0.0, 100.0), ["0", "20", "40", "60", "80", "100"]);
        assert_eq!(of(0.0, 0.61), ["0", "0.2", "0.4", "0.6"]);
        assert_eq!(of(43.61, 43.66)[0], "43.61");
        assert_eq!(of(0.0, 3e7)[1], "5e6");
        assert_eq!(of(-1.0, 1.0), ["-1", "-0.5", "0", "0.5", "1"]);
    }

    #[test]
    fn ticks_of_a_logarithmic_axis_are_decades_where_there_are_many() {
        let of = |low, high| Axis::logarithmic(low, high).labels();
        assert_eq!(of(1e-8, 1.0), ["1e-8", "1e-6", "1e-4", "1e-2", "1e0"]);
        assert_eq!(of(1.0, 1000.0), ["1", "10", "100", "1000"]);
        assert_eq!(of(1.0, 50.0), ["1", "3", "10", "30"]);
        assert_eq!(of(10.0, 60.0), ["10", "20", "50"]);
        assert_eq!(of(0.01, 4.0), ["0.01", "0.03", "0.1", "0.3", "1", "3"]);
        let narrow = of(43.6, 44.4);
        assert!((4..=9).contains(&narrow.len()), "{narrow:?}");
        assert!(narrow.contains(&"44".into()), "{narrow:?}");
    }

    #[test]
    fn every_axis_has_ticks_within_its_ends() {
        let odd = [
            0.0,
            -3.0,
            1.0,
            1e-300,
            1e300,
            f64::NAN,
            f64::INFINITY,
            -f64::INFINITY,
            7.0,
            1e-17,
        ];
        for low in odd {
            for high in odd {
                for axis in [Axis::linear(low, high), Axis::logarithmic(low, high)] {
                    assert!(axis.low < axis.high, "{low} {high} {axis:?}");
                    assert!(axis.ticks.len() <= 14, "{low} {high} {axis:?}");
                    for tick in &axis.ticks {
                        assert!(tick.is_finite(), "{low} {high} {axis:?}");
                    }
                    assert_eq!(axis.map(&axis.low, (10, 20)), 10);
                    assert_eq!(axis.map(&f64::INFINITY, (10, 20)), 20);
                }
            }
        }
    }
}

use super::numbers::Numbers;

/// The shares of rows below each of the stored thresholds.
pub const QUANTILES: [f32; 5] = [0.5, 0.9, 0.99, 0.999, 1.0];

/// Quantiles of the residuals of rows that are known to be good, as the host measured them.
#[derive(Clone, Copy, Debug)]
pub struct Thresholds<'a>(pub(crate) Numbers<'a>);

impl Thresholds<'_> {
    /// Returns the residual below which at least this share of the known rows are: of [`QUANTILES`] the first that is
    /// no less. `None` if the model has none, or `share` is above one or NaN.
    ///
    /// A row with a larger residual is unlike those rows: an anomaly.
    pub fn at(&self, share: f32) -> Option<f32> {
        let mut places = (0..QUANTILES.len()).zip(QUANTILES);
        let (place, _) = places.find(|(_, quantile)| *quantile >= share)?;
        self.0.get(place)
    }
}

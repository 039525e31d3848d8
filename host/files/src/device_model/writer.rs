//! The bytes of a model; [`lowrank::core::model`] has their format.

use super::encoding::{self, single};
use super::selection::Selection;
use super::{DeviceModel, Error, Export};
use lowrank::DenseMatrix;
use lowrank::core::model::{Encoding, MAGIC, Method, QUANTILES, VERSION, crc32, sections};

/// A model for a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// The bytes, whose length is that of the model.
    pub bytes: Vec<u8>,
    /// The number of columns on the device: the terms, or all columns of a matrix.
    pub columns: usize,
    /// The column of the model that each column of the device is.
    pub order: Vec<usize>,
    /// Terms left out since a heavier term or a stop word has their key.
    pub collisions: usize,
    /// Terms left out since the tokenizer of a device does not make them.
    pub unreachable: usize,
    /// The choices.
    pub export: Export,
}

impl DeviceModel {
    /// Writes the model as bytes.
    ///
    /// - `thresholds`: quantiles of the residuals of known rows, at [`QUANTILES`].
    ///
    /// # Errors
    /// - [`Error::NoTerms`], [`Error::NGrams`], [`Error::SublinearTf`], [`Error::TooSmall`]: the choices do not fit.
    /// - [`Error::Range`], [`Error::TooLarge`]: a number or the whole is too large.
    pub fn blob(
        &self,
        export: &Export,
        thresholds: Option<[f32; QUANTILES.len()]>,
    ) -> Result<Blob, Error> {
        let chosen = Selection::new(self, export)?;
        if chosen.columns.is_empty() {
            return Err(Error::Empty);
        }
        let mut bytes = Vec::from(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        let body = self.body(export.encoding, &chosen, thresholds)?;
        let length = u32::try_from(bytes.len() + 8 + body.len()).map_err(|_| Error::TooLarge)?;
        bytes.extend(length.to_le_bytes());
        bytes.extend(crc32(&body).to_le_bytes());
        bytes.extend(body);
        Ok(Blob {
            bytes,
            columns: chosen.columns.len(),
            order: chosen.columns,
            collisions: chosen.collisions,
            unreachable: chosen.unreachable,
            export: *export,
        })
    }

    fn body(
        &self,
        encoding: Encoding,
        chosen: &Selection,
        thresholds: Option<[f32; QUANTILES.len()]>,
    ) -> Result<Vec<u8>, Error> {
        let (n, k) = (chosen.columns.len(), self.components.ncols());
        let of_chosen = |x: &[f64]| chosen.columns.iter().map(|i| x[*i]).collect::<Vec<_>>();
        let h = DenseMatrix::from_fn(n, k, |i, j| self.components.at(chosen.columns[i], j));
        let encoded = encoding::components(&h, self.method, encoding)?;
        let all_idf = self.text().and_then(|text| text.idf.as_deref());
        let (idf, [low, step]) = match all_idf {
            Some(idf) => encoding::idf(&of_chosen(idf), encoding)?,
            None => (Vec::new(), [0.0; 2]),
        };
        let unknown = all_idf
            .unwrap_or_default()
            .iter()
            .copied()
            .fold(0.0, f64::max);

        let mut body = Body(Vec::new());
        body.0.extend([self.method.code(), encoding.code()]);
        body.0
            .extend(self.present(chosen, thresholds.is_some()).to_le_bytes());
        let stops: &[u32] = if chosen.keys.is_empty() {
            &[]
        } else {
            &self.stops
        };
        for size in [n, k, stops.len()] {
            let size = u32::try_from(size).map_err(|_| Error::TooLarge)?;
            body.0.extend(size.to_le_bytes());
        }
        body.singles([low, step]);
        body.numbers(&[unknown, self.mean])?;
        body.numbers(&self.penalties)?;
        body.singles(thresholds.into_iter().flatten());
        body.singles(encoded.scales);
        if self.method != Method::Completion {
            body.numbers(&gram(&encoded.decoded))?;
        }
        for vector in [&self.means, &self.biases, &self.reciprocals] {
            if !vector.is_empty() {
                body.numbers(&of_chosen(vector))?;
            }
        }
        body.keys(stops);
        body.keys(&chosen.keys);
        body.0.extend(idf);
        body.0.extend(encoded.bytes);
        Ok(body.0)
    }

    /// Returns the sections that exist.
    fn present(&self, chosen: &Selection, has_thresholds: bool) -> u16 {
        let has_idf = self.text().is_some_and(|text| text.idf.is_some());
        let all = [
            (sections::THRESHOLDS, has_thresholds),
            (sections::DEVIATIONS, !self.reciprocals.is_empty()),
            (sections::BIASES, !self.biases.is_empty()),
            (sections::KEYS, !chosen.keys.is_empty()),
            (sections::IDF, has_idf),
            (sections::L2_BY_COUNT, self.l2_by_count),
        ];
        let present = all.into_iter().filter(|(_, is_there)| *is_there);
        present.fold(0, |sum, (section, _)| sum | section)
    }
}

/// H^T H, row by row.
fn gram(h: &DenseMatrix<f64>) -> Vec<f64> {
    let (n, k) = (h.nrows(), h.ncols());
    let entry = |p: usize| {
        let (a, b) = (p / k, p % k);
        (0..n).map(|i| h.at(i, a) * h.at(i, b)).sum::<f64>()
    };
    (0..k * k).map(entry).collect()
}

/// The bytes that the checksum covers.
struct Body(Vec<u8>);

impl Body {
    fn singles(&mut self, numbers: impl IntoIterator<Item = f32>) {
        self.0
            .extend(numbers.into_iter().flat_map(f32::to_le_bytes));
    }

    fn numbers(&mut self, numbers: &[f64]) -> Result<(), Error> {
        for x in numbers {
            self.0.extend(single(*x)?.to_le_bytes());
        }
        Ok(())
    }

    fn keys(&mut self, keys: &[u32]) {
        self.0.extend(keys.iter().flat_map(|key| key.to_le_bytes()));
    }
}

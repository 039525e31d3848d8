//! Numbers in the encodings of a device.

use super::Error;
use lowrank::DenseMatrix;
use lowrank::core::model::{Encoding, Method};

/// Encoded components.
pub(super) struct Encoded {
    /// n rows of k numbers.
    pub(super) bytes: Vec<u8>,
    /// s_j; empty for f32.
    pub(super) scales: Vec<f32>,
    /// The components as the device has them.
    pub(super) decoded: DenseMatrix<f64>,
}

/// Encodes n x k components.
pub(super) fn components(
    h: &DenseMatrix<f64>,
    method: Method,
    encoding: Encoding,
) -> Result<Encoded, Error> {
    let (n, k) = (h.nrows(), h.ncols());
    let largest = |j: usize| (0..n).map(|i| h.at(i, j).abs()).fold(0.0, f64::max);
    let steps = steps(method, encoding);
    let scales: Vec<f32> = (0..k)
        .map(|j| single(largest(j) / steps))
        .collect::<Result<_, _>>()?;
    let mut bytes = Vec::with_capacity(n * k * encoding.width());
    let mut decoded = Vec::with_capacity(n * k);
    for i in 0..n {
        for (j, scale) in scales.iter().enumerate() {
            let (x, scale) = (h.at(i, j), f64::from(*scale));
            // A column of zeros, or of numbers that f32 takes for zeros, has the scale zero.
            let q = if scale > 0.0 { x / scale } else { 0.0 };
            decoded.push(match (encoding, method) {
                (Encoding::Single, _) => {
                    let x = single(x)?;
                    bytes.extend(x.to_le_bytes());
                    f64::from(x)
                }
                (Encoding::SixteenBits, _) => {
                    let q = q.round().clamp(-32767.0, 32767.0) as i16;
                    bytes.extend(q.to_le_bytes());
                    f64::from(q) * scale
                }
                (Encoding::Root, Method::Nmf) => {
                    let q = q.sqrt().round().clamp(0.0, 255.0) as u8;
                    bytes.push(q);
                    f64::from(q).powi(2) * scale
                }
                (Encoding::Root, _) => {
                    let root = (q.abs().sqrt() * q.signum()).round();
                    let q = root.clamp(-127.0, 127.0) as i8;
                    bytes.extend(q.to_le_bytes());
                    f64::from(q) * f64::from(q).abs() * scale
                }
            });
        }
    }
    Ok(Encoded {
        bytes,
        scales: match encoding {
            Encoding::Single => Vec::new(),
            _ => scales,
        },
        decoded: DenseMatrix::from_fn(n, k, |i, j| decoded[i * k + j]),
    })
}

/// Returns the largest |q|, after its root was squared.
fn steps(method: Method, encoding: Encoding) -> f64 {
    match (encoding, method) {
        (Encoding::Single, _) => 1.0,
        (Encoding::SixteenBits, _) => 32767.0,
        (Encoding::Root, Method::Nmf) => 255.0 * 255.0,
        (Encoding::Root, _) => 127.0 * 127.0,
    }
}

/// Encodes idf; returns the bytes, the smallest one and the step.
pub(super) fn idf(idf: &[f64], encoding: Encoding) -> Result<(Vec<u8>, [f32; 2]), Error> {
    let low = idf.iter().copied().fold(f64::INFINITY, f64::min);
    let high = idf.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let steps = match encoding {
        Encoding::Single => {
            let numbers: Vec<f32> = idf.iter().map(|x| single(*x)).collect::<Result<_, _>>()?;
            let bytes = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
            return Ok((bytes, [0.0; 2]));
        }
        Encoding::SixteenBits => 65535.0,
        Encoding::Root => 255.0,
    };
    let (low, step) = (single(low)?, single((high - low) / steps)?);
    let mut bytes = Vec::new();
    for x in idf {
        let q = (x - f64::from(low)) / f64::from(step);
        // Equal ones have no step.
        let q = if step > 0.0 {
            q.round().clamp(0.0, steps)
        } else {
            0.0
        };
        match encoding {
            Encoding::Root => bytes.push(q as u8),
            _ => bytes.extend((q as u16).to_le_bytes()),
        }
    }
    Ok((bytes, [low, step]))
}

/// Converts to f32.
///
/// # Errors
/// [`Error::Range`] for a number beyond its range.
pub(super) fn single(x: f64) -> Result<f32, Error> {
    let single = x as f32;
    single.is_finite().then_some(single).ok_or(Error::Range)
}

//! The CBCL faces.

use lowrank::DenseMatrix;
use std::error::Error;

/// Reads a binary PGM with a picture in each row.
pub fn read(bytes: &[u8]) -> Result<DenseMatrix<f64>, Box<dyn Error>> {
    let header = bytes.splitn(4, |byte| byte.is_ascii_whitespace());
    let header: Vec<&[u8]> = header.collect();
    let number = |place: usize| -> Result<usize, Box<dyn Error>> {
        Ok(std::str::from_utf8(header[place])?.parse()?)
    };
    let (n, m) = (number(1)?, number(2)?);
    let pixels = &bytes[bytes.len() - m * n..];
    Ok(DenseMatrix::from_fn(m, n, |i, j| pixels[i * n + j].into()))
}

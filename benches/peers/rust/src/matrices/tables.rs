//! Tall tables of eight factors and noise.

use super::random::Random;
use lowrank::DenseMatrix;

const FACTORS: usize = 8;

/// Returns the shape in a name such as "table-20000x50".
pub fn shape(name: &str) -> Option<(usize, usize)> {
    let (m, n) = name.strip_prefix("table-")?.split_once('x')?;
    Some((m.parse().ok()?, n.parse().ok()?))
}

/// Returns a table of the sum of factors of strength 1, 1/2, 1/3, .., of noise and of a mean for each column, all of
/// normal random numbers.
pub fn of_factors(m: usize, n: usize) -> DenseMatrix<f64> {
    let mut random = Random(0);
    let of_rows: Vec<f64> = (0..m * FACTORS).map(|_| random.normal()).collect();
    let mut entries = Vec::with_capacity(m * n);
    for _ in 0..n {
        let mean = 3.0 * random.normal();
        let of_column: [f64; FACTORS] =
            std::array::from_fn(|factor| random.normal() / (factor + 1) as f64);
        for row in of_rows.chunks_exact(FACTORS) {
            let known: f64 = row.iter().zip(&of_column).map(|(x, y)| x * y).sum();
            entries.push(mean + known + random.normal());
        }
    }
    DenseMatrix::from_columns(entries, m, n)
}

//! Tall tables of eight factors and noise.

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
    let mut random = Normal(0);
    let of_rows: Vec<f64> = (0..m * FACTORS).map(|_| random.next()).collect();
    let mut entries = Vec::with_capacity(m * n);
    for _ in 0..n {
        let mean = 3.0 * random.next();
        let of_column: [f64; FACTORS] =
            std::array::from_fn(|factor| random.next() / (factor + 1) as f64);
        for row in of_rows.chunks_exact(FACTORS) {
            let known: f64 = row.iter().zip(&of_column).map(|(x, y)| x * y).sum();
            entries.push(mean + known + random.next());
        }
    }
    DenseMatrix::from_columns(entries, m, n)
}

/// Normal numbers by Box and Muller, from SplitMix64.
struct Normal(u64);

impl Normal {
    fn next(&mut self) -> f64 {
        // (0, 1]: its logarithm is finite.
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        (z >> 11) as f64 / (1_u64 << 53) as f64
    }
}

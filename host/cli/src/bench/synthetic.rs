//! Synthetic matrices of any size, with a low-rank structure.

use super::Error;
use lowrank::core::random::{Distribution, RandomEntries};
use lowrank::matrix::OwnedMatrix;
use lowrank::{DenseMatrix, SparseMatrix, memory};

/// A synthetic nonnegative m x n matrix of a few themes and noise, determined by the seed.
///
/// A dense matrix is the product of two random factors plus a tenth of noise. A sparse one resembles the tf-idf of
/// texts: each row belongs to a theme and has half of its entries in the columns of that theme, the other half
/// elsewhere; rows have unit norm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SyntheticMatrix {
    /// m.
    pub rows: usize,
    /// n.
    pub columns: usize,
    /// The approximate share of nonzero entries; 1 makes a dense matrix.
    pub density: f64,
    /// The seed of all random draws.
    pub seed: u64,
}

/// The number of themes of a matrix with as many columns.
const THEMES: usize = 8;

/// The noise relative to the product of the factors.
const NOISE: f64 = 0.1;

/// The bytes per stored entry, with the transposed matrix and a copy in f32: dense and sparse.
const BYTES: (f64, f64) = (16.0, 40.0);

impl SyntheticMatrix {
    /// Generates the matrix.
    ///
    /// # Errors
    /// [`Error::Density`] if the density is not in (0, 1] or no entry is left, [`Error::MatrixMemory`] if there is not
    /// enough memory.
    pub fn matrix(&self) -> Result<OwnedMatrix<f64>, Error> {
        if !(self.density > 0.0 && self.density <= 1.0) {
            return Err(Error::Density);
        }
        self.check_memory()?;
        if self.density == 1.0 {
            return Ok(OwnedMatrix::Dense(self.dense()));
        }
        let a = self.sparse()?;
        match a.nonzeros() {
            0 => Err(Error::Density),
            _ => Ok(OwnedMatrix::Sparse(a)),
        }
    }

    fn check_memory(&self) -> Result<(), Error> {
        let entries = self.rows as f64 * self.columns as f64 * self.density;
        let sides = (self.rows as f64 + self.columns as f64) * 8.0;
        let (dense, sparse) = BYTES;
        let bytes = if self.density == 1.0 { dense } else { sparse };
        let needed = (entries * bytes + sides) as u64;
        match memory::available() {
            Some(available) if needed > available => Err(Error::MatrixMemory {
                rows: self.rows,
                columns: self.columns,
                needed,
                available,
            }),
            _ => Ok(()),
        }
    }

    fn dense(&self) -> DenseMatrix<f64> {
        let [w, h, noise] = [1, 2, 3].map(|stream| self.random(Distribution::HalfGaussian, stream));
        let factor = |random: RandomEntries, rows| -> Vec<[f64; THEMES]> {
            let row = |i| std::array::from_fn(|theme| random.at(i, theme));
            (0..rows).map(row).collect()
        };
        let (w, h) = (factor(w, self.rows), factor(h, self.columns));
        DenseMatrix::from_fn(self.rows, self.columns, |i, j| {
            let product: f64 = w[i].iter().zip(&h[j]).map(|(w, h)| w * h).sum();
            product + NOISE * THEMES as f64 * noise.at::<f64>(i, j)
        })
    }

    fn sparse(&self) -> Result<SparseMatrix<f64>, Error> {
        let weights = self.random(Distribution::Gaussian, 4);
        let (mut row_offsets, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for i in 0..self.rows {
            let places = self.columns_of_row(i);
            let entry = |j: &u32| (0.5 * weights.at::<f64>(i, *j as usize)).exp();
            let entries: Vec<f64> = places.iter().map(entry).collect();
            let norm = entries.iter().map(|x| x * x).sum::<f64>().sqrt();
            values.extend(entries.iter().map(|x| x / norm));
            columns.extend(places);
            row_offsets.push(columns.len());
        }
        let n = self.columns;
        Ok(SparseMatrix::new(row_offsets, columns, values, n)?)
    }

    /// Returns the columns of the entries of row i. Column j belongs to theme j mod 8, and row i to theme i mod 8.
    fn columns_of_row(&self, i: usize) -> Vec<u32> {
        let themes = THEMES.min(self.columns);
        let own = self.columns as f64 / themes as f64;
        let at_home = (self.density * self.columns as f64 / 2.0 / own).min(1.0);
        let rest = self.density * self.columns as f64 - at_home * own;
        let elsewhere = (rest / (self.columns as f64 - own).max(1.0)).clamp(0.0, 1.0);
        let random = self.random(Distribution::Uniform, 5);
        let mut drawn = 0;
        let mut columns = Vec::new();
        for theme in 0..themes {
            let is_own = theme == i % themes;
            let chance = if is_own { at_home } else { elsewhere };
            let mut j = theme;
            loop {
                j = j.saturating_add(gap(unit(&random, i, drawn), chance).saturating_mul(themes));
                drawn += 1;
                if j >= self.columns {
                    break;
                }
                columns.push(j as u32);
                j += themes;
            }
        }
        columns.sort_unstable();
        columns
    }

    fn random(&self, distribution: Distribution, stream: u64) -> RandomEntries {
        RandomEntries::new(
            distribution,
            self.seed.wrapping_mul(16).wrapping_add(stream),
        )
    }
}

/// Returns a number from 0 to 1, drawn uniformly; the draws themselves are between -sqrt(3) and sqrt(3).
fn unit(random: &RandomEntries, row: usize, column: usize) -> f64 {
    let u: f64 = random.at(row, column);
    ((u / 3f64.sqrt() + 1.0) / 2.0).clamp(0.0, 1.0)
}

/// Returns the number of columns skipped before the next one, if each is chosen with probability `chance`.
fn gap(u: f64, chance: f64) -> usize {
    match chance {
        0.0 => usize::MAX,
        1.0 => 0,
        _ => (u.ln() / (-chance).ln_1p()) as usize,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lowrank::Matrix;

    fn synthetic(rows: usize, columns: usize, density: f64) -> SyntheticMatrix {
        SyntheticMatrix {
            rows,
            columns,
            density,
            seed: 7,
        }
    }

    #[test]
    fn density_is_what_was_asked_for() {
        for density in [0.001, 0.02, 0.3, 0.9] {
            let a = synthetic(400, 500, density).matrix().unwrap();
            let share = a.view().entries() as f64 / (400.0 * 500.0);
            // Binomial: five standard deviations of the count.
            let sigma = (density * (1.0 - density) / (400.0 * 500.0)).sqrt();
            assert!((share - density).abs() < 5.0 * sigma, "{density}: {share}");
        }
        let a = synthetic(40, 50, 1.0).matrix().unwrap();
        assert!(matches!(a.view(), Matrix::Dense(a) if a.as_slice().len() == 2000));
    }

    #[test]
    fn shapes_narrower_than_the_themes_are_made() {
        for (rows, columns) in [(3, 2), (1, 40), (40, 1)] {
            let a = synthetic(rows, columns, 0.9).matrix().unwrap();
            assert_eq!((a.view().nrows(), a.view().ncols()), (rows, columns));
        }
    }

    #[test]
    fn nothing_and_too_much_is_refused() {
        for density in [0.0, -0.5, 1.5, f64::NAN, 1e-300] {
            let refused = synthetic(10, 10, density).matrix();
            assert!(matches!(refused, Err(Error::Density)), "{density}");
        }
        if memory::available().is_some() {
            let refused = synthetic(1 << 31, 1 << 31, 1.0).matrix();
            assert!(matches!(refused, Err(Error::MatrixMemory { .. })));
        }
    }
}

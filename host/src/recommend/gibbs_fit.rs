//! Ratings predicted by the mean over draws of the factors.

use super::gibbs::Gibbs;
use super::gibbs_model::{GibbsDraw, GibbsModel};
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Scalar, SparseMatrix, memory};
use lowrank_core::MatMut;
use lowrank_core::completion::{CompletionFactors, GibbsSample, gibbs_scratch_len};
use lowrank_core::operator::Observed;
use std::ops::ControlFlow;

impl Gibbs {
    /// Draws the factors of the known entries of A, m x n.
    ///
    /// # Errors
    /// [`Error::Factorization`] for entries that are not finite, rank zero without biases, no samples, fewer than two
    /// `noise_degrees` and an empty matrix;
    /// [`Error::NoEntries`]; [`Error::SampleMemory`] if the samples do not fit in the free memory.
    pub fn fit<T: Scalar>(&self, a: &SparseMatrix<T>) -> Result<GibbsModel<T>, Error> {
        T::of(&FIT)(self, a)
    }

    fn check_memory<T: Scalar>(
        &self,
        rows: usize,
        available: impl FnOnce() -> Option<u64>,
    ) -> Result<(), Error> {
        let p = self.of_core().row_len() as f64;
        let needed = rows as f64 * p * (self.samples as f64 + 1.0) * size_of::<T>() as f64;
        let needed = needed as u64;
        memory::check(needed, available).map_err(|available| Error::SampleMemory {
            samples: self.samples,
            needed,
            available,
        })
    }
}

compiled! {
    static FIT: Fit<T> = fit as fn(&Gibbs, &SparseMatrix<T>) -> Result<GibbsModel<T>, Error>;
}

fn fit<T: Scalar>(settings: &Gibbs, a: &SparseMatrix<T>) -> Result<GibbsModel<T>, Error> {
    let (m, n, gibbs) = (a.nrows(), a.ncols(), settings.of_core());
    let p = gibbs.row_len();
    if m.min(n) > 0 && a.nonzeros() == 0 {
        return Err(Error::NoEntries);
    }
    settings.check_memory::<T>(m.saturating_add(n), memory::available)?;
    let transposed = a.transpose();
    let matrices = (&Observed(a.view()?), &Observed(transposed.view()?));
    let (mut w, mut h) = (vec![T::ZERO; p * m], vec![T::ZERO; p * n]);
    let mut scratch = vec![T::ZERO; gibbs_scratch_len(m, n, p)];
    let mut factors = CompletionFactors {
        w: MatMut::new(&mut w, p, m)?,
        h: MatMut::new(&mut h, p, n)?,
        mean: T::ZERO,
    };
    let (mut draws, mut scale) = (Vec::new(), None);
    let keep = |sample: GibbsSample<'_, T>| {
        let [(mean, precision), _] = sample.priors;
        scale = Some(sample.scale);
        draws.push(GibbsDraw {
            w: DenseMatrix::from_columns(sample.w.as_slice().to_vec(), p, m),
            h: DenseMatrix::from_columns(sample.h.as_slice().to_vec(), p, n),
            user_mean: mean.to_vec(),
            user_precision: precision.to_vec(),
            user_weights: sample.weights.to_vec(),
            alpha: sample.precision,
        });
        ControlFlow::Continue(())
    };
    let buffers = (&mut factors, &mut scratch[..]);
    let schedule = settings.backend.row_schedule();
    schedule.run(|| gibbs.run(matrices, buffers, &schedule, keep))?;
    GibbsModel::from_draws(*settings, scale.ok_or(Error::NoEntries)?, draws)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_samples_than_fit_are_refused_before_the_first_one() {
        let gibbs = Gibbs {
            rank: 9,
            samples: 999,
            ..Gibbs::default()
        };
        // 10^5 rows of ten numbers, a thousand times.
        let needed = 8_000_000_000;
        assert!(gibbs.check_memory::<f64>(100_000, || Some(needed)).is_ok());
        let refused = gibbs.check_memory::<f64>(100_000, || Some(needed - 1));
        let text = refused.unwrap_err().to_string();
        assert!(
            text.contains("999 samples") && text.contains("fewer samples"),
            "{text}"
        );
    }
}

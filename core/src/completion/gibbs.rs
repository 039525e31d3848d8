//! Draws of the factors of a matrix with missing entries from their posterior distribution.

#[cfg(test)]
mod joint_distribution;

use super::CompletionFactors;
use super::gamma::gamma;
use super::gibbs_row::{GibbsRows, GibbsTerms, GibbsWeights, Weights};
use super::gibbs_scale::{GibbsScale, Unit};
use super::gram::{gram_len, gram_of_rows, multiply, pieces_len};
use super::hyperprior::{draw_prior, prior_scratch_len};
use super::row_schedule::RowSchedule;
use crate::buffer::{require, take};
use crate::completion::als_scratch_len;
use crate::dense::check_shape;
use crate::dense::lanes::padded;
use crate::operator::{EntryStats, KnownEntries};
use crate::random::{Distribution, RandomEntries, mix};
use crate::{Error, MatMut, MatRef, Real};
use core::ops::ControlFlow;

/// A ~ mu + b_i + c_j + w_i . h_j over the known entries, by Gibbs sampling: Bayesian probabilistic matrix factorization with
/// biases (Salakhutdinov & Mnih 2008).
///
/// In units of the standard deviation of the entries, an entry of row i is normal about that sum, with precision alpha a_i; the
/// rows (w_i, b_i) are normal with a mean and a precision that all of them share, and so are the rows (h_j, c_j). These
/// have the priors of [the paper](https://doi.org/10.1145/1390156.1390267), alpha and the weights a_i gamma distributions, so
/// that there is no penalty to choose. Without the weights, the factors of rows with more noise than others would grow until
/// they explain it (Lakshminarayanan, Bouchard & Archambeau 2011). A sweep draws each of them given the others; the mean of v_ij over the sweeps
/// predicts an entry, and their deviation says how far to trust it.
///
/// A draw is a pure function of (seed, sweep, row): results do not depend on the schedule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GibbsCompletion {
    /// k; with biases it may be zero.
    pub rank: usize,
    /// The model has b and c.
    pub biases: bool,
    /// The number of sweeps before the first sample.
    pub burn_in: usize,
    /// The number of sweeps after them, each of which gives a sample.
    pub samples: usize,
    /// nu, 2 or more: a_i has a gamma distribution of mean one and variance 2 / nu. Infinite: every row has the same noise.
    pub noise_degrees: f64,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for GibbsCompletion {
    /// Returns rank 1 with biases, 20 sweeps before 200 samples, and nu = 4.
    fn default() -> Self {
        Self {
            rank: 1,
            biases: true,
            burn_in: 20,
            samples: 200,
            noise_degrees: 4.0,
            seed: 0,
        }
    }
}

/// One draw of all factors.
#[derive(Clone, Copy, Debug)]
pub struct GibbsSample<'s, T> {
    /// Its number, counted from zero.
    pub number: usize,
    /// p x m: column i is row i of W, followed by b_i if there are biases, in units of the entries' deviation.
    pub w: MatRef<'s, T>,
    /// p x n: column j is row j of H, followed by c_j.
    pub h: MatRef<'s, T>,
    /// The scale of the model.
    pub scale: GibbsScale<T>,
    /// The mean and the precision that the rows (w, b) share, and those of (h, c): p scalars, and p columns of p
    /// rounded up to a multiple of 8.
    pub priors: [(&'s [T], &'s [T]); 2],
    /// alpha, in the inverse square of the entries' deviation.
    pub precision: T,
    /// a_i: m scalars. The precision of an entry of row i is alpha a_i.
    pub weights: &'s [T],
}

/// The least nu: draws from gamma distributions have a shape of one or more.
pub(super) const LEAST_DEGREES: f64 = 2.0;

/// The typical entry of W and H at the start.
const START: f64 = 0.1;

/// alpha at the start: half of the variance is explained.
const START_PRECISION: f64 = 2.0;

/// Returns the scalars that [`GibbsCompletion::run`] needs for an m x n matrix and rows of p numbers: with q, p rounded
/// up to a multiple of 8, 5 p q for triangles, 6 q for vectors, q (q + 6) for a row, p q for each piece of max(m, n)
/// rows, of which there are at most 64, each of 256 rows at least, and m for weights.
pub const fn gibbs_scratch_len(m: usize, n: usize, p: usize) -> usize {
    let longer = if m > n { m } else { n };
    // A Gram matrix and two priors.
    let triangles = gram_len(p).saturating_mul(3);
    let vectors = padded(p).saturating_mul(4);
    triangles
        .saturating_add(vectors)
        .saturating_add(prior_scratch_len(p))
        .saturating_add(als_scratch_len(p))
        .saturating_add(pieces_len(longer, p))
        .saturating_add(m)
}

impl GibbsCompletion {
    /// Returns the number of scalars in a row of either factor: k, or k + 1 with biases.
    pub const fn row_len(&self) -> usize {
        self.rank.saturating_add(self.biases as usize)
    }

    /// Draws samples of the factors of A, and calls `observe` with each.
    ///
    /// - `a` and `transposed`: A, m x n, and A^T, n x m, with the same known entries.
    /// - `factors`: overwritten with the last sample, in units of the entries' deviation, and their mean.
    /// - `scratch`: [`gibbs_scratch_len`] scalars.
    /// - `schedule`: the number of rows at a time; [`Sequential`](super::Sequential) without threads.
    /// - `observe`: may stop the sampling.
    ///
    /// Returns the number of samples. A sweep costs p^2 flops for each known entry, twice, and p^3 / 3 for each row.
    ///
    /// # Errors
    /// - [`Error::Rank`] for k = 0 without biases; [`Error::Empty`], also without known entries.
    /// - [`Error::NonFinite`] with the place of the entry.
    /// - [`Error::Setting`] for `samples` = 0, or `noise_degrees` below 2.
    /// - [`Error::Shape`] or [`Error::BufferTooSmall`] for arguments that do not fit.
    /// - [`Error::Overflow`] for entries whose mean or deviation is too large or too small for the type.
    ///
    /// ```
    /// use core::ops::ControlFlow;
    /// use lowrank_core::CsrRef;
    /// use lowrank_core::completion::{FixedCompletion, GibbsCompletion, Sequential, gibbs_scratch_len};
    /// use lowrank_core::operator::Observed;
    /// // Each of three people likes everything more than the one before; one entry is missing.
    /// let a = CsrRef::new(&[0, 2, 4, 5], &[0, 1, 0, 1, 0], &[1.0, 2.0, 3.0, 4.0, 5.0], 2)?;
    /// let transposed = CsrRef::new(&[0, 3, 5], &[0, 1, 2, 0, 1], &[1.0, 3.0, 5.0, 2.0, 4.0], 3)?;
    /// let gibbs = GibbsCompletion { rank: 0, ..Default::default() };
    /// let mut factors = FixedCompletion::<f32, 3, 2, 1>::new();
    /// let mut scratch = [0.0; gibbs_scratch_len(3, 2, 1)];
    /// let mut sum = 0.0;
    /// let observe = |sample: lowrank_core::completion::GibbsSample<'_, f32>| {
    ///     sum += sample.scale.predict(sample.w.column(2), sample.h.column(1));
    ///     ControlFlow::Continue(())
    /// };
    /// let buffers = (&mut factors.lend(), &mut scratch[..]);
    /// let samples = gibbs.run((&Observed(a), &Observed(transposed)), buffers, &Sequential, observe)?;
    /// let predicted = sum / samples as f32;
    /// assert!(predicted > 4.0 && predicted < 7.0, "{predicted}");
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn run<T, A, B, F>(
        &self,
        (a, transposed): (&A, &B),
        (factors, mut scratch): (&mut CompletionFactors<'_, T>, &mut [T]),
        schedule: &impl RowSchedule,
        mut observe: F,
    ) -> Result<usize, Error>
    where
        T: Real,
        A: KnownEntries<Scalar = T> + Sync,
        B: KnownEntries<Scalar = T> + Sync,
        F: FnMut(GibbsSample<'_, T>) -> ControlFlow<()>,
    {
        let (m, n, p) = (a.nrows(), a.ncols(), self.row_len());
        check_shape((transposed.nrows(), transposed.ncols()), (n, m))?;
        check_shape((transposed.known(), 1), (a.known(), 1))?;
        require(scratch.len(), gibbs_scratch_len(m, n, p))?;
        let scale = self.check(a, factors)?;
        self.start(&mut factors.w, self.seed);
        self.start(&mut factors.h, !self.seed);
        factors.mean = scale.mean;
        let unit = Unit::of(&scale);
        let mut sampler = Sampler::taken_from(&mut scratch, (m, n), self, (unit, schedule));
        let mut samples: usize = 0;
        for sweep in 0..self.burn_in.saturating_add(self.samples) {
            let (w, h) = (&mut factors.w, &mut factors.h);
            sampler.sweep((a, transposed), (&mut *w, &mut *h), scratch, sweep)?;
            if sweep < self.burn_in {
                continue;
            }
            let sample = GibbsSample {
                number: samples,
                w: w.as_ref(),
                h: h.as_ref(),
                scale,
                priors: [
                    (&*sampler.of_w.mean, &*sampler.of_w.precision),
                    (&*sampler.of_h.mean, &*sampler.of_h.precision),
                ],
                precision: sampler.alpha,
                weights: &*sampler.weights,
            };
            samples = samples.saturating_add(1);
            if observe(sample).is_break() {
                break;
            }
        }
        Ok(samples)
    }

    fn check<T: Real, A: KnownEntries<Scalar = T>>(
        &self,
        a: &A,
        factors: &CompletionFactors<'_, T>,
    ) -> Result<GibbsScale<T>, Error> {
        let (m, n, p) = (a.nrows(), a.ncols(), self.row_len());
        let limit = m.min(n);
        if limit == 0 || a.known() == 0 {
            return Err(Error::Empty);
        }
        if p == 0 {
            return Err(Error::Rank { rank: 0, limit });
        }
        Error::unless(self.samples > 0, "samples")?;
        Error::unless(self.noise_degrees >= LEAST_DEGREES, "noise_degrees")?;
        check_shape((factors.w.nrows(), factors.w.ncols()), (p, m))?;
        check_shape((factors.h.nrows(), factors.h.ncols()), (p, n))?;
        let entry = |i| a.row(i).map(move |(j, x)| (i, j, x));
        let entry_stats = EntryStats::of((0..m).flat_map(entry))?;
        let known = T::from_usize(entry_stats.entries);
        let square = entry_stats.norm * entry_stats.norm / known;
        let mean = match self.biases {
            true => entry_stats.sum / known,
            false => T::ZERO,
        };
        let variance = square - mean * mean;
        // For equal entries the difference is rounding.
        let varies = variance > T::from_f64(16.0) * T::EPSILON * square;
        let exponent = entry_stats.exponent;
        let deviation = match varies {
            true => variance.sqrt().scale_by_power_of_two(exponent),
            false => T::ONE,
        };
        let mean = mean.scale_by_power_of_two(exponent);
        let fits = mean.is_finite() && deviation > T::ZERO && (T::ONE / deviation).is_finite();
        if !(fits && deviation.is_finite()) {
            return Err(Error::Overflow);
        }
        Ok(GibbsScale {
            rank: self.rank,
            mean,
            deviation,
        })
    }

    fn start<T: Real>(&self, rows: &mut MatMut<'_, T>, seed: u64) {
        let random = RandomEntries::new(Distribution::Uniform, seed);
        for (i, row) in (0..rows.ncols()).zip(rows.columns_mut()) {
            random.fill_row(i, row);
            for x in row {
                *x *= T::from_f64(START);
            }
        }
    }
}

/// The normal distribution of the rows of a factor.
struct Prior<'s, T> {
    mean: &'s mut [T],
    precision: &'s mut [T],
}

impl<'s, T> Prior<'s, T> {
    fn taken_from(scratch: &mut &'s mut [T], p: usize) -> Self {
        Self {
            mean: take(scratch, p),
            precision: take(scratch, gram_len(p)),
        }
    }
}

struct Buffers<'s, T> {
    gram: &'s mut [T],
    pieces: &'s mut [T],
    hyper: &'s mut [T],
    /// L mu / alpha.
    shift: &'s mut [T],
}

struct Sampler<'s, T, S> {
    unit: Unit<T>,
    buffers: Buffers<'s, T>,
    schedule: &'s S,
    of_w: Prior<'s, T>,
    of_h: Prior<'s, T>,
    alpha: T,
    /// a_i.
    weights: &'s mut [T],
    /// nu.
    degrees: f64,
    seed: u64,
}

/// A factor.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    W,
    H,
}

impl<'s, T: Real, S: RowSchedule> Sampler<'s, T, S> {
    /// Takes the buffers of a sampler from `scratch`; what is left serves the rows.
    fn taken_from(
        scratch: &mut &'s mut [T],
        (m, n): (usize, usize),
        settings: &GibbsCompletion,
        (unit, schedule): (Unit<T>, &'s S),
    ) -> Self {
        let p = settings.row_len();
        let buffers = Buffers {
            gram: take(scratch, gram_len(p)),
            pieces: take(scratch, pieces_len(m.max(n), p)),
            hyper: take(scratch, prior_scratch_len(p)),
            shift: take(scratch, padded(p)),
        };
        let weights = take(scratch, m);
        weights.fill(T::ONE);
        Self {
            unit,
            buffers,
            schedule,
            of_w: Prior::taken_from(scratch, p),
            of_h: Prior::taken_from(scratch, p),
            alpha: T::from_f64(START_PRECISION),
            weights,
            degrees: settings.noise_degrees,
            seed: settings.seed,
        }
    }

    /// Draws everything once, given all else: W, H, the weights of the rows, and alpha.
    fn sweep<A, B>(
        &mut self,
        (a, transposed): (&A, &B),
        (w, h): (&mut MatMut<'_, T>, &mut MatMut<'_, T>),
        scratch: &mut [T],
        sweep: usize,
    ) -> Result<(), Error>
    where
        A: KnownEntries<Scalar = T> + Sync,
        B: KnownEntries<Scalar = T> + Sync,
    {
        let first = mix(!self.seed).wrapping_add(sweep.wrapping_mul(3) as u64);
        let seeds = [0, 1, 2].map(|turn| mix(first.wrapping_add(turn)));
        let [of_w, of_h, of_weights] = seeds;
        self.draw_rows((a, &mut *w, h.as_ref()), Side::W, scratch, of_w)?;
        self.draw_rows((transposed, &mut *h, w.as_ref()), Side::H, scratch, of_h)?;
        self.draw_weights(a, (w.as_ref(), h.as_ref()), scratch, of_weights)?;
        self.draw_precision(a, (w.as_ref(), h.as_ref()), sweep)
    }

    /// Draws the distribution of the rows of a factor, and the rows.
    fn draw_rows<A: KnownEntries<Scalar = T> + Sync>(
        &mut self,
        (a, rows, held): (&A, &mut MatMut<'_, T>, MatRef<'_, T>),
        side: Side,
        scratch: &mut [T],
        seed: u64,
    ) -> Result<(), Error> {
        let (prior, weights) = match side {
            Side::W => (&mut self.of_w, Weights::OfRows(self.weights)),
            Side::H => (&mut self.of_h, Weights::OfColumns(self.weights)),
        };
        let Buffers {
            gram,
            pieces,
            hyper,
            shift,
        } = &mut self.buffers;
        let both = [&mut **pieces, &mut *scratch];
        gram_of_rows(rows.as_ref(), gram, both, self.schedule)?;
        let drawn = (&mut *prior.mean, &mut *prior.precision);
        draw_prior((rows.as_ref(), &**gram), drawn, seed, hyper);
        multiply(prior.precision, prior.mean, shift);
        let draws = GibbsRows {
            a,
            held,
            unit: self.unit,
            precision: prior.precision,
            alpha: self.alpha,
            weights,
            shift,
            normals: Some(RandomEntries::new(
                Distribution::Gaussian,
                seed.wrapping_add(1),
            )),
        };
        self.schedule.update(rows, scratch, &draws)
    }

    /// Draws the weights of the rows.
    fn draw_weights<A: KnownEntries<Scalar = T> + Sync>(
        &mut self,
        a: &A,
        (w, h): (MatRef<'_, T>, MatRef<'_, T>),
        scratch: &mut [T],
        seed: u64,
    ) -> Result<(), Error> {
        if self.degrees == f64::INFINITY {
            return Ok(());
        }
        let draws = GibbsWeights {
            a,
            w,
            h,
            unit: self.unit,
            alpha: self.alpha,
            degrees: self.degrees,
            seed,
        };
        let mut rows = MatMut::new(self.weights, 1, w.ncols())?;
        self.schedule.update(&mut rows, scratch, &draws)
    }

    /// Draws alpha from its gamma distribution given the residuals: a prior of one entry with residual one.
    fn draw_precision<A: KnownEntries<Scalar = T> + Sync>(
        &mut self,
        a: &A,
        (w, h): (MatRef<'_, T>, MatRef<'_, T>),
        sweep: usize,
    ) -> Result<(), Error> {
        let terms = GibbsTerms {
            a,
            w,
            h,
            weights: self.weights,
            unit: self.unit,
        };
        let [squares, _] = self.schedule.sums(w.ncols(), &terms);
        if !squares.is_finite() {
            return Err(Error::Overflow);
        }
        let shape = 0.5 * (1.0 + a.known() as f64);
        let draw = gamma(shape, mix(!self.seed), sweep);
        let rate = 0.5 * (1.0 + squares.to_f64());
        self.alpha = T::from_f64(draw / rate);
        Ok(())
    }
}

//! A completion within a range of values, by Adam over batches of entries.

use super::row_schedule::{RowSchedule, RowUpdate};
use crate::dense::check_shape;
use crate::dense::lanes::dot_in_lanes;
use crate::descent::Adam;
use crate::operator::{EntryStats, KnownEntries};
use crate::permutation::Permutation;
use crate::random::{Distribution, RandomEntries, mix};
use crate::{Error, MatMut, Real};
use core::ops::{ControlFlow, Range};

/// A ~ low + (high - low) s(w_i . h_j + b_i + c_j) over the known entries, with s(x) = 1 / (1 + exp(-x)): the model
/// `EmbeddingDotBias` of fast.ai.
///
/// A step of [`Adam`] descends the mean square error of a batch of entries plus (l2/2) times the squares of **all**
/// numbers: the penalty is part of the gradient, in rows that the batch does not touch, too. The rate falls in each
/// cycle from `learning_rate` to zero along a cosine (Loshchilov & Hutter 2017).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DotBias {
    /// k; zero is the model of biases alone.
    pub rank: usize,
    /// low and high.
    pub range: (f64, f64),
    /// The penalty of all numbers, in units of the mean square error.
    pub l2: f64,
    /// The number of entries of a batch.
    pub batch: usize,
    /// The rate at the start of a cycle.
    pub learning_rate: f64,
    /// The epochs of the cycles.
    pub cycles: Cycles,
    /// The rule of the steps.
    pub adam: Adam,
    /// Equal seeds give equal results.
    pub seed: u64,
}

/// Cycles of epochs, each so many times as long as the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycles {
    /// The number of cycles.
    pub count: usize,
    /// The epochs of the first one.
    pub first: usize,
    /// The length of a cycle in units of the one before.
    pub factor: usize,
}

impl Cycles {
    /// Returns the number of epochs of cycle `cycle`, counted from zero.
    fn epochs(&self, cycle: usize) -> usize {
        let mut epochs = self.first;
        for _ in 0..cycle {
            epochs = epochs.saturating_mul(self.factor);
        }
        epochs
    }
}

impl Default for DotBias {
    /// Returns rank 1 between zero and one, two cycles of one and two epochs in batches of 64, rate 0.01, l2 2e-4.
    fn default() -> Self {
        Self {
            rank: 1,
            range: (0.0, 1.0),
            l2: 2e-4,
            batch: 64,
            learning_rate: 0.01,
            cycles: Cycles {
                count: 2,
                first: 1,
                factor: 2,
            },
            adam: Adam::default(),
            seed: 0,
        }
    }
}

/// The state of a row: (w, b), the running means of its gradient and of the square of it, and its gradient.
const PARTS: usize = 4;

/// The largest number at the start.
const START: f64 = 0.05;

/// Rows in training, of either side.
#[derive(Debug)]
pub struct DotBiasState<'s, T> {
    /// 4 (k + 1) x m: column i begins with row i of W, followed by b_i.
    pub w: MatMut<'s, T>,
    /// 4 (k + 1) x n: column j begins with row j of H, followed by c_j.
    pub h: MatMut<'s, T>,
}

/// An epoch of a [`DotBias`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DotBiasEpoch<T> {
    /// The number of epochs done.
    pub epochs: usize,
    /// The mean square error of the batches, each before its step.
    pub training: T,
}

impl DotBias {
    /// Returns the number of scalars of a row in training: 4 (k + 1).
    pub const fn state_len(&self) -> usize {
        self.rank.saturating_add(1).saturating_mul(PARTS)
    }

    /// Returns the number that the model gives for a row (w, b) and a row (h, c), of k + 1 scalars each.
    pub fn predict<T: Real>(&self, w: &[T], h: &[T]) -> T {
        let (low, width) = self.scale::<T>();
        low + width * sigmoid(self.inner(w, h))
    }

    /// w . h + b + c.
    fn inner<T: Real>(&self, w: &[T], h: &[T]) -> T {
        let (w, b) = w.split_at_checked(self.rank).unwrap_or_default();
        let (h, c) = h.split_at_checked(self.rank).unwrap_or_default();
        let bias = |x: &[T]| x.first().copied().unwrap_or(T::ZERO);
        dot_in_lanes(w, h) + bias(b) + bias(c)
    }

    fn scale<T: Real>(&self) -> (T, T) {
        let (low, high) = self.range;
        (T::from_f64(low), T::from_f64(high - low))
    }

    /// Learns W, H and biases.
    ///
    /// - `a`: m x n.
    /// - `state`: overwritten; all but the first k + 1 scalars of a column are of no use after it.
    /// - `schedule`: the number of rows of a step at a time.
    /// - `observe`: called after each epoch; may stop the descent.
    ///
    /// A step costs 8 k flops for each entry of the batch, and about 15 for each number of the model. Returns the
    /// number of epochs.
    ///
    /// # Errors
    /// - [`Error::Empty`] without known entries, [`Error::NonFinite`] with the place of the entry.
    /// - [`Error::Setting`] for a range that is empty or not finite, a batch of zero, a penalty or a rate out of range.
    /// - [`Error::Shape`] for a state that does not fit.
    /// - [`Error::Diverged`] if a number is no longer finite.
    pub fn run<T, A, F>(
        &self,
        a: &A,
        state: &mut DotBiasState<'_, T>,
        schedule: &impl RowSchedule,
        mut observe: F,
    ) -> Result<usize, Error>
    where
        T: Real,
        A: KnownEntries<Scalar = T>,
        F: FnMut(DotBiasEpoch<T>) -> ControlFlow<()>,
    {
        self.check(a, state)?;
        self.start(&mut state.w, self.seed);
        self.start(&mut state.h, !self.seed);
        let steps_of_epoch = a.known().div_ceil(self.batch.max(1));
        let (mut epochs, mut done) = (0_usize, 0_usize);
        for cycle in 0..self.cycles.count {
            let of_cycle = self.cycles.epochs(cycle);
            let steps = steps_of_epoch.saturating_mul(of_cycle);
            for epoch in 0..of_cycle {
                let order = Permutation::new(mix(!self.seed), epochs as u64, a.known());
                let mut squares = T::ZERO;
                for step in 0..steps_of_epoch {
                    let first = step.saturating_mul(self.batch);
                    let last = first.saturating_add(self.batch).min(a.known());
                    squares += self.add_gradient(a, state, (order, first..last));
                    let within = epoch.saturating_mul(steps_of_epoch).saturating_add(step);
                    let rows = self.step(within as f64 / steps as f64, done);
                    schedule.update(&mut state.w, &mut [], &rows)?;
                    schedule.update(&mut state.h, &mut [], &rows)?;
                    done = done.saturating_add(1);
                }
                epochs = epochs.saturating_add(1);
                if !squares.is_finite() {
                    return Err(Error::Diverged { iteration: done });
                }
                let training = squares / T::from_usize(a.known());
                if observe(DotBiasEpoch { epochs, training }).is_break() {
                    return Ok(epochs);
                }
            }
        }
        Ok(epochs)
    }

    /// Adds the gradient of the mean square error of the entries at these places of an order; returns the sum of its
    /// squares.
    fn add_gradient<T: Real, A: KnownEntries<Scalar = T>>(
        &self,
        a: &A,
        state: &mut DotBiasState<'_, T>,
        (order, batch): (Permutation, Range<usize>),
    ) -> T {
        let p = self.rank.saturating_add(1);
        let (low, width) = self.scale::<T>();
        // Not `batch.len()`, which asserts that both bounds of its size are equal.
        let entries = batch.end.saturating_sub(batch.start).max(1);
        let share = T::from_f64(2.0) / T::from_usize(entries);
        let mut squares = T::ZERO;
        for place in batch {
            let Some((i, j, a)) = a.entry(order.at(place)) else {
                break;
            };
            let (w, h) = (state.w.column_mut(i), state.h.column_mut(j));
            let ((w, of_w), (h, of_h)) = (split(w, p), split(h, p));
            let share_above = sigmoid(self.inner(w, h));
            let error = low + width * share_above - a;
            squares += error * error;
            let slope = share * error * width * share_above * (T::ONE - share_above);
            add_row(slope, (&*h, of_w), self.rank);
            add_row(slope, (&*w, of_h), self.rank);
        }
        squares
    }

    /// Returns the step number `done` at the share `within` of its cycle.
    fn step<T: Real>(&self, within: f64, done: usize) -> AdamRows<T> {
        let rate = 0.5 * self.learning_rate * (1.0 + cosine_of_half_turns(within));
        let (b1, b2) = self.adam.betas;
        let steps = done.saturating_add(1) as f64;
        let first = 1.0 - libm::pow(b1, steps);
        let second = 1.0 - libm::pow(b2, steps);
        AdamRows {
            betas: (T::from_f64(b1), T::from_f64(b2)),
            rate: T::from_f64(rate / first),
            correction: T::from_f64(1.0 / libm::sqrt(second)),
            epsilon: T::from_f64(self.adam.epsilon),
            l2: T::from_f64(self.l2),
        }
    }

    fn start<T: Real>(&self, rows: &mut MatMut<'_, T>, seed: u64) {
        let random = RandomEntries::new(Distribution::Uniform, seed);
        let size = T::from_f64(START / libm::sqrt(3.0));
        rows.fill(T::ZERO);
        for (i, row) in (0..rows.ncols()).zip(rows.columns_mut()) {
            let row = row.get_mut(..self.rank.saturating_add(1));
            let row = row.unwrap_or_default();
            random.fill_row(i, row);
            for x in row {
                *x *= size;
            }
        }
    }

    fn check<T: Real, A: KnownEntries<Scalar = T>>(
        &self,
        a: &A,
        state: &DotBiasState<'_, T>,
    ) -> Result<(), Error> {
        let (m, n, p) = (a.nrows(), a.ncols(), self.state_len());
        if a.known() == 0 {
            return Err(Error::Empty);
        }
        check_shape((state.w.nrows(), state.w.ncols()), (p, m))?;
        check_shape((state.h.nrows(), state.h.ncols()), (p, n))?;
        let (low, high) = self.range;
        Error::unless(low < high && (high - low).is_finite(), "range")?;
        let fits = |setting: f64| setting >= 0.0 && setting.is_finite();
        Error::unless(fits(self.l2), "l2")?;
        Error::unless(fits(self.learning_rate), "learning_rate")?;
        Error::unless(self.batch > 0, "batch")?;
        crate::descent::Optimizer::check(&self.adam)?;
        let entry = |i| a.row(i).map(move |(j, x)| (i, j, x));
        EntryStats::of((0..m).flat_map(entry)).map(|_| ())
    }
}

/// cos(pi x) for x from 0 to 1, by the Taylor series of sin(pi (1/2 - x)), which 11 terms compute to rounding.
fn cosine_of_half_turns(x: f64) -> f64 {
    let z = core::f64::consts::PI * (0.5 - x);
    let mut sum = 1.0;
    for term in (1..=10_u8).rev() {
        let even = f64::from(term) * 2.0;
        sum = 1.0 - z * z / (even * (even + 1.0)) * sum;
    }
    z * sum
}

/// 1 / (1 + exp(-x)).
#[inline(always)]
fn sigmoid<T: Real>(x: T) -> T {
    T::ONE / (T::ONE + T::from_f64(core::f64::consts::E).pow(-x))
}

/// Splits the state of a row of p numbers into these and their gradient.
#[inline(always)]
fn split<T>(state: &mut [T], p: usize) -> (&mut [T], &mut [T]) {
    let (row, rest) = state.split_at_mut_checked(p).unwrap_or_default();
    let gradient = rest.get_mut(p.saturating_mul(PARTS - 2)..);
    (row, gradient.unwrap_or_default())
}

/// Adds the gradient of w . h + b + c with respect to one row, `slope` times the other one and one for the bias.
#[inline(always)]
fn add_row<T: Real>(slope: T, (other, gradient): (&[T], &mut [T]), rank: usize) {
    let (gradient, of_bias) = gradient.split_at_mut_checked(rank).unwrap_or_default();
    for (g, x) in gradient.iter_mut().zip(other) {
        *g += slope * *x;
    }
    if let Some(g) = of_bias.first_mut() {
        *g += slope;
    }
}

/// A step of Adam of a row with its state, the gradient of which becomes zero.
struct AdamRows<T> {
    betas: (T, T),
    rate: T,
    correction: T,
    epsilon: T,
    l2: T,
}

impl<T: Real> RowUpdate<T> for AdamRows<T> {
    #[inline(always)]
    fn update(&self, _: usize, row: &mut [T], _: &mut [T]) -> Result<(), Error> {
        let p = row.len() / PARTS;
        let (x, rest) = row.split_at_mut_checked(p).unwrap_or_default();
        let (first, rest) = rest.split_at_mut_checked(p).unwrap_or_default();
        let (second, gradient) = rest.split_at_mut_checked(p).unwrap_or_default();
        let (b1, b2) = self.betas;
        for ((x, g), (f, s)) in x.iter_mut().zip(gradient).zip(first.iter_mut().zip(second)) {
            let slope = *g + self.l2 * *x;
            *f = b1 * *f + (T::ONE - b1) * slope;
            *s = b2 * *s + (T::ONE - b2) * slope * slope;
            *x -= self.rate * *f / (s.sqrt() * self.correction + self.epsilon);
            *g = T::ZERO;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_of_a_cycle_falls_along_a_cosine() {
        for step in 0..=64 {
            let x = f64::from(step) / 64.0;
            let expected = (core::f64::consts::PI * x).cos();
            assert!((cosine_of_half_turns(x) - expected).abs() < 1e-15, "{x}");
        }
        let cycles = Cycles {
            count: 3,
            first: 1,
            factor: 2,
        };
        assert_eq!([0, 1, 2].map(|cycle| cycles.epochs(cycle)), [1, 2, 4]);
    }
}

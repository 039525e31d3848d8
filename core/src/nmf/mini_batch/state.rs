//! The state between two batches.

use crate::dense::check_shape;
use crate::divergence::BetaDivergence;
use crate::panel::{NonNegativePanel, Panel};
use crate::penalty::Penalty;
use crate::scaling::bring_into_range;
use crate::{Error, MatMut, Real};

/// The weight of earlier rows.
///
/// The first batches are fitted with an H far from the final one, and their statistics are inaccurate.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Forgetting {
    /// The s-th of t rows has the weight (s / t)^p (Mairal, Bach, Ponce & Sapiro 2010). The last t / (p + 1) or
    /// so dominate; their number grows, so that repeated passes over the same rows converge. 0: all have
    /// the same weight, including those of the first batches.
    ByAge(u32),
    /// A batch multiplies the weight of all earlier rows by rho, 0 <= rho <= 1: for rows whose
    /// distribution changes. For batches of different size m_b let rho be r^(m_b).
    ByBatch(f64),
}

impl Default for Forgetting {
    /// Returns `ByAge(3)`.
    fn default() -> Self {
        Self::ByAge(3)
    }
}

impl Forgetting {
    /// # Errors
    /// [`Error::Setting`] for a rho that is not from 0 to 1.
    pub(super) fn check(self) -> Result<(), Error> {
        let fits = match self {
            Self::ByBatch(kept) => (0.0..=1.0).contains(&kept),
            Self::ByAge(_) => true,
        };
        Error::unless(fits, "forgetting")
    }

    /// Returns the factor of `before` earlier rows when `rows` new ones are added.
    fn kept(self, before: u64, rows: u64) -> f64 {
        match self {
            Self::ByBatch(kept) => kept,
            Self::ByAge(mut power) => {
                let mut square = before as f64 / before.saturating_add(rows) as f64;
                let mut kept = 1.0;
                while power > 0 {
                    if power & 1 == 1 {
                        kept *= square;
                    }
                    square *= square;
                    power >>= 1;
                }
                kept
            }
        }
    }
}

/// H and the sums over all batches, in buffers of the caller, borrowed for one batch.
///
/// Before the first batch `sums` and `gram` may hold anything and `record` is its default. Afterwards the
/// four belong together, and may be stored and passed again.
#[derive(Debug)]
pub struct MiniBatchState<'s, P: Panel> {
    /// H, n x k, scaled by a power of two.
    pub h: P,
    /// N, the sum of A_b^T W_b, n x k; for [`MiniBatchBetaNmf`](super::MiniBatchBetaNmf) [P | D], n x 2k.
    pub sums: P,
    /// G, the sum of W_b^T W_b, k x k; not used by [`MiniBatchBetaNmf`](super::MiniBatchBetaNmf).
    pub gram: MatMut<'s, P::Scalar>,
    /// The scalars of the state.
    pub record: &'s mut BatchRecord,
}

/// The scalars of a [`MiniBatchState`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BatchRecord {
    /// The number of rows seen.
    pub rows: u64,
    /// The sum of the weights of the rows, by which penalties on H are multiplied.
    pub weight: f64,
    /// N and G, or P and D, are 2^e times the stored ones, so that rows of any size can be added without
    /// overflow; `None` before anything is added.
    pub exponent: Option<i32>,
    /// H is initialized, which happens at the first nonzero entry.
    pub started: bool,
}

impl BatchRecord {
    /// Counts a batch whose sums are 2^e times the stored ones, where e is `exponent`, or zeros if it is
    /// `None`. Returns the factors of the present sums and of those of the batch; if the first factor is
    /// zero, the present sums may hold anything.
    pub(super) fn admit<T: Real>(
        &mut self,
        forgetting: Forgetting,
        rows: usize,
        exponent: Option<i32>,
    ) -> [T; 2] {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        let kept = forgetting.kept(self.rows, rows);
        self.weight = kept * self.weight + rows as f64;
        self.rows = self.rows.saturating_add(rows);
        let before = if kept > 0.0 { self.exponent } else { None };
        self.exponent = before.max(exponent);
        let share = |e: Option<i32>, share: f64| match (e, self.exponent) {
            (Some(e), Some(largest)) => {
                T::from_f64(share) * T::power_of_two(e.saturating_sub(largest))
            }
            _ => T::ZERO,
        };
        [share(before, kept), share(exponent, 1.0)]
    }

    /// Returns the penalty on H in the units of the stored sums.
    pub(super) fn penalty<T: Real>(&self, of_a_row: Penalty<f64>) -> Penalty<T> {
        let unit = T::power_of_two(self.exponent.unwrap_or(0));
        of_a_row.times(self.weight).scaled(0, unit)
    }

    fn shift(&mut self, e: i32) {
        self.exponent = self.exponent.map(|x| x.saturating_add(e));
    }
}

impl<P: Panel> MiniBatchState<'_, P> {
    /// Checks all shapes: `width` is the number of panels of k columns in `sums`.
    pub(super) fn check(&self, k: usize, width: usize) -> Result<(), Error> {
        let n = self.h.nrows();
        check_shape((self.h.nrows(), self.h.ncols()), (n, k))?;
        let expected = (n, k.saturating_mul(width));
        check_shape((self.sums.nrows(), self.sums.ncols()), expected)
    }

    /// Rescales N, G and H into range. A smaller H corresponds to larger weights.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        let of_sums = bring_into_range(&mut self.sums)?;
        let of_h = bring_into_range(&mut self.h)?;
        self.scale_gram(of_h.saturating_sub(of_sums));
        self.record.shift(of_sums.saturating_add(of_h));
        Ok(())
    }

    /// Rescales P and D: 2^-e H belongs to 2^e W, whose P is 2^(e - e / c) times as large.
    pub(super) fn settle_terms(
        &mut self,
        divergence: &BetaDivergence<P::Scalar>,
        factors: &mut [P::Scalar],
    ) -> Result<(), Error>
    where
        P: NonNegativePanel,
    {
        let of_sums = bring_into_range(&mut self.sums)?;
        let of_h = bring_into_range(&mut self.h)?;
        if of_h != 0 {
            let (k, size) = (self.h.ncols(), P::Scalar::power_of_two(of_h));
            let (of_p, of_d) = factors.split_at_mut_checked(k).unwrap_or_default();
            of_p.fill(size / divergence.root(size));
            of_d.fill(size);
            // Underflow to zero is acceptable.
            self.sums
                .keep_above(factors, -P::Scalar::ONE, P::Scalar::ZERO)?;
        }
        self.record.shift(of_sums);
        Ok(())
    }

    fn scale_gram(&mut self, e: i32) {
        if e != 0 {
            for g in self.gram.as_mut_slice() {
                *g = g.scale_by_power_of_two(e);
            }
        }
    }
}

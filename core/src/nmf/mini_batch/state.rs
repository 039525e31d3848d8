//! What is kept between two batches.

use crate::dense::{MatMut, check_shape};
use crate::divergence::BetaDivergence;
use crate::error::Error;
use crate::panel::{NonNegativePanel, Panel};
use crate::penalty::Penalty;
use crate::real::Real;
use crate::scaling::bring_into_range;

/// How much the rows that came earlier still count.
///
/// The first batches meet an H that is far from the one they lead to, and what they say of it misleads.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Forgetting {
    /// The s-th of t rows counts (s / t)^p (Mairal, Bach, Ponce & Sapiro 2010): the last t / (p + 1) or so
    /// decide, so that more and more of them do, and repeated passes over the same rows settle. 0: all
    /// count alike, those that met a bad H, too.
    ByAge(u32),
    /// What came before a batch counts rho times what it did, 0 <= rho <= 1: for rows whose nature
    /// changes. For batches of different size m_b let rho be r^(m_b).
    ByBatch(f64),
}

impl Default for Forgetting {
    /// `ByAge(3)`.
    fn default() -> Self {
        Self::ByAge(3)
    }
}

impl Forgetting {
    /// # Errors
    /// [`Error::Setting`] for a rho that is not from 0 to 1.
    pub(super) fn check(self) -> Result<(), Error> {
        match self {
            Self::ByBatch(kept) if !(0.0..=1.0).contains(&kept) => Err(Error::Setting),
            _ => Ok(()),
        }
    }

    /// What `before` rows still count beside `rows` new ones.
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

/// H and the sums over all batches that it is improved from, in buffers of the caller, lent for a batch.
///
/// Before the first batch `sums` and `gram` hold anything and `record` is its default; afterwards the
/// four belong together, and may be stored and lent again.
#[derive(Debug)]
pub struct MiniBatchState<'s, P: Panel> {
    /// H, n x k, brought into range by a power of two.
    pub h: P,
    /// N, the sum of A_b^T W_b, n x k; for [`MiniBatchBetaNmf`](super::MiniBatchBetaNmf) [P | D], n x 2k.
    pub sums: P,
    /// G, the sum of W_b^T W_b, k x k; without a role in [`MiniBatchBetaNmf`](super::MiniBatchBetaNmf).
    pub gram: MatMut<'s, P::Scalar>,
    /// What is known of them.
    pub record: &'s mut BatchRecord,
}

/// What is known of a [`MiniBatchState`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BatchRecord {
    /// Rows seen.
    pub rows: u64,
    /// Rows as they count, those that are forgotten in part in part: what penalties on H are multiplied
    /// by.
    pub weight: f64,
    /// N and G, or P and D, are 2^e times what is stored, so that rows of any size are added up without
    /// leaving the range; none where nothing has been added yet.
    pub exponent: Option<i32>,
    /// Whether H has started: it waits for an entry that is not zero.
    pub started: bool,
}

impl BatchRecord {
    /// Counts a batch whose sums are 2^e times what is stored of them, e being `exponent`, or zeros where
    /// that is none. Returns the factors of the sums that are there and of those of the batch; where the
    /// first is zero, they may be anything.
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

    /// What penalties on H are, beside sums as they are stored.
    pub(super) fn penalty<T: Real>(&self, of_a_row: Penalty<f64>) -> Penalty<T> {
        let unit = T::power_of_two(self.exponent.unwrap_or(0));
        of_a_row.times(self.weight).scaled(0, unit)
    }

    fn shift(&mut self, e: i32) {
        self.exponent = self.exponent.map(|x| x.saturating_add(e));
    }
}

impl<P: Panel> MiniBatchState<'_, P> {
    /// That all fits: `width` is the number of panels of k columns in `sums`.
    pub(super) fn check(&self, k: usize, width: usize) -> Result<(), Error> {
        let n = self.h.nrows();
        check_shape((self.h.nrows(), self.h.ncols()), (n, k))?;
        let expected = (n, k.saturating_mul(width));
        check_shape((self.sums.nrows(), self.sums.ncols()), expected)
    }

    /// Brings N and G, and H, back into range. A smaller H is one of larger weights.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        let of_sums = bring_into_range(&mut self.sums)?;
        let of_h = bring_into_range(&mut self.h)?;
        self.scale_gram(of_h.saturating_sub(of_sums));
        self.record.shift(of_sums.saturating_add(of_h));
        Ok(())
    }

    /// The same for P and D: 2^-e H is one of 2^e W, whose P is 2^(e - e / c) times as large.
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
            // Below zero is nothing.
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

//! Alternating steps for any loss: one factor is improved while the other one is held.

use super::initialization::typical_entry;
use super::settings::Nmf;
use crate::buffer::take;
use crate::panel::{NonNegativePanel, Panel};
use crate::penalty::Penalty;
use crate::scaling::{PowerOfTwoScaled, rescale, unbalance};
use crate::{Error, LinearOperator, Real, Workspace};

/// A run: the balanced matrix, the buffers and the factors.
pub(super) struct Alternation<'r, 's, A, P: Panel> {
    pub(super) settings: &'r Nmf,
    pub(super) a: &'r PowerOfTwoScaled<'r, A, P::Scalar>,
    pub(super) workspace: &'r mut Workspace<'s, P>,
    pub(super) w: &'r mut P,
    pub(super) h: &'r mut P,
    pub(super) w_penalty: Penalty<P::Scalar>,
    pub(super) h_penalty: Penalty<P::Scalar>,
    pub(super) h_is_held: bool,
}

impl<'r, 's, A, P: NonNegativePanel> Alternation<'r, 's, A, P> {
    /// Alternates between both factors as they are, without penalties.
    fn new(
        settings: &'r Nmf,
        a: &'r PowerOfTwoScaled<'r, A, P::Scalar>,
        workspace: &'r mut Workspace<'s, P>,
        [w, h]: [&'r mut P; 2],
    ) -> Self {
        Self {
            settings,
            a,
            workspace,
            w,
            h,
            w_penalty: Penalty::default(),
            h_penalty: Penalty::default(),
            h_is_held: false,
        }
    }

    /// Initializes both factors as the settings request.
    pub(super) fn of_both(
        settings: &'r Nmf,
        a: &'r PowerOfTwoScaled<'r, A, P::Scalar>,
        workspace: &'r mut Workspace<'s, P>,
        [w, h]: [&'r mut P; 2],
    ) -> Result<Self, Error>
    where
        A: LinearOperator<P>,
    {
        settings.start(a, workspace, w, h)?;
        Ok(Self::new(settings, a, workspace, [w, h]))
    }

    /// Initializes W with equal entries, and keeps H, which is in range.
    pub(super) fn of_weights(
        settings: &'r Nmf,
        a: &'r PowerOfTwoScaled<'r, A, P::Scalar>,
        workspace: &'r mut Workspace<'s, P>,
        [w, h]: [&'r mut P; 2],
    ) -> Result<Self, Error> {
        w.fill(typical_entry(a, w.nrows(), h.nrows(), settings.rank))?;
        Ok(Self {
            h_is_held: true,
            ..Self::new(settings, a, workspace, [w, h])
        })
    }

    /// Adds the penalties of the settings, for factors that are 2^-e times those of A and losses in
    /// units of `unit`.
    pub(super) fn penalised(mut self, e: i32, unit: P::Scalar) -> Self {
        self.w_penalty = self.settings.w_penalty.scaled(e, unit);
        if !self.h_is_held {
            self.h_penalty = self.settings.h_penalty.scaled(e, unit);
        }
        self
    }

    /// Returns the parts of the penalties of W and of H in the loss.
    pub(super) fn costs(&mut self) -> Result<[P::Scalar; 2], Error> {
        let sums = &mut *self.workspace.scratch.vectors;
        let of_w = cost_of(self.w, &self.w_penalty, sums)?;
        Ok([of_w, cost_of(self.h, &self.h_penalty, sums)?])
    }
}

/// Returns the penalty of a factor X >= 0; `sums` holds at least one scalar for each column.
pub(super) fn cost_of<P: NonNegativePanel>(
    x: &P,
    penalty: &Penalty<P::Scalar>,
    mut sums: &mut [P::Scalar],
) -> Result<P::Scalar, Error> {
    if penalty.is_none() {
        return Ok(P::Scalar::ZERO);
    }
    let sums = take(&mut sums, x.ncols());
    x.column_sums(sums)?;
    let mut sum = P::Scalar::ZERO;
    for column in sums {
        sum += *column;
    }
    Ok(penalty.cost(sum, x.inner_product(x)?))
}

/// Multiplies H, which was held, by 2^`size`, and W by 2^`e`.
pub(super) fn restore_scale<P: Panel>([w, h]: [&mut P; 2], e: i32, size: i32) -> Result<(), Error> {
    rescale(h, size)?;
    let mut norm = [w.inner_product(w)?.sqrt()];
    rescale(w, e)?;
    unbalance(&mut norm, e)
}

//! Alternating steps, whatever the loss: one factor is improved while the other one is held.

use super::init::typical_entry;
use super::settings::Nmf;
use crate::buffer::take;
use crate::error::Error;
use crate::iteration::StoppingRule;
use crate::operator::LinearOperator;
use crate::panel::{NonNegativePanel, Panel};
use crate::penalty::Penalty;
use crate::real::Real;
use crate::scaling::{Balanced, rescale, unbalance};
use crate::workspace::Workspace;

/// A run: the balanced matrix, the buffers and the factors.
pub(super) struct Alternation<'r, 's, A, P: Panel> {
    pub(super) settings: &'r Nmf,
    pub(super) a: &'r Balanced<'r, A, P::Scalar>,
    pub(super) workspace: &'r mut Workspace<'s, P>,
    pub(super) w: &'r mut P,
    pub(super) h: &'r mut P,
    pub(super) w_penalty: Penalty<P::Scalar>,
    pub(super) h_penalty: Penalty<P::Scalar>,
    pub(super) h_is_held: bool,
}

impl<'r, 's, A, P: NonNegativePanel> Alternation<'r, 's, A, P> {
    /// Both factors, from the start that the settings ask for.
    pub(super) fn of_both(
        settings: &'r Nmf,
        a: &'r Balanced<'r, A, P::Scalar>,
        workspace: &'r mut Workspace<'s, P>,
        [w, h]: [&'r mut P; 2],
    ) -> Result<Self, Error>
    where
        A: LinearOperator<P>,
    {
        settings.start(a, workspace, w, h)?;
        Ok(Self {
            settings,
            a,
            workspace,
            w,
            h,
            w_penalty: Penalty::default(),
            h_penalty: Penalty::default(),
            h_is_held: false,
        })
    }

    /// W alone, from equal entries, where H is in range.
    pub(super) fn of_weights(
        settings: &'r Nmf,
        a: &'r Balanced<'r, A, P::Scalar>,
        workspace: &'r mut Workspace<'s, P>,
        [w, h]: [&'r mut P; 2],
    ) -> Result<Self, Error> {
        w.fill(typical_entry(a, w.nrows(), h.nrows(), settings.rank))?;
        Ok(Self {
            settings,
            a,
            workspace,
            w,
            h,
            w_penalty: Penalty::default(),
            h_penalty: Penalty::default(),
            h_is_held: true,
        })
    }

    /// With the penalties of the settings, where the factors are 2^-e times those of A and losses are
    /// counted in `unit`.
    pub(super) fn penalised(mut self, e: i32, unit: P::Scalar) -> Self {
        self.w_penalty = self.settings.w_penalty.scaled(e, unit);
        if !self.h_is_held {
            self.h_penalty = self.settings.h_penalty.scaled(e, unit);
        }
        self
    }

    /// The rule for losses that are differences of numbers of this `size`, if any.
    pub(super) fn rule(&self, size: Option<P::Scalar>) -> StoppingRule<P::Scalar> {
        let mut rule = StoppingRule::of_gains(self.settings.tolerance, size);
        // Where H is held, W starts at any scale, and the first update finds the right one: what
        // that gains says nothing of the rest.
        rule.first = self.h_is_held.into();
        rule
    }

    /// What the penalties add to the loss for W and for H.
    pub(super) fn costs(&mut self) -> Result<[P::Scalar; 2], Error> {
        let sums = &mut *self.workspace.scratch.vectors;
        let of_w = cost_of(self.w, &self.w_penalty, sums)?;
        Ok([of_w, cost_of(self.h, &self.h_penalty, sums)?])
    }
}

/// What a factor X >= 0 costs; `sums` holds one scalar for each column at least.
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

/// H, which was held, becomes 2^`size` H again, and W 2^`e` W.
pub(super) fn restore_scale<P: Panel>([w, h]: [&mut P; 2], e: i32, size: i32) -> Result<(), Error> {
    rescale(h, size)?;
    let mut norm = [w.inner_product(w)?.sqrt()];
    rescale(w, e)?;
    unbalance(&mut norm, e)
}

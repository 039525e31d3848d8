//! Mini-batches for any beta-divergence, and with missing entries.

use super::{MiniBatchNmf, MiniBatchState, check_weights, drop_noise, keep_alive};
use crate::buffer::take;
use crate::divergence::MultiplicativeStep;
use crate::iteration::Report;
use crate::nmf::alternation::Alternation;
use crate::nmf::beta_divergence::Multiplicative;
use crate::nmf::{BetaNmf, NmfSolver};
use crate::operator::{DivergenceOperator, Side};
use crate::panel::NonNegativePanel;
use crate::scaling::{PowerOfTwoScaled, bring_into_range, rescale};
use crate::{Error, Nmf, Real, Workspace};
use core::ops::ControlFlow;

/// [`MiniBatchNmf`] for a [`BetaDivergence`](crate::divergence::BetaDivergence), over all entries or those that are
/// [`Observed`](crate::operator::Observed).
///
/// With the terms N_b and D_b of [`DivergenceOperator`] for the present H and the W_b computed for it,
/// P <- rho P + H^(1/c) o N_b, D <- rho D + D_b and H <- (P / D)^c (Lefèvre, Bach & Févotte 2011). For
/// beta <= 1 this H minimizes a sum of majorizations of the divergences of all batches; for other beta it
/// has the same fixed points. Entries of H are at least eps^2, because multiplicative updates cannot
/// leave zero.
///
/// The state is 2 n k scalars in addition to H.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MiniBatchBetaNmf {
    /// beta, a finite number.
    pub beta: f64,
    /// All settings other than the loss; the solver has to be [`NmfSolver::Mu`].
    pub batches: MiniBatchNmf,
}

impl Default for MiniBatchBetaNmf {
    /// Returns Kullback and Leibler's divergence, rank 1 from NNDSVDa of the first batch.
    fn default() -> Self {
        let settings = Nmf {
            solver: NmfSolver::Mu,
            ..Nmf::default()
        };
        Self {
            beta: 1.0,
            batches: MiniBatchNmf {
                settings,
                ..MiniBatchNmf::default()
            },
        }
    }
}

impl MiniBatchBetaNmf {
    /// Fits a batch of rows, as [`MiniBatchNmf::partial_fit`] does.
    ///
    /// - `workspace`: of width l >= 2 k.
    /// - `state`: [P | D] is n x 2k; G may be empty.
    ///
    /// Costs as much as [`BetaNmf::transform`], plus one evaluation of the terms of H.
    ///
    /// # Errors
    /// The errors of [`MiniBatchNmf::partial_fit`] and of [`BetaNmf::transform`].
    pub fn partial_fit<P, A>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        w: &mut P,
        state: &mut MiniBatchState<'_, P>,
    ) -> Result<Report<P::Scalar>, Error>
    where
        P: NonNegativePanel,
        A: DivergenceOperator<P>,
    {
        let MiniBatchNmf {
            settings,
            forgetting,
        } = self.batches;
        let beta = self.beta;
        let nmf = BetaNmf { beta, settings };
        let entry_stats = settings.check(a, workspace, [w, &state.h])?;
        let divergence = nmf.check::<P, A>(a)?;
        state.check(settings.rank, 2)?;
        forgetting.check()?;
        let balanced = PowerOfTwoScaled::normalized(a, &entry_stats);
        let started = self.batches.start(&balanced, workspace, w, state)?;
        let (e, go_on) = (balanced.exponent(), |_| ControlFlow::Continue(()));
        let h = &mut state.h;
        let run = Alternation::of_weights(&settings, &balanced, workspace, [w, h])?;
        let report = Multiplicative::new(run, &divergence, e).finish(go_on)?;
        check_weights(w, e)?;
        drop_noise(w, workspace.scratch.vectors)?;
        let k = settings.rank;
        workspace.right.set_ncols(k.saturating_mul(2))?;
        let terms = &mut workspace.right;
        balanced.divergence_terms(&divergence, [w, h], Side::Columns, terms)?;

        state.record.started = started;
        let shift = bring_into_range(&mut workspace.right)?;
        let (own, rest) = exponents(e, beta);
        let is_zero = entry_stats.norm <= P::Scalar::ZERO;
        let own = own.saturating_add(shift);
        let exponent = if is_zero { None } else { Some(own) };
        let [kept, added] = state.record.admit(forgetting, a.nrows(), exponent);
        if kept <= P::Scalar::ZERO {
            state.sums.fill(P::Scalar::ZERO)?;
        }
        if state.record.exponent.is_some() {
            let step = MultiplicativeStep {
                divergence: &divergence,
                penalty: state.record.penalty(settings.h_penalty),
            };
            let (shares, sums) = ([kept, added * rest], &mut state.sums);
            state
                .h
                .accumulated_update(sums, &workspace.right, shares, step)?;
            keep_alive(&mut state.h, workspace.scratch.vectors)?;
        }
        let mut vectors = &mut *workspace.scratch.vectors;
        let factors = take(&mut vectors, k.saturating_mul(2));
        state.settle_terms(&divergence, factors)?;
        rescale(w, e).map(|()| report)
    }
}

/// (2^e)^beta, the factor of a divergence when A is scaled by 2^e, as 2^x y with 1/2 < y < 2.
fn exponents<T: Real>(e: i32, beta: f64) -> (i32, T) {
    let power = f64::from(e) * beta;
    let whole = power as i32;
    let rest = power - f64::from(whole);
    // The rest is zero if the exponent is an integer, or clipped far beyond every type.
    let factor = if rest == 0.0 || rest.abs() >= 1.0 {
        1.0
    } else {
        Real::pow(2.0, rest)
    };
    (whole, T::from_f64(factor))
}

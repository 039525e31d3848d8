//! Non-negative factorization of rows that arrive in batches.

mod beta_divergence;
mod state;

pub use beta_divergence::MiniBatchBetaNmf;
pub use state::{BatchRecord, Forgetting, MiniBatchState};

use super::frobenius::Frobenius;
use super::initialization::check_start;
use super::subproblem::Subproblem;
use super::{Nmf, NmfInit, NmfSolver};
use crate::buffer::take;
use crate::iteration::Report;
use crate::operator::EntrywiseOperator;
use crate::panel::{NonNegativePanel, Panel, copy_panel};
use crate::scaling::{PowerOfTwoScaled, bring_into_range, rescale, unbalance};
use crate::workspace::SmallScratch;
use crate::{Error, LinearOperator, Real, Workspace};
use core::ops::ControlFlow;

/// H of A ~ W H^T, where the rows of A arrive in batches A_1, A_2, .., and none is kept.
///
/// For each batch W_b = argmin ||A_b - W H^T||_F over W >= 0, for a held H as in [`Nmf::transform`]. Then
/// N <- rho N + A_b^T W_b and G <- rho G + W_b^T W_b, and the [`NmfSolver`] improves H from these, which
/// decreases <G, H^T H> / 2 - <N, H>: ||A - W H^T||_F^2 / 2 over all rows so far, with the W computed when
/// they arrived, weighted by [`Forgetting`] (Mairal, Bach, Ponce & Sapiro 2010, with the steps of
/// Cichocki & Phan 2009 or Lee & Seung 2001).
///
/// The state is n k + k^2 scalars in addition to H, for any number of rows. Multiplicative updates keep
/// entries of H at eps^2 or above, because they cannot leave zero when later rows need it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MiniBatchNmf {
    /// The rank, the solver, the initialization of H, the penalties; iterations and tolerance are those of W_b.
    ///
    /// The penalty on H is added for each row, so that its relative weight does not depend on the number of
    /// batches: it is that of [`Nmf`] divided by the number of rows.
    pub settings: Nmf,
    /// The weights of earlier rows in N and G.
    pub forgetting: Forgetting,
}

impl Default for MiniBatchNmf {
    /// Returns rank 1 by HALS from NNDSVDa of the first batch.
    fn default() -> Self {
        Self {
            settings: Nmf::default(),
            forgetting: Forgetting::default(),
        }
    }
}

impl MiniBatchNmf {
    /// Fits a batch of rows: computes W_b, and improves H.
    ///
    /// The first batch with a nonzero entry initializes H as [`Nmf::init`] says, with random
    /// numbers if it has fewer rows than k; for [`NmfInit::Given`], `state.h` is the initial H.
    ///
    /// - `a`: A_b, m_b x n; there may be fewer rows than k.
    /// - `workspace`: of width l >= k, for A_b; columns beyond k are used by NNDSVD.
    /// - `w`: m_b x k; becomes W_b, for the H before this batch.
    /// - `state`: N is n x k and G k x k. On errors it is unchanged, except for an H that is not
    ///   initialized.
    ///
    /// Returns the distance of W_b H^T from A_b for the H before this batch: the error of the model on
    /// unseen rows.
    ///
    /// Costs one product with A_b, one with A_b^T, 4 m_b k^2 flops an iteration of W_b, and
    /// 2 n k^2 a sweep over H.
    ///
    /// # Errors
    /// The errors of [`Nmf::transform`]; [`Error::Setting`] for a rho that is not from 0 to 1.
    ///
    /// ```
    /// use lowrank_core::{FixedWorkspace, MatRef};
    /// use lowrank_core::nmf::{BatchRecord, MiniBatchNmf, MiniBatchState};
    /// // Rank one, three columns: one array for each column of H, N, G and W.
    /// let (mut h, mut sums, mut gram, mut w) = ([[0.0; 3]], [[0.0; 3]], [[0.0]], [[0.0; 2]]);
    /// let (mut record, mut workspace) = (BatchRecord::default(), FixedWorkspace::<f32, 2, 3, 2>::new());
    /// for batch in [[[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], [[3.0, 1.0], [6.0, 2.0], [9.0, 3.0]]] {
    ///     let (h, sums, gram) = ((&mut h).into(), (&mut sums).into(), (&mut gram).into());
    ///     let mut state = MiniBatchState { h, sums, gram, record: &mut record };
    ///     let (a, mut w) = (MatRef::from(&batch), (&mut w).into());
    ///     MiniBatchNmf::default().partial_fit(&a, &mut workspace.lend(), &mut w, &mut state)?;
    /// }
    /// assert_eq!(record.rows, 4);
    /// assert!((h[0][1] / h[0][0] - 2.0).abs() < 1e-5);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn partial_fit<P, A>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        w: &mut P,
        state: &mut MiniBatchState<'_, P>,
    ) -> Result<Report<P::Scalar>, Error>
    where
        P: NonNegativePanel,
        A: EntrywiseOperator<P>,
    {
        let settings = &self.settings;
        let entry_stats = settings.check(a, workspace, [w, &state.h])?;
        entry_stats.check_complete()?;
        state.check(settings.rank, 1)?;
        let k = settings.rank;
        crate::dense::check_shape((state.gram.nrows(), state.gram.ncols()), (k, k))?;
        self.forgetting.check()?;
        let balanced = PowerOfTwoScaled::normalized(a, &entry_stats);
        let started = self.start(&balanced, workspace, w, state)?;
        let (e, go_on) = (balanced.exponent(), |_| ControlFlow::Continue(()));
        let factors = [&mut *w, &mut state.h];
        let run = Frobenius::of_weights(settings, &balanced, e, workspace, factors)?;
        let report = run.finish(go_on)?;
        check_weights(w, e)?;
        if drop_noise(w, workspace.scratch.vectors)? {
            balanced.apply_transpose(w, &mut workspace.right)?;
            w.gram(&mut workspace.small)?;
        }

        state.record.started = started;
        let shift = bring_into_range(&mut workspace.right)?;
        let is_zero = entry_stats.norm <= P::Scalar::ZERO;
        let exponent = e.saturating_mul(2).saturating_add(shift);
        let exponent = if is_zero { None } else { Some(exponent) };
        let shares = state.record.admit(self.forgetting, a.nrows(), exponent);
        add(workspace, state, shares, shift)?;
        if state.record.exponent.is_some() {
            self.improve(workspace, state, [entry_stats.entries, w.nrows()])?;
        }
        state.settle()?;
        rescale(w, e)?;
        Ok(report)
    }

    /// Initializes H before the first batch. Returns true if it is initialized.
    fn start<P, A>(
        &self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        workspace: &mut Workspace<'_, P>,
        w: &mut P,
        state: &mut MiniBatchState<'_, P>,
    ) -> Result<bool, Error>
    where
        P: NonNegativePanel,
        A: LinearOperator<P>,
    {
        if state.record.started {
            return Ok(true);
        }
        if self.settings.init == NmfInit::Given {
            check_start(&state.h, workspace.scratch.vectors)?;
            bring_into_range(&mut state.h)?;
            return Ok(true);
        }
        if a.entry_stats().norm <= P::Scalar::ZERO {
            state.h.fill(P::Scalar::ZERO)?;
            return Ok(false);
        }
        let init = if w.nrows() < w.ncols() {
            NmfInit::Random
        } else {
            self.settings.init
        };
        let settings = Nmf {
            init,
            ..self.settings
        };
        settings.start(a, workspace, w, &mut state.h)?;
        if !(settings.w_penalty.is_none() && settings.h_penalty.is_none()) {
            // Half of the scale of A, as in a full factorization: the penalties depend on the size of H.
            rescale(&mut state.h, a.exponent() >> 1)?;
            bring_into_range(&mut state.h)?;
        }
        Ok(true)
    }

    /// Improves H from N and G, given the numbers of entries and rows of W in them.
    fn improve<P: NonNegativePanel>(
        &self,
        workspace: &mut Workspace<'_, P>,
        state: &mut MiniBatchState<'_, P>,
        [entries, held_rows]: [usize; 2],
    ) -> Result<(), Error> {
        let MiniBatchState {
            h,
            sums,
            gram,
            record,
        } = state;
        let penalty = record.penalty(self.settings.h_penalty);
        P::write_small(gram.as_ref(), &mut workspace.small)?;
        let solver = self.settings.solver;
        let multiplicative = solver == NmfSolver::Mu;
        if multiplicative {
            copy_panel(sums, &mut workspace.right)?;
            keep_unused(workspace, h)?;
        }
        let numerator = if multiplicative {
            &mut workspace.right
        } else {
            sums
        };
        let problem = Subproblem {
            numerator,
            gram: &workspace.small,
            penalty,
            scratch: workspace.scratch.for_rows(self.settings.rank)?,
            entries,
            held_rows,
        };
        solver.improve(h, problem)?;
        if multiplicative {
            keep_alive(h, workspace.scratch.vectors)?;
        }
        Ok(())
    }
}

/// max(H, eps^2): multiplicative updates never leave zero, but entries that no row so far has used, such as a term that
/// has not occurred, may be needed later; eps^2 is negligible in a sum.
fn keep_alive<P: NonNegativePanel>(h: &mut P, mut vectors: &mut [P::Scalar]) -> Result<(), Error> {
    let ones = take(&mut vectors, h.ncols());
    ones.fill(P::Scalar::ONE);
    h.keep_above(ones, least(), least())
}

/// eps^2.
fn least<T: Real>() -> T {
    T::EPSILON * T::EPSILON
}

/// Checks that 2^e W is in range.
fn check_weights<P: Panel>(w: &P, e: i32) -> Result<(), Error> {
    unbalance(&mut [w.inner_product(w)?.sqrt()], e)
}

/// N <- a N + b A_b^T W_b and G <- a G + b W_b^T W_b, from the right panel, which is scaled by 2^-`shift`, and the
/// small matrix.
fn add<P: Panel>(
    workspace: &mut Workspace<'_, P>,
    state: &mut MiniBatchState<'_, P>,
    [kept, added]: [P::Scalar; 2],
    shift: i32,
) -> Result<(), Error> {
    let SmallScratch { r, .. } = &mut workspace.scratch;
    r.reshape(state.gram.nrows(), state.gram.ncols())?;
    P::read_small(&workspace.small, r.as_mut())?;
    for (g, own) in state.gram.as_mut_slice().iter_mut().zip(r.as_slice()) {
        let own = added * own.scale_by_power_of_two(shift.saturating_neg());
        // If nothing is kept, the old values may be anything.
        *g = if kept > P::Scalar::ZERO {
            kept * *g + own
        } else {
            own
        };
    }
    if kept <= P::Scalar::ZERO {
        state.sums.fill(P::Scalar::ZERO)?;
    }
    workspace.right.scale(added)?;
    state.sums.axpby(P::Scalar::ONE, &workspace.right, kept)
}

/// Sets the weights of a component to zero if they are negligible in all rows, so that the update of H keeps
/// the component instead of fitting it to rounding. Returns true if there was one.
fn drop_noise<P: NonNegativePanel>(
    w: &mut P,
    mut vectors: &mut [P::Scalar],
) -> Result<bool, Error> {
    let factors = take(&mut vectors, w.ncols());
    w.column_sums(factors)?;
    let noise = least::<P::Scalar>() * P::Scalar::largest(factors);
    let mut dropped = false;
    for sum in factors.iter_mut() {
        let kept = *sum > noise || *sum <= P::Scalar::ZERO;
        dropped |= !kept;
        *sum = if kept {
            P::Scalar::ONE
        } else {
            P::Scalar::ZERO
        };
    }
    if dropped {
        w.keep_above(factors, P::Scalar::ZERO, P::Scalar::ZERO)?;
    }
    Ok(dropped)
}

/// Protects unused components: g_jj and n_j of a component without weight in any row are zero, and a multiplicative
/// update would set it to zero. With g_jj = 1 and n_j = h_j it is unchanged.
fn keep_unused<P: Panel>(workspace: &mut Workspace<'_, P>, h: &P) -> Result<(), Error> {
    let SmallScratch { r, u, .. } = &mut workspace.scratch;
    let k = h.ncols();
    r.reshape(k, k)?;
    u.reshape(k, k)?;
    P::read_small(&workspace.small, r.as_mut())?;
    u.fill(P::Scalar::ZERO);
    let mut unused = false;
    for (j, (g, s)) in (0..k).zip(r.columns_mut().zip(u.columns_mut())) {
        if let (Some(g), Some(s)) = (g.get_mut(j), s.get_mut(j))
            && *g <= P::Scalar::ZERO
        {
            *g = P::Scalar::ONE;
            *s = -P::Scalar::ONE;
            unused = true;
        }
    }
    if unused {
        P::write_small(u.as_ref(), &mut workspace.small)?;
        workspace.right.subtract_product(h, &workspace.small)?;
        P::write_small(r.as_ref(), &mut workspace.small)?;
    }
    Ok(())
}

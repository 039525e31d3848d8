//! The loss and its gradient.

use super::diagonal::Diagonal;
use super::{Descent, split};
use crate::descent::{DescentStep, Optimizer};
use crate::operator::EntrywiseOperator;
use crate::panel::{DescentPanel, copy_panel};
use crate::workspace::SmallScratch;
use crate::{Error, LinearOperator, MatMut, Real, Workspace};

impl<O: Optimizer, A, P: DescentPanel> Descent<'_, '_, '_, O, A, P> {
    /// Computes the loss, and ||A - U diag(s) V^T||_F; the panels and small matrices of the workspace are
    /// overwritten.
    pub(super) fn loss(&mut self) -> Result<[P::Scalar; 2], Error>
    where
        A: EntrywiseOperator<P>,
    {
        let orthogonality = self.grams()?;
        let (u, _) = split(self.state.left)?;
        let (v, _) = split(self.state.right)?;
        let Workspace { left, scratch, .. } = &mut *self.workspace;
        let mut diagonal = Diagonal::in_buffer(scratch.vectors, self.settings.rank)?;
        diagonal.square();
        copy_panel(u, left)?;
        left.scale_columns(diagonal.s)?;
        // Of A, not of M: a zero A has no norm to divide by.
        let (distance, scale) = if self.scale > P::Scalar::ZERO {
            left.scale(P::Scalar::ONE / self.scale)?;
            (self.a.distance(left, v)?, self.scale)
        } else {
            (left.inner_product(left)?.sqrt(), P::Scalar::ONE)
        };
        let error = scale * distance;
        let entries = P::Scalar::from_usize(left.nrows()) * P::Scalar::from_usize(v.nrows());
        let loss = error * error / entries + orthogonality;
        Ok([loss, distance.scale_by_power_of_two(self.a.exponent())])
    }

    /// Computes U^T U and V^T V in `r` and `u` of the scratch, and returns their cost.
    fn grams(&mut self) -> Result<P::Scalar, Error> {
        let (zero, one) = (P::Scalar::ZERO, P::Scalar::ONE);
        let k = self.settings.rank;
        let workspace = &mut *self.workspace;
        split(self.state.left)?.0.gram(&mut workspace.small)?;
        split(self.state.right)?.0.gram(&mut workspace.other)?;
        let SmallScratch { r, u, .. } = &mut workspace.scratch;
        r.reshape(k, k)?;
        u.reshape(k, k)?;
        P::read_small(&workspace.small, r.as_mut())?;
        P::read_small(&workspace.other, u.as_mut())?;
        let mut squares = zero;
        for gram in [r, u] {
            for (j, column) in (0..k).zip(gram.columns()) {
                for (i, g) in column.iter().enumerate() {
                    let off = *g - if i == j { one } else { zero };
                    squares += off * off;
                }
            }
        }
        let entries = P::Scalar::from_usize(k) * P::Scalar::from_usize(k);
        Ok(P::Scalar::from_f64(self.settings.orthogonality) * squares / entries)
    }

    /// Does one step of U, V and d.
    pub(super) fn step(&mut self, step: DescentStep<P::Scalar>) -> Result<(), Error>
    where
        A: LinearOperator<P>,
    {
        self.directions()?;
        let (u, u_state) = split(self.state.left)?;
        let (v, v_state) = split(self.state.right)?;
        let (optimizer, workspace) = (&self.settings.optimizer, &mut *self.workspace);
        optimizer.step(u, &mut workspace.left, u_state, step)?;
        optimizer.step(v, &mut workspace.right, v_state, step)?;
        let Diagonal {
            mut d,
            mut direction,
            mut states,
            ..
        } = Diagonal::in_buffer(workspace.scratch.vectors, self.settings.rank)?;
        optimizer.step(&mut d, &mut direction, &mut states, step)
    }

    /// Computes the directions of steepest descent: of U in the left panel, of V in the right one, of d in the
    /// scratch.
    ///
    /// With p = 2 / (m n), q = 4 c / k^2, G = U^T U and H = V^T V:
    /// D_U = p M V S - U (p S H S + q (G - I)), D_V = p M^T U S - V (p S G S + q (H - I)) and
    /// D_d = 2 p d o (diag(U^T M V) - diag(G S H)).
    fn directions(&mut self) -> Result<(), Error>
    where
        A: LinearOperator<P>,
    {
        let k = self.settings.rank;
        let (u, _) = split(self.state.left)?;
        let (v, _) = split(self.state.right)?;
        let workspace = &mut *self.workspace;
        self.a.apply(v, &mut workspace.left)?;
        u.cross_gram(&workspace.left, &mut workspace.small)?;
        self.a.apply_transpose(u, &mut workspace.right)?;
        workspace.scratch.v.reshape(k, k)?;
        P::read_small(&workspace.small, workspace.scratch.v.as_mut())?;
        self.grams()?;
        let (u, _) = split(self.state.left)?;
        let (v, _) = split(self.state.right)?;
        let Workspace {
            left,
            right,
            small,
            other,
            scratch,
            ..
        } = &mut *self.workspace;
        let two = P::Scalar::ONE + P::Scalar::ONE;
        let p = two / (P::Scalar::from_usize(left.nrows()) * P::Scalar::from_usize(right.nrows()));
        let entries = P::Scalar::from_usize(k) * P::Scalar::from_usize(k);
        let q = P::Scalar::from_f64(4.0 * self.settings.orthogonality) / entries;
        let SmallScratch {
            r: g,
            u: h,
            v: cross,
            vectors,
        } = scratch;
        let mut diagonal = Diagonal::in_buffer(vectors, k)?;
        diagonal.square();
        let Diagonal {
            d, direction, s, ..
        } = &mut diagonal;
        for (i, x) in (0..k).zip(direction.as_mut_slice()) {
            let mut product = P::Scalar::ZERO;
            for (s, (g, h)) in s.iter().zip(g.column(i).iter().zip(h.column(i))) {
                product += *g * *s * *h;
            }
            *x = two * p * d.get_or_zero(i, 0) * (self.scale * cross.get_or_zero(i, i) - product);
        }
        let of_side = Coefficients { p, q, s };
        of_side.fill(cross, g, h);
        P::write_small(cross.as_ref(), small)?;
        of_side.fill(cross, h, g);
        P::write_small(cross.as_ref(), other)?;
        for s in s.iter_mut() {
            *s = p * self.scale * *s;
        }
        left.scale_columns(s)?;
        right.scale_columns(s)?;
        left.subtract_product(u, small)?;
        right.subtract_product(v, other)
    }
}

/// The numbers that both sides of a direction share.
struct Coefficients<'s, T> {
    p: T,
    q: T,
    s: &'s [T],
}

impl<T: Real> Coefficients<'_, T> {
    /// out <- p S H S + q (G - I).
    fn fill(&self, out: &mut MatMut<'_, T>, g: &MatMut<'_, T>, h: &MatMut<'_, T>) {
        let Self { p, q, s } = *self;
        let columns = g.columns().zip(h.columns()).zip(s);
        for (j, (((g, h), s_j), out)) in (0..s.len()).zip(columns.zip(out.columns_mut())) {
            let entries = g.iter().zip(h).zip(s);
            for (i, (((g, h), s_i), x)) in (0..s.len()).zip(entries.zip(out)) {
                let one = if i == j { T::ONE } else { T::ZERO };
                *x = p * *s_i * *h * *s_j + q * (*g - one);
            }
        }
    }
}

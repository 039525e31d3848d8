//! The loss and its gradient.

use super::diagonal::Diagonal;
use super::{Descent, split};
use crate::dense::MatMut;
use crate::descent::{DescentState, Optimizer};
use crate::error::Error;
use crate::operator::{EntrywiseOperator, LinearOperator};
use crate::panel::{DescentPanel, Panel, copy_panel};
use crate::real::Real;
use crate::workspace::{SmallScratch, Workspace};

impl<O: Optimizer, A, T: Real> Descent<'_, O, A, T> {
    /// The loss; the panels and small matrices of the workspace are overwritten.
    pub(super) fn loss<P>(
        &self,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
    ) -> Result<T, Error>
    where
        P: DescentPanel<Scalar = T>,
        A: EntrywiseOperator<P>,
    {
        let (u, _) = split(state.left)?;
        let (v, _) = split(state.right)?;
        let orthogonality = self.grams(u, v, workspace)?;
        let left = &mut workspace.left;
        let mut diagonal = Diagonal::in_buffer(workspace.scratch.vectors, self.settings.rank)?;
        diagonal.square();
        copy_panel(u, left)?;
        left.scale_columns(diagonal.s)?;
        // Of A, not of M: where A is zero, nothing can be divided by its norm.
        let error = if self.scale > T::ZERO {
            left.scale(T::ONE / self.scale)?;
            self.scale * self.a.distance(left, v)?
        } else {
            left.inner_product(left)?.sqrt()
        };
        let entries = T::from_usize(left.nrows()) * T::from_usize(v.nrows());
        Ok(error * error / entries + orthogonality)
    }

    /// U^T U and V^T V into `r` and `u` of the scratch, and what they cost.
    fn grams<P: DescentPanel<Scalar = T>>(
        &self,
        u: &P,
        v: &P,
        workspace: &mut Workspace<'_, P>,
    ) -> Result<T, Error> {
        let k = self.settings.rank;
        u.gram(&mut workspace.small)?;
        v.gram(&mut workspace.other)?;
        let SmallScratch { r, u, .. } = &mut workspace.scratch;
        r.reshape(k, k)?;
        u.reshape(k, k)?;
        P::read_small(&workspace.small, r.as_mut())?;
        P::read_small(&workspace.other, u.as_mut())?;
        let mut squares = T::ZERO;
        for gram in [r, u] {
            for (j, column) in (0..k).zip(gram.columns()) {
                for (i, g) in column.iter().enumerate() {
                    let off = *g - if i == j { T::ONE } else { T::ZERO };
                    squares += off * off;
                }
            }
        }
        let entries = T::from_usize(k) * T::from_usize(k);
        Ok(T::from_f64(self.settings.orthogonality) * squares / entries)
    }

    /// One step of U, V and d.
    pub(super) fn step<P>(
        &self,
        rate: T,
        iteration: usize,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
    ) -> Result<(), Error>
    where
        P: DescentPanel<Scalar = T>,
        A: LinearOperator<P>,
    {
        let (u, u_state) = split(state.left)?;
        let (v, v_state) = split(state.right)?;
        self.directions(u, v, workspace)?;
        let optimizer = &self.settings.optimizer;
        optimizer.step(u, &mut workspace.left, u_state, rate, iteration)?;
        optimizer.step(v, &mut workspace.right, v_state, rate, iteration)?;
        let Diagonal {
            mut d,
            mut direction,
            mut states,
            ..
        } = Diagonal::in_buffer(workspace.scratch.vectors, self.settings.rank)?;
        optimizer.step(&mut d, &mut direction, &mut states, rate, iteration)
    }

    /// The directions of steepest descent: of U in the left panel, of V in the right one, of d in the
    /// scratch.
    ///
    /// With p = 2 / (m n), q = 4 c / k^2, G = U^T U and H = V^T V:
    /// D_U = p M V S - U (p S H S + q (G - I)), D_V = p M^T U S - V (p S G S + q (H - I)) and
    /// D_d = 2 p d o (diag(U^T M V) - diag(G S H)).
    fn directions<P>(
        &self,
        u: &mut P,
        v: &mut P,
        workspace: &mut Workspace<'_, P>,
    ) -> Result<(), Error>
    where
        P: DescentPanel<Scalar = T>,
        A: LinearOperator<P>,
    {
        let k = self.settings.rank;
        self.a.apply(v, &mut workspace.left)?;
        u.cross_gram(&workspace.left, &mut workspace.small)?;
        self.a.apply_transpose(u, &mut workspace.right)?;
        workspace.scratch.v.reshape(k, k)?;
        P::read_small(&workspace.small, workspace.scratch.v.as_mut())?;
        self.grams(u, v, workspace)?;
        let Workspace {
            left,
            right,
            small,
            other,
            scratch,
            ..
        } = workspace;
        let two = T::ONE + T::ONE;
        let p = two / (T::from_usize(left.nrows()) * T::from_usize(right.nrows()));
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
            let mut product = T::ZERO;
            for (s, (g, h)) in s.iter().zip(g.column(i).iter().zip(h.column(i))) {
                product += *g * *s * *h;
            }
            *x = two * p * d.at(i, 0) * (self.scale * cross.at(i, i) - product);
        }
        self.write_coefficients::<P>(g, h, s, p, cross, small)?;
        self.write_coefficients::<P>(h, g, s, p, cross, other)?;
        for s in s.iter_mut() {
            *s = p * self.scale * *s;
        }
        left.scale_columns(s)?;
        right.scale_columns(s)?;
        left.subtract_product(u, small)?;
        right.subtract_product(v, other)
    }

    /// p S H S + q (G - I).
    fn write_coefficients<P: Panel<Scalar = T>>(
        &self,
        g: &MatMut<'_, T>,
        h: &MatMut<'_, T>,
        s: &[T],
        p: T,
        room: &mut MatMut<'_, T>,
        out: &mut P::Small,
    ) -> Result<(), Error> {
        let k = self.settings.rank;
        let entries = T::from_usize(k) * T::from_usize(k);
        let q = T::from_f64(4.0 * self.settings.orthogonality) / entries;
        let columns = g.columns().zip(h.columns()).zip(s);
        for (j, (((g, h), s_j), out)) in (0..k).zip(columns.zip(room.columns_mut())) {
            let entries = g.iter().zip(h).zip(s);
            for (i, (((g, h), s_i), x)) in (0..k).zip(entries.zip(out)) {
                let one = if i == j { T::ONE } else { T::ZERO };
                *x = p * *s_i * *h * *s_j + q * (*g - one);
            }
        }
        P::write_small(room.as_ref(), out)
    }
}

//! Truncated SVD by following the gradient of a loss that singular vectors make zero.

use super::{DescentState, Divergence, Optimizer};
use crate::approximation::squared_norm;
use crate::buffer::take;
use crate::dense::check_shape;
use crate::range_finder::check_workspace;
use crate::scale::{Balanced, unbalance};
use crate::truncated_svd::check_rank;
use crate::{
    Approximation, DescentPanel, Draws, EntrywiseOperator, Error, Law, LearningRate,
    LinearOperator, MatMut, Panel, Real, SmallScratch, Stop, SvdFactors, Workspace,
};
use core::ops::ControlFlow;

/// A ~ U diag(s) V^T by an [`Optimizer`], s_i = d_i^2, for the loss
///
/// mean (U diag(s) V^T - M)^2 + c mean (U^T U - I)^2 + c mean (V^T V - I)^2,
///
/// where M = 2 A / ||A||_F and c is [`orthogonality`](Self::orthogonality): the truncated SVD is its
/// minimum, since it is the minimum of each of the three.
///
/// A descent may run away or end in a local minimum. Where it runs away it begins again at half
/// the rate; of several seeded starts the one of least loss is kept, until a loss is zero to the
/// tolerance. Where none is, the best one goes on: vectors of singular values that are close to each
/// other turn slowly. The loss is the same for A^T with U and V exchanged, so that a wide matrix needs no care.
///
/// Two products with A or A^T an iteration, and many thousands of iterations: an experiment to compare
/// [`TruncatedSvd`](crate::TruncatedSvd) with, which needs a handful.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientSvd<O> {
    /// k.
    pub rank: usize,
    /// What makes a step of a gradient.
    pub optimizer: O,
    /// How large it is.
    pub learning_rate: LearningRate,
    /// c >= 0.
    pub orthogonality: f64,
    /// The number of iterations of each start at most.
    pub iterations: usize,
    /// The number of starts at most, from 1.
    pub starts: usize,
    /// The number of iterations that the best start goes on for at most, where no loss is zero.
    pub refinement: usize,
    /// A loss of no more than this is zero: no other start is tried. Nothing below (8 eps)^2 is told from
    /// rounding.
    pub tolerance: f64,
    /// Seed of the first start; those that follow are of the others.
    pub seed: u64,
}

impl<O: Default> Default for GradientSvd<O> {
    /// Rank 1, at most 8 starts of 20000 iterations at a rate of 0.9, of which the best goes on for at most
    /// 400000; c = 0.01, tolerance 1e-20.
    fn default() -> Self {
        Self {
            rank: 1,
            optimizer: O::default(),
            learning_rate: LearningRate::constant(0.9),
            orthogonality: 0.01,
            iterations: 20_000,
            starts: 8,
            refinement: 400_000,
            tolerance: 1e-20,
            seed: 0,
        }
    }
}

/// What an observer sees every twenty iterations, and at the end of each start.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DescentProgress<T> {
    /// The starts before this one.
    pub start: usize,
    /// How often the rate of this start was halved, since it ran away.
    pub halvings: usize,
    /// Iterations done of this start.
    pub iteration: usize,
    /// The number of iterations of this start at most.
    pub iterations: usize,
    /// The loss.
    pub loss: T,
}

/// What is known of an SVD by gradient descent beside its factors.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct GradientSvdReport<T> {
    /// ||A - U diag(s) V^T||_F, a bound of it that includes rounding, and ||A||_F.
    pub approximation: Approximation<T>,
    /// The least loss found.
    pub loss: T,
    /// The starts that were tried.
    pub starts: usize,
    /// The start that was kept, counted from zero.
    pub best_start: usize,
    /// The iterations of that one.
    pub iterations: usize,
    /// Why it ended.
    pub stop: Stop,
}

/// The iterations between two looks at the loss, which costs half as much as an iteration.
const LOOK: usize = 20;

/// A start whose loss falls by no more than this share in [`PATIENCE`] looks has ended somewhere.
const STANDSTILL: f64 = 1e-6;
const PATIENCE: usize = 25;

/// A start that runs away at this share of the rate, 2^-8, runs away at any.
const MOST_HALVINGS: usize = 8;

/// Added to the seed for the draws of V and of d.
const SECOND_FACTOR: u64 = 0x5EED_0F48;
const THIRD_FACTOR: u64 = 0x5EED_0D1A;

/// The width of [`Law::Uniform`].
const TWICE_ROOT_OF_THREE: f64 = 3.464_101_615_137_754_5;

/// What follows each other in the vectors of the scratch: d, its direction, its two states, and s.
struct Diagonal<'a, T> {
    d: MatMut<'a, T>,
    direction: MatMut<'a, T>,
    states: [MatMut<'a, T>; 2],
    s: &'a mut [T],
}

impl<'a, T: Real> Diagonal<'a, T> {
    fn in_buffer(mut buffer: &'a mut [T], k: usize) -> Result<Self, Error> {
        let mut column = || MatMut::new(take(&mut buffer, k), k, 1);
        Ok(Self {
            d: column()?,
            direction: column()?,
            states: [column()?, column()?],
            s: take(&mut buffer, k),
        })
    }

    /// s_i <- d_i^2.
    fn square(&mut self) {
        for (s, d) in self.s.iter_mut().zip(self.d.as_slice()) {
            *s = *d * *d;
        }
    }
}

/// How one start ended.
#[derive(Clone, Copy)]
struct Ending<T> {
    loss: T,
    halvings: usize,
    iterations: usize,
    stop: Stop,
}

impl<T: Real> Ending<T> {
    /// Whether nothing is gained by going on.
    fn is_final(&self, tolerance: T) -> bool {
        self.stop == Stop::Observer || self.loss <= tolerance
    }
}

impl<O: Optimizer> GradientSvd<O> {
    /// U, s and V of A ~ U diag(s) V^T.
    ///
    /// - `workspace`: of width l >= k.
    /// - `state`: on either side one panel more than the optimizer remembers, which is two at most;
    ///   overwritten.
    /// - `factors`: overwritten; columns of U and V have unit length as far as the loss is zero.
    /// - `observe`: may end it; what was found until then is the result.
    ///
    /// # Errors
    /// - [`Error::Diverged`] where every start runs away at every rate.
    /// - [`Error::Setting`] for a learning rate that is not above 0 and finite, no starts, and other
    ///   settings out of range.
    /// - [`Error::Rank`], [`Error::NonFinite`], [`Error::Empty`], [`Error::Incomplete`],
    ///   [`Error::Shape`], [`Error::BufferTooSmall`] and [`Error::Overflow`] as for
    ///   [`TruncatedSvd::run`](crate::TruncatedSvd::run).
    pub fn run<P, A, F>(
        &self,
        a: &A,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        factors: &mut SvdFactors<'_, P>,
        mut observe: F,
    ) -> Result<GradientSvdReport<P::Scalar>, Error>
    where
        P: DescentPanel,
        A: EntrywiseOperator<P>,
        F: FnMut(DescentProgress<P::Scalar>) -> ControlFlow<()>,
    {
        self.check(a, workspace, state, factors)?;
        let survey = a.survey()?;
        if !survey.complete {
            return Err(Error::Incomplete);
        }
        let balanced = Balanced::normalized(a, survey.exponent);
        workspace.left.set_ncols(self.rank)?;
        workspace.right.set_ncols(self.rank)?;
        let norm = squared_norm(&survey, balanced.exponent()).sqrt();
        let (two, zero) = (P::Scalar::ONE + P::Scalar::ONE, P::Scalar::ZERO);
        let scale = if norm > zero { two / norm } else { zero };
        let mut descent = Descent {
            settings: self,
            a: &balanced,
            scale,
            tolerance: P::Scalar::from_f64(self.tolerance).larger(rounding()),
        };
        let (starts, best_start, mut ending) =
            descent.best_of(workspace, state, factors, &mut observe)?;
        if !ending.is_final(descent.tolerance) && self.refinement > 0 {
            let refined =
                descent.refine(best_start, ending, workspace, state, factors, &mut observe)?;
            if refined.loss < ending.loss {
                descent.keep(workspace, state, factors)?;
                ending = refined;
            }
        }
        Ok(GradientSvdReport {
            approximation: descent.finish(&survey, workspace, state, factors)?,
            loss: ending.loss,
            starts,
            best_start,
            iterations: ending.iterations,
            stop: ending.stop,
        })
    }

    fn check<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &A,
        workspace: &Workspace<'_, P>,
        state: &DescentState<'_, P>,
        factors: &SvdFactors<'_, P>,
    ) -> Result<(), Error> {
        check_workspace(a, workspace)?;
        let (m, n, k) = (a.nrows(), a.ncols(), self.rank);
        let width = workspace.left.ncols().min(workspace.right.ncols());
        check_rank(k, width.min(m).min(n))?;
        check_shape((factors.u.nrows(), factors.u.ncols()), (m, k))?;
        check_shape((factors.v.nrows(), factors.v.ncols()), (n, k))?;
        crate::buffer::require(factors.singular_values.len(), k)?;
        crate::buffer::require(factors.residuals.len(), k)?;
        self.learning_rate.check()?;
        self.optimizer.check()?;
        let in_range = self.starts > 0
            && self.optimizer.states() <= 2
            && self.tolerance >= 0.0
            && self.orthogonality >= 0.0
            && self.orthogonality.is_finite();
        if !in_range {
            return Err(Error::Setting);
        }
        state.check((m, n), k, self.optimizer.states().saturating_add(1))
    }
}

/// (8 eps)^2.
fn rounding<T: Real>() -> T {
    let unit = T::from_usize(8) * T::EPSILON;
    unit * unit
}

/// A run of iterations.
#[derive(Clone, Copy)]
struct Stage {
    start: usize,
    halvings: usize,
    first: usize,
    last: usize,
}

impl Stage {
    fn progress<T>(&self, iteration: usize, loss: T) -> DescentProgress<T> {
        DescentProgress {
            start: self.start,
            halvings: self.halvings,
            iteration,
            iterations: self.last,
            loss,
        }
    }
}

struct Descent<'a, O, A, T> {
    settings: &'a GradientSvd<O>,
    a: &'a Balanced<'a, A>,
    /// M over the balanced matrix.
    scale: T,
    tolerance: T,
}

/// U or V, and what the optimizer remembers of it.
fn split<P>(panels: &mut [P]) -> Result<(&mut P, &mut [P]), Error> {
    let short = Error::BufferTooSmall {
        needed: 1,
        found: 0,
    };
    panels.split_first_mut().ok_or(short)
}

impl<O: Optimizer, A, T: Real> Descent<'_, O, A, T> {
    /// The start of least loss: how many there were, which one it was, and how it ended. Its factors become
    /// the result.
    fn best_of<P, F>(
        &mut self,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        factors: &mut SvdFactors<'_, P>,
        observe: &mut F,
    ) -> Result<(usize, usize, Ending<T>), Error>
    where
        P: DescentPanel<Scalar = T>,
        A: EntrywiseOperator<P>,
        F: FnMut(DescentProgress<T>) -> ControlFlow<()>,
    {
        let mut best: Option<(usize, Ending<T>)> = None;
        let (mut starts, mut failure) = (0, Error::Diverged { iteration: 0 });
        for start in 0..self.settings.starts {
            starts = start.saturating_add(1);
            let ending = match self.start(start, workspace, state, observe) {
                Err(error @ Error::Diverged { .. }) => {
                    failure = error;
                    continue;
                }
                done => done?,
            };
            if best.is_none_or(|(_, best)| ending.loss < best.loss) {
                self.keep(workspace, state, factors)?;
                best = Some((start, ending));
            }
            if ending.is_final(self.tolerance) {
                break;
            }
        }
        let (start, ending) = best.ok_or(failure)?;
        Ok((starts, start, ending))
    }

    /// One start, at a rate at which it does not run away.
    fn start<P, F>(
        &mut self,
        start: usize,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        observe: &mut F,
    ) -> Result<Ending<T>, Error>
    where
        P: DescentPanel<Scalar = T>,
        A: EntrywiseOperator<P>,
        F: FnMut(DescentProgress<T>) -> ControlFlow<()>,
    {
        let mut halvings = 0;
        loop {
            self.begin(start, workspace, state)?;
            let stage = Stage {
                start,
                halvings,
                first: 0,
                last: self.settings.iterations,
            };
            match self.descend(stage, workspace, state, observe) {
                Err(Error::Diverged { .. }) if halvings < MOST_HALVINGS => {}
                done => return done,
            }
            halvings = halvings.saturating_add(1);
        }
    }

    /// Goes on with the result of a start.
    fn refine<P, F>(
        &mut self,
        start: usize,
        ending: Ending<T>,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        factors: &SvdFactors<'_, P>,
        observe: &mut F,
    ) -> Result<Ending<T>, Error>
    where
        P: DescentPanel<Scalar = T>,
        A: EntrywiseOperator<P>,
        F: FnMut(DescentProgress<T>) -> ControlFlow<()>,
    {
        self.begin(start, workspace, state)?;
        let (u, _) = split(state.left)?;
        let (v, _) = split(state.right)?;
        for (x, found) in [(u, &factors.u), (v, &factors.v)] {
            x.scale_add(T::ZERO, found)?;
        }
        let mut diagonal = self.diagonal(&mut workspace.scratch)?;
        let found = factors.singular_values.iter();
        for (d, s) in diagonal.d.as_mut_slice().iter_mut().zip(found) {
            *d = s.sqrt();
        }
        let first = ending.iterations;
        let stage = Stage {
            start,
            halvings: ending.halvings,
            first,
            last: first.saturating_add(self.settings.refinement),
        };
        match self.descend(stage, workspace, state, observe) {
            // The result of the start stays.
            Err(Error::Diverged { .. }) => Ok(ending),
            done => done,
        }
    }

    /// U, V and d evenly spread between 0 and 1, and a state of zeros.
    fn begin<P: DescentPanel<Scalar = T>>(
        &self,
        start: usize,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
    ) -> Result<(), Error> {
        let seed = self.settings.seed.wrapping_add(start as u64);
        let width = T::ONE / T::from_f64(TWICE_ROOT_OF_THREE);
        let sides = [
            (&mut *state.left, &mut workspace.left, 0),
            (&mut *state.right, &mut workspace.right, SECOND_FACTOR),
        ];
        for (panels, half, offset) in sides {
            let (x, states) = split(panels)?;
            for panel in states {
                panel.fill(T::ZERO)?;
            }
            half.fill(T::HALF)?;
            x.fill_random(&Draws::new(Law::Uniform, seed.wrapping_add(offset)))?;
            x.scale_add(width, half)?;
        }
        let mut diagonal = self.diagonal(&mut workspace.scratch)?;
        let draws = Draws::new(Law::Uniform, seed.wrapping_add(THIRD_FACTOR));
        diagonal.d.fill_random(&draws)?;
        for d in diagonal.d.as_mut_slice() {
            *d = width * *d + T::HALF;
        }
        for state in &mut diagonal.states {
            state.fill(T::ZERO);
        }
        Ok(())
    }

    fn diagonal<'b>(&self, scratch: &'b mut SmallScratch<'_, T>) -> Result<Diagonal<'b, T>, Error> {
        Diagonal::in_buffer(scratch.vectors, self.settings.rank)
    }

    fn descend<P, F>(
        &mut self,
        stage: Stage,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        observe: &mut F,
    ) -> Result<Ending<T>, Error>
    where
        P: DescentPanel<Scalar = T>,
        A: EntrywiseOperator<P>,
        F: FnMut(DescentProgress<T>) -> ControlFlow<()>,
    {
        let (mut divergence, mut before) = (None, None);
        let share = T::power_of_two(-(stage.halvings.min(MOST_HALVINGS) as i32));
        let mut done: usize = 0;
        loop {
            let iterations = stage.first.saturating_add(done);
            let last = iterations >= stage.last;
            if last || done.checked_rem(LOOK) == Some(0) {
                let loss = self.loss(workspace, state)?;
                let divergence = divergence.get_or_insert_with(|| Divergence::new(loss, T::ZERO));
                divergence.check(loss, iterations)?;
                let ending = |stop| Ending {
                    loss,
                    halvings: stage.halvings,
                    iterations,
                    stop,
                };
                if observe(stage.progress(iterations, loss)).is_break() {
                    return Ok(ending(Stop::Observer));
                }
                if loss <= self.tolerance {
                    return Ok(ending(Stop::Tolerance));
                }
                let mut stands = false;
                if done.checked_rem(LOOK.saturating_mul(PATIENCE)) == Some(0) {
                    let least = T::from_f64(STANDSTILL) * loss;
                    stands = before.is_some_and(|before: T| before - loss <= least);
                    before = Some(loss);
                }
                if last || stands {
                    divergence.check_last(loss, iterations)?;
                    let stop = if stands {
                        Stop::Tolerance
                    } else {
                        Stop::Iterations
                    };
                    return Ok(ending(stop));
                }
            }
            let rate = share * self.settings.learning_rate.at(iterations);
            self.step(rate, done, workspace, state)?;
            done = done.saturating_add(1);
        }
    }

    /// The loss; the panels and small matrices of the workspace are overwritten.
    fn loss<P>(
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
        let diagonal = {
            let mut diagonal = Diagonal::in_buffer(workspace.scratch.vectors, self.settings.rank)?;
            diagonal.square();
            diagonal
        };
        // Of A, not of M: where A is zero, nothing can be divided by its norm.
        left.fill(T::ZERO)?;
        left.scale_add(T::ZERO, u)?;
        left.scale_columns(diagonal.s)?;
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
    fn step<P>(
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
        } = self.diagonal(&mut workspace.scratch)?;
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

    /// The factors of this start become the result, in descending order of s.
    fn keep<P: DescentPanel<Scalar = T>>(
        &self,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        factors: &mut SvdFactors<'_, P>,
    ) -> Result<(), Error> {
        let k = self.settings.rank;
        let (u, _) = split(state.left)?;
        let (v, _) = split(state.right)?;
        let SmallScratch { r, vectors, .. } = &mut workspace.scratch;
        let mut diagonal = Diagonal::in_buffer(vectors, k)?;
        diagonal.square();
        let s = &*diagonal.s;
        r.reshape(k, k)?;
        r.fill(T::ZERO);
        for (i, s_i) in s.iter().enumerate() {
            let mut place: usize = 0;
            for (j, s_j) in s.iter().enumerate() {
                let before = *s_j > *s_i || (*s_j == *s_i && j < i);
                place = place.saturating_add(before.into());
            }
            if let Some(x) = r.column_mut(place).get_mut(i) {
                *x = T::ONE;
            }
            if let Some(x) = factors.singular_values.get_mut(place) {
                *x = *s_i;
            }
        }
        P::write_small(r.as_ref(), &mut workspace.small)?;
        u.mul_small(&workspace.small, &mut factors.u)?;
        v.mul_small(&workspace.small, &mut factors.v)
    }

    /// Singular values of A in the place of those of M, residuals, signs and the error.
    fn finish<P>(
        &self,
        survey: &crate::Survey<T>,
        workspace: &mut Workspace<'_, P>,
        state: &mut DescentState<'_, P>,
        factors: &mut SvdFactors<'_, P>,
    ) -> Result<Approximation<T>, Error>
    where
        P: DescentPanel<Scalar = T>,
        A: EntrywiseOperator<P>,
    {
        let k = self.settings.rank;
        let SvdFactors {
            u,
            singular_values,
            v,
            residuals,
        } = factors;
        let s = singular_values.get_mut(..k).unwrap_or_default();
        let residuals = residuals.get_mut(..k).unwrap_or_default();
        for s in s.iter_mut() {
            *s = if self.scale > T::ZERO {
                *s / self.scale
            } else {
                T::ZERO
            };
        }
        u.align_signs(v)?;
        self.a.apply(v, &mut workspace.left)?;
        workspace.left.distances(s, u, residuals)?;
        let (scaled, _) = split(state.left)?;
        scaled.fill(T::ZERO)?;
        scaled.scale_add(T::ZERO, u)?;
        scaled.scale_columns(s)?;
        let approximation = Approximation::of_balanced(self.a, survey, scaled, v, workspace)?;
        unbalance(s, self.a.exponent())?;
        unbalance(residuals, self.a.exponent())?;
        Ok(approximation)
    }
}

//! Factorizations by gradient descent.

mod adam;
mod momentum;
mod nmf;
mod optimizer;
mod svd;

pub use adam::Adam;
pub use momentum::Momentum;
pub use nmf::{GradientNmf, GradientNmfReport, GradientStart, Objective, SignRule};
pub use optimizer::{DescentStep, Optimizer, Sgd};
pub use svd::{DescentProgress, GradientSvd, GradientSvdReport};

use crate::dense::check_shape;
use crate::iteration::Stop;
use crate::panel::Panel;
use crate::{Error, Real};

/// The state of an optimizer for either factor, in panels of the caller.
#[derive(Debug)]
pub struct DescentState<'s, P> {
    /// m x k each, whatever they hold.
    pub left: &'s mut [P],
    /// n x k each, whatever they hold.
    pub right: &'s mut [P],
}

impl<P: Panel> DescentState<'_, P> {
    /// Checks that there are `count` panels of k columns on either side of an m x n matrix.
    fn check(&self, (m, n): (usize, usize), k: usize, count: usize) -> Result<(), Error> {
        for (panels, nrows) in [(&*self.left, m), (&*self.right, n)] {
            crate::buffer::require(panels.len(), count)?;
            for panel in panels {
                check_shape((panel.nrows(), panel.ncols()), (nrows, k))?;
            }
        }
        Ok(())
    }
}

/// Divergence is reported when the loss exceeds this multiple of the reference; momentum alone causes smaller
/// increases.
const RUNAWAY: usize = 1000;

/// The detection of divergence.
struct Divergence<T> {
    /// The loss of zero factors; after the first evaluation, the larger of it and the initial loss.
    reference: T,
    started: bool,
    /// The loss at the last evaluation.
    loss: T,
}

impl<T: Real> Divergence<T> {
    fn new(nothing: T) -> Self {
        Self {
            reference: nothing,
            started: false,
            loss: nothing,
        }
    }

    /// # Errors
    /// [`Error::Diverged`] if the loss before this iteration is not finite or exceeds the limit.
    fn check(&mut self, loss: T, iteration: usize) -> Result<(), Error> {
        if !self.started {
            self.reference = loss.larger(self.reference);
            self.started = true;
        }
        self.loss = loss;
        self.within(T::from_usize(RUNAWAY), iteration)
    }

    /// # Errors
    /// [`Error::Diverged`] if the last loss exceeds both the initial loss and that of zero factors, unless
    /// the observer stopped the iteration.
    fn check_last(&self, iteration: usize, stop: Stop) -> Result<(), Error> {
        if stop == Stop::Observer {
            return Ok(());
        }
        self.within(T::ONE + T::EPSILON.sqrt(), iteration)
    }

    fn within(&self, factor: T, iteration: usize) -> Result<(), Error> {
        // False for NaN, too.
        if self.reference.is_finite() && self.loss <= factor * self.reference {
            Ok(())
        } else {
            Err(Error::Diverged { iteration })
        }
    }
}

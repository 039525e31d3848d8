//! The end of a work that has no observer, between two products with its matrix.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

thread_local! {
    static STOP: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

/// Runs `work`, which fails with [`Error::Stopped`](crate::Error::Stopped) soon after another thread sets `stop`: a
/// factorization at its next product with the matrix, the rows of a completion
/// ([`fold_in`](crate::completion::fold_in)) at the next row. Exact decompositions have no products, and run to their end.
///
/// ```
/// use lowrank::{DenseMatrix, Error, TruncatedSvd, backend::stoppable, svd::SvdSolver};
/// let a = DenseMatrix::from_fn(9, 7, |i, j| (i * j) as f64);
/// let svd = TruncatedSvd { rank: 2, solver: Some(SvdSolver::Krylov), ..TruncatedSvd::default() };
/// let stopped = stoppable(std::sync::Arc::new(true.into()), || svd.fit(&a));
/// assert!(matches!(stopped, Err(Error::Stopped)));
/// assert!(svd.fit(&a).is_ok());
/// ```
pub fn stoppable<R>(stop: Arc<AtomicBool>, work: impl FnOnce() -> R) -> R {
    /// Puts the flag of the caller back, also after a panic.
    struct Outer(Option<Arc<AtomicBool>>);
    impl Drop for Outer {
        fn drop(&mut self) {
            STOP.with(|current| *current.borrow_mut() = self.0.take());
        }
    }
    let _outer = Outer(STOP.with(|current| current.borrow_mut().replace(stop)));
    work()
}

/// Returns the flag of the work on this thread.
pub(crate) fn current() -> Option<Arc<AtomicBool>> {
    STOP.with(|current| current.borrow().clone())
}

/// Runs `work` with the flag of another thread, if there is one.
pub(super) fn with<R>(flag: Option<Arc<AtomicBool>>, work: impl FnOnce() -> R) -> R {
    match flag {
        Some(flag) => stoppable(flag, work),
        None => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::completion::{HeldColumns, fold_in};
    use crate::nmf::Loss;
    use crate::{Backend, Completion, DenseMatrix, Error, Nmf};

    #[test]
    fn new_rows_end_before_the_next_step() {
        let a = DenseMatrix::from_fn(40, 9, |i, j| 1.0 + ((i * j) % 5) as f64);
        let set = || Arc::new(AtomicBool::new(true));
        for backend in [Backend::Host, Backend::Core] {
            for beta in [2.0, 1.0] {
                let nmf = Nmf {
                    rank: 2,
                    loss: Loss::of_beta(beta),
                    backend,
                    ..Nmf::default()
                };
                let model = nmf.fit(&a).unwrap();
                let stopped = stoppable(set(), || model.transform(&a));
                assert!(matches!(stopped, Err(Error::Stopped)), "{beta}");
                assert!(model.transform(&a).is_ok());
            }
            let settings = Completion {
                rank: 2,
                l2: Some(1.0),
                backend,
                ..Completion::default()
            };
            let model = settings.fit(&a).unwrap();
            let held = HeldColumns {
                h: &model.h,
                biases: &model.column_biases,
                mean: model.mean,
            };
            let stopped = stoppable(set(), || fold_in(&settings, held, &a));
            assert!(matches!(stopped, Err(Error::Stopped)));
            assert!(fold_in(&settings, held, &a).is_ok());
        }
    }
}

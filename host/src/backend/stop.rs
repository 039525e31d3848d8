//! The end of a work that has no observer, between two products with its matrix.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

thread_local! {
    static STOP: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

/// Runs `work`, in which a truncated SVD or principal components fail with [`Error::Stopped`](crate::Error::Stopped) soon
/// after another thread sets `stop`: at their next product with the matrix. Exact decompositions have none, and run to
/// their end.
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
pub(super) fn current() -> Option<Arc<AtomicBool>> {
    STOP.with(|current| current.borrow().clone())
}

/// Runs `work` with the flag of another thread, if there is one.
pub(super) fn with<R>(flag: Option<Arc<AtomicBool>>, work: impl FnOnce() -> R) -> R {
    match flag {
        Some(flag) => stoppable(flag, work),
        None => work(),
    }
}

//! Kernels compiled for the vectors of the processor.

use pulp::{Arch, WithSimd};

/// Runs a kernel with the widest vectors that the processor has. A kernel is compiled once for each kind of vectors, however
/// many places run it.
///
/// On x86-64 these are the vectors of AVX2, and none: a processor without them runs a copy of its own, of which there is
/// little to hope for. A kernel that has a shorter text with the same bits takes it there (`Simd::IS_SCALAR`).
#[inline(never)]
pub(crate) fn vectorized<K: WithSimd>(kernel: K) -> K::Output {
    arch().dispatch(kernel)
}

#[cfg(not(test))]
fn arch() -> Arch {
    Arch::new()
}

#[cfg(test)]
fn arch() -> Arch {
    match without::is_asked() {
        true => Arch::Scalar,
        false => Arch::new(),
    }
}

/// A processor without vectors, for tests.
#[cfg(test)]
pub(super) mod without {
    use std::sync::atomic::{AtomicBool, Ordering};

    static ASKED: AtomicBool = AtomicBool::new(false);

    pub(super) fn is_asked() -> bool {
        ASKED.load(Ordering::Relaxed)
    }

    /// Runs kernels without vectors, those of other threads too: the bits are the same.
    pub(in crate::cpu) fn vectors<R>(run: impl FnOnce() -> R) -> R {
        ASKED.store(true, Ordering::Relaxed);
        let result = run();
        ASKED.store(false, Ordering::Relaxed);
        result
    }
}

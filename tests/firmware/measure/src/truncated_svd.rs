//! The largest K singular triplets of a dense matrix, and the range finder under them.

use crate::board;
use crate::cases::Case;
use crate::matrices::{Entries, Scalar};
use lowrank_core::svd::RangeFinder;
use lowrank_core::{FixedSvd, FixedWorkspace, MatMut, MatRef, TruncatedSvd};

/// Rank K from sketches of L columns, other settings by default, in buffers of known size.
pub struct Truncated<T, const M: usize, const N: usize, const L: usize, const K: usize> {
    a: [[T; M]; N],
    workspace: FixedWorkspace<T, M, N, L>,
    factors: FixedSvd<T, M, N, K>,
}

impl<T: Scalar, const M: usize, const N: usize, const L: usize, const K: usize> Case
    for Truncated<T, M, N, L, K>
{
    const NEW: Self = Self {
        a: [[T::ZERO; M]; N],
        workspace: FixedWorkspace::new(),
        factors: FixedSvd::new(),
    };

    fn draw(&mut self, entries: &mut Entries) {
        entries.fill(self.a.as_flattened_mut(), true);
    }

    fn write_input(&self) {
        board::write(self.a.as_flattened());
    }

    fn call(&mut self) -> bool {
        let svd = TruncatedSvd {
            rank: K,
            ..TruncatedSvd::default()
        };
        let a = MatRef::from(&self.a);
        svd.run(&a, &mut self.workspace.lend(), &mut self.factors.lend())
            .is_ok()
    }

    fn write_result(&self) {
        board::write(self.factors.u.as_flattened());
        board::write(&self.factors.singular_values);
        board::write(self.factors.v.as_flattened());
        board::write(&self.factors.residuals);
    }
}

/// Q of L columns, settings by default.
pub struct Range<T, const M: usize, const N: usize, const L: usize> {
    a: [[T; M]; N],
    q: [[T; M]; L],
    sketch: [[T; N]; L],
    small: [[T; L]; L],
}

impl<T: Scalar, const M: usize, const N: usize, const L: usize> Case for Range<T, M, N, L> {
    const NEW: Self = Self {
        a: [[T::ZERO; M]; N],
        q: [[T::ZERO; M]; L],
        sketch: [[T::ZERO; N]; L],
        small: [[T::ZERO; L]; L],
    };

    fn draw(&mut self, entries: &mut Entries) {
        entries.fill(self.a.as_flattened_mut(), true);
    }

    fn write_input(&self) {
        board::write(self.a.as_flattened());
    }

    fn call(&mut self) -> bool {
        let a = MatRef::from(&self.a);
        let mut q = MatMut::from(&mut self.q);
        let mut sketch = MatMut::from(&mut self.sketch);
        let mut small = MatMut::from(&mut self.small);
        let found = RangeFinder::default().run(&a, &mut q, &mut sketch, &mut small);
        found == Ok(L)
    }

    fn write_result(&self) {
        board::write(self.q.as_flattened());
    }
}

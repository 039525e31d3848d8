//! Non-negative factorization.

use crate::board;
use crate::cases::Case;
use crate::matrices::{Entries, Scalar};
use core::ops::ControlFlow;
use lowrank_core::{FixedNmf, FixedWorkspace, MatRef, Nmf};

/// Rank K from NNDSVDa with sketches of L columns, 50 iterations, in buffers of known size.
pub struct NonNegative<T, const M: usize, const N: usize, const L: usize, const K: usize> {
    a: [[T; M]; N],
    workspace: FixedWorkspace<T, M, N, L>,
    factors: FixedNmf<T, M, N, K>,
    error: T,
}

impl<T: Scalar, const M: usize, const N: usize, const L: usize, const K: usize> Case
    for NonNegative<T, M, N, L, K>
{
    const NEW: Self = Self {
        a: [[T::ZERO; M]; N],
        workspace: FixedWorkspace::new(),
        factors: FixedNmf::new(),
        error: T::ZERO,
    };

    fn draw(&mut self, entries: &mut Entries) {
        entries.fill(self.a.as_flattened_mut(), false);
    }

    fn write_input(&self) {
        board::write(self.a.as_flattened());
    }

    fn call(&mut self) -> bool {
        let nmf = Nmf {
            rank: K,
            iterations: 50,
            tolerance: 0.0,
            ..Nmf::default()
        };
        let a = MatRef::from(&self.a);
        let (mut workspace, mut factors) = (self.workspace.lend(), self.factors.lend());
        let go_on = |_| ControlFlow::Continue(());
        let Ok(report) = nmf.run(&a, &mut workspace, &mut factors, go_on) else {
            return false;
        };
        self.error = report.approximation.error;
        report.iterations == 50
    }

    fn write_result(&self) {
        board::write(self.factors.w.as_flattened());
        board::write(self.factors.h.as_flattened());
        board::write(&[self.error]);
    }
}

//! The full SVD of a small matrix.

use crate::board;
use crate::cases::Case;
use crate::matrices::{Entries, Scalar};
use core::hint::black_box;
use lowrank_core::dense::jacobi_svd::{SCRATCH, fixed_jacobi_svd, jacobi_svd};
use lowrank_core::{Error, MatMut};

/// U, S and V of an M x N matrix, M >= N, whose size the compiler knows or does not.
pub struct JacobiSvd<T, const M: usize, const N: usize, const FIXED: bool> {
    a: [[T; M]; N],
    u: [[T; M]; N],
    s: [T; N],
    v: [[T; N]; N],
    scratch: [[T; N]; SCRATCH],
}

impl<T: Scalar, const M: usize, const N: usize, const FIXED: bool> Case
    for JacobiSvd<T, M, N, FIXED>
{
    const NEW: Self = Self {
        a: [[T::ZERO; M]; N],
        u: [[T::ZERO; M]; N],
        s: [T::ZERO; N],
        v: [[T::ZERO; N]; N],
        scratch: [[T::ZERO; N]; SCRATCH],
    };

    fn draw(&mut self, entries: &mut Entries) {
        entries.fill(self.a.as_flattened_mut(), true);
    }

    fn write_input(&self) {
        board::write(self.a.as_flattened());
    }

    fn call(&mut self) -> bool {
        let done = if FIXED {
            fixed_jacobi_svd(
                &mut self.a,
                &mut self.u,
                &mut self.s,
                &mut self.v,
                &mut self.scratch,
            )
        } else {
            self.run(black_box((M, N)))
        };
        done.is_ok()
    }

    fn write_result(&self) {
        board::write(self.u.as_flattened());
        board::write(&self.s);
        board::write(self.v.as_flattened());
    }
}

impl<T: Scalar, const M: usize, const N: usize, const FIXED: bool> JacobiSvd<T, M, N, FIXED> {
    #[inline(always)]
    fn run(&mut self, (m, n): (usize, usize)) -> Result<(), Error> {
        jacobi_svd(
            &mut MatMut::new(self.a.as_flattened_mut(), m, n)?,
            &mut MatMut::new(self.u.as_flattened_mut(), m, n)?,
            &mut self.s,
            &mut MatMut::new(self.v.as_flattened_mut(), n, n)?,
            self.scratch.as_flattened_mut(),
        )
    }
}

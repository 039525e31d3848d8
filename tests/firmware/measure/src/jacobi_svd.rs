//! The full SVD of a small matrix.

use crate::board;
use crate::cases::Case;
use crate::matrices::{Entries, Scalar};
use core::hint::black_box;
use lowrank_core::MatMut;
use lowrank_core::dense::jacobi_svd::{jacobi_svd, scratch_len};

/// U, S and V of an M x N matrix, M >= N, whose size the compiler knows or does not.
pub struct JacobiSvd<T, const M: usize, const N: usize, const FIXED: bool> {
    a: [[T; M]; N],
    u: [[T; M]; N],
    s: [T; N],
    v: [[T; N]; N],
    scratch: [[T; N]; 6],
}

impl<T: Scalar, const M: usize, const N: usize, const FIXED: bool> Case
    for JacobiSvd<T, M, N, FIXED>
{
    const NEW: Self = {
        assert!(scratch_len(M, N) == 6 * N);
        Self {
            a: [[T::ZERO; M]; N],
            u: [[T::ZERO; M]; N],
            s: [T::ZERO; N],
            v: [[T::ZERO; N]; N],
            scratch: [[T::ZERO; N]; 6],
        }
    };

    fn draw(&mut self, entries: &mut Entries) {
        entries.fill(self.a.as_flattened_mut(), true);
    }

    fn write_input(&self) {
        board::write(self.a.as_flattened());
    }

    fn call(&mut self) -> bool {
        let (m, n) = if FIXED { (M, N) } else { black_box((M, N)) };
        let matrices = (
            MatMut::new(self.a.as_flattened_mut(), m, n),
            MatMut::new(self.u.as_flattened_mut(), m, n),
            MatMut::new(self.v.as_flattened_mut(), n, n),
        );
        let (Ok(mut a), Ok(mut u), Ok(mut v)) = matrices else {
            return false;
        };
        let scratch = self.scratch.as_flattened_mut();
        jacobi_svd(&mut a, &mut u, &mut self.s, &mut v, scratch).is_ok()
    }

    fn write_result(&self) {
        board::write(self.u.as_flattened());
        board::write(&self.s);
        board::write(self.v.as_flattened());
    }
}

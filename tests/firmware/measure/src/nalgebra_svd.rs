//! The same full SVD by nalgebra.

use crate::board;
use crate::cases::Case;
use crate::matrices::Entries;
use nalgebra::{Const, SMatrix, SVD};

macro_rules! nalgebra_svd {
    ($name:ident, $m:literal, $n:literal) => {
        /// U, S and V^T of a static matrix.
        pub struct $name {
            a: SMatrix<f32, $m, $n>,
            svd: Option<SVD<f32, Const<$m>, Const<$n>>>,
        }

        impl Case for $name {
            const NEW: Self = Self {
                a: SMatrix::from_array_storage(nalgebra::ArrayStorage([[0.0; $m]; $n])),
                svd: None,
            };

            fn draw(&mut self, entries: &mut Entries) {
                entries.fill(self.a.as_mut_slice(), true);
            }

            fn write_input(&self) {
                board::write(self.a.as_slice());
            }

            fn call(&mut self) -> bool {
                self.svd = Some(self.a.svd(true, true));
                true
            }

            fn write_result(&self) {
                let Some(svd) = &self.svd else { return };
                if let (Some(u), Some(v_t)) = (&svd.u, &svd.v_t) {
                    board::write(u.as_slice());
                    board::write(svd.singular_values.as_slice());
                    board::write(v_t.transpose().as_slice());
                }
            }
        }
    };
}

nalgebra_svd!(NalgebraSvd8x4, 8, 4);
nalgebra_svd!(NalgebraSvd16x8, 16, 8);

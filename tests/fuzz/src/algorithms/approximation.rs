//! [`Approximation::measure`] of any factors against any matrix.

use super::operator::{Check, Seen, as_operator, exceeds};
use super::{Guarded, Input, Scalar};
use lowrank_core::approximation::Approximation;
use lowrank_core::operator::EntrywiseOperator;
use lowrank_core::workspace::workspace_len;
use lowrank_core::{Error, MatMut, Real, Workspace};
use lowrank_validate::Matrix;
use lowrank_validate::families::smallest_subnormal;

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    if input.below(2) == 0 {
        with_scalar::<f32>(input);
    } else {
        with_scalar::<f64>(input);
    }
}

fn with_scalar<T: Scalar>(mut input: Input<'_>) {
    let layout = input.below(4);
    let (nrows, ncols) = (input.size(), input.size());
    let shape = if layout < 2 {
        (nrows, ncols)
    } else {
        (ncols, nrows)
    };
    let (k, l) = input.rank_and_width(shape);
    let (w_shape, h_shape) = (input.shape((shape.0, k)), input.shape((shape.1, k)));
    let call = Call {
        l,
        panels: input.shape(shape),
        w: input.matrix::<T>(w_shape.0, w_shape.1),
        h: input.matrix::<T>(h_shape.0, h_shape.1),
        spare: input.below(4),
    };
    let a = if input.once_in(4) {
        call.product(nrows, ncols)
    } else {
        input.matrix::<T>(nrows, ncols)
    };
    as_operator(&a, layout, call);
}

struct Call<T> {
    l: usize,
    panels: (usize, usize),
    w: Matrix<T>,
    h: Matrix<T>,
    spare: usize,
}

impl<T: Scalar> Check<T> for Call<T> {
    fn check<A>(self, a: &A, seen: &Seen<T>)
    where
        A: for<'p> EntrywiseOperator<MatMut<'p, T>>,
    {
        let (m, n) = (seen.matrix.nrows, seen.matrix.ncols);
        let (w_shape, h_shape) = ((self.w.nrows, self.w.ncols), (self.h.nrows, self.h.ncols));
        let needed = workspace_len(self.panels.0, self.panels.1, self.l);
        let mut buffer = Guarded::new(needed, needed + self.spare);
        let mut w = Guarded::holding(&self.w, self.spare);
        let mut h = Guarded::holding(&self.h, self.spare);
        let made = Workspace::in_buffer(buffer.all(), self.panels.0, self.panels.1, self.l);
        let outcome = Approximation::measure(
            a,
            &mut w.view(w_shape),
            &mut h.view(h_shape),
            &mut made.expect("room for the workspace"),
        );
        for buffer in [&buffer, &w, &h] {
            buffer.assert_end_untouched();
        }
        let k = self.w.ncols;
        let shapes_fit = w_shape == (m, k) && h_shape == (n, k);
        // Only the right panel and the small matrices of the workspace are used.
        let workspace_fits = self.panels.1 == n && k <= self.l;
        let comparable = self.is_comparable(&seen.matrix);
        match outcome {
            Ok(measured) => {
                assert!(shapes_fit && workspace_fits && k > 0);
                assert_eq!(seen.not_finite, None);
                if comparable {
                    self.judge(&seen.matrix, &measured);
                }
            }
            Err(Error::Empty) => assert!(m == 0 || n == 0),
            Err(Error::Rank { rank: 0, .. }) => assert_eq!(k, 0),
            Err(Error::Shape { expected, found }) => {
                assert!(expected != found && !(shapes_fit && workspace_fits));
            }
            Err(Error::BufferTooSmall { needed, found }) => {
                assert!(found < needed && !workspace_fits);
            }
            Err(Error::Overflow) => {
                assert!(exceeds(&seen.matrix, -T::SAFE_EXPONENT) || !comparable);
            }
            Err(other) => seen.assert_place(other),
        }
        if comparable {
            assert_eq!(w.matrix(w_shape), self.w, "W has changed");
            assert_eq!(h.matrix(h_shape), self.h, "H has changed");
        }
    }
}

impl<T: Scalar> Call<T> {
    /// W H^T as far as W and H have rows; for layouts that turn it, with its sides exchanged.
    fn product(&self, nrows: usize, ncols: usize) -> Matrix<T> {
        let (w, h) = if self.w.nrows == nrows {
            (&self.w, &self.h)
        } else {
            (&self.h, &self.w)
        };
        Matrix::from_fn(nrows, ncols, |i, j| {
            let mut sum = T::ZERO;
            for c in 0..w.ncols.min(h.ncols) {
                if i < w.nrows && j < h.nrows {
                    sum += w.at(i, c) * h.at(j, c);
                }
            }
            sum
        })
    }

    /// Checks that W H^T may be of the size of A, and that no entry of W or H leaves the range if the largest one is
    /// scaled to one.
    fn is_comparable(&self, a: &Matrix<T>) -> bool {
        let (w, h) = (self.w.exponent(), self.h.exponent());
        let safe = T::SAFE_EXPONENT;
        let spread = |panel: &Matrix<T>| {
            let e = panel.exponent();
            let fits = |x: &T| *x == T::ZERO || x.is_finite() && x.exponent() > e - safe / 2;
            panel.entries.iter().all(fits)
        };
        (w + h - a.exponent()).abs() <= safe / 2 && spread(&self.w) && spread(&self.h)
    }

    /// All is scaled by 2^-e, the larger of the sizes of A and of W H^T.
    fn judge(&self, a: &Matrix<T>, measured: &Approximation<T>) {
        let (w, h) = (self.w.exponent(), self.h.exponent());
        let e = a.exponent().max(w + h);
        let scale = |x: T| x.to_f64().scale_by_power_of_two(-e);
        let exact = a.to_f64(e);
        let (w, h) = (self.w.to_f64(w), self.h.to_f64(e - w));
        let error = exact.minus(&w.times(&h.transposed())).frobenius();
        let size = exact.frobenius() + w.frobenius() * h.frobenius();
        let smallest = 2f64.powi((smallest_subnormal::<T>() - e).max(-1000));
        let sides = (a.nrows + a.ncols + w.ncols) as f64;
        let slack = (8.0 * sides * T::EPSILON.to_f64()).sqrt() * size + 2.0 * smallest;
        let (told, bound) = (scale(measured.error), scale(measured.error_bound));
        assert!(
            error <= bound * (1.0 + 1e-12) + smallest,
            "{error} > {bound}"
        );
        assert!((told - error).abs() <= slack, "{told} is not {error}");
        assert!(bound <= error + slack, "{bound} is far above {error}");
    }
}

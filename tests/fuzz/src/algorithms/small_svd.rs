//! [`jacobi_svd`] on any matrix in buffers of any size.

use super::operator::{exceeds, first_not_finite};
use super::{Guarded, Input, Scalar, THRESHOLD};
use lowrank_core::Error;
use lowrank_core::dense::jacobi_svd::{jacobi_svd, scratch_len};
use lowrank_validate::ratios::Svd;

pub fn run(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    if input.below(2) == 0 {
        check::<f32>(input);
    } else {
        check::<f64>(input);
    }
}

fn check<T: Scalar>(mut input: Input<'_>) {
    let (m, n) = (input.size(), input.size());
    let k = m.min(n);
    let (u_shape, v_shape) = (input.shape((m, k)), input.shape((n, k)));
    let (s_found, scratch_found) = (input.length(k), input.length(scratch_len(m, n)));
    let spare = input.below(4);
    let a = input.matrix::<T>(m, n);

    let mut copy = Guarded::holding(&a, spare);
    let mut u = Guarded::panel(u_shape, spare);
    let mut v = Guarded::panel(v_shape, spare);
    let mut s = Guarded::new(k, s_found);
    let mut scratch = Guarded::new(scratch_len(m, n), scratch_found);
    let outcome = jacobi_svd(
        &mut copy.view((m, n)),
        &mut u.view(u_shape),
        s.all(),
        &mut v.view(v_shape),
        scratch.all(),
    );
    for buffer in [&copy, &u, &s, &v, &scratch] {
        buffer.assert_end_untouched();
    }
    let shapes_fit = u_shape == (m, k) && v_shape == (n, k);
    let room = s_found >= k && scratch_found >= scratch_len(m, n);
    match outcome {
        Ok(()) => {
            assert!(shapes_fit && room && k > 0);
            assert_eq!(first_not_finite(&a), None);
            let svd = Svd {
                u: u.matrix((m, k)),
                s: s.first(k).to_vec(),
                v: v.matrix((n, k)),
            };
            assert!(svd.is_sorted(), "{:?}", svd.s);
            let ratios = svd.ratios(&a);
            assert!(ratios.worst() < THRESHOLD, "{ratios:?} of {a:?}");
        }
        Err(Error::Shape { expected, found }) => assert!(!shapes_fit && expected != found),
        Err(Error::BufferTooSmall { needed, found }) => assert!(!room && found < needed),
        Err(Error::Empty) => assert_eq!(k, 0),
        Err(Error::NonFinite { row, column }) => {
            assert_eq!(first_not_finite(&a), Some((row, column)));
        }
        Err(Error::Overflow) => assert!(exceeds(&a, 0), "{a:?}"),
        Err(other) => panic!("an error without a fault: {other:?}"),
    }
}

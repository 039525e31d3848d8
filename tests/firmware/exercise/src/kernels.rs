//! The kernels on small and tall, thin matrices.

use crate::fill;
use crate::hash::{Hash, Scalar};
use core::hint::black_box;
use lowrank_core::dense::jacobi_svd::{jacobi_svd, scratch_len};
use lowrank_core::dense::lu::lu_normalize;
use lowrank_core::dense::qr::thin_qr;
use lowrank_core::{Error, Law, MatMut};

const ROOM: usize = 20 * 14;

/// Each kernel on tall, wide, empty, absurd, deficient, huge and tiny matrices.
#[inline(never)]
pub fn kernels<T: Scalar>(seed: u64, hash: &mut Hash) {
    let sizes = [
        (20, 14),
        (14, 20),
        (9, 9),
        (9, 1),
        (1, 7),
        (0, 3),
        (3, 0),
        (0, usize::MAX),
        (usize::MAX, 0),
        (usize::MAX, 2),
    ];
    for (m, n) in black_box(sizes) {
        hash.size(scratch_len(m, n));
        for (rarity, exponent) in black_box([(0, 0), (1, 120), (3, -130)]) {
            let mut a = [T::ZERO; ROOM];
            for kernel in [qr, lu, svd] {
                fill(&mut a, Law::Gaussian, seed, rarity);
                for x in &mut a {
                    *x = x.scale_by_power_of_two(exponent);
                }
                let done = kernel(&mut a, m, n, hash);
                hash.outcome(done);
            }
        }
    }
    let done = svd(&mut [T::from_f64(f64::NAN); ROOM], black_box(5), 4, hash);
    hash.outcome(done);
    let done = svd(&mut [T::MAX; ROOM], black_box(5), 4, hash);
    hash.outcome(done);
}

#[inline(never)]
fn qr<T: Scalar>(a: &mut [T], m: usize, n: usize, hash: &mut Hash) -> Result<(), Error> {
    let mut r = [T::ZERO; ROOM];
    let mut a = MatMut::new(a, m, n)?;
    let mut r = MatMut::new(&mut r, n, n)?;
    hash.size(thin_qr(&mut a, &mut r)?);
    hash.matrix(&a);
    hash.matrix(&r);
    Ok(())
}

#[inline(never)]
fn lu<T: Scalar>(a: &mut [T], m: usize, n: usize, hash: &mut Hash) -> Result<(), Error> {
    let mut a = MatMut::new(a, m, n)?;
    lu_normalize(&mut a)?;
    hash.matrix(&a);
    Ok(())
}

#[inline(never)]
fn svd<T: Scalar>(a: &mut [T], m: usize, n: usize, hash: &mut Hash) -> Result<(), Error> {
    let (mut u, mut v) = ([T::ZERO; ROOM], [T::ZERO; ROOM]);
    let (mut s, mut scratch) = ([T::ZERO; 14], [T::ZERO; scratch_len(14, 14)]);
    let mut a = MatMut::new(a, m, n)?;
    let k = m.min(n);
    let mut u = MatMut::new(&mut u, m, k)?;
    let mut v = MatMut::new(&mut v, n, k)?;
    jacobi_svd(&mut a, &mut u, &mut s, &mut v, &mut scratch)?;
    hash.matrix(&u);
    hash.slice(&s);
    hash.matrix(&v);
    Ok(())
}

//! The kernels on small and tall, thin matrices.

use crate::fill;
use crate::hash::{Hash, Scalar};
use core::hint::black_box;
use lowrank_core::dense::cholesky::{cholesky, cholesky_solve};
use lowrank_core::dense::jacobi_svd::{SCRATCH, fixed_jacobi_svd, jacobi_svd, scratch_len};
use lowrank_core::dense::lu::lu_normalize;
use lowrank_core::dense::pseudo_inverse::{pseudo_inverse, pseudo_inverse_scratch_len};
use lowrank_core::dense::qr::thin_qr;
use lowrank_core::random::Distribution;
use lowrank_core::{Error, MatMut};

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
            for kernel in [qr, lu, svd, gram, invert] {
                fill(&mut a, Distribution::Gaussian, seed, rarity);
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
    for rarity in black_box([0, 3]) {
        let mut a = [T::ZERO; ROOM];
        fill(&mut a, Distribution::Gaussian, seed, rarity);
        for done in [
            fixed_svd::<T, 16, 8>(&a, hash),
            fixed_svd::<T, 6, 6>(&a, hash),
            fixed_svd::<T, 3, 4>(&a, hash),
            fixed_svd::<T, 3, 0>(&a, hash),
        ] {
            hash.outcome(done);
        }
        let done = svd(&mut a, black_box(16), 8, hash);
        hash.outcome(done);
    }
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

/// The results for sizes that the compiler knows.
fn fixed_svd<T: Scalar, const M: usize, const N: usize>(
    entries: &[T],
    hash: &mut Hash,
) -> Result<(), Error> {
    let (mut a, mut u) = ([[T::ZERO; M]; N], [[T::ZERO; M]; N]);
    let (mut s, mut v) = ([T::ZERO; N], [[T::ZERO; N]; N]);
    let mut scratch = [[T::ZERO; N]; SCRATCH];
    for (x, entry) in a.as_flattened_mut().iter_mut().zip(entries) {
        *x = *entry;
    }
    fixed_jacobi_svd(&mut a, &mut u, &mut s, &mut v, &mut scratch)?;
    hash.slice(u.as_flattened());
    hash.slice(&s);
    hash.slice(v.as_flattened());
    Ok(())
}

/// Runs the solvers of normal equations on a matrix, for a part of its rows and columns.
#[inline(never)]
fn gram<T: Scalar>(a: &mut [T], m: usize, n: usize, hash: &mut Hash) -> Result<(), Error> {
    let f = MatMut::new(a, m, n)?;
    let mut g = [T::ZERO; 14 * 14];
    let (mut x, k) = ([T::ONE; 14], n.min(14));
    let mut g = MatMut::new(&mut g, k, k)?;
    for (j, column) in (0..k).zip(g.columns_mut()) {
        for (i, g) in column.iter_mut().enumerate() {
            for (x, y) in f.column(i).iter().zip(f.column(j)) {
                *g += *x * *y;
            }
        }
    }
    cholesky(&mut g)?;
    hash.matrix(&g);
    let x = x.get_mut(..k).unwrap_or_default();
    cholesky_solve(&g, x)?;
    hash.slice(x);
    cholesky_solve(&g, &mut [T::ONE; 15])
}

#[inline(never)]
fn invert<T: Scalar>(a: &mut [T], m: usize, n: usize, hash: &mut Hash) -> Result<(), Error> {
    let mut a = MatMut::new(a, m, n)?;
    // Room for 9 x 9: the larger ones are refused, since the stack has 16 kB.
    let (mut inverse, mut scratch) = ([T::ZERO; 81], [T::ZERO; 225]);
    let mut inverse = MatMut::new(&mut inverse, n, m)?;
    hash.size(pseudo_inverse_scratch_len(m, n));
    let rank = pseudo_inverse(&mut a, &mut inverse, T::EPSILON, &mut scratch)?;
    hash.size(rank);
    hash.matrix(&inverse);
    Ok(())
}

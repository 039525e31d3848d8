//! Core's kernels compared with faer and nalgebra, all on one thread: a panel of l columns
//! and a sparse matrix of the size of four newsgroups, and small SVDs.
//!
//! `cargo bench -p lowrank-benches --bench kernels`

use divan::{Bencher, black_box};
use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::matrix_free::{BiLinOp, LinOp};
use faer::{Mat, Par};
use lowrank_benches::{COLUMNS, FaerMatrix, ROWS, documents, gaussian};
use lowrank_core::panel::Panel;
use lowrank_core::{CsrRef, LinearOperator, MatMut};
use nalgebra::DMatrix;

const WIDTHS: [usize; 3] = [5, 8, 16];

fn main() {
    faer::set_global_parallelism(Par::Seq);
    check::products();
    check::factors();
    divan::main();
}

fn mat(data: &mut [f64], nrows: usize) -> MatMut<'_, f64> {
    let ncols = data.len() / nrows;
    MatMut::new(data, nrows, ncols).expect("nrows x ncols scalars")
}

fn faer_mat(data: &[f64], nrows: usize) -> Mat<f64> {
    let view = faer::MatRef::from_column_major_slice(data, nrows, data.len() / nrows);
    view.to_owned()
}

/// Y <- A X.
mod product {
    use super::*;

    #[divan::bench(args = WIDTHS)]
    fn core(bencher: Bencher<'_, '_>, l: usize) {
        let a = documents();
        let view = CsrRef::new(a.row_offsets(), a.columns(), a.values(), COLUMNS).unwrap();
        let (mut x, mut y) = (gaussian(COLUMNS, l), vec![0.0; ROWS * l]);
        let (x, mut y) = (mat(&mut x, COLUMNS), mat(&mut y, ROWS));
        bencher.bench_local(|| view.apply(black_box(&x), &mut y));
    }

    #[divan::bench(args = WIDTHS)]
    fn faer(bencher: Bencher<'_, '_>, l: usize) {
        let a = FaerMatrix::new(&documents());
        let x = faer_mat(&gaussian(COLUMNS, l), COLUMNS);
        let mut y = Mat::zeros(ROWS, l);
        let mut memory = MemBuffer::new(StackReq::EMPTY);
        let view = a.view();
        bencher.bench_local(|| {
            let stack = MemStack::new(&mut memory);
            view.apply(y.as_mut(), black_box(x.as_ref()), Par::Seq, stack);
        });
    }
}

/// X <- A^T Y.
mod transposed_product {
    use super::*;

    #[divan::bench(args = WIDTHS)]
    fn core(bencher: Bencher<'_, '_>, l: usize) {
        let a = documents();
        let view = CsrRef::new(a.row_offsets(), a.columns(), a.values(), COLUMNS).unwrap();
        let (mut x, mut y) = (vec![0.0; COLUMNS * l], gaussian(ROWS, l));
        let (mut x, y) = (mat(&mut x, COLUMNS), mat(&mut y, ROWS));
        bencher.bench_local(|| view.apply_transpose(black_box(&y), &mut x));
    }

    #[divan::bench(args = WIDTHS)]
    fn faer(bencher: Bencher<'_, '_>, l: usize) {
        let a = FaerMatrix::new(&documents());
        let y = faer_mat(&gaussian(ROWS, l), ROWS);
        let mut x = Mat::zeros(COLUMNS, l);
        let mut memory = MemBuffer::new(StackReq::EMPTY);
        let view = a.view();
        bencher.bench_local(|| {
            let stack = MemStack::new(&mut memory);
            view.transpose_apply(x.as_mut(), black_box(y.as_ref()), Par::Seq, stack);
        });
    }
}

/// G <- X^T X of the long side.
mod gram {
    use super::*;

    #[divan::bench(args = WIDTHS)]
    fn core(bencher: Bencher<'_, '_>, l: usize) {
        let (mut x, mut g) = (gaussian(COLUMNS, l), vec![0.0; l * l]);
        let (x, mut g) = (mat(&mut x, COLUMNS), mat(&mut g, l));
        bencher.bench_local(|| black_box(&x).gram(&mut g));
    }

    #[divan::bench(args = WIDTHS)]
    fn faer(bencher: Bencher<'_, '_>, l: usize) {
        let x = faer_mat(&gaussian(COLUMNS, l), COLUMNS);
        bencher.bench_local(|| black_box(&x).transpose() * &x);
    }

    #[divan::bench(args = WIDTHS)]
    fn nalgebra(bencher: Bencher<'_, '_>, l: usize) {
        let x = DMatrix::from_vec(COLUMNS, l, gaussian(COLUMNS, l));
        bencher.bench_local(|| black_box(&x).tr_mul(&x));
    }
}

/// X = Q R of the short side, Q formed. Copies and allocations are not measured for core, but are for the
/// peers, which work on copies.
mod thin_qr {
    use super::*;

    #[divan::bench(args = WIDTHS)]
    fn core(bencher: Bencher<'_, '_>, l: usize) {
        let x = gaussian(ROWS, l);
        bencher
            .with_inputs(|| x.clone())
            .bench_local_values(|mut x| {
                let mut r = [0.0; 16 * 16];
                let mut r = mat(&mut r[..l * l], l);
                lowrank_core::dense::qr::thin_qr(&mut mat(&mut x, ROWS), &mut r).unwrap();
                x
            });
    }

    #[divan::bench(args = WIDTHS)]
    fn faer(bencher: Bencher<'_, '_>, l: usize) {
        let x = faer_mat(&gaussian(ROWS, l), ROWS);
        bencher.bench_local(|| black_box(&x).qr().compute_thin_Q());
    }

    #[divan::bench(args = WIDTHS)]
    fn nalgebra(bencher: Bencher<'_, '_>, l: usize) {
        let x = DMatrix::from_vec(ROWS, l, gaussian(ROWS, l));
        let inputs = bencher.with_inputs(|| x.clone());
        inputs.bench_local_values(|x| x.qr().unpack());
    }
}

/// P^T L of the short side, or L and P.
mod lu {
    use super::*;

    #[divan::bench(args = WIDTHS)]
    fn core(bencher: Bencher<'_, '_>, l: usize) {
        let x = gaussian(ROWS, l);
        bencher
            .with_inputs(|| x.clone())
            .bench_local_values(|mut x| {
                lowrank_core::dense::lu::lu_normalize(&mut mat(&mut x, ROWS)).unwrap();
                x
            });
    }

    #[divan::bench(args = WIDTHS)]
    fn faer(bencher: Bencher<'_, '_>, l: usize) {
        let x = faer_mat(&gaussian(ROWS, l), ROWS);
        bencher.bench_local(|| black_box(&x).partial_piv_lu());
    }

    #[divan::bench(args = WIDTHS)]
    fn nalgebra(bencher: Bencher<'_, '_>, l: usize) {
        let x = DMatrix::from_vec(ROWS, l, gaussian(ROWS, l));
        let inputs = bencher.with_inputs(|| x.clone());
        inputs.bench_local_values(|x| x.lu());
    }
}

/// X <- X o N / (X G) of the long side; no peer has this operation.
#[divan::bench(args = WIDTHS)]
fn multiplicative_update(bencher: Bencher<'_, '_>, l: usize) {
    use lowrank_core::panel::NonNegativePanel;
    use lowrank_core::penalty::Penalty;
    let (x, mut g) = (gaussian(COLUMNS, l), vec![1.0; l * l]);
    let g = mat(&mut g, l);
    let inputs = || (x.iter().map(|x| x.abs()).collect(), vec![1.0; COLUMNS * l]);
    bencher
        .with_inputs(inputs)
        .bench_local_values(|(mut x, mut n): (Vec<f64>, Vec<f64>)| {
            let mut panel = mat(&mut x, COLUMNS);
            let mut numerator = mat(&mut n, COLUMNS);
            panel
                .multiplicative_update(&mut numerator, &g, Penalty::default())
                .unwrap();
            (x, n)
        });
}

/// U, s and V of small matrices.
mod small_svd {
    use super::*;
    use lowrank_core::dense::jacobi_svd::{jacobi_svd, scratch_len};

    const SHAPES: [(usize, usize); 4] = [(8, 8), (16, 16), (64, 16), (64, 64)];

    #[divan::bench(args = SHAPES)]
    fn core(bencher: Bencher<'_, '_>, (m, n): (usize, usize)) {
        let a = gaussian(m, n);
        let (mut u, mut s, mut v) = (vec![0.0; m * n], vec![0.0; n], vec![0.0; n * n]);
        let mut scratch = vec![0.0; scratch_len(m, n)];
        let (mut u, mut v) = (mat(&mut u, m), mat(&mut v, n));
        let inputs = bencher.with_inputs(|| a.clone());
        inputs.bench_local_values(|mut a| {
            jacobi_svd(&mut mat(&mut a, m), &mut u, &mut s, &mut v, &mut scratch)
        });
    }

    #[divan::bench(args = SHAPES)]
    fn faer(bencher: Bencher<'_, '_>, (m, n): (usize, usize)) {
        let a = faer_mat(&gaussian(m, n), m);
        bencher.bench_local(|| black_box(&a).thin_svd());
    }

    #[divan::bench(args = SHAPES)]
    fn nalgebra(bencher: Bencher<'_, '_>, (m, n): (usize, usize)) {
        let a = DMatrix::from_vec(m, n, gaussian(m, n));
        let inputs = bencher.with_inputs(|| a.clone());
        inputs.bench_local_values(|a| a.svd(true, true));
    }
}

/// Checks that all libraries compute the same before anything is timed.
mod check {
    use super::*;
    use lowrank_core::dense::jacobi_svd::{jacobi_svd, scratch_len};

    fn assert_close(name: &str, found: &[f64], expected: &[f64]) {
        let size = expected.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
        let pairs = found.iter().zip(expected);
        let error = pairs.fold(0.0, |max: f64, (x, y)| max.max((x - y).abs())) / size;
        println!("{name}: largest difference {error:.1e}");
        assert!(found.len() == expected.len() && error < 1e-12);
    }

    fn entries(a: &Mat<f64>) -> Vec<f64> {
        a.col_iter()
            .flat_map(|x| x.iter().copied().collect::<Vec<_>>())
            .collect()
    }

    pub(super) fn products() {
        let (a, l) = (documents(), 16);
        let view = CsrRef::new(a.row_offsets(), a.columns(), a.values(), COLUMNS).unwrap();
        let faer = FaerMatrix::new(&a);
        let (mut x, mut y) = (gaussian(COLUMNS, l), vec![0.0; ROWS * l]);
        let mut memory = MemBuffer::new(StackReq::EMPTY);
        let stack = MemStack::new(&mut memory);
        let mut other = Mat::zeros(ROWS, l);
        faer.view().apply(
            other.as_mut(),
            faer_mat(&x, COLUMNS).as_ref(),
            Par::Seq,
            stack,
        );
        view.apply(&mat(&mut x, COLUMNS), &mut mat(&mut y, ROWS))
            .unwrap();
        assert_close("product, core and faer", &y, &entries(&other));
        let mut other = Mat::zeros(COLUMNS, l);
        let operand = faer_mat(&y, ROWS);
        faer.view()
            .transpose_apply(other.as_mut(), operand.as_ref(), Par::Seq, stack);
        view.apply_transpose(&mat(&mut y, ROWS), &mut mat(&mut x, COLUMNS))
            .unwrap();
        assert_close("transposed product, core and faer", &x, &entries(&other));
        let mut g = vec![0.0; l * l];
        mat(&mut x, COLUMNS).gram(&mut mat(&mut g, l)).unwrap();
        let x = DMatrix::from_vec(COLUMNS, l, x);
        assert_close("gram, core and nalgebra", &g, x.tr_mul(&x).as_slice());
    }

    pub(super) fn factors() {
        let (m, n) = (64, 16);
        let a = gaussian(m, n);
        let peer = faer_mat(&a, m).thin_svd().unwrap();
        let expected: Vec<f64> = peer.S().column_vector().iter().copied().collect();
        let other = DMatrix::from_vec(m, n, a.clone()).svd(true, true);
        let (mut u, mut s, mut v) = (vec![0.0; m * n], vec![0.0; n], vec![0.0; n * n]);
        let mut scratch = vec![0.0; scratch_len(m, n)];
        let mut copy = a.clone();
        let (mut u, mut v) = (mat(&mut u, m), mat(&mut v, n));
        jacobi_svd(&mut mat(&mut copy, m), &mut u, &mut s, &mut v, &mut scratch).unwrap();
        assert_close("singular values, core and faer", &s, &expected);
        assert_close(
            "singular values, nalgebra and faer",
            other.singular_values.as_slice(),
            &expected,
        );
        let (mut q, mut r) = (a.clone(), vec![0.0; n * n]);
        lowrank_core::dense::qr::thin_qr(&mut mat(&mut q, m), &mut mat(&mut r, n)).unwrap();
        let product = DMatrix::from_vec(m, n, q) * DMatrix::from_vec(n, n, r);
        assert_close("Q R and A, core", product.as_slice(), &a);
    }
}

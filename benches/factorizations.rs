//! Whole fits on a sparse matrix of the size of four newsgroups, k = 5.
//!
//! `cargo bench -p lowrank-benches --bench factorizations`

use divan::Bencher;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::matrix_free::eigen::{partial_svd, partial_svd_scratch};
use faer::matrix_free::{BiLinOp, LinOp};
use faer::{Col, Mat, Par};
use lowrank::nmf::{NmfInit, NmfModel, NmfSolver};
use lowrank::svd::{SvdModel, SvdSolver};
use lowrank::{Backend, Nmf, SparseMatrix, TruncatedSvd};
use lowrank_benches::{COLUMNS, FaerMatrix, NONZEROS, ROWS, documents};
use lowrank_core::random::{Distribution, RandomEntries};
use rayon::ThreadPool;

const K: usize = 5;
const ITERATIONS: usize = 50;

fn main() {
    check::svd();
    check::nmf();
    divan::main();
}

fn pool(threads: usize) -> ThreadPool {
    let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
    builder.build().expect("a pool of threads")
}

fn fit_svd(a: &SparseMatrix<f64>, backend: Backend, solver: SvdSolver) -> SvdModel<f64> {
    let svd = TruncatedSvd {
        rank: K,
        backend,
        solver: Some(solver),
        ..TruncatedSvd::default()
    };
    svd.fit(a).expect("a finite matrix")
}

fn fit_nmf(a: &SparseMatrix<f64>, backend: Backend) -> NmfModel<f64> {
    let nmf = Nmf {
        rank: K,
        backend,
        solver: Some(NmfSolver::Mu),
        init: NmfInit::Random,
        iterations: ITERATIONS,
        tolerance: 0.0,
        ..Nmf::default()
    };
    nmf.fit(a).expect("a non-negative matrix")
}

/// k singular triplets; each bench's error is that of the optimum to 1e-5 or better.
mod truncated_svd {
    use super::*;

    #[divan::bench(args = [1, 2], sample_count = 20)]
    fn host(bencher: Bencher<'_, '_>, threads: usize) {
        let (a, pool) = (documents(), pool(threads));
        let fit = || fit_svd(&a, Backend::Host, SvdSolver::Randomized);
        bencher.bench_local(|| pool.install(fit));
    }

    #[divan::bench(sample_count = 20)]
    fn core(bencher: Bencher<'_, '_>) {
        let a = documents();
        bencher.bench_local(|| fit_svd(&a, Backend::Core, SvdSolver::Randomized));
    }

    #[divan::bench(args = [1, 2], sample_count = 3)]
    fn host_exact(bencher: Bencher<'_, '_>, threads: usize) {
        let (a, pool) = (documents(), pool(threads));
        let fit = || fit_svd(&a, Backend::Host, SvdSolver::Exact);
        bencher.bench_local(|| pool.install(fit));
    }

    #[divan::bench(sample_count = 10)]
    fn faer_partial_svd(bencher: Bencher<'_, '_>) {
        let a = FaerMatrix::new(&documents());
        bencher.bench_local(|| singular_values_by_faer(&a));
    }
}

/// faer's Lanczos bidiagonalization with restarts, one thread.
fn singular_values_by_faer(a: &FaerMatrix) -> Vec<f64> {
    let (mut u, mut v) = (Mat::zeros(ROWS, K), Mat::zeros(COLUMNS, K));
    let mut s = vec![0.0; K];
    let start = Col::from_fn(COLUMNS, |_| 1.0 / (COLUMNS as f64).sqrt());
    let view = a.view();
    let scratch = partial_svd_scratch(&view, K, Par::Seq, Default::default());
    let mut memory = MemBuffer::new(scratch);
    let found = partial_svd(
        u.as_mut(),
        v.as_mut(),
        &mut s,
        &view,
        start.as_ref(),
        1e-10,
        Par::Seq,
        MemStack::new(&mut memory),
        Default::default(),
    );
    assert_eq!(found.n_converged_eigen, K);
    s
}

/// Fifty multiplicative updates of W and H from the same random start.
mod nmf {
    use super::*;

    #[divan::bench(args = [1, 2], sample_count = 20)]
    fn host(bencher: Bencher<'_, '_>, threads: usize) {
        let (a, pool) = (documents(), pool(threads));
        bencher.bench_local(|| pool.install(|| fit_nmf(&a, Backend::Host)));
    }

    #[divan::bench(sample_count = 20)]
    fn core(bencher: Bencher<'_, '_>) {
        let a = documents();
        bencher.bench_local(|| fit_nmf(&a, Backend::Core));
    }

    #[divan::bench(sample_count = 20)]
    fn updates_written_with_faer(bencher: Bencher<'_, '_>) {
        let a = documents();
        let faer = FaerMatrix::new(&a);
        bencher.bench_local(|| nmf_with_faer(&faer, sum(&a)));
    }
}

fn sum(a: &SparseMatrix<f64>) -> f64 {
    a.values().iter().sum()
}

/// The updates written with faer, one thread; no loss is computed.
fn nmf_with_faer(a: &FaerMatrix, sum: f64) -> (Mat<f64>, Mat<f64>) {
    let size = (sum / (ROWS * COLUMNS) as f64 / K as f64).sqrt();
    let draw = |nrows, seed| {
        let random = RandomEntries::new(Distribution::HalfGaussian, seed);
        Mat::from_fn(nrows, K, |i, j| size * random.at::<f64>(i, j))
    };
    // lowrank's own start: seed 0 for W, and this one for H.
    let (mut w, mut h) = (draw(ROWS, 0), draw(COLUMNS, 0x5EED_0F48));
    let (mut left, mut right) = (Mat::zeros(ROWS, K), Mat::zeros(COLUMNS, K));
    let view = a.view();
    let mut memory = MemBuffer::new(faer::dyn_stack::StackReq::EMPTY);
    let stack = MemStack::new(&mut memory);
    faer::set_global_parallelism(Par::Seq);
    for _ in 0..ITERATIONS {
        view.apply(left.as_mut(), h.as_ref(), Par::Seq, stack);
        update(&mut w, &left, &h);
        view.transpose_apply(right.as_mut(), w.as_ref(), Par::Seq, stack);
        update(&mut h, &right, &w);
    }
    (w, h)
}

fn update(x: &mut Mat<f64>, numerator: &Mat<f64>, other: &Mat<f64>) {
    let denominator = &*x * (other.transpose() * other);
    faer::zip!(x.as_mut(), numerator.as_ref(), denominator.as_ref())
        .for_each(|faer::unzip!(x, n, d)| *x *= *n / d.max(f64::MIN_POSITIVE.sqrt()));
}

/// Checks the errors of all solvers before anything is timed.
mod check {
    use super::*;

    pub(super) fn svd() {
        let a = documents();
        assert_eq!(
            (a.nrows(), a.ncols(), a.nonzeros()),
            (ROWS, COLUMNS, NONZEROS)
        );
        let exact = fit_svd(&a, Backend::Host, SvdSolver::Exact);
        println!("optimum: error {:.9}", exact.approximation.error);
        for backend in [Backend::Host, Backend::Core] {
            let error = fit_svd(&a, backend, SvdSolver::Randomized)
                .approximation
                .error;
            println!("{}, randomized: error {error:.9}", backend.name());
            assert!(error < exact.approximation.error * (1.0 + 1e-5));
        }
        let squares: f64 = a.values().iter().map(|x| x * x).sum();
        let s = singular_values_by_faer(&FaerMatrix::new(&a));
        let error = (squares - s.iter().map(|s| s * s).sum::<f64>()).sqrt();
        println!("faer's partial_svd: error {error:.9}");
        assert!((error / exact.approximation.error - 1.0).abs() < 1e-9);
    }

    pub(super) fn nmf() {
        let a = documents();
        let [host, core] =
            [Backend::Host, Backend::Core].map(|b| fit_nmf(&a, b).approximation.error);
        let (w, h) = nmf_with_faer(&FaerMatrix::new(&a), sum(&a));
        let product = |i: usize, j: usize| (0..K).map(|c| w[(i, c)] * h[(j, c)]).sum::<f64>();
        let mut squares: f64 = a.values().iter().map(|x| x * x).sum();
        for i in 0..ROWS {
            for place in a.row_offsets()[i]..a.row_offsets()[i + 1] {
                squares -= 2.0 * a.values()[place] * product(i, a.columns()[place] as usize);
            }
        }
        let (w, h) = (w.transpose() * &w, h.transpose() * &h);
        for (i, j) in (0..K).flat_map(|i| (0..K).map(move |j| (i, j))) {
            squares += w[(i, j)] * h[(i, j)];
        }
        let faer = squares.sqrt();
        println!("nmf: errors {host:.9} (host), {core:.9} (core), {faer:.9} (with faer)");
        assert!((host / core - 1.0).abs() < 1e-9 && (host / faer - 1.0).abs() < 1e-9);
    }
}

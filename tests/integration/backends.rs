//! `fit` and `transform` on every backend: the same factors, the same errors.
//!
//! The operations below them are compared one by one in host/src/tests.

use crate::matrices::{all_entries, kept};
use lowrank::iteration::Stop;
use lowrank::nmf::{NmfInit, NmfModel};
use lowrank::svd::{SvdModel, SvdSolver};
use lowrank::{Backend, DenseMatrix, Error, Matrix, Nmf, Scalar, SparseMatrix, TruncatedSvd};
use lowrank_core::random::{Distribution, RandomEntries};
use lowrank_core::{Error as CoreError, Real};
use rayon::ThreadPoolBuilder;
use std::sync::OnceLock;
use std::time::Instant;

const SOLVERS: [SvdSolver; 4] = [
    SvdSolver::Krylov,
    SvdSolver::Chebyshev,
    SvdSolver::Randomized,
    SvdSolver::Exact,
];
const SHAPES: [(usize, usize); 6] = [(300, 20), (20, 300), (40, 40), (1, 50), (50, 1), (1, 1)];

/// Core's, which is the control, and after it the others that this build and this machine have.
fn backends() -> &'static [Backend] {
    static FOUND: OnceLock<Vec<Backend>> = OnceLock::new();
    FOUND.get_or_init(|| {
        let mut found = vec![Backend::Core, Backend::Host];
        found.extend(gpu());
        found
    })
}

/// Returns the backends that are compared with core's.
fn others() -> &'static [Backend] {
    &backends()[1..]
}

/// The GPU, or none, said aloud.
#[cfg(feature = "cuda")]
fn gpu() -> Option<Backend> {
    use std::io::{Write, stderr};
    match Backend::Cuda.check() {
        Ok(()) => Some(Backend::Cuda),
        Err(reason) => {
            // Not eprintln!, which the test harness keeps to itself.
            let _ = writeln!(stderr(), "skipped: {reason}");
            None
        }
    }
}

#[cfg(not(feature = "cuda"))]
fn gpu() -> Option<Backend> {
    None
}

/// Every solver on every backend.
fn solvers() -> impl Iterator<Item = (SvdSolver, Backend)> {
    let on_all = |solver| backends().iter().map(move |backend| (solver, *backend));
    SOLVERS.into_iter().flat_map(on_all)
}

/// RandomEntries whose scale halves from each line of the short side to the next: singular values far
/// enough apart for vectors to be compared.
fn graded<T: Scalar>(
    distribution: Distribution,
    m: usize,
    n: usize,
    largest: f64,
) -> DenseMatrix<T> {
    let random = RandomEntries::new(distribution, 3);
    DenseMatrix::from_fn(m, n, |i, j| {
        let grade = if m < n { i } else { j };
        let size = largest * 0.5f64.powi(grade as i32);
        T::from_f64(random.at::<f64>(i, j) * size)
    })
}

/// About a third of the entries.
fn thinned<T: Scalar>(a: &DenseMatrix<T>) -> SparseMatrix<T> {
    let chosen = RandomEntries::new(Distribution::Sign, 4);
    kept(a, |i, j, _| {
        chosen.signs(i, j).is_multiple_of(3) || (i + j) % 17 == 0
    })
}

/// Both forms of each shape, and min(m, n).
fn for_matrices<T: Scalar>(distribution: Distribution, check: impl Fn(Matrix<'_, T>, usize)) {
    for (m, n) in SHAPES {
        let dense = graded::<T>(distribution, m, n, 1.0);
        let sparse = thinned(&dense);
        check(Matrix::Dense(&dense), m.min(n));
        check(Matrix::Sparse(&sparse), m.min(n));
    }
}

fn eps<T: Scalar>() -> f64 {
    <T as Real>::EPSILON.to_f64()
}

fn relative<T: Scalar>(x: T, y: T) -> f64 {
    let (x, y) = (x.to_f64(), y.to_f64());
    if x == y {
        0.0
    } else {
        (x - y).abs() / x.abs().max(y.abs())
    }
}

fn assert_close<T: Scalar>(x: &DenseMatrix<T>, y: &DenseMatrix<T>, tolerance: f64) {
    assert_eq!((x.nrows(), x.ncols()), (y.nrows(), y.ncols()));
    for (x, y) in x.as_slice().iter().zip(y.as_slice()) {
        let (x, y) = (x.to_f64(), y.to_f64());
        assert!((x - y).abs() <= tolerance, "{x:e} {y:e}, {tolerance:e}");
    }
}

fn assert_orthonormal<T: Scalar>(u: &DenseMatrix<T>) {
    for i in 0..u.ncols() {
        for j in 0..=i {
            let pairs = u.column(i).iter().zip(u.column(j));
            let inner: f64 = pairs.map(|(x, y)| x.to_f64() * y.to_f64()).sum();
            let error = (inner - if i == j { 1.0 } else { 0.0 }).abs();
            assert!(error <= 50.0 * eps::<T>(), "{i} {j} {error:e}");
        }
    }
}

fn svd<T: Scalar>(
    a: Matrix<'_, T>,
    rank: usize,
    solver: SvdSolver,
    backend: Backend,
) -> Result<SvdModel<T>, Error> {
    let settings = TruncatedSvd {
        rank,
        solver: Some(solver),
        tolerance: 0.0,
        backend,
        ..TruncatedSvd::default()
    };
    settings.fit(a)
}

fn nmf<T: Scalar>(
    a: Matrix<'_, T>,
    rank: usize,
    init: NmfInit,
    backend: Backend,
) -> Result<NmfModel<T>, Error> {
    let settings = Nmf {
        rank,
        init,
        backend,
        iterations: 50,
        tolerance: 0.0,
        ..Nmf::default()
    };
    settings.fit(a)
}

fn every_svd_agrees<T: Scalar>() {
    for_matrices::<T>(Distribution::Gaussian, |a, limit| {
        let k = limit.min(4);
        let control = svd(a, k, SvdSolver::Randomized, Backend::Core).unwrap();
        let largest = control.singular_values[0].to_f64();
        for (solver, backend) in solvers() {
            let found = svd(a, k, solver, backend).unwrap();
            assert_orthonormal(&found.u);
            assert_orthonormal(&found.v);
            assert!(found.singular_values.is_sorted_by(|a, b| a >= b));
            for (s, expected) in found.singular_values.iter().zip(&control.singular_values) {
                let error = (s.to_f64() - expected.to_f64()).abs();
                assert!(error <= 50.0 * eps::<T>() * largest, "{error:e}");
            }
            // Vectors move by eps s_1 over the gap, which is about s_k / 2.
            let tolerance = 2000.0 * eps::<T>();
            assert_close(&found.u, &control.u, tolerance);
            assert_close(&found.v, &control.v, tolerance);
            assert_eq!(found.rank, control.rank);
            for residual in &found.residuals {
                assert!(residual.to_f64() <= 200.0 * eps::<T>() * largest);
            }
            assert_errors_agree(&found, &control);
        }
    });
}

fn assert_errors_agree<T: Scalar>(found: &SvdModel<T>, control: &SvdModel<T>) {
    let (found, control) = (found.approximation, control.approximation);
    let norm = control.frobenius_norm.to_f64();
    assert!(relative(found.frobenius_norm, control.frobenius_norm) <= 4.0 * eps::<T>());
    // The short formula for the error subtracts squares.
    let squares = found.error.to_f64().powi(2) - control.error.to_f64().powi(2);
    assert!(squares.abs() <= 200.0 * eps::<T>() * norm.powi(2));
    assert!(found.error <= found.error_bound);
}

#[test]
fn every_svd_agrees_in_f64() {
    every_svd_agrees::<f64>();
}

#[test]
fn every_svd_agrees_in_f32() {
    every_svd_agrees::<f32>();
}

fn every_nmf_agrees<T: Scalar>() {
    for_matrices::<T>(Distribution::HalfGaussian, |a, limit| {
        let k = limit.min(3);
        for init in [NmfInit::Random, NmfInit::Nndsvd, NmfInit::Nndsvda] {
            let core = nmf(a, k, init, Backend::Core).unwrap();
            for backend in others() {
                let found = nmf(a, k, init, *backend).unwrap();
                assert_eq!(
                    (found.iterations, found.stop),
                    (core.iterations, core.stop),
                    "{init:?} {backend:?}"
                );
                assert_factors_agree(&found, &core);
                let weights = [&core, &found].map(|model| model.transform(a).unwrap());
                assert_close(&weights[1], &weights[0], grown::<T>());
            }
        }
    });
}

/// Errors of rounding grow by an iteration like those of any fixed-point iteration.
fn grown<T: Scalar>() -> f64 {
    1e5 * eps::<T>()
}

fn assert_factors_agree<T: Scalar>(found: &NmfModel<T>, core: &NmfModel<T>) {
    assert_close(&found.w, &core.w, grown::<T>());
    assert_close(&found.h, &core.h, grown::<T>());
    let norm = core.approximation.frobenius_norm.to_f64();
    let error = found.approximation.error.to_f64() - core.approximation.error.to_f64();
    assert!(error.abs() <= 1e3 * eps::<T>() * norm, "{error:e}");
    for factor in [&found.w, &found.h] {
        assert!(factor.as_slice().iter().all(|x| *x >= T::ZERO));
    }
}

#[test]
fn every_nmf_agrees_in_f64() {
    every_nmf_agrees::<f64>();
}

#[test]
fn every_nmf_agrees_in_f32() {
    every_nmf_agrees::<f32>();
}

#[test]
fn an_nmf_stops_by_its_tolerance_on_every_backend() {
    let a = graded::<f64>(Distribution::HalfGaussian, 60, 30, 1.0);
    let iterations = backends().iter().map(|backend| {
        let settings = Nmf {
            rank: 4,
            backend: *backend,
            ..Nmf::default()
        };
        let model = settings.fit(&a).unwrap();
        assert_eq!(model.stop, Stop::Tolerance, "{backend:?}");
        model.iterations
    });
    let iterations: Vec<usize> = iterations.collect();
    assert!(
        iterations.iter().all(|count| *count == iterations[0]),
        "{iterations:?}"
    );
}

#[test]
fn transform_gives_back_what_was_fitted() {
    let a = graded::<f64>(Distribution::HalfGaussian, 60, 30, 1.0);
    for solver in SOLVERS {
        let model = svd(Matrix::Dense(&a), 5, solver, Backend::Auto).unwrap();
        assert_close(&model.transform(&a).unwrap(), &model.scores(), 1e-12);
    }
    for backend in backends() {
        let settings = Nmf {
            rank: 3,
            backend: *backend,
            iterations: 3000,
            tolerance: 0.0,
            ..Nmf::default()
        };
        let model = settings.fit(&a).unwrap();
        assert_close(&model.transform(&a).unwrap(), &model.w, 1e-3);
    }
}

#[test]
fn components_are_held_whatever_their_number() {
    let a = graded::<f64>(Distribution::HalfGaussian, 60, 30, 1.0);
    for backend in backends() {
        let mut model = nmf(Matrix::Dense(&a), 3, NmfInit::Nndsvda, *backend).unwrap();
        model.h = DenseMatrix::from_fn(30, 2, |i, j| model.h.at(i, j));
        let weights = model.transform(&a).unwrap();
        assert_eq!((weights.nrows(), weights.ncols()), (60, 2));
    }
}

#[test]
fn tolerances_that_are_not_numbers_are_refused() {
    let a = graded::<f64>(Distribution::HalfGaussian, 9, 6, 1.0);
    for (backend, tolerance) in backends()
        .iter()
        .flat_map(|b| [-1.0, f64::NAN].map(|t| (*b, t)))
    {
        let settings = Nmf {
            rank: 2,
            tolerance,
            backend,
            ..Nmf::default()
        };
        let refused = settings.fit(&a);
        let setting = matches!(
            refused,
            Err(Error::Factorization(CoreError::Setting { .. }))
        );
        assert!(setting, "{refused:?}");
    }
}

/// Every way to factor `a` with `rank`, by its error.
fn refusals<T: Scalar>(a: Matrix<'_, T>, rank: usize) -> Vec<CoreError> {
    let mut found = Vec::new();
    for backend in backends().iter().copied() {
        for solver in SOLVERS {
            found.push(svd(a, rank, solver, backend).map(drop));
        }
        // Non-negative factors may have more columns than A.
        if rank <= a.nrows().min(a.ncols()) {
            for init in [NmfInit::Random, NmfInit::Nndsvda] {
                found.push(nmf(a, rank, init, backend).map(drop));
            }
        }
    }
    let core = |result: Result<(), Error>| match result {
        Err(Error::Factorization(error)) => error,
        other => panic!("{other:?}"),
    };
    found.into_iter().map(core).collect()
}

fn assert_refused<T: Scalar>(dense: &DenseMatrix<T>, rank: usize, expected: CoreError) {
    for error in refusals(Matrix::Dense(dense), rank) {
        assert_eq!(error, expected);
    }
    for error in refusals(Matrix::Sparse(&all_entries(dense)), rank) {
        assert_eq!(error, expected);
    }
}

#[test]
fn wrong_ranks_are_refused() {
    let a = graded::<f64>(Distribution::HalfGaussian, 9, 6, 1.0);
    for rank in [0, 7, usize::MAX] {
        assert_refused(&a, rank, CoreError::Rank { rank, limit: 6 });
        assert_refused(&a.transpose(), rank, CoreError::Rank { rank, limit: 6 });
    }
}

#[test]
fn entries_that_are_not_finite_are_refused_with_their_place() {
    let a = graded::<f64>(Distribution::HalfGaussian, 9, 6, 1.0);
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let spoilt = |i, j| if (i, j) == (7, 2) { bad } else { a.at(i, j) };
        let spoilt = DenseMatrix::from_fn(9, 6, spoilt);
        let expected = CoreError::NonFinite { row: 7, column: 2 };
        assert_refused(&spoilt, 3, expected);
        assert_refused(&spoilt.cast::<f32>(), 3, expected);
        let whole = svd(Matrix::Dense(&a), 2, SvdSolver::Randomized, Backend::Auto).unwrap();
        let parts = nmf(Matrix::Dense(&a), 2, NmfInit::Nndsvda, Backend::Auto).unwrap();
        for transformed in [whole.transform(&spoilt), parts.transform(&spoilt)] {
            assert!(matches!(transformed, Err(Error::Factorization(e)) if e == expected));
        }
    }
}

#[test]
fn negative_entries_are_refused_with_their_place() {
    let a = graded::<f64>(Distribution::HalfGaussian, 9, 6, 1.0);
    let spoilt = DenseMatrix::from_fn(
        9,
        6,
        |i, j| if (i, j) == (4, 5) { -1e-9 } else { a.at(i, j) },
    );
    let expected = CoreError::Negative { row: 4, column: 5 };
    for backend in backends().iter().copied() {
        let model = nmf(Matrix::Dense(&a), 2, NmfInit::Nndsvda, backend).unwrap();
        let sparse = all_entries(&spoilt);
        for result in [
            nmf(Matrix::Dense(&spoilt), 2, NmfInit::Nndsvda, backend).map(drop),
            nmf(Matrix::Sparse(&sparse), 2, NmfInit::Random, backend).map(drop),
            model.transform(&spoilt).map(drop),
        ] {
            assert!(matches!(result, Err(Error::Factorization(e)) if e == expected));
        }
    }
}

#[test]
fn empty_matrices_are_refused() {
    for (m, n) in [(0, 0), (0, 4), (4, 0)] {
        let a = DenseMatrix::<f64>::from_fn(m, n, |_, _| 0.0);
        assert_refused(&a, 1, CoreError::Empty);
    }
}

#[test]
fn rows_of_another_width_are_not_transformed() {
    let a = graded::<f64>(Distribution::HalfGaussian, 9, 6, 1.0);
    let wider = graded::<f64>(Distribution::HalfGaussian, 9, 7, 1.0);
    for backend in backends().iter().copied() {
        let whole = svd(Matrix::Dense(&a), 2, SvdSolver::Randomized, backend).unwrap();
        let parts = nmf(Matrix::Dense(&a), 2, NmfInit::Nndsvda, backend).unwrap();
        for transformed in [whole.transform(&wider), parts.transform(&wider)] {
            let shape = matches!(
                transformed,
                Err(Error::Factorization(CoreError::Shape { .. }))
            );
            assert!(shape, "{transformed:?}");
        }
    }
}

fn any_size_is_factored<T: Scalar>(size: f64) {
    let control = graded::<T>(Distribution::HalfGaussian, 50, 20, 1.0);
    let a = graded::<T>(Distribution::HalfGaussian, 50, 20, size);
    let expected = svd(Matrix::Dense(&control), 3, SvdSolver::Exact, Backend::Core).unwrap();
    let sparse = all_entries(&a);
    for (solver, backend) in solvers() {
        for a in [Matrix::Dense(&a), Matrix::Sparse(&sparse)] {
            let found = svd(a, 3, solver, backend).unwrap();
            let largest = found.singular_values[0].to_f64();
            for (s, t) in found.singular_values.iter().zip(&expected.singular_values) {
                assert!((s.to_f64() / size / t.to_f64() - 1.0).abs() <= 500.0 * eps::<T>());
            }
            for residual in &found.residuals {
                assert!(
                    residual.to_f64() <= 200.0 * eps::<T>() * largest,
                    "{solver:?}, {backend:?}, {size:e}: {residual} of {largest:e}"
                );
            }
            let error = found.approximation.error.to_f64() / size;
            let ratio = error / expected.approximation.error.to_f64();
            assert!((ratio - 1.0).abs() <= 1e4 * eps::<T>(), "{ratio}");
        }
    }
    let error = |backend| {
        let model = nmf(Matrix::Dense(&a), 3, NmfInit::Nndsvda, backend).unwrap();
        model.approximation.error
    };
    let core = error(Backend::Core);
    for backend in others() {
        assert!(
            relative(core, error(*backend)) <= 1e4 * eps::<T>(),
            "{backend:?}"
        );
    }
}

#[test]
fn entries_of_any_size_are_factored() {
    for size in [1e-290, 1e-200, 1e-90, 1e90, 1e200, 1e290] {
        any_size_is_factored::<f64>(size);
    }
    // f32 loses digits to subnormal numbers where the smallest entries are below 1e-38.
    for size in [1e-25, 1e-12, 1e12, 1e30, 1e36] {
        any_size_is_factored::<f32>(size);
    }
}

#[test]
fn what_is_too_large_for_the_type_overflows() {
    let a = DenseMatrix::from_fn(30, 20, |_, _| 3e38f32);
    assert_refused(&a, 1, CoreError::Overflow);
}

#[test]
fn a_zero_matrix_has_rank_zero() {
    let a = DenseMatrix::<f64>::from_fn(12, 9, |_, _| 0.0);
    let sparse = SparseMatrix::new(vec![0; 13], Vec::new(), Vec::new(), 9).unwrap();
    for a in [Matrix::Dense(&a), Matrix::Sparse(&sparse)] {
        for (solver, backend) in solvers() {
            let found = svd(a, 3, solver, backend).unwrap();
            assert_eq!((found.rank, found.approximation.error), (0, 0.0));
            assert_eq!(found.singular_values, [0.0; 3]);
            assert_orthonormal(&found.u);
            assert_orthonormal(&found.v);
        }
        for backend in backends().iter().copied() {
            for init in [NmfInit::Random, NmfInit::Nndsvd, NmfInit::Nndsvda] {
                let found = nmf(a, 3, init, backend).unwrap();
                assert_eq!(found.approximation.error, 0.0);
            }
        }
    }
}

#[test]
fn the_rank_is_found_where_it_is_below_k() {
    let (left, right) = (
        graded::<f64>(Distribution::Gaussian, 80, 2, 1.0),
        graded::<f64>(Distribution::Gaussian, 30, 2, 1.0),
    );
    let entry = |i, j| left.at(i, 0) * right.at(j, 0) + left.at(i, 1) * right.at(j, 1);
    let a = DenseMatrix::from_fn(80, 30, entry);
    let sparse = all_entries(&a.transpose());
    for (solver, backend) in solvers() {
        for a in [Matrix::Dense(&a), Matrix::Sparse(&sparse)] {
            let found = svd(a, 5, solver, backend).unwrap();
            assert_eq!(found.rank, 2, "{solver:?} {backend:?}");
            assert_orthonormal(&found.u);
            assert_orthonormal(&found.v);
        }
    }
}

/// A tall sparse matrix with the singular values 10^0, 10^-1 .. 10^-9, turned by rotations of
/// neighbouring rows and columns.
fn with_tiny_singular_values() -> SparseMatrix<f64> {
    let (m, n) = (60, 10);
    let mut a = vec![vec![0.0; n]; m];
    for (j, row) in a.iter_mut().take(n).enumerate() {
        row[j] = 10f64.powi(-(j as i32));
    }
    let (cosine, sine) = (0.8, 0.6);
    for start in [0, 1, 2, 11] {
        for i in (start..m - 7).step_by(3) {
            let (upper, lower) = a.split_at_mut(i + 7);
            for (x, y) in upper[i].iter_mut().zip(&mut lower[0]) {
                (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
            }
        }
    }
    for row in &mut a {
        for j in 0..n - 1 {
            let (x, y) = (row[j], row[j + 1]);
            (row[j], row[j + 1]) = (cosine * x - sine * y, sine * x + cosine * y);
        }
    }
    let entry = |i: usize, j: usize| a[i][j];
    all_entries(&DenseMatrix::from_fn(m, n, entry))
}

#[test]
fn the_exact_solver_finds_singular_values_that_the_gram_matrix_loses() {
    let tall = with_tiny_singular_values();
    let flat = tall.transpose();
    for a in [&tall, &flat] {
        let found = svd(Matrix::Sparse(a), 10, SvdSolver::Exact, Backend::Auto).unwrap();
        for (j, s) in found.singular_values.iter().enumerate() {
            let error = (s - 10f64.powi(-(j as i32))).abs();
            assert!(error <= 1e-14, "s_{j} = {s:e}, {error:e}");
        }
        assert!(found.residuals.iter().all(|r| *r <= 1e-14));
    }
}

#[test]
fn the_exact_solver_refuses_what_the_memory_does_not_hold() {
    let (m, n) = (2_000_000, 1_500_000);
    let offsets = (0..=m).map(|i| i.min(10)).collect();
    let columns = (0..10).map(|i| i * 149_999).collect();
    let a = SparseMatrix::new(offsets, columns, vec![1.0; 10], n).unwrap();
    let started = Instant::now();
    let refused = svd(Matrix::Sparse(&a), 2, SvdSolver::Exact, Backend::Auto);
    let Err(Error::Memory {
        needed, available, ..
    }) = refused
    else {
        panic!("{refused:?}");
    };
    assert!(needed > 8 * 1_500_000 * 1_500_000 && needed > available);
    assert!(started.elapsed().as_secs() < 5);
}

#[test]
fn the_number_of_threads_changes_no_bit() {
    let dense = graded::<f64>(Distribution::HalfGaussian, 3000, 40, 1.0);
    let sparse = thinned(&dense);
    let fit_all = || {
        let matrices = [Matrix::Dense(&dense), Matrix::Sparse(&sparse)];
        matrices.map(|a| {
            (
                svd(a, 4, SvdSolver::Randomized, Backend::Host).unwrap(),
                nmf(a, 4, NmfInit::Nndsvda, Backend::Host).unwrap(),
            )
        })
    };
    let [one, two, three] = [1, 2, 3].map(|threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(fit_all)
    });
    assert_eq!(one, two);
    assert_eq!(one, three);
}

#[cfg(feature = "cuda")]
#[test]
fn a_gpu_gives_the_same_bits_again() {
    let Some(gpu) = gpu() else { return };
    fn fit_all<T: Scalar>(gpu: Backend) -> (Vec<SvdModel<T>>, Vec<NmfModel<T>>) {
        let dense = graded::<T>(Distribution::HalfGaussian, 3000, 40, 1.0);
        let sparse = thinned(&dense);
        let matrices = [Matrix::Dense(&dense), Matrix::Sparse(&sparse)];
        let svds = |a| SOLVERS.map(|solver| svd(a, 4, solver, gpu).unwrap());
        let nmfs =
            |a| [NmfInit::Random, NmfInit::Nndsvda].map(|init| nmf(a, 4, init, gpu).unwrap());
        (
            matrices.into_iter().flat_map(svds).collect(),
            matrices.into_iter().flat_map(nmfs).collect(),
        )
    }
    assert_eq!(fit_all::<f32>(gpu), fit_all::<f32>(gpu));
    assert_eq!(fit_all::<f64>(gpu), fit_all::<f64>(gpu));
}

//! Tests of every operation of panels and operators in every memory space against core's.

pub(crate) mod divergence;
mod operators;
pub(crate) mod steps;
mod thin_qr;
mod verbs;

pub(crate) use crate::DenseMatrix;
use crate::cpu::HostSpace;
use crate::cpu::{DenseOperator, ObservedOperator, SparseOperator};
use crate::memory_space::{MemorySpace, Small};
use crate::{Scalar, SparseMatrix};
use lowrank_core::operator::DivergenceOperator;
use lowrank_core::panel::Panel;
pub(crate) use lowrank_core::random::{Distribution, RandomEntries};
use lowrank_core::{MatMut, MatRef, Real};

/// The state of two panels and a small matrix after an operation, and its return value.
#[derive(Debug)]
pub(crate) struct Outcome<T, R> {
    pub(crate) x: DenseMatrix<T>,
    pub(crate) y: DenseMatrix<T>,
    pub(crate) small: DenseMatrix<T>,
    pub(crate) value: R,
}

/// Returns the outcome of `job` in the memory space S on panels with the entries `x` and `y` and on a small matrix.
pub(crate) fn on_panels<T: Scalar, S: MemorySpace<T>, R>(
    x: &DenseMatrix<T>,
    y: &DenseMatrix<T>,
    small: &DenseMatrix<T>,
    job: impl for<'p> FnOnce(&mut S::Panel<'p>, &mut S::Panel<'p>, &mut Small<'p, T, S>) -> R,
) -> Outcome<T, R> {
    let mut buffers = [x, y].map(|a| S::buffer(a.nrows(), a.ncols()).unwrap());
    let [x_buffer, y_buffer] = &mut buffers;
    let mut small_buffer = S::small_buffer(small.as_slice().len()).unwrap();
    let mut x_panel = S::panel(x_buffer, x.nrows(), x.ncols()).unwrap();
    let mut y_panel = S::panel(y_buffer, y.nrows(), y.ncols()).unwrap();
    S::load(&mut x_panel, x).unwrap();
    S::load(&mut y_panel, y).unwrap();
    let (rows, columns) = (small.nrows(), small.ncols());
    let mut square = S::small(&mut small_buffer, rows, columns).unwrap();
    let values = MatRef::new(small.as_slice(), rows, columns).unwrap();
    S::Panel::write_small(values, &mut square).unwrap();
    let value = job(&mut x_panel, &mut y_panel, &mut square);
    let mut small = vec![T::ZERO; rows * columns];
    S::Panel::read_small(&square, MatMut::new(&mut small, rows, columns).unwrap()).unwrap();
    Outcome {
        value,
        x: S::entries(&x_panel).unwrap(),
        y: S::entries(&y_panel).unwrap(),
        small: DenseMatrix::new(small, rows, columns).unwrap(),
    }
}

/// A memory space that is compared with core's.
pub(crate) trait Tested<T: Scalar>: MemorySpace<T> {
    /// Entrywise operations have core's bits; otherwise they agree within rounding.
    const SAME_BITS: bool;

    fn sparse(a: &SparseMatrix<T>) -> impl for<'p> DivergenceOperator<Self::Panel<'p>>;

    fn observed(a: &SparseMatrix<T>) -> impl for<'p> DivergenceOperator<Self::Panel<'p>>;

    fn dense(a: &DenseMatrix<T>) -> impl for<'p> DivergenceOperator<Self::Panel<'p>>;

    /// Returns widths on both sides of a strip, with rows on both sides of the size of a task.
    fn shapes() -> impl Iterator<Item = (usize, usize)>;

    /// Checks that results agree as this memory space guarantees.
    fn assert_same(found: &DenseMatrix<T>, expected: &DenseMatrix<T>) {
        if Self::SAME_BITS {
            return assert_same_bits(found, expected);
        }
        let shape = (found.nrows(), found.ncols());
        assert_eq!(shape, (expected.nrows(), expected.ncols()));
        let tolerance = 64.0 * epsilon::<T>() * largest(expected.as_slice());
        assert_close(found.as_slice(), expected.as_slice(), tolerance);
    }
}

impl<T: Scalar> Tested<T> for HostSpace {
    const SAME_BITS: bool = true;

    fn sparse(a: &SparseMatrix<T>) -> impl for<'p> DivergenceOperator<Self::Panel<'p>> {
        SparseOperator::new(a, None)
    }

    fn observed(a: &SparseMatrix<T>) -> impl for<'p> DivergenceOperator<Self::Panel<'p>> {
        ObservedOperator::new(a, None)
    }

    fn dense(a: &DenseMatrix<T>) -> impl for<'p> DivergenceOperator<Self::Panel<'p>> {
        DenseOperator::new(a).unwrap()
    }

    fn shapes() -> impl Iterator<Item = (usize, usize)> {
        let widths = (1..=40).chain([64, 100]);
        widths.flat_map(|l| [1, 37, 1025, 2100 + l].map(|rows| (rows, l)))
    }
}

#[cfg(feature = "cuda")]
impl<T: Scalar> Tested<T> for crate::cuda::CudaSpace {
    const SAME_BITS: bool = false;

    fn sparse(a: &SparseMatrix<T>) -> impl for<'p> DivergenceOperator<Self::Panel<'p>> {
        crate::cuda::Operator::sparse(crate::cuda::device().unwrap(), a).unwrap()
    }

    fn observed(a: &SparseMatrix<T>) -> impl for<'p> DivergenceOperator<Self::Panel<'p>> {
        crate::cuda::Operator::observed(crate::cuda::device().unwrap(), a).unwrap()
    }

    fn dense(a: &DenseMatrix<T>) -> impl for<'p> DivergenceOperator<Self::Panel<'p>> {
        crate::cuda::Operator::dense(crate::cuda::device().unwrap(), a).unwrap()
    }

    /// Returns both ends of each class of widths; fewer if another program checks every thread.
    fn shapes() -> impl Iterator<Item = (usize, usize)> {
        let quick = std::env::var_os("LOWRANK_GPU_QUICK").is_some();
        let widths = [
            1, 2, 3, 4, 5, 6, 8, 9, 15, 16, 17, 20, 31, 32, 33, 40, 64, 100,
        ];
        let rows: &[usize] = if quick {
            &[1, 300]
        } else {
            &[1, 37, 1025, 4200]
        };
        let step = if quick { 3 } else { 1 };
        let widths = widths.into_iter().step_by(step);
        widths.flat_map(|l| rows.iter().map(move |rows| (*rows, l)))
    }
}

/// The outcomes of one job in core's memory space and in S.
macro_rules! both {
    ($x:expr, $y:expr, $small:expr, $job:expr) => {{
        use crate::cpu::CoreSpace;
        use crate::tests::on_panels;
        (
            on_panels::<T, CoreSpace, _>($x, $y, $small, $job),
            on_panels::<T, S, _>($x, $y, $small, $job),
        )
    }};
}
pub(crate) use both;

/// Runs a test in both precisions.
macro_rules! in_both_precisions {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                cases::$name::<f32>();
                cases::$name::<f64>();
            }
        )*
    };
}
pub(crate) use in_both_precisions;

/// Runs a test in both precisions and in every memory space.
macro_rules! in_every_space {
    ($($name:ident)*) => {
        mod host {
            use crate::cpu::HostSpace;
            $(
                #[test]
                fn $name() {
                    super::cases::$name::<f32, HostSpace>();
                    super::cases::$name::<f64, HostSpace>();
                }
            )*
        }

        #[cfg(feature = "cuda")]
        mod cuda {
            use crate::cuda::CudaSpace;
            $(
                #[test]
                fn $name() {
                    if let Err(reason) = crate::cuda::device() {
                        println!("skipped: {reason}");
                        return;
                    }
                    super::cases::$name::<f32, CudaSpace>();
                    super::cases::$name::<f64, CudaSpace>();
                }
            )*
        }
    };
}
pub(crate) use in_every_space;

/// Returns normal draws.
pub(crate) fn gaussian<T: Scalar>(nrows: usize, ncols: usize, seed: u64) -> DenseMatrix<T> {
    drawn(Distribution::Gaussian, nrows, ncols, seed)
}

/// Returns absolute values of normal draws.
pub(crate) fn positive<T: Scalar>(nrows: usize, ncols: usize, seed: u64) -> DenseMatrix<T> {
    drawn(Distribution::HalfGaussian, nrows, ncols, seed)
}

fn drawn<T: Scalar>(
    distribution: Distribution,
    nrows: usize,
    ncols: usize,
    seed: u64,
) -> DenseMatrix<T> {
    let random = RandomEntries::new(distribution, seed);
    DenseMatrix::from_fn(nrows, ncols, |i, j| random.at(i, j))
}

pub(crate) fn zeros<T: Scalar>(nrows: usize, ncols: usize) -> DenseMatrix<T> {
    DenseMatrix::from_fn(nrows, ncols, |_, _| T::ZERO)
}

/// Checks that matrices are equal, including the signs of zeros.
pub(crate) fn assert_same_bits<T: Scalar>(found: &DenseMatrix<T>, expected: &DenseMatrix<T>) {
    assert_eq!(
        (found.nrows(), found.ncols()),
        (expected.nrows(), expected.ncols())
    );
    let pairs = found.as_slice().iter().zip(expected.as_slice());
    for (place, (x, y)) in pairs.enumerate() {
        let (x, y) = (x.to_f64(), y.to_f64());
        assert!(x.to_bits() == y.to_bits(), "entry {place}: {x:e} {y:e}");
    }
}

/// Checks that numbers agree within `tolerance`, an absolute one.
pub(crate) fn assert_close<T: Scalar>(found: &[T], expected: &[T], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (place, (x, y)) in found.iter().zip(expected).enumerate() {
        let (x, y) = (x.to_f64(), y.to_f64());
        let near = x == y || (x - y).abs() <= tolerance;
        assert!(near, "entry {place}: {x:e} {y:e}, tolerance {tolerance:e}");
    }
}

pub(crate) fn epsilon<T: Scalar>() -> f64 {
    <T as Real>::EPSILON.to_f64()
}

pub(crate) fn largest<T: Scalar>(x: &[T]) -> f64 {
    x.iter().fold(0.0, |max, x| x.to_f64().abs().max(max))
}

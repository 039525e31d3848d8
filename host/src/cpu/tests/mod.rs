//! Every verb on the host's panels and operators, against core's: one body for both worlds.

mod column_order;
mod divergence;
mod operators;
mod thin_qr;
mod threads;
mod verbs;

use super::Scalar;
use crate::DenseMatrix;
use crate::model::world::{Small, World};
use lowrank_core::{Draws, Law, MatMut, MatRef, Panel, Real};

/// Two panels and a small matrix after a verb, and what it returned.
#[derive(Debug)]
pub(super) struct Outcome<T, R> {
    pub(super) x: DenseMatrix<T>,
    pub(super) y: DenseMatrix<T>,
    pub(super) small: DenseMatrix<T>,
    pub(super) value: R,
}

/// What `job` does in the world W to panels that hold `x` and `y` and to a small matrix.
pub(super) fn on_panels<T: Scalar, W: World<T>, R>(
    x: &DenseMatrix<T>,
    y: &DenseMatrix<T>,
    small: &DenseMatrix<T>,
    job: impl for<'p> FnOnce(&mut W::Panel<'p>, &mut W::Panel<'p>, &mut Small<'p, T, W>) -> R,
) -> Outcome<T, R> {
    let mut buffers = [x, y].map(|a| W::buffer(a.nrows(), a.ncols()).unwrap());
    let [x_buffer, y_buffer] = &mut buffers;
    let mut small_buffer = W::small_buffer(small.as_slice().len()).unwrap();
    let mut x_panel = W::panel(x_buffer, x.nrows(), x.ncols()).unwrap();
    let mut y_panel = W::panel(y_buffer, y.nrows(), y.ncols()).unwrap();
    W::load(&mut x_panel, x).unwrap();
    W::load(&mut y_panel, y).unwrap();
    let (rows, columns) = (small.nrows(), small.ncols());
    let mut square = W::small(&mut small_buffer, rows, columns).unwrap();
    let values = MatRef::new(small.as_slice(), rows, columns).unwrap();
    W::Panel::write_small(values, &mut square).unwrap();
    let value = job(&mut x_panel, &mut y_panel, &mut square);
    let mut small = vec![T::ZERO; rows * columns];
    W::Panel::read_small(&square, MatMut::new(&mut small, rows, columns).unwrap()).unwrap();
    Outcome {
        value,
        x: W::entries(&x_panel).unwrap(),
        y: W::entries(&y_panel).unwrap(),
        small: DenseMatrix::new(small, rows, columns).unwrap(),
    }
}

/// The outcomes of one job in core's world and in the host's.
macro_rules! both {
    ($x:expr, $y:expr, $small:expr, $job:expr) => {{
        use crate::cpu::tests::on_panels;
        use crate::model::world::{CoreWorld, HostWorld};
        (
            on_panels::<T, CoreWorld, _>($x, $y, $small, $job),
            on_panels::<T, HostWorld, _>($x, $y, $small, $job),
        )
    }};
}
pub(super) use both;

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
pub(super) use in_both_precisions;

/// Widths on both sides of a strip, with rows on both sides of what one task works on.
pub(super) fn shapes() -> impl Iterator<Item = (usize, usize)> {
    let widths = (1..=40).chain([64, 100]);
    widths.flat_map(|l| [1, 37, 1025, 2100 + l].map(|rows| (rows, l)))
}

/// Normal draws.
pub(super) fn gaussian<T: Scalar>(nrows: usize, ncols: usize, seed: u64) -> DenseMatrix<T> {
    drawn(Law::Gaussian, nrows, ncols, seed)
}

/// Absolute values of normal draws.
pub(super) fn positive<T: Scalar>(nrows: usize, ncols: usize, seed: u64) -> DenseMatrix<T> {
    drawn(Law::HalfGaussian, nrows, ncols, seed)
}

fn drawn<T: Scalar>(law: Law, nrows: usize, ncols: usize, seed: u64) -> DenseMatrix<T> {
    let draws = Draws::new(law, seed);
    DenseMatrix::from_fn(nrows, ncols, |i, j| draws.at(i, j))
}

pub(super) fn zeros<T: Scalar>(nrows: usize, ncols: usize) -> DenseMatrix<T> {
    DenseMatrix::from_fn(nrows, ncols, |_, _| T::ZERO)
}

/// Equal, down to the sign of zeros.
pub(super) fn assert_same_bits<T: Scalar>(found: &DenseMatrix<T>, expected: &DenseMatrix<T>) {
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

/// Within `tolerance`, an absolute one.
pub(super) fn assert_close<T: Scalar>(found: &[T], expected: &[T], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (place, (x, y)) in found.iter().zip(expected).enumerate() {
        let (x, y) = (x.to_f64(), y.to_f64());
        let near = x == y || (x - y).abs() <= tolerance;
        assert!(near, "entry {place}: {x:e} {y:e}, tolerance {tolerance:e}");
    }
}

pub(super) fn epsilon<T: Scalar>() -> f64 {
    <T as Real>::EPSILON.to_f64()
}

pub(super) fn largest<T: Scalar>(x: &[T]) -> f64 {
    x.iter().fold(0.0, |max, x| x.to_f64().abs().max(max))
}

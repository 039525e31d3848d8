//! The inverse of a matrix from its small SVD and by gradient descent:
//! `cargo run --release -p lowrank --example inverse`.

use lowrank_core::dense::pseudo_inverse::{pseudo_inverse, pseudo_inverse_scratch_len};
use lowrank_core::descent::{DescentStep, Momentum, Optimizer};
use lowrank_core::panel::Panel;
use lowrank_core::random::{Distribution, RandomEntries};
use lowrank_core::{LinearOperator, MatMut, MatRef};
use std::error::Error;

const N: usize = 6;

/// ||A X - I||_F.
fn residual(a: MatRef<'_, f64>, x: &MatMut<'_, f64>) -> Result<f64, Box<dyn Error>> {
    let mut buffer = [0.0; N * N];
    let mut off = MatMut::new(&mut buffer, N, N)?;
    a.apply(x, &mut off)?;
    for j in 0..N {
        off.column_mut(j)[j] -= 1.0;
    }
    Ok(off.inner_product(&off)?.sqrt())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut entries = [0.0; N * N];
    let mut a = MatMut::new(&mut entries, N, N)?;
    a.fill_random(&RandomEntries::new(Distribution::Gaussian, 8))?;
    let kept = a.as_slice().to_vec();
    let given = MatRef::new(&kept, N, N)?;

    let (mut x, mut scratch) = ([0.0; N * N], [0.0; pseudo_inverse_scratch_len(N, N)]);
    let mut x = MatMut::new(&mut x, N, N)?;
    let rank = pseudo_inverse(&mut a, &mut x, 1e-14, &mut scratch)?;
    println!(
        "small SVD: rank {rank}, ||A X - I|| = {:.1e}",
        residual(given, &x)?
    );

    // min ||A X - I||^2 / 2: the direction of steepest descent is A^T (I - A X).
    let mut panels = [[0.0; N * N]; 4];
    let [y, off, direction, velocity] = &mut panels;
    let mut y = MatMut::new(y, N, N)?;
    let mut off = MatMut::new(off, N, N)?;
    let mut direction = MatMut::new(direction, N, N)?;
    let mut state = [MatMut::new(velocity, N, N)?];
    let rule = Momentum { momentum: 0.99 };
    for iteration in 0..=20_000_usize {
        given.apply(&y, &mut off)?;
        off.scale(-1.0)?;
        for j in 0..N {
            off.column_mut(j)[j] += 1.0;
        }
        if iteration.is_multiple_of(5000) {
            let norm = off.inner_product(&off)?.sqrt();
            println!("descent, {iteration:5} steps: ||A X - I|| = {norm:.1e}");
        }
        given.apply_transpose(&off, &mut direction)?;
        let step = DescentStep {
            rate: 0.05,
            done: iteration,
        };
        rule.step(&mut y, &mut direction, &mut state, step)?;
    }
    Ok(())
}

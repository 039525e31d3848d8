//! The non-negative factors of a matrix in memory.

use lowrank::{DenseMatrix, Nmf};

fn main() -> Result<(), lowrank::Error> {
    let a = DenseMatrix::from_fn(60, 40, |i, j| ((i * j) % 7) as f64);
    let model = Nmf::default().fit(&a)?;
    println!("W H^T is within {:.1e}", model.approximation.error);
    println!("row 1: {:.2?}", model.w.transpose().column(1));
    Ok(())
}

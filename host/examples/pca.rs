//! Two principal components, and the share of the variance that each explains.

use lowrank::{DenseMatrix, Pca};

fn main() -> Result<(), lowrank::Error> {
    let a = DenseMatrix::from_fn(50, 6, |i, j| {
        (i as f64).sin() * j as f64 + (i * j % 3) as f64
    });
    let model = Pca::default().fit(&a)?;
    println!("shares {:.3?}", model.explained_variance_ratio);
    println!("row 0 at {:.2?}", model.scores.transpose().column(0));
    Ok(())
}

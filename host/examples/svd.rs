//! The leading singular values of a sparse matrix, and how good each is.

use lowrank::{SparseMatrix, TruncatedSvd};

fn main() -> Result<(), lowrank::Error> {
    let entries = (0..1000_usize).map(|i| (i, i * i % 300, 1.0 + (i % 7) as f64));
    let a = SparseMatrix::from_triplets(1000, 300, entries)?;
    let model = TruncatedSvd::default().fit(&a)?;
    for (value, residual) in model.singular_values.iter().zip(&model.residuals) {
        println!("{value:.4} within {residual:.1e}");
    }
    Ok(())
}

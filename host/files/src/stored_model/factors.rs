use crate::model_folder::{Error, ModelFolder};
use lowrank::method::Factors;
use lowrank::{DenseMatrix, Scalar};

/// Writes the arrays of the factors.
///
/// # Errors
/// The errors of [`ModelFolder::write`].
pub fn write_factors<T: Scalar>(
    factors: &Factors<T>,
    folder: &mut ModelFolder,
) -> Result<(), Error> {
    match factors {
        Factors::Nmf { w, h } => {
            folder.write_matrix("w.npy", w)?;
            folder.write_matrix("h.npy", h)
        }
        Factors::Svd {
            u,
            singular_values,
            v,
        } => {
            folder.write_matrix("u.npy", u)?;
            folder.write_vector("singular_values.npy", singular_values)?;
            folder.write_matrix("v.npy", v)
        }
        Factors::Pca {
            scores,
            singular_values,
            components,
            means,
            deviations,
        } => {
            folder.write_matrix("scores.npy", scores)?;
            folder.write_vector("singular_values.npy", singular_values)?;
            folder.write_matrix("components.npy", components)?;
            if let Some(deviations) = deviations {
                folder.write_matrix("deviation.npy", &row(deviations))?;
            }
            folder.write_matrix("mean.npy", &row(means))
        }
        Factors::Chain(chain) => {
            folder.write_matrix("w.npy", &chain.w)?;
            for (place, factor) in (1..).zip(&chain.inner) {
                folder.write_matrix(&format!("f{place}.npy"), factor)?;
            }
            folder.write_matrix("h.npy", &chain.h)
        }
        Factors::Completion {
            w,
            h,
            row_biases,
            column_biases,
            mean,
        } => {
            folder.write_matrix("w.npy", w)?;
            folder.write_matrix("h.npy", h)?;
            folder.write_matrix("row_biases.npy", &row(row_biases))?;
            folder.write_matrix("column_biases.npy", &row(column_biases))?;
            folder.write_matrix("mean.npy", &row(&[*mean]))
        }
    }
}

fn row<T: Scalar>(x: &[T]) -> DenseMatrix<T> {
    DenseMatrix::from_fn(1, x.len(), |_, j| x[j])
}

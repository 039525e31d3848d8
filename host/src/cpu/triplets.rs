//! Singular triplets of an exact decomposition, and the matrix that they are of.

use crate::{DenseMatrix, Scalar};

/// The k leading singular triplets.
#[derive(Debug)]
pub(crate) struct Triplets<T> {
    pub(crate) u: DenseMatrix<T>,
    pub(crate) singular_values: Vec<f64>,
    pub(crate) v: DenseMatrix<T>,
}

impl<T: Scalar> Triplets<T> {
    /// Returns the triplets of A from those of the tall one of A and A^T.
    pub(crate) fn oriented(self, tall: bool) -> Self {
        match tall {
            true => self,
            false => Self {
                u: self.v,
                v: self.u,
                ..self
            },
        }
    }
}

/// The matrix whose triplets are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Centering {
    /// A.
    None,
    /// A - 1 m^T, where m holds the means of the columns of A.
    Columns,
}

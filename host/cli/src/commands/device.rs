//! The code of a device, on the host: what firmware computes, to the same bits.

use lowrank::core::model::{
    CompletionView, Method, ModelError, NmfView, PcaView, Row, SparseRow, SvdView, Words,
};
use lowrank_files::matrix_file::Entries;

/// The sweeps of a fold-in, at most: they end where the weights have settled.
const SWEEPS: u32 = 1000;

/// A model as a device has it.
pub enum Device<'a> {
    Nmf(NmfView<'a>),
    Svd(SvdView<'a>),
    Pca(PcaView<'a>),
    Completion(CompletionView<'a>),
}

impl<'a> Device<'a> {
    pub fn parse(bytes: &'a [u8], method: Method) -> Result<Self, ModelError> {
        Ok(match method {
            Method::Nmf => Device::Nmf(NmfView::parse(bytes)?),
            Method::Svd => Device::Svd(SvdView::parse(bytes)?),
            Method::Pca => Device::Pca(PcaView::parse(bytes)?),
            Method::Completion => Device::Completion(CompletionView::parse(bytes)?),
        })
    }

    /// Reads a model of any method.
    pub fn of_any_method(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let mut found = Err(ModelError::Method);
        for method in [Method::Nmf, Method::Svd, Method::Pca, Method::Completion] {
            found = Self::parse(bytes, method);
            if !matches!(found, Err(ModelError::Method)) {
                break;
            }
        }
        found
    }

    /// Returns the name of the method.
    pub fn method(&self) -> &'static str {
        match self {
            Device::Nmf(_) => "nmf",
            Device::Svd(_) => "svd",
            Device::Pca(_) => "pca",
            Device::Completion(_) => "completion",
        }
    }

    /// Returns n and k.
    pub fn shape(&self) -> (usize, usize) {
        match self {
            Device::Nmf(model) => model.shape(),
            Device::Svd(model) => model.shape(),
            Device::Pca(model) => model.shape(),
            Device::Completion(model) => model.shape(),
        }
    }

    pub fn words(&self) -> Result<Words<'a>, ModelError> {
        match self {
            Device::Nmf(model) => model.words(),
            Device::Svd(model) => model.words(),
            Device::Pca(_) | Device::Completion(_) => Err(ModelError::NoWords),
        }
    }

    /// w <- the weights of a row; returns its residual, or its bias in a completion.
    pub fn weights(&self, row: &(impl Row + ?Sized), w: &mut [f32]) -> Result<f32, ModelError> {
        match self {
            Device::Nmf(model) => model.fold_in_with(row, SWEEPS, w, &mut vec![0.0; w.len()]),
            Device::Svd(model) => model.project(row, w),
            Device::Pca(model) => {
                let (n, _) = model.shape();
                let mut dense = vec![0.0; n];
                for (index, x) in row.entries() {
                    let place = dense.get_mut(index);
                    *place.ok_or(ModelError::Index { index, columns: n })? += x;
                }
                model.project(&dense, w)
            }
            Device::Completion(model) => {
                let mut scratch = vec![0.0; CompletionView::scratch_len(w.len())];
                model.fold_in(row, w, &mut scratch)
            }
        }
    }

    /// w <- the weights of row `i` of a matrix, in f32; returns its residual, or its bias in a completion.
    pub fn weights_of(&self, a: &Entries, i: usize, w: &mut [f32]) -> Result<f32, ModelError> {
        match a {
            Entries::Dense(a) => {
                let row: Vec<f32> = (0..a.ncols()).map(|j| a.at(i, j) as f32).collect();
                self.weights(row.as_slice(), w)
            }
            Entries::Sparse(a) | Entries::Observed(a) => {
                let (indices, values) = a.row(i);
                let values: Vec<f32> = values.iter().map(|x| *x as f32).collect();
                self.weights(&SparseRow::new(indices, &values)?, w)
            }
        }
    }
}

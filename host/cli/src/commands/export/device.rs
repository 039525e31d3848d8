//! The code of a device, on the host.

use lowrank::core::model::{Method, ModelError, NmfView, PcaView, Row, SparseRow, SvdView, Words};

/// The sweeps of a fold-in, at most: they end where the weights have settled.
const SWEEPS: u32 = 1000;

/// A model as a device has it.
pub enum Device<'a> {
    Nmf(NmfView<'a>),
    Svd(SvdView<'a>),
    Pca(PcaView<'a>),
}

impl<'a> Device<'a> {
    pub fn parse(bytes: &'a [u8], method: Method) -> Result<Self, ModelError> {
        Ok(match method {
            Method::Nmf => Device::Nmf(NmfView::parse(bytes)?),
            Method::Svd => Device::Svd(SvdView::parse(bytes)?),
            Method::Pca => Device::Pca(PcaView::parse(bytes)?),
            Method::Completion => return Err(ModelError::Method),
        })
    }

    pub fn words(&self) -> Result<Words<'a>, ModelError> {
        match self {
            Device::Nmf(model) => model.words(),
            Device::Svd(model) => model.words(),
            Device::Pca(_) => Err(ModelError::NoWords),
        }
    }

    /// w <- the weights of a row; returns its residual.
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
        }
    }

    /// w <- the weights of a row that is sparse on the host.
    pub fn weights_of_sparse(
        &self,
        indices: &[u32],
        values: &[f64],
        w: &mut [f32],
    ) -> Result<f32, ModelError> {
        let values: Vec<f32> = values.iter().map(|x| *x as f32).collect();
        self.weights(&SparseRow::new(indices, &values)?, w)
    }
}

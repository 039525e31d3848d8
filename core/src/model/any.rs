use super::blob::Blob;
use super::{Method, ModelError, Thresholds};

/// What a model of any method says of itself, in its bytes.
///
/// ```
/// use lowrank_core::model::{AnyModel, Method, ModelError};
/// let sample: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/model/sample.lrm"));
/// let model = AnyModel::parse(sample)?;
/// assert_eq!(model.method, Method::Nmf);
/// assert_eq!(model.shape, (3, 2));
/// # Ok::<(), ModelError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AnyModel<'a> {
    /// The method, which says what reads the model.
    pub method: Method,
    /// n and k.
    pub shape: (usize, usize),
    /// The residuals of rows that are known; of no use for a completion.
    pub thresholds: Thresholds<'a>,
}

impl<'a> AnyModel<'a> {
    /// Checks a model in place, as the `parse` of the view of its method does.
    ///
    /// # Errors
    /// [`ModelError::NotAModel`], [`ModelError::Endianness`], [`ModelError::Version`], [`ModelError::Cut`],
    /// [`ModelError::Checksum`], [`ModelError::Layout`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ModelError> {
        Ok(Self::of(&Blob::parse(bytes)?))
    }

    /// Reads a model without its checksum, where the whole image was checked before.
    ///
    /// # Errors
    /// As for [`parse`](Self::parse), but for the checksum.
    pub fn parse_without_checksum(bytes: &'a [u8]) -> Result<Self, ModelError> {
        Ok(Self::of(&Blob::parse_without_checksum(bytes)?))
    }

    fn of(blob: &Blob<'a>) -> Self {
        Self {
            method: blob.method,
            shape: blob.shape(),
            thresholds: blob.thresholds,
        }
    }
}

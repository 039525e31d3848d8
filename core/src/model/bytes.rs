//! The bytes of a model or a sketch: a magic number, a version, a length, a checksum, and numbers, all little-endian.

use super::ModelError;
use super::checksum::crc32;

/// The version of the formats.
pub const VERSION: u32 = 1;

/// The bytes before those that the checksum covers.
pub(crate) const PREFIX_LEN: usize = 16;

/// The bytes that were not read yet.
#[derive(Clone, Copy)]
pub(crate) struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    /// Checks the first numbers and the checksum; returns the bytes after it.
    ///
    /// # Errors
    /// [`ModelError::NotAModel`], [`ModelError::Endianness`], [`ModelError::Version`], [`ModelError::Cut`],
    /// [`ModelError::Layout`], [`ModelError::Checksum`].
    pub(crate) fn checked(
        bytes: &'a [u8],
        magic: [u8; 4],
        header_len: usize,
    ) -> Result<Self, ModelError> {
        let (checksum, rest) = Self::split(bytes, magic, header_len)?;
        match crc32(rest.0) == checksum {
            true => Ok(rest),
            false => Err(ModelError::Checksum),
        }
    }

    /// Returns the bytes after the checksum, which is not computed.
    ///
    /// # Errors
    /// As for [`checked`](Self::checked), but for the checksum.
    pub(crate) fn unchecked(
        bytes: &'a [u8],
        magic: [u8; 4],
        header_len: usize,
    ) -> Result<Self, ModelError> {
        Ok(Self::split(bytes, magic, header_len)?.1)
    }

    /// Returns the checksum, and the bytes after it.
    fn split(
        bytes: &'a [u8],
        magic: [u8; 4],
        header_len: usize,
    ) -> Result<(u32, Self), ModelError> {
        let cut = |needed| ModelError::Cut {
            needed,
            found: bytes.len(),
        };
        let mut rest = Rest(bytes);
        let start = rest.word().map_err(|_| cut(header_len))?;
        let mut turned = magic;
        turned.reverse();
        if start != magic {
            return Err(match start == turned {
                true => ModelError::Endianness,
                false => ModelError::NotAModel,
            });
        }
        let version = rest.word().map_err(|_| cut(header_len))?;
        if version == VERSION.to_be_bytes() {
            return Err(ModelError::Endianness);
        }
        let found = u32::from_le_bytes(version);
        if found != VERSION {
            return Err(ModelError::Version { found });
        }
        if bytes.len() < header_len {
            return Err(cut(header_len));
        }
        let length = rest.size()?;
        if length < header_len {
            return Err(ModelError::Layout);
        }
        let whole = bytes.get(..length).ok_or_else(|| cut(length))?;
        let mut rest = Rest(
            whole
                .get(PREFIX_LEN.saturating_sub(4)..)
                .unwrap_or_default(),
        );
        Ok((rest.u32()?, rest))
    }

    /// # Errors
    /// [`ModelError::Layout`]: the length does not suffice for the sizes.
    fn take(&mut self, length: usize) -> Result<&'a [u8], ModelError> {
        let split = self.0.split_at_checked(length);
        let (taken, rest) = split.ok_or(ModelError::Layout)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn word(&mut self) -> Result<[u8; 4], ModelError> {
        let bytes = self.take(4)?.first_chunk();
        bytes.copied().ok_or(ModelError::Layout)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, ModelError> {
        self.word().map(u32::from_le_bytes)
    }

    pub(crate) fn f32(&mut self) -> Result<f32, ModelError> {
        self.word().map(f32::from_le_bytes)
    }

    pub(crate) fn size(&mut self) -> Result<usize, ModelError> {
        usize::try_from(self.u32()?).map_err(|_| ModelError::Layout)
    }

    /// Takes `count` numbers of 32 bits.
    pub(crate) fn words(&mut self, count: usize) -> Result<&'a [[u8; 4]], ModelError> {
        self.items(4, count).map(|bytes| bytes.as_chunks().0)
    }

    /// Takes `count` items of `width` bytes.
    pub(crate) fn items(&mut self, width: usize, count: usize) -> Result<&'a [u8], ModelError> {
        let length = count.checked_mul(width);
        self.take(length.ok_or(ModelError::Layout)?)
    }

    /// Checks that nothing is left.
    pub(crate) fn end(self) -> Result<(), ModelError> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(ModelError::Layout),
        }
    }
}

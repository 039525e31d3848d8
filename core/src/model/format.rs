//! The numbers that the bytes of a model begin with.

/// The first bytes of a model.
pub const MAGIC: [u8; 4] = *b"LRNK";

/// The length of the header.
pub const HEADER_LEN: usize = 56;

/// Bits of the header that say which sections exist.
pub mod sections {
    /// Quantiles of residuals.
    pub const THRESHOLDS: u16 = 1;
    /// Reciprocals of the deviations of the columns.
    pub const DEVIATIONS: u16 = 2;
    /// Biases of the items.
    pub const BIASES: u16 = 4;
    /// Keys of the terms.
    pub const KEYS: u16 = 8;
    /// Idf of the terms; rows have unit length.
    pub const IDF: u16 = 16;
    /// The first penalty of a completion is multiplied by the number of known ratings.
    pub const L2_BY_COUNT: u16 = 32;
    pub(in crate::model) const ALL: u16 = 63;
}

/// The method of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A non-negative factorization.
    Nmf,
    /// A singular value decomposition.
    Svd,
    /// Principal components.
    Pca,
    /// A completion: the factors of its items.
    Completion,
}

impl Method {
    /// Returns the number of the method in a model.
    pub const fn code(self) -> u8 {
        match self {
            Method::Nmf => 1,
            Method::Svd => 2,
            Method::Pca => 3,
            Method::Completion => 4,
        }
    }

    pub(super) fn of_code(code: u8) -> Option<Self> {
        let all = [Method::Nmf, Method::Svd, Method::Pca, Method::Completion];
        all.into_iter().find(|method| method.code() == code)
    }
}

/// The encoding of the components and of the idf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// f32.
    Single,
    /// q s in 16 bits.
    SixteenBits,
    /// q^2 s in 8 bits: the root keeps small numbers apart, of which a topic has many.
    Root,
}

impl Encoding {
    /// Returns the number of the encoding in a model.
    pub const fn code(self) -> u8 {
        match self {
            Encoding::Single => 0,
            Encoding::SixteenBits => 1,
            Encoding::Root => 2,
        }
    }

    /// Returns the bytes of a number.
    pub const fn width(self) -> usize {
        match self {
            Encoding::Single => 4,
            Encoding::SixteenBits => 2,
            Encoding::Root => 1,
        }
    }

    pub(super) fn of_code(code: u8) -> Option<Self> {
        let all = [Encoding::Single, Encoding::SixteenBits, Encoding::Root];
        all.into_iter().find(|encoding| encoding.code() == code)
    }
}

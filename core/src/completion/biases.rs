//! Biases of rows and columns.

/// The biases of a [`Completion`](super::Completion).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Biases {
    /// None, nor a mean: the model is W H^T.
    #[default]
    None,
    /// mu and b_i, a bias of each row.
    Rows,
    /// mu and c_j, a bias of each column.
    Columns,
    /// mu, b_i and c_j.
    Both,
}

impl Biases {
    /// Returns true if rows have a bias.
    pub const fn of_rows(self) -> bool {
        matches!(self, Self::Rows | Self::Both)
    }

    /// Returns true if columns have a bias.
    pub const fn of_columns(self) -> bool {
        matches!(self, Self::Columns | Self::Both)
    }

    /// Returns true if either have one, and the model has a mean.
    pub const fn any(self) -> bool {
        !matches!(self, Self::None)
    }

    /// Returns the biases of A^T.
    pub(super) const fn transposed(self) -> Self {
        match self {
            Self::Rows => Self::Columns,
            Self::Columns => Self::Rows,
            Self::None | Self::Both => self,
        }
    }
}

impl From<bool> for Biases {
    /// Returns all biases, or none.
    fn from(both: bool) -> Self {
        if both { Self::Both } else { Self::None }
    }
}

//! The matrix traits: matrices are known by their products with panels.

use crate::divergence::{BetaDivergence, MultiplicativeStep};
use crate::panel::{LeastSquaresStep, Panel};
use crate::{Error, Real};

pub use crate::entry_stats::EntryStats;

/// An m x n matrix A, known by its products with panels and by statistics of its entries.
pub trait LinearOperator<P: Panel> {
    /// Returns the number of rows, m.
    fn nrows(&self) -> usize;

    /// Returns the number of columns, n.
    fn ncols(&self) -> usize;

    /// Y <- A X, where X is n x l and Y m x l.
    fn apply(&self, x: &P, y: &mut P) -> Result<(), Error>;

    /// X <- A^T Y, where Y is m x l and X n x l.
    fn apply_transpose(&self, y: &P, x: &mut P) -> Result<(), Error>;

    /// Y <- A A^T X, where X and Y are m x l; `across`, n x l, may be overwritten.
    ///
    /// The default does two products; an operator that needs only one pass over A overrides it.
    fn apply_row_gram(&self, x: &P, across: &mut P, y: &mut P) -> Result<(), Error> {
        self.apply_transpose(x, across)?;
        self.apply(across, y)
    }

    /// X <- A^T A Y, where X and Y are n x l; `across`, m x l, may be overwritten.
    fn apply_column_gram(&self, y: &P, across: &mut P, x: &mut P) -> Result<(), Error> {
        self.apply(y, across)?;
        self.apply_transpose(across, x)
    }

    /// X <- A A^T X, where X is m x l; `across`, n x l, may be overwritten.
    ///
    /// The default does two products; an operator that needs only one pass over A overrides it.
    fn replace_by_row_gram(&self, x: &mut P, across: &mut P) -> Result<(), Error> {
        self.apply_transpose(x, across)?;
        self.apply(across, x)
    }

    /// Y <- A^T A Y, where Y is n x l; `across`, m x l, may be overwritten.
    fn replace_by_column_gram(&self, y: &mut P, across: &mut P) -> Result<(), Error> {
        self.apply(y, across)?;
        self.apply_transpose(across, y)
    }

    /// N <- A^T W, H <- H after a step from N, `gram` <- H^T H, all in one pass over A^T: the step of H in A ~ W H^T
    /// while W is held.
    ///
    /// Returns false if nothing was done. The default does nothing; the caller then does one after the other.
    ///
    /// - `step`: with W^T W.
    /// - `h` and N, `numerator`: n x k; N may be overwritten with anything.
    fn least_squares_step(
        &self,
        _step: &LeastSquaresStep<'_, P>,
        _w: &P,
        [_h, _numerator]: [&mut P; 2],
        _gram: &mut P::Small,
    ) -> Result<bool, Error> {
        Ok(false)
    }

    /// Computes norm, sum and signs of the entries.
    ///
    /// # Errors
    /// [`Error::NonFinite`] with the place of the first entry that is NaN or infinite.
    fn entry_stats(&self) -> Result<EntryStats<P::Scalar>, Error>;
}

/// A matrix whose entries can be compared one by one with those of a product.
pub trait EntrywiseOperator<P: Panel>: LinearOperator<P> {
    /// ||2^e A - W H^T||_F, entry by entry: exact where the shorter formula cancels, at m n k
    /// multiplications. W is m x k, H is n x k.
    fn distance(&self, exponent: i32, w: &P, h: &P) -> Result<P::Scalar, Error>;
}

/// A matrix with the operations of multiplicative updates for a beta-divergence.
///
/// With V = W H^T, sums run over the known entries: all of them, except for
/// [`Observed`] matrices.
pub trait DivergenceOperator<P: Panel>: EntrywiseOperator<P> {
    /// Returns row and column of the first zero entry, stored or not.
    fn first_zero(&self) -> Option<(usize, usize)>;

    /// Computes [N | D] of a factor and, for W, the divergence sum_ij d(a_ij | v_ij).
    ///
    /// For W, [`Side::Rows`], N_ip = sum_j a_ij v_ij^(beta-2) h_jp and D_ip = sum_j v_ij^(beta-1) h_jp;
    /// `terms` is m x 2k and overwritten. For H, [`Side::Columns`], N_jp = sum_i a_ij v_ij^(beta-2) w_ip
    /// and D_jp = sum_i v_ij^(beta-1) w_ip; it is n x 2k, and the divergence need not be computed.
    fn divergence_terms(
        &self,
        model: DivergenceModel<'_, P>,
        side: Side,
        terms: &mut P,
    ) -> Result<P::Scalar, Error>;

    /// H <- H after a step from its [N | D], as [`divergence_terms`](Self::divergence_terms) defines them for the
    /// model W H^T of 2^e A, in one pass over A^T.
    ///
    /// Returns false if nothing was done. The default does nothing; the caller then does one after the other.
    ///
    /// - `exponent`: e.
    /// - `h`: n x k; `terms`: n x 2k, may be overwritten with anything.
    fn divergence_step(
        &self,
        _step: MultiplicativeStep<'_, P::Scalar>,
        _exponent: i32,
        _w: &P,
        [_h, _terms]: [&mut P; 2],
    ) -> Result<bool, Error> {
        Ok(false)
    }
}

/// The model V = W H^T of 2^e A, and the divergence between them.
#[derive(Debug)]
pub struct DivergenceModel<'m, P: Panel> {
    /// The divergence of 2^e A from V.
    pub divergence: &'m BetaDivergence<P::Scalar>,
    /// e.
    pub exponent: i32,
    /// m x k.
    pub w: &'m P,
    /// n x k.
    pub h: &'m P,
}

impl<'m, P: Panel> DivergenceModel<'m, P> {
    /// Returns the factor on a side, and the other one.
    pub fn factors(&self, side: Side) -> [&'m P; 2] {
        match side {
            Side::Rows => [self.w, self.h],
            Side::Columns => [self.h, self.w],
        }
    }
}

/// A side of a product W H^T.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The side of W: a row for each row of A.
    Rows,
    /// The side of H: a row for each column of A.
    Columns,
}

impl<P: Panel, A: LinearOperator<P> + ?Sized> LinearOperator<P> for &A {
    fn nrows(&self) -> usize {
        (**self).nrows()
    }

    fn ncols(&self) -> usize {
        (**self).ncols()
    }

    fn apply(&self, x: &P, y: &mut P) -> Result<(), Error> {
        (**self).apply(x, y)
    }

    fn apply_transpose(&self, y: &P, x: &mut P) -> Result<(), Error> {
        (**self).apply_transpose(y, x)
    }

    fn apply_row_gram(&self, x: &P, across: &mut P, y: &mut P) -> Result<(), Error> {
        (**self).apply_row_gram(x, across, y)
    }

    fn apply_column_gram(&self, y: &P, across: &mut P, x: &mut P) -> Result<(), Error> {
        (**self).apply_column_gram(y, across, x)
    }

    fn replace_by_row_gram(&self, x: &mut P, across: &mut P) -> Result<(), Error> {
        (**self).replace_by_row_gram(x, across)
    }

    fn replace_by_column_gram(&self, y: &mut P, across: &mut P) -> Result<(), Error> {
        (**self).replace_by_column_gram(y, across)
    }

    fn least_squares_step(
        &self,
        step: &LeastSquaresStep<'_, P>,
        w: &P,
        panels: [&mut P; 2],
        gram: &mut P::Small,
    ) -> Result<bool, Error> {
        (**self).least_squares_step(step, w, panels, gram)
    }

    fn entry_stats(&self) -> Result<EntryStats<P::Scalar>, Error> {
        (**self).entry_stats()
    }
}

impl<P: Panel, A: EntrywiseOperator<P> + ?Sized> EntrywiseOperator<P> for &A {
    fn distance(&self, exponent: i32, w: &P, h: &P) -> Result<P::Scalar, Error> {
        (**self).distance(exponent, w, h)
    }
}

impl<P: Panel, A: DivergenceOperator<P> + ?Sized> DivergenceOperator<P> for &A {
    fn first_zero(&self) -> Option<(usize, usize)> {
        (**self).first_zero()
    }

    fn divergence_terms(
        &self,
        model: DivergenceModel<'_, P>,
        side: Side,
        terms: &mut P,
    ) -> Result<P::Scalar, Error> {
        (**self).divergence_terms(model, side, terms)
    }

    fn divergence_step(
        &self,
        step: MultiplicativeStep<'_, P::Scalar>,
        exponent: i32,
        w: &P,
        panels: [&mut P; 2],
    ) -> Result<bool, Error> {
        (**self).divergence_step(step, exponent, w, panels)
    }
}

/// A^T, for another operator A.
#[derive(Clone, Copy, Debug)]
pub struct Transposed<A>(pub A);

impl<P: Panel, A: LinearOperator<P>> LinearOperator<P> for Transposed<A> {
    fn nrows(&self) -> usize {
        self.0.ncols()
    }

    fn ncols(&self) -> usize {
        self.0.nrows()
    }

    fn apply(&self, x: &P, y: &mut P) -> Result<(), Error> {
        self.0.apply_transpose(x, y)
    }

    fn apply_transpose(&self, y: &P, x: &mut P) -> Result<(), Error> {
        self.0.apply(y, x)
    }

    fn apply_row_gram(&self, x: &P, across: &mut P, y: &mut P) -> Result<(), Error> {
        self.0.apply_column_gram(x, across, y)
    }

    fn apply_column_gram(&self, y: &P, across: &mut P, x: &mut P) -> Result<(), Error> {
        self.0.apply_row_gram(y, across, x)
    }

    fn replace_by_row_gram(&self, x: &mut P, across: &mut P) -> Result<(), Error> {
        self.0.replace_by_column_gram(x, across)
    }

    fn replace_by_column_gram(&self, y: &mut P, across: &mut P) -> Result<(), Error> {
        self.0.replace_by_row_gram(y, across)
    }

    fn entry_stats(&self) -> Result<EntryStats<P::Scalar>, Error> {
        let turn = |(row, column)| (column, row);
        match self.0.entry_stats() {
            Ok(entry_stats) => Ok(EntryStats {
                negative: entry_stats.negative.map(turn),
                ..entry_stats
            }),
            Err(Error::NonFinite { row, column }) => Err(Error::NonFinite {
                row: column,
                column: row,
            }),
            Err(other) => Err(other),
        }
    }
}

impl<P: Panel, A: EntrywiseOperator<P>> EntrywiseOperator<P> for Transposed<A> {
    fn distance(&self, exponent: i32, w: &P, h: &P) -> Result<P::Scalar, Error> {
        self.0.distance(exponent, h, w)
    }
}

/// A matrix of which only the stored entries are known, including stored zeros. The others are missing
/// and excluded from all sums.
///
/// A [`BetaNmf`](crate::nmf::BetaNmf) approximates the known entries and completes the others. Algorithms that need all
/// entries return [`Error::Incomplete`]. In plain products missing entries are zeros.
///
/// ```
/// use lowrank_core::CsrRef;
/// use lowrank_core::operator::Observed;
/// // Ratings of three things by two people, who rated two each.
/// let ratings = CsrRef::new(&[0, 2, 4], &[0, 1, 1, 2], &[5.0, 0.0, 1.0, 4.0], 3)?;
/// let a = Observed(ratings);
/// # let _ = a;
/// # Ok::<(), lowrank_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Observed<A>(pub A);

/// An m x n matrix with known entries, which are visited row by row.
///
/// All entries of a [`MatRef`](crate::MatRef) are known, and the stored ones of an [`Observed`] matrix.
pub trait KnownEntries {
    /// The type of an entry.
    type Scalar: Real;

    /// Returns the number of rows, m.
    fn nrows(&self) -> usize;

    /// Returns the number of columns, n.
    fn ncols(&self) -> usize;

    /// Returns the number of known entries.
    fn known(&self) -> usize;

    /// Returns row, column and value of the known entry number `index`, counted from zero, row by row;
    /// `None` if there are fewer.
    fn entry(&self, index: usize) -> Option<(usize, usize, Self::Scalar)>;

    /// Returns columns and values of the known entries of row `i`; empty if there is no such row.
    fn row(&self, i: usize) -> impl Iterator<Item = (usize, Self::Scalar)> + Clone;
}

impl<A: KnownEntries + ?Sized> KnownEntries for &A {
    type Scalar = A::Scalar;

    fn nrows(&self) -> usize {
        (**self).nrows()
    }

    fn ncols(&self) -> usize {
        (**self).ncols()
    }

    fn known(&self) -> usize {
        (**self).known()
    }

    fn entry(&self, index: usize) -> Option<(usize, usize, A::Scalar)> {
        (**self).entry(index)
    }

    fn row(&self, i: usize) -> impl Iterator<Item = (usize, A::Scalar)> + Clone {
        (**self).row(i)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dense::{MatMut, MatRef};
    use crate::nmf::{BetaNmf, FixedNmf, Nmf};
    use crate::svd::{FixedSvd, TruncatedSvd};
    use crate::workspace::FixedWorkspace;
    use core::ops::ControlFlow;

    const A: [[f64; 3]; 2] = [[1.0, 2.0, 3.0], [4.0, 1.0, 0.5]];

    /// Checks that operators behind references give the same bits, by the same instance of an algorithm.
    #[test]
    fn operators_behind_references_give_the_same_bits() {
        let a = MatRef::from(&A);
        let (mut one, mut other) = (FixedSvd::<_, 3, 2, 1>::new(), FixedSvd::<_, 3, 2, 1>::new());
        let mut workspace = FixedWorkspace::<_, 3, 2, 2>::new();
        let svd = TruncatedSvd::default();
        svd.run(&a, &mut workspace.lend(), &mut one.lend()).unwrap();
        let mut workspace = FixedWorkspace::<_, 3, 2, 2>::new();
        let behind: &dyn LinearOperator<MatMut<'_, f64>> = &a;
        svd.run(&behind, &mut workspace.lend(), &mut other.lend())
            .unwrap();
        assert_eq!(one.singular_values, other.singular_values);
        assert_eq!(one.u, other.u);
    }

    #[test]
    fn losses_take_operators_behind_references() {
        let a = MatRef::from(&A);
        let go_on = |_| ControlFlow::Continue(());
        let mut factors = FixedNmf::<_, 3, 2, 1>::new();
        let mut workspace = FixedWorkspace::<_, 3, 2, 2>::new();
        let entries: &dyn EntrywiseOperator<MatMut<'_, f64>> = &a;
        let report = Nmf::default()
            .run(&entries, &mut workspace.lend(), &mut factors.lend(), go_on)
            .unwrap();
        assert!(report.loss.is_finite());
        let mut factors = FixedNmf::<_, 3, 2, 1>::new();
        let mut workspace = FixedWorkspace::<_, 3, 2, 2>::new();
        let terms: &dyn DivergenceOperator<MatMut<'_, f64>> = &a;
        let report = BetaNmf::default()
            .run(&terms, &mut workspace.lend(), &mut factors.lend(), go_on)
            .unwrap();
        assert!(report.loss.is_finite());
    }
}

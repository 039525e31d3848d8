//! The centered matrix of a principal component analysis, which is never formed.

use crate::operator::{EntryStats, EntrywiseOperator};
use crate::panel::Panel;
use crate::scaling::{PowerOfTwoScaled, rescale};
use crate::{Error, LinearOperator, Real};
use core::cell::RefCell;

/// A - 1 m^T, where m holds the means of the columns of A. A principal component analysis of A is the truncated
/// SVD of this matrix. Products cost those of A plus (rows + columns) l; a sparse A stays sparse.
///
/// With A - 1 m^T ~ U diag(s) V^T the columns of V are the principal axes, U diag(s) the scores of
/// the rows, and s_i^2 / (rows - 1) the variances.
#[derive(Debug)]
pub struct Centered<'a, A, P: Panel> {
    a: &'a A,
    ones: &'a P,
    means: &'a P,
    /// One row of a product, of l numbers.
    row: RefCell<P::Small>,
    entry_stats: EntryStats<P::Scalar>,
}

impl<'a, P: Panel, A: EntrywiseOperator<P>> Centered<'a, A, P> {
    /// Creates the centered matrix.
    ///
    /// - `ones`: m x 1, overwritten with ones; `means`: n x 1, overwritten with the means.
    /// - `row`: with capacity for 1 x l numbers, where l is the width of the panels to be multiplied.
    ///
    /// # Errors
    /// - [`Error::Empty`]; [`Error::NonFinite`] with its place; [`Error::Incomplete`].
    /// - [`Error::Shape`] for panels that do not fit.
    ///
    /// ```
    /// use lowrank_core::{FixedSvd, FixedWorkspace, MatMut, MatRef, TruncatedSvd};
    /// use lowrank_core::pca::Centered;
    /// let a = [[1.0, 2.0, 3.0], [11.0, 12.0, 13.0]]; // two columns, alike but for their means
    /// let (mut ones, mut means, mut row) = ([[0.0; 3]; 1], [[0.0; 2]; 1], [[0.0; 2]; 2]);
    /// let (mut ones, mut means) = (MatMut::from(&mut ones), MatMut::from(&mut means));
    /// let a = MatRef::from(&a);
    /// let centered = Centered::new(&a, &mut ones, &mut means, MatMut::from(&mut row))?;
    /// let mut workspace = FixedWorkspace::<f64, 3, 2, 2>::new();
    /// let mut factors = FixedSvd::<f64, 3, 2, 1>::new();
    /// let svd = TruncatedSvd { rank: 1, ..Default::default() };
    /// svd.run(&centered, &mut workspace.lend(), &mut factors.lend())?;
    /// assert!((factors.singular_values[0] - 2.0).abs() < 1e-12);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn new(a: &'a A, ones: &'a mut P, means: &'a mut P, row: P::Small) -> Result<Self, Error> {
        let (m, n) = (a.nrows(), a.ncols());
        if m == 0 || n == 0 {
            return Err(Error::Empty);
        }
        crate::dense::check_shape((ones.nrows(), ones.ncols()), (m, 1))?;
        crate::dense::check_shape((means.nrows(), means.ncols()), (n, 1))?;
        let whole = a.entry_stats()?;
        whole.check_complete()?;
        let entry_stats = center(a, whole, ones, means)?;
        Ok(Self {
            a,
            ones,
            means,
            row: RefCell::new(row),
            entry_stats,
        })
    }

    /// Y <- Y - `tall` (`factor`^T X), where X has as many rows as `factor`.
    fn subtract(&self, tall: &P, factor: &P, x: &P, y: &mut P) -> Result<(), Error> {
        // Borrowed by nothing else while a product is computed.
        let mut row = self
            .row
            .try_borrow_mut()
            .map_err(|_| Error::Setting { name: "row" })?;
        factor.cross_gram(x, &mut row)?;
        y.subtract_product(tall, &row)
    }
}

/// Computes the ones and the means, and the norms of the centered matrix.
fn center<P: Panel, A: EntrywiseOperator<P>>(
    a: &A,
    whole: EntryStats<P::Scalar>,
    ones: &mut P,
    means: &mut P,
) -> Result<EntryStats<P::Scalar>, Error> {
    let rows = P::Scalar::from_usize(a.nrows());
    let balanced = PowerOfTwoScaled::normalized(a, &whole);
    ones.fill(P::Scalar::ONE)?;
    balanced.apply_transpose(ones, means)?;
    means.scale(P::Scalar::ONE / rows)?;
    // ||A||^2 - m ||means||^2, unless most of it cancels.
    let e = balanced.exponent();
    let size = whole
        .norm
        .scale_by_power_of_two(whole.exponent.saturating_sub(e));
    let left = size * size - rows * means.inner_product(means)?;
    let norm = if left > P::Scalar::HALF * (size * size) {
        left.sqrt()
    } else {
        a.distance(e.saturating_neg(), ones, means)?
    };
    rescale(means, e)?;
    Ok(EntryStats {
        exponent: whole.exponent,
        norm: norm.scale_by_power_of_two(e.saturating_sub(whole.exponent)),
        sum: P::Scalar::ZERO,
        negative: None,
        entries: whole.entries,
        complete: true,
    })
}

impl<P: Panel, A: EntrywiseOperator<P>> LinearOperator<P> for Centered<'_, A, P> {
    fn nrows(&self) -> usize {
        self.a.nrows()
    }

    fn ncols(&self) -> usize {
        self.a.ncols()
    }

    fn apply(&self, x: &P, y: &mut P) -> Result<(), Error> {
        self.a.apply(x, y)?;
        self.subtract(self.ones, self.means, x, y)
    }

    fn apply_transpose(&self, y: &P, x: &mut P) -> Result<(), Error> {
        self.a.apply_transpose(y, x)?;
        self.subtract(self.means, self.ones, y, x)
    }

    fn entry_stats(&self) -> Result<EntryStats<P::Scalar>, Error> {
        Ok(self.entry_stats)
    }
}

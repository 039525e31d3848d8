//! An orthonormal basis of the range of a matrix, from products with a random sketch.

use crate::arguments::check_panels;
use crate::panel::Panel;
use crate::random::{Distribution, RandomEntries};
use crate::scaling::PowerOfTwoScaled;
use crate::{Error, LinearOperator, Real};

/// The normalization that keeps the basis well-conditioned between two products.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Normalizer {
    /// LU with partial pivoting.
    #[default]
    Lu,
    /// Householder QR.
    Qr,
    /// Only a scaling by a power of two: fast, but limited to one or two rounds, after which all
    /// columns approach the first singular vector.
    None,
}

/// The panels of a power iteration that are normalized.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sides {
    /// Both, after every product: singular values down to eps s_1 survive.
    #[default]
    Both,
    /// The shorter one, after every other product: the long panel is only written and read.
    /// Singular values down to sqrt(eps) s_1 survive; [`TruncatedSvd`](crate::svd::TruncatedSvd)
    /// detects smaller ones and starts again with both.
    Shorter,
}

/// The randomized range finder with power iterations (Halko, Martinsson & Tropp 2011, alg. 4.4).
///
/// Q, m x l with orthonormal columns, such that ||A - Q Q^T A|| exceeds the minimum for l columns by a
/// factor that tends to one as the number of power iterations grows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RangeFinder {
    /// The distribution of the sketch.
    pub distribution: Distribution,
    /// Rounds of A^T and A after the first product.
    pub power_iterations: usize,
    /// The normalization between two products.
    pub normalizer: Normalizer,
    /// The panels that are normalized.
    pub sides: Sides,
    /// Equal seeds give equal results.
    pub seed: u64,
}

impl Default for RangeFinder {
    /// Returns a uniform sketch, 8 rounds, LU on both sides, seed 0.
    fn default() -> Self {
        Self {
            distribution: Distribution::Uniform,
            power_iterations: 8,
            normalizer: Normalizer::Lu,
            sides: Sides::Both,
            seed: 0,
        }
    }
}

impl RangeFinder {
    /// Computes Q of A ~ Q Q^T A.
    ///
    /// - `q`: m x l; overwritten, with min(l, m, n) columns afterwards.
    /// - `sketch`: n x l; overwritten.
    /// - `small`: l x l; overwritten.
    ///
    /// Returns the numerical rank of A within Q: l, or less if A has a smaller one. Costs
    /// 2 q + 1 products with A or A^T for q power iterations.
    ///
    /// # Errors
    /// [`Error::NonFinite`] with its place; [`Error::Empty`]; [`Error::Rank`] for l = 0;
    /// [`Error::Shape`] if the panels do not fit A.
    ///
    /// ```
    /// use lowrank_core::{MatMut, MatRef};
    /// use lowrank_core::svd::RangeFinder;
    /// let a = [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]; // two columns, rank one
    /// let (mut q, mut sketch, mut small) = ([[0.0; 3]; 2], [[0.0; 2]; 2], [[0.0; 2]; 2]);
    /// let (mut q, mut sketch) = (MatMut::from(&mut q), MatMut::from(&mut sketch));
    /// let a = MatRef::from(&a);
    /// let rank = RangeFinder::default().run(&a, &mut q, &mut sketch, &mut (&mut small).into())?;
    /// assert_eq!(rank, 1);
    /// # Ok::<(), lowrank_core::Error>(())
    /// ```
    pub fn run<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &A,
        q: &mut P,
        sketch: &mut P,
        small: &mut P::Small,
    ) -> Result<usize, Error> {
        check_panels(a, q, sketch)?;
        let entry_stats = a.entry_stats()?;
        let balanced = PowerOfTwoScaled::new(a, &entry_stats);
        clip(a, q, sketch)?;
        self.find(&balanced, q, sketch, small)
    }

    pub(crate) fn find<P: Panel, A: LinearOperator<P>>(
        &self,
        a: &PowerOfTwoScaled<'_, A, P::Scalar>,
        q: &mut P,
        sketch: &mut P,
        small: &mut P::Small,
    ) -> Result<usize, Error> {
        let both = self.sides == Sides::Both;
        let wide = q.nrows() <= sketch.nrows();
        sketch.fill_random(&RandomEntries::new(self.distribution_of(sketch), self.seed))?;
        a.apply(sketch, q)?;
        for _ in 0..self.power_iterations {
            self.normalize(q, small, both || wide)?;
            a.apply_transpose(q, sketch)?;
            self.normalize(sketch, small, both || !wide)?;
            a.apply(sketch, q)?;
        }
        q.thin_qr(small)
    }

    /// Returns the distribution. A square sketch must have full rank, which half of the 2 x 2 sign matrices lack.
    fn distribution_of<P: Panel>(&self, sketch: &P) -> Distribution {
        if self.distribution == Distribution::Sign && sketch.ncols() >= sketch.nrows() {
            return Distribution::Uniform;
        }
        self.distribution
    }

    fn normalize<P: Panel>(
        &self,
        panel: &mut P,
        small: &mut P::Small,
        wanted: bool,
    ) -> Result<(), Error> {
        match self.normalizer {
            Normalizer::Lu if wanted => panel.normalize(),
            Normalizer::Qr if wanted => panel.thin_qr(small).map(drop),
            Normalizer::None => rescale(panel),
            _ => Ok(()),
        }
    }
}

/// X <- 2^-e X with ||X||_F about one.
fn rescale<P: Panel>(panel: &mut P) -> Result<(), Error> {
    let squares = panel.inner_product(panel)?;
    if squares > P::Scalar::ZERO {
        panel.scale(P::Scalar::power_of_two(-(squares.exponent() >> 1)))?;
    }
    Ok(())
}

/// Clips the widths of two panels to the smaller one and to min(m, n), and returns the result.
pub(crate) fn clip<P: Panel, A: LinearOperator<P>>(
    a: &A,
    left: &mut P,
    right: &mut P,
) -> Result<usize, Error> {
    let l = left.ncols().min(right.ncols());
    let l = l.min(a.nrows()).min(a.ncols());
    left.set_ncols(l)?;
    right.set_ncols(l)?;
    Ok(l)
}

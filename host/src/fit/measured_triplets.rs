//! Residuals and error of singular triplets from another algorithm, such as an exact decomposition.

use super::buffers::{Memory, Sizes};
use super::svd_model::{SvdModel, SvdSearch};
use crate::backend::{Operator, Task};
use crate::cpu::Triplets as ExactTriplets;
use crate::memory_space::MemorySpace;
use crate::{DenseMatrix, Error, Scalar};
use lowrank_core::approximation::Approximation;
use lowrank_core::panel::Panel;
use lowrank_core::{LinearOperator, MatRef, Real, Workspace};

/// ||A - U diag(s) V^T||_F; `u` becomes U diag(s).
pub(super) fn measure<'p, T: Scalar, S: MemorySpace<T>>(
    a: &Operator<'_, T, S>,
    workspace: &mut Workspace<'_, S::Panel<'p>>,
    s: &[T],
    u: &mut S::Panel<'p>,
    v: &mut S::Panel<'p>,
) -> Result<Approximation<T>, Error> {
    let k = s.len();
    let diagonal = DenseMatrix::from_fn(k, k, |i, j| if i == j { s[i] } else { T::ZERO });
    let diagonal = MatRef::new(diagonal.as_slice(), k, k)?;
    S::Panel::write_small(diagonal, &mut workspace.small)?;
    workspace.left.set_ncols(k)?;
    u.mul_small(&workspace.small, &mut workspace.left)?;
    std::mem::swap(u, &mut workspace.left);
    Ok(Approximation::measure(a, u, v, workspace)?)
}

/// Computes residuals and error of triplets from another algorithm.
pub(super) struct Measure<T> {
    pub u: DenseMatrix<T>,
    pub singular_values: Vec<T>,
    pub v: DenseMatrix<T>,
    /// The exponent of the largest entry of A.
    exponent: i32,
}

/// Counts the singular values above max(m, n) eps s_1.
pub(super) fn rank_of<T: Scalar>(s: &[T], (m, n): (usize, usize)) -> usize {
    let noise = T::from_usize(m.max(n)) * T::EPSILON * s[0];
    s.iter().filter(|s| **s > noise).count()
}

/// Converts f64 numbers to another precision.
pub(super) fn in_range<T: Scalar>(x: &[f64]) -> Result<Vec<T>, Error> {
    let x: Vec<T> = x.iter().map(|x| T::from_f64(*x)).collect();
    if x.iter().all(|x| Real::is_finite(*x)) {
        Ok(x)
    } else {
        Err(lowrank_core::Error::Overflow.into())
    }
}

impl<T: Scalar> Measure<T> {
    /// Returns the verdict on the triplets, [`SvdSearch::of_exact`].
    pub(super) fn search(&self, residuals: &[T], rounding: T) -> SvdSearch<T> {
        let size = (self.u.nrows(), self.v.nrows());
        SvdSearch::of_exact(&self.singular_values, residuals, size, rounding)
    }

    pub fn new(exact: ExactTriplets<T>, exponent: i32) -> Result<Self, Error> {
        Ok(Self {
            u: exact.u,
            singular_values: in_range(&exact.singular_values)?,
            v: exact.v,
            exponent,
        })
    }

    /// Counts the singular values above rounding.
    pub fn rank(&self) -> usize {
        rank_of(&self.singular_values, (self.u.nrows(), self.v.nrows()))
    }

    /// ||A v_i - s_i u_i||, where `product` becomes A V. Numbers that are too large or too small to be
    /// squared are scaled, half before the product and half after it.
    pub fn residuals<P, A>(&self, a: &A, u: &P, v: &mut P, product: &mut P) -> Result<Vec<T>, Error>
    where
        P: Panel<Scalar = T>,
        A: LinearOperator<P>,
    {
        let extreme = self.exponent.abs() > T::SAFE_EXPONENT;
        let half = if extreme { self.exponent >> 1 } else { 0 };
        v.scale(T::power_of_two(-half))?;
        a.apply(v, product)?;
        v.scale(T::power_of_two(half))?;
        product.scale(T::power_of_two(-half))?;
        let scale = |s: &T, e| s.scale_by_power_of_two(e);
        let s: Vec<T> = self
            .singular_values
            .iter()
            .map(|s| scale(s, -2 * half))
            .collect();
        let mut residuals = vec![T::ZERO; s.len()];
        product.distances(&s, u, &mut residuals)?;
        Ok(residuals.iter().map(|r| scale(r, 2 * half)).collect())
    }
}

impl<T: Scalar> Task<T> for Measure<T> {
    type Output = SvdModel<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<SvdModel<T>, Error> {
        let (m, n, k) = (a.nrows(), a.ncols(), self.singular_values.len());
        let mut memory = Memory::<T, S>::new(Sizes::new((m, n), k, k))?;
        let (mut workspace, mut u, mut v) = memory.lend(a.columns())?;
        S::load(&mut u, &self.u)?;
        S::load(&mut v, &self.v)?;
        u.align_signs(&mut v)?;
        let (u_entries, v_entries) = (S::entries(&u)?, S::entries(&v)?);
        let residuals = self.residuals(a, &u, &mut v, &mut workspace.left)?;
        let approximation = measure(a, &mut workspace, &self.singular_values, &mut u, &mut v)?;
        let search = self.search(&residuals, T::ZERO);
        Ok(SvdModel {
            search,
            rank: self.rank(),
            u: u_entries,
            singular_values: self.singular_values,
            v: v_entries,
            residuals,
            approximation,
            products: a.products(),
        })
    }
}

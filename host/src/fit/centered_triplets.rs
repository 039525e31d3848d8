//! The singular triplets of a centered matrix, and what they leave of it.

use super::accuracy::share_left;
use super::buffers::{Memory, Sizes, TripletValues};
use super::measured_triplets::Measure;
use super::mixed_precision::Directions;
use super::pca_model::PcaModel;
use super::svd::{TruncatedSvd, searched};
use super::svd_model::SvdSearch;
use crate::backend::{Operator, Products, Task};
use crate::memory_space::MemorySpace;
use crate::{DenseMatrix, Error, Scalar};
use lowrank_core::approximation::Approximation;
use lowrank_core::panel::Panel;
use lowrank_core::pca::Centered;
use lowrank_core::{LinearOperator, Real};

/// The components of the rows of a matrix.
pub(super) struct Components<T> {
    /// The settings of the SVD of the centered matrix.
    pub svd: TruncatedSvd,
    /// Its triplets, if they have been computed.
    pub exact: Option<Measure<T>>,
    /// The result of a search in f32.
    pub directions: Option<Directions<T>>,
}

/// The triplets of the centered matrix.
pub(super) struct Found<T> {
    pub means: Vec<T>,
    /// U diag(s).
    pub scores: DenseMatrix<T>,
    pub singular_values: Vec<T>,
    pub v: DenseMatrix<T>,
    pub residuals: Vec<T>,
    pub rank: usize,
    pub search: SvdSearch<T>,
    /// The norm of the centered matrix.
    pub norm: T,
    /// The norm of A.
    pub size: f64,
}

impl<T: Scalar> Task<T> for Components<T> {
    type Output = PcaModel<T>;

    /// The means take one product, and the triplets two.
    fn has_few_products(&self) -> bool {
        self.directions.is_some() || self.exact.is_some()
    }

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<PcaModel<T>, Error> {
        let directions = self.directions.as_ref();
        let (found, products) = Directions::or_without(directions, |some| self.find(a, some))?;
        let mut model = found.run(a)?;
        model.products += products;
        Ok(model)
    }
}

impl<T: Scalar> Task<T> for Found<T> {
    type Output = PcaModel<T>;

    /// Measures the error.
    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<PcaModel<T>, Error> {
        let approximation = self.approximation(a)?;
        Ok(self.model(approximation, a.products()))
    }
}

impl<T: Scalar> Components<T> {
    /// Computes the triplets, from directions if there are some; `None` if these are too inaccurate.
    fn find<S: MemorySpace<T>>(
        &self,
        a: &Operator<'_, T, S>,
        directions: Option<&Directions<T>>,
    ) -> Result<Option<Found<T>>, Error> {
        let (m, n, k) = (a.nrows(), a.ncols(), self.svd.rank);
        let sizes = match (&self.exact, directions) {
            (None, None) => self.svd.sizes(m, n),
            (None, Some(_)) => Sizes::of_directions((m, n), k),
            (Some(_), _) => Sizes::new((m, n), k, k),
        };
        let (mut ones, mut means) = (S::buffer(m, 1)?, S::buffer(n, 1)?);
        let mut row = S::small_buffer(sizes.l)?;
        let mut memory = Memory::<T, S>::new(sizes)?;
        let mut values = TripletValues::zeros(k);
        let (mut workspace, mut u, mut v) = memory.lend(a.columns())?;
        let (mut ones, means) = (S::panel(&mut ones, m, 1)?, S::panel(&mut means, n, 1)?);
        let mut means = S::permuted(means, a.columns());
        let centered = Centered::new(a, &mut ones, &mut means, S::small(&mut row, 1, sizes.l)?)?;
        let (rank, search) = match &self.exact {
            Some(exact) => {
                S::load(&mut u, &exact.u)?;
                S::load(&mut v, &exact.v)?;
                u.align_signs(&mut v)?;
                values = TripletValues {
                    residuals: exact.residuals(&centered, &u, &mut v, &mut workspace.left)?,
                    singular_values: exact.singular_values.clone(),
                };
                // The means are rounded, and subtracted from entries of their size.
                let stats = a.entry_stats()?;
                let size = stats.norm.scale_by_power_of_two(stats.exponent);
                let rounding = T::from_usize(8) * T::EPSILON * size;
                (exact.rank(), exact.search(&values.residuals, rounding))
            }
            None => {
                let mut factors = values.beside(u, v);
                let lent = (&mut workspace, &mut factors);
                let found = searched::<T, S>(&self.svd, &centered, directions, lent)?;
                let Some(report) = found else {
                    return Ok(None);
                };
                (u, v) = (factors.u, factors.v);
                let search = SvdSearch::of_core(self.svd.solver, &report, directions.is_some());
                (report.rank, search)
            }
        };
        let (whole, stats) = (a.entry_stats()?, centered.entry_stats()?);
        Ok(Some(Found {
            norm: stats.norm.scale_by_power_of_two(stats.exponent),
            size: whole.norm.to_f64().scale_by_power_of_two(whole.exponent),
            means: S::entries(&means)?.as_slice().to_vec(),
            scores: S::entries(&u)?.times_diagonal(&values.singular_values),
            singular_values: values.singular_values,
            v: S::entries(&v)?,
            residuals: values.residuals,
            rank,
            search,
        }))
    }
}

impl<T: Scalar> Found<T> {
    pub fn model(self, approximation: Approximation<T>, products: Products) -> PcaModel<T> {
        let s = &self.singular_values;
        // A single row has no variance.
        let degrees = T::from_usize(self.scores.nrows().saturating_sub(1).max(1));
        let all = self.norm;
        let ratio = |s: T| if all > T::ZERO { s / all } else { T::ZERO };
        PcaModel {
            explained_variance: s.iter().map(|s| *s / degrees * *s).collect(),
            explained_variance_ratio: s.iter().map(|s| ratio(*s) * ratio(*s)).collect(),
            total_variance: all / degrees * all,
            means: self.means,
            deviations: None,
            components: self.v,
            scores: self.scores,
            singular_values: self.singular_values,
            residuals: self.residuals,
            rank: self.rank,
            approximation,
            search: self.search,
            products,
        }
    }

    /// Computes the error from the norm and the singular values, since ||B - U diag(s) V^T||^2 = ||B||^2 - sum s_i^2, and
    /// the share of ||B||^2 that this difference is.
    pub fn by_norm(&self, (m, n): (usize, usize)) -> (Approximation<T>, f64) {
        let (all, eps) = (self.norm.to_f64(), T::EPSILON.to_f64());
        let left = share_left(self.norm, &self.singular_values);
        let sides = 2.0 * (m + n) as f64;
        // Means are rounded, and subtracted from entries of their size.
        let bound = all * (left + sides * eps).sqrt() + 4.0 * eps * self.size;
        let by_norm = Approximation {
            error: T::from_f64(all * left.sqrt()),
            error_bound: T::from_f64(bound),
            frobenius_norm: self.norm,
        };
        (by_norm, left)
    }

    /// Computes the error from the norm or, if the difference has lost half of its digits, as the distance of
    /// 1 m^T + `scores` V^T from A, whose factors have one column more.
    fn approximation<S: MemorySpace<T>>(
        &self,
        a: &Operator<'_, T, S>,
    ) -> Result<Approximation<T>, Error> {
        let (m, n) = (a.nrows(), a.ncols());
        let (by_norm, left) = self.by_norm((m, n));
        if left > T::EPSILON.to_f64().sqrt() {
            return Ok(by_norm);
        }
        let l = self.singular_values.len() + 1;
        let sizes = Sizes::new((m, n), l, l);
        if self.norm == T::ZERO || sizes.check_memory::<T, S>().is_err() {
            return Ok(by_norm);
        }
        let mut memory = Memory::<T, S>::new(sizes)?;
        let (mut workspace, mut w, mut h) = memory.lend(a.columns())?;
        let beside = |first: &dyn Fn(usize) -> T, rest: &DenseMatrix<T>| {
            DenseMatrix::from_fn(rest.nrows(), l, |i, j| match j {
                0 => first(i),
                _ => rest.at(i, j - 1),
            })
        };
        S::load(&mut w, &beside(&|_| T::ONE, &self.scores))?;
        S::load(&mut h, &beside(&|j| self.means[j], &self.v))?;
        let measured = Approximation::measure(a, &mut w, &mut h, &mut workspace)?;
        let tighter = match by_norm.error_bound < measured.error_bound {
            true => by_norm.error_bound,
            false => measured.error_bound,
        };
        Ok(Approximation {
            error: measured.error,
            error_bound: tighter,
            frobenius_norm: self.norm,
        })
    }
}

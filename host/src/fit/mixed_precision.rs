//! The search for singular vectors in f32, for triplets in f64.

use super::buffers::{Memory, Sizes, TripletValues};
use crate::backend::{self, Backend, Operator, Products, Task};
use crate::cpu::{Centering, SharedLayout};
use crate::memory_space::MemorySpace;
use crate::{DenseMatrix, Error, Matrix, Scalar, recycling};
use lowrank_core::panel::Panel;
use lowrank_core::pca::Centered;
use lowrank_core::svd::SubspaceSearch;
use lowrank_core::{LinearOperator, Workspace};

/// The precision of the search for singular vectors. Triplets, residuals and the judgement on them always have the precision
/// of the matrix.
///
/// An error of eps in the directions is an error of eps^2 in the approximation, so that f32 suffices to find them, and
/// moves half of the bytes. Their residuals in f64 tell if it did; if not, the search is made again in f64, and
/// `SvdSearch::single` says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SearchPrecision {
    /// f32, where the result is unlikely to need more: for Krylov spaces, tolerances of at least 1e-8 and sides of more
    /// than 128.
    #[default]
    Auto,
    /// That of the matrix.
    Full,
    /// f32 for every Krylov space.
    Single,
}

/// The k leading directions on the shorter side of a matrix.
#[derive(Debug)]
pub(super) struct Directions<T> {
    entries: DenseMatrix<T>,
    pub(super) search: SubspaceSearch,
    products: Products,
}

impl<T: Scalar> Directions<T> {
    /// Returns what `fit` makes of the directions or, without any or where these do not suffice, of none, and the products
    /// of the search for them.
    ///
    /// # Errors
    /// Those of `fit`; [`Error::NotConverged`] if it makes nothing of none.
    pub(super) fn or_without<F>(
        directions: Option<&Self>,
        fit: impl Fn(Option<&Self>) -> Result<Option<F>, Error>,
    ) -> Result<(F, Products), Error> {
        let products = directions.map_or_else(Products::default, |found| found.products);
        if directions.is_some()
            && let Some(found) = fit(directions)?
        {
            return Ok((found, products));
        }
        Ok((fit(None)?.ok_or(Error::NotConverged)?, products))
    }

    /// Copies them to the panel of the workspace on their side. Both panels become as wide.
    pub(super) fn load<S: MemorySpace<T>>(
        &self,
        workspace: &mut Workspace<'_, S::Panel<'_>>,
    ) -> Result<(), Error> {
        let k = self.entries.ncols();
        workspace.left.set_ncols(k)?;
        workspace.right.set_ncols(k)?;
        if workspace.left.nrows() <= workspace.right.nrows() {
            S::load(&mut workspace.left, &self.entries)
        } else {
            S::load(&mut workspace.right, &self.entries)
        }
    }
}

/// The search for the directions of A, or of the centered A, in f32.
pub(super) struct Search {
    /// The settings of core.
    pub svd: lowrank_core::TruncatedSvd,
    /// The sizes of its workspace.
    pub sizes: Sizes,
    pub centering: Centering,
}

impl Search {
    /// Searches; `None` if the workspace suffices for no search, or if the entries of A leave the range of f32.
    pub(super) fn run_in_single<T: Scalar>(
        self,
        a: Matrix<'_, T>,
        backend: Backend,
        layout: &SharedLayout,
    ) -> Result<Option<Directions<T>>, Error> {
        let single = a.cast::<f32>();
        let found = backend::run_sharing(backend, single.view(), layout, self);
        single.recycle();
        // What comes next is in the precision of A, and as large as all this twice over.
        recycling::release_large::<f32>();
        match found {
            Ok(found) => Ok(found.map(|found| Directions {
                entries: found.entries.cast(),
                search: found.search,
                products: found.products,
            })),
            // The search in the precision of the matrix says what is wrong with it.
            Err(Error::Factorization(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

impl Task<f32> for Search {
    type Output = Option<Directions<f32>>;

    fn run<S: MemorySpace<f32>>(self, a: &Operator<'_, f32, S>) -> Result<Self::Output, Error> {
        let (m, n) = (a.nrows(), a.ncols());
        let Self {
            svd,
            sizes,
            centering,
        } = self;
        let k = sizes.k;
        let (mut ones, mut means) = (S::buffer(m, 1)?, S::buffer(n, 1)?);
        let mut row = S::small_buffer(sizes.l)?;
        let mut memory = Memory::<f32, S>::new(sizes)?;
        let (mut workspace, u, v) = memory.lend(a.columns())?;
        let mut values = TripletValues::zeros(k);
        let mut factors = values.beside(u, v);
        let search = match centering {
            Centering::None => {
                let a: &dyn LinearOperator<_> = a;
                svd.search(&a, &mut workspace, &mut factors)?
            }
            Centering::Columns => {
                let (mut ones, means) = (S::panel(&mut ones, m, 1)?, S::panel(&mut means, n, 1)?);
                let mut means = S::permuted(means, a.columns());
                let row = S::small(&mut row, 1, sizes.l)?;
                let centered = Centered::new(a, &mut ones, &mut means, row)?;
                let centered: &dyn LinearOperator<_> = &centered;
                svd.search(&centered, &mut workspace, &mut factors)?
            }
        };
        let entries = match m <= n {
            true => S::entries(&workspace.left)?,
            false => S::entries(&workspace.right)?,
        };
        Ok(search.map(|search| Directions {
            entries,
            search,
            products: a.products(),
        }))
    }
}

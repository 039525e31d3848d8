//! Core's truncated SVD and non-negative factorization on the panels of a backend, with the settings of core.

use super::buffers::{Memory, Sizes, TripletValues};
use crate::backend::{self, Backend, Operator, Task};
use crate::memory_space::MemorySpace;
use crate::scalar::compiled;
use crate::{DenseMatrix, Error, Matrix, Scalar};
use lowrank_core::iteration::{Progress, Report};
use lowrank_core::nmf::NmfFactors;
use lowrank_core::svd::SvdReport;
use lowrank_core::{LinearOperator, Nmf, TruncatedSvd};
use std::ops::ControlFlow;

/// The settings of an algorithm, and the width of its workspace.
#[derive(Clone, Copy, Debug)]
pub struct InWidth<A>(pub A, pub usize);

/// A ~ U diag(s) V^T.
#[derive(Debug)]
pub struct Triplets<T> {
    /// m x k.
    pub u: DenseMatrix<T>,
    /// k, descending.
    pub singular_values: Vec<T>,
    /// n x k.
    pub v: DenseMatrix<T>,
    /// ||A v_i - s_i u_i||.
    pub residuals: Vec<T>,
    /// The report of core.
    pub report: SvdReport<T>,
}

/// A ~ W H^T.
#[derive(Debug)]
pub struct NonNegative<T> {
    /// m x k.
    pub w: DenseMatrix<T>,
    /// n x k.
    pub h: DenseMatrix<T>,
    /// ||A - W H^T||_F before each iteration and after the last.
    pub errors: Vec<T>,
    /// The report of core.
    pub report: Report<T>,
}

compiled! {
    static SVD: OfTruncatedSvd<T> = backend::run
        as fn(Backend, Matrix<'_, T>, InWidth<TruncatedSvd>) -> Result<Triplets<T>, Error>;
}

compiled! {
    static NMF: OfNmf<T> = backend::run
        as fn(Backend, Matrix<'_, T>, InWidth<Nmf>) -> Result<NonNegative<T>, Error>;
}

impl InWidth<TruncatedSvd> {
    /// Returns the leading triplets of A.
    ///
    /// # Errors
    /// The errors of core, and those of the backend.
    pub fn run<T: Scalar>(self, on: Backend, a: Matrix<'_, T>) -> Result<Triplets<T>, Error> {
        T::of(&SVD)(on, a, self)
    }
}

impl InWidth<Nmf> {
    /// Returns W and H of A.
    ///
    /// # Errors
    /// The errors of core, and those of the backend.
    pub fn run<T: Scalar>(self, on: Backend, a: Matrix<'_, T>) -> Result<NonNegative<T>, Error> {
        T::of(&NMF)(on, a, self)
    }
}

impl<T: Scalar> Task<T> for InWidth<TruncatedSvd> {
    type Output = Triplets<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<Triplets<T>, Error> {
        let Self(settings, l) = self;
        let k = settings.rank;
        let sizes = Sizes {
            spare: [l.min(a.nrows()).min(a.ncols()); 2],
            ..Sizes::new((a.nrows(), a.ncols()), l, k)
        };
        let mut memory = Memory::<T, S>::new(sizes)?;
        let (mut space, u, v) = memory.lend(a.columns())?;
        let mut values = TripletValues::zeros(k);
        let mut factors = values.beside(u, v);
        let report = super::svd::leading_triplets(&settings, a, &mut space, &mut factors)?;
        Ok(Triplets {
            u: S::entries(&factors.u)?,
            v: S::entries(&factors.v)?,
            singular_values: values.singular_values,
            residuals: values.residuals,
            report,
        })
    }
}

impl<T: Scalar> Task<T> for InWidth<Nmf> {
    type Output = NonNegative<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<NonNegative<T>, Error> {
        let Self(settings, l) = self;
        let sizes = Sizes::new((a.nrows(), a.ncols()), l, settings.rank);
        let mut memory = Memory::<T, S>::new(sizes)?;
        let (mut space, w, h) = memory.lend(a.columns())?;
        let mut factors = NmfFactors { w, h };
        let mut errors = Vec::new();
        let mut observe = |progress: Progress<T>| {
            errors.push(progress.error);
            ControlFlow::Continue(())
        };
        let observe: super::Observer<'_, T> = &mut observe;
        let report = settings.run(a, &mut space, &mut factors, observe)?;
        Ok(NonNegative {
            w: S::entries(&factors.w)?,
            h: S::entries(&factors.h)?,
            errors,
            report,
        })
    }
}

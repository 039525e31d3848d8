//! Core's algorithms on its own panels, and on those of a GPU, if there is one.

use super::Algorithm;
use super::settings::{Settings, UPDATES};
use crate::Matrix;
use crate::ratios::Svd;
use crate::run::{Factorized, Truncated, small_svd};
use lowrank::internals;
use lowrank::internals::{Memory, MemorySpace, Operator, Sizes, Task};
use lowrank::{Backend, DenseMatrix, Error, Scalar};
use lowrank_core::nmf::NmfFactors;
use lowrank_core::panel::Panel;
use lowrank_core::svd::{Normalizer, RangeFinder, SvdFactors};
use lowrank_core::{LinearOperator, MatMut, Nmf, TruncatedSvd};
use std::ops::ControlFlow;

/// Core's algorithms in the memory of a backend.
#[derive(Clone, Copy, Debug)]
pub(super) struct OnBackend {
    pub(super) settings: Settings,
    pub(super) backend: Backend,
}

impl OnBackend {
    pub(super) fn core(settings: Settings) -> Self {
        let backend = Backend::Core;
        Self { settings, backend }
    }

    /// Returns the algorithms on the GPU of this machine, if there is one.
    pub(super) fn gpu(settings: Settings) -> Option<Self> {
        let backend = Backend::Cuda;
        backend.check().ok().map(|()| Self { settings, backend })
    }

    /// Checks that an algorithm runs there: small SVDs are those of the CPU.
    pub(super) fn has(&self, algorithm: Algorithm) -> bool {
        algorithm != Algorithm::SmallSvd || self.backend == Backend::Core
    }

    fn run<T: Scalar, K: Task<T>>(&self, a: &Matrix<T>, task: K) -> Result<K::Output, Error> {
        let a = DenseMatrix::new(a.entries.clone(), a.nrows, a.ncols)?;
        internals::run(self.backend, lowrank::Matrix::Dense(&a), task)
    }

    pub(super) fn range<T: Scalar>(
        &self,
        normalizer: Normalizer,
        a: &Matrix<T>,
    ) -> Result<Matrix<T>, Error> {
        let settings = self.settings.range_finder(normalizer);
        self.run(a, Range(settings, self.settings.l))
    }

    pub(super) fn truncated_svd<T: Scalar>(&self, a: &Matrix<T>) -> Result<Truncated<T>, Error> {
        self.run(a, Triplets(self.settings.svd(), self.settings.l))
    }

    pub(super) fn qr<T: Scalar>(&self, a: &Matrix<T>) -> Result<(Matrix<T>, Matrix<T>), Error> {
        self.run(a, ThinQr(a))
    }

    /// Returns the factors after that many updates; after none, the start.
    pub(super) fn nmf<T: Scalar>(
        &self,
        a: &Matrix<T>,
        iterations: usize,
    ) -> Result<Factorized<T>, Error> {
        let settings = self.settings.updates(iterations);
        self.run(a, Factors(settings, self.settings.l))
    }

    /// Returns the error that an algorithm has for a matrix, if any.
    pub(super) fn error<T: Scalar>(&self, algorithm: Algorithm, a: &Matrix<T>) -> Option<Error> {
        match algorithm {
            Algorithm::RangeFinderLu => self.range(Normalizer::Lu, a).err(),
            Algorithm::RangeFinderQr => self.range(Normalizer::Qr, a).err(),
            Algorithm::TruncatedSvd => self.truncated_svd(a).err(),
            Algorithm::Qr => self.qr(a).err(),
            Algorithm::Nmf => self.nmf(a, UPDATES).err(),
            Algorithm::SmallSvd => small_svd(a).err().map(Error::from),
        }
    }
}

fn entries<T: Scalar, S: MemorySpace<T>>(panel: &S::Panel<'_>) -> Result<Matrix<T>, Error> {
    let found = S::entries(panel)?;
    let (m, n) = (found.nrows(), found.ncols());
    Ok(Matrix::from_fn(m, n, |i, j| found.at(i, j)))
}

/// The settings, and the columns of the sketch.
struct Range(RangeFinder, usize);

impl<T: Scalar> Task<T> for Range {
    type Output = Matrix<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<Matrix<T>, Error> {
        let Self(settings, l) = self;
        let mut memory = Memory::<T, S>::new(Sizes::new((a.nrows(), a.ncols()), l, 0))?;
        let (mut space, ..) = memory.lend(a.columns())?;
        settings.run(a, &mut space.left, &mut space.right, &mut space.small)?;
        entries::<T, S>(&space.left)
    }
}

/// The settings, and the width of the workspace.
struct Triplets(TruncatedSvd, usize);

impl<T: Scalar> Task<T> for Triplets {
    type Output = Truncated<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<Truncated<T>, Error> {
        let Self(settings, l) = self;
        let k = settings.rank;
        let sizes = Sizes {
            spare: true,
            ..Sizes::new((a.nrows(), a.ncols()), l, k)
        };
        let mut memory = Memory::<T, S>::new(sizes)?;
        let (mut space, u, v) = memory.lend(a.columns())?;
        let (mut s, mut residuals) = (vec![T::ZERO; k], vec![T::ZERO; k]);
        let mut factors = SvdFactors {
            u,
            singular_values: &mut s,
            v,
            residuals: &mut residuals,
        };
        let report = settings.run(a, &mut space, &mut factors)?;
        let (u, v) = (entries::<T, S>(&factors.u)?, entries::<T, S>(&factors.v)?);
        Ok(Truncated {
            svd: Svd { u, s, v },
            residuals,
            report,
        })
    }
}

/// The panel.
struct ThinQr<'a, T>(&'a Matrix<T>);

impl<T: Scalar> Task<T> for ThinQr<'_, T> {
    /// Q and R.
    type Output = (Matrix<T>, Matrix<T>);

    fn run<S: MemorySpace<T>>(self, _: &Operator<'_, T, S>) -> Result<Self::Output, Error> {
        let (m, l) = (self.0.nrows, self.0.ncols);
        let (mut buffer, mut small) = (S::buffer(m, l)?, S::small_buffer(l * l)?);
        let (mut q, mut r) = (S::panel(&mut buffer, m, l)?, S::small(&mut small, l, l)?);
        S::load(&mut q, &DenseMatrix::new(self.0.entries.clone(), m, l)?)?;
        q.thin_qr(&mut r)?;
        let mut triangle = Matrix::zeros(l, l);
        let view = MatMut::new(&mut triangle.entries, l, l)?;
        S::Panel::read_small(&r, view)?;
        Ok((entries::<T, S>(&q)?, triangle))
    }
}

/// The settings, and the width of the workspace.
struct Factors(Nmf, usize);

impl<T: Scalar> Task<T> for Factors {
    type Output = Factorized<T>;

    fn run<S: MemorySpace<T>>(self, a: &Operator<'_, T, S>) -> Result<Factorized<T>, Error> {
        let Self(settings, l) = self;
        let sizes = Sizes::new((a.nrows(), a.ncols()), l, settings.rank);
        let mut memory = Memory::<T, S>::new(sizes)?;
        let (mut space, w, h) = memory.lend(a.columns())?;
        let mut factors = NmfFactors { w, h };
        let mut errors = Vec::new();
        let observe = |progress: lowrank_core::iteration::Progress<T>| {
            errors.push(progress.error);
            ControlFlow::Continue(())
        };
        let report = settings.run(a, &mut space, &mut factors, observe)?;
        Ok(Factorized {
            w: entries::<T, S>(&factors.w)?,
            h: entries::<T, S>(&factors.h)?,
            report,
            errors,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::peers::faer;
    use super::*;
    use crate::Subject;
    use crate::families::families;
    use crate::figures;

    #[test]
    fn panels_of_the_host_pass_as_core_does() {
        for (m, n) in [(1, 1), (7, 1), (13, 11), (10, 24), (33, 17)] {
            for family in families::<f64>() {
                let subject = Subject::new((family.make)(m, n, 3), |a| {
                    faer::reference(a).unwrap_or_default()
                });
                let elsewhere = OnBackend {
                    settings: Settings::new((m, n), 3),
                    backend: Backend::Host,
                };
                let place = format!("{} {m}x{n}", family.name);
                let found = elsewhere.truncated_svd(&subject.a).unwrap();
                let figures = figures::truncated_svd(&subject, &found);
                assert!(figures.pass(), "{place}: svd {figures:?}");
                if m >= n {
                    let (q, r) = elsewhere.qr(&subject.a).unwrap();
                    let figures = figures::qr(&subject, &q, &r);
                    assert!(figures.pass(), "{place}: qr {figures:?}");
                }
            }
        }
    }
}

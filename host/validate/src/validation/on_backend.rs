//! Core's algorithms on its own panels, and on those of a GPU, if there is one.

use super::Algorithm;
use super::settings::{Settings, UPDATES};
use crate::Matrix;
use crate::ratios::Svd;
use crate::run::{Factorized, Truncated, small_svd};
use lowrank::internals;
use lowrank::internals::{InWidth, Memory, MemorySpace, Operator, Sizes, Task};
use lowrank::{Backend, DenseMatrix, Error, Scalar};
use lowrank_core::panel::Panel;
use lowrank_core::svd::{Normalizer, RangeFinder};
use lowrank_core::{LinearOperator, MatMut};

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
        internals::run(self.backend, lowrank::Matrix::Dense(&dense(a)?), task)
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
        let svd = InWidth(self.settings.svd(), self.settings.l);
        let found = svd.run(self.backend, lowrank::Matrix::Dense(&dense(a)?))?;
        Ok(Truncated {
            svd: Svd {
                u: owned(&found.u),
                s: found.singular_values,
                v: owned(&found.v),
            },
            residuals: found.residuals,
            report: found.report,
        })
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
        let nmf = InWidth(self.settings.updates(iterations), self.settings.l);
        let found = nmf.run(self.backend, lowrank::Matrix::Dense(&dense(a)?))?;
        Ok(Factorized {
            w: owned(&found.w),
            h: owned(&found.h),
            report: found.report,
            errors: found.errors,
        })
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

fn dense<T: Scalar>(a: &Matrix<T>) -> Result<DenseMatrix<T>, Error> {
    DenseMatrix::new(a.entries.clone(), a.nrows, a.ncols)
}

fn owned<T: Scalar>(a: &DenseMatrix<T>) -> Matrix<T> {
    Matrix::from_fn(a.nrows(), a.ncols(), |i, j| a.at(i, j))
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
        Ok(owned(&S::entries(&space.left)?))
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
        S::load(&mut q, &dense(self.0)?)?;
        q.thin_qr(&mut r)?;
        let mut triangle = Matrix::zeros(l, l);
        let view = MatMut::new(&mut triangle.entries, l, l)?;
        S::Panel::read_small(&r, view)?;
        Ok((owned(&S::entries(&q)?), triangle))
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

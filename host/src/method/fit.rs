use super::{Factorization, Settings};
use crate::{Error, Matrix, Scalar};
use lowrank_core::descent::DescentProgress;
use lowrank_core::iteration::Progress;
use std::ops::ControlFlow;

/// An observer of iterations, which may stop them.
type Observer<'o> = &'o mut (dyn FnMut(Progress<f64>) -> ControlFlow<()> + Send);

impl Settings {
    /// Computes the factors of A.
    ///
    /// # Errors
    /// The errors of the `fit` of the method.
    pub fn fit<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
    ) -> Result<Factorization<T>, Error> {
        self.fit_with(a, |_| ControlFlow::Continue(()))
    }

    /// [`fit`](Self::fit) with an observer that is called before each step and after the last, in batches after each
    /// pass, and that may stop the iteration. Losses and errors are in f64, whatever the precision of the matrix.
    ///
    /// # Errors
    /// As for [`fit`](Self::fit).
    pub fn fit_with<'a, T: Scalar>(
        &self,
        a: impl Into<Matrix<'a, T>>,
        mut observe: impl FnMut(Progress<f64>) -> ControlFlow<()> + Send,
    ) -> Result<Factorization<T>, Error> {
        let (a, observe) = (a.into(), &mut observe);
        match self {
            Settings::Nmf(nmf) => Ok(nmf.fit_with(a, None, by_error(observe))?.into()),
            Settings::MiniBatchNmf(batches) => {
                Ok(batches.fit_with(a, None, by_error(observe))?.into())
            }
            Settings::GradientNmf(nmf) => Ok(nmf.fit_with(a, None, by_error(observe))?.into()),
            Settings::Svd(svd) => Ok(Factorization::of_svd(*svd, svd.fit(a)?)),
            Settings::AccurateSvd(svd, accuracy) => {
                Ok(Factorization::of_svd(*svd, svd.fit_to(a, *accuracy)?))
            }
            Settings::GradientSvd(svd) => Ok(svd.fit_with(a, through(observe))?.into()),
            Settings::Pca(pca) => Ok(Factorization::of_pca(*pca, pca.fit(a)?)),
            Settings::AccuratePca(pca, accuracy) => {
                Ok(Factorization::of_pca(*pca, pca.fit_to(a, *accuracy)?))
            }
            Settings::Chain(chain) => Ok(chain.fit_with(a, None, by_error(observe))?.into()),
            Settings::Completion(completion) => {
                let observe = |progress: Progress<T>| observe(widened(progress));
                Ok(completion.fit_with(a, observe)?.into())
            }
        }
    }
}

fn widened<T: Scalar>(progress: Progress<T>) -> Progress<f64> {
    Progress {
        iteration: progress.iteration,
        iterations: progress.iterations,
        error: progress.error.to_f64(),
        loss: progress.loss.to_f64(),
    }
}

/// Reports half of the squared error as the loss.
fn by_error<T: Scalar>(observe: Observer<'_>) -> impl FnMut(Progress<T>) -> ControlFlow<()> + Send {
    move |progress| {
        let progress = widened(progress);
        let loss = 0.5 * progress.error * progress.error;
        observe(Progress { loss, ..progress })
    }
}

/// Counts the iterations of several starts consecutively.
fn through<T: Scalar>(
    observe: Observer<'_>,
) -> impl FnMut(DescentProgress<T>) -> ControlFlow<()> + Send {
    let (mut run, mut before, mut last) = ((0, 0), 0, 0);
    move |seen| {
        let (this, progress) = ((seen.start, seen.halvings), widened(seen.progress));
        if this != run || progress.iteration < last {
            (run, before) = (this, before + last);
        }
        last = progress.iteration;
        observe(Progress {
            iteration: before + last,
            error: progress.loss.sqrt(),
            ..progress
        })
    }
}

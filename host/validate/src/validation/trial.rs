//! All algorithms on a matrix that has a factorization.

use super::Algorithm;
use super::case::{Answer, NO_CONVERGENCE, Verdict};
use super::core::{Core, UPDATES};
use super::gpu::Elsewhere;
use super::peers::{Comparable, Peer, faer};
use super::textbook::multiplicative_updates;
use crate::figures::{self, BOUND, Figures};
use crate::run::Factorized;
use crate::{Matrix, Subject};
use lowrank_core::svd::Normalizer;
use lowrank_core::{Error, Real};

pub(super) struct Trial<T: Comparable> {
    core: Core,
    gpu: Option<Elsewhere>,
    /// The matrix as core gets it.
    subject: Subject<T>,
    /// The matrix as the peers get it: scaled by a power of two.
    balanced: Subject<T>,
    faer: Peer<T>,
    nalgebra: Peer<T>,
    has_reference: bool,
}

impl<T: Comparable> Trial<T> {
    pub(super) fn new(a: Matrix<T>, seed: u32) -> Self {
        let core = Core::new((a.nrows, a.ncols), seed);
        let mut reference = None;
        let subject = Subject::new(a, |a| {
            reference = faer::reference(a);
            reference.clone().unwrap_or_default()
        });
        let balanced = subject.a.scaled(-subject.exponent);
        Self {
            core,
            gpu: Elsewhere::on_gpu(core),
            faer: Peer::faer(&balanced),
            nalgebra: Peer::nalgebra(&balanced),
            balanced: Subject::new(balanced, |_| subject.values.clone()),
            subject,
            has_reference: reference.is_some(),
        }
    }

    pub(super) fn verdict(&self, algorithm: Algorithm) -> Verdict {
        let core = match self.core_figures(algorithm) {
            _ if !self.has_reference => Answer::remark("there is no reference: faer failed"),
            Ok(figures) => Answer::figures(figures),
            Err(error) => Answer::remark(error),
        };
        let cuda = self
            .gpu
            .as_ref()
            .and_then(|gpu| self.of_gpu(gpu, algorithm));
        let passes = |answer: &Answer| answer.figures.as_ref().is_some_and(Figures::pass);
        Verdict {
            passed: passes(&core) && cuda.as_ref().is_none_or(passes),
            core,
            cuda,
            faer: self.peer(algorithm, &self.faer),
            nalgebra: self.peer(algorithm, &self.nalgebra),
            bound: Some(BOUND),
        }
    }

    fn core_figures(&self, algorithm: Algorithm) -> Result<Figures, Error> {
        let (core, subject) = (&self.core, &self.subject);
        let a = &subject.a;
        let range = |normalizer| Ok(range(subject, &core.range(normalizer, a)?, core.k));
        match algorithm {
            Algorithm::RangeFinderLu => range(Normalizer::Lu),
            Algorithm::RangeFinderQr => range(Normalizer::Qr),
            Algorithm::TruncatedSvd => {
                let found = core.truncated_svd(a)?;
                Ok(figures::truncated_svd(subject, &found))
            }
            Algorithm::SmallSvd => Ok(figures::small_svd(subject, &core.small_svd(a)?)),
            Algorithm::Qr => {
                let (q, r) = core.qr(a)?;
                Ok(figures::qr(subject, &q, &r))
            }
            Algorithm::Nmf => self.nmf(),
        }
    }

    /// Runs the algorithm on a GPU; small SVDs are those of the CPU.
    fn of_gpu(&self, gpu: &Elsewhere, algorithm: Algorithm) -> Option<Answer> {
        let subject = &self.subject;
        let a = &subject.a;
        let range = |normalizer| Ok(range(subject, &gpu.range(normalizer, a)?, self.core.k));
        let figures: Result<Figures, lowrank::Error> = match algorithm {
            Algorithm::RangeFinderLu => range(Normalizer::Lu),
            Algorithm::RangeFinderQr => range(Normalizer::Qr),
            Algorithm::TruncatedSvd => {
                let found = gpu.truncated_svd(a);
                found.map(|found| figures::truncated_svd(subject, &found))
            }
            Algorithm::Qr => gpu.qr(a).map(|(q, r)| figures::qr(subject, &q, &r)),
            Algorithm::Nmf => self.non_negative(|a, iterations| gpu.nmf(a, iterations)),
            Algorithm::SmallSvd => return None,
        };
        Some(match figures {
            Ok(figures) => Answer::figures(figures),
            Err(error) => Answer::remark(error),
        })
    }

    fn nmf(&self) -> Result<Figures, Error> {
        self.non_negative(|a, iterations| self.core.nmf(a, iterations))
    }

    /// Runs the factorization of |A|, with a number of updates, beside the textbook's.
    fn non_negative<E>(
        &self,
        run: impl Fn(&Matrix<T>, usize) -> Result<Factorized<T>, E>,
    ) -> Result<Figures, E> {
        let a = self.subject.a.map(|x: T| Real::abs(x));
        let subject = Subject::new(a, |_| Vec::new());
        let start = run(&subject.a, 0)?;
        let (w, h) = figures::scaled_factors(&subject, &start);
        let textbook = multiplicative_updates(&subject.scaled, w, h, UPDATES);
        let found = run(&subject.a, UPDATES)?;
        Ok(figures::nmf(&subject, &found, &textbook))
    }

    fn peer(&self, algorithm: Algorithm, peer: &Peer<T>) -> Answer {
        let subject = &self.balanced;
        let figures = match algorithm {
            Algorithm::RangeFinderLu | Algorithm::RangeFinderQr => peer
                .first_triplets(self.core.l)
                .map(|svd| range(subject, &svd.u, self.core.k)),
            Algorithm::TruncatedSvd => peer
                .first_triplets(self.core.k)
                .map(|svd| figures::approximation(subject, &svd)),
            Algorithm::SmallSvd => peer
                .svd
                .as_ref()
                .map(|svd| figures::small_svd(subject, svd)),
            Algorithm::Qr => peer.qr.as_ref().map(|(q, r)| figures::qr(subject, q, r)),
            Algorithm::Nmf => return Answer::default(),
        };
        figures.map_or_else(|| Answer::remark(NO_CONVERGENCE), Answer::figures)
    }
}

fn range<T: Real>(subject: &Subject<T>, q: &Matrix<T>, k: usize) -> Figures {
    let values = |a: &Matrix<f64>| faer::reference(a).unwrap_or_else(|| vec![f64::NAN]);
    figures::range(subject, q, k, values)
}

//! All algorithms on a matrix that has a factorization.

use super::Algorithm;
use super::case::{Answer, NO_CONVERGENCE, Verdict};
use super::on_backend::OnBackend;
use super::peers::{Comparable, Peer, faer};
use super::settings::{Settings, UPDATES};
use super::textbook::multiplicative_updates;
use crate::figures::{self, BOUND, Figures};
use crate::run::small_svd;
use crate::{Matrix, Subject};
use lowrank::Error;
use lowrank_core::Real;
use lowrank_core::svd::Normalizer;

pub(super) struct Trial<T: Comparable> {
    core: OnBackend,
    gpu: Option<OnBackend>,
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
        let settings = Settings::new((a.nrows, a.ncols), seed);
        let mut reference = None;
        let subject = Subject::new(a, |a| {
            reference = faer::reference(a);
            reference.clone().unwrap_or_default()
        });
        let balanced = subject.a.scaled(-subject.exponent);
        Self {
            core: OnBackend::core(settings),
            gpu: OnBackend::gpu(settings),
            faer: Peer::faer(&balanced),
            nalgebra: Peer::nalgebra(&balanced),
            balanced: Subject::new(balanced, |_| subject.values.clone()),
            subject,
            has_reference: reference.is_some(),
        }
    }

    pub(super) fn verdict(&self, algorithm: Algorithm) -> Verdict {
        let answer = |on: &OnBackend| match self.figures(on, algorithm) {
            Ok(figures) => Answer::figures(figures),
            Err(error) => Answer::remark(error),
        };
        let core = match self.has_reference {
            true => answer(&self.core),
            false => Answer::remark("there is no reference: faer failed"),
        };
        let gpu = self.gpu.as_ref().filter(|gpu| gpu.has(algorithm));
        let cuda = gpu.map(answer);
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

    /// Runs an algorithm and measures its result.
    fn figures(&self, on: &OnBackend, algorithm: Algorithm) -> Result<Figures, Error> {
        let subject = &self.subject;
        let a = &subject.a;
        let range = |normalizer| Ok(range(subject, &on.range(normalizer, a)?, on.settings.k));
        match algorithm {
            Algorithm::RangeFinderLu => range(Normalizer::Lu),
            Algorithm::RangeFinderQr => range(Normalizer::Qr),
            Algorithm::TruncatedSvd => {
                let found = on.truncated_svd(a)?;
                Ok(figures::truncated_svd(subject, &found))
            }
            Algorithm::SmallSvd => Ok(figures::small_svd(subject, &small_svd(a)?)),
            Algorithm::Qr => {
                let (q, r) = on.qr(a)?;
                Ok(figures::qr(subject, &q, &r))
            }
            Algorithm::Nmf => self.non_negative(on),
        }
    }

    /// Runs the factorization of |A|, with a number of updates, beside the textbook's.
    fn non_negative(&self, on: &OnBackend) -> Result<Figures, Error> {
        let a = self.subject.a.map(|x: T| Real::abs(x));
        let subject = Subject::new(a, |_| Vec::new());
        let start = on.nmf(&subject.a, 0)?;
        let (w, h) = figures::scaled_factors(&subject, &start);
        let textbook = multiplicative_updates(&subject.scaled, w, h, UPDATES);
        let found = on.nmf(&subject.a, UPDATES)?;
        Ok(figures::nmf(&subject, &found, &textbook))
    }

    fn peer(&self, algorithm: Algorithm, peer: &Peer<T>) -> Answer {
        let subject = &self.balanced;
        let figures = match algorithm {
            Algorithm::RangeFinderLu | Algorithm::RangeFinderQr => peer
                .first_triplets(self.core.settings.l)
                .map(|svd| range(subject, &svd.u, self.core.settings.k)),
            Algorithm::TruncatedSvd => peer
                .first_triplets(self.core.settings.k)
                .map(|svd| figures::approximation(subject, &svd)),
            Algorithm::SmallSvd => {
                let svd = peer.svd.as_ref();
                svd.map(|svd| figures::small_svd(subject, svd))
            }
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

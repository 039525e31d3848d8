//! All algorithms on a matrix that they have to refuse.

use super::Algorithm;
use super::case::{Answer, FINITE, NAN, NO_CONVERGENCE, Verdict};
use super::core::Core;
use super::gpu::Elsewhere;
use super::peers::{Comparable, Peer, finite};
use crate::Matrix;
use lowrank_core::Error;

pub(super) struct Refusal<T: Comparable> {
    core: Core,
    gpu: Option<Elsewhere>,
    a: Matrix<T>,
    expected: Error,
    faer: Peer<T>,
    nalgebra: Peer<T>,
}

impl<T: Comparable> Refusal<T> {
    pub(super) fn new(a: Matrix<T>, expected: Error, seed: u32) -> Self {
        let core = Core::new((a.nrows, a.ncols), seed);
        Self {
            core,
            gpu: Elsewhere::on_gpu(core),
            faer: Peer::faer(&a),
            nalgebra: Peer::nalgebra(&a),
            a,
            expected,
        }
    }

    pub(super) fn verdict(&self, algorithm: Algorithm) -> Verdict {
        let error = self.core.error(algorithm, &self.a);
        let on_gpu = |gpu: &Elsewhere| gpu.error(algorithm, &self.a);
        let gpu = self
            .gpu
            .as_ref()
            .filter(|_| algorithm != Algorithm::SmallSvd);
        let of_gpu = gpu.map(on_gpu);
        let refused = |error: &Option<lowrank::Error>| matches!(error, Some(lowrank::Error::Factorization(error)) if *error == self.expected);
        Verdict {
            passed: error == Some(self.expected) && of_gpu.as_ref().is_none_or(refused),
            cuda: of_gpu.map(|error| match error {
                Some(error) => Answer::remark(error),
                None => Answer::remark("no error"),
            }),
            core: match error {
                Some(error) => Answer::remark(error),
                None => Answer::remark("no error"),
            },
            faer: behaviour(algorithm, &self.faer),
            nalgebra: behaviour(algorithm, &self.nalgebra),
            bound: None,
        }
    }
}

/// Describes a peer's result, which need not name a place or an error.
fn behaviour<T: Comparable>(algorithm: Algorithm, peer: &Peer<T>) -> Answer {
    let sound = match algorithm {
        Algorithm::Nmf => return Answer::default(),
        Algorithm::Qr => peer
            .qr
            .as_ref()
            .map(|(q, r)| finite(&q.entries) && finite(&r.entries)),
        _ => peer
            .svd
            .as_ref()
            .map(|svd| finite(&svd.u.entries) && finite(&svd.s) && finite(&svd.v.entries)),
    };
    Answer::remark(match sound {
        None => NO_CONVERGENCE,
        Some(false) => NAN,
        Some(true) => FINITE,
    })
}

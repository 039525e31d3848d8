//! All algorithms on a matrix that they have to refuse.

use super::Algorithm;
use super::case::{Answer, FINITE, NAN, NO_CONVERGENCE, Verdict};
use super::on_backend::OnBackend;
use super::peers::{Comparable, Peer, finite};
use super::settings::Settings;
use crate::Matrix;
use lowrank_core::Error;

pub(super) struct Refusal<T: Comparable> {
    core: OnBackend,
    gpu: Option<OnBackend>,
    a: Matrix<T>,
    expected: Error,
    faer: Peer<T>,
    nalgebra: Peer<T>,
}

impl<T: Comparable> Refusal<T> {
    pub(super) fn new(a: Matrix<T>, expected: Error, seed: u32) -> Self {
        let settings = Settings::new((a.nrows, a.ncols), seed);
        Self {
            core: OnBackend::core(settings),
            gpu: OnBackend::gpu(settings),
            faer: Peer::faer(&a),
            nalgebra: Peer::nalgebra(&a),
            a,
            expected,
        }
    }

    pub(super) fn verdict(&self, algorithm: Algorithm) -> Verdict {
        // Returns the answer, and whether it is the error that has to be.
        let answer = |on: &OnBackend| match on.error::<T>(algorithm, &self.a) {
            Some(error) => {
                let expected =
                    matches!(&error, lowrank::Error::Factorization(e) if *e == self.expected);
                (Answer::remark(error), expected)
            }
            None => (Answer::remark("no error"), false),
        };
        let (core, refused) = answer(&self.core);
        let gpu = self.gpu.as_ref().filter(|gpu| gpu.has(algorithm));
        let (cuda, refused_there) = gpu.map(answer).unzip();
        Verdict {
            passed: refused && refused_there.unwrap_or(true),
            cuda,
            core,
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
            .map(|(q, r)| finite([&q.entries, &r.entries])),
        _ => {
            let svd = peer.svd.as_ref();
            svd.map(|svd| finite([&svd.u.entries, &svd.s, &svd.v.entries]))
        }
    };
    Answer::remark(match sound {
        None => NO_CONVERGENCE,
        Some(false) => NAN,
        Some(true) => FINITE,
    })
}

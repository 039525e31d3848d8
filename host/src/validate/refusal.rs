//! All algorithms on a matrix that they have to refuse.

use super::Algorithm;
use super::case::{Answer, FINITE, NAN, NO_CONVERGENCE, Verdict};
use super::core::Core;
use super::peers::{Comparable, Peer, finite};
use lowrank_core::Error;
use lowrank_judge::Matrix;

pub(super) struct Refusal<T: Comparable> {
    core: Core,
    a: Matrix<T>,
    expected: Error,
    faer: Peer<T>,
    nalgebra: Peer<T>,
}

impl<T: Comparable> Refusal<T> {
    pub(super) fn new(a: Matrix<T>, expected: Error, seed: u32) -> Self {
        Self {
            core: Core::new((a.nrows, a.ncols), seed),
            faer: Peer::faer(&a),
            nalgebra: Peer::nalgebra(&a),
            a,
            expected,
        }
    }

    pub(super) fn verdict(&self, algorithm: Algorithm) -> Verdict {
        let error = self.core.error(algorithm, &self.a);
        Verdict {
            passed: error == Some(self.expected),
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

/// What a library does that has to be asked for no place and no error.
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

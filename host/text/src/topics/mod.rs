//! The topics of a corpus, their quality, and the choice of their number.
//!
//! From the ground up: [`Components`], a factorization as a sum; [`Topics`], these in words;
//! [`representatives`], in documents. [`npmi`] judges topics by the documents, `assignment` matches the
//! topics of two models, whose [`agreement`] is that of a model and one of a [`sample`]; [`Assessment`]
//! brings them together for a number of topics.

mod assignment;
mod choice;
mod coherence;
mod components;
mod representatives;
mod stability;

pub use choice::{Assessment, Choice};
pub use coherence::{COHERENCE_WORDS, coherences, npmi};
pub use components::Components;
pub use representatives::{Representative, representatives};
pub use stability::{SAMPLE_SHARE, agreement, sample};

use components::length;
use lowrank::Scalar;
use lowrank::nmf::NmfModel;
use lowrank::svd::SvdModel;
use std::cmp::Ordering;
use std::fmt;

/// A word of a topic.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicWord {
    /// The term.
    pub word: String,
    /// Its entry in the component, which has unit length; may be negative in an SVD.
    pub weight: f64,
}

/// One component of a model, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    /// k: the column in the factors.
    pub component: usize,
    /// The words of greatest weight, in descending order.
    pub words: Vec<TopicWord>,
    /// The number of documents in which this topic has the largest share.
    pub documents: usize,
    /// ||w_k|| ||h_k||, or the singular value.
    pub strength: f64,
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, word) in self.words.iter().enumerate() {
            let space = if place == 0 { "" } else { " " };
            write!(f, "{space}{}", word.word)?;
        }
        Ok(())
    }
}

/// The topics of a model, sorted by descending strength.
#[derive(Clone, Debug, PartialEq)]
pub struct Topics {
    /// The topics.
    pub topics: Vec<Topic>,
    /// The number of documents in which no topic has a share, such as those without a term.
    pub without_topic: usize,
}

impl Topics {
    /// Returns the topics of W H^T, each with its `words` heaviest terms, sorted by ||w_k|| ||h_k||. A document counts
    /// for the topic with the largest w_ik ||h_k||.
    pub fn of_nmf<T: Scalar>(model: &NmfModel<T>, terms: &[String], words: usize) -> Self {
        Self::of(&Components::of_nmf(model), terms, words)
    }

    /// Returns the topics of U diag(s) V^T, each with its `words` terms of largest |v|, sorted by singular value. A
    /// document counts for the topic with the largest |u_ik| s_k.
    pub fn of_svd<T: Scalar>(model: &SvdModel<T>, terms: &[String], words: usize) -> Self {
        Self::of(&Components::of_svd(model), terms, words)
    }

    /// Returns the topics of a model of either method, each with its `words` heaviest terms.
    pub fn of<T: Scalar>(components: &Components<'_, T>, terms: &[String], words: usize) -> Self {
        let mut led = vec![0; components.count()];
        let mut without_topic = 0;
        for i in 0..components.documents() {
            match leader((0..led.len()).map(|k| components.part(i, k))) {
                Some(k) => led[k] += 1,
                None => without_topic += 1,
            }
        }
        let topic = |k: usize| Topic {
            component: k,
            words: heaviest(components, k, terms, words),
            documents: led[k],
            strength: components.strength(k),
        };
        Self {
            topics: components.by_strength().into_iter().map(topic).collect(),
            without_topic,
        }
    }
}

fn descending(x: f64, y: f64) -> Ordering {
    y.total_cmp(&x)
}

/// Returns the position of the largest share, the first of several; `None` if no share is positive.
fn leader(shares: impl Iterator<Item = f64>) -> Option<usize> {
    let mut best = (None, 0.0);
    for (k, share) in shares.enumerate() {
        if share > best.1 {
            best = (Some(k), share);
        }
    }
    best.0
}

fn heaviest<T: Scalar>(
    components: &Components<'_, T>,
    k: usize,
    terms: &[String],
    count: usize,
) -> Vec<TopicWord> {
    let component = components.terms().column(k);
    let length = length(component);
    let word = |j: usize| TopicWord {
        word: terms[j].clone(),
        weight: component[j].to_f64() / length,
    };
    let heaviest = components.heaviest_terms(k, count);
    heaviest.into_iter().map(word).collect()
}

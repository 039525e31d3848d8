//! What a model of texts is about.

use crate::{DenseMatrix, NmfModel, Scalar, SvdModel};
use std::cmp::Ordering;
use std::fmt;

/// A word of a topic.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicWord {
    /// The term.
    pub word: String,
    /// Its entry in the component, which is scaled to length one; negative in some of an SVD.
    pub weight: f64,
}

/// One component of a model, in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    /// The words of greatest weight, descending.
    pub words: Vec<TopicWord>,
    /// The documents that this topic leads: in which it has the largest share.
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

/// The topics of a model, the strongest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Topics {
    /// The topics.
    pub topics: Vec<Topic>,
    /// Documents in which no topic has a share, as those without a term.
    pub without_topic: usize,
}

impl Topics {
    /// The topics of W H^T, each with its `words` heaviest terms: ordered by ||w_k|| ||h_k||, a
    /// document being led by the topic with the largest w_ik ||h_k||.
    pub fn of_nmf<T: Scalar>(model: &NmfModel<T>, terms: &[String], words: usize) -> Self {
        let lengths = column_lengths(&model.h);
        let share = |i: usize, k: usize| model.w.at(i, k).to_f64() * lengths[k];
        let strengths: Vec<f64> = column_lengths(&model.w)
            .iter()
            .zip(&lengths)
            .map(|(w, h)| w * h)
            .collect();
        Self::from_parts(share, model.w.nrows(), &strengths, &model.h, terms, words)
    }

    /// The topics of U diag(s) V^T, each with its `words` terms of largest |v|: ordered by singular
    /// value, a document being led by the topic with the largest |u_ik| s_k.
    pub fn of_svd<T: Scalar>(model: &SvdModel<T>, terms: &[String], words: usize) -> Self {
        let strengths: Vec<f64> = model.singular_values.iter().map(|s| s.to_f64()).collect();
        let share = |i: usize, k: usize| model.u.at(i, k).to_f64().abs() * strengths[k];
        Self::from_parts(share, model.u.nrows(), &strengths, &model.v, terms, words)
    }

    fn from_parts<T: Scalar>(
        share: impl Fn(usize, usize) -> f64,
        documents: usize,
        strengths: &[f64],
        components: &DenseMatrix<T>,
        terms: &[String],
        words: usize,
    ) -> Self {
        let mut led = vec![0; strengths.len()];
        let mut without_topic = 0;
        for i in 0..documents {
            match leader((0..strengths.len()).map(|k| share(i, k))) {
                Some(k) => led[k] += 1,
                None => without_topic += 1,
            }
        }
        let mut order: Vec<usize> = (0..strengths.len()).collect();
        order.sort_by(|&p, &q| descending(strengths[p], strengths[q]));
        let topic = |k: usize| Topic {
            words: heaviest(components.column(k), terms, words),
            documents: led[k],
            strength: strengths[k],
        };
        Self {
            topics: order.into_iter().map(topic).collect(),
            without_topic,
        }
    }
}

fn descending(x: f64, y: f64) -> Ordering {
    y.total_cmp(&x)
}

/// The place of the largest share, the first of several; `None` where none is above zero.
fn leader(shares: impl Iterator<Item = f64>) -> Option<usize> {
    let mut best = (None, 0.0);
    for (k, share) in shares.enumerate() {
        if share > best.1 {
            best = (Some(k), share);
        }
    }
    best.0
}

fn column_lengths<T: Scalar>(a: &DenseMatrix<T>) -> Vec<f64> {
    (0..a.ncols()).map(|k| length(a.column(k))).collect()
}

fn length<T: Scalar>(x: &[T]) -> f64 {
    x.iter().map(|x| x.to_f64().powi(2)).sum::<f64>().sqrt()
}

/// The `count` terms of greatest |weight|, none of weight zero; ties in the order of the terms.
fn heaviest<T: Scalar>(component: &[T], terms: &[String], count: usize) -> Vec<TopicWord> {
    let length = length(component);
    let mut order: Vec<usize> = (0..component.len()).collect();
    let magnitude = |j: usize| component[j].to_f64().abs();
    let by_weight = |p: &usize, q: &usize| descending(magnitude(*p), magnitude(*q)).then(p.cmp(q));
    let count = count.min(order.len());
    if count < order.len() {
        order.select_nth_unstable_by(count, by_weight);
        order.truncate(count);
    }
    order.sort_by(by_weight);
    let word = |j: &usize| TopicWord {
        word: terms[*j].clone(),
        weight: component[*j].to_f64() / length,
    };
    order
        .iter()
        .filter(|j| magnitude(**j) > 0.0)
        .map(word)
        .collect()
}

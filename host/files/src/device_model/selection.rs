//! The terms of a model that go to a device.

use super::export::{Export, TermLimit, length};
use super::{DeviceModel, Error};
use crate::stored_model::{StoredAnalyzer, StoredNorm, StoredVectorizer, StoredWeighting};
use lowrank::core::model::keys;
use std::collections::HashSet;

/// The rows of H that are exported, in their order on the device.
pub(super) struct Selection {
    pub(super) columns: Vec<usize>,
    /// The keys of these, ascending; empty by index and for a matrix.
    pub(super) keys: Vec<u32>,
    /// The terms that are left out since a heavier term or a stop word has their key.
    pub(super) collisions: usize,
    /// The terms that no device can meet: they are no single token there.
    pub(super) unreachable: usize,
}

impl Selection {
    pub(super) fn new(model: &DeviceModel, export: &Export) -> Result<Self, Error> {
        let (n, _) = model.shape();
        model.text().map_or(Ok(()), check_weights)?;
        let Some(text) = model.text().filter(|_| export.terms != TermLimit::ByIndex) else {
            return match (model.text(), export.terms) {
                (None, TermLimit::All) | (Some(_), _) => Ok(Self::whole(n)),
                (None, _) => Err(Error::NoTerms),
            };
        };
        check_texts(text)?;
        let limit = match export.terms {
            TermLimit::All | TermLimit::ByIndex => n,
            TermLimit::Count(count) => count,
            TermLimit::Bytes(bytes) => {
                let of_terms = |count| length(model, export.encoding, count);
                let (one, two) = (of_terms(1), of_terms(2));
                if bytes < one {
                    return Err(Error::TooSmall { bytes, least: one });
                }
                1 + (bytes - one) / (two - one)
            }
        };
        Ok(Self::heaviest(model, &text.terms, limit))
    }

    fn whole(n: usize) -> Self {
        Self {
            columns: (0..n).collect(),
            keys: Vec::new(),
            collisions: 0,
            unreachable: 0,
        }
    }

    fn heaviest(model: &DeviceModel, terms: &[String], limit: usize) -> Self {
        let mut taken: HashSet<u32> = model.stops.iter().copied().collect();
        let (mut collisions, mut unreachable) = (0, 0);
        let mut chosen: Vec<(u32, usize)> = Vec::new();
        for column in by_weight(model) {
            if chosen.len() == limit {
                break;
            }
            let mut tokens = keys(terms[column].as_bytes());
            match (tokens.next(), tokens.next()) {
                (Some(key), None) if taken.insert(key) => chosen.push((key, column)),
                (Some(_), None) => collisions += 1,
                _ => unreachable += 1,
            }
        }
        chosen.sort_unstable();
        Self {
            columns: chosen.iter().map(|(_, column)| *column).collect(),
            keys: chosen.iter().map(|(key, _)| *key).collect(),
            collisions,
            unreachable,
        }
    }
}

/// Refuses rows that are neither counts nor tf-idf of unit length.
fn check_weights(text: &StoredVectorizer) -> Result<(), Error> {
    let fits = match (text.weighting, text.idf.is_some()) {
        (StoredWeighting::Tfidf, has_idf) => {
            has_idf && matches!(text.norm, None | Some(StoredNorm::L2))
        }
        (StoredWeighting::Count, has_idf) => {
            !has_idf && matches!(text.norm, None | Some(StoredNorm::None))
        }
    };
    fits.then_some(()).ok_or(Error::Weights)
}

/// Refuses texts whose terms a device cannot find.
fn check_texts(text: &StoredVectorizer) -> Result<(), Error> {
    let settings = [
        (
            "an analyzer of characters",
            text.analyzer != StoredAnalyzer::Word,
        ),
        ("a pattern of tokens", text.token_pattern.is_some()),
        ("the case of letters", !text.lowercase),
        ("the removal of accents", text.strip_accents.is_some()),
        ("hashing of terms", text.hashing.is_some()),
        ("binary counts", text.binary),
    ];
    if let Some((setting, _)) = settings.iter().find(|(_, is_set)| *is_set) {
        return Err(Error::Texts { setting });
    }
    let (first, last) = text.ngrams;
    if (first, last) != (1, 1) {
        return Err(Error::NGrams { first, last });
    }
    match text.sublinear_tf && text.idf.is_some() {
        true => Err(Error::SublinearTf),
        false => Ok(()),
    }
}

/// Returns the terms by the largest share that they have of a component, max_j |h_ij| / ||h_j||, the largest first.
fn by_weight(model: &DeviceModel) -> Vec<usize> {
    let (n, k) = model.shape();
    let h = &model.components;
    let norm = |j: usize| (0..n).map(|i| h.at(i, j).powi(2)).sum::<f64>().sqrt();
    let norms: Vec<f64> = (0..k).map(norm).collect();
    let share = |i: usize| {
        let shares = (0..k).filter(|j| norms[*j] > 0.0);
        shares
            .map(|j| h.at(i, j).abs() / norms[j])
            .fold(0.0, f64::max)
    };
    let shares: Vec<f64> = (0..n).map(share).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| shares[*b].total_cmp(&shares[*a]).then(a.cmp(b)));
    order
}

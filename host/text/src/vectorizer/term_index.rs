use super::Vectorizer;
use super::term_extractor::TermExtractor;
use super::vocabulary::{NONE, Term, Vocabulary};

/// A map from terms to columns.
#[derive(Clone, Debug)]
pub(super) struct TermIndex {
    pub(super) vocabulary: Vocabulary,
    /// The column of each number in the vocabulary, or [`NONE`]: most stop words have none.
    pub(super) columns: Vec<u32>,
}

impl TermIndex {
    /// Maps fewer than 2^32 - 1 distinct terms to their places.
    pub(super) fn new(settings: &Vectorizer, terms: &[String]) -> Self {
        let mut vocabulary = TermExtractor::vocabulary(settings);
        let mut columns = vec![NONE; vocabulary.len()];
        for (column, term) in (0u32..).zip(terms) {
            let Some(id) = vocabulary.intern(Term::new(term)) else {
                break;
            };
            // A stop word has a number already; joined of words, it may be a term all the same.
            match columns.get_mut(id as usize) {
                Some(place) => *place = column,
                None => columns.push(column),
            }
        }
        TermIndex {
            vocabulary,
            columns,
        }
    }
}

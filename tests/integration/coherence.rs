//! The coherence of topics: comparison with gensim's, stored by golden/coherence.py.

use lowrank_text::corpus::{CorpusReader, Source};
use lowrank_text::topics::npmi;
use lowrank_text::vectorizer::Vectorizer;
use serde_json::Value;

/// gensim adds 1e-12 to probabilities that are 1/240 at least.
const TOLERANCE: f64 = 1e-9;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn npmi_of_the_sample_is_that_of_gensim() {
    let golden: Value = serde_json::from_str(include_str!("../golden/coherence.json")).unwrap();
    let corpus = CorpusReader::default().read(&Source::Sample).unwrap();
    let (fitted, a) = Vectorizer::default()
        .fit_transform(&corpus.documents)
        .unwrap();
    assert_eq!(golden["documents"], a.nrows());
    let topics = golden["topics"].as_array().unwrap();
    for topic in topics {
        let words = topic["words"].as_array().unwrap().iter();
        let column = |word: &Value| {
            let word = word.as_str().unwrap();
            let found = fitted.terms().binary_search_by(|term| (**term).cmp(word));
            found.unwrap_or_else(|_| panic!("{word} is no term"))
        };
        let words: Vec<usize> = words.map(column).collect();
        let mut pairs = Vec::new();
        for (place, &first) in words.iter().enumerate() {
            pairs.extend(words[place + 1..].iter().map(|&second| vec![first, second]));
        }
        let expected = topic["pairs"].as_array().unwrap();
        assert_eq!(pairs.len(), expected.len());
        for (found, expected) in npmi(&a, &pairs).into_iter().zip(expected) {
            let (found, expected) = (found.unwrap(), number(expected));
            assert!((found - expected).abs() < TOLERANCE, "{found}, {expected}");
        }
        let (found, expected) = (npmi(&a, &[words])[0].unwrap(), number(&topic["coherence"]));
        assert!((found - expected).abs() < TOLERANCE, "{found}, {expected}");
    }
}

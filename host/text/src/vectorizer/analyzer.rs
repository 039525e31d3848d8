use super::tokenizer::Tokenizer;
use super::vocabulary::{Term, Vocabulary};
use super::{Error, StopWords, Vectorizer};

/// Extracts the terms of a text: its tokens without the stop words, joined by spaces to n-grams.
///
/// The buffers are reused, so that a text costs no allocation.
#[derive(Debug)]
pub(super) struct Analyzer {
    ngrams: (usize, usize),
    stop_words: u32,
    tokenizer: Tokenizer,
    /// The remaining tokens, separated by spaces, so that every n-gram is a slice.
    joined: String,
    /// The start and the end of each token in `joined`.
    bounds: Vec<(usize, usize)>,
}

impl Analyzer {
    pub(super) fn new(settings: &Vectorizer) -> Self {
        Analyzer {
            ngrams: settings.ngrams,
            stop_words: settings.stop_words.words().len() as u32,
            tokenizer: Tokenizer::default(),
            joined: String::new(),
            bounds: Vec::new(),
        }
    }

    /// Returns a vocabulary whose first numbers are the stop words, so that the number of a token identifies them.
    pub(super) fn vocabulary(stop_words: StopWords) -> Vocabulary {
        let mut vocabulary = Vocabulary::new();
        for word in stop_words.words() {
            vocabulary.intern(Term::new(word));
        }
        vocabulary
    }

    /// Visits the number of every term of the text; new terms are added.
    ///
    /// # Errors
    /// [`Error::TooManyTerms`] if the numbers are exhausted.
    pub(super) fn intern_terms(
        &mut self,
        text: &str,
        vocabulary: &mut Vocabulary,
        mut visit: impl FnMut(u32),
    ) -> Result<(), Error> {
        if self.ngrams == (1, 1) {
            for token in self.tokenizer.tokens(text) {
                let id = vocabulary.intern(token).ok_or(Error::TooManyTerms)?;
                if id >= self.stop_words {
                    visit(id);
                }
            }
            return Ok(());
        }
        self.join_tokens(text, vocabulary);
        for term in ngrams(&self.joined, &self.bounds, self.ngrams) {
            visit(vocabulary.intern(term).ok_or(Error::TooManyTerms)?);
        }
        Ok(())
    }

    /// Visits the number of every known term of the text.
    pub(super) fn find_terms(
        &mut self,
        text: &str,
        vocabulary: &Vocabulary,
        visit: impl FnMut(u32),
    ) {
        if self.ngrams == (1, 1) {
            let tokens = self.tokenizer.tokens(text);
            let known = tokens.filter_map(|token| vocabulary.find(token));
            return known.filter(|id| *id >= self.stop_words).for_each(visit);
        }
        self.join_tokens(text, vocabulary);
        let terms = ngrams(&self.joined, &self.bounds, self.ngrams);
        terms
            .filter_map(|term| vocabulary.find(term))
            .for_each(visit);
    }

    fn join_tokens(&mut self, text: &str, vocabulary: &Vocabulary) {
        self.joined.clear();
        self.bounds.clear();
        for token in self.tokenizer.tokens(text) {
            let known = vocabulary.find(token);
            if known.is_some_and(|id| id < self.stop_words) {
                continue;
            }
            if !self.joined.is_empty() {
                self.joined.push(' ');
            }
            let start = self.joined.len();
            self.joined.push_str(token.text());
            self.bounds.push((start, self.joined.len()));
        }
    }
}

/// Returns the runs of `first` to `last` tokens, both included.
fn ngrams<'a>(
    joined: &'a str,
    bounds: &'a [(usize, usize)],
    (first, last): (usize, usize),
) -> impl Iterator<Item = Term<'a>> {
    (first..=last.min(bounds.len()))
        .flat_map(|words| bounds.windows(words))
        .filter_map(|window| Term::within(joined, window.first()?.0, window.last()?.1))
}

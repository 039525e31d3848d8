use super::character_ngrams::CharacterNgrams;
use super::preparation::Preparation;
use super::token_pattern::PatternTokens;
use super::tokenizer::Tokenizer;
use super::vocabulary::{Term, Vocabulary};
use super::{Analyzer, Error, Vectorizer};

/// Extracts the terms of a text: its tokens without the stop words, joined by spaces to n-grams, or n-grams of characters.
///
/// The buffers are reused, so that a text costs no allocation.
#[derive(Debug)]
pub(super) struct TermExtractor {
    /// The shortest and the longest run of pieces that is a term.
    runs: (usize, usize),
    /// The number of stop words, which are the first of the vocabulary.
    stop_words: u32,
    pieces: Pieces,
    /// The pieces of a text, so that every term is a slice: of words separated by spaces.
    joined: String,
    /// The start and the end of each piece in `joined`.
    bounds: Vec<(usize, usize)>,
}

/// What terms are made of.
#[derive(Debug)]
enum Pieces {
    Words(Tokenizer),
    Matches(Preparation, PatternTokens),
    Characters(Preparation, CharacterNgrams),
}

impl TermExtractor {
    /// Creates an extractor for a vocabulary that [`TermExtractor::vocabulary`] began.
    pub(super) fn new(settings: &Vectorizer) -> Self {
        let preparation = Preparation::new(settings);
        let within_words = settings.analyzer == Analyzer::CharWb;
        let pieces = match (settings.analyzer, &settings.token_pattern) {
            (Analyzer::Word, None) => {
                Pieces::Words(Tokenizer::new(preparation, settings.token_rule))
            }
            (Analyzer::Word, Some(pattern)) => {
                Pieces::Matches(preparation, PatternTokens::new(pattern))
            }
            _ => Pieces::Characters(
                preparation,
                CharacterNgrams::new(settings.ngrams, within_words),
            ),
        };
        TermExtractor {
            runs: match settings.analyzer {
                Analyzer::Word => settings.ngrams,
                Analyzer::Char | Analyzer::CharWb => (1, 1),
            },
            stop_words: Self::vocabulary(settings).len() as u32,
            pieces,
            joined: String::new(),
            bounds: Vec::new(),
        }
    }

    /// Returns a vocabulary whose first numbers are the stop words, so that the number of a token identifies them.
    pub(super) fn vocabulary(settings: &Vectorizer) -> Vocabulary {
        let mut vocabulary = Vocabulary::new();
        if settings.analyzer == Analyzer::Word {
            for word in settings.stop_words.words() {
                vocabulary.intern(Term::new(word));
            }
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
        if let (Pieces::Words(tokenizer), (1, 1)) = (&mut self.pieces, self.runs) {
            for token in tokenizer.tokens(text) {
                let id = vocabulary.intern(token).ok_or(Error::TooManyTerms)?;
                if id >= self.stop_words {
                    visit(id);
                }
            }
            return Ok(());
        }
        for term in self.terms(text, vocabulary) {
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
        if let (Pieces::Words(tokenizer), (1, 1)) = (&mut self.pieces, self.runs) {
            let tokens = tokenizer.tokens(text);
            let known = tokens.filter_map(|token| vocabulary.find(token));
            return known.filter(|id| *id >= self.stop_words).for_each(visit);
        }
        let terms = self.terms(text, vocabulary);
        terms
            .filter_map(|term| vocabulary.find(term))
            .for_each(visit);
    }

    /// Returns the terms of a text; `vocabulary`: one that begins with the stop words.
    pub(super) fn terms<'a>(
        &'a mut self,
        text: &str,
        vocabulary: &Vocabulary,
    ) -> impl Iterator<Item = Term<'a>> + use<'a> {
        self.joined.clear();
        self.bounds.clear();
        let (joined, bounds, stop_words) = (&mut self.joined, &mut self.bounds, self.stop_words);
        let mut join = |token: Term| {
            if vocabulary.find(token).is_some_and(|id| id < stop_words) {
                return;
            }
            if !bounds.is_empty() {
                joined.push(' ');
            }
            let start = joined.len();
            joined.push_str(token.text());
            bounds.push((start, joined.len()));
        };
        match &mut self.pieces {
            Pieces::Words(tokenizer) => tokenizer.tokens(text).for_each(join),
            Pieces::Matches(preparation, tokens) => {
                let text = preparation.prepare(text);
                tokens.for_each(text, |start, end| {
                    join(Term::new(text.get(start..end).unwrap_or_default()));
                });
            }
            Pieces::Characters(preparation, ngrams) => {
                ngrams.collect(preparation.prepare(text), joined, bounds);
            }
        }
        runs(&self.joined, &self.bounds, self.runs)
    }
}

/// Returns the runs of `first` to `last` pieces, both included.
fn runs<'a>(
    joined: &'a str,
    bounds: &'a [(usize, usize)],
    (first, last): (usize, usize),
) -> impl Iterator<Item = Term<'a>> {
    (first..=last.min(bounds.len()))
        .flat_map(|pieces| bounds.windows(pieces))
        .filter_map(|window| match (window.first()?.0, window.last()?.1) {
            // A pattern may match nothing, which is a term, too.
            (start, end) if start == end => Some(Term::new("")),
            (start, end) => Term::within(joined, start, end),
        })
}

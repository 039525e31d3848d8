"""Vectorizers of texts with scikit-learn's parameters, attributes and numbers, counted on all processors.

They derive from scikit-learn's classes and count the terms in compiled code. Where a function of Python makes the terms
(`analyzer`, `tokenizer`, `preprocessor`, `strip_accents` or a method of a subclass), scikit-learn's own code counts them,
to the same result: `fallback_reason` says so.

    from lowrank import TfidfVectorizer

    X = TfidfVectorizer(stop_words="english").fit_transform(texts)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

import scipy.sparse as sp
from sklearn.base import _fit_context
from sklearn.feature_extraction import text as _theirs
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfTransformer
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted

from . import _native

try:
    from sklearn.utils._sparse import _align_api_if_sparse
except ImportError:  # before scikit-learn 1.9, whose vectorizers return csr_matrix

    def _align_api_if_sparse(X: Any) -> Any:
        return sp.csr_matrix(X)


__all__ = ["ENGLISH_STOP_WORDS", "CountVectorizer", "HashingVectorizer", "TfidfTransformer", "TfidfVectorizer"]

_DEFAULT_PATTERN = r"(?u)\b\w\w+\b"
_METHODS = (
    "build_analyzer",
    "build_preprocessor",
    "build_tokenizer",
    "decode",
    "get_stop_words",
    "_char_ngrams",
    "_char_wb_ngrams",
    "_word_ngrams",
)


@lru_cache(maxsize=64)
def _pattern_refusal(pattern: str) -> str | None:
    return _native.pattern_refusal(pattern)


def _entries(counts: Any, dtype: Any) -> Any:
    """Counts as entries of a type, which must hold them: scikit-learn lets 256 be 0 in uint8."""
    entries = counts.astype(dtype, copy=False)
    if entries.dtype.kind in "iu" and (entries != counts).any():
        raise OverflowError(f"dtype={entries.dtype} does not hold counts from {counts.min()} to {counts.max()}: take int64")
    return entries


class _Terms:
    """Terms as the compiled part counts them."""

    analyzer: Any
    binary: bool
    build_analyzer: Callable[[], Any]
    decode: Callable[[Any], Any]
    get_stop_words: Callable[[], Any]
    input: str
    lowercase: bool
    ngram_range: tuple[int, int]
    stop_words: Any
    strip_accents: Any
    token_pattern: str | None

    @property
    def fallback_reason(self) -> str | None:
        """Why scikit-learn's own code counts the terms, in Python and on one processor; None where it need not."""
        for name in ("analyzer", "strip_accents"):
            if callable(getattr(self, name)):
                return f"{name} is a function of Python"
        for name in ("preprocessor", "tokenizer"):
            if getattr(self, name) is not None and (name == "preprocessor" or self.analyzer == "word"):
                return f"{name} is a function of Python"
        for name in _METHODS:
            if name in vars(self) or getattr(type(self), name) is not getattr(_theirs.CountVectorizer, name):
                return f"{name} is not scikit-learn's method"
        if self.ngram_range[0] < 1:
            return "ngram_range begins below 1"
        if self.analyzer == "word":
            return _Terms._reason_in_words(self)  # of vectorizers of scikit-learn, too
        return None

    def _reason_in_words(self) -> str | None:
        words = self.stop_words
        if isinstance(words, Iterator):
            raise ValueError("stop_words is an iterator, which has no words after its first use: give a list")
        if words is not None and not isinstance(words, str) and not all(isinstance(word, str) for word in words):
            return "a stop word is no str"
        if isinstance(self.token_pattern, str) and self.token_pattern != _DEFAULT_PATTERN:
            return _pattern_refusal(self.token_pattern)
        return None

    def _settings(self) -> dict[str, Any]:
        """The parameters that decide which terms a text has, as the compiled part reads them."""
        words = self.analyzer == "word"
        stop_words = self.get_stop_words() if words else None
        first, last = self.ngram_range
        return {
            "analyzer": self.analyzer,
            "token_pattern": self.token_pattern if words and self.token_pattern != _DEFAULT_PATTERN else None,
            "lowercase": bool(self.lowercase),
            "strip_accents": self.strip_accents or None,
            "stop_words": None if stop_words is None else list(stop_words),
            "ngram_range": (first, last),
            "min_df": 1,
            "max_df": 1.0,
            "max_features": None,
            "binary": bool(self.binary),
        }

    def _texts(self, documents: Iterable[Any]) -> Iterable[Any]:
        """The documents as texts, or as what `decode` makes texts of."""
        # Made for its checks alone: of the parameters, of stop words, which it warns of, and of the pattern.
        self.build_analyzer()
        return documents if self.input == "content" else map(self.decode, documents)


def described(vectorizer: Any) -> dict[str, Any]:
    """What model.json has of a fitted vectorizer of ours or of scikit-learn.

    Raises ValueError for one that folders cannot hold, TypeError for what is no such vectorizer.
    """
    if not isinstance(vectorizer, _theirs.CountVectorizer):
        name = type(vectorizer).__name__
        raise TypeError(f"a {name} has no terms to store: give a CountVectorizer or a TfidfVectorizer")
    check_is_fitted(vectorizer, "vocabulary_")
    reason = _Terms.fallback_reason.__get__(vectorizer)
    if reason is not None:
        raise ValueError(f"this vectorizer cannot be stored, since {reason}")
    tfidf = isinstance(vectorizer, _theirs.TfidfVectorizer)
    has_idf = tfidf and bool(vectorizer.use_idf)
    settings = _Terms._settings(vectorizer)
    stop_words = settings["stop_words"]
    return {
        "analyzer": settings["analyzer"],
        "token_pattern": settings["token_pattern"],
        "lowercase": settings["lowercase"],
        "strip_accents": settings["strip_accents"],
        "stop_words": vectorizer.stop_words if vectorizer.stop_words == "english" else _own(stop_words),
        "ngrams": settings["ngram_range"],
        "min_df": str(vectorizer.min_df),
        "max_df": str(vectorizer.max_df),
        "max_features": None if vectorizer.max_features is None else int(vectorizer.max_features),
        "given_vocabulary": bool(vectorizer.fixed_vocabulary_),
        "binary": settings["binary"],
        "weighting": "tfidf" if tfidf else "count",
        "sublinear_tf": tfidf and bool(vectorizer.sublinear_tf),
        "idf_kind": "off" if tfidf and not has_idf else "smooth" if not tfidf or vectorizer.smooth_idf else "plain",
        "norm": (vectorizer.norm or "none") if tfidf else None,
        "terms": sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__),
        "idf": [float(weight) for weight in vectorizer.idf_] if has_idf else None,
    }


def _own(stop_words: list[str] | None) -> Any:
    return "none" if not stop_words else {"own": sorted(stop_words)}


class CountVectorizer(_Terms, _theirs.CountVectorizer):
    """Counts the terms of texts: an m x n matrix, a row per text, a column per term.

    Parameters, attributes and methods are those of `sklearn.feature_extraction.text.CountVectorizer` 1.9. Of terms that
    occur equally often, `max_features` keeps the first in code-point order.

    Attributes
    ----------
    vocabulary_ : dict
        The column of each term.
    fixed_vocabulary_ : bool
        True if the vocabulary was given.
    fallback_reason : str or None
        Why scikit-learn's own code counts the terms, to the same result but slowly; None where the compiled part does.
    """

    @_fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, raw_documents: Iterable[Any], y: Any = None) -> Any:
        """Finds the terms and returns the matrix of their counts, in compressed rows."""
        given = isinstance(raw_documents, str) or self.vocabulary is not None
        if given or self.fallback_reason is not None:
            return super().fit_transform(raw_documents)
        self._validate_ngram_range()
        self._warn_for_unused_params()
        self._validate_vocabulary()
        limits = {"min_df": self.min_df, "max_df": self.max_df, "max_features": self.max_features}
        settings = self._settings() | limits
        terms, rows = _native.fit_terms(self._texts(raw_documents), self.decode, settings)
        self.vocabulary_ = dict(zip(terms, range(len(terms))))
        return self._matrix(rows)

    def _count_vocab(self, raw_documents: Iterable[Any], fixed_vocab: bool) -> Any:
        """The counts of the terms of a vocabulary: scikit-learn calls this where the vocabulary is there."""
        if not fixed_vocab or self.fallback_reason is not None:
            return super()._count_vocab(raw_documents, fixed_vocab)
        known = dict(self.vocabulary_)
        rows = _native.count_terms(self._texts(raw_documents), self.decode, self._settings(), known)
        return self.vocabulary_, self._matrix(rows)

    def _matrix(self, rows: tuple[Any, Any, Any]) -> Any:
        data, indices, indptr = rows
        shape = (len(indptr) - 1, len(self.vocabulary_))
        X = sp.csr_array((_entries(data, self.dtype), indices, indptr), shape=shape)
        return _align_api_if_sparse(X)


class TfidfVectorizer(_theirs.TfidfVectorizer, CountVectorizer):
    """Weighs the terms of texts by tf-idf: an m x n matrix, a row per text, a column per term.

    Parameters, attributes and methods are those of `sklearn.feature_extraction.text.TfidfVectorizer` 1.9; the weights are
    scikit-learn's `TfidfTransformer` of the counts of `CountVectorizer`.

    Attributes
    ----------
    vocabulary_ : dict
        The column of each term.
    fixed_vocabulary_ : bool
        True if the vocabulary was given.
    idf_ : ndarray of n
        The inverse document frequency of each term.
    fallback_reason : str or None
        Why scikit-learn's own code counts the terms, to the same result but slowly; None where the compiled part does.
    """


class HashingVectorizer(_Terms, _theirs.HashingVectorizer):
    """Counts the terms of texts by their hashes: an m x n_features matrix, and nothing to fit.

    Parameters and methods are those of `sklearn.feature_extraction.text.HashingVectorizer` 1.9.

    Attributes
    ----------
    fallback_reason : str or None
        Why scikit-learn's own code counts the terms, to the same result but slowly; None where the compiled part does.
    """

    def transform(self, X: Iterable[Any]) -> Any:
        """Returns the matrix of the texts, in compressed rows."""
        if isinstance(X, str) or self.fallback_reason is not None:
            return super().transform(X)
        self._validate_ngram_range()
        hashing = (self.n_features, bool(self.alternate_sign))
        rows = _native.hash_terms(self._texts(X), self.decode, self._settings(), hashing)
        data, indices, indptr = rows
        if len(indptr) == 1:
            raise ValueError("Cannot vectorize empty sequence.")
        shape = (len(indptr) - 1, self.n_features)
        matrix = sp.csr_array((_entries(data, self.dtype), indices, indptr), shape=shape)
        if self.norm is not None:
            matrix = normalize(matrix, norm=self.norm, copy=False)
        return _align_api_if_sparse(matrix)

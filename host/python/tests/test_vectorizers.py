"""The vectorizers beside scikit-learn's: the same terms, columns, numbers and errors."""

import io
import json
import pickle
import re
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp
import sklearn.feature_extraction.text as theirs
from sklearn import config_context
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import check_estimator

import lowrank.text as ours
from lowrank import CountVectorizer, HashingVectorizer, TfidfVectorizer

GOLDEN = json.loads(Path(__file__).parents[3].joinpath("tests/golden/vectorizer_settings.json").read_text())
NAMES = {
    "tfidf": "TfidfVectorizer",
    "count": "CountVectorizer",
    "hashing": "HashingVectorizer",
    "hashing_idf": "HashingVectorizer",
}
CLASSES = sorted(set(NAMES.values()))
ENGLISH = GOLDEN["texts"]["english"]


def case_id(case):
    return f"{case['class']}-{case['texts']}-{json.dumps(case['settings'])}"


def parameters(case):
    """The settings of a case, for a constructor: what belongs to tf-idf after hashing is left out."""
    settings = dict(case["settings"])
    if "ngram_range" in settings:
        settings["ngram_range"] = tuple(settings["ngram_range"])
    if case["class"] == "hashing_idf":
        for name in ("sublinear_tf", "use_idf", "smooth_idf"):
            settings.pop(name, None)
    return settings


def pair(name, **settings):
    return getattr(ours, name)(**settings), getattr(theirs, name)(**settings)


def assert_same(found, expected, rtol=4e-15):
    """The entries, types and format of two matrices; scikit-learn leaves the entries of some rows out of order."""
    assert type(found) is type(expected)
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    assert found.indices.dtype == expected.indices.dtype
    assert found.has_sorted_indices
    expected.sort_indices()
    np.testing.assert_array_equal(found.indptr, expected.indptr)
    np.testing.assert_array_equal(found.indices, expected.indices)
    np.testing.assert_allclose(found.data, expected.data, rtol=rtol)


@pytest.mark.filterwarnings("ignore:Your stop_words may be inconsistent", "ignore:Upper case characters found")
@pytest.mark.filterwarnings("ignore:The parameter")
@pytest.mark.parametrize("case", GOLDEN["cases"], ids=case_id)
def test_every_setting_gives_the_numbers_of_scikit_learn(case):
    texts = GOLDEN["texts"][case["texts"]]
    mine, other = pair(NAMES[case["class"]], **parameters(case))
    assert mine.fallback_reason is None
    assert_same(mine.fit_transform(texts), other.fit_transform(texts))
    assert_same(mine.transform(GOLDEN["unseen"]), other.transform(GOLDEN["unseen"]))
    if hasattr(other, "vocabulary_"):
        assert mine.vocabulary_ == other.vocabulary_
        assert mine.fixed_vocabulary_ == other.fixed_vocabulary_
        np.testing.assert_array_equal(mine.get_feature_names_out(), other.get_feature_names_out())
    if getattr(other, "use_idf", False):
        np.testing.assert_array_equal(mine.idf_, other.idf_)


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.int64])
@pytest.mark.filterwarnings("ignore:Only")
def test_every_type_of_entries(name, dtype):
    mine, other = pair(name, dtype=dtype)
    texts = [*ENGLISH, "moon " * 300]
    rtol = 2e-7 if dtype == np.float32 else 4e-15
    assert_same(mine.fit_transform(texts), other.fit_transform(texts), rtol)
    assert_same(mine.transform(ENGLISH), other.transform(ENGLISH), rtol)
    if name == "TfidfVectorizer":
        assert mine.idf_.dtype == other.idf_.dtype


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.filterwarnings("ignore:Only")
def test_counts_that_a_type_cannot_hold_are_refused(name):
    make = getattr(ours, name)
    with pytest.raises(OverflowError, match="take int64"):
        make(dtype=np.uint8).fit_transform(["moon " * 300])
    assert make(dtype=np.int64).fit_transform(["moon " * 300]).nnz == 1
    assert make(dtype=np.uint8, **({"alternate_sign": False} if name == "HashingVectorizer" else {})).fit_transform(
        ["moon " * 255]
    ).nnz == 1


@pytest.mark.parametrize("name", CLASSES)
def test_the_interface_of_sparse_matrices_is_that_of_the_configuration(name):
    mine, other = pair(name)
    for interface in ("sparray", "spmatrix"):
        with config_context(sparse_interface=interface):
            assert_same(mine.fit_transform(ENGLISH), other.fit_transform(ENGLISH))


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize(
    "wrap",
    [list, tuple, iter, lambda texts: (text for text in texts), np.array, pd.Series, pl.Series]
    + [lambda texts: np.array(texts, dtype=object), lambda texts: [text.encode() for text in texts]],
    ids="list tuple iterator generator array pandas polars objects bytes".split(),
)
def test_documents_of_every_kind(name, wrap):
    mine, other = pair(name)
    assert_same(mine.fit_transform(wrap(ENGLISH)), other.fit_transform(list(ENGLISH)))
    assert_same(mine.transform(wrap(ENGLISH)), other.transform(list(ENGLISH)))


@pytest.mark.parametrize("name", CLASSES)
def test_files_and_names_of_files(name, tmp_path):
    paths = []
    for number, text in enumerate(GOLDEN["texts"]["unicode"]):
        paths.append(tmp_path / f"{number}.txt")
        paths[-1].write_bytes(text.encode("utf-16"))
    expected = getattr(theirs, name)().fit_transform(GOLDEN["texts"]["unicode"])
    by_name = getattr(ours, name)(input="filename", encoding="utf-16")
    assert_same(by_name.fit_transform(paths), expected)
    by_file = getattr(ours, name)(input="file")
    assert_same(by_file.fit_transform([io.StringIO(text) for text in GOLDEN["texts"]["unicode"]]), expected)


@pytest.mark.parametrize("name", CLASSES)
def test_bytes_that_are_no_text(name):
    wrong = [b"moon \xff sun", b"sun"]
    with pytest.raises(UnicodeDecodeError):
        getattr(ours, name)().fit_transform(wrong)
    for how in ("ignore", "replace"):
        mine, other = pair(name, decode_error=how)
        assert_same(mine.fit_transform(wrong), other.fit_transform(wrong))


def upper(text):
    return text.upper()


def letters(text):
    return text.split("e")


@pytest.mark.filterwarnings("ignore:The parameter")
@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize(
    "settings, reason",
    [
        ({"analyzer": letters}, "analyzer is a function"),
        ({"tokenizer": letters}, "tokenizer is a function"),
        ({"preprocessor": upper}, "preprocessor is a function"),
        ({"strip_accents": upper}, "strip_accents is a function"),
        ({"ngram_range": (0, 1)}, "ngram_range begins below 1"),
        ({"token_pattern": r"\N{LATIN SMALL LETTER A}\w+"}, "character"),
    ],
)
def test_functions_of_python_are_called_and_named(name, settings, reason):
    mine, other = pair(name, **settings)
    assert reason in mine.fallback_reason
    assert_same_after_sorting(mine.fit_transform(ENGLISH), other.fit_transform(ENGLISH))
    assert_same_after_sorting(mine.transform(ENGLISH), other.transform(ENGLISH))


def assert_same_after_sorting(found, expected):
    found.sort_indices()
    assert_same(found, expected)


@pytest.mark.parametrize("name", CLASSES)
def test_the_method_of_a_subclass_is_called(name):
    class Halves(getattr(ours, name)):
        def build_tokenizer(self):
            return letters

    class TheirHalves(getattr(theirs, name)):
        def build_tokenizer(self):
            return letters

    mine = Halves()
    assert mine.fallback_reason == "build_tokenizer is not scikit-learn's method"
    assert_same_after_sorting(mine.fit_transform(ENGLISH), TheirHalves().fit_transform(ENGLISH))


def test_a_tokenizer_that_is_not_used_is_no_reason():
    assert CountVectorizer(tokenizer=letters, analyzer="char").fallback_reason is None


def test_of_terms_as_frequent_the_first_are_kept():
    texts = [f"term{number:03}" for number in np.random.RandomState(0).permutation(100)]
    kept = CountVectorizer(max_features=3).fit(texts).get_feature_names_out()
    assert list(kept) == ["term000", "term001", "term002"]


def test_texts_of_many_batches_are_those_of_one():
    # Some 40 MB, more than is counted at once.
    text = " ".join(f"word{number % 5000}" for number in range(100_000))
    counts = CountVectorizer().fit_transform(text for _ in range(45))
    assert counts.shape == (45, 5000)
    assert (counts.data == 20).all()
    hashed = HashingVectorizer(norm=None, alternate_sign=False).transform(text for _ in range(45))
    assert hashed.sum() == 45 * 100_000


@pytest.mark.parametrize("name", ["CountVectorizer", "TfidfVectorizer"])
def test_the_vocabulary_is_read_anew_by_each_transform(name):
    mine, other = pair(name)
    for vectorizer in (mine, other):
        vectorizer.fit(ENGLISH)
        vectorizer.transform(ENGLISH)
        first, second = list(sorted(vectorizer.vocabulary_))[:2]
        columns = vectorizer.vocabulary_
        columns[first], columns[second] = columns[second], columns[first]
        columns["never"] = columns.pop(second)
    assert_same(mine.transform(ENGLISH), other.transform(ENGLISH))


def test_an_idf_that_is_set_is_used():
    mine, other = pair("TfidfVectorizer", vocabulary=["moon", "space"])
    for vectorizer in (mine, other):
        vectorizer.idf_ = np.array([2.0, 3.0])
    assert_same(mine.transform(ENGLISH), other.transform(ENGLISH))


def test_columns_that_are_none_are_refused():
    counts = CountVectorizer().fit(["moon sun"])
    counts.vocabulary_ = {"moon": 0, "sun": -1}
    with pytest.raises(ValueError, match="sun.*give each term an int"):
        counts.transform(["moon sun"])
    counts.vocabulary_ = {"moon": 1, "sun": 1}
    with pytest.raises(ValueError, match="a column of its own below 2"):
        counts.transform(["moon sun"])


@pytest.mark.parametrize("name", CLASSES)
def test_a_copy_and_a_pickle_give_the_same(name):
    vectorizer = getattr(ours, name)(ngram_range=(1, 2)).fit(ENGLISH)
    expected = vectorizer.transform(ENGLISH)
    for copy in (pickle.loads(pickle.dumps(vectorizer)), clone(vectorizer).fit(ENGLISH)):
        assert (copy.transform(ENGLISH) != expected).nnz == 0
    if name != "HashingVectorizer":
        terms = sum(len(term) for term in vectorizer.vocabulary_)
        per_term = 20 if name == "CountVectorizer" else 40
        assert len(pickle.dumps(vectorizer)) < terms + per_term * len(vectorizer.vocabulary_) + 4000


def test_halves_of_surrogate_pairs_separate_words_and_are_refused_elsewhere():
    texts = ["moon\ud800light", "naïve \udfff sun"]
    mine, other = pair("TfidfVectorizer")
    assert_same(mine.fit_transform(texts), other.fit_transform(texts))
    characters = CountVectorizer(analyzer="char")
    with pytest.raises(ValueError, match="document 0 holds half of a surrogate pair") as refusal:
        characters.fit(texts)
    advice = re.search(r"give (text\.encode\(.*\)\.decode\(.*\)), or", str(refusal.value))[1]
    characters.fit([eval(advice, {"text": text}) for text in texts])
    assert "\ufffd" in characters.vocabulary_


@pytest.mark.parametrize("name", ["CountVectorizer", "TfidfVectorizer"])
def test_errors_have_the_words_of_scikit_learn(name):
    make = getattr(ours, name)
    cases = [
        (make(stop_words="english"), ["to be or not to be"], "empty vocabulary; perhaps the documents only contain"),
        (make(), [], "empty vocabulary"),
        (make(min_df=3, max_df=1), ["moon", "sun"], "max_df corresponds to < documents than min_df"),
        (make(min_df=2), ["moon", "sun"], "After pruning, no terms remain. Try a lower min_df or a higher max_df."),
        (make(token_pattern=r"(\w)(\w)"), ["moon"], "More than 1 capturing group in token pattern"),
        (make(ngram_range=(2, 1)), ["moon"], "lower boundary larger than the upper boundary"),
        (make(), "moon", "Iterable over raw text documents expected, string object received."),
        (make(), [float("nan"), "moon"], "document 0 is of type float, expected str or bytes"),
        (make(), [np.nan, "moon"], "np.nan is an invalid document"),
        (make(), [["moon"]], "document 0 is of type list, expected str or bytes"),
        (make(analyzer="words"), ["moon"], "analyzer"),
        (make(min_df=0), ["moon"], "min_df"),
        (make(max_features=0), ["moon"], "max_features"),
        (make(vocabulary=["moon", "moon"]), ["moon"], "Duplicate term in vocabulary"),
        (make(vocabulary=[]), ["moon"], "empty vocabulary passed to fit"),
    ]
    for vectorizer, texts, words in cases:
        with pytest.raises((ValueError, TypeError), match=re.escape(words)):
            vectorizer.fit_transform(texts)
    with pytest.raises(NotFittedError):
        make().transform(["moon"])
    with pytest.raises(re.error):
        make(token_pattern="(").fit(["moon"])


def test_no_texts_are_no_rows():
    vectorizer = CountVectorizer().fit(["moon sun"])
    assert vectorizer.transform([]).shape == (0, 2)
    with pytest.raises(ValueError, match="Cannot vectorize empty sequence"):
        HashingVectorizer().transform([])


@pytest.mark.parametrize("n_features", [1, 7, 2**20, 2**31 - 1])
def test_any_number_of_buckets(n_features):
    mine, other = pair("HashingVectorizer", n_features=n_features)
    assert_same(mine.transform(ENGLISH), other.transform(ENGLISH))


def test_an_exception_of_the_documents_is_passed_on():
    def broken():
        yield "moon"
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        CountVectorizer().fit(broken())
    with pytest.raises(TypeError, match="not iterable|cannot be converted"):
        CountVectorizer().fit(3)


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.filterwarnings("ignore:Can't test estimator")
def test_scikit_learn_finds_no_fault(name):
    """All of the checks that scikit-learn has for its own vectorizers; most are for numbers, and leave texts out."""

    def verdicts(vectorizer):
        return {result["check_name"]: result["status"] for result in check_estimator(vectorizer, on_skip=None, on_fail=None)}

    mine, other = pair(name)
    assert verdicts(mine) == verdicts(other)
    assert "failed" not in verdicts(mine).values()


@pytest.mark.parametrize("name", CLASSES)
def test_a_fit_leaves_the_documents_as_they_are(name):
    texts = list(ENGLISH)
    X = getattr(ours, name)().fit_transform(texts)
    assert texts == ENGLISH
    assert sp.issparse(X) and X.format == "csr"


def test_an_iterator_of_stop_words_is_refused_before_it_is_used_up():
    words = iter(["moon"])
    with pytest.raises(ValueError, match="give a list"):
        HashingVectorizer(stop_words=words).transform(["the moon"])
    assert next(words) == "moon"

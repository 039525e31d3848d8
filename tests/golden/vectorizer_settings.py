"""Writes vectorizer_settings.json: what scikit-learn makes of small texts with each of its settings, alone and together.

    pip install scikit-learn==1.9.1 numpy==2.4.6 scipy==1.17.1
    python3 golden/vectorizer_settings.py

Run with Python 3.11 in the folder `tests`. `class` says which vectorizer it is: tfidf, count, hashing, or hashing_idf,
a HashingVectorizer of plain counts before a TfidfTransformer.
"""

import json
import random
import warnings
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.pipeline import make_pipeline
from vectorizer import ENGLISH, RANKED, UNICODE, UNSEEN

TEXTS = {
    "unicode": UNICODE,
    "english": ENGLISH,
    "ranked": RANKED,
    "spaces": ["a  b\n\nc\td", " leading and trailing ", "one", "", "\n", "two words", "x\x1cy  z\u3000\u3000w", "éa éb"],
    "hindi": ["हिन्दी में एक वाक्य", "एक और वाक्य हिन्दी"],
}

OWN_WORDS = ["the", "moon", "The", "don't", "space station", "οδυσσευς", "is"]
VOCABULARY = ["shuttle", "moon", "Moon", "space station", "files", "absent", "graphics", "οδυσσευσ", "cafe"]

SINGLE = [
    ("tfidf", "unicode", {"analyzer": "char"}),
    ("tfidf", "unicode", {"analyzer": "char", "ngram_range": (2, 3)}),
    ("tfidf", "unicode", {"analyzer": "char_wb", "ngram_range": (1, 4)}),
    ("count", "spaces", {"analyzer": "char", "ngram_range": (1, 3)}),
    ("count", "spaces", {"analyzer": "char", "ngram_range": (15, 40), "strip_accents": "ascii"}),
    ("count", "spaces", {"analyzer": "char_wb", "ngram_range": (2, 5)}),
    ("count", "spaces", {"analyzer": "char_wb", "ngram_range": (3, 3)}),
    ("tfidf", "unicode", {"strip_accents": "ascii"}),
    ("tfidf", "unicode", {"strip_accents": "unicode"}),
    ("tfidf", "unicode", {"lowercase": False}),
    ("tfidf", "unicode", {"lowercase": False, "strip_accents": "unicode", "ngram_range": (1, 2)}),
    ("tfidf", "english", {"lowercase": False, "stop_words": "english"}),
    ("tfidf", "english", {"stop_words": OWN_WORDS}),
    ("tfidf", "english", {"stop_words": OWN_WORDS, "ngram_range": (1, 3)}),
    ("tfidf", "english", {"binary": True}),
    ("count", "english", {"binary": True}),
    ("count", "ranked", {"binary": True, "max_features": 1}),
    ("tfidf", "english", {"use_idf": False}),
    ("tfidf", "english", {"smooth_idf": False}),
    ("tfidf", "english", {"norm": "l1"}),
    ("tfidf", "english", {"norm": None}),
    ("tfidf", "english", {"norm": None, "use_idf": False, "sublinear_tf": True}),
    ("tfidf", "english", {"vocabulary": VOCABULARY}),
    ("tfidf", "english", {"vocabulary": VOCABULARY, "ngram_range": (1, 2), "lowercase": False}),
    ("count", "unicode", {"vocabulary": VOCABULARY, "strip_accents": "unicode"}),
    ("count", "english", {"vocabulary": ["oon", " mo", "th"], "analyzer": "char", "ngram_range": (2, 3)}),
    ("count", "hindi", {}),
    ("tfidf", "english", {"token_pattern": r"[a-z]+"}),
    ("tfidf", "english", {"token_pattern": r"(\w+)_\d"}),
    ("tfidf", "english", {"token_pattern": r"\b\w+\b", "stop_words": "english", "ngram_range": (1, 2)}),
    ("tfidf", "english", {"token_pattern": r"\w*"}),
    ("count", "english", {"token_pattern": r"\w*", "ngram_range": (1, 3)}),
    ("tfidf", "unicode", {"token_pattern": r"[^\W\d_]{2,}"}),
    ("tfidf", "unicode", {"token_pattern": r"(?u)\b\w\w+\b"}),
    ("tfidf", "unicode", {"token_pattern": r"\S+", "lowercase": False}),
    ("tfidf", "unicode", {"token_pattern": r"(?<!\w)\w{3}", "strip_accents": "ascii"}),
    ("hashing", "english", {"n_features": 4096}),
    ("hashing", "english", {"n_features": 16}),
    ("hashing", "english", {"n_features": 16, "alternate_sign": False}),
    ("hashing", "unicode", {"n_features": 1000, "norm": "l1"}),
    ("hashing", "unicode", {"n_features": 7, "norm": None, "binary": True}),
    ("hashing", "english", {"n_features": 64, "norm": None, "stop_words": "english", "ngram_range": (1, 2)}),
    ("hashing", "unicode", {"n_features": 2**20, "analyzer": "char_wb", "ngram_range": (2, 4)}),
    ("hashing_idf", "english", {"n_features": 128}),
    ("hashing_idf", "unicode", {"n_features": 32, "alternate_sign": False, "sublinear_tf": True, "norm": "l1"}),
]

CHOICES = {
    "analyzer": ["word", "word", "char", "char_wb"],
    "token_pattern": [None, None, r"[^\W_]+", r"\b(\w+)\b", r"\w+(?:'\w+)?"],
    "lowercase": [True, True, False],
    "strip_accents": [None, "ascii", "unicode"],
    "stop_words": [None, "english", OWN_WORDS],
    "ngram_range": [(1, 1), (1, 2), (2, 3), (1, 4)],
    "binary": [False, True],
    "norm": ["l1", "l2", None],
    "use_idf": [True, True, False],
    "smooth_idf": [True, False],
    "sublinear_tf": [False, True],
    "min_df": [1, 1, 2],
    "max_df": [1.0, 0.9, 5],
}


def rows(matrix):
    matrix = matrix.tocsr().astype(np.float64)
    matrix.sort_indices()
    return {"indptr": matrix.indptr.tolist(), "indices": matrix.indices.tolist(), "values": matrix.data.tolist()}


def vectorizer(kind, settings):
    if kind == "tfidf":
        return TfidfVectorizer(**settings)
    if kind == "count":
        return CountVectorizer(**settings)
    weighting = {key: settings[key] for key in ("norm", "sublinear_tf") if key in settings and kind == "hashing_idf"}
    hashing = {key: value for key, value in settings.items() if key not in weighting}
    if kind == "hashing":
        return HashingVectorizer(**hashing)
    return make_pipeline(HashingVectorizer(**hashing, norm=None), TfidfTransformer(**weighting))


def run(kind, texts, settings):
    model = vectorizer(kind, settings)
    fitted = rows(model.fit_transform(TEXTS[texts]))
    named = kind in ("tfidf", "count")
    idf = model.idf_.tolist() if kind == "tfidf" and settings.get("use_idf", True) else None
    return {
        "class": kind,
        "texts": texts,
        "settings": settings,
        "terms": model.get_feature_names_out().tolist() if named else None,
        "idf": idf,
        "fitted": fitted,
        "unseen": rows(model.transform(UNSEEN)),
    }


def drawn(generator):
    """Settings drawn at random, for those that have a vectorizer."""
    while True:
        settings = {key: generator.choice(values) for key, values in CHOICES.items()}
        if settings["token_pattern"] is None or settings["analyzer"] != "word":
            del settings["token_pattern"]
        if settings["analyzer"] != "word":
            del settings["stop_words"]
        kind = generator.choice(["tfidf", "tfidf", "tfidf", "hashing"])
        if kind == "hashing":
            for key in ("use_idf", "smooth_idf", "sublinear_tf", "min_df", "max_df"):
                del settings[key]
            settings["n_features"] = generator.choice([5, 64, 1024])
            settings["alternate_sign"] = generator.choice([True, False])
        texts = generator.choice(["unicode", "english", "spaces"])
        try:
            return run(kind, texts, settings)
        except ValueError:
            pass


def main():
    warnings.simplefilter("ignore")
    generator = random.Random(20)
    cases = [run(*case) for case in SINGLE] + [drawn(generator) for _ in range(30)]
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    path = Path(__file__).with_suffix(".json")
    path.write_text(f'{{"texts": {json.dumps(TEXTS)},\n"unseen": {json.dumps(UNSEEN)},\n"cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()

"""Writes singular_values.json: the leading singular values of four newsgroups, for tests/newsgroups.rs.

    pip install scikit-learn==1.9.1 scipy==1.17.1
    python3 tests/golden/singular_values.py DATA

DATA is the folder that holds 20news/20news-bydate.tar.gz, as in LOWRANK_DATA. The values are those of ARPACK, to
rounding; numpy's dense SVD of the same matrices, which takes minutes, gives the same to 3e-15.
"""

import json
import sys
import tarfile
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy.sparse.linalg import norm, svds
from sklearn.datasets._twenty_newsgroups import (
    strip_newsgroup_footer,
    strip_newsgroup_header,
    strip_newsgroup_quoting,
)
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

GROUPS = ["alt.atheism", "comp.graphics", "sci.space", "talk.religion.misc"]
COUNT = 10


def read_texts(archive):
    """The posts of the train half, stripped as fetch_20newsgroups strips them, by group and name."""
    posts = {}
    with tarfile.open(archive) as entries:
        for entry in entries:
            half, _, rest = entry.name.partition("/")
            group = rest.partition("/")[0]
            if entry.isfile() and half == "20news-bydate-train" and group in GROUPS:
                text = entries.extractfile(entry).read().decode("latin1")
                text = strip_newsgroup_quoting(strip_newsgroup_footer(strip_newsgroup_header(text)))
                posts[entry.name] = text
    return [posts[name] for name in sorted(posts)]


def describe(a):
    """The figures of a sparse matrix."""
    _, s, _ = svds(a.astype(np.float64), k=COUNT, tol=0, v0=np.ones(min(a.shape)), solver="arpack")
    return {
        "shape": list(a.shape),
        "nonzeros": int(a.nnz),
        "sum": float(a.sum()),
        "frobenius_norm": float(norm(a)),
        "singular_values": sorted((float(x) for x in s), reverse=True),
    }


def main():
    texts = read_texts(Path(sys.argv[1]) / "20news" / "20news-bydate.tar.gz")
    counts = CountVectorizer(stop_words="english")
    golden = {
        "made_by": f"scikit-learn {sklearn.__version__}, scipy {scipy.__version__}",
        "count": describe(counts.fit_transform(texts)),
        "tfidf": describe(TfidfVectorizer(stop_words="english").fit_transform(texts)),
        "terms_from_7000": list(counts.get_feature_names_out()[7000:7008]),
    }
    target = Path(__file__).with_name("singular_values.json")
    target.write_text(json.dumps(golden, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

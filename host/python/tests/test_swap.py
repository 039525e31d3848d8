"""Pipelines of scikit-learn's users with the import changed, and nothing else: the scores stay where they were.

Each pipeline is that of a public example of scikit-learn, and runs with five seeds. The scores of ours must be within the
spread of theirs, or above. With LOWRANK_DATA they run on the data of the examples, else on made-up ones.
"""

import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from newsgroups import texts_and_labels
from sklearn import decomposition
from sklearn.feature_extraction import text
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

import lowrank

SEEDS = range(5)
# A factorization without negative entries has local optima, and a search its own end: so much of the squares may be left
# over. docs/python.md has what is.
BELOW = 5e-4
THEIRS = SimpleNamespace(
    TfidfVectorizer=text.TfidfVectorizer,
    TruncatedSVD=decomposition.TruncatedSVD,
    NMF=decomposition.NMF,
    PCA=decomposition.PCA,
)


@pytest.fixture(scope="module")
def texts():
    return texts_and_labels()


@pytest.fixture(scope="module")
def faces():
    """Faces, one a row; made up of 20 parts where there are none."""
    folder = os.environ.get("LOWRANK_DATA")
    path = Path(folder, "faces", "cbcl-19x19-one-face-per-row.pgm") if folder else None
    if path is None or not path.exists():
        chance = np.random.RandomState(0)
        return chance.gamma(1.0, size=(300, 20)) @ chance.gamma(0.3, size=(20, 361)) + chance.uniform(size=(300, 361))
    kind, size, top, pixels = path.read_bytes().split(b"\n", 3)
    columns, rows = map(int, size.split())
    assert (kind, int(top)) == (b"P5", 255)
    return np.frombuffer(pixels, np.uint8, count=rows * columns).reshape(rows, columns) / 255


def classification(package, texts, seed):
    """Accuracy of a classification of texts by latent semantic analysis: plot_document_clustering's vectors, and a
    logistic regression of them."""
    train, labels, test, test_labels = texts
    pipeline = make_pipeline(
        package.TfidfVectorizer(max_df=0.5, min_df=2, stop_words="english"),
        package.TruncatedSVD(n_components=40, random_state=seed),
        Normalizer(copy=False),
        LogisticRegression(max_iter=1000),
    )
    return pipeline.fit(train, labels).score(test, test_labels)


def topics(package, texts, seed):
    """Share of the squares that ten topics explain, less the penalties: what plot_topics_extraction_with_nmf_lda's
    factorization maximizes."""
    alpha = 0.00005
    vectorizer = package.TfidfVectorizer(max_df=0.95, min_df=2, max_features=1000, stop_words="english")
    X = vectorizer.fit_transform(texts[0])
    nmf = package.NMF(n_components=10, random_state=seed, init="nndsvda", alpha_W=alpha, alpha_H=alpha)
    W = nmf.fit_transform(X)
    H = nmf.components_
    penalties = alpha * (X.shape[1] * (W**2).sum() + X.shape[0] * (H**2).sum())
    return 1 - (((X.toarray() - W @ H) ** 2).sum() + penalties) / X.power(2).sum()


def eigenfaces(package, faces, seed):
    """Share of the variance that six eigenfaces explain: plot_faces_decomposition."""
    centered = faces - faces.mean(axis=0)
    centered -= centered.mean(axis=1).reshape(-1, 1)
    pca = package.PCA(n_components=6, svd_solver="randomized", whiten=True, random_state=seed)
    return pca.fit(centered).explained_variance_ratio_.sum()


def parts_of_faces(package, faces, seed):
    """Share of the squares that six parts of faces explain: plot_faces_decomposition."""
    nmf = package.NMF(n_components=6, tol=5e-3, random_state=seed)
    rest = faces - nmf.fit_transform(faces) @ nmf.components_
    return 1 - (rest**2).sum() / (faces**2).sum()


@pytest.mark.parametrize("pipeline", [classification, topics, eigenfaces, parts_of_faces])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_scores_are_within_the_spread_of_scikit_learn(pipeline, request):
    data = request.getfixturevalue("texts" if pipeline in (classification, topics) else "faces")
    theirs = np.array([pipeline(THEIRS, data, seed) for seed in SEEDS])
    ours = np.array([pipeline(lowrank, data, seed) for seed in SEEDS])
    print(f"{pipeline.__name__}: scikit-learn {theirs.min():.6f}..{theirs.max():.6f}, ours {ours.min():.6f}..{ours.max():.6f}")
    assert ours.min() >= theirs.min() - BELOW
    assert np.median(ours) >= np.median(theirs) - max(np.ptp(theirs), BELOW)

"""Low-rank factorization with the estimators of scikit-learn, and the errors that they leave.

    from lowrank import NMF, TfidfVectorizer

    X = TfidfVectorizer(stop_words="english").fit_transform(texts)
    model = NMF(n_components=10).fit(X)
    model.error_, model.error_bound_, model.converged_

Estimators: `TruncatedSVD`, `PCA`, `NMF`, `MiniBatchNMF`, `MatrixCompletion`, `ImplicitALS`, `CountVectorizer`,
`TfidfVectorizer`, `HashingVectorizer`. `load` reads a folder that an estimator's `save`, or the command lowrank, wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._completion import MatrixCompletion
from ._nmf import NMF, MiniBatchNMF
from ._pca import PCA
from ._recommender import ImplicitALS
from ._svd import TruncatedSVD
from ._version import __version__

if TYPE_CHECKING:
    from ._stored import load
    from .text import CountVectorizer, HashingVectorizer, TfidfVectorizer

__all__ = [
    "NMF",
    "PCA",
    "CountVectorizer",
    "HashingVectorizer",
    "ImplicitALS",
    "MatrixCompletion",
    "MiniBatchNMF",
    "TfidfVectorizer",
    "TruncatedSVD",
    "__version__",
    "load",
]

#: The module of each name that is imported when it is asked for: scikit-learn's text module takes its time.
_LATER = {
    "CountVectorizer": ".text",
    "HashingVectorizer": ".text",
    "TfidfVectorizer": ".text",
    "load": "._stored",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(_LATER[name], __name__), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})

"""Parts common to all estimators: names of features, pickles, folders of models."""

from __future__ import annotations

import inspect
import os
import warnings
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from . import _parameters
from ._version import __version__

if TYPE_CHECKING:
    from ._stored import Exported

Array = npt.NDArray[Any]

#: The version of the content of pickles, which grows where an older package could not read them.
PICKLE = 1

FORMATS = ("csr", "csc", "coo")
DTYPES = (np.float64, np.float32)


class Factorization(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """A factorization X ~ W H as a transformer: `components_` is H, and `transform` gives W."""

    components_: Array
    random_state: Any

    #: The seed of the fit: a RandomState has another one for each draw.
    _seed: int

    #: The vectorizer of a folder of the command, which `save` and `export` hand on.
    _text: dict[str, Any] | None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    @property
    def _n_features_out(self) -> int:
        return int(self.components_.shape[0])

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = dict(super().__getstate__())
        state["_lowrank"] = (PICKLE, __version__)
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        found, version = state.pop("_lowrank", (0, "unknown"))
        if found != PICKLE:
            raise ValueError(
                f"this {type(self).__name__} was pickled by lowrank {version} in version {found}, and lowrank "
                f"{__version__} reads {PICKLE}: load it there and hand it over by save(folder) and lowrank.load(folder)"
            )
        # Parameters that the package has got since have their defaults.
        for name, parameter in inspect.signature(type(self)).parameters.items():
            state.setdefault(name, parameter.default)
        super().__setstate__(state)

    def _draw_seed(self) -> int:
        """The seed of a fit that begins, which is kept for what belongs to it."""
        self._seed = _parameters.seed(self.random_state)
        self.__dict__.pop("_text", None)
        return self._seed

    def _seed_of_fit(self) -> int:
        """The seed of the fit; a RandomState is not drawn from."""
        drawn: int | None = getattr(self, "_seed", None)
        return _parameters.fixed_seed(self.random_state) if drawn is None else drawn

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False, vectorizer: Any = None) -> None:
        """Writes the model as a folder, which `lowrank.load` and the command lowrank read.

        Parameters
        ----------
        path : str or path
            The folder, which is written whole or not at all.
        overwrite : bool, default=False
            Replaces a folder that is there.
        vectorizer : CountVectorizer or TfidfVectorizer, default=None
            The one that made X, which is stored with the model: the command then takes texts.
        """
        from ._stored import save

        check_is_fitted(self)
        save(self, path, overwrite, vectorizer)

    def export(
        self,
        path: str | os.PathLike[str],
        *,
        format: str | None = None,
        precision: str | None = None,
        terms: int | None = None,
        bytes: int | str | None = None,
        by_index: bool = False,
        vectorizer: Any = None,
    ) -> Exported:
        """Writes the model for a microcontroller, as `lowrank export` does: bytes that firmware reads in flash, in place.

        Parameters
        ----------
        path : str or path
            The file, which is replaced.
        format : {"blob", "rust", "c"} or None, default=None
            Bytes, or a constant of bytes as source code. None: "rust" for a path in .rs, "c" for .h and .c, else "blob".
        precision : {"f32", "i16", "u8"} or None, default=None
            How each number is kept. None is "i16", and "u8" for an NMF with `terms` or `bytes`.
        terms : int or None, default=None
            Keeps as many of the terms of a model of texts, those that weigh most; None keeps all.
        bytes : int or str, default=None
            Keeps as many terms as a model of this size holds: 4000, or "24k", where k is 1024.
        by_index : bool, default=False
            Keeps all terms without their keys: rows come by the numbers of the columns.
        vectorizer : CountVectorizer or TfidfVectorizer, default=None
            The one that made X, for a model of texts.

        Returns
        -------
        Exported
            What was written, and how many terms were left out.

        Raises
        ------
        ValueError
            No device has such a model, such as an NMF of another loss than the Frobenius norm, or such texts.
        """
        from ._stored import export

        check_is_fitted(self)
        limits = {"terms": terms, "bytes": bytes, "by_index": by_index}
        return export(self, path, (format, precision), limits, vectorizer)

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fits the model to X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : Ignored

        Returns
        -------
        self
        """
        self.fit_transform(X)
        return self

    def _checked(self, X: Any, *, reset: bool, **checks: Any) -> Any:
        """X as an array or sparse matrix of f32 or f64; no copy where it is one."""
        return validate_data(
            self, X, reset=reset, accept_sparse=FORMATS, dtype=DTYPES, accept_large_sparse=True, **checks
        )


def flip_signs(components: Array, scores: Array) -> None:
    """Turns components so that the entry of greatest magnitude in each is positive, as scikit-learn does."""
    largest = np.abs(components).argmax(axis=1)
    signs = np.sign(components[np.arange(len(components)), largest])
    signs[signs == 0] = 1
    components *= signs[:, None]
    scores *= signs


def product(X: Any, components: Array) -> Array:
    """X components^T."""
    return np.asarray(X @ components.T)


def as_scores(X: Any, k: int) -> Array:
    """Scores of shape (n_samples, k)."""
    scores: Array = check_array(X, dtype=DTYPES)
    if scores.shape[1] != k:
        raise ValueError(f"X has {scores.shape[1]} features, but {k} components are expected")
    return scores


def clamped(n_components: int, shape: tuple[int, int]) -> int:
    """The rank, at most min(shape): a smaller one is told."""
    most = min(shape)
    if n_components > most:
        warnings.warn(
            f"n_components={n_components} is more than min(n_samples, n_features)={most}: there are {most} components",
            UserWarning,
            stacklevel=4,
        )
    return min(n_components, most)


def warn_unconverged(converged: bool, advice: str) -> None:
    """Tells that a fit is not at its end."""
    if not converged:
        warnings.warn(advice, ConvergenceWarning, stacklevel=4)


def finish(answer: dict[str, Any]) -> None:
    """Raises what ended a fit early, a KeyboardInterrupt or the error of a callback, after all has been kept."""
    interrupt = answer["interrupt"]
    if interrupt is not None:
        raise interrupt


def is_sparse(X: Any) -> bool:
    """True for a sparse matrix or array of SciPy."""
    return bool(sp.issparse(X))

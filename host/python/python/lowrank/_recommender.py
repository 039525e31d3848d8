"""Recommendations from what users have."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.utils.validation import check_is_fitted

from . import _native, _parameters
from ._base import Array, Factorization, clamped, finish, warn_unconverged
from ._nmf import NOT_CONVERGED
from ._parameters import Callback
from ._svd import checked_backend


class ImplicitALS(Factorization):
    """Factors of implicit feedback (Hu, Koren & Volinsky 2008): rows are users, columns are items.

    Whether a user has an item is predicted for all of them; the value of an entry that is there says how much it counts.

    Parameters
    ----------
    n_components : int, default=64
        k.
    alpha : float or None, default=None
        The penalty of the factors, in units of entries. None: the one that suits the number of entries, 20 where users and
        items have 80 each, less where they have fewer; `alpha_` tells it.
    confidence : float, default=1.0
        An entry r counts 1 + confidence r times as much as one that is not there.
    max_iter : int, default=1000
    tol : float, default=5e-6
        The share of the loss at or below which the gain of ten iterations ends the fit.
    random_state : int, RandomState or None, default=None
    verbose, callback, backend :
        As for `NMF`; there is no GPU for this.

    Attributes
    ----------
    components_ : ndarray of shape (n_components_, n_features)
        The factors of the items; zero for an item that no one has.
    alpha_ : float
        The penalty of this fit.
    loss_, converged_, n_iter_, n_components_, n_samples_ : float, bool, int, int, int

    Examples
    --------
    >>> import numpy as np
    >>> from lowrank import ImplicitALS
    >>> taken = np.array([[1.0, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1]])
    >>> items, scores = ImplicitALS(n_components=2, alpha=0.1).fit(taken).recommend(taken, n=1)
    >>> int(items[0, 0])
    2
    """

    def __init__(
        self,
        n_components: int = 64,
        *,
        alpha: float | None = None,
        confidence: float = 1.0,
        max_iter: int = 1000,
        tol: float = 5e-6,
        random_state: Any = None,
        verbose: int = 0,
        callback: Callback | None = None,
        backend: str = "auto",
    ) -> None:
        self.n_components = n_components
        self.alpha = alpha
        self.confidence = confidence
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state
        self.verbose = verbose
        self.callback = callback
        self.backend = backend

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        return tags

    def _entries(self, X: Any, *, reset: bool) -> Any:
        X = sp.csr_array(self._checked(X, reset=reset))
        if (X.data == 0).any():
            X = X.copy()
            X.eliminate_zeros()
        return X

    def _settings(self, rank: int, l2: float | None, seed: int) -> dict[str, Any]:
        return {
            "rank": rank,
            "l2": l2,
            "confidence": _parameters.number("confidence", self.confidence),
            "iterations": _parameters.integer("max_iter", self.max_iter),
            "tolerance": _parameters.number("tol", self.tol),
            "backend": checked_backend(self.backend),
            "seed": seed,
        }

    def fit_transform(self, X: Any, y: Any = None) -> Array:
        """Fits the model to X, and returns what `transform` returns for it: factors of users, (n_samples, n_components_)."""
        X = self._entries(X, reset=True)
        rank = clamped(_parameters.integer("n_components", self.n_components), X.shape)
        observe = _parameters.progress(self.callback, self.verbose, type(self).__name__)
        l2 = None if self.alpha is None else _parameters.number("alpha", self.alpha)
        answer = _native.implicit_als(X, self._settings(rank, l2, self._draw_seed()), observe)
        self.alpha_ = answer["l2"]
        self.components_ = answer["components"]
        self.n_components_ = rank
        self.loss_ = answer["loss"]
        self.converged_ = answer["converged"]
        self.n_iter_ = max(answer["iterations"], 1)
        self.n_samples_ = X.shape[0]
        finish(answer)
        warn_unconverged(self.converged_ or answer["stopped"] or self.tol == 0, NOT_CONVERGED.format(self.max_iter))
        return self._users(X)

    def _users(self, X: Any) -> Array:
        return _native.implicit_users(X, *self._model(X))

    def _model(self, X: Any) -> tuple[Array, dict[str, Any]]:
        """The items in the precision of X, and the settings of the fit."""
        components = np.ascontiguousarray(self.components_, dtype=X.dtype)
        # Pickles of older versions have the penalty as a parameter alone.
        penalty: Any = getattr(self, "alpha_", self.alpha)
        return components, self._settings(self._n_features_out, float(penalty), self._seed_of_fit())

    def transform(self, X: Any) -> Array:
        """The factors of the users whose items are the rows of X, exactly: (n_samples, n_components_)."""
        check_is_fitted(self)
        return self._users(self._entries(X, reset=False))

    def recommend(
        self, X: Any, *, n: int = 10, exclude_seen: bool = True, candidates: Any = None
    ) -> tuple[Array, Array]:
        """Lists the n items of highest score for each row of X, the highest first.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            What each user has; users of the fit or new ones.
        n : int, default=10
        exclude_seen : bool, default=True
            Leaves out what a user has.
        candidates : array-like of int or None, default=None
            The items that may be recommended.

        Returns
        -------
        items, scores : ndarray of shape (n_samples, n)
            -1 and NaN where fewer items are left.
        """
        check_is_fitted(self)
        X = self._entries(X, reset=False)
        listed = None
        if candidates is not None:
            listed = [int(item) for item in np.asarray(candidates).ravel()]
            if any(not 0 <= item < self.n_features_in_ for item in listed):
                raise IndexError(f"candidates are items from 0 to {self.n_features_in_ - 1}")
        unseen = _parameters.flag("exclude_seen", exclude_seen)
        return _native.implicit_lists(X, *self._model(X), _parameters.integer("n", n), unseen, listed)

    def similar_items(self, item: int, *, n: int = 10) -> tuple[Array, Array]:
        """Lists the n items whose factors have the largest cosine with those of `item`, and these cosines."""
        check_is_fitted(self)
        return _native.similar_items(self.components_, _parameters.integer("item", item, 0), _parameters.integer("n", n))

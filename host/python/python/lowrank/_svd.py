"""Truncated singular value decomposition."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from . import _native, _parameters
from ._base import Array, Factorization, as_scores, clamped, finish, flip_signs, product, warn_unconverged

ALGORITHMS = ("auto", "krylov", "chebyshev", "randomized", "exact", "arpack")

#: The relative excess of the error at which a search ends, and that of algorithm="arpack".
TOLERANCE, TIGHT = 1e-7, 1e-14


class TruncatedSVD(Factorization):
    """X ~ U diag(s) V^T of rank k, in place of scikit-learn's, without centering.

    Parameters
    ----------
    n_components : int, float or "tol", default=2
        k. A number between 0 and 1 is a share: the fewest components that hold this share of ||X||_F^2. "tol": the
        fewest whose error is at most `tol` ||X||_F.
    algorithm : {"auto", "krylov", "chebyshev", "randomized", "exact", "arpack"}, default="auto"
        "auto" is the fastest one for X that converges: a Krylov space, Chebyshev polynomials or, for a dense X with a
        short side, an exact decomposition. "randomized" is a range finder with `n_iter` power iterations, as in
        scikit-learn; it stops there, converged or not. "arpack" is a Krylov space to rounding.
    n_iter : int, default=5
        The power iterations of "randomized".
    n_oversamples : int, default=10
        The columns of the sketch beyond k, of "randomized" and "chebyshev".
    power_iteration_normalizer : {"auto", "QR", "LU", "none"}, default="auto"
        Accepted for scikit-learn's sake; sketches are always kept orthogonal, so that it changes nothing.
    random_state : int, RandomState or None, default=None
        Equal seeds give equal results; None is the seed 0.
    tol : float, default=0.0
        The relative excess of the error over the smallest possible at which a search stops; 0 is 1e-7. With
        n_components="tol", the error itself.
    backend : {"auto", "host", "core", "cuda"}, default="auto"
        Where it runs: "core" is the code for microcontrollers on one thread, "cuda" needs a build with it.

    Attributes
    ----------
    components_ : ndarray of shape (n_components_, n_features)
        The right singular vectors, V^T; the entry of greatest magnitude in each is positive.
    singular_values_ : ndarray of shape (n_components_,)
    explained_variance_, explained_variance_ratio_ : ndarray of shape (n_components_,)
        The variances of the columns of `fit_transform`, and their shares of the sum of all variances of X.
    n_components_ : int
        k, where it was found.
    error_, error_bound_, norm_ : float
        ||X - U diag(s) V^T||_F, computed; a bound that includes rounding; and ||X||_F.
    residuals_ : ndarray of shape (n_components_,)
        max(||X v_i - s_i u_i||, ||X^T u_i - s_i v_i||): a singular value of X lies within this distance of s_i.
    excess_ : float
        The estimate of the error minus the smallest possible.
    converged_ : bool
        The error is at most (1 + tol) times the smallest possible, as far as residuals and gaps can tell.
    rank_ : int
        The number of singular values above rounding noise.
    solver_, n_iter_ : str, int
        The algorithm that ran, and its blocks, polynomials or power iterations.
    n_samples_, n_features_in_, feature_names_in_ : int, int, ndarray

    Examples
    --------
    >>> import numpy as np
    >>> from lowrank import TruncatedSVD
    >>> X = np.outer(np.arange(1.0, 6.0), [1.0, 2.0, 3.0])
    >>> svd = TruncatedSVD(n_components=1).fit(X)
    >>> bool(svd.error_bound_ < 1e-6 * svd.norm_), svd.converged_
    (True, True)
    """

    def __init__(
        self,
        n_components: int | float | str = 2,
        *,
        algorithm: str = "auto",
        n_iter: int = 5,
        n_oversamples: int = 10,
        power_iteration_normalizer: str = "auto",
        random_state: Any = None,
        tol: float = 0.0,
        backend: str = "auto",
    ) -> None:
        self.n_components = n_components
        self.algorithm = algorithm
        self.n_iter = n_iter
        self.n_oversamples = n_oversamples
        self.power_iteration_normalizer = power_iteration_normalizer
        self.random_state = random_state
        self.tol = tol
        self.backend = backend

    def fit_transform(self, X: Any, y: Any = None) -> Array:
        """Fits the model to X, and returns U diag(s).

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : Ignored

        Returns
        -------
        ndarray of shape (n_samples, n_components_)
        """
        X = self._checked(X, reset=True, ensure_min_features=2)
        answer = _native.truncated_svd(X, self._settings(X.shape))
        scores: Array = answer["scores"]
        components: Array = answer["components"]
        flip_signs(components, scores)
        self.components_ = components
        self.singular_values_ = answer["singular_values"]
        self.explained_variance_ = np.var(scores, axis=0)
        total = answer["total_variance"]
        self.explained_variance_ratio_ = self.explained_variance_ / components.dtype.type(total or 1.0)
        keep_verdict(self, answer, X.shape[0])
        finish(answer)
        if not self.converged_ and self.algorithm != "randomized":
            warn_unconverged(
                False,
                f"the singular vectors have not converged (residuals_ up to {self.residuals_.max(initial=0):.1e}): "
                "take algorithm='exact', or a larger tol",
            )
        return scores

    def _settings(self, shape: tuple[int, int]) -> dict[str, Any]:
        _parameters.choice("algorithm", self.algorithm, ALGORITHMS)
        _parameters.choice(
            "power_iteration_normalizer", self.power_iteration_normalizer, ("auto", "QR", "LU", "none")
        )
        tol = _parameters.number("tol", self.tol)
        k = self.n_components
        if isinstance(k, Integral) and not isinstance(k, bool) and k > shape[1]:
            raise ValueError(f"n_components({k}) must be <= n_features({shape[1]}).")
        rank, accuracy = rank_and_accuracy(k, tol, shape)
        return {
            "rank": rank,
            "accuracy": accuracy,
            "solver": "krylov" if self.algorithm == "arpack" else self.algorithm,
            "tolerance": self._search_tolerance(),
            "oversampling": _parameters.integer("n_oversamples", self.n_oversamples),
            "power_iterations": _parameters.integer("n_iter", self.n_iter, 0),
            "backend": checked_backend(self.backend),
            "seed": self._draw_seed(),
        }

    def _search_tolerance(self) -> float:
        return search_tolerance(self.n_components, self.tol, self.algorithm)

    def transform(self, X: Any) -> Array:
        """X V: the rows of X in the space of V, shape (n_samples, n_components_)."""
        check_is_fitted(self)
        return product(self._checked(X, reset=False), self.components_)

    def inverse_transform(self, X: Any) -> Array:
        """X V^T: the rows with these scores, dense, shape (n_samples, n_features)."""
        check_is_fitted(self)
        restored: Array = as_scores(X, self._n_features_out) @ self.components_
        return restored


def checked_backend(backend: object) -> str:
    """The name of a backend; ValueError otherwise."""
    _parameters.choice("backend", backend, _parameters.BACKENDS)
    return str(backend)


def search_tolerance(n_components: object, tol: float, solver: str) -> float:
    """The relative excess of the error at which a search ends."""
    if tol > 0 and n_components != "tol":
        return float(tol)
    return TIGHT if solver == "arpack" else TOLERANCE


def rank_and_accuracy(
    n_components: object, tol: float, shape: tuple[int, int]
) -> tuple[int, tuple[str, float] | None]:
    """The rank, or the first one of a search for an accuracy."""
    if isinstance(n_components, str):
        if n_components != "tol":
            raise ValueError(f"n_components must be a number or 'tol'. Got {n_components!r} instead.")
        if not 0 < tol < 1:
            raise ValueError(f"n_components='tol' needs a tol between 0 and 1. Got tol={tol!r} instead.")
        return min(8, *shape), ("error", tol)
    if isinstance(n_components, Real) and not isinstance(n_components, Integral):
        share = _parameters.number("n_components as a share", n_components, 0.0, 1.0, "neither")
        return min(8, *shape), ("variance", share)
    return clamped(_parameters.integer("n_components", n_components), shape), None


def keep_verdict(estimator: Any, answer: dict[str, Any], rows: int) -> None:
    """Keeps the error, its bound and the verdict of the search as attributes."""
    estimator.n_components_ = int(answer["components"].shape[0])
    estimator.error_ = answer["error"]
    estimator.error_bound_ = answer["error_bound"]
    estimator.norm_ = answer["norm"]
    estimator.residuals_ = answer["residuals"]
    estimator.excess_ = answer["excess"]
    estimator.converged_ = answer["converged"]
    estimator.rank_ = answer["rank"]
    estimator.solver_ = answer["solver"]
    estimator.n_iter_ = answer["iterations"]
    estimator.n_samples_ = rows

"""Principal components of dense and sparse matrices."""

from __future__ import annotations

from math import log, pi
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from . import _native, _parameters
from ._base import Array, Factorization, as_scores, finish, flip_signs, product, warn_unconverged
from ._svd import checked_backend, keep_verdict, rank_and_accuracy, search_tolerance

#: The solvers, and those of scikit-learn by the one that takes their place.
SOLVERS = {
    "auto": "auto",
    "krylov": "krylov",
    "chebyshev": "chebyshev",
    "randomized": "randomized",
    "exact": "exact",
    "full": "exact",
    "covariance_eigh": "exact",
    "arpack": "krylov",
}


class PCA(Factorization):
    """Principal components, in place of scikit-learn's. A sparse X is centered, too, and stays sparse.

    Parameters
    ----------
    n_components : int, float, "tol", "mle" or None, default=None
        k; None is min(n_samples, n_features). A number between 0 and 1 is a share: the fewest components that explain
        this share of the variance. "tol": the fewest whose error is at most `tol` times that of the centered X. "mle":
        Minka's estimate.
    copy : bool, default=True
        Accepted for scikit-learn's sake; X is never changed.
    whiten : bool, default=False
        Divides scores by the standard deviation along their axis.
    svd_solver : {"auto", "krylov", "chebyshev", "randomized", "exact", "full", "covariance_eigh", "arpack"}, \
default="auto"
        "auto" is a Krylov space or, for a dense X with a short side, an exact decomposition. "full" and
        "covariance_eigh" are "exact"; "arpack" is a Krylov space to rounding.
    tol : float, default=0.0
        The relative excess of the error over the smallest possible at which a search stops; 0 is 1e-7. With
        n_components="tol", the error itself.
    iterated_power : int or "auto", default="auto"
        The power iterations of "randomized"; "auto" is 7, and 4 where k is a tenth of the shorter side or more.
    n_oversamples : int, default=10
        The columns of the sketch beyond k, of "randomized" and "chebyshev".
    power_iteration_normalizer : {"auto", "QR", "LU", "none"}, default="auto"
        Accepted for scikit-learn's sake; sketches are always kept orthogonal.
    random_state : int, RandomState or None, default=None
        Equal seeds give equal results; None is the seed 0.
    backend : {"auto", "host", "core", "cuda"}, default="auto"
        Where it runs.

    Attributes
    ----------
    components_ : ndarray of shape (n_components_, n_features)
        The axes, orthonormal; the entry of greatest magnitude in each is positive.
    mean_ : ndarray of shape (n_features,)
    explained_variance_, explained_variance_ratio_, singular_values_ : ndarray of shape (n_components_,)
    noise_variance_ : float
        The mean of the variances left out.
    error_, error_bound_, norm_ : float
        ||B - U diag(s) V^T||_F, computed, of the centered matrix B; a bound that includes rounding; and ||B||_F.
    residuals_, excess_, converged_, rank_, solver_, n_iter_ :
        As for `TruncatedSVD`, of the centered matrix.
    n_components_, n_samples_, n_features_in_, feature_names_in_ : int, int, int, ndarray
    """

    def __init__(
        self,
        n_components: int | float | str | None = None,
        *,
        copy: bool = True,
        whiten: bool = False,
        svd_solver: str = "auto",
        tol: float = 0.0,
        iterated_power: int | str = "auto",
        n_oversamples: int = 10,
        power_iteration_normalizer: str = "auto",
        random_state: Any = None,
        backend: str = "auto",
    ) -> None:
        self.n_components = n_components
        self.copy = copy
        self.whiten = whiten
        self.svd_solver = svd_solver
        self.tol = tol
        self.iterated_power = iterated_power
        self.n_oversamples = n_oversamples
        self.power_iteration_normalizer = power_iteration_normalizer
        self.random_state = random_state
        self.backend = backend

    def fit_transform(self, X: Any, y: Any = None) -> Array:
        """Fits the model to X, and returns its scores, shape (n_samples, n_components_)."""
        X = self._checked(X, reset=True)
        answer = _native.pca(X, self._settings(X.shape))
        if self.n_components == "mle":
            keep_leading(answer, likeliest_rank(answer["explained_variance"], X.shape[0]))
        scores: Array = answer["scores"]
        components: Array = answer["components"]
        flip_signs(components, scores)
        self.components_ = components
        self.mean_ = answer["means"]
        self.singular_values_ = answer["singular_values"]
        self.explained_variance_ = answer["explained_variance"]
        self.explained_variance_ratio_ = answer["explained_variance_ratio"]
        k, left = len(components), min(X.shape) - len(components)
        rest = answer["total_variance"] - float(self.explained_variance_.sum(dtype=np.float64))
        self.noise_variance_ = max(rest, 0.0) / left if left > 0 else 0.0
        keep_verdict(self, answer, X.shape[0])
        finish(answer)
        if not self.converged_ and self.svd_solver != "randomized":
            warn_unconverged(
                False,
                f"the {k} components have not converged (residuals_ up to {self.residuals_.max(initial=0):.1e}): "
                "take svd_solver='exact', or a larger tol",
            )
        if self.whiten:
            scores /= self._deviations()
        return scores

    def _settings(self, shape: tuple[int, int]) -> dict[str, Any]:
        _parameters.choice("svd_solver", self.svd_solver, tuple(SOLVERS))
        _parameters.choice(
            "power_iteration_normalizer", self.power_iteration_normalizer, ("auto", "QR", "LU", "none")
        )
        _parameters.flag("whiten", self.whiten)
        tol, most, k = _parameters.number("tol", self.tol), min(shape), self.n_components
        if k == "mle" and shape[0] < shape[1]:
            raise ValueError("n_components='mle' is only supported if n_samples >= n_features")
        if k is None or k == "mle":
            k = most
        if isinstance(k, (int, np.integer)) and not isinstance(k, bool) and not 1 <= k <= most:
            raise ValueError(
                f"n_components={k!r} must be between 1 and min(n_samples, n_features)={most!r} with "
                f"svd_solver={self.svd_solver!r}"
            )
        rank, accuracy = rank_and_accuracy(k, tol, shape)
        power = self.iterated_power
        if power == "auto":
            power = 7 if rank < 0.1 * most else 4
        return {
            "rank": rank,
            "accuracy": accuracy,
            "solver": SOLVERS[self.svd_solver],
            "tolerance": self._search_tolerance(),
            "oversampling": _parameters.integer("n_oversamples", self.n_oversamples),
            "power_iterations": _parameters.integer("iterated_power", power, 0),
            "backend": checked_backend(self.backend),
            "seed": self._draw_seed(),
        }

    def _search_tolerance(self) -> float:
        return search_tolerance(self.n_components, self.tol, self.svd_solver)

    def _deviations(self) -> Array:
        """The standard deviations along the axes; those of no variance are not divided by."""
        deviations: Array = np.sqrt(self.explained_variance_)
        least = np.finfo(deviations.dtype).eps
        deviations[deviations < least] = least
        return deviations

    def transform(self, X: Any) -> Array:
        """The scores of the rows of X, shape (n_samples, n_components_)."""
        check_is_fitted(self)
        X = self._checked(X, reset=False)
        scores = product(X, self.components_)
        scores -= self.mean_ @ self.components_.T
        if self.whiten:
            scores /= self._deviations()
        return scores

    def inverse_transform(self, X: Any) -> Array:
        """The rows with these scores, dense, shape (n_samples, n_features)."""
        check_is_fitted(self)
        scores = as_scores(X, self._n_features_out)
        if self.whiten:
            scores = scores * self._deviations()
        restored: Array = scores @ self.components_ + self.mean_
        return restored

    def get_covariance(self) -> Array:
        """The covariance of the model: components_^T diag(explained - noise) components_ + noise I, whitened or not."""
        check_is_fitted(self)
        above = np.maximum(self.explained_variance_ - self.noise_variance_, 0.0)
        covariance: Array = (self.components_.T * above) @ self.components_
        covariance.flat[:: len(covariance) + 1] += self.noise_variance_
        return covariance

    def get_precision(self) -> Array:
        """The inverse of the covariance, by the matrix inversion lemma."""
        check_is_fitted(self)
        noise = self.noise_variance_
        above = self.explained_variance_ - noise
        if noise == 0.0 or (above <= 0).any():
            inverse: Array = np.linalg.inv(self.get_covariance())
            return inverse
        # (noise I + V D V^T)^-1 = I / noise - V (D^-1 + I / noise)^-1 V^T / noise^2, with orthonormal V.
        weights = 1.0 / (noise**2 / above + noise)
        precision: Array = -(self.components_.T * weights) @ self.components_
        precision.flat[:: len(precision) + 1] += 1.0 / noise
        return precision

    def score_samples(self, X: Any) -> Array:
        """The log-likelihood of each row in the model of probabilistic PCA (Tipping & Bishop 1999)."""
        check_is_fitted(self)
        X = self._checked(X, reset=False)
        if not isinstance(X, np.ndarray):
            raise TypeError("score_samples takes a dense X: give X.toarray()")
        centered, precision = X - self.mean_, self.get_precision()
        distances = np.sum(centered * (centered @ precision), axis=1)
        _, determinant = np.linalg.slogdet(precision)
        likelihood: Array = -0.5 * (distances + X.shape[1] * log(2.0 * pi) - determinant)
        return likelihood

    def score(self, X: Any, y: Any = None) -> float:
        """The mean log-likelihood of the rows."""
        return float(np.mean(self.score_samples(X)))


def likeliest_rank(spectrum: Array, rows: int) -> int:
    """Minka's estimate of the number of components, by scikit-learn's function."""
    from sklearn.decomposition._pca import _infer_dimension

    return max(int(_infer_dimension(spectrum, rows)), 1)


def keep_leading(answer: dict[str, Any], k: int) -> None:
    """Leaves out all but the first k components; their singular values are added to the error."""
    values, components = answer["singular_values"], answer["components"]
    left_out = float(np.sqrt(np.sum(np.square(values[k:], dtype=np.float64))))
    for name in ("singular_values", "explained_variance", "explained_variance_ratio", "residuals"):
        answer[name] = answer[name][:k].copy()
    answer["components"] = components[:k].copy()
    answer["scores"] = answer["scores"][:, :k].copy()
    answer["error"] = float(np.hypot(answer["error"], left_out))
    answer["error_bound"] = float(answer["error_bound"] + left_out)
    answer["rank"] = min(answer["rank"], k)

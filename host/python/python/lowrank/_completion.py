"""Completion of matrices with missing entries."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from . import _native, _parameters
from ._base import Array, Factorization, clamped, finish, is_sparse, warn_unconverged
from ._nmf import NOT_CONVERGED
from ._parameters import Callback
from ._svd import checked_backend


class MatrixCompletion(Factorization):
    """x_ij ~ mu + b_i + c_j + w_i . h_j over the entries that are known: for ratings, and for tables with gaps.

    An entry is missing if it is NaN in an array, or not stored in a sparse X: a stored zero is known.

    Parameters
    ----------
    n_components : int, default=20
        k.
    biases : bool, default=True
        Rows and columns have biases b and c, and the mean mu is taken off.
    alpha : float or None, default=None
        The penalty of W and H: (alpha / 2) (||W||_F^2 + ||H||_F^2), in the unit of X. None: the one that suits the number
        and the spread of the known entries, 12 for the ratings of MovieLens; `alpha_` tells it.
    bias_alpha : float, default=3.0
        That of biases, in units of entries.
    weighting : {"plain", "count"}, default="plain"
        "count": the penalty of a row grows with the number of its known entries.
    solver : {"als", "sgd"}, default="als"
        Alternating least squares on all threads, or stochastic gradient descent on one.
    learning_rate : float or None, default=None
        The rate of the first epoch of "sgd", in the inverse unit of X.
    max_iter : int, default=1000
    tol : float, default=5e-6
        The share of the loss at or below which the gain of ten iterations ends the fit.
    random_state : int, RandomState or None, default=None
    verbose, callback, backend :
        As for `NMF`; there is no GPU for this.

    Attributes
    ----------
    components_ : ndarray of shape (n_components_, n_features)
        H.
    row_components_ : ndarray of shape (n_samples_, n_components_)
        W of the rows of the fit; zero without known entries.
    alpha_ : float
        The penalty of the fit.
    row_bias_, column_bias_, mean_ : ndarray, ndarray, float
        b, c and mu; zero without biases.
    error_, error_bound_, norm_ : float
        The norm of the residual over the known entries, a bound that includes rounding, and the norm of these entries.
    loss_, converged_, n_iter_, n_components_, n_samples_ : float, bool, int, int, int

    Examples
    --------
    >>> import numpy as np
    >>> from lowrank import MatrixCompletion
    >>> X = np.add.outer([1.0, 2.0, 3.0, 5.0], [0.0, 1.0, 4.0])
    >>> X[1, 2] = np.nan
    >>> model = MatrixCompletion(n_components=1, alpha=1e-3, bias_alpha=1e-3).fit(X)
    >>> print(f"{model.complete(X)[1, 2]:.2f}")
    6.00
    """

    def __init__(
        self,
        n_components: int = 20,
        *,
        biases: bool = True,
        alpha: float | None = None,
        bias_alpha: float = 3.0,
        weighting: str = "plain",
        solver: str = "als",
        learning_rate: float | None = None,
        max_iter: int = 1000,
        tol: float = 5e-6,
        random_state: Any = None,
        verbose: int = 0,
        callback: Callback | None = None,
        backend: str = "auto",
    ) -> None:
        self.n_components = n_components
        self.biases = biases
        self.alpha = alpha
        self.bias_alpha = bias_alpha
        self.weighting = weighting
        self.solver = solver
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state
        self.verbose = verbose
        self.callback = callback
        self.backend = backend

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _entries(self, X: Any, *, reset: bool) -> Any:
        X = self._checked(X, reset=reset, ensure_all_finite="allow-nan")
        if is_sparse(X) and np.isnan(X.data).any():
            raise ValueError("Input X contains NaN: of a sparse X, leave missing entries out instead of storing NaN")
        return X

    def _settings(self, rank: int, l2: float | None, seed: int) -> dict[str, Any]:
        _parameters.choice("weighting", self.weighting, ("plain", "count"))
        _parameters.choice("solver", self.solver, ("als", "sgd"))
        rate = self.learning_rate
        return {
            "rank": rank,
            "solver": self.solver,
            "biases": _parameters.flag("biases", self.biases),
            "l2": l2,
            "bias_l2": _parameters.number("bias_alpha", self.bias_alpha),
            "by_count": self.weighting == "count",
            "learning_rate": None if rate is None else _parameters.number("learning_rate", rate),
            "iterations": _parameters.integer("max_iter", self.max_iter),
            "tolerance": _parameters.number("tol", self.tol),
            "backend": checked_backend(self.backend),
            "seed": seed,
        }

    def fit_transform(self, X: Any, y: Any = None) -> Array:
        """Fits the model to the known entries of X, and returns what `transform` returns for it.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : Ignored

        Returns
        -------
        ndarray of shape (n_samples, n_components_)
        """
        X = self._entries(X, reset=True)
        if X.nnz == 0 if is_sparse(X) else np.isnan(X).all():
            raise ValueError("no entry of X is known: nothing can be learnt from it")
        least = 0 if self.biases is True else 1
        rank = clamped(_parameters.integer("n_components", self.n_components, least), X.shape)
        observe = _parameters.progress(self.callback, self.verbose, type(self).__name__)
        l2 = None if self.alpha is None else _parameters.number("alpha", self.alpha)
        answer = _native.completion(X, self._settings(rank, l2, self._draw_seed()), observe)
        self.alpha_ = answer["l2"]
        self.components_ = answer["components"]
        self.row_components_ = answer["w"]
        self.row_bias_ = answer["row_biases"]
        self.column_bias_ = answer["column_biases"]
        self.mean_ = answer["mean"]
        self.n_components_ = rank
        self.error_ = answer["error"]
        self.error_bound_ = answer["error_bound"]
        self.norm_ = answer["norm"]
        self.loss_ = answer["loss"]
        self.converged_ = answer["converged"]
        self.n_iter_ = max(answer["iterations"], 1)
        self.n_samples_ = X.shape[0]
        finish(answer)
        warn_unconverged(self.converged_ or answer["stopped"] or self.tol == 0, NOT_CONVERGED.format(self.max_iter))
        return self._rows(X)[0]

    def _rows(self, X: Any) -> tuple[Array, Array]:
        """Factors and biases of the rows of X, for the columns as they are."""
        columns = (
            np.ascontiguousarray(self.components_, dtype=X.dtype),
            np.ascontiguousarray(self.column_bias_, dtype=X.dtype),
            self.mean_,
        )
        settings = self._settings(self._n_features_out, self._penalty(), self._seed_of_fit())
        return _native.completion_rows(X, columns, settings)

    def _penalty(self) -> float:
        """The penalty of the fit; pickles of older versions have it as a parameter alone."""
        penalty: Any = getattr(self, "alpha_", self.alpha)
        return float(penalty)

    def transform(self, X: Any) -> Array:
        """The factors w of the rows of X from their known entries, shape (n_samples, n_components_); new rows are welcome."""
        check_is_fitted(self)
        return self._rows(self._entries(X, reset=False))[0]

    def complete(self, X: Any) -> Array:
        """X with its missing entries filled in, dense: known ones stay as they are.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The rows of the fit or others.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
        """
        check_is_fitted(self)
        X = self._entries(X, reset=False)
        factors, biases = self._rows(X)
        full: Array = factors @ self.components_.astype(X.dtype, copy=False)
        full += (biases[:, None] + self.column_bias_ + self.mean_).astype(X.dtype, copy=False)
        if is_sparse(X):
            known = X.tocoo(copy=True)  # in the matrix of the caller nothing is added up
            known.sum_duplicates()
            full[known.row, known.col] = known.data
        else:
            known = ~np.isnan(X)
            full[known] = X[known]
        return full

    def predict_entries(self, rows: Any, columns: Any) -> Array:
        """The entries at (rows[p], columns[p]) of the matrix of the fit, shape of `rows`.

        Raises IndexError for a row or column that is not there.
        """
        check_is_fitted(self)
        rows, columns = np.asarray(rows), np.asarray(columns)
        if (rows < 0).any() or (columns < 0).any():
            raise IndexError("rows and columns are counted from 0")
        products = np.einsum("...k,k...->...", self.row_components_[rows], self.components_[:, columns])
        entries: Array = self.mean_ + self.row_bias_[rows] + self.column_bias_[columns] + products
        return entries

"""Non-negative matrix factorization, of a matrix at once or of rows in batches."""

from __future__ import annotations

import warnings
from numbers import Real
from typing import Any, Self

import numpy as np
from sklearn.utils.validation import check_is_fitted

from . import _native, _parameters
from ._base import Array, Factorization, as_scores, finish, is_sparse, warn_unconverged
from ._parameters import Callback
from ._svd import checked_backend

#: The solvers, and that of scikit-learn by the one that takes its place.
SOLVERS = {"auto": "auto", "hals": "hals", "mu": "mu", "anls": "anls", "cd": "hals"}
INITS = (None, "random", "nndsvd", "nndsvda", "nndsvdar", "custom")
BETAS = {"frobenius": 2.0, "kullback-leibler": 1.0, "itakura-saito": 0.0}
MISSING = (None, "nan", "stored-only")

#: The most components for which the weights of new rows are exact least squares: k^3 / 3 flops for each change of a row's
#: zeros. Beyond, they are iterated.
MOST_EXACT = 100

NOT_CONVERGED = (
    "Maximum number of iterations {} reached. Increase it to improve convergence: give a larger max_iter, or a larger tol"
)


class NonNegative(Factorization):
    """Settings and steps common to all non-negative factorizations."""

    n_components: Any
    init: str | None
    solver: str
    beta_loss: Any
    alpha_W: float
    alpha_H: Any
    l1_ratio: float
    backend: str
    random_state: Any
    missing: str | None
    max_iter: int
    tol: float

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        tags.input_tags.allow_nan = self.missing == "nan"
        tags.input_tags.sparse = self.missing != "nan"
        return tags

    def _entries(self, X: Any, *, reset: bool) -> Any:
        """X as the factorization takes it."""
        _parameters.choice("missing", self.missing, MISSING)
        allowed = "allow-nan" if self.missing == "nan" else True
        X = self._checked(X, reset=reset, ensure_all_finite=allowed)
        if is_sparse(X) and self.missing == "nan":
            raise ValueError(
                "missing='nan' is for arrays: of a sparse X, missing='stored-only' takes what is not stored as "
                "missing, and missing=None as zeros"
            )
        return X

    def _beta(self) -> float:
        if isinstance(self.beta_loss, str):
            _parameters.choice("beta_loss", self.beta_loss, tuple(BETAS))
            return BETAS[self.beta_loss]
        if not isinstance(self.beta_loss, Real) or not np.isfinite(float(self.beta_loss)):
            names = ", ".join(repr(name) for name in BETAS)
            raise ValueError(f"beta_loss must be one of {names}, or a number. Got {self.beta_loss!r} instead.")
        return float(self.beta_loss)

    def _solver(self, beta: float) -> str:
        """The solver that runs: others than MU are for the Frobenius norm of all entries."""
        _parameters.choice("solver", self.solver, tuple(SOLVERS))
        by_terms = beta != 2.0 or self.missing is not None
        if by_terms and SOLVERS[self.solver] not in ("auto", "mu"):
            what = f"beta_loss={self.beta_loss!r}" if beta != 2.0 else f"missing={self.missing!r}"
            raise ValueError(f"Invalid beta_loss parameter: solver {self.solver!r} does not handle {what}: take solver='mu'")
        return SOLVERS[self.solver]

    def _rank(self, columns: int, H: Array | None = None) -> int:
        """k; "auto" is that of H, if it is given as a start, or else the number of columns."""
        k = self.n_components
        if k is None or (isinstance(k, str) and k == "auto"):
            return len(H) if self.init == "custom" and H is not None else columns
        return _parameters.integer("n_components", k)

    def _penalties(self) -> tuple[float, float, float]:
        """alpha_W, alpha_H and l1_ratio."""
        alpha_w = _parameters.number("alpha_W", self.alpha_W)
        same = isinstance(self.alpha_H, str) and self.alpha_H == "same"
        alpha_h = alpha_w if same else _parameters.number("alpha_H", self.alpha_H)
        return alpha_w, alpha_h, _parameters.number("l1_ratio", self.l1_ratio, 0.0, 1.0)

    def _settings(self, shape: tuple[int, int], rank: int, seed: int) -> dict[str, Any]:
        """The settings of a fit to a matrix of this shape, whose sides weigh the penalties as in scikit-learn."""
        _parameters.choice("init", self.init, INITS)
        alpha_w, alpha_h, l1 = self._penalties()
        of_w, of_h = shape[1] * alpha_w, shape[0] * alpha_h
        beta = self._beta()
        init = self.init if self.init in ("random", "nndsvd") else "nndsvda"
        return {
            "rank": rank,
            "beta": beta,
            "solver": self._solver(beta),
            "init": init,
            "iterations": _parameters.integer("max_iter", self.max_iter),
            "tolerance": _parameters.number("tol", self.tol),
            "w_penalty": (of_w * l1, of_w * (1.0 - l1)),
            "h_penalty": (of_h * l1, of_h * (1.0 - l1)),
            "backend": checked_backend(self.backend),
            "seed": seed,
            "missing": self.missing is not None,
        }

    def _keep(self, answer: dict[str, Any], shape: tuple[int, int]) -> None:
        self.components_ = answer["components"]
        self.n_components_ = int(self.components_.shape[0])
        self.reconstruction_err_ = float(np.sqrt(2.0 * max(answer["loss"], 0.0)))
        self.loss_ = answer["loss"]
        self.error_ = answer["error"]
        self.error_bound_ = answer["error_bound"]
        self.norm_ = answer["norm"]
        self.converged_ = answer["converged"]
        self.n_iter_ = max(answer["iterations"], 1)
        self.n_samples_ = shape[0]

    def _weights(self, X: Any) -> Array:
        """W of the rows of X for the components."""
        check_is_fitted(self)
        X = self._entries(X, reset=False)
        components = np.ascontiguousarray(self.components_, dtype=X.dtype)
        settings = self._settings_of_rows(X.shape)
        exact = settings["beta"] == 2.0 and self.missing is None and len(components) <= MOST_EXACT
        if exact:  # each row by itself, in one step
            settings.update(solver="anls", iterations=1)
        answer = _native.nmf_weights(X, components, settings)
        finish(answer)
        warn_unconverged(answer["converged"] or exact, NOT_CONVERGED.format(answer["iterations"]))
        weights: Array = answer["w"]
        return weights

    def _settings_of_rows(self, shape: tuple[int, int]) -> dict[str, Any]:
        return self._settings(shape, self._n_features_out, self._seed_of_fit())

    def fit(self, X: Any, y: Any = None, **params: Any) -> Self:
        """Fits the model to X; `params` are those of `fit_transform`."""
        self.fit_transform(X, **params)
        return self

    def _is_started(self, W: Array | None, H: Array | None) -> bool:
        """True for init="custom"; otherwise a start that is given counts for nothing, and a warning says so."""
        if self.init == "custom":
            return True
        if W is not None or H is not None:
            warnings.warn(
                "When init!='custom', provided W or H are ignored. Set init='custom' to use them as initialization.",
                RuntimeWarning,
                stacklevel=4,
            )
        return False

    def transform(self, X: Any) -> Array:
        """W of the rows of X, shape (n_samples, n_components_), for the components as they are."""
        return self._weights(X)

    def inverse_transform(self, X: Any) -> Array:
        """W H: the rows with these weights, dense, shape (n_samples, n_features)."""
        check_is_fitted(self)
        restored: Array = as_scores(X, self._n_features_out) @ self.components_
        return restored


class NMF(NonNegative):
    """X ~ W H of rank k with W, H >= 0, in place of scikit-learn's.

    The loss is that of scikit-learn, with its penalties: D(X, W H) + alpha_W l1_ratio n_features ||W||_1 + ..., where D is
    ||X - W H||_F^2 / 2 or another beta-divergence.

    Parameters
    ----------
    n_components : int, "auto" or None, default="auto"
        k; "auto" and None are n_features.
    init : {None, "random", "nndsvd", "nndsvda", "nndsvdar", "custom"}, default=None
        None is "nndsvda". "custom": W and H are given to `fit_transform`.
    solver : {"auto", "hals", "mu", "anls", "cd"}, default="auto"
        "auto" is "hals" for the Frobenius norm of all entries and "mu" otherwise. "cd", scikit-learn's coordinate descent,
        is "hals", which goes over the same coordinates.
    beta_loss : {"frobenius", "kullback-leibler", "itakura-saito"} or float, default="frobenius"
    tol : float, default=5e-6
        The share of the loss at or below which the gain of ten iterations ends the fit; 0 does all iterations.
    max_iter : int, default=1000
    random_state : int, RandomState or None, default=None
        Equal seeds give equal results; None is the seed 0.
    alpha_W : float, default=0.0
    alpha_H : float or "same", default="same"
    l1_ratio : float, default=0.0
    missing : {None, "nan", "stored-only"}, default=None
        "nan": NaN in an array are missing entries. "stored-only": what a sparse X does not store is missing. They count
        neither in the loss nor in a step, by "mu".
    verbose : int, default=0
        Prints every tenth iteration.
    callback : function(iteration, error, loss) or None, default=None
        Called before each iteration and after the last; a true answer ends the fit with what there is.
    backend : {"auto", "host", "core", "cuda"}, default="auto"

    Attributes
    ----------
    components_ : ndarray of shape (n_components_, n_features)
        H.
    reconstruction_err_ : float
        sqrt(2 D(X, W H)): for the Frobenius norm, ||X - W H||_F.
    loss_, error_, error_bound_, norm_ : float
        D; ||X - W H||_F over the known entries, computed; a bound that includes rounding; and ||X||_F.
    converged_ : bool
        The tolerance ended the fit.
    n_iter_, n_components_, n_samples_, n_features_in_, feature_names_in_ : int, int, int, int, ndarray

    Notes
    -----
    Ctrl-C ends a fit between two iterations: the attributes are those of the factors so far, and KeyboardInterrupt is
    raised.
    """

    def __init__(
        self,
        n_components: int | str | None = "auto",
        *,
        init: str | None = None,
        solver: str = "auto",
        beta_loss: str | float = "frobenius",
        tol: float = 5e-6,
        max_iter: int = 1000,
        random_state: Any = None,
        alpha_W: float = 0.0,
        alpha_H: float | str = "same",
        l1_ratio: float = 0.0,
        missing: str | None = None,
        verbose: int = 0,
        callback: Callback | None = None,
        backend: str = "auto",
    ) -> None:
        self.n_components = n_components
        self.init = init
        self.solver = solver
        self.beta_loss = beta_loss
        self.tol = tol
        self.max_iter = max_iter
        self.random_state = random_state
        self.alpha_W = alpha_W
        self.alpha_H = alpha_H
        self.l1_ratio = l1_ratio
        self.missing = missing
        self.verbose = verbose
        self.callback = callback
        self.backend = backend

    def fit_transform(self, X: Any, y: Any = None, W: Array | None = None, H: Array | None = None) -> Array:
        """Fits the model to X, and returns W.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : Ignored
        W, H : ndarray of shape (n_samples, n_components), (n_components, n_features)
            The start, with init="custom".

        Returns
        -------
        ndarray of shape (n_samples, n_components_)
        """
        X = self._entries(X, reset=True)
        rank = self._rank(X.shape[1], H)
        settings = self._settings(X.shape, rank, self._draw_seed())
        start = self._start(X, rank, W, H)
        observe = _parameters.progress(self.callback, self.verbose, type(self).__name__)
        answer = _native.nmf(X, settings, start, observe)
        self._keep(answer, X.shape)
        finish(answer)
        warn_unconverged(self.converged_ or answer["stopped"] or self.tol == 0, NOT_CONVERGED.format(self.max_iter))
        return answer["w"]  # type: ignore[no-any-return]

    def _start(self, X: Any, rank: int, W: Array | None, H: Array | None) -> list[Array] | None:
        if self._is_started(W, H):
            if W is None or H is None:
                raise ValueError("init='custom' needs a start: give W and H to fit_transform, or take another init")
            return [given(W, (X.shape[0], rank), "W", X.dtype), given(H, (rank, X.shape[1]), "H", X.dtype)]
        if self.init == "nndsvdar":
            return list(noisy_start(X, rank, self._seed_of_fit(), self.missing))
        return None


def given(factor: Any, shape: tuple[int, int], name: str, dtype: Any) -> Array:
    """The factor of a start; ValueError for another shape or for what is negative, TypeError for another type."""
    factor = np.asarray(factor)
    if factor.shape != shape:
        raise ValueError(
            f"Array with wrong first dimension passed to NMF (input {name}). Expected {shape}, but got {factor.shape}."
        )
    if factor.dtype != dtype:
        raise TypeError(f"H and W should have the same dtype as X. Got {name}.dtype = {factor.dtype}.")
    if not np.isfinite(factor).all() or (factor < 0).any():
        raise ValueError(f"Negative values in data passed to NMF (input {name}), or values that are not finite")
    if factor.max(initial=0) == 0:
        raise ValueError(f"Array passed to NMF (input {name}) is full of zeros.")
    return np.ascontiguousarray(factor)


def noisy_start(X: Any, rank: int, seed: int, missing: str | None) -> tuple[Array, Array]:
    """NNDSVD with small random numbers in the place of zeros, by scikit-learn's function; what is missing is zero."""
    from sklearn.decomposition._nmf import _initialize_nmf

    if missing == "nan":
        X = np.nan_to_num(X, nan=0.0)
    if rank > min(X.shape):
        raise ValueError("init = 'nndsvdar' can only be used when n_components <= min(n_samples, n_features)")
    W, H = _initialize_nmf(X, rank, init="nndsvdar", random_state=seed)
    return np.ascontiguousarray(W, dtype=X.dtype), np.ascontiguousarray(H, dtype=X.dtype)


class MiniBatchNMF(NonNegative):
    """X ~ W H with W, H >= 0, where H is learnt from batches of rows: of a matrix in memory, or as they arrive.

    Parameters
    ----------
    n_components, init, solver, beta_loss, random_state, alpha_W, alpha_H, l1_ratio, missing, verbose, callback, backend :
        As for `NMF`. `init` is that of H, from the first batch of `partial_fit`; of a "custom" start H counts, since W
        belongs to H.
    batch_size : int, default=1024
        The rows of a batch of `fit`.
    tol : float, default=1e-4
        The share of the loss at or below which the gain of ten passes ends a fit; 0 does all passes.
    max_iter : int, default=400
        Passes over all rows of `fit`.
    max_no_improvement : int or None, default=None
        Ends a fit after as many batches in a row, in whole passes, that made the loss no smaller.
    forget_factor : float or None, default=None
        The factor of the weight of earlier rows: with each batch of `partial_fit`, with each pass of `fit`. None: rows lose
        weight by their age, as the cube of their place, which converges without a factor to choose.
    fresh_restarts : bool, default=False
        Accepted for scikit-learn's sake: the weights of a batch are always found anew.
    fresh_restarts_max_iter : int or None, default=None
        The most iterations for the weights of a batch; None is `transform_max_iter`.
    transform_max_iter : int or None, default=1000
        The most iterations for weights by `transform`; None is `max_iter`.
    transform_tol : float, default=5e-6
        The share of the loss at or below which the gain of ten of these iterations ends them.

    Attributes
    ----------
    components_, reconstruction_err_, loss_, error_, error_bound_, norm_, converged_, n_components_, n_samples_ :
        As for `NMF`. After `partial_fit`, `n_samples_` is the number of rows so far, `loss_` is that of the last batch for
        the components before it, and errors are not known.
    n_iter_ : int
        Passes over all rows.
    n_steps_ : int
        Batches.
    """

    #: The state between calls of `partial_fit`.
    _batches: _native.BatchState | None

    def __init__(
        self,
        n_components: int | str | None = "auto",
        *,
        init: str | None = None,
        batch_size: int = 1024,
        solver: str = "auto",
        beta_loss: str | float = "frobenius",
        tol: float = 1e-4,
        max_iter: int = 400,
        max_no_improvement: int | None = None,
        alpha_W: float = 0.0,
        alpha_H: float | str = "same",
        l1_ratio: float = 0.0,
        forget_factor: float | None = None,
        fresh_restarts: bool = False,
        fresh_restarts_max_iter: int | None = None,
        transform_max_iter: int | None = 1000,
        transform_tol: float = 5e-6,
        random_state: Any = None,
        missing: str | None = None,
        verbose: int = 0,
        callback: Callback | None = None,
        backend: str = "auto",
    ) -> None:
        self.n_components = n_components
        self.init = init
        self.batch_size = batch_size
        self.solver = solver
        self.beta_loss = beta_loss
        self.tol = tol
        self.max_iter = max_iter
        self.alpha_W = alpha_W
        self.alpha_H = alpha_H
        self.l1_ratio = l1_ratio
        self.max_no_improvement = max_no_improvement
        self.forget_factor = forget_factor
        self.fresh_restarts = fresh_restarts
        self.fresh_restarts_max_iter = fresh_restarts_max_iter
        self.transform_max_iter = transform_max_iter
        self.transform_tol = transform_tol
        self.random_state = random_state
        self.missing = missing
        self.verbose = verbose
        self.callback = callback
        self.backend = backend

    def __getstate__(self) -> dict[str, Any]:
        """Components and settings: the sums of a `partial_fit` stay behind, and the next one begins with the components."""
        state = super().__getstate__()
        state.pop("_batches", None)
        return state

    def _of_batches(self, shape: tuple[int, int], rank: int, seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """The settings of the weights, and those of the batches; the penalty of H is that of one row."""
        settings = self._settings((1, shape[1]), rank, seed)
        _parameters.flag("fresh_restarts", self.fresh_restarts)
        limit = self.fresh_restarts_max_iter
        settings["iterations"] = (
            self._limit_of_rows() if limit is None else _parameters.integer("fresh_restarts_max_iter", limit)
        )
        settings["tolerance"] = _parameters.number("transform_tol", self.transform_tol)
        forget = self.forget_factor
        if forget is not None:
            forget = _parameters.number("forget_factor", forget, 0.0, 1.0)
        batches = {
            "batch_size": _parameters.integer("batch_size", self.batch_size),
            "passes": _parameters.integer("max_iter", self.max_iter),
            "pass_tolerance": _parameters.number("tol", self.tol),
            "forget_factor": forget,
        }
        return settings, batches

    def _limit_of_rows(self) -> int:
        limit = self.transform_max_iter
        return _parameters.integer("transform_max_iter", self.max_iter if limit is None else limit)

    def _settings_of_rows(self, shape: tuple[int, int]) -> dict[str, Any]:
        settings = self._of_batches(shape, self._n_features_out, self._seed_of_fit())[0]
        settings["iterations"] = self._limit_of_rows()
        return settings

    def _start(self, X: Any, rank: int, W: Array | None, H: Array | None) -> Array | None:
        """H to begin with, if it is not left to the compiled part."""
        if self._is_started(W, H):
            if H is None:
                raise ValueError("init='custom' needs a start: give H, or take another init")
            if W is not None:
                given(W, (X.shape[0], rank), "W", X.dtype)
            return given(H, (rank, X.shape[1]), "H", X.dtype)
        if self.init == "nndsvdar":
            return noisy_start(X, rank, self._seed_of_fit(), self.missing)[1]
        return None

    def fit_transform(self, X: Any, y: Any = None, W: Array | None = None, H: Array | None = None) -> Array:
        """Fits the model to X by passes over its rows in a random order, and returns W of all rows.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : Ignored
        W, H : ndarray of shape (n_samples, n_components), (n_components, n_features)
            The start, with init="custom".

        Returns
        -------
        ndarray of shape (n_samples, n_components_)
        """
        X = self._entries(X, reset=True)
        self._batches = None
        rank = self._rank(X.shape[1], H)
        settings, batches = self._of_batches(X.shape, rank, self._draw_seed())
        start = self._start(X, rank, W, H)
        per_pass = max(-(-X.shape[0] // batches["batch_size"]), 1)
        if batches["forget_factor"] is not None:
            batches["forget_factor"] **= 1.0 / per_pass
        observe = _parameters.progress(self.callback, self.verbose, type(self).__name__)
        if self.max_no_improvement is not None:
            batches_in_a_row = _parameters.integer("max_no_improvement", self.max_no_improvement)
            observe = _parameters.patient(observe, -(-batches_in_a_row // per_pass))
        answer = _native.mini_batch_nmf(X, settings, batches, start, observe)
        self._keep(answer, X.shape)
        self.n_steps_ = answer["iterations"] * per_pass
        finish(answer)
        warn_unconverged(self.converged_ or answer["stopped"] or self.tol == 0, NOT_CONVERGED.format(self.max_iter))
        return answer["w"]  # type: ignore[no-any-return]

    def partial_fit(self, X: Any, y: Any = None, W: Array | None = None, H: Array | None = None) -> Self:
        """Learns the rows of a batch, of which there may be any number from one.

        W and H are the start of the first batch, with init="custom".

        After a pickle or `lowrank.load` the next batch begins with the components that were stored, and the rows before
        count no more; a warning says so.
        """
        fitted = hasattr(self, "components_")
        X = self._entries(X, reset=not fitted)
        batches: _native.BatchState | None = getattr(self, "_batches", None)
        if batches is None:
            batches = self._begin(X, fitted, (W, H))
        loss, rows, interrupt = batches.partial_fit(X)
        self._batches = batches
        for of_a_fit in ("error_", "error_bound_", "norm_", "converged_"):
            self.__dict__.pop(of_a_fit, None)
        self.components_ = batches.components()
        self.n_components_ = int(self.components_.shape[0])
        self.loss_ = loss
        self.reconstruction_err_ = float(np.sqrt(2.0 * max(loss, 0.0)))
        self.n_samples_ = rows
        self.n_steps_ = getattr(self, "n_steps_", 0) + 1
        self.n_iter_ = max(getattr(self, "n_iter_", 1), 1)
        finish({"interrupt": interrupt})
        return self

    def _begin(self, X: Any, fitted: bool, given_start: tuple[Array | None, Array | None]) -> _native.BatchState:
        rank = self._n_features_out if fitted else self._rank(X.shape[1], given_start[1])
        settings, batches = self._of_batches(X.shape, rank, self._draw_seed())
        start = None if fitted else self._start(X, rank, *given_start)
        if fitted:
            start = np.ascontiguousarray(self.components_, dtype=X.dtype)
            warnings.warn(
                "partial_fit begins with the components of an earlier fit, whose rows count no more", stacklevel=3
            )
        columns = (X.shape[1], X.dtype == np.float32)
        return _native.BatchState(columns, settings, batches, start)

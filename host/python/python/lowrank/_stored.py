"""Folders of models: those of the command, written and read."""

from __future__ import annotations

import json
import os
import warnings
from typing import Any, NamedTuple

import numpy as np

from . import _native, _parameters
from ._base import Array, Factorization
from ._completion import MatrixCompletion
from ._nmf import BETAS, NMF, SOLVERS, MiniBatchNMF, NonNegative
from ._pca import PCA
from ._svd import TruncatedSVD


class Exported(NamedTuple):
    """What `export` wrote."""

    #: "blob", "rust" or "c".
    format: str
    #: "f32", "i16" or "u8".
    precision: str
    #: The size of the model in flash.
    bytes: int
    #: The columns or terms that the device has.
    columns: int
    #: Terms that were left out: a heavier term, or a stop word, has their key.
    collisions: int
    #: Terms that were left out: the tokens of a device are others.
    unreachable: int


def save(model: Factorization, path: str | os.PathLike[str], overwrite: bool, vectorizer: Any) -> None:
    """Writes a fitted estimator; see `Factorization.save`."""
    description, arrays = stored(model, vectorizer)
    names = getattr(model, "feature_names_in_", None)
    labels = None if names is None or description["text"] is not None else [str(name) for name in names]
    _native.write_model(os.fspath(path), description, list(arrays.items()), labels, bool(overwrite))


def export(
    model: Factorization,
    path: str | os.PathLike[str],
    kind: tuple[str | None, str | None],
    limits: dict[str, Any],
    vectorizer: Any,
) -> Exported:
    """Writes a fitted estimator for a microcontroller; see `Factorization.export`."""
    _parameters.choice("format", kind[0], (None, "blob", "rust", "c"))
    _parameters.choice("precision", kind[1], (None, "f32", "i16", "u8"))
    terms, by_index = limits["terms"], _parameters.flag("by_index", limits["by_index"])
    choices = {
        "format": kind[0],
        "precision": kind[1],
        "terms": None if terms is None else _parameters.integer("terms", terms),
        "bytes": None if limits["bytes"] is None else size(limits["bytes"]),
        "by_index": by_index,
    }
    description, arrays = stored(model, vectorizer)
    if description["text"] is None and any(limits.values()):
        raise ValueError("terms, bytes and by_index are for models of texts: give the vectorizer that made X, or none of them")
    return Exported(**_native.export_model(os.fspath(path), description, list(arrays.items()), choices))


def size(given: object) -> int:
    """A number of bytes, or one in units of 1024: "24k"."""
    if not isinstance(given, str):
        return _parameters.integer("bytes", given)
    digits, unit = (given[:-1], 1024) if given[-1:] in ("k", "K") else (given, 1)
    if not (digits.isascii() and digits.isdigit() and int(digits) > 0):
        raise ValueError(f"bytes must be a number such as 4000, or '24k' for 24 x 1024. Got {given!r} instead.")
    return int(digits) * unit


def stored(model: Factorization, vectorizer: Any) -> tuple[dict[str, Any], dict[str, Array]]:
    """The description of model.json, and the arrays by the names of their files."""
    method, settings, arrays = described(model)
    components = model.components_
    error = getattr(model, "error_", None)
    description = {
        "method": method,
        "settings": settings,
        "solver": solver_of(model),
        "backend": "host" if model.backend == "auto" else model.backend,
        "precision": "f32" if components.dtype == np.float32 else "f64",
        "seed": model._seed_of_fit(),
        "rows": int(model.n_samples_),
        "columns": int(components.shape[1]),
        "rank": int(components.shape[0]),
        "iterations": int(getattr(model, "n_iter_", 0)),
        "converged": bool(getattr(model, "converged_", False)),
        "frobenius_norm": getattr(model, "norm_", None),
        "error": error,
        "error_bound": getattr(model, "error_bound_", None),
        "loss": getattr(model, "loss_", None if error is None else 0.5 * error**2),
        "residuals": [float(r) for r in model.residuals_] if hasattr(model, "residuals_") else None,
        "excess": getattr(model, "excess_", None),
        "text": text_of(model, vectorizer),
    }
    return description, arrays


def text_of(model: Factorization, vectorizer: Any) -> dict[str, Any] | None:
    """The description of the vectorizer that is given, or of the one of a folder that was loaded."""
    kept: dict[str, Any] | None = getattr(model, "_text", None)
    if vectorizer is None:
        return kept
    if not isinstance(model, (NonNegative, TruncatedSVD)):
        raise ValueError(f"a {type(model).__name__} of texts has no folder: take NMF or TruncatedSVD, or give no vectorizer")
    from .text import described as described_vectorizer

    text = described_vectorizer(vectorizer)
    columns = model.components_.shape[1]
    if len(text["terms"]) != columns:
        raise ValueError(f"the vectorizer has {len(text['terms'])} terms, and the model {columns} columns: give the one that made X")
    return text


def described(model: Factorization) -> tuple[str, dict[str, Any], dict[str, Array]]:
    """The method, its settings as model.json has them, and the arrays by the names of their files."""
    components = model.components_
    if isinstance(model, NonNegative):
        settings = model._settings_of_rows((model.n_samples_, components.shape[1]))
        if isinstance(model, MiniBatchNMF):  # of all rows instead of one
            settings["h_penalty"] = tuple(model.n_samples_ * weight for weight in settings["h_penalty"])
        of_rows = ("beta", "init", "iterations", "tolerance", "w_penalty", "h_penalty")
        return "nmf", {name: settings[name] for name in of_rows}, {"h.npy": components.T}
    if isinstance(model, TruncatedSVD):
        arrays = {"singular_values.npy": model.singular_values_, "v.npy": components.T}
        return "svd", {**search_of(model), "power_iterations": model.n_iter, "oversampling": model.n_oversamples}, arrays
    if isinstance(model, PCA):
        if model.whiten:
            raise ValueError("whitened scores cannot be stored: fit with whiten=False, and divide by explained_variance_")
        arrays = {
            "singular_values.npy": model.singular_values_,
            "components.npy": components.T,
            "mean.npy": model.mean_[None, :],
        }
        return "pca", {**search_of(model), "scale": False}, arrays
    if isinstance(model, MatrixCompletion):
        settings = {
            "biases": model.biases,
            "l2": model._penalty(),
            "bias_l2": model.bias_alpha,
            "l2_by_count": model.weighting == "count",
            "iterations": model.max_iter,
            "tolerance": model.tol,
            "descent": None,
        }
        dtype = components.dtype
        arrays = {
            "w.npy": model.row_components_,
            "h.npy": components.T,
            "row_biases.npy": model.row_bias_[None, :],
            "column_biases.npy": model.column_bias_[None, :],
            "mean.npy": np.array([[model.mean_]], dtype=dtype),
        }
        return "completion", settings, arrays
    raise TypeError(f"a {type(model).__name__} has no folder: take pickle")


def search_of(model: TruncatedSVD | PCA) -> dict[str, Any]:
    """The settings of the search for singular triplets."""
    blocks, iterations = _native.search_limits()
    return {"tolerance": model._search_tolerance(), "blocks": blocks, "iterations": iterations}


def solver_of(model: Any) -> str:
    """The name of the solver that ran."""
    if isinstance(model, NonNegative):
        beta = model._beta()
        solver = model._solver(beta)
        by_terms = beta != 2.0 or model.missing is not None
        return solver if solver != "auto" else "mu" if by_terms else "hals"
    return str(getattr(model, "solver_", None) or model.solver)


def load(path: str | os.PathLike[str]) -> TruncatedSVD | PCA | NMF | MatrixCompletion:
    """Reads the folder of a model, written by `save` or by the command, as a fitted estimator.

    Parameters
    ----------
    path : str or path
        The folder.

    Returns
    -------
    TruncatedSVD, PCA, NMF or MatrixCompletion

    Raises
    ------
    OSError
        There is no such folder.
    ValueError
        It holds no model, one of a newer version, or one that no estimator has, such as a chain.
    """
    text, arrays, names = _native.read_model(os.fspath(path))
    about = json.loads(text)
    values = os.path.join(path, "singular_values.npy")
    if os.path.exists(values):
        arrays["singular_values"] = np.load(values, allow_pickle=False)
    make = {"svd": of_svd, "pca": of_pca, "nmf": of_nmf, "completion": of_completion}.get(about["method"])
    if make is None:
        raise ValueError(f"{os.fspath(path)} holds a {about['method']}, which no estimator has: take the command")
    model: Any = make(about, arrays)
    model.n_features_in_ = about["columns"]
    model.n_components_ = about["rank"]
    model.n_samples_ = about["rows"]
    model.n_iter_ = about["iterations"]
    model.converged_ = about["converged"]
    for attribute, name in {"error_": "error", "error_bound_": "error_bound", "norm_": "frobenius_norm"}.items():
        if about[name] is not None:
            setattr(model, attribute, about[name])
    model._seed = about["seed"]
    if names is not None:
        model.feature_names_in_ = np.array(names, dtype=object)
    if about["text"] is not None:
        model._text = about["text"]
        warnings.warn(
            f"{os.fspath(path)} is a model of texts, whose vectorizer is not loaded: X is a matrix of its "
            f"{about['columns']} terms. save and export keep it",
            stacklevel=2,
        )
    return model  # type: ignore[no-any-return]


def rows(array: Array) -> Array:
    """The transpose of an n x k array, in the order of C."""
    return np.ascontiguousarray(array.T)


def of_svd(about: dict[str, Any], arrays: dict[str, Array]) -> TruncatedSVD:
    settings = about["settings"]
    known = about["solver"] in ("krylov", "chebyshev", "randomized", "exact")
    model = TruncatedSVD(
        about["rank"],
        algorithm=about["solver"] if known else "auto",
        tol=settings["tolerance"],
        n_iter=settings["power_iterations"],
        n_oversamples=max(settings["oversampling"], 1),
        random_state=about["seed"],
        backend=about["backend"],
    )
    model.components_ = rows(arrays["v"])
    model.singular_values_ = arrays["singular_values"].ravel()
    keep_residuals(model, about)
    return model


def of_pca(about: dict[str, Any], arrays: dict[str, Array]) -> PCA:
    if about["settings"]["scale"]:
        raise ValueError(
            "this PCA divides columns by their deviations, which PCA here does not: take the command, or "
            "make_pipeline(StandardScaler(), PCA()) of your data"
        )
    model = PCA(
        about["rank"],
        svd_solver=about["solver"],
        tol=about["settings"]["tolerance"],
        random_state=about["seed"],
        backend=about["backend"],
    )
    model.components_ = rows(arrays["components"])
    model.mean_ = arrays["mean"].ravel()
    model.singular_values_ = arrays["singular_values"].ravel()
    degrees = max(about["rows"] - 1, 1)
    model.explained_variance_ = model.singular_values_**2 / degrees
    total = about["frobenius_norm"] or 0.0
    if total > 0:
        model.explained_variance_ratio_ = model.singular_values_**2 / model.singular_values_.dtype.type(total**2)
    left = min(about["rows"], about["columns"]) - about["rank"]
    rest = total**2 / degrees - float(model.explained_variance_.sum())
    model.noise_variance_ = max(rest, 0.0) / left if left > 0 else 0.0
    keep_residuals(model, about)
    return model


def keep_residuals(model: TruncatedSVD | PCA, about: dict[str, Any]) -> None:
    model.solver_ = about["solver"]
    if about["residuals"] is not None:
        model.residuals_ = np.array(about["residuals"], dtype=model.components_.dtype)
    if about["excess"] is not None:
        model.excess_ = about["excess"]


def of_nmf(about: dict[str, Any], arrays: dict[str, Array]) -> NMF:
    settings, betas = about["settings"], {beta: name for name, beta in BETAS.items()}
    (l1_w, l2_w), (l1_h, l2_h) = settings["w_penalty"], settings["h_penalty"]
    of_w, of_h = l1_w + l2_w, l1_h + l2_h
    ratio = l1_w / of_w if of_w > 0 else l1_h / of_h if of_h > 0 else 0.0
    if of_w > 0 and of_h > 0 and not np.isclose(l1_h / of_h, ratio):
        warnings.warn("W and H have penalties of another l1_ratio: that of W is taken, which new rows need", stacklevel=3)
    model = NMF(
        about["rank"],
        init=settings["init"] if settings["init"] in ("random", "nndsvd", "nndsvda") else None,
        solver=about["solver"] if about["solver"] in SOLVERS else "auto",
        beta_loss=betas.get(settings["beta"], settings["beta"]),
        tol=settings["tolerance"],
        max_iter=max(settings["iterations"], 1),
        random_state=about["seed"],
        alpha_W=of_w / about["columns"],
        alpha_H=of_h / about["rows"],
        l1_ratio=ratio,
        backend=about["backend"],
    )
    model.components_ = rows(arrays["h"])
    if about["loss"] is not None:
        model.loss_ = about["loss"]
        model.reconstruction_err_ = float(np.sqrt(2.0 * max(about["loss"], 0.0)))
    return model


def of_completion(about: dict[str, Any], arrays: dict[str, Array]) -> MatrixCompletion:
    settings = about["settings"]
    biases = settings["biases"]
    if biases in ("rows", "columns"):
        raise ValueError(f"the model has biases of the {biases} alone, which MatrixCompletion has not: use the command")
    model = MatrixCompletion(
        about["rank"],
        biases=biases in (True, "both"),
        alpha=settings["l2"],
        bias_alpha=settings["bias_l2"],
        weighting="count" if settings["l2_by_count"] else "plain",
        solver=about["solver"],
        max_iter=max(settings["iterations"], 1),
        tol=settings["tolerance"],
        random_state=about["seed"],
        backend=about["backend"],
    )
    model.components_ = rows(arrays["h"])
    model.alpha_ = settings["l2"]
    model.column_bias_ = arrays["column_biases"].ravel()
    model.mean_ = float(arrays["mean"].sum())
    if "w" in arrays:
        model.row_components_ = arrays["w"]
        model.row_bias_ = arrays["row_biases"].ravel()
    if about["loss"] is not None:
        model.loss_ = about["loss"]
    return model

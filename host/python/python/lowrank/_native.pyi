"""The compiled part of the package: use the estimators of `lowrank`."""

import os
from collections.abc import Callable, Sequence
from typing import Any, final

import numpy as np
import numpy.typing as npt

__all__ = [
    "BatchState",
    "completion",
    "completion_rows",
    "count_terms",
    "export_model",
    "fit_terms",
    "hash_terms",
    "implicit_als",
    "implicit_lists",
    "implicit_users",
    "mini_batch_nmf",
    "nmf",
    "nmf_weights",
    "pattern_refusal",
    "pca",
    "read_model",
    "search_limits",
    "similar_items",
    "truncated_svd",
    "write_model",
]

_Array = npt.NDArray[Any]
_Callback = Callable[[int, float, float], object]

def truncated_svd(x: Any, settings: dict[str, Any]) -> dict[str, Any]: ...
def pca(x: Any, settings: dict[str, Any]) -> dict[str, Any]: ...
def nmf(
    x: Any,
    settings: dict[str, Any],
    start: Sequence[_Array] | None = None,
    callback: _Callback | None = None,
) -> dict[str, Any]: ...
def nmf_weights(x: Any, components: _Array, settings: dict[str, Any]) -> dict[str, Any]: ...
def mini_batch_nmf(
    x: Any,
    settings: dict[str, Any],
    batches: dict[str, Any],
    start: _Array | None = None,
    callback: _Callback | None = None,
) -> dict[str, Any]: ...

@final
class BatchState:
    def __new__(
        cls,
        columns: tuple[int, bool],
        settings: dict[str, Any],
        batches: dict[str, Any],
        start: _Array | None = None,
    ) -> BatchState: ...
    def partial_fit(self, x: Any) -> tuple[float, int, BaseException | None]: ...
    def components(self) -> _Array: ...

def completion(x: Any, settings: dict[str, Any], callback: _Callback | None = None) -> dict[str, Any]: ...
def completion_rows(
    x: Any, columns: tuple[_Array, _Array, float], settings: dict[str, Any]
) -> tuple[_Array, _Array]: ...
def implicit_als(x: Any, settings: dict[str, Any], callback: _Callback | None = None) -> dict[str, Any]: ...
def implicit_lists(
    x: Any,
    components: _Array,
    settings: dict[str, Any],
    n: int,
    unseen: bool,
    candidates: list[int] | None = None,
) -> tuple[npt.NDArray[np.int64], _Array]: ...
def implicit_users(x: Any, components: _Array, settings: dict[str, Any]) -> _Array: ...
def similar_items(components: _Array, item: int, n: int) -> tuple[npt.NDArray[np.int64], _Array]: ...
def write_model(
    path: str | os.PathLike[str],
    description: dict[str, Any],
    arrays: Sequence[tuple[str, _Array]],
    columns: Sequence[str] | None,
    overwrite: bool,
) -> None: ...
def export_model(
    path: str | os.PathLike[str],
    description: dict[str, Any],
    arrays: Sequence[tuple[str, _Array]],
    choices: dict[str, Any],
) -> dict[str, Any]: ...
def search_limits() -> tuple[int, int]: ...
def read_model(path: str | os.PathLike[str]) -> tuple[str, dict[str, _Array], list[str] | None]: ...
def fit_terms(
    documents: Any, decode: Callable[[Any], str], settings: dict[str, Any]
) -> tuple[list[str], tuple[_Array, _Array, _Array]]: ...
def count_terms(
    documents: Any, decode: Callable[[Any], str], settings: dict[str, Any], vocabulary: dict[str, int]
) -> tuple[_Array, _Array, _Array]: ...
def hash_terms(
    documents: Any, decode: Callable[[Any], str], settings: dict[str, Any], hashing: tuple[int, bool]
) -> tuple[_Array, _Array, _Array]: ...
def pattern_refusal(pattern: str) -> str | None: ...

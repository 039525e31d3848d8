"""Checks of parameters, seeds and callbacks, common to all estimators."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np
from sklearn.utils import check_random_state

BACKENDS = ("auto", "host", "core", "cuda")

#: Called with the iteration, the error and the loss; a true answer ends the fit.
Callback = Callable[[int, float, float], object]


def choice(name: str, value: object, known: tuple[str | None, ...]) -> None:
    """Raises ValueError unless `value` is one of `known`."""
    if not (value is None or isinstance(value, str)) or value not in known:
        names = ", ".join(repr(one) for one in known)
        raise ValueError(f"{name} must be one of {names}. Got {value!r} instead.")


def integer(name: str, value: object, least: int = 1) -> int:
    """The whole number `value`, at least `least`; TypeError or ValueError otherwise."""
    if not isinstance(value, Integral) or isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be an integer. Got {value!r} instead.")
    if value < least:
        raise ValueError(f"{name} must be at least {least}. Got {value!r} instead.")
    return int(value)


def number(
    name: str,
    value: object,
    least: float = 0.0,
    most: float = np.inf,
    closed: Literal["both", "neither"] = "both",
) -> float:
    """The real number `value` from `least` to `most`; TypeError or ValueError otherwise."""
    if not isinstance(value, Real) or isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be a number. Got {value!r} instead.")
    given = float(value)
    inside = least <= given <= most if closed == "both" else least < given < most
    if not inside:
        where = f"at least {least:g}" if most == np.inf else f"between {least:g} and {most:g}"
        raise ValueError(f"{name} must be {where}. Got {value!r} instead.")
    return given


def flag(name: str, value: object) -> bool:
    """The truth value `value`; TypeError otherwise."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False. Got {value!r} instead.")
    return bool(value)


def seed(random_state: Any) -> int:
    """The seed of a fit: 0 for None, so that a fit can be repeated; a draw from a RandomState."""
    if random_state is None or (isinstance(random_state, Integral) and not isinstance(random_state, (bool, np.bool_))):
        return fixed_seed(random_state)
    try:
        drawn = check_random_state(random_state)
    except ValueError:
        raise ValueError(f"random_state must be None, an integer or a RandomState. Got {random_state!r} instead.") from None
    return int(drawn.randint(0, 2**31 - 1))


def fixed_seed(random_state: Any) -> int:
    """The seed that an integer is; 0 for all else, without a draw."""
    if not isinstance(random_state, Integral):
        return 0
    given = int(random_state)
    if not 0 <= given < 2**32:
        raise ValueError(f"random_state must be between 0 and 2**32 - 1. Got {random_state!r} instead.")
    return given


def patient(observe: Callback | None, most: int) -> Callback:
    """The observer that ends a fit after `most` iterations in a row without a smaller loss."""
    least, since = np.inf, 0

    def watch(iteration: int, error: float, loss: float) -> object:
        nonlocal least, since
        since = 0 if loss < least else since + 1
        least = min(least, loss)
        ended = observe(iteration, error, loss) if observe is not None else False
        return ended or since >= most

    return watch


def progress(callback: Callback | None, verbose: object, name: str) -> Callback | None:
    """The observer of a fit that calls `callback` and, if `verbose`, prints; None for neither."""
    if callback is not None and not callable(callback):
        raise TypeError(f"callback must be None or a function. Got {callback!r} instead.")
    if not verbose:
        return callback

    def observe(iteration: int, error: float, loss: float) -> object:
        if iteration % 10 == 0:
            print(f"{name}: iteration {iteration}, error {error:.6g}, loss {loss:.6g}", flush=True)
        return callback(iteration, error, loss) if callback is not None else False

    return observe

"""The models that are judged: how each is fitted, and the settings among which a validation part chooses."""

import importlib.util
import itertools
import sys
import time
from dataclasses import dataclass
from typing import Callable

from recommenders import peers


@dataclass
class Model:
    """`fit` (parts, ours, settings, seed) returns scores or predictions, and its seconds; `grid`: the settings that are
    tried. Without `seeded`, it draws nothing at random."""

    name: str
    fit: Callable
    grid: list
    seeded: bool = True
    needs: str | None = None

    def there(self):
        """Whether its package is installed; if not, that is said."""
        if self.needs is None or importlib.util.find_spec(self.needs):
            return True
        print(f"LEFT OUT: {self.name}. There is no package {self.needs}: benches/peers/setup says why", file=sys.stderr)
        return False


def grid(**values):
    return [dict(zip(values, chosen)) for chosen in itertools.product(*values.values())]


def of_lowrank(name, model, settings, seeded=True):
    def fit(parts, ours, chosen, seed):
        return ours.scores(model, **chosen, **({"seed": seed} if seeded else {}))

    return Model(name, fit, settings, seeded)


def timed(work):
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def of_lists(name, function, settings, needs, seeded=False):
    def fit(parts, ours, chosen, seed):
        seeds = {"seed": seed} if seeded else {}
        return timed(lambda: function(parts[0], **chosen, **seeds))

    return Model(name, fit, settings, seeded, needs)


def of_ratings(name, function, settings, needs, seeded=False):
    def fit(parts, ours, chosen, seed):
        seeds = {"seed": seed} if seeded else {}
        return timed(lambda: function(*parts, **chosen, **seeds))

    return Model(name, fit, settings, seeded, needs)


def lists():
    """Models of lists, which learn ones."""
    found = [
        of_lowrank("lowrank, `popularity`", "popularity", [{}], seeded=False),
        of_lowrank("lowrank, `svd`", "svd", grid(k=[10, 20, 40])),
    ]
    for k in (64, 128):
        found += [
            of_lowrank(f"lowrank, `implicit`, {k} factors", "implicit",
                       grid(k=[k], l2=[20.0, 30.0, 40.0, 60.0], confidence=[1.0, 3.0, 7.0], sweeps=[15])),
            of_lists(f"implicit, ALS, {k} factors", peers.implicit,
                     grid(k=[k], l2=[20.0, 30.0, 40.0, 60.0], alpha=[2.0, 4.0, 8.0], sweeps=[15]), "implicit",
                     seeded=True),
        ]
    return found + [
        of_lists("irspack, iALS, 64 factors", peers.irspack_ials,
                 grid(k=[64], l2=[3e-3, 1e-2, 3e-2], alpha0=[0.1, 0.3, 1.0], nu=[1.0], sweeps=[16]), "irspack",
                 seeded=True),
        of_lists("irspack, RP3beta", peers.irspack_rp3beta, grid(beta=[0.3, 0.6, 0.9], top_k=[100, 1000]), "irspack"),
        of_lowrank("lowrank, `ease`", "ease", grid(l2=[200.0, 300.0, 500.0]), seeded=False),
        of_lists("EASE, by NumPy", peers.ease, grid(l2=[200.0, 300.0, 500.0]), "numpy"),
    ]


def ratings():
    """Models that predict ratings."""
    return [
        of_lowrank("lowrank, `als`", "als", grid(l2=[8.0, 12.0, 16.0])),
        of_lowrank("lowrank, `dot-bias`", "dot-bias", [{}]),
        of_lowrank("lowrank, `gibbs`", "gibbs", grid(k=[6, 8, 10, 14, 20])),
        of_ratings("myFM, Gibbs sampling", peers.my_fm, grid(k=[6, 8, 10, 14, 20], sweeps=[320], kept=[300]), "myfm",
                   seeded=True),
        of_ratings("Surprise, KNNBaseline", peers.surprise_knn, grid(k=[20, 40, 80]), "surprise"),
        of_ratings("Surprise, SVD", peers.surprise_svd, grid(k=[20, 100], epochs=[20, 50], penalty=[0.05, 0.1, 0.15]),
                   "surprise", seeded=True),
        of_ratings("Surprise, BaselineOnly", peers.surprise_baseline, grid(users=[2, 3, 5, 10], films=[2, 3, 5, 10]),
                   "surprise"),
    ]

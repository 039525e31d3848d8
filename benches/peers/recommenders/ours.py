"""lowrank's recommenders: a process that takes matrices from files, and writes its scores into a file."""

import os
import pathlib
import tempfile

import numpy as np
from comparison.sides import Side


class Ours:
    """Started when it is first asked for something."""

    def __init__(self, program, threads=2):
        self.command = [program, str(threads)]
        self.folder = tempfile.TemporaryDirectory()
        self.started, self.untaken, self.shape = None, {}, None

    @property
    def side(self):
        if self.started is None:
            self.started = Side("lowrank", self.command)
        for name in [*self.untaken]:
            self.hand_over(name, self.untaken.pop(name))
        return self.started

    def take(self, a, name="training"):
        """A matrix: that of this name is what the next models learn."""
        self.untaken[name], self.shape = a, a.shape

    def hand_over(self, name, a):
        path = self.path("matrix")
        with open(path, "wb") as file:
            np.array([*a.shape, a.nnz], "<i4").tofile(file)
            for numbers, kind in ((a.indptr, "<i4"), (a.indices, "<i4"), (a.data, "<f8")):
                numbers.astype(kind).tofile(file)
        self.started.must("take", matrix=name, path=path)

    def held_out(self, name, split, share, seed):
        """Row offsets and columns of what lowrank holds out of a matrix that it has."""
        path = self.path("held-out")
        self.side.must("divide", matrix=name, split=split, share=share, seed=seed, path=path)
        with open(path, "rb") as file:
            m, _, count = np.fromfile(file, "<i4", 3)
            return np.fromfile(file, "<i4", m + 1), np.fromfile(file, "<i4", count)

    def judged(self, model, **settings):
        """Figures of the lists of a model by lowrank's judgement, of the matrices `training` and `held-out`."""
        return self.side.must("judge", model=model, **settings)

    def scores(self, model, **settings):
        """Each item's score for each user, and the seconds of the fit."""
        path = self.path("scores")
        answer = self.side.must("recommend", matrix="training", model=model, path=path, **settings)
        return np.fromfile(path, "<f4").reshape(self.shape), answer["seconds"]

    def path(self, name):
        return os.fspath(pathlib.Path(self.folder.name) / name)

    def end(self):
        if self.started is not None:
            self.started.end()
        self.folder.cleanup()

"""The matrices of the side in Python, each made once: LOWRANK_DATA is the folder of their data."""

import csv
import os
import pathlib
import tarfile

import numpy as np
import scipy.sparse
from newsgroups import texts
from sklearn.feature_extraction.text import TfidfVectorizer

DATA = pathlib.Path(os.environ["LOWRANK_DATA"])
ARCHIVE = DATA / "20news" / "20news-bydate.tar.gz"
made = {}


def once(make):
    """A function without arguments that is called once."""
    def call():
        if make not in made:
            made[make] = make()
        return made[make]
    return call


@once
def four_texts():
    return texts(ARCHIVE)


@once
def four():
    return TfidfVectorizer(stop_words="english").fit_transform(four_texts())


@once
def all_groups():
    found = []
    with tarfile.open(ARCHIVE, "r|gz") as posts:
        for post in posts:
            if post.isfile() and post.name.split("/")[-3] == "20news-bydate-train":
                found.append(posts.extractfile(post).read().decode("latin1"))
    return TfidfVectorizer().fit_transform(found)


@once
def faces():
    data = (DATA / "faces" / "cbcl-19x19-one-face-per-row.pgm").read_bytes()
    n, m = map(int, data.split(maxsplit=3)[1:3])
    return np.frombuffer(data[-m * n:], np.uint8).reshape(m, n).astype(float)


@once
def ratings():
    """Users by films, both in ascending order of their numbers."""
    with open(DATA / "ml-latest-small-2016" / "ratings.csv", newline="") as file:
        rows = [(int(row["userId"]), int(row["movieId"]), float(row["rating"]))
                for row in csv.DictReader(file)]
    users, films, values = (np.array(column) for column in zip(*rows))
    _, users = np.unique(users, return_inverse=True)
    _, films = np.unique(films, return_inverse=True)
    return scipy.sparse.csr_matrix((values, (users, films)))


MATRICES = {"four": four, "all": all_groups, "faces": faces, "ratings": ratings}
taken = {}


def read(path):
    """A matrix from a file of raw numbers, as rust/src/matrices/raw_file.rs describes it."""
    with open(path, "rb") as file:
        m, n, nonzeros = (int(size) for size in np.fromfile(file, "<i4", 3))
        if nonzeros < 0:
            return np.fromfile(file, "<f8").reshape(n, m).T.copy()
        offsets, columns = np.fromfile(file, "<i4", m + 1), np.fromfile(file, "<i4", nonzeros)
        return scipy.sparse.csr_matrix((np.fromfile(file, "<f8"), columns, offsets), shape=(m, n))


def take(request):
    """The other side's, where it is open how it is made."""
    taken[request["matrix"]] = read(request["path"])
    return {}


def matrix(request):
    name, share = request["matrix"], request.get("share", 1)
    a = taken[name] if name in taken else MATRICES[name]()
    if share == 1:
        return a
    part = a[: a.shape[0] // share]
    return part[:, part.getnnz(axis=0) > 0]


def squared_norm(a):
    values = a.data if scipy.sparse.issparse(a) else a
    return float((values * values).sum())


def describe(request):
    a = matrix(request)
    nonzeros = a.nnz if scipy.sparse.issparse(a) else int(np.count_nonzero(a))
    return {"rows": a.shape[0], "columns": a.shape[1], "nonzeros": nonzeros,
            "norm": squared_norm(a) ** 0.5}

"""One request a line on standard input, one answer a line on standard output, both JSON: the side of
./compare that is written in Python. LOWRANK_DATA=... python side.py

As rust/src/main.rs: a request names a case and a matrix, the answer holds the seconds of one run and the
error that it reached. Matrices are made once, before the first run on them is timed.
"""

import json
import os
import pathlib
import sys
import tarfile
import time
import warnings

import numpy as np
import scipy.sparse
from newsgroups import texts
from scipy.sparse.linalg import svds
from sklearn.decomposition import NMF, non_negative_factorization
from sklearn.decomposition._nmf import _beta_divergence, _initialize_nmf
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.utils.extmath import randomized_svd

DATA = pathlib.Path(os.environ["LOWRANK_DATA"])
ARCHIVE = DATA / "20news" / "20news-bydate.tar.gz"
FEATURES = 2000
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
def dense():
    """As the other side has made it: which of equally frequent terms are kept is open."""
    return np.fromfile(made["dense path"]).reshape(FEATURES, -1).T.copy()


MATRICES = {"four": four, "all": all_groups, "faces": faces, "dense": dense}


def matrix(request):
    a = MATRICES[request["matrix"]]()
    share = request.get("share", 1)
    if share == 1:
        return a
    part = a[: a.shape[0] // share]
    return part[:, part.getnnz(axis=0) > 0]


def squared_norm(a):
    values = a.data if scipy.sparse.issparse(a) else a
    return float((values * values).sum())


def frobenius_error(a, w, h):
    """||A - W H||, from the sum over the entries of A."""
    inner = (w * (a @ h.T)).sum()
    return float(np.sqrt(max(0.0, squared_norm(a) - 2 * inner + ((w.T @ w) * (h @ h.T)).sum())))


def describe(request):
    a = matrix(request)
    nonzeros = a.nnz if scipy.sparse.issparse(a) else int(np.count_nonzero(a))
    return {"rows": a.shape[0], "columns": a.shape[1], "nonzeros": nonzeros,
            "norm": squared_norm(a) ** 0.5}


def take(request):
    made["dense path"] = request["path"]
    return {}


def timed(work):
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def vectorize(request):
    documents = four_texts()
    a, seconds = timed(lambda: TfidfVectorizer(stop_words="english").fit_transform(documents))
    return {"seconds": seconds, "error": squared_norm(a) ** 0.5}


def svd(request):
    a, k, by = matrix(request), request["k"], request["by"]
    tolerance = request.get("tolerance", 0)
    works = {
        "randomized_svd": lambda: randomized_svd(a, k, random_state=0),
        "propack": lambda: svds(a, k, solver="propack", tol=tolerance, rng=0),
        "arpack": lambda: svds(a, k, solver="arpack", tol=tolerance, rng=0),
    }
    (u, s, vt), seconds = timed(works[by])
    # U spans what U diag(s) V^T keeps of A, so that the squares subtract.
    return {"seconds": seconds, "error": float(np.sqrt(squared_norm(a) - s @ s))}


def nmf(request):
    """To its own stop, the initialisation counted."""
    a = matrix(request)
    model = NMF(request["k"], init="nndsvda", solver="cd", tol=request.get("tolerance", 1e-4),
                max_iter=request.get("iterations", 200), random_state=0)
    w, seconds = timed(lambda: model.fit_transform(a))
    return {"seconds": seconds, "error": frobenius_error(a, w, model.components_),
            "iterations": model.n_iter_}


def started(a, k):
    """W and H of NNDSVDa; those of one matrix are made once."""
    key = (id(a), k)
    if key not in made:
        made[key] = _initialize_nmf(a, k, init="nndsvda", random_state=0)
    return made[key]


def iteration(request):
    """The seconds of one iteration, the start not counted."""
    a, k, count = matrix(request), request["k"], request["iterations"]
    scalar = np.dtype(request.get("precision", "f64").replace("f", "float"))
    w, h = (factor.astype(scalar) for factor in started(a, k))
    a = a.astype(scalar)
    (w, h, done), seconds = timed(lambda: non_negative_factorization(
        a, w, h, n_components=k, init="custom", solver=request["solver"], tol=0, max_iter=count))
    return {"seconds": seconds / done, "error": frobenius_error(a, w, h), "iterations": done}


def divergence(a, w, h):
    """The generalised Kullback-Leibler divergence of A from W H."""
    return float(_beta_divergence(a, w, h, 1))


def kl(request):
    """So many iterations for the Kullback-Leibler divergence, the start not counted."""
    a, k, count = matrix(request), request["k"], request["iterations"]
    w, h = (factor.copy() for factor in started(a, k))
    if request["by"] == "torchnmf":
        return kl_by_torchnmf(a, w, h, count)
    (w, h, _), seconds = timed(lambda: non_negative_factorization(
        a, w, h, n_components=k, init="custom", solver="mu", beta_loss="kullback-leibler",
        tol=0, max_iter=count))
    return {"seconds": seconds, "error": divergence(a, w, h)}


def kl_by_torchnmf(a, w, h, count):
    try:
        import torch
        from torchnmf.nmf import NMF as TorchNmf
    except ImportError as missing:
        return {"refused": f"not installed ({missing})"}
    torch.set_num_threads(1)
    coordinates = a.tocoo()
    places = torch.from_numpy(np.vstack([coordinates.row, coordinates.col]).astype(np.int64))

    def single(x):  # Its sparse steps take no other scalar.
        return torch.from_numpy(x.astype(np.float32))

    v = torch.sparse_coo_tensor(places, single(coordinates.data), a.shape).coalesce()
    # V ~ H W^T there.
    model = TorchNmf(W=single(h.T), H=single(w))
    _, seconds = timed(lambda: model.fit(v, beta=1, tol=0, max_iter=count))
    w, h = (factor.detach().numpy().astype(float) for factor in (model.H, model.W.T))
    if not (np.isfinite(w).all() and np.isfinite(h).all()):
        return {"refused": "NaN"}
    return {"seconds": seconds, "error": divergence(a, w, h)}


CASES = {"describe": describe, "take": take, "vectorize": vectorize, "svd": svd, "nmf": nmf,
         "iteration": iteration, "kl": kl}


def main():
    # That all iterations were done is on purpose; what libraries say to their own users is not for these.
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = CASES[request["case"]](request)
        except Exception as error:  # The other sides go on.
            answer = {"refused": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()

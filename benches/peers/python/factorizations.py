"""NMF by scikit-learn and torchnmf."""

import numpy as np
from matrices import matrix, squared_norm
from sklearn.decomposition import NMF, non_negative_factorization
from sklearn.decomposition._nmf import _beta_divergence, _initialize_nmf
from timing import timed

starts = {}


def frobenius_error(a, w, h):
    """||A - W H||, from the sum over the entries of A."""
    inner = (w * (a @ h.T)).sum()
    return float(np.sqrt(max(0.0, squared_norm(a) - 2 * inner + ((w.T @ w) * (h @ h.T)).sum())))


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
    if key not in starts:
        starts[key] = _initialize_nmf(a, k, init="nndsvda", random_state=0)
    return starts[key]


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

"""Truncated SVD and principal components by scikit-learn, scipy and numpy."""

import numpy as np
from matrices import matrix, squared_norm
from scipy.sparse.linalg import svds
from sklearn.decomposition import PCA
from sklearn.utils.extmath import randomized_svd
from timing import timed


def distance(a, u, s, vt, means=None):
    """||A - 1 m^T - U diag(s) V^T||_F from its three parts; U and V need not be orthonormal."""
    square, av = squared_norm(a), a @ vt.T
    if means is not None:
        square -= a.shape[0] * (means @ means)
        av = av - means @ vt.T
    square -= 2 * ((av * u).sum(axis=0) @ s)
    return float(np.sqrt(max(0.0, square + s @ ((u.T @ u) * (vt @ vt.T)) @ s)))


def gram_and_left(a, k):
    """The eigenvectors of A^T A, and U: nothing smaller than sqrt(eps) s_1 is right."""
    values, v = np.linalg.eigh(a.T @ a)
    s, vt = np.sqrt(np.maximum(values[: -k - 1 : -1], 0)), v[:, : -k - 1 : -1].T
    return a @ vt.T / s, s, vt


def svd(request):
    a, k, by = matrix(request), request["k"], request["by"]
    tolerance = request.get("tolerance", 0)
    works = {
        "randomized_svd": lambda: randomized_svd(a, k, random_state=0),
        "propack": lambda: svds(a, k, solver="propack", tol=tolerance, rng=0),
        "arpack": lambda: svds(a, k, solver="arpack", tol=tolerance, rng=0),
        "eigh": lambda: gram_and_left(a, k),
    }
    factors, seconds = timed(works[by])
    return {"seconds": seconds, "error": distance(a, *factors)}


def pca(request):
    """The components, and the coordinates of the rows unless `fit` alone is asked for."""
    a, k, by = matrix(request), request["k"], request["by"]
    model = PCA(k, svd_solver=by, tol=request.get("tolerance", 0.0), random_state=0)

    def from_covariances():
        means = a.mean(axis=0)
        u, s, vt = gram_and_left(a - means, k)
        return u * s, vt, means

    def by_sklearn():
        scores = model.fit(a) if request.get("alone") else model.fit_transform(a)
        return scores, model.components_, model.mean_

    (scores, vt, means), seconds = timed(from_covariances if by == "eigh" else by_sklearn)
    if request.get("alone"):
        scores = model.transform(a)
    means = np.asarray(means).ravel()
    return {"seconds": seconds, "error": distance(a, scores, np.ones(k), vt, means)}

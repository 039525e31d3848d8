"""Sweeps of alternating least squares over implicit feedback, by implicit and irspack: the loss of lowrank's Implicit.

An entry is a one and counts twice as much as a zero: alpha = 2 of implicit, alpha_0 = 1 of irspack's original loss.
"""

import statistics
import time

import numpy as np
from matrices import matrix
from timing import timed

# Rows at a time, so that the loss takes little memory.
ROWS = 1 << 16


def sweep(request):
    """The median seconds of so many sweeps over both factors but the first, and the loss after the last."""
    by = {"implicit": by_implicit, "irspack": by_irspack}[request["by"]]
    try:
        users_by_items = matrix(request).astype(np.float32)
        return by(users_by_items, request)
    except ImportError as missing:
        return {"refused": f"not installed ({missing})"}


def by_implicit(a, request):
    from implicit.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(
        factors=request["k"], regularization=request["l2"], alpha=2.0, use_gpu=False, use_cg=True,
        iterations=request["sweeps"], num_threads=request["threads"], random_state=0)
    taken = []
    model.fit(a, show_progress=False, callback=lambda sweep, seconds, loss: taken.append(seconds))
    if "lists" in request:
        users = np.arange(request["lists"])
        _, seconds = timed(lambda: model.recommend(users, a[users], N=10, filter_already_liked_items=True))
        return {"seconds": seconds}
    return answer(a, taken, model.user_factors, model.item_factors, request)


def by_irspack(a, request):
    from irspack import IALSRecommender

    model = IALSRecommender(
        a, n_components=request["k"], alpha0=1.0, reg=request["l2"], nu=0.0, loss_type="ORIGINAL", solver_type="CG",
        max_cg_steps=3, random_seed=0, n_threads=request["threads"])
    trainer = model._create_trainer()
    taken = []
    for _ in range(request["sweeps"]):
        start = time.perf_counter()
        trainer.run_epoch()
        taken.append(time.perf_counter() - start)
    factors = trainer.core_trainer
    return answer(a, taken, factors.user, factors.item, request)


def answer(a, taken, w, h, request):
    return {"seconds": statistics.median(taken[1:]), "error": loss(a, w, h, request["l2"])}


def loss(a, w, h, l2):
    """Half of 2 (1 - w . h)^2 over the entries, (w . h)^2 over all others, and the penalties."""
    w, h = w.astype(np.float64), h.astype(np.float64)
    total = (w.T @ w * (h.T @ h)).sum() + l2 * ((w * w).sum() + (h * h).sum())
    rows = np.repeat(np.arange(a.shape[0]), np.diff(a.indptr))
    for first in range(0, a.nnz, ROWS):
        part = slice(first, first + ROWS)
        v = np.einsum("ek,ek->e", w[rows[part]], h[a.indices[part]])
        total += (2 - 4 * v + v * v).sum()
    return float(total) / 2

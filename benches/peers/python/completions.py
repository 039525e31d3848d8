"""Completion of ratings by cmfrec, to the loss of lowrank."""

import numpy as np
from matrices import matrix
from timing import timed

# lowrank's defaults: of the factors, and of the biases.
PENALTY, BIAS_PENALTY = 12.0, 3.0


def completion(request):
    """Alternating least squares with biases: so many sweeps by Cholesky, or by conjugate gradients."""
    try:
        from cmfrec import CMF
    except ImportError as missing:
        return {"refused": f"not installed ({missing})"}
    known = matrix(request).tocoo()
    model = CMF(
        k=request["k"], method="als", use_cg=request["by"] == "cg", niter=request["sweeps"],
        lambda_=[BIAS_PENALTY, BIAS_PENALTY, PENALTY, PENALTY, 0, 0], scale_lam=False,
        user_bias=True, item_bias=True, center=True, use_float=False, nthreads=1, verbose=False,
        precompute_for_predictions=False, random_state=0)
    _, seconds = timed(lambda: model.fit(known))
    return {"seconds": seconds, "error": loss(known, model)}


def loss(known, model):
    """Half of the squares over the known entries and of the penalties."""
    w, h = model.A_, model.B_
    of_rows, of_columns = model.user_bias_, model.item_bias_
    i, j = known.row, known.col
    predicted = model.glob_mean_ + of_rows[i] + of_columns[j] + (w[i] * h[j]).sum(axis=1)
    squares = ((known.data - predicted) ** 2).sum()
    penalties = PENALTY * ((w * w).sum() + (h * h).sum())
    penalties += BIAS_PENALTY * (of_rows @ of_rows + of_columns @ of_columns)
    return float(squares + penalties) / 2

"""Completion of ratings by cmfrec, to the loss of lowrank."""

from matrices import matrix
from timing import timed

# Entries at a time, so that the loss takes little memory.
ENTRIES = 1 << 20


def completion(request):
    """Alternating least squares with biases: so many sweeps by Cholesky, or by conjugate gradients."""
    try:
        from cmfrec import CMF
    except ImportError as missing:
        return {"refused": f"not installed ({missing})"}
    known = matrix(request).tocoo()
    model = CMF(
        k=request["k"], method="als", use_cg=request["by"] == "cg", niter=request["sweeps"],
        lambda_=[*[request["bias_l2"]] * 2, *[request["l2"]] * 2, 0, 0], scale_lam=False,
        user_bias=True, item_bias=True, center=True, use_float=False, nthreads=1, verbose=False,
        precompute_for_predictions=False, random_state=0)
    _, seconds = timed(lambda: model.fit(known))
    return {"seconds": seconds, "error": loss(known, model, request)}


def loss(known, model, request):
    """Half of the squares over the known entries and of the penalties."""
    w, h = model.A_, model.B_
    of_rows, of_columns = model.user_bias_, model.item_bias_
    squares = 0.0
    for first in range(0, known.nnz, ENTRIES):
        part = slice(first, first + ENTRIES)
        i, j = known.row[part], known.col[part]
        predicted = model.glob_mean_ + of_rows[i] + of_columns[j] + (w[i] * h[j]).sum(axis=1)
        squares += ((known.data[part] - predicted) ** 2).sum()
    penalties = request["l2"] * ((w * w).sum() + (h * h).sum())
    penalties += request["bias_l2"] * (of_rows @ of_rows + of_columns @ of_columns)
    return float(squares + penalties) / 2

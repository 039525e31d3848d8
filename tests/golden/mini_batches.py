"""Writes mini_batches.json, for tests/mini_batch.rs: what scikit-learn's MiniBatchNMF learns from batches.

    pip install scikit-learn==1.9.1
    python3 tests/golden/mini_batches.py > tests/golden/mini_batches.json

`partial_fit` begins from sums that are H and ones, as if something had been learnt before; here they
are zeros, so that the first batch is the first one. W of a batch is found by 30 updates from a
constant, and each batch leaves 0.8 of what was there.

`fitted` is how far `fit` of all rows, in batches, ends from the matrix, with the weights that
`transform` finds.
"""

import json

import numpy as np
from sklearn.decomposition import MiniBatchNMF

M, N, K, ROWS, KEPT = 40, 9, 3, 8, 0.8


def learned(a, h, beta):
    model = MiniBatchNMF(
        n_components=K, init="custom", beta_loss=beta, batch_size=ROWS, tol=0,
        forget_factor=KEPT, fresh_restarts_max_iter=30, max_iter=30,
    )
    model.partial_fit(a[:ROWS], W=np.ones((ROWS, K)), H=h.copy())
    model.components_ = h.copy()
    model._components_numerator[:] = 0.0
    model._components_denominator[:] = 0.0
    steps = []
    for start in range(0, M, ROWS):
        model.partial_fit(a[start:start + ROWS])
        steps.append(model.components_.T.tolist())
    return steps


def fitted(a, w, h):
    model = MiniBatchNMF(
        n_components=K, init="custom", batch_size=ROWS, tol=0, max_no_improvement=None, max_iter=500,
        transform_max_iter=20000,
    )
    model.fit_transform(a, W=w.copy(), H=h.copy())
    return float(np.linalg.norm(a - model.transform(a) @ model.components_))


def main():
    random = np.random.default_rng(21)
    a = random.gamma(1.0, 1.0, (M, K)) @ random.gamma(0.5, 1.0, (K, N))
    a += random.gamma(1.5, 0.2, (M, N)) + 0.01
    w = random.uniform(0.1, 1.0, (M, K))
    h = random.uniform(0.1, 1.0, (K, N))
    cases = [{"beta": beta, "steps": learned(a, h, beta)} for beta in (2.0, 1.0, 0.0, 0.5, 1.5, 3.0)]
    print(json.dumps({
        "matrix": a.tolist(), "h": h.T.tolist(), "rows": ROWS, "kept": KEPT, "iterations": 30,
        "cases": cases, "fitted": fitted(a, w, h),
    }))


main()

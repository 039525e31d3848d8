"""Writes divergences.json, for tests/losses.rs: what scikit-learn's NMF finds from given factors after a few iterations, for every loss.

    pip install scikit-learn==1.9.1
    python3 tests/golden/divergences.py > tests/golden/divergences.json

The penalties are the weights l1 and l2 of sums over the entries; scikit-learn wants them as alpha
and l1_ratio, alpha of W in units of the number of columns and alpha of H in units of the number of
rows.
"""

import json

import numpy as np
from sklearn.decomposition import non_negative_factorization

M, N, K = 12, 9, 3


def factorized(a, w, h, beta, solver, iterations, w_penalty, h_penalty):
    (w_l1, w_l2), (h_l1, h_l2) = w_penalty, h_penalty
    ratio = w_l1 / (w_l1 + w_l2) if w_l1 + w_l2 else h_l1 / (h_l1 + h_l2) if h_l1 + h_l2 else 0.0
    w_found, h_found, _ = non_negative_factorization(
        a, W=w.copy(), H=h.copy(), n_components=K, init="custom", solver=solver, beta_loss=beta,
        tol=0, max_iter=iterations, alpha_W=(w_l1 + w_l2) / N, alpha_H=(h_l1 + h_l2) / M,
        l1_ratio=ratio,
    )
    return {
        "beta": beta, "solver": "mu" if solver == "mu" else "hals", "iterations": iterations,
        "w_penalty": w_penalty, "h_penalty": h_penalty,
        "w_found": w_found.tolist(), "h_found": h_found.T.tolist(),
    }


def main():
    random = np.random.default_rng(20)
    full = random.gamma(1.5, 1.0, (M, N)) + 0.05
    counts = random.poisson(1.2, (M, N)).astype(float)
    w = random.uniform(0.1, 1.0, (M, K))
    h = random.uniform(0.1, 1.0, (K, N))
    none, mixed = (0.0, 0.0), (0.3, 0.1)
    cases = []
    for name, a in (("full", full), ("counts", counts)):
        for beta in (2.0, 1.0, 0.0, 0.5, 1.5, 3.0, -0.5):
            # Below 1 the model of a zero falls under 1.2e-7, where scikit-learn ends and others go on.
            if name == "counts" and beta < 1:
                continue
            for w_penalty, h_penalty in ((none, none), (mixed, none), (none, mixed), (mixed, mixed)):
                case = factorized(a, w, h, beta, "mu", 20, w_penalty, h_penalty)
                cases.append({"matrix": name, **case})
        # With one penalty the other factor grows without end.
        for w_penalty, h_penalty in ((none, none), (mixed, mixed)):
            case = factorized(a, w, h, 2.0, "cd", 2000, w_penalty, h_penalty)
            cases.append({"matrix": name, **case})
    matrices = {"full": full.tolist(), "counts": counts.tolist()}
    print(json.dumps({"matrices": matrices, "w": w.tolist(), "h": h.T.tolist(), "cases": cases}))


main()

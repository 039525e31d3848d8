"""Writes non_negative_least_squares.json, for tests/integration/anls.rs: the weights of rows that scipy's active sets
find for components of full rank.

    pip install numpy==2.4.6 scipy==1.17.1
    python3 tests/golden/non_negative_least_squares.py > tests/golden/non_negative_least_squares.json
"""

import json

import numpy as np
from scipy.optimize import nnls

draws = np.random.default_rng(11)
problems = []
for m, n, k in [(6, 5, 1), (8, 6, 3), (10, 20, 9), (12, 8, 8)]:
    h = draws.random((n, k)).round(3)
    # Rows that components explain in part, rows of noise, and one of zeros.
    a = (np.maximum(draws.normal(0, 1, (m, k)), 0) @ h.T + 0.3 * draws.random((m, n))).round(3)
    a[m // 2 :] = draws.random((m - m // 2, n)).round(3)
    a[0] = 0
    w = [nnls(h, row)[0].tolist() for row in a]
    problems.append({"a": a.tolist(), "h": h.tolist(), "w": w})
print(json.dumps(problems))

"""Writes ranking.json: nDCG at several N and average precision by scikit-learn, for tests/integration/recommend/judgement.rs.

    pip install scikit-learn==1.9.1
    python3 tests/golden/ranking.py

Each case is a user: scores of ten items, all different, and the relevant items. scikit-learn's average precision is that
of the whole list, where N is the number of items.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score, ndcg_score

ITEMS, USERS = 10, 12
random = np.random.default_rng(5)
cases = []
for user in range(USERS):
    scores = random.permutation(ITEMS) + random.integers(0, 9) / 10
    relevant = np.sort(random.choice(ITEMS, size=1 + user % 6, replace=False))
    truth = np.zeros(ITEMS)
    truth[relevant] = 1
    ndcg = [ndcg_score([truth], [scores], k=n) for n in (1, 3, 5, ITEMS)]
    cases.append(
        {
            "scores": scores.tolist(),
            "relevant": relevant.tolist(),
            "ndcg": ndcg,
            "average_precision": average_precision_score(truth, scores),
        }
    )
path = Path(__file__).with_name("ranking.json")
path.write_text(json.dumps({"lengths": [1, 3, 5, ITEMS], "cases": cases}, indent=1) + "\n")

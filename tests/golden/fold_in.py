"""Writes fold_in.json, for tests of new rows in a completion: what scikit-learn's ridge regression finds.

    pip install scikit-learn==1.9.1
    python3 tests/golden/fold_in.py > tests/golden/fold_in.json

A new row of a completion is a ridge regression of a_ij - mu - c_j on the rows h_j of its known entries, with a feature of
ones for the bias. Ridge has one penalty: the feature of ones is multiplied by sqrt(l2 / bias_l2), which makes the penalty
of the bias bias_l2. The last part has the rows of models/new_rows.csv in the folder models/completion.
"""

import json
import pathlib

import numpy as np
from sklearn.linear_model import Ridge

MODELS = pathlib.Path(__file__).resolve().parent / "models"


def row(known, h, settings):
    """w and b of a row with these (j, a - mu - c_j)."""
    rank, l2, bias_l2 = h.shape[1], settings["l2"], settings["bias_l2"]
    if settings["by_count"]:
        l2 *= len(known)
    scale = np.sqrt(l2 / bias_l2)
    features = h[[j for j, _ in known]]
    if settings["biases"]:
        features = np.column_stack([features, np.full(len(known), scale)])
    ridge = Ridge(alpha=l2, fit_intercept=False, solver="svd").fit(features, [x for _, x in known])
    bias = ridge.coef_[rank] * scale if settings["biases"] else 0.0
    return ridge.coef_[:rank].tolist(), float(bias)


def case(random, settings):
    n, k = 12, settings["rank"]
    h = random.normal(0.0, 1.0, (n, k))
    biased = settings["biases"]
    biases = random.normal(0.0, 0.5, n) if biased else np.zeros(n)
    mean = 3.4 if biased else 0.0
    rows, found = [], []
    for count in (1, 2, 5, 12):
        places = sorted(random.choice(n, count, replace=False).tolist())
        values = random.integers(1, 6, count).tolist()
        rows.append([[j, x] for j, x in zip(places, values)])
        found.append(row([(j, x - mean - biases[j]) for j, x in rows[-1]], h, settings))
    return {
        **settings,
        "h": h.tolist(),
        "column_biases": biases.tolist(),
        "mean": mean,
        "rows": rows,
        "w": [w for w, _ in found],
        "row_biases": [b for _, b in found],
    }


def kept():
    """The new rows of the folder that an older version wrote."""
    folder = MODELS / "completion"
    settings = json.loads((folder / "model.json").read_text())["settings"] | {"by_count": False}
    h, mean = np.load(folder / "h.npy"), np.load(folder / "mean.npy").item()
    biases = np.load(folder / "column_biases.npy").ravel()
    new = np.loadtxt(MODELS / "new_rows.csv", delimiter=",")
    found = [row([(j, x - mean - biases[j]) for j, x in enumerate(one)], h, settings) for one in new]
    return [[*w, b] for w, b in found]


def main():
    random = np.random.default_rng(11)
    settings = [
        {"rank": rank, "biases": biases, "l2": l2, "bias_l2": 3.0, "by_count": by_count}
        for rank, biases, l2, by_count in [
            (3, True, 12.0, False),
            (3, True, 0.05, True),
            (2, False, 0.5, False),
            (5, False, 0.01, True),
        ]
    ]
    print(json.dumps({"cases": [case(random, one) for one in settings], "kept": kept()}))


main()

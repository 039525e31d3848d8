"""Writes short_sides.json, for tests/integration/short_sides.rs: singular values of a tall matrix and of its transpose.

    pip install scikit-learn==1.9.1
    python3 tests/golden/short_sides.py > tests/golden/short_sides.json

Entries are integers, so that both programs have the same matrix. numpy's SVD and scikit-learn's PCA with the full solver
are LAPACK's of the matrix itself: no Gram matrix is formed. The means are those of the first columns.
"""

import json

import numpy as np
from sklearn.decomposition import PCA

ROWS, COLUMNS, RANK = 3000, 40, 6


def matrix(offset):
    i, j = np.meshgrid(np.arange(ROWS), np.arange(COLUMNS), indexing="ij")
    noise = (i * i * 7 + i * j * 13 + j * j * j * 5) % 101
    return (noise + 60 * ((i // (j + 1)) % 2) + offset * (j % 3)).astype(float)


def components(a):
    pca = PCA(n_components=RANK, svd_solver="full").fit(a)
    return {
        "means": pca.mean_[:RANK].tolist(),
        "singular_values": pca.singular_values_.tolist(),
        "explained_variance_ratio": pca.explained_variance_ratio_.tolist(),
    }


def main():
    a, shifted = matrix(0), matrix(1000000)
    print(json.dumps({
        "singular_values": np.linalg.svd(a, compute_uv=False)[:RANK].tolist(),
        "tall": components(a),
        "wide": components(a.T),
        "shifted": components(shifted),
    }, indent=1))


main()

"""Writes components.json, for tests/components.rs: what scikit-learn's PCA finds.

    pip install scikit-learn==1.9.1
    python3 tests/golden/components.py > tests/golden/components.json

The means are far from zero, and one column does not vary.
"""

import json

import numpy as np
from sklearn.decomposition import PCA


def main():
    random = np.random.default_rng(5)
    a = random.normal(0.0, 1.0, (14, 3)) @ random.normal(0.0, 1.0, (3, 8)) + 40.0
    a += random.normal(0.0, 0.1, a.shape)
    a[:, 5] = 7.0
    pca = PCA(n_components=4, svd_solver="full").fit(a)
    found = {
        "matrix": a.tolist(),
        "means": pca.mean_.tolist(),
        "components": pca.components_.T.tolist(),
        "singular_values": pca.singular_values_.tolist(),
        "explained_variance": pca.explained_variance_.tolist(),
        "explained_variance_ratio": pca.explained_variance_ratio_.tolist(),
        "scores": pca.transform(a).tolist(),
    }
    print(json.dumps(found))


main()

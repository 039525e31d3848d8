"""Writes components.json, for tests/integration/components.rs: what scikit-learn's PCA finds.

    pip install scikit-learn==1.9.1
    python3 tests/golden/components.py > tests/golden/components.json

The means of the tall matrix are far from zero, and one of its columns does not vary; the wide one has many zeros.
Each is decomposed as it is, and with its columns divided by their standard deviations. Those of StandardScaler have
m degrees of freedom; with m - 1, as in the correlations of R's prcomp and here, all scores are smaller by
sqrt((m - 1) / m). A column that does not vary stays zero.
"""

import json

import numpy as np
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler


def components(a, scale):
    m = len(a)
    scaler = StandardScaler(with_std=scale).fit(a)
    correction = np.sqrt((m - 1) / m) if scale else 1.0
    b = scaler.transform(a) * correction
    pca = PCA(n_components=4, svd_solver="full").fit(b)
    deviations = np.sqrt(scaler.var_ * m / (m - 1)) if scale else None
    return {
        "matrix": a.tolist(),
        "scale": scale,
        "means": scaler.mean_.tolist(),
        "deviations": deviations.tolist() if scale else None,
        "components": pca.components_.T.tolist(),
        "singular_values": pca.singular_values_.tolist(),
        "explained_variance": pca.explained_variance_.tolist(),
        "explained_variance_ratio": pca.explained_variance_ratio_.tolist(),
        "scores": pca.transform(b).tolist(),
    }


def main():
    random = np.random.default_rng(5)
    tall = random.normal(0.0, 1.0, (14, 3)) @ random.normal(0.0, 1.0, (3, 8)) + 40.0
    tall += random.normal(0.0, 0.1, tall.shape)
    tall[:, 5] = 7.0
    wide = random.normal(0.0, 1.0, (9, 31)) * 10.0 ** random.integers(-2, 3, 31)
    wide *= random.random(wide.shape) < 0.4
    print(json.dumps([components(a, scale) for a in (tall, wide) for scale in (False, True)]))


main()

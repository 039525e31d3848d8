"""Parts of faces.

    python host/python/examples/faces.py

With LOWRANK_DATA, the 2,429 faces of CBCL, 19 x 19 pixels each; else faces made of eyes, mouths and light.
"""

# %% Faces: one row per picture, brightness from 0 to 1.
import os
from pathlib import Path

import numpy as np

from lowrank import NMF, PCA

SIDE = 19


def cbcl(path):
    kind, size, top, pixels = path.read_bytes().split(b"\n", 3)
    columns, rows = map(int, size.split())
    assert (kind, columns, int(top)) == (b"P5", SIDE * SIDE, 255)
    return np.frombuffer(pixels, np.uint8, count=rows * columns).reshape(rows, columns) / 255


def made_up(faces, seed):
    """Ovals, lit from the left or the right, with eyes and a mouth here and there."""
    chance = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]

    def spot(at_x, at_y, width):
        return np.exp(-((x - at_x) ** 2 + (y - at_y) ** 2) / width**2)

    rows = []
    for _ in range(faces):
        light = chance.uniform(0.2, 0.8)
        face = (light * (1 + x) + (1 - light) * (1 - x)) / 2 * (x**2 + 0.7 * y**2 < 0.9)
        for eye in (-0.4, 0.4):
            face = face - 0.3 * spot(eye, -0.3 + chance.uniform(-0.1, 0.1), 0.2)
        face = face - 0.3 * spot(chance.uniform(-0.1, 0.1), 0.5, 0.3)
        rows.append(np.clip(face + 0.02 * chance.uniform(size=face.shape), 0, 1).ravel())
    return np.array(rows)


data = os.environ.get("LOWRANK_DATA")
X = cbcl(Path(data, "faces", "cbcl-19x19-one-face-per-row.pgm")) if data else made_up(400, seed=0)
print(f"{X.shape[0]} faces of {X.shape[1]} pixels")


def show(pictures):
    """Pictures beside each other, in characters."""
    shades = " .:-=+*#%@"
    for line in range(SIDE):
        rows = []
        for picture in pictures:
            values = picture.reshape(SIDE, SIDE)[line] / max(picture.max(), 1e-12)
            rows.append("".join(shades[int(9.99 * max(value, 0))] for value in values))
        print("  ".join(rows))


# %% Parts: every face is a sum of parts, nothing is taken away.
nmf = NMF(n_components=8, random_state=0, tol=1e-3, max_iter=500)
W = nmf.fit_transform(X)
show(nmf.components_[:4])
print(f"error {nmf.error_:.4f} of {np.linalg.norm(X):.4f}, converged: {nmf.converged_}")
assert (W >= 0).all() and (nmf.components_ >= 0).all()

# %% Eigenfaces: as many as explain nine tenths of the variance.
pca = PCA(n_components=0.9)
scores = pca.fit_transform(X)
print(f"{pca.n_components_} eigenfaces explain {100 * pca.explained_variance_ratio_.sum():.1f} % of the variance")
print(f"error {pca.error_:.4f}, at most {pca.error_bound_:.4f}")
assert 0.9 <= pca.explained_variance_ratio_.sum() <= 1
restored = pca.inverse_transform(scores)
assert abs(np.linalg.norm(X - restored) - pca.error_) <= 1e-6 * np.linalg.norm(X)
show([X[0], restored[0]])

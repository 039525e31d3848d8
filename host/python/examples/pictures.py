"""A picture as a product of two thin matrices.

    python host/python/examples/pictures.py

The picture is the flower that scikit-learn brings where Pillow can read it, else waves.
"""

# %% A picture: brightness from 0 to 1.
import numpy as np

from lowrank import TruncatedSVD


def picture():
    try:
        from sklearn.datasets import load_sample_image

        return load_sample_image("flower.jpg").mean(axis=2) / 255
    except ImportError:
        y, x = np.mgrid[0 : 1 : 240j, 0 : 1 : 320j]
        return 0.5 + 0.25 * np.sin(9 * x * y) + 0.25 * np.cos(20 * np.hypot(x - 0.5, y - 0.4))


X = picture()
print(f"{X.shape[0]} x {X.shape[1]} pixels")

# %% The rank that an error needs: a picture that differs by 5 % of the norm.
svd = TruncatedSVD(n_components="tol", tol=0.05)
scores = svd.fit_transform(X)
numbers = scores.size + svd.components_.size
print(f"rank {svd.n_components_}: {100 * numbers / X.size:.1f} % of the numbers, error {100 * svd.error_ / svd.norm_:.2f} %")
restored = svd.inverse_transform(scores)
assert svd.error_ <= 0.05 * svd.norm_
assert abs(np.linalg.norm(X - restored) - svd.error_) <= 1e-6 * svd.norm_

# %% What each further component is worth.
for k in (1, 5, 20):
    svd = TruncatedSVD(n_components=k).fit(X)
    print(f"k = {k:2}: error {100 * svd.error_ / svd.norm_:5.2f} %, at most {100 * svd.error_bound_ / svd.norm_:5.2f} %")

"""What X may be: orders, strides, precisions, formats, indices, frames; and what of it is copied."""

import subprocess
import sys

import numpy as np
import pandas
import polars
import pytest
import scipy.sparse as sp

from lowrank import NMF, PCA, ImplicitALS, MatrixCompletion, MiniBatchNMF, TruncatedSVD

ESTIMATORS = [
    TruncatedSVD(2),
    PCA(2),
    NMF(2, max_iter=50, tol=0),
    MiniBatchNMF(2, batch_size=16, max_iter=5, tol=0),
    MatrixCompletion(2),
    ImplicitALS(2),
]
DENSE = np.random.RandomState(0).uniform(size=(30, 12)) * (np.random.RandomState(1).uniform(size=(30, 12)) < 0.5)


def unsorted(X):
    """The same matrix in compressed rows whose columns descend."""
    X = sp.csr_array(X)
    for first, last in zip(X.indptr, X.indptr[1:]):
        X.indices[first:last] = X.indices[first:last][::-1].copy()
        X.data[first:last] = X.data[first:last][::-1].copy()
    X.has_sorted_indices = False
    return X


def with_duplicates(X):
    """The same matrix in triplets, each of which comes in two halves, in no order."""
    X = sp.coo_array(X)
    order = np.random.RandomState(2).permutation(2 * X.nnz)
    rows, columns = np.tile(X.coords[0], 2)[order], np.tile(X.coords[1], 2)[order]
    return sp.coo_array((np.tile(X.data / 2, 2)[order], (rows, columns)), shape=X.shape)


def duplicate_rows(X):
    """Compressed rows with every entry twice."""
    X = sp.csr_array(X)
    return sp.csr_array((np.repeat(X.data / 2, 2), np.repeat(X.indices, 2), 2 * X.indptr), shape=X.shape)


def wide_indices(X):
    X = sp.csr_array(X)
    X.indptr, X.indices = X.indptr.astype(np.int64), X.indices.astype(np.int64)
    return X


def strided(X):
    spread = np.zeros((2 * X.shape[0], 3 * X.shape[1]))
    spread[::2, ::3] = X
    return spread[::2, ::3]


def read_only(X):
    X = X.copy()
    X.flags.writeable = False
    return X


DENSE_LAYOUTS = {
    "fortran": np.asfortranarray,
    "strided": strided,
    "backwards": lambda X: np.ascontiguousarray(X[::-1, ::-1])[::-1, ::-1],
    "read-only": read_only,
    "list": lambda X: X.tolist(),
    "pandas": lambda X: pandas.DataFrame(X),
}
SPARSE_LAYOUTS = {
    "csr_matrix": sp.csr_matrix,
    "csc": sp.csc_array,
    "csc_matrix": sp.csc_matrix,
    "coo": sp.coo_array,
    "coo_matrix": sp.coo_matrix,
    "lil": sp.lil_array,
    "int64": wide_indices,
    "unsorted": unsorted,
    "unsorted csc": lambda X: sp.csc_array(unsorted(X.T).T),
    "duplicates": with_duplicates,
    "duplicate rows": duplicate_rows,
}


def fitted(estimator, X):
    from sklearn.base import clone

    estimator = clone(estimator)
    return estimator.fit_transform(X), estimator.components_


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("layout", DENSE_LAYOUTS)
@pytest.mark.filterwarnings("ignore")
def test_every_layout_of_an_array_gives_the_same(estimator, layout):
    for expected, found in zip(fitted(estimator, DENSE), fitted(estimator, DENSE_LAYOUTS[layout](DENSE))):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("layout", SPARSE_LAYOUTS)
@pytest.mark.filterwarnings("ignore")
def test_every_layout_of_a_sparse_matrix_gives_the_same(estimator, layout):
    X = SPARSE_LAYOUTS[layout](DENSE)
    before = X.toarray()
    for expected, found in zip(fitted(estimator, sp.csr_array(DENSE)), fitted(estimator, X)):
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(X.toarray(), before)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
@pytest.mark.filterwarnings("ignore")
def test_the_precision_is_that_of_x(estimator):
    for dtype, kept in ((np.float32, np.float32), (np.float64, np.float64), (np.int32, np.float64), (bool, np.float64)):
        given = (9 * DENSE).astype(dtype)
        for X in (given, sp.csr_array(given)):
            scores, components = fitted(estimator, X)
            assert scores.dtype == components.dtype == kept
    assert fitted(estimator, (100 * DENSE).astype(">f8"))[1].dtype == np.float64


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
@pytest.mark.filterwarnings("ignore")
def test_frames_have_names(estimator):
    from sklearn.base import clone

    columns = [f"word{j}" for j in range(12)]
    for make, kind in ((pandas.DataFrame, "pandas"), (polars.DataFrame, "polars")):
        frame = make({name: DENSE[:, j] for j, name in enumerate(columns)})
        model = clone(estimator).set_output(transform=kind)
        scores = model.fit_transform(frame)
        assert list(model.feature_names_in_) == columns
        names = list(model.get_feature_names_out())
        assert list(scores.columns) == names == [f"{type(model).__name__.lower()}{i}" for i in range(2)]
        assert type(scores) is make
        swapped = frame[columns[::-1]]
        with pytest.raises(ValueError, match="feature names"):
            model.transform(swapped)


MEMORY = """
import resource, sys
import numpy as np, scipy.sparse as sp
from lowrank import NMF, PCA, TruncatedSVD

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

layout, estimator = sys.argv[1:]
draw = np.random.default_rng(0)
if layout == "csr":
    n = 12_000_000
    indptr = np.arange(0, n + 1, 300, dtype=np.int32)
    indices = np.tile(np.arange(0, 30_000, 100, dtype=np.int32), n // 300)
    indices += np.repeat(draw.integers(0, 100, n // 300, dtype=np.int32), 300)
    X = sp.csr_array((draw.random(n), indices, indptr), shape=(n // 300, 30_100))
    size = X.data.nbytes + X.indices.nbytes + X.indptr.nbytes
else:
    X = draw.random((20_000, 1000)) if layout == "c" else draw.random((1000, 20_000)).T
    size = X.nbytes
model = {"svd": TruncatedSVD(2), "pca": PCA(2), "nmf": NMF(2, max_iter=3, tol=0)}[estimator]
model.fit(np.ones((20, 20)))  # what every process needs once
before = peak()
model.fit(X)
# The interpreter, X and what made it were there before.
print((peak() - before) / size)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted as Linux does")
@pytest.mark.parametrize("estimator", ["svd", "pca", "nmf"])
@pytest.mark.parametrize("layout", ["csr", "fortran", "c"])
def test_the_memory_beside_x_is_bounded(layout, estimator):
    """X itself and at most 1.8 times as much beside it, 2.8 in all, factors and their workspace among it."""
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MEMORY, layout, estimator], capture_output=True, text=True, timeout=300
    )
    assert ended.returncode == 0, ended.stderr
    print(f"{layout} {estimator}: {float(ended.stdout):.2f} times X beside X")
    assert float(ended.stdout) <= 1.8

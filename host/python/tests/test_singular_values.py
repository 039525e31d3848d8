"""Truncated SVD and PCA against NumPy and scikit-learn: numbers, errors, bounds, ranks found from an accuracy."""

import numpy as np
import pytest
import scipy.sparse as sp
import sklearn.decomposition

from lowrank import PCA, TruncatedSVD


def graded(m=120, n=60, seed=0):
    """A matrix with the singular values 0.8^i."""
    draw = np.random.RandomState(seed)
    u = np.linalg.qr(draw.standard_normal((m, n)))[0]
    v = np.linalg.qr(draw.standard_normal((n, n)))[0]
    return u * 0.8 ** np.arange(n) @ v.T


def thin(m=400, n=90, seed=1):
    """A sparse matrix of counts."""
    return sp.random_array((m, n), density=0.05, random_state=np.random.RandomState(seed), format="csr") * 5.0


@pytest.mark.parametrize("algorithm", ["auto", "krylov", "chebyshev", "exact", "arpack"])
def test_singular_values_are_those_of_numpy(algorithm):
    A = graded()
    svd = TruncatedSVD(6, algorithm=algorithm).fit(A)
    np.testing.assert_allclose(svd.singular_values_, 0.8 ** np.arange(6), rtol=1e-7)
    assert svd.converged_
    assert svd.solver_ == {"auto": svd.solver_, "arpack": "krylov"}.get(algorithm, algorithm)
    assert (svd.residuals_ < 1e-3).all()


@pytest.mark.parametrize("dtype, slack", [(np.float64, 1e-12), (np.float32, 1e-3)])
def test_the_error_is_true_and_the_bound_holds(dtype, slack):
    A = graded().astype(dtype)
    svd = TruncatedSVD(7, random_state=3)
    scores = svd.fit_transform(A)
    exact = np.linalg.norm(A.astype(np.float64) - scores.astype(np.float64) @ svd.components_.astype(np.float64))
    optimum = np.linalg.norm(np.linalg.svd(A.astype(np.float64))[1][7:])
    assert exact <= svd.error_bound_
    assert svd.error_ == pytest.approx(exact, rel=max(slack, 1e-7))
    assert exact <= optimum * (1 + 1e-5)
    assert svd.norm_ == pytest.approx(np.linalg.norm(A), rel=1e-5)
    assert scores.dtype == svd.components_.dtype == svd.singular_values_.dtype == dtype
    for i, s in enumerate(svd.singular_values_):
        nearest = np.abs(np.linalg.svd(A.astype(np.float64))[1] - s).min()
        assert nearest <= svd.residuals_[i] + slack * svd.norm_


def test_a_search_that_stops_early_says_so():
    A = np.random.RandomState(0).standard_normal((300, 300))
    svd = TruncatedSVD(5, algorithm="randomized", n_iter=0, n_oversamples=1).fit(A)
    assert not svd.converged_
    assert svd.excess_ > 0


def test_truncated_svd_equals_that_of_scikit_learn():
    for X in (graded(), thin()):
        ours = TruncatedSVD(5, algorithm="arpack").fit(X)
        theirs = sklearn.decomposition.TruncatedSVD(5, algorithm="arpack", random_state=0).fit(X)
        np.testing.assert_allclose(ours.components_, theirs.components_, atol=1e-6)
        for name in ("singular_values_", "explained_variance_", "explained_variance_ratio_"):
            np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-8)
        np.testing.assert_allclose(ours.transform(X), theirs.transform(X), atol=1e-6)


@pytest.mark.parametrize("whiten", [False, True])
@pytest.mark.parametrize("X", [graded() + 3.0, thin(), thin().toarray()], ids=["dense", "sparse", "few"])
def test_pca_equals_that_of_scikit_learn(X, whiten):
    dense = X.toarray() if sp.issparse(X) else X
    ours = PCA(4, svd_solver="arpack", whiten=whiten)
    scores = ours.fit_transform(X)
    theirs = sklearn.decomposition.PCA(4, svd_solver="full", whiten=whiten).fit(dense)
    for name in ("mean_", "components_", "singular_values_", "explained_variance_", "explained_variance_ratio_"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-6, atol=1e-7)
    assert ours.noise_variance_ == pytest.approx(theirs.noise_variance_, rel=1e-6)
    np.testing.assert_allclose(scores, theirs.transform(dense), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(ours.transform(X), scores, atol=1e-7 * np.abs(scores).max() + 1e-9)
    np.testing.assert_allclose(ours.inverse_transform(scores), theirs.inverse_transform(scores), rtol=1e-5, atol=1e-6)
    # scikit-learn's covariance of whitened components is that of no data: it weighs by the variances twice.
    theirs.whiten = False
    np.testing.assert_allclose(ours.get_covariance(), theirs.get_covariance(), rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(ours.score(dense), theirs.score(dense), rtol=1e-6)


def test_the_covariance_and_its_inverse():
    pca = PCA(4).fit(graded() + 1.0)
    product = pca.get_covariance() @ pca.get_precision()
    np.testing.assert_allclose(product, np.eye(60), atol=1e-8)


def test_the_rank_of_a_share_is_the_smallest():
    A = graded()
    squares = np.cumsum(0.8 ** (2.0 * np.arange(60)))
    for share in (0.5, 0.9, 0.99):
        smallest = int(np.argmax(squares >= share * squares[-1])) + 1
        svd = TruncatedSVD(n_components=share).fit(A)
        assert svd.n_components_ == smallest == len(svd.components_)
        assert svd.error_**2 <= (1 - share) * svd.norm_**2 * (1 + 1e-9)
    pca = PCA(n_components=0.9).fit(A)
    full = PCA().fit(A)
    assert pca.n_components_ == int(np.argmax(np.cumsum(full.explained_variance_ratio_) >= 0.9)) + 1


@pytest.mark.parametrize("Estimator", [TruncatedSVD, PCA])
def test_the_rank_of_a_tolerance_is_the_smallest(Estimator):
    A = graded()
    centered = A - A.mean(axis=0) if Estimator is PCA else A
    values = np.linalg.svd(centered, compute_uv=False)
    left = np.sqrt(np.maximum(np.sum(values**2) - np.cumsum(values**2), 0.0)) / np.linalg.norm(values)
    for tol in (0.5, 0.1, 1e-3):
        model = Estimator(n_components="tol", tol=tol).fit(A)
        assert model.n_components_ == int(np.argmax(left <= tol)) + 1
        assert model.error_ <= tol * model.norm_ * (1 + 1e-9)


def test_mle_finds_the_dimension_of_scikit_learn():
    draw = np.random.RandomState(0)
    X = draw.standard_normal((300, 5)) @ draw.standard_normal((5, 12)) + 0.01 * draw.standard_normal((300, 12))
    ours = PCA(n_components="mle").fit(X)
    theirs = sklearn.decomposition.PCA(n_components="mle", svd_solver="full").fit(X)
    assert ours.n_components_ == theirs.n_components_ == 5
    exact = np.linalg.norm(X - ours.inverse_transform(ours.transform(X)))
    assert ours.error_ == pytest.approx(exact, rel=1e-6)


def test_equal_seeds_give_equal_results():
    X = thin()
    first, again, other = (TruncatedSVD(4, algorithm="krylov", random_state=seed).fit(X) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.components_, again.components_)
    assert not np.array_equal(first.components_, other.components_)
    drawn = TruncatedSVD(4, algorithm="krylov", random_state=np.random.RandomState(0)).fit(X)
    np.testing.assert_allclose(drawn.singular_values_, first.singular_values_, rtol=1e-6)


def test_the_backend_for_microcontrollers_gives_the_same_values():
    X = thin()
    host, core = (TruncatedSVD(4, backend=backend).fit(X) for backend in ("host", "core"))
    np.testing.assert_allclose(host.singular_values_, core.singular_values_, rtol=1e-6)
    with pytest.raises(ValueError, match="without CUDA"):
        TruncatedSVD(4, backend="cuda").fit(X)

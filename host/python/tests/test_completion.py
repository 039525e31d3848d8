"""Completion and recommendations."""

import numpy as np
import pytest
import scipy.sparse as sp

from lowrank import ImplicitALS, MatrixCompletion


def table(m=80, n=30, k=2, seed=0):
    """Means of rows and columns, and a product of rank k."""
    draw = np.random.RandomState(seed)
    rest = draw.standard_normal((m, k)) @ draw.standard_normal((k, n))
    return 3.0 + draw.standard_normal((m, 1)) + draw.standard_normal((1, n)) + rest


def hidden(X, share=0.3, seed=1):
    return np.random.RandomState(seed).uniform(size=X.shape) < share


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_is_missing_is_found(dtype):
    X = table().astype(dtype)
    holes = hidden(X)
    given = np.where(holes, dtype(np.nan), X)
    model = MatrixCompletion(2, alpha=0.01, bias_alpha=0.01, tol=1e-7).fit(given)
    full = model.complete(given)
    assert full.dtype == dtype
    np.testing.assert_array_equal(full[~holes], X[~holes])
    assert np.sqrt(np.mean((full - X)[holes] ** 2)) < 0.1 * X.std()
    rows, columns = np.nonzero(holes)
    np.testing.assert_allclose(model.predict_entries(rows, columns), full[holes], atol=0.05)


def test_an_array_with_nan_and_a_sparse_matrix_are_the_same():
    X, holes = table(), hidden(table())
    rows, columns = np.nonzero(~holes)
    stored = sp.coo_array((X[~holes], (rows, columns)), shape=X.shape)
    dense = MatrixCompletion(2, alpha=0.1).fit(np.where(holes, np.nan, X))
    sparse = MatrixCompletion(2, alpha=0.1).fit(stored)
    np.testing.assert_allclose(dense.components_, sparse.components_, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(dense.complete(np.where(holes, np.nan, X)), sparse.complete(stored), atol=1e-9)


def test_a_stored_zero_is_known():
    X = np.zeros((6, 4))
    stored = sp.coo_array((X.ravel(), (np.repeat(np.arange(6), 4), np.tile(np.arange(4), 6))), shape=X.shape)
    model = MatrixCompletion(1).fit(stored)
    assert model.mean_ == 0 and model.error_ == 0
    np.testing.assert_array_equal(model.complete(stored), X)


def test_what_is_stored_twice_is_added_and_left_as_it_is():
    rows, columns = np.array([0, 0, 0, 1, 1, 2]), np.array([1, 1, 0, 2, 0, 1])
    values = np.array([1.0, 2.0, 4.0, 1.0, 5.0, 2.0])
    twice = sp.csr_array((values, columns, np.array([0, 3, 5, 6])), shape=(3, 3))
    before = [part.copy() for part in (twice.data, twice.indices, twice.indptr)]
    once = sp.csr_array(twice.toarray())
    model, expected = (MatrixCompletion(1, alpha=0.1).fit(X) for X in (twice, once))
    full = model.complete(twice)
    assert full[0, 1] == 3.0
    np.testing.assert_allclose(full, expected.complete(once), rtol=1e-9)
    np.testing.assert_allclose(model.complete(sp.coo_array((values, (rows, columns)), shape=(3, 3))), full, rtol=1e-9)
    for part, kept in zip((twice.data, twice.indices, twice.indptr), before):
        np.testing.assert_array_equal(part, kept)


@pytest.mark.parametrize("factor", [1.0, 20.0])
def test_the_default_penalty_suits_the_unit_and_the_number_of_the_entries(factor):
    model = MatrixCompletion(2).fit(factor * table(m=300, n=100))
    assert model.alpha_ == pytest.approx(11.4 * factor * table(m=300, n=100).std(), rel=0.05)
    few = MatrixCompletion(1).fit(factor * table(m=4, n=3))
    assert 0 < few.alpha_ < 0.1 * model.alpha_
    given = MatrixCompletion(2, alpha=3).fit(table())
    assert given.alpha_ == 3.0
    rows = given.transform(table())
    np.testing.assert_array_equal(given.set_params(alpha=None).transform(table()), rows)


def test_new_rows_are_folded_in():
    X = table(m=100)
    model = MatrixCompletion(2, alpha=0.01, bias_alpha=0.01, tol=1e-8).fit(X[:80])
    given = X[80:].copy()
    given[:, ::3] = np.nan
    full = model.complete(given)
    assert np.abs(full - X[80:]).max() < 0.3


def test_the_numbers_are_those_of_the_rows():
    X = table()
    model = MatrixCompletion(3, alpha=0.1)
    np.testing.assert_array_equal(model.fit_transform(X), model.transform(X))
    values = model.mean_ + model.row_bias_[:, None] + model.column_bias_ + model.row_components_ @ model.components_
    assert model.error_ == pytest.approx(np.linalg.norm(X - values), rel=1e-6)
    assert model.error_ <= model.error_bound_


def test_a_rank_above_the_sides_is_told():
    with pytest.warns(UserWarning, match="n_components=20"):
        model = MatrixCompletion().fit(table(n=5))
    assert model.n_components_ == 5


def groups(users=60, items=24, seed=0):
    """Users who take items of one of three kinds only."""
    draw = np.random.RandomState(seed)
    kinds = np.arange(users)[:, None] % 3 == np.arange(items) % 3
    return sp.csr_array((kinds & (draw.uniform(size=(users, items)) < 0.7)).astype(float)), kinds


def test_lists_are_of_the_kind_of_a_user():
    taken, kinds = groups()
    model = ImplicitALS(3, alpha=1.0, tol=1e-7).fit(taken)
    items, scores = model.recommend(taken, n=2)
    left = (kinds & (taken.toarray() == 0)).sum(axis=1)
    for user in np.flatnonzero(left >= 2):
        listed = items[user]
        assert kinds[user][listed].all()
        assert not taken.toarray()[user][listed].any()
        assert scores[user][0] >= scores[user][1]
    everything, _ = model.recommend(taken, n=8, exclude_seen=False)
    assert (np.sort(everything, axis=1) == [np.flatnonzero(kind) for kind in kinds]).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_lists_of_many_users_have_the_largest_products_of_factors(dtype):
    taken, _ = groups(users=777)
    taken = taken.astype(dtype)
    model = ImplicitALS(5, alpha=1.0, random_state=0).fit(taken)
    items, scores = model.recommend(taken, n=4)
    assert scores.dtype == dtype
    products = model.transform(taken) @ model.components_
    products[taken.toarray() > 0] = -np.inf
    np.testing.assert_allclose(scores, -np.sort(-products, axis=1)[:, :4], rtol=20 * np.finfo(dtype).eps, atol=4e-7)
    rows = np.arange(777)[:, None]
    np.testing.assert_allclose(products[rows, items], scores, rtol=20 * np.finfo(dtype).eps, atol=4e-7)


def test_similar_items_are_of_the_same_kind():
    taken, _ = groups()
    model = ImplicitALS(3, alpha=1.0).fit(taken)
    items, cosines = model.similar_items(4, n=7)
    assert (items % 3 == 1).all() and 4 not in items
    assert (np.diff(cosines) <= 0).all() and cosines[0] <= 1 + 1e-12
    with pytest.raises(IndexError):
        model.similar_items(24)


def test_lists_are_shorter_where_fewer_items_are_left():
    taken, _ = groups()
    model = ImplicitALS(3).fit(taken)
    items, scores = model.recommend(taken, n=5, candidates=[0, 3])
    left = 2 - taken.toarray()[:, [0, 3]].sum(axis=1).astype(int)
    np.testing.assert_array_equal((items >= 0).sum(axis=1), left)
    np.testing.assert_array_equal(np.isnan(scores), items < 0)


def test_the_default_penalty_of_lists_suits_the_number_of_the_entries():
    taken, _ = groups()
    model = ImplicitALS(3).fit(taken)
    assert model.alpha_ == float(f"{20 * taken.nnz / 24 / 80:.2g}")
    assert ImplicitALS(3, alpha=2).fit(taken).alpha_ == 2.0
    users = model.transform(taken)
    np.testing.assert_array_equal(model.set_params(alpha=7.0).transform(taken), users)
    crowded, _ = groups(users=900)
    assert ImplicitALS(3, max_iter=1).fit(crowded).alpha_ == 20.0


def test_factors_minimize_the_objective_of_hu_koren_and_volinsky():
    """A user's factors solve (H^T C H + alpha I) w = H^T C p, which NumPy solves here."""
    taken, _ = groups()
    model = ImplicitALS(3, alpha=2.0, confidence=1.5).fit(taken)
    H, R = model.components_.T, taken.toarray()
    for user, factors in enumerate(model.transform(taken)):
        weights = 1.0 + 1.5 * R[user]
        system = (H.T * weights) @ H + 2.0 * np.eye(3)
        np.testing.assert_allclose(factors, np.linalg.solve(system, (H.T * weights) @ (R[user] > 0)), rtol=1e-7)

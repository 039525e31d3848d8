"""Non-negative factorizations: losses, penalties, starts, missing entries, batches."""

import numpy as np
import pytest
import scipy.sparse as sp
import sklearn.decomposition
from sklearn.exceptions import ConvergenceWarning

from lowrank import NMF, MiniBatchNMF


def planted(m=60, n=40, k=3, seed=0, noise=0.01):
    """A product of non-negative factors, with a little noise that keeps it positive."""
    draw = np.random.RandomState(seed)
    return draw.uniform(size=(m, k)) @ draw.uniform(size=(k, n)) + noise * draw.uniform(size=(m, n))


@pytest.mark.parametrize("solver", ["auto", "hals", "mu", "anls", "cd"])
def test_the_loss_is_not_above_that_of_scikit_learn(solver):
    X = planted()
    ours = NMF(3, solver=solver, max_iter=3000, tol=1e-9 if solver == "mu" else 1e-7)
    W = ours.fit_transform(X)
    theirs = sklearn.decomposition.NMF(3, init="nndsvda", max_iter=3000, tol=1e-7).fit(X)
    exact = np.linalg.norm(X - W @ ours.components_)
    assert ours.reconstruction_err_ == pytest.approx(exact, rel=1e-6)
    assert ours.error_ == pytest.approx(exact, rel=1e-6)
    assert exact <= ours.error_bound_
    assert exact <= theirs.reconstruction_err_ * (1.1 if solver == "mu" else 1.001)
    assert (W >= 0).all() and (ours.components_ >= 0).all()


@pytest.mark.parametrize("beta", ["kullback-leibler", "itakura-saito", 0.5, 1.5, 3.0])
def test_other_losses_are_those_of_scikit_learn(beta):
    X = planted() + 0.1
    ours = NMF(3, beta_loss=beta, max_iter=2000, tol=1e-8)
    W = ours.fit_transform(X)
    from sklearn.decomposition._nmf import _beta_divergence

    number = {"kullback-leibler": 1, "itakura-saito": 0}.get(beta, beta)
    assert ours.loss_ == pytest.approx(_beta_divergence(X, W, ours.components_, number), rel=1e-6)
    theirs = sklearn.decomposition.NMF(3, beta_loss=beta, solver="mu", init="nndsvda", max_iter=500, tol=1e-8)
    assert ours.reconstruction_err_ <= theirs.fit(X).reconstruction_err_ * 1.02


def objective(X, W, H, alpha_W, alpha_H, l1_ratio):
    """scikit-learn's, from its documentation."""
    m, n = X.shape
    loss = 0.5 * np.linalg.norm(X - W @ H) ** 2
    loss += alpha_W * n * (l1_ratio * W.sum() + 0.5 * (1 - l1_ratio) * (W**2).sum())
    return loss + alpha_H * m * (l1_ratio * H.sum() + 0.5 * (1 - l1_ratio) * (H**2).sum())


@pytest.mark.parametrize("alpha_W, alpha_H, l1_ratio", [(0.01, "same", 0.0), (0.01, 0.02, 1.0), (0.005, 0.001, 0.5)])
def test_penalties_are_those_of_scikit_learn(alpha_W, alpha_H, l1_ratio):
    X = planted()
    given = {"alpha_W": alpha_W, "alpha_H": alpha_H, "l1_ratio": l1_ratio, "max_iter": 5000}
    weights = (alpha_W, alpha_W if alpha_H == "same" else alpha_H, l1_ratio)
    ours, theirs = NMF(3, tol=1e-9, **given), sklearn.decomposition.NMF(3, init="nndsvda", tol=1e-9, **given)
    W, V = ours.fit_transform(X), theirs.fit_transform(X)
    assert objective(X, W, ours.components_, *weights) <= objective(X, V, theirs.components_, *weights) * (1 + 1e-4)
    rows = ours.transform(X)
    held = theirs.components_.copy()
    theirs.components_ = ours.components_
    np.testing.assert_allclose(rows, theirs.transform(X), atol=2e-3 * rows.max())
    theirs.components_ = held


@pytest.mark.parametrize("init", [None, "random", "nndsvd", "nndsvda", "nndsvdar"])
def test_every_start_leads_somewhere(init):
    X = planted(noise=0.0)
    model = NMF(3, init=init, max_iter=3000, tol=1e-8).fit(X)
    assert model.error_ < 0.02 * model.norm_


def test_a_given_start_is_where_it_starts():
    X = planted(noise=0.0)
    exact = NMF(3, max_iter=5000, tol=0)
    W = exact.fit_transform(X)
    again = NMF(3, init="custom", max_iter=2)
    again.fit_transform(X, W=W, H=exact.components_)
    assert again.error_ <= exact.error_ * 1.01 + 1e-12
    with pytest.raises(ValueError, match="give W and H"):
        NMF(3, init="custom").fit(X)
    with pytest.raises(ValueError, match="input W"):
        NMF(3, init="custom").fit(X, W=W[:, :2], H=exact.components_)
    with pytest.warns(RuntimeWarning, match="ignored"):
        NMF(3).fit(X, W=W, H=exact.components_)


def test_missing_entries_are_completed_and_do_not_count():
    X = planted(noise=0.0)
    hidden = np.random.RandomState(1).uniform(size=X.shape) < 0.2
    holes = np.where(hidden, np.nan, X)
    model = NMF(3, missing="nan", max_iter=5000, tol=1e-9)
    W = model.fit_transform(holes)
    completed = W @ model.components_
    assert np.linalg.norm((completed - X)[hidden]) < 0.02 * np.linalg.norm(X[hidden])
    known = np.linalg.norm((completed - X)[~hidden])
    assert model.error_ == pytest.approx(known, rel=1e-4, abs=1e-9)
    stored = sp.csr_array(np.where(hidden, 0.0, X))
    same = NMF(3, missing="stored-only", max_iter=5000, tol=1e-9).fit_transform(stored)
    np.testing.assert_allclose(same, W, rtol=1e-6, atol=1e-9)
    rows = model.transform(holes)
    assert np.linalg.norm((rows @ model.components_ - X)[hidden]) < 0.05 * np.linalg.norm(X[hidden])
    with pytest.raises(ValueError, match="stored-only"):
        NMF(3, missing="nan").fit(stored)
    with pytest.raises(ValueError, match="solver='mu'"):
        NMF(3, missing="nan", solver="hals").fit(holes)
    NMF(3, missing="nan", solver="mu").fit(holes)  # what the message says


def test_the_end_is_told_honestly():
    X = planted()
    with pytest.warns(ConvergenceWarning, match="max_iter"):
        model = NMF(3, max_iter=2).fit(X)
    assert not model.converged_ and model.n_iter_ == 2
    assert NMF(3, max_iter=5000).fit(X).converged_


def test_a_callback_sees_the_error_fall_and_ends_the_fit():
    seen = []

    def stop_at_five(iteration, error, loss):
        seen.append((iteration, error, loss))
        return iteration >= 5

    model = NMF(3, callback=stop_at_five, tol=0).fit(planted())
    assert [iteration for iteration, _, _ in seen] == list(range(6))
    assert model.n_iter_ == 5 and not model.converged_
    errors = [error for _, error, _ in seen]
    assert errors == sorted(errors, reverse=True)
    assert seen[-1][1] == pytest.approx(model.error_, rel=1e-6)


def test_an_exception_of_a_callback_comes_through_after_the_model_is_kept():
    def raises(iteration, error, loss):
        if iteration == 3:
            raise KeyError("mine")

    model = NMF(3, callback=raises)
    with pytest.raises(KeyError, match="mine"):
        model.fit(planted())
    assert model.n_iter_ == 3 and model.transform(planted()).shape == (60, 3)


def test_verbose_prints_the_iterations(capsys):
    NMF(3, verbose=1, max_iter=20, tol=0).fit(planted())
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("NMF: iteration 0, error ") and printed[-1].startswith("NMF: iteration 20")


def test_batches_reach_the_loss_of_scikit_learn():
    X = planted(m=600, noise=0.02)
    batches = MiniBatchNMF(3, batch_size=100, max_iter=200).fit(X)
    theirs = sklearn.decomposition.MiniBatchNMF(3, batch_size=100, max_iter=200, random_state=0).fit(X)
    assert batches.error_ <= np.linalg.norm(X - theirs.transform(X) @ theirs.components_)
    exact = np.linalg.norm(X - batches.transform(X) @ batches.components_)
    assert batches.error_ == pytest.approx(exact, rel=1e-3)
    assert batches.n_steps_ == 6 * batches.n_iter_
    piecewise = MiniBatchNMF(3)
    for _ in range(30):
        for first in range(0, 600, 100):
            piecewise.partial_fit(X[first : first + 100])
    assert piecewise.n_samples_ == 30 * 600 and piecewise.n_steps_ == 180
    rows = piecewise.transform(X)
    assert np.linalg.norm(X - rows @ piecewise.components_) <= batches.error_ * 1.1


def test_sparse_batches_and_another_precision():
    X = sp.csr_array(planted(m=80))
    model = MiniBatchNMF(2).partial_fit(X[:40]).partial_fit(X[40:])
    assert model.transform(X).shape == (80, 2)
    single = MiniBatchNMF(2).partial_fit(planted().astype(np.float32))
    assert single.components_.dtype == np.float32
    with pytest.raises(TypeError, match="astype"):
        single.partial_fit(planted())


def test_partial_fit_after_a_fit_begins_with_its_components_and_says_so():
    X = planted()
    model = MiniBatchNMF(3).fit(X)
    with pytest.warns(UserWarning, match="begins with the components"):
        model.partial_fit(X)
    assert model.transform(X).shape == (60, 3)
    for of_the_fit in ("error_", "error_bound_", "norm_", "converged_"):
        assert not hasattr(model, of_the_fit)
    assert model.fit(X).error_ > 0


def test_batches_begin_with_a_given_start():
    X = planted(noise=0.0)
    exact = NMF(3, max_iter=5000, tol=0).fit(X)
    H = exact.components_
    model = MiniBatchNMF(3, init="custom", batch_size=20, max_iter=1).fit(X, H=H)
    assert model.error_ <= 1e-3 * model.norm_
    begun = MiniBatchNMF(init="custom").partial_fit(X[:20], H=H)
    assert begun.n_components_ == 3
    np.testing.assert_allclose(begun.components_ / begun.components_.sum(axis=1)[:, None], H / H.sum(axis=1)[:, None], rtol=0.05)
    with pytest.raises(ValueError, match="give H"):
        MiniBatchNMF(3, init="custom").fit(X)
    with pytest.raises(ValueError, match="input H"):
        MiniBatchNMF(3, init="custom").fit(X, H=H[:2])
    with pytest.raises(ValueError, match="input W"):
        MiniBatchNMF(3, init="custom").fit(X, W=X, H=H)
    with pytest.warns(RuntimeWarning, match="ignored"):
        MiniBatchNMF(3).fit(X, H=H)
    noisy = MiniBatchNMF(3, init="nndsvdar", batch_size=20, max_iter=300).fit(X)
    assert noisy.error_ < 0.05 * noisy.norm_


def test_a_fit_of_batches_ends_without_improvement():
    X = np.random.default_rng(0).random((90, 12))
    passes = []
    model = MiniBatchNMF(3, batch_size=30, tol=0, max_iter=2000, max_no_improvement=7, callback=lambda n, *_: passes.append(n))
    model.fit(X)
    assert model.n_iter_ < 2000 and model.n_iter_ == passes[-1]
    with pytest.raises(ValueError, match="max_no_improvement"):
        MiniBatchNMF(3, max_no_improvement=0).fit(X)


def test_limits_of_weights_are_those_of_their_names():
    X = planted(m=90)
    given = {"beta_loss": "kullback-leibler", "batch_size": 30, "max_iter": 20, "tol": 0, "transform_tol": 0.0}
    first = MiniBatchNMF(3, fresh_restarts_max_iter=1, **given).fit(X)
    other = MiniBatchNMF(3, fresh_restarts_max_iter=30, **given).fit(X)
    assert np.abs(first.components_ - other.components_).max() > 1e-6
    with pytest.warns(ConvergenceWarning, match="iterations 2 "):
        other.set_params(transform_max_iter=2).transform(X)
    with pytest.warns(ConvergenceWarning, match="iterations 20 "):
        other.set_params(transform_max_iter=None).transform(X)
    with pytest.raises(TypeError, match="fresh_restarts"):
        MiniBatchNMF(3, fresh_restarts=1).fit(X)

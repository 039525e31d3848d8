"""Pickles hold components and settings only; folders are those of the command."""

import json
import pathlib
import pickle
import warnings

import joblib
import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import clone

import lowrank
from lowrank import NMF, PCA, ImplicitALS, MatrixCompletion, MiniBatchNMF, TruncatedSVD, _base

X = np.random.RandomState(0).uniform(size=(300, 40))
ESTIMATORS = [
    TruncatedSVD(3),
    PCA(3),
    NMF(3, max_iter=3000),
    MiniBatchNMF(3, batch_size=64, max_iter=2000),
    MatrixCompletion(3),
    ImplicitALS(3),
]
GOLDEN = pathlib.Path(__file__).parents[3] / "tests/golden/models"


def arrays(model):
    """The bytes of what a model consists of."""
    names = ["components_", "mean_", "row_components_", "row_bias_", "column_bias_"]
    return sum(np.asarray(getattr(model, name)).nbytes for name in names if hasattr(model, name))


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
def test_a_pickle_holds_components_and_settings_only(estimator, tmp_path):
    model = clone(estimator).fit(X)
    pickled = pickle.dumps(model)
    assert len(pickled) <= arrays(model) + 4096
    back = pickle.loads(pickled)
    np.testing.assert_array_equal(back.transform(X), model.transform(X))
    assert back.get_params() == model.get_params()
    joblib.dump(model, tmp_path / "model")
    np.testing.assert_array_equal(joblib.load(tmp_path / "model").transform(X), model.transform(X))


def test_a_pickle_between_batches_loses_the_sums_and_says_so():
    model = MiniBatchNMF(3).partial_fit(X[:150])
    pickled = pickle.dumps(model)
    assert len(pickled) <= arrays(model) + 4096
    back = pickle.loads(pickled)
    with pytest.warns(UserWarning, match="begins with the components"):
        back.partial_fit(X[150:])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.partial_fit(X[150:])


def test_a_pickle_of_a_newer_version_says_what_to_do(monkeypatch):
    model = TruncatedSVD(2).fit(X)
    monkeypatch.setattr(_base, "PICKLE", 2)
    newer = pickle.dumps(model)
    monkeypatch.undo()
    with pytest.raises(ValueError, match=r"version 2.*reads 1.*save\(folder\) and lowrank.load\(folder\)"):
        pickle.loads(newer)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("estimator", ESTIMATORS[:5], ids=lambda e: type(e).__name__)
@pytest.mark.filterwarnings("ignore:Maximum number")
def test_a_folder_brings_back_the_model(estimator, dtype, tmp_path):
    rows = X.astype(dtype)
    model = clone(estimator).fit(rows)
    model.save(tmp_path / "model")
    back = lowrank.load(tmp_path / "model")
    assert type(back) is (NMF if isinstance(model, MiniBatchNMF) else type(model))
    assert back.components_.dtype == dtype
    np.testing.assert_array_equal(back.components_, model.components_)
    np.testing.assert_allclose(back.transform(rows), model.transform(rows), rtol=1e-4, atol=1e-6)
    for name in ("error_", "error_bound_", "norm_", "converged_", "n_samples_", "n_features_in_", "n_components_"):
        assert getattr(back, name) == getattr(model, name)
    for name in ("singular_values_", "residuals_", "explained_variance_", "explained_variance_ratio_", "mean_"):
        if hasattr(back, name):
            np.testing.assert_allclose(getattr(back, name), getattr(model, name), rtol=1e-5, atol=1e-12)
    with pytest.raises(OSError, match="overwrite=True"):
        model.save(tmp_path / "model")
    model.save(tmp_path / "model", overwrite=True)
    back.save(tmp_path / "again")
    np.testing.assert_array_equal(lowrank.load(tmp_path / "again").components_, model.components_)


def test_the_seed_of_a_fit_is_drawn_once(tmp_path):
    for estimator in ESTIMATORS:
        state = np.random.RandomState(7)
        model = clone(estimator).set_params(random_state=state).fit(X)
        seed = int(np.random.RandomState(7).randint(0, 2**31 - 1))
        after = state.get_state()
        model.transform(X)
        if not isinstance(model, ImplicitALS):
            folder = tmp_path / type(model).__name__
            model.save(folder)
            assert json.loads((folder / "model.json").read_text())["seed"] == seed
            assert lowrank.load(folder).random_state == seed
        assert (state.get_state()[1] == after[1]).all() and state.get_state()[2] == after[2]
        again = clone(estimator).set_params(random_state=seed).fit(X)
        np.testing.assert_array_equal(again.components_, model.components_)


@pytest.mark.parametrize(
    "model, tolerance",
    [
        (TruncatedSVD(2), 1e-7),
        (TruncatedSVD(2, algorithm="arpack"), 1e-14),
        (TruncatedSVD(2, algorithm="arpack", tol=1e-3), 1e-3),
        (TruncatedSVD("tol", tol=0.5), 1e-7),
        (PCA(2), 1e-7),
        (PCA(2, svd_solver="arpack"), 1e-14),
    ],
    ids=repr,
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_tolerance_of_a_folder_is_that_of_the_search(model, tolerance, tmp_path):
    model.fit(X).save(tmp_path / "model")
    about = json.loads((tmp_path / "model" / "model.json").read_text())
    assert about["settings"]["tolerance"] == tolerance
    assert lowrank.load(tmp_path / "model").tol == tolerance


def test_penalties_survive_a_folder(tmp_path):
    model = NMF(3, alpha_W=0.01, alpha_H=0.02, l1_ratio=0.3, max_iter=3000).fit(X)
    model.save(tmp_path / "model")
    back = lowrank.load(tmp_path / "model")
    for name in ("alpha_W", "alpha_H", "l1_ratio"):
        assert getattr(back, name) == pytest.approx(getattr(model, name))


def test_names_of_columns_survive_a_folder(tmp_path):
    import pandas

    frame = pandas.DataFrame(X, columns=[f'a "{j}", b' for j in range(40)])
    model = PCA(2).fit(frame)
    model.save(tmp_path / "model")
    back = lowrank.load(tmp_path / "model")
    assert list(back.feature_names_in_) == list(frame.columns)
    np.testing.assert_array_equal(back.transform(frame), model.transform(frame))


@pytest.mark.parametrize("name", ["nmf", "nmf_kullback_leibler", "svd", "pca"])
@pytest.mark.filterwarnings("ignore:Maximum number")
def test_folders_of_the_command_are_read(name):
    """What the command made of new rows, kept beside its models."""
    rows = np.loadtxt(GOLDEN / "new_rows.csv", delimiter=",")
    expected = np.loadtxt(GOLDEN / f"{name}.csv", delimiter=",", skiprows=1)[:, 1:]
    model = lowrank.load(GOLDEN / name)
    found = model.transform(rows.astype(model.components_.dtype))
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=1e-4)


def test_a_completion_of_the_command_is_read():
    model = lowrank.load(GOLDEN / "completion")
    table = np.loadtxt(GOLDEN / "matrix.csv", delimiter=",")
    assert model.row_components_.shape == (len(table), 2)
    rows, columns = np.indices(table.shape)
    completed = model.predict_entries(rows, columns)
    residual = np.linalg.norm((completed - table)[~np.isnan(table)])
    assert residual == pytest.approx(model.error_, rel=1e-6)


def test_what_no_estimator_has_is_refused():
    with pytest.raises(ValueError, match="chain"):
        lowrank.load(GOLDEN / "chain")
    with pytest.warns(UserWarning, match="vectorizer is not loaded"):
        lowrank.load(GOLDEN / "topics_nmf")
    with pytest.raises(TypeError, match="pickle"):
        ImplicitALS(2).fit(sp.csr_array(X)).save("nowhere")

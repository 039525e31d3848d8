"""What no estimator can take: an exception of the usual type that says what is wrong, and never an abort."""

import json
import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.exceptions import NotFittedError

import lowrank
from lowrank import NMF, PCA, ImplicitALS, MatrixCompletion, MiniBatchNMF, TruncatedSVD

GOOD = np.random.RandomState(0).uniform(size=(12, 7))
ESTIMATORS = [TruncatedSVD, PCA, NMF, MiniBatchNMF]
NONNEGATIVE = [NMF, MiniBatchNMF]


def with_entry(value):
    X = GOOD.copy()
    X[3, 2] = value
    return X


@pytest.mark.parametrize("Estimator", ESTIMATORS)
@pytest.mark.parametrize(
    "X, words",
    [
        (with_entry(np.nan), "NaN"),
        (with_entry(np.inf), "infinity"),
        (GOOD[0], "Expected 2D array, got 1D array instead"),
        (GOOD.reshape(3, 4, 7), "dim 3"),
        (GOOD + 1j, "Complex data not supported"),
        (GOOD[:0], "0 sample"),
        (GOOD[:, :0], "0 feature"),
        (np.array([["moon", "sun"]] * 3), "moon"),
        (np.array([[1.0, object()]] * 3, dtype=object), "object"),
        ([[1.0, 2.0], [3.0]], "inhomogeneous|sequence"),
        (np.float64(3.0), "Expected 2D array, got scalar array instead"),
        (None, "NoneType|got scalar array instead"),
        ("moon", "moon|scalar"),
    ],
    ids="nan inf 1-D 3-D complex no-rows no-columns strings objects ragged scalar none string".split(),
)
def test_what_is_no_matrix_of_numbers_is_refused(Estimator, X, words):
    for call in ("fit", "fit_transform"):
        with pytest.raises((ValueError, TypeError), match=words):
            getattr(Estimator(2), call)(X)


@pytest.mark.parametrize("Estimator", ESTIMATORS)
@pytest.mark.parametrize("container", [sp.csr_array, sp.csc_array, sp.coo_array, sp.csr_matrix])
def test_sparse_matrices_with_entries_that_are_no_numbers(Estimator, container):
    for value in (np.nan, np.inf):
        with pytest.raises(ValueError, match="NaN|infinity"):
            Estimator(2).fit(container(with_entry(value)))


@pytest.mark.parametrize("Estimator", ESTIMATORS)
def test_sparse_matrices_that_are_not_well_formed(Estimator):
    X = sp.csr_array(GOOD)
    X.indices[0] = 99
    with pytest.raises(ValueError):
        Estimator(2).fit(X)


@pytest.mark.parametrize("Estimator", NONNEGATIVE)
def test_negative_entries_are_refused_where_none_may_be(Estimator):
    for X in (with_entry(-1.0), sp.csr_array(with_entry(-1.0))):
        with pytest.raises(ValueError, match="Negative values in data"):
            Estimator(2).fit(X)


@pytest.mark.parametrize("Estimator", ESTIMATORS)
@pytest.mark.parametrize("method", ["transform", "inverse_transform", "get_feature_names_out"])
def test_nothing_works_before_a_fit(Estimator, method):
    with pytest.raises(NotFittedError):
        getattr(Estimator(2), method)(*([] if method == "get_feature_names_out" else [GOOD]))


@pytest.mark.parametrize("Estimator", ESTIMATORS)
def test_new_rows_need_the_columns_of_the_fit(Estimator):
    fitted = Estimator(2).fit(GOOD)
    with pytest.raises(ValueError, match="7 features"):
        fitted.transform(GOOD[:, :5])
    with pytest.raises(ValueError):
        fitted.inverse_transform(np.ones((3, 5)))
    with pytest.raises(ValueError, match="NaN"):
        fitted.transform(with_entry(np.nan))


@pytest.mark.parametrize("Estimator", ESTIMATORS)
@pytest.mark.parametrize(
    "settings",
    [
        {"n_components": 0},
        {"n_components": -3},
        {"n_components": "many"},
        {"n_components": 2, "tol": -1.0},
        {"n_components": 2, "tol": "small"},
        {"n_components": 2, "random_state": "seed"},
    ],
    ids=str,
)
def test_settings_that_are_none_are_refused(Estimator, settings):
    with pytest.raises((ValueError, TypeError), match=list(settings)[-1]):
        Estimator(**settings).fit(GOOD)


@pytest.mark.parametrize("Estimator", ESTIMATORS)
def test_entries_near_the_ends_of_the_exponents(Estimator):
    for scale in (1e-300, 1e300):
        scores = Estimator(2).fit_transform(GOOD * scale)
        assert np.isfinite(scores).all()


@pytest.mark.parametrize("Estimator", ESTIMATORS)
def test_a_matrix_of_zeros_and_one_of_a_single_entry(Estimator):
    assert np.isfinite(Estimator(1).fit_transform(np.zeros((5, 4)))).all()
    single = np.zeros((5, 4))
    single[2, 1] = 3.0
    assert np.isfinite(Estimator(1).fit_transform(single)).all()


def test_the_interpreter_lives_on_after_bad_input():
    """All of it once more, in a process of its own, which must end by itself."""
    program = """
import numpy as np
from lowrank import NMF, PCA, MiniBatchNMF, TruncatedSVD

wrong = [np.full((3, 3), np.nan), np.zeros((0, 3)), np.zeros(3), np.zeros((2, 2, 2)), None, "moon", [[1j]]]
for Estimator in (TruncatedSVD, PCA, NMF, MiniBatchNMF):
    for X in wrong:
        try:
            Estimator(2).fit(X)
        except (ValueError, TypeError):
            continue
        raise SystemExit(f"{Estimator.__name__} took {X!r}")
print("alive")
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stdout.strip()) == (0, "alive"), ended.stderr


def test_completions_and_recommenders_refuse_what_they_cannot_take():
    with pytest.raises(ValueError, match="infinity"):
        MatrixCompletion(1).fit(with_entry(np.inf))
    stored_nan = sp.csr_array(with_entry(np.nan))
    with pytest.raises(ValueError, match="leave missing entries out"):
        MatrixCompletion(1).fit(stored_nan)
    with pytest.raises(ValueError, match="known"):
        MatrixCompletion(1).fit(np.full((4, 3), np.nan))
    for call in ("transform", "complete"):
        with pytest.raises(NotFittedError):
            getattr(MatrixCompletion(1), call)(GOOD)
    fitted = MatrixCompletion(1).fit(GOOD)
    for rows, columns in ([12], [0]), ([0], [7]), ([-1], [0]):
        with pytest.raises(IndexError):
            fitted.predict_entries(rows, columns)
    with pytest.raises(ValueError, match="Negative values in data"):
        ImplicitALS(1).fit(with_entry(-1.0))
    with pytest.raises(IndexError, match="from 0 to 6"):
        ImplicitALS(1).fit(GOOD).recommend(GOOD, candidates=[7])


@pytest.mark.parametrize("Estimator", [TruncatedSVD, PCA, NMF, MatrixCompletion])
def test_folders_of_models_that_cannot_be_read(Estimator, tmp_path):
    Estimator(2).fit(GOOD).save(tmp_path / "model")
    description = tmp_path / "model" / "model.json"
    text = description.read_text()
    newer = json.loads(text)
    newer["version"] = 999
    description.write_text(json.dumps(newer))
    with pytest.raises(ValueError, match="999"):
        lowrank.load(tmp_path / "model")
    description.write_text(text[: len(text) // 2])
    with pytest.raises((ValueError, OSError)):
        lowrank.load(tmp_path / "model")
    description.unlink()
    with pytest.raises(OSError):
        lowrank.load(tmp_path / "model")
    with pytest.raises(OSError):
        lowrank.load(tmp_path / "nowhere")
    with pytest.raises(NotFittedError):
        Estimator(2).save(tmp_path / "new")

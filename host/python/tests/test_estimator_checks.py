"""scikit-learn's checks of estimators: every one passes, and none is expected to fail."""

import pytest
from sklearn.utils.estimator_checks import check_estimator

from lowrank import NMF, PCA, ImplicitALS, MatrixCompletion, MiniBatchNMF, TruncatedSVD

# Not among them: NMF(missing="nan"), whose few multiplicative steps in a check leave weights that differ between a fit and
# `transform` by more than 0.01.
ESTIMATORS = [
    TruncatedSVD(),
    TruncatedSVD(algorithm="randomized"),
    TruncatedSVD(n_components=0.9),
    TruncatedSVD(n_components="tol", tol=0.1, algorithm="exact"),
    PCA(),
    PCA(n_components=1, whiten=True),
    NMF(),
    NMF(beta_loss="kullback-leibler"),
    NMF(solver="anls", init="random"),
    MiniBatchNMF(),
    MiniBatchNMF(batch_size=7, forget_factor=0.7),
    MatrixCompletion(),
    MatrixCompletion(n_components=2, biases=False, weighting="count"),
    ImplicitALS(),
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_every_check_passes(estimator):
    results = check_estimator(estimator, on_skip=None, on_fail=None)
    print(f"{estimator}: {len(results)} checks")
    # Arrays of other libraries are not promised, and their checks are skipped by scikit-learn itself.
    failed = {
        result["check_name"]: (result["status"], repr(result["exception"]))
        for result in results
        if result["status"] != "passed" and "array_api" not in result["check_name"]
    }
    assert not failed
    assert len(results) >= 45

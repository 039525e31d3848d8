"""The process: Ctrl-C, faults, the time to import, types."""

import signal
import subprocess
import sys
import time

import pytest

INTERRUPTED = """
import sys, time
import numpy as np
from lowrank import NMF

X = np.random.RandomState(0).uniform(size=(4000, 800))
told = []

def tell(iteration, error, loss):
    if not told:
        told.append(iteration)
        print("running", flush=True)

model = NMF(20, tol=0, max_iter=10**6, callback=tell if sys.argv[1] == "callback" else None)
if sys.argv[1] == "silent":
    print("running", flush=True)
try:
    model.fit(X)
except KeyboardInterrupt:
    W = model.transform(X[:10])
    print("interrupted", model.components_.shape, model.converged_, model.error_ > 0, W.shape)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.parametrize("kind", ["callback", "silent"])
def test_ctrl_c_ends_a_fit_with_what_there_is(kind):
    program = [sys.executable, "-W", "ignore", "-c", INTERRUPTED, kind]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "running\n"
            time.sleep(1.0)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert out.strip() == "interrupted (20, 800) False True (10, 20)", err


IMPORT = """
import time
import numpy, scipy.sparse, sklearn.base
start = time.perf_counter()
import lowrank
print(time.perf_counter() - start)
"""


def test_the_import_is_quick_beside_scikit_learn():
    def once():
        ended = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True, timeout=60)
        return float(ended.stdout)

    times = [once() for _ in range(5)]
    print(f"import lowrank takes {1000 * min(times):.0f} ms beyond numpy, scipy.sparse and sklearn.base")
    assert min(times) <= 0.05


def test_all_names_are_there():
    import lowrank

    for name in lowrank.__all__:
        assert getattr(lowrank, name) is not None
    assert set(lowrank.__all__) <= set(dir(lowrank))
    with pytest.raises(AttributeError, match="no attribute"):
        lowrank.Nothing


STOPPED = """
import numpy as np
from lowrank import TruncatedSVD, PCA
import sys

X = np.random.RandomState(0).standard_normal((3000, 3000)).astype(np.float32)
model = {"svd": TruncatedSVD, "pca": PCA}[sys.argv[1]](60, tol=1e-13)
model.fit(X[:80, :80])  # starts the threads
print("running", flush=True)
try:
    model.set_params(svd_solver="krylov") if sys.argv[1] == "pca" else model.set_params(algorithm="krylov")
    while True:
        model.fit(X)
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.parametrize("kind", ["svd", "pca"])
@pytest.mark.filterwarnings("ignore")
def test_ctrl_c_ends_a_search_for_singular_values(kind):
    program = [sys.executable, "-W", "ignore", "-c", STOPPED, kind]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "running\n"
            time.sleep(1.0)
            process.send_signal(signal.SIGINT)
            start = time.monotonic()
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert out.strip() == "interrupted", err
    assert time.monotonic() - start < 10


ROWS = """
import sys, time
import numpy as np, scipy.sparse as sp
from lowrank import NMF, ImplicitALS, MatrixCompletion, MiniBatchNMF

draw = np.random.RandomState(0)
X = sp.random_array((60000, 300), density=0.5, format="csr", rng=np.random.default_rng(0))
kind = sys.argv[1]
if kind == "weights":
    model = NMF(30, beta_loss="kullback-leibler", max_iter=1).fit(X[:300])
    model.set_params(max_iter=10**6, tol=0)
    work = model.transform
elif kind == "batch":
    model = MiniBatchNMF(30, beta_loss="kullback-leibler", transform_max_iter=10**6, transform_tol=0.0)
    work = model.partial_fit
elif kind == "completion":
    model = MatrixCompletion(150, alpha=1.0, max_iter=1).fit(X[:300])
    work = model.transform
else:
    model = ImplicitALS(150, max_iter=1).fit(X[:300])
    work = model.transform if kind == "users" else lambda X: model.recommend(X, n=200)
print("running", flush=True)
try:
    while True:
        work(X)
except KeyboardInterrupt:
    print("interrupted", hasattr(model, "components_"))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
@pytest.mark.parametrize("kind", ["weights", "batch", "completion", "users", "lists"])
def test_ctrl_c_ends_work_on_rows(kind):
    program = [sys.executable, "-W", "ignore", "-c", ROWS, kind]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "running\n"
            time.sleep(1.0)
            process.send_signal(signal.SIGINT)
            start = time.monotonic()
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert out.strip() == f"interrupted {kind != 'batch'}", err
    assert time.monotonic() - start < 5

"""scikit-learn's own tests of decompositions and vectorizers, with our classes: each failure has its reason."""

import subprocess
import sys
from pathlib import Path


def test_each_failure_of_scikit_learns_tests_has_a_reason():
    script = Path(__file__).parent / "sklearn_shim" / "run.py"
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=1200)
    print(ended.stdout)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_failure_without_a_reason_is_reported(tmp_path):
    folder = Path(__file__).parent / "sklearn_shim"
    for name in ("run.py", "swap.py"):
        (tmp_path / name).write_text((folder / name).read_text())
    (tmp_path / "reasons.py").write_text("REASONS = []\n")
    command = [sys.executable, tmp_path / "run.py", "--only", "sklearn.decomposition.tests.test_truncated_svd"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 1
    assert "without a reason: test_truncated_svd.py::test_too_many_components[arpack-55]" in ended.stdout

"""Runs scikit-learn's own tests of its decompositions and vectorizers with our classes in the place of its own.

    python host/python/tests/sklearn_shim/run.py            says the share that passes; exits with 1 at a failure without
                                                            a reason in reasons.py, or a reason without a failure
    python host/python/tests/sklearn_shim/run.py --table    the table of docs/python.md

The test files are those of the installed scikit-learn: none is copied.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from reasons import REASONS

HERE = Path(__file__).resolve().parent
FILES = (
    "sklearn.decomposition.tests.test_nmf",
    "sklearn.decomposition.tests.test_pca",
    "sklearn.decomposition.tests.test_truncated_svd",
    "sklearn.feature_extraction.tests.test_text",
)


def outcomes(files):
    """The outcome of each test of these files."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        paths = [str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {"SHIM_REPORT": str(report), "PYTHONPATH": os.pathsep.join(paths)}
        command = [sys.executable, "-m", "pytest", "-p", "swap", "-p", "no:cacheprovider", "-q", "--tb=no"]
        command += ["-c", os.devnull, "--rootdir", folder, "--pyargs", *files]
        ended = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True)
        if not report.exists():
            sys.exit(f"pytest did not run:\n{ended.stdout}\n{ended.stderr}")
        return json.loads(report.read_text(encoding="utf-8"))


def reason_of(test):
    """The number of the first reason that has a pattern with which the name of a test begins, or None."""
    for number, (patterns, _) in enumerate(REASONS):
        if any(re.match(pattern, test) for pattern in patterns):
            return number
    return None


def share(tests):
    passed = sum(test["outcome"] == "passed" for test in tests)
    return f"{passed} of {len(tests)} ({100 * passed / len(tests):.1f} %)"


def print_table(failed):
    print("| tests | of scikit-learn | why they fail |\n|---|---|---|")
    for number, (_, reason) in enumerate(REASONS):
        names = [test["test"] for test in failed if reason_of(test["test"]) == number]
        functions = sorted({re.sub(r".*::|\[.*", "", name) for name in names})
        print(f"| {len(names)} | {', '.join(f'`{name}`' for name in functions)} | {reason} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--only", choices=FILES, help="one of the files, of which reasons are not missed")
    arguments = parser.parse_args()
    tests = [test for test in outcomes([arguments.only] if arguments.only else FILES) if test["outcome"] != "skipped"]
    failed = [test for test in tests if test["outcome"] == "failed"]
    ours = [test for test in tests if test["ours"]]
    print(f"{share(ours)} of the tests with one of our estimators pass, {share(tests)} of all")
    if arguments.table:
        print_table(failed)
    unexplained = [test for test in failed if reason_of(test["test"]) is None]
    for test in unexplained:
        print(f"without a reason: {test['test']}: {' '.join(test['error'].split())[:300]}")
    explained = {reason_of(test["test"]) for test in failed}
    stale = [patterns for number, (patterns, _) in enumerate(REASONS) if number not in explained]
    stale = [] if arguments.only else stale
    for patterns in stale:
        print(f"a reason without a failure: {', '.join(patterns)}")
    sys.exit(1 if unexplained or stale else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Counts wrong truncated SVDs and principal components that nobody is told of: those of lowrank and of its peers.

    benches/peers/silent_misses.py FOLDER --binary target/release/lowrank [--write]

FOLDER gets 240 small matrices of eight families, the same in every run, as .npy and .npz files, and truth.json with
their singular values by LAPACK in f64, plain and centered. Each program runs at its defaults, on one thread. A result
is a miss if ||A - U S V^T|| is above (1 + 1e-7) times the smallest possible plus 1e-7 ||A||, computed here from the
factors in f64; it is a silent one if there was neither an error, nor a warning, nor `converged: false`. For principal
components A is the centered matrix. Prints Markdown; --write puts it between the markers in docs/accuracy.md. The
Python environment is what ./setup makes.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import time
import warnings

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import page
import scipy
import scipy.sparse
import sklearn
from scipy.sparse.linalg import svds
from sklearn.decomposition import PCA
from sklearn.utils.extmath import randomized_svd

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "accuracy.md"
SHARE = 1e-7
# What this script itself may be wrong by, relative to the norm of the matrix before it is centered.
ROUNDING = 1e-14
SHAPES = [
    (1, 40), (2, 35), (3, 200), (7, 30), (13, 13), (24, 20), (30, 30), (65, 270),
    (60, 45), (90, 90), (120, 64), (150, 150), (400, 80), (1000, 50), (1200, 160),
]


def orthogonal(random, rows, columns):
    q, r = np.linalg.qr(random.standard_normal((rows, columns)))
    return q * np.sign(np.diag(r))


def of_spectrum(random, m, n, values):
    r = min(m, n)
    return (orthogonal(random, m, r) * np.asarray(values)[:r]) @ orthogonal(random, n, r).T


def gaussian(random, m, n):
    return random.standard_normal((m, n))


def flat(random, m, n):
    return of_spectrum(random, m, n, np.linspace(1.0, 0.5, min(m, n)))


def repeated(random, m, n):
    copies = random.integers(2, 21)
    return of_spectrum(random, m, n, 0.8 ** (np.arange(min(m, n)) // copies))


def close(random, m, n):
    return of_spectrum(random, m, n, 0.99 ** np.arange(min(m, n)))


def graded(random, m, n):
    return of_spectrum(random, m, n, np.logspace(0, -15, min(m, n)))


def decaying(random, m, n):
    return of_spectrum(random, m, n, 1.0 / np.arange(1, min(m, n) + 1))


def deficient(random, m, n):
    rank = random.integers(1, max(2, min(m, n) // 3 + 1))
    return random.standard_normal((m, rank)) @ random.standard_normal((rank, n))


def sparse(random, m, n):
    density = random.uniform(0.03, 0.3)
    a = np.where(random.random((m, n)) < density, random.standard_normal((m, n)), 0.0)
    a[0, 0] = 1.0
    return scipy.sparse.csr_matrix(a)


FAMILIES = {
    "Gaussian": gaussian,
    "flat, from 1 to 0.5": flat,
    "repeated 2 to 20 times": repeated,
    "1 % apart": close,
    "graded, from 1 to 1e-15": graded,
    "decaying as 1 / i": decaying,
    "rank-deficient": deficient,
    "sparse": sparse,
}


def cases():
    """(family, number, matrix, k) of each run."""
    sizes = [shape for m, n in SHAPES for shape in ((m, n), (n, m))]
    for place, (family, make) in enumerate(FAMILIES.items()):
        for number, (m, n) in enumerate(sizes):
            random = np.random.default_rng([place, number])
            k = int(random.integers(1, min(m, n, 12) + 1))
            yield family, number, make(random, m, n), k


def dense(a):
    return a.toarray() if scipy.sparse.issparse(a) else a


def tails(values):
    """The smallest possible error of each rank, from 0 on, summed from the smallest value up."""
    squares = np.append(np.asarray(values) ** 2, 0.0)
    return np.sqrt(np.cumsum(squares[::-1])[::-1])


def prepare(folder):
    """Writes the matrices and their singular values; returns what is known of each run."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = []
    for family, number, a, k in cases():
        name = f"{list(FAMILIES).index(family)}_{number:02}_{a.shape[0]}x{a.shape[1]}"
        if scipy.sparse.issparse(a):
            path = folder / f"{name}.npz"
            scipy.sparse.save_npz(path, a)
        else:
            path = folder / f"{name}.npy"
            np.save(path, a)
        full = dense(a)
        centered = full - full.mean(axis=0)
        truth.append({
            "family": family,
            "file": path.name,
            "k": k,
            "svd": np.linalg.svd(full, compute_uv=False).tolist(),
            "pca": np.linalg.svd(centered, compute_uv=False).tolist(),
        })
    (folder / "truth.json").write_text(json.dumps(truth))
    return truth


class Lowrank:
    def __init__(self, binary, method, scratch):
        self.name = f"lowrank {method}"
        self.method, self.scratch = method, scratch
        self.command = [binary, "factorize", "--method", method, "--threads", "1", "--json"]

    def run(self, path, a, k):
        command = [*self.command, "--rank", str(k), str(path), "--output", str(self.scratch), "--force"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        report = json.loads(done.stdout)
        array = lambda name: np.load(self.scratch / f"{name}.npy")
        if self.method == "svd":
            product = (array("u") * array("singular_values")) @ array("v").T
        else:
            product = array("scores") @ array("components").T
        return product, report["converged"]


class Svds:
    method = "svd"

    def __init__(self, solver):
        self.name, self.solver = f"scipy {solver}", solver

    def run(self, path, a, k):
        u, s, vt = svds(a, k, solver=self.solver, rng=np.random.default_rng(0))
        return (u * s) @ vt, True


class Randomized:
    name, method = "randomized_svd", "svd"

    def run(self, path, a, k):
        u, s, vt = randomized_svd(a, k, random_state=0)
        return (u * s) @ vt, True


class Components:
    name, method = "PCA auto", "pca"

    def run(self, path, a, k):
        model = PCA(k, random_state=0).fit(a)
        mean = dense(a).mean(axis=0)
        scores = (dense(a) - mean) @ model.components_.T
        return scores @ model.components_, True


class Tally:
    """What a program did on the matrices of a family."""

    def __init__(self):
        self.silent = self.unsettled = self.refused = 0
        self.worst = 0.0
        self.examples = []


def judge(program, folder, known, tally):
    path = folder / known["file"]
    a = scipy.sparse.load_npz(path) if path.suffix == ".npz" else np.load(path)
    b = dense(a)
    size = np.linalg.norm(b)
    if program.method == "pca":
        b = b - b.mean(axis=0)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            product, converged = program.run(path, a, known["k"])
        except Exception as error:
            # Whatever it says, it has said something.
            tally.refused += 1
            tally.examples.append(f"{program.name}: {path.name}, k = {known['k']}: refused: {error}")
            return
    # Deprecations are no word on the result.
    said = [warning for warning in said if not issubclass(warning.category, DeprecationWarning)]
    norm = np.linalg.norm(b)
    smallest = tails(known[program.method])[known["k"]]
    excess = np.linalg.norm(b - product) - (1 + SHARE) * smallest - SHARE * norm - ROUNDING * size
    if not converged or said:
        tally.unsettled += 1
    # NaN is a miss.
    if excess <= 0:
        return
    share = excess / norm if norm > 0 else np.inf
    tally.worst = max(tally.worst, share if share == share else np.inf)
    if converged and not said:
        tally.silent += 1
    tally.examples.append(f"{program.name}: {path.name}, k = {known['k']}: {share:.1e}")


def table(programs, tallies):
    yield "| family | runs | " + " | ".join(program.name for program in programs) + " |"
    yield "|---|---|" + "---|" * len(programs)
    runs = len(SHAPES) * 2
    for family in FAMILIES:
        cells = []
        for program in programs:
            tally = tallies[program.name, family]
            cells.append(f"{tally.silent}: {tally.worst:.0e}" if tally.worst > 0 else "0")
        yield f"| {family} | {runs} | " + " | ".join(cells) + " |"
    total = runs * len(FAMILIES)
    for title, count in [
        ("silent misses", lambda tally: tally.silent),
        ("warned, or `converged: false`", lambda tally: tally.unsettled),
        ("refused", lambda tally: tally.refused),
    ]:
        sums = [sum(count(tallies[program.name, family]) for family in FAMILIES) for program in programs]
        yield f"| **{title}** | {total} | " + " | ".join(map(str, sums)) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--only", choices=["lowrank", "peers"], help="only lowrank, or only its peers")
    parser.add_argument("--write", action="store_true", help="write the table into docs/accuracy.md")
    parser.add_argument("-v", "--verbose", action="store_true", help="list every miss on standard error")
    options = parser.parse_args()
    start = time.time()
    truth = prepare(options.folder)
    scratch = options.folder / "model"
    lowrank = [Lowrank(options.binary, method, scratch) for method in ("svd", "pca")]
    peers = [Svds("propack"), Svds("arpack"), Randomized(), Components()]
    programs = {"lowrank": lowrank, "peers": peers, None: lowrank + peers}[options.only]
    tallies = {(program.name, family): Tally() for program in programs for family in FAMILIES}
    for program in programs:
        for known in truth:
            judge(program, options.folder, known, tallies[program.name, known["family"]])
    if options.verbose:
        for tally in tallies.values():
            print(*tally.examples, sep="\n", end="\n" * bool(tally.examples), file=sys.stderr)
    version = subprocess.check_output([options.binary, "--version"], text=True).strip()
    versions = f"{version}, numpy {np.__version__}, scipy {scipy.__version__}, scikit-learn {sklearn.__version__}"
    lines = [
        f"{time.strftime('%Y-%m-%d')}, {platform.machine()}, one thread, {time.time() - start:.0f} s; {versions}:",
        "",
        *table(programs, tallies),
    ]
    print("\n".join(lines))
    if options.write:
        page.put(PAGE, "silent misses", "\n".join(lines))


main()

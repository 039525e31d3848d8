"""Measures the package beside scikit-learn, in one run, and prints the tables of docs/python.md.

    LOWRANK_DATA=path/to/data OPENBLAS_NUM_THREADS=1 python host/python/benches/compare.py [--rounds 7] [--wheel FILE]

Both sides take turns, round by round, on the texts of four newsgroups and their tf-idf; a line has the medians and the
range of each. `error` is the Frobenius distance that was reached. Needs a machine that does nothing else.
"""

import argparse
import gc
import os
import platform
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import scipy.sparse as sp
import sklearn
from sklearn import decomposition
from sklearn.datasets._twenty_newsgroups import strip_newsgroup_footer, strip_newsgroup_header, strip_newsgroup_quoting
from sklearn.feature_extraction import text

import lowrank

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import newsgroups  # noqa: E402

# A process that makes X and fits it, and prints by how much its memory grew at the peak, in sizes of X. Linux only.
MEMORY = """
import re
import numpy as np, scipy.sparse as sp
import lowrank

def kilobytes(name):
    return int(re.search(name + r":\\s+(\\d+) kB", open("/proc/self/status").read())[1])

lowrank.{name}({settings}).fit(np.ones((30, 20)) + np.eye(30, 20))
before = kilobytes("VmRSS")
X = {matrix}
size = X.nbytes if isinstance(X, np.ndarray) else X.data.nbytes + X.indices.nbytes + X.indptr.nbytes
open("/proc/self/clear_refs", "w").write("5")  # the peak is counted from here
lowrank.{name}({settings}).fit(X)
print(1024 * (kilobytes("VmHWM") - before) / size)
"""
MATRICES = {
    "dense, C order, f64": "np.random.default_rng(0).random((20000, 1000))",
    "dense, Fortran order, f64": "np.random.default_rng(0).random((1000, 20000)).T",
    "dense, C order, f32": "np.random.default_rng(0).random((20000, 1000), dtype=np.float32)",
    "CSR, 2 % full, f64": "sp.random_array((100000, 5000), density=0.02, format='csr', rng=np.random.default_rng(0))",
}
MEMORY_OF = [
    ("TruncatedSVD", "n_components=5, random_state=0"),
    ("PCA", "n_components=5, random_state=0"),
    ("NMF", "n_components=5, random_state=0, max_iter=20"),
]
# By a part of the name of a side: the randomized solver counts at an equal error.
SVD_GOALS = {"n_iter=": 10, "arpack": 3}
IMPORTS = "import numpy, scipy.sparse, sklearn.base"


def frobenius_error(X, W, H):
    """|X - W H|, without the m x n product."""
    squares = X.power(2).sum() if sp.issparse(X) else (X**2).sum()
    return float(np.sqrt(max(squares - 2 * np.sum((X @ H.T) * W) + np.sum((W.T @ W) * (H @ H.T)), 0)))


def decompose(estimator, X):
    W = estimator.fit_transform(X)
    return lambda: frobenius_error(X, np.asarray(W, dtype=np.float64), np.asarray(estimator.components_, dtype=np.float64))


def vectorize(vectorizer, texts):
    X = vectorizer.fit_transform(texts)
    return lambda: float(np.sqrt(X.power(2).sum()))


def rounds_of_equal_error(X, k):
    """The power iterations after which scikit-learn's randomized solver is within 1e-6 of arpack's error."""
    best = decompose(decomposition.TruncatedSVD(k, algorithm="arpack", random_state=0), X)()
    for rounds in range(1, 100):
        if decompose(decomposition.TruncatedSVD(k, n_iter=rounds, random_state=0), X)() <= (1 + 1e-6) * best:
            return rounds
    raise SystemExit(f"the randomized solver reaches no equal error for k = {k}")


def tasks(texts):
    """Of each task its name, what is wanted, and the sides: a name, a function, and nothing of the other's."""
    X = text.TfidfVectorizer(stop_words="english").fit_transform(texts)

    def svd(k):
        rounds = rounds_of_equal_error(X, k)
        return [
            ("lowrank", lambda: decompose(lowrank.TruncatedSVD(k, random_state=0), X)),
            ("scikit-learn, randomized", lambda: decompose(decomposition.TruncatedSVD(k, random_state=0), X)),
            (
                f"scikit-learn, randomized, n_iter={rounds}",
                lambda: decompose(decomposition.TruncatedSVD(k, n_iter=rounds, random_state=0), X),
            ),
            ("scikit-learn, arpack", lambda: decompose(decomposition.TruncatedSVD(k, algorithm="arpack", random_state=0), X)),
        ]

    nmf = {"n_components": 5, "init": "nndsvda", "random_state": 0, "max_iter": 400}
    return [
        ("TruncatedSVD, k = 5", SVD_GOALS, svd(5)),
        ("TruncatedSVD, k = 50", {}, svd(50)),
        (
            "NMF, k = 5",
            {"scikit-learn": 10},
            [
                ("lowrank", lambda: decompose(lowrank.NMF(**nmf), X)),
                ("scikit-learn", lambda: decompose(decomposition.NMF(**nmf), X)),
            ],
        ),
        (
            "TfidfVectorizer, 2034 texts",
            {"scikit-learn": 8},
            [
                ("lowrank", lambda: vectorize(lowrank.TfidfVectorizer(stop_words="english"), texts)),
                ("scikit-learn", lambda: vectorize(text.TfidfVectorizer(stop_words="english"), texts)),
            ],
        ),
    ]


def measure(sides, rounds):
    """The seconds of each side, and the error or norm that it reached."""
    seconds, reached = {name: [] for name, _ in sides}, {}
    for number in range(rounds + 1):
        for name, work in sides:
            gc.collect()
            start = time.perf_counter()
            result = work()
            if number > 0:  # the first round warms up
                seconds[name].append(time.perf_counter() - start)
            reached[name] = result()
    return seconds, reached


def print_speed(texts, rounds):
    print("| task | program | ms | times | wanted | error or norm | |\n|---|---|---|---|---|---|---|")
    for task, wanted, sides in tasks(texts):
        seconds, reached = measure(sides, rounds)
        ours = statistics.median(seconds["lowrank"])
        for name, _ in sides:
            middle, low, high = (1000 * f(seconds[name]) for f in (statistics.median, min, max))
            times = "" if name == "lowrank" else f"{middle / 1000 / ours:.1f}"
            goal = next((times for part, times in wanted.items() if part in name), "")
            met = "" if not goal else "met" if middle / 1000 / ours >= goal else "missed"
            print(f"| {task} | {name} | {middle:.3g} ({low:.3g}..{high:.3g}) | {times} | {goal} | {reached[name]:.8g} | {met} |")
            task = ""


def output_of(program):
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    if ended.returncode != 0:
        raise SystemExit(ended.stderr)
    return float(ended.stdout)


def print_import(rounds):
    clock = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"
    beyond = [output_of(f"{IMPORTS}; " + clock.format("import lowrank")) for _ in range(rounds)]
    first = [output_of(clock.format(IMPORTS)) for _ in range(rounds)]
    texts = [output_of(f"{IMPORTS}; " + clock.format("import lowrank.text")) for _ in range(rounds)]
    print("\n| import | ms | wanted |\n|---|---|---|")
    print(f"| `{IMPORTS}` | {1000 * statistics.median(first):.0f} | |")
    print(f"| then `import lowrank` | {1000 * statistics.median(beyond):.1f} | at most 50 |")
    print(f"| or `import lowrank.text` | {1000 * statistics.median(texts):.0f} | |")


def print_memory():
    print("\n| peak memory, in sizes of X (X counts as one) | " + " | ".join(name for name, _ in MEMORY_OF) + " |")
    print("|---|" + "---|" * len(MEMORY_OF))
    for kind, matrix in MATRICES.items():
        factors = []
        for name, settings in MEMORY_OF:
            factors.append(output_of(MEMORY.format(name=name, settings=settings, matrix=matrix)))
        print(f"| {kind} | " + " | ".join(f"{factor:.2f}" for factor in factors) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--wheel", type=Path, help="a wheel whose size is printed")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", sklearn.exceptions.ConvergenceWarning)
    archive = newsgroups.archive()
    if archive is None:
        raise SystemExit("LOWRANK_DATA names no folder with 20news/20news-bydate.tar.gz: set it to one")
    raw, _, _, _ = newsgroups.read(archive)
    texts = [strip_newsgroup_quoting(strip_newsgroup_footer(strip_newsgroup_header(text))) for text in raw]
    print(
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f}; "
        f"Python {platform.python_version()}, scikit-learn {sklearn.__version__}, numpy {np.__version__}\n"
    )
    print_speed(texts, arguments.rounds)
    print_import(arguments.rounds)
    print_memory()
    if arguments.wheel is not None:
        print(f"\nThe wheel has {arguments.wheel.stat().st_size / 1e6:.2f} MB.")


if __name__ == "__main__":
    main()

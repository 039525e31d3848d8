"""What lowrank wants to be, beside whom: each goal a task, the sides taking turns at it."""

from comparison.cold import Cold
from comparison.goal import Goal, Line, Measured

LOOSE = 1e-2  # The tolerance at which Lanczos is fastest; equal singular values are missed by it.
TIGHT = 1e-10
# The columns that Spectra keeps: three for each wanted one, and at least 16, were the fastest.
SPECTRA_COLUMNS = {5: 16, 10: 30, 20: 32, 50: 75}


def ours(case, side="one", name="lowrank", **request):
    return Line(name, side, case, {"by": "lowrank", **request})


def peer(program, case, at_least=None, side="python", **request):
    return Line(program, side, case, {"by": program, **request}, at_least)


def spectra(k, tolerance):
    return {"side": "cpp", "by": "Spectra", "ncv": SPECTRA_COLUMNS[k], "tolerance": tolerance}


def svd_peers(k):
    """Each at its best safe setting, and those marked so at their fastest; where there is one, both are one line."""
    return {
        "scipy, propack": {"by": "propack"},
        "scipy, propack, tol=0.01 (fastest)": {"by": "propack", "tolerance": LOOSE},
        "scipy, arpack": {"by": "arpack"},
        "scipy, arpack, tol=0.01 (fastest)": {"by": "arpack", "tolerance": LOOSE},
        "RSpectra": {"side": "r", "by": "RSpectra"},
        "RSpectra, tol=0.01 (fastest)": {"side": "r", "by": "RSpectra", "tolerance": LOOSE},
        "irlba, tol=1e-10": {"side": "r", "by": "irlba", "tolerance": TIGHT},
        "irlba (fastest)": {"side": "r", "by": "irlba"},
        "Spectra, tol=1e-10": spectra(k, TIGHT),
        "Spectra, tol=0.01 (fastest)": spectra(k, LOOSE),
        "scikit-learn, randomized_svd": {"by": "randomized_svd"},
    }


IN_RUST = {
    "single-svdlib irlba": {"side": "one", "by": "single-svdlib irlba"},
    "single-svdlib randomized": {"side": "one", "by": "single-svdlib randomized"},
    "faer, partial_svd": {"side": "one", "by": "faer"},
}


def at_svd(program, setting, wanted, **request):
    setting = {"side": "python", **setting, **request}
    return Line(program, setting.pop("side"), "svd", setting, wanted.get(program))


def svd_goal(task, matrix, k, runs, wanted, rust=False, without=()):
    """The error within 1e-6 of the optimum, which is what lowrank is asked for. `without`: peers that take too long."""
    svd = {"matrix": matrix, "k": k}
    peers = svd_peers(k) | (IN_RUST if rust else {})
    peers = {program: setting for program, setting in peers.items() if program not in without}
    assert wanted.keys() <= peers.keys(), wanted
    lines = [at_svd(program, setting, wanted, **svd) for program, setting in peers.items()]
    return Goal(task, ours("svd", tolerance=1e-6, **svd), lines, runs, within=1e-6)


def repeated_goal():
    """Every singular value twice: the error is right, or not; times are no goal."""
    goal = svd_goal("block_diag(A, A): SVD, k = 10, every value double", "twice", 10, 3, {})
    goal.ours.seeds = 100
    return goal


def nmf_goal(task, matrix, k, target, runs, seeds=1, warm=True):
    nmf = {"matrix": matrix, "k": k}
    goal = Goal(task, ours("nmf", target=target, **nmf),
                [peer("scikit-learn, cd", "nmf", 10, **nmf)], runs, target=target, warm=warm)
    goal.ours.seeds = seeds
    return goal


def rcppml_goal(task, matrix, k, seconds, error, seeds):
    """To the error of RcppML 1.0.0, which was measured once: its package is in no registry that setup asks."""
    goal = Goal(task, ours("nmf", matrix=matrix, k=k, target=error),
                [Measured("RcppML", seconds, error, 5)], 2, target=error, warm=False)
    if seeds > 1:
        goal.ours.seeds, goal.ours.one_reaches = seeds, error
    return goal


def iteration_goal(task, matrix, k, at_least, precision, iterations, runs):
    request = {"matrix": matrix, "k": k, "solver": "mu", "iterations": iterations,
               "precision": precision}
    return Goal(task, ours("iteration", **request),
                [peer("scikit-learn, mu", "iteration", at_least, **request)], runs, within=1e-4)


def dense_goal():
    """To the error of scikit-learn, which has the sketch and the power iterations of the second peer."""
    svd = {"matrix": "dense", "k": 20}
    peers = [at_svd("scikit-learn, randomized_svd", {"by": "randomized_svd"},
                    {"scikit-learn, randomized_svd": 3}, **svd),
             Line("lowrank, randomized", "one", "svd",
                  {"by": "lowrank", "solver": "randomized", "iterations": 7, **svd})]
    return Goal("dense, 2034 x 2000: SVD, k = 20", ours("svd", tolerance=1e-4, **svd), peers, 5,
                target="peer")


def faces_goal():
    wanted = {"scikit-learn, randomized_svd": 3, "irlba (fastest)": 1.2, "RSpectra": 1.2,
              "RSpectra, tol=0.01 (fastest)": 1.2}
    goal = svd_goal("faces, 2429 x 361: SVD, k = 20", "faces", 20, 5, wanted)
    goal.peers += [Line(f"{name}, all of the SVD", "one", "svd", {"by": name, **goal_matrix(goal)})
                   for name in ("faer", "nalgebra")]
    return goal


def goal_matrix(goal):
    return {key: goal.ours.request[key] for key in ("matrix", "k")}


def table_goal(m, n, k, runs, warm=True):
    """Principal components of a tall table, and the coordinates of its rows."""
    pca = {"matrix": f"table-{m}x{n}", "k": k}
    peers = [
        Line("scikit-learn, PCA auto", "python", "pca", {"by": "auto", **pca}, 1.1),
        Line("scikit-learn, PCA auto, without coordinates (fastest)", "python", "pca",
             {"by": "auto", "alone": True, **pca}),
        Line("numpy, eigh of the covariance", "python", "pca", {"by": "eigh", **pca}, 1.1),
    ]
    return Goal(f"tall dense, {m} x {n}: PCA, k = {k}", ours("pca", tolerance=1e-6, **pca), peers, runs,
                within=1e-6, warm=warm)


def table_svd_goal(m, n, k, runs):
    svd = {"matrix": f"table-{m}x{n}", "k": k}
    peers = [Line("numpy, eigh(A^T A) and U", "python", "svd", {"by": "eigh", **svd}, 1.1),
             Line("scikit-learn, randomized_svd", "python", "svd", {"by": "randomized_svd", **svd})]
    return Goal(f"tall dense, {m} x {n}: SVD, k = {k}", ours("svd", tolerance=1e-6, **svd), peers, runs,
                within=1e-6)


def sparse_pca_goal(task, matrix, k, at_least, runs):
    pca = {"matrix": matrix, "k": k}
    peers = [
        Line("scikit-learn, PCA arpack", "python", "pca", {"by": "arpack", **pca}),
        Line("scikit-learn, PCA arpack, tol=0.01 (fastest)", "python", "pca",
             {"by": "arpack", "tolerance": LOOSE, **pca}, at_least),
    ]
    return Goal(task, ours("pca", tolerance=1e-6, **pca), peers, runs, within=1e-6)


def completion_goal(data, k, sweeps, runs):
    """To the loss of the first peer after so many sweeps, at the penalties that suit ratings from one to five."""
    request = {"matrix": data, "k": k, "l2": 12.0, "bias_l2": 3.0}
    of_peers = {"sweeps": sweeps, **request}
    peers = [
        Line("cmfrec, Cholesky", "python", "completion", {"by": "cholesky", **of_peers}, 2),
        Line("cmfrec, conjugate gradients", "python", "completion", {"by": "cg", **of_peers}, 2),
    ]
    return Goal(f"{RATINGS[data]}: completion, k = {k}, to the loss of cmfrec after {sweeps} sweeps",
                ours("completion", **request), peers, runs, target="peer", warm=False)


RATINGS = {"ratings": "MovieLens", "ratings-10m": "10 M made-up ratings"}


def sweep_goal(k, runs):
    """A sweep over both factors in f32 on two threads, by three steps of conjugate gradients; losses after four."""
    request = {"matrix": "plays-20m", "k": k, "l2": 20.0, "sweeps": 4}
    of_peers = {"threads": 2, **request}
    peers = [Line("implicit", "python", "sweep", {"by": "implicit", **of_peers}, 1),
             Line("irspack, iALS", "python", "sweep", {"by": "irspack", **of_peers})]
    return Goal(f"20 M made-up plays: a sweep of implicit feedback, {k} factors, f32, two threads",
                ours("sweep", "two", "lowrank, two threads", confidence=1.0, **request), peers, runs, warm=False)


def lists_goal(k, users, runs):
    request = {"matrix": "plays-20m", "k": k, "l2": 20.0, "sweeps": 2, "lists": users}
    peers = [Line("implicit", "python", "sweep", {"by": "implicit", "threads": 2, **request})]
    return Goal(f"20 M made-up plays: ten items for {users} users, {k} factors, two threads",
                ours("sweep", "two", "lowrank, two threads", **request), peers, runs, warm=False)


def sweep_goals():
    return [sweep_goal(64, 1), sweep_goal(128, 1), lists_goal(64, 2000, 1)]


def thread_goal(task, case, runs=9, **request):
    one, two = ours(case, **request), ours(case, "two", "two threads", **request)
    one.program, one.at_least = "one thread", 1.6
    return Goal(f"second thread: {task}", two, [one], runs, within=1e-12)


def cold_goal(command):
    """The first SVD of a process, which is that of the command, beside later ones of another."""
    warm = ours("svd", matrix="four", k=5)
    warm.program, warm.at_least = "a later one", 1 / 1.5
    return Goal("the first SVD of the command, k = 5", Cold("lowrank", command), [warm], 7, within=1e-6)


def svd_goals():
    loose, spectra_loose = "RSpectra, tol=0.01 (fastest)", "Spectra, tol=0.01 (fastest)"
    faster_of_both = lambda times: {loose: times, spectra_loose: times}
    at_five = {"scipy, propack": 2.5, "RSpectra": 1.7, spectra_loose: 0.9,
               "scikit-learn, randomized_svd": 12}
    above_five = {"RSpectra": 1.5, spectra_loose: 1.05}
    return [
        svd_goal("SVD, k = 5", "four", 5, 9, at_five, rust=True),
        svd_goal("SVD, k = 20", "four", 20, 5, above_five),
        svd_goal("SVD, k = 50", "four", 50, 3, {**above_five, "scipy, propack": 2, "scipy, arpack": 2}),
        svd_goal("all 20 groups: SVD, k = 5", "all", 5, 3, faster_of_both(1.2)),
        svd_goal("all 20 groups: SVD, k = 20", "all", 20, 2, {**faster_of_both(2), "scipy, propack": 4}),
        svd_goal("all 20 groups: SVD, k = 50", "all", 50, 1, faster_of_both(1.2),
                 without=("irlba, tol=1e-10",)),
        repeated_goal(),
        table_goal(20000, 50, 5, 7),
        table_goal(100000, 100, 10, 3),
        table_svd_goal(100000, 100, 10, 3),
        table_goal(10000, 900, 20, 3),
        sparse_pca_goal("sparse: PCA, k = 20", "four", 20, 1.3, 5),
        sparse_pca_goal("all 20 groups: PCA, k = 20", "all", 20, None, 2),
        dense_goal(),
        faces_goal(),
    ]


def nmf_goals():
    kl = {"matrix": "four", "k": 10, "iterations": 50}
    return [
        nmf_goal("NMF, k = 5, to 43.71294", "four", 5, 43.71294, 9),
        nmf_goal("all 20 groups: NMF, k = 20, to the error of cd", "all", 20, "peer", 1, seeds=8,
                 warm=False),
        rcppml_goal("all 20 groups: NMF, k = 20, to 101.1475", "all", 20, 13.0, 101.1475, 8),
        rcppml_goal("faces: NMF, k = 49, to 16331.7", "faces", 49, 6.4, 16331.7, 1),
        iteration_goal("an iteration of MU, k = 5", "four", 5, 3.5, "f64", 100, 5),
        iteration_goal("an iteration of MU in f32, k = 5", "four", 5, 4.5, "f32", 100, 5),
        iteration_goal("all 20 groups: an iteration of MU, k = 20", "all", 20, 4, "f64", 10, 2),
        Goal("NMF, Kullback-Leibler, k = 10, 50 iterations", ours("kl", **kl),
             [peer("scikit-learn, mu", "kl", 8, **kl),
              Line("torchnmf, f32", "python", "kl", {"by": "torchnmf", **kl}, 5)],
             2, within=2e-2),
    ]


def other_goals(command):
    sklearn = "scikit-learn, TfidfVectorizer"
    return [
        completion_goal("ratings", 20, 20, 3),
        completion_goal("ratings", 100, 10, 1),
        completion_goal("ratings-10m", 20, 6, 1),
        completion_goal("ratings-10m", 100, 2, 1),
        *sweep_goals(),
        Goal("vectorize 2034 documents", ours("vectorize"), [peer(sklearn, "vectorize", 10)],
             within=1e-10),
        Goal("vectorize 2034 documents, two threads", ours("vectorize", "two", "lowrank, two threads"),
             [peer(sklearn, "vectorize", 15)], within=1e-10),
        thread_goal("SVD, k = 20, all groups", "svd", 5, matrix="all", k=20, tolerance=1e-6),
        thread_goal("randomized SVD, k = 20, all groups", "svd", 5, matrix="all", solver="randomized",
                    k=20, iterations=7),
        thread_goal("an iteration of MU, k = 5", "iteration", matrix="four", solver="mu", k=5,
                    iterations=100),
        thread_goal("an iteration of MU, k = 20, all groups", "iteration", 5, matrix="all", solver="mu",
                    k=20, iterations=10),
        thread_goal("an iteration of HALS, k = 20, all groups", "iteration", 5, matrix="all",
                    solver="hals", k=20, iterations=10),
        cold_goal(command),
        Goal("for scale: inflating the archive",
             Line("flate2 with zlib-rs, as lowrank", "one", "inflate", {}), [], 5),
    ]


def all_goals(command):
    """`command`: the SVD of the four groups by lowrank's command, on one thread, in JSON."""
    return [*svd_goals(), *nmf_goals(), *other_goals(command)]

"""What lowrank wants to be, beside whom: each goal a task, the sides taking turns at it."""

import statistics
import sys
from dataclasses import dataclass, field


@dataclass
class Line:
    """A program at a task. `at_least`: so many times as long as lowrank it should take, if there is
    a goal; the case and the rest are its request."""

    program: str
    side: str
    case: str
    request: dict
    at_least: float | None = None
    seconds: list = field(default_factory=list)
    error: float | None = None
    refused: str | None = None

    def run(self, sides, counted):
        answer = sides[self.side].ask(self.case, **self.request)
        if "refused" in answer:
            self.refused = answer["refused"].strip().splitlines()[-1]
            return
        self.error = answer.get("error")
        if counted:
            self.seconds.append(answer["seconds"])


@dataclass
class Goal:
    """lowrank's line and those of its peers.

    `runs`: counted ones, after one that is not, unless the task is so long that none is warm. `within`: lowrank's error may be above the smallest of all
    lines by this share. `target`: it may be no more than this; "peer": than the first peer's, which
    is told to lowrank.
    """

    task: str
    ours: Line
    peers: list
    runs: int = 7
    within: float | None = None
    target: float | str | None = None
    warm: bool = True

    def run(self, sides):
        for run in range(0 if self.warm else 1, self.runs + 1):
            for line in [*self.peers, self.ours]:
                print(f"\r{self.task[:60]:60} {run} of {self.runs}: {line.program[:30]:30}", end="",
                      file=sys.stderr)
                if not line.refused:
                    line.run(sides, counted=run > 0)
                if self.target == "peer":
                    self.target = self.ours.request["target"] = line.error
        print(file=sys.stderr)

    def best(self):
        errors = [line.error for line in [self.ours, *self.peers] if line.error is not None]
        return min(errors, default=None)

    def wrong(self):
        """What is wrong with lowrank's error, if anything is."""
        error = self.ours.error
        if self.within is not None and error > self.best() * (1 + self.within):
            return f"error {error / self.best() - 1:.1e} above the best"
        if self.target is not None and error > self.target:
            return f"error above {self.target:.8g}"
        return None

    def verdict(self, peer):
        if self.ours.refused:
            return f"open: {self.ours.refused}"
        if peer.at_least is None or peer.refused:
            return ""
        if wrong := self.wrong():
            return f"missed: {wrong}"
        return judged(self.times(peer), peer.at_least)

    def times(self, peer):
        return statistics.median(peer.seconds) / statistics.median(self.ours.seconds)

    def rows(self):
        yield row(self.task, self.ours, "", self.best(), "")
        for peer in self.peers:
            both = peer.seconds and self.ours.seconds
            times = f"{self.times(peer):.1f}" if both else ""
            yield row("", peer, times, self.best(), self.verdict(peer))


def judged(times, at_least):
    return "met" if times >= at_least else f"missed by {100 * (1 - times / at_least):.0f} %"


def row(task, line, times, best, verdict):
    if line.refused and not line.seconds:
        seconds, error = line.refused.replace("|", "/")[:80], ""
    else:
        seconds, error = milliseconds(line.seconds), error_of(line, best)
    wanted = "" if line.at_least is None else f"{line.at_least:g}"
    return f"| {task} | {line.program} | {seconds} | {times} | {wanted} | {error} | {verdict} |"


def error_of(line, best):
    """The error, and by what share it is above the best."""
    if line.error is None:
        return ""
    excess = line.error / best - 1
    return f"{line.error:.8g}" + (f" (+{excess:.0e})" if excess > 1e-12 else "")


def milliseconds(seconds):
    def digits(x):
        return f"{1e3 * x:.3g}" if x < 1 else f"{1e3 * x:.0f}"

    return f"{digits(statistics.median(seconds))} ({digits(min(seconds))}..{digits(max(seconds))})"


HEAD = """| task | program | ms | times | wanted | error | |
|---|---|---|---|---|---|---|"""


def table(goals, more_rows):
    return "\n".join([HEAD, *(row for goal in goals for row in goal.rows()), *more_rows])


def process_rows(done):
    """The goals of the whole command, from what processes.py has measured."""
    ours = next(job for job in done if job.group == "NMF")
    peer = next(job for job in done if "'cd'" in job.name)
    times = statistics.median(peer.wall) / statistics.median(ours.wall)
    memory = statistics.median(peer.peak) / statistics.median(ours.peak)
    yield (f"| whole command, archive to topics | {ours.name} | {milliseconds(ours.wall)} | | "
           f"| {ours.error():.8g} | |")
    yield (f"| | {peer.name} | {milliseconds(peer.wall)} | {times:.1f} | 10 "
           f"| {peer.error():.8g} | {judged(times, 10)} |")
    yield (f"| its peak memory | {statistics.median(ours.peak):.0f} MB beside "
           f"{statistics.median(peer.peak):.0f} MB | | {memory:.1f} | 4 | | {judged(memory, 4)} |")


def ours(case, side="one", name="lowrank", **request):
    return Line(name, side, case, {"by": "lowrank", **request})


def peer(program, case, at_least=None, side="python", **request):
    return Line(program, side, case, {"by": program, **request}, at_least)


def named(name, line):
    line.program = name
    return line


def svd_goal(task, matrix, k, propack, arpack, randomized, runs, rust=True):
    """The error within 1e-6 of the optimum, which is what lowrank is asked for."""
    svd = {"matrix": matrix, "k": k}
    peers = [
        named("scipy, propack", peer("propack", "svd", propack, **svd)),
        named("scipy, propack, tol=0.01", peer("propack", "svd", tolerance=1e-2, **svd)),
        named("scipy, arpack", peer("arpack", "svd", arpack, **svd)),
        named("scikit-learn, randomized_svd", peer("randomized_svd", "svd", randomized, **svd)),
    ]
    if rust:
        peers += [peer("single-svdlib irlba", "svd", side="one", **svd),
                  peer("single-svdlib randomized", "svd", side="one", **svd),
                  named("faer, partial_svd", peer("faer", "svd", side="one", **svd))]
    return Goal(task, ours("svd", tolerance=1e-6, **svd), peers, runs, within=1e-6)


def nmf_goal(task, matrix, k, target, runs, warm=True):
    nmf = {"matrix": matrix, "k": k}
    return Goal(task, ours("nmf", target=target, **nmf),
                [peer("scikit-learn, cd", "nmf", 10, **nmf)], runs, target=target, warm=warm)


def iteration_goal(task, matrix, k, at_least, precision, iterations, runs):
    request = {"matrix": matrix, "k": k, "solver": "mu", "iterations": iterations,
               "precision": precision}
    return Goal(task, ours("iteration", **request),
                [peer("scikit-learn, mu", "iteration", at_least, **request)], runs, within=1e-4)


def dense_goal(task, matrix, tolerance, decompositions):
    """To the error of the first peer, which has the sketch and the power iterations of the second."""
    svd = {"matrix": matrix, "k": 20}
    peers = [named("scikit-learn, randomized_svd", peer("randomized_svd", "svd", 3, **svd)),
             named("lowrank, randomized",
                   peer("lowrank", "svd", side="one", solver="randomized", iterations=7, **svd))]
    if decompositions:
        peers += [named(f"{name}, all of the SVD", peer(name, "svd", side="one", **svd))
                  for name in ("faer", "nalgebra")]
    return Goal(task, ours("svd", tolerance=tolerance, **svd), peers, 5, target="peer")


def thread_goal(task, case, **request):
    one, two = ours(case, **request), ours(case, "two", "two threads", **request)
    one.program, one.at_least = "one thread", 1.6
    return Goal(f"second thread: {task}", two, [one], 9, within=1e-12)


def all_goals():
    kl = {"matrix": "four", "k": 10, "iterations": 50}
    sklearn = "scikit-learn, TfidfVectorizer"
    return [
        svd_goal("SVD, k = 5", "four", 5, 3, None, 20, 9),
        svd_goal("SVD, k = 50", "four", 50, 2, 2, None, 3, rust=False),
        nmf_goal("NMF, k = 5, to 43.71294", "four", 5, 43.71294, 9),
        iteration_goal("an iteration of MU, k = 5", "four", 5, 4, "f64", 100, 5),
        iteration_goal("the same in f32", "four", 5, 6, "f32", 100, 5),
        Goal("NMF, Kullback-Leibler, k = 10, 50 iterations", ours("kl", **kl),
             [peer("scikit-learn, mu", "kl", 5, **kl), named("torchnmf, f32", peer("torchnmf", "kl", 5, **kl))], 2,
             within=2e-2),
        Goal("vectorize 2034 documents", ours("vectorize"), [peer(sklearn, "vectorize", 10)],
             within=1e-10),
        Goal("the same, two threads", ours("vectorize", "two", "lowrank, two threads"),
             [peer(sklearn, "vectorize", 15)], within=1e-10),
        svd_goal("all 20 groups: SVD, k = 20", "all", 20, 3, None, 20, 2, rust=False),
        nmf_goal("all 20 groups: NMF, k = 20, to the error of cd", "all", 20, "peer", 1, warm=False),
        iteration_goal("all 20 groups: an iteration of MU, k = 20", "all", 20, 4, "f64", 10, 2),
        dense_goal("dense, 2034 x 2000: SVD, k = 20", "dense", 1e-4, False),
        dense_goal("faces, 2429 x 361: SVD, k = 20", "faces", 1e-6, True),
        thread_goal("randomized SVD, k = 20", "svd", matrix="all", solver="randomized", k=20,
                    iterations=7),
        thread_goal("an iteration of MU, k = 5", "iteration", matrix="four", solver="mu", k=5,
                    iterations=100),
        thread_goal("an iteration of HALS, k = 20, all groups", "iteration", matrix="all",
                    solver="hals", k=20, iterations=10),
        Goal("for scale: inflating the archive",
             Line("flate2 with zlib-rs, as lowrank", "one", "inflate", {}), [], 5),
    ]

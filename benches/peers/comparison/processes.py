"""Whole processes side by side, from texts to their topics."""

import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

from comparison.goal import judged, milliseconds

HERE = pathlib.Path(__file__).resolve().parent.parent
TOPICS = [
    "topics", "--remove", "headers,footers,quotes", "--topics", "5", "--json",
    "--categories", "alt.atheism,comp.graphics,sci.space,talk.religion.misc",
]
# Errors of one method agree to this share: the solvers stop by rules of their own.
AGREEMENT = 5e-5
MOST_MEMORY = 400  # MB, of the command on many texts.
ARCHIVE, MANY = "whole command, archive to topics", "whole command, 200,000 texts of 40 words, k = 10"


class Job:
    """A command, and what its runs took. `most_runs`: counted ones of a long command, of which none is a first one."""

    def __init__(self, task, group, name, command, most_runs=None, **environment):
        self.task, self.group, self.name, self.command = task, group, name, command
        self.most_runs = most_runs
        self.environment = {**os.environ, **environment}
        self.wall, self.user, self.peak = [], [], []

    def run(self, counted):
        with tempfile.TemporaryFile("w+") as out:
            start = time.perf_counter()
            process = subprocess.Popen(self.command, stdout=out, env=self.environment)
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                sys.exit(f"{self.command} failed with {process.returncode}")
            out.seek(0)
            self.output = out.read()
        if counted:
            self.wall.append(wall)
            self.user.append(usage.ru_utime)
            self.peak.append(usage.ru_maxrss / 1024)

    def error(self):
        """||A - WH||_F or ||A - U S V^T||_F, as the program itself prints it."""
        if self.output.startswith("{"):
            return json.loads(self.output)["error"]
        found = re.search(r"^error (\S+)", self.output, re.MULTILINE)
        return float(found.group(1)) if found else None


def script(python, task, group, name, file, *rest, **others):
    command = [python, str(HERE / "python" / file), *rest]
    return Job(task, group, name, command, OPENBLAS_NUM_THREADS="1", **others)


def svd_of_the_archive(lowrank, archive):
    return [lowrank, *TOPICS, "--corpus", archive, "--method", "svd"]


def jobs(lowrank, python, archive):
    """From the archive to the topics."""
    topics, svd = [lowrank, *TOPICS, "--corpus", archive], svd_of_the_archive(lowrank, archive)
    one = ["--threads", "1"]
    threads = f"all threads ({len(os.sched_getaffinity(0))})"

    def job(group, name, command, **environment):
        return Job(ARCHIVE, group, name, command, **environment)

    def by_sklearn(group, name, file, *rest):
        return script(python, ARCHIVE, group, name, file, archive, *rest)

    imports = "import newsgroups, sklearn.decomposition, sklearn.feature_extraction.text"
    return [
        job("NMF", f"lowrank, {threads}", topics),
        job("NMF", "lowrank, one thread", topics + one),
        job("NMF", "lowrank, `--backend core`", topics + ["--backend", "core"]),
        by_sklearn("NMF", "scikit-learn, `solver='cd'`", "topics_sklearn.py", "cd"),
        by_sklearn("NMF", "scikit-learn, `solver='mu'`", "topics_sklearn.py", "mu"),
        job("SVD", f"lowrank, {threads}", svd),
        job("SVD", "lowrank, one thread", svd + one),
        by_sklearn("SVD", "scikit-learn, `randomized_svd`", "svd_sklearn.py"),
        job("for scale", "inflating the archive (`gzip -dc > /dev/null`)",
            ["sh", "-c", 'exec gzip -dc "$0" > /dev/null', archive]),
        job("for scale", "starting Python, importing scikit-learn",
            [python, "-c", imports], PYTHONPATH=str(HERE / "python"), OPENBLAS_NUM_THREADS="1"),
    ]


def jobs_of_many_texts(lowrank, python, texts):
    """From 200,000 short texts, one a line of that file, to ten topics."""
    topics = [lowrank, "topics", "--corpus", texts, "--topics", "10", "--json"]
    threads = f"all threads ({len(os.sched_getaffinity(0))})"
    return [
        Job(MANY, "200,000 texts", f"lowrank, {threads}", topics, 3),
        Job(MANY, "200,000 texts", "lowrank, one thread", [*topics, "--threads", "1"], 3),
        script(python, MANY, "200,000 texts", "scikit-learn, `solver='cd'`", "topics_sklearn.py", texts, "cd", "10",
               most_runs=1),
    ]


def write_many_texts(python, path):
    subprocess.run([python, str(HERE / "python" / "many_texts.py"), path], check=True)


def spread(values, digits):
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f}..{high:.{digits}f})"


def memory(peaks):
    """A process starts as a copy of this one, which hides smaller peaks."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    peak = statistics.median(peaks)
    return f"{peak:.0f}" if peak > 1.05 * own else f"< {own:.0f}"


def table(done):
    lines = [
        "| | whole process | wall, s | times | user CPU, s | peak memory, MB | error |",
        "|---|---|---|---|---|---|---|",
    ]
    reference = {}
    for job in done:
        wall = statistics.median(job.wall)
        first = reference.setdefault(job.group, wall)
        ratio = "" if job.group == "for scale" else f"{wall / first:.1f}"
        error = job.error() if job.group != "for scale" else None
        lines.append(
            f"| {job.group} | {job.name} | {spread(job.wall, 3)} | {ratio} "
            f"| {spread(job.user, 3)} | {memory(job.peak)} "
            f"| {'' if error is None else f'{error:.6f}'} |"
        )
    return "\n".join(lines)


def check_errors(done):
    """One method, one matrix, one error."""
    for group in ("NMF", "SVD"):
        errors = {job.name: job.error() for job in done if job.group == group}
        best = min(errors.values(), default=None)
        for name, error in errors.items():
            if error > best * (1 + AGREEMENT):
                sys.exit(f"{group}: {name} ends at {error}, another one at {best}")


def check_topics(done):
    """The same five topics: at least seven of the eight words of each."""
    cd = next((job for job in done if job.group == "NMF" and "'cd'" in job.name), None)
    if cd is None:
        return
    expected = [set(line.split()) for line in cd.output.splitlines() if not line.startswith("error")]
    for job in done:
        if job.group == "NMF" and job.output.startswith("{"):
            topics = json.loads(job.output)["topics"]
            found = [{word["word"] for word in topic["words"]} for topic in topics]
            if not all(any(len(words & topic) >= 7 for topic in found) for words in expected):
                sys.exit(f"{job.name} finds other topics: {found}")


def phases(job):
    """Where lowrank's time goes, in its last run."""
    seconds = json.loads(job.output)["seconds"]
    steps = ("load", "vectorize", "factorize")
    return f"{job.group}, {job.name}: " + ", ".join(f"{step} {seconds[step]:.3f} s" for step in steps)


def run_all(done, runs):
    """So many runs of each, the programs taking turns."""
    for run in range(runs + 1):
        for job in done:
            if job.most_runs is not None and not 0 < run <= job.most_runs:
                continue
            print(f"\rrun {run} of {runs}: {job.name:45}", end="", file=sys.stderr)
            job.run(counted=run > 0)  # The first run fills the page cache.
    print(file=sys.stderr)
    check_errors(done)
    check_topics(done)


def report(done, runs):
    steps = "; ".join(phases(job) for job in done if job.output.startswith("{"))
    return "\n\n".join([
        f"Medians of {runs} runs (smallest..largest), the programs taking turns; "
        "`times` is the wall time over that of the first line of the method.",
        table(done),
        f"Where the time of the last run went. {steps}.",
    ])


def goal_rows(done):
    """The goals of whole commands."""
    if any(job.task == ARCHIVE for job in done):
        yield from rows_beside(done, "NMF", ARCHIVE, 18)
        ours, peer = ours_and_cd(done, "NMF")
        memory = statistics.median(peer.peak) / statistics.median(ours.peak)
        yield (f"| its peak memory | {statistics.median(ours.peak):.0f} MB beside "
               f"{statistics.median(peer.peak):.0f} MB | | {memory:.1f} | 4 | | {judged(memory, 4)} |")
    if any(job.task == MANY for job in done):
        yield from rows_beside(done, "200,000 texts", MANY, 8)
        ours, peer = ours_and_cd(done, "200,000 texts")
        peak = statistics.median(ours.peak)
        verdict = "met" if peak <= MOST_MEMORY else f"missed by {100 * (peak / MOST_MEMORY - 1):.0f} %"
        yield (f"| its peak memory | {peak:.0f} MB beside {statistics.median(peer.peak):.0f} MB | | "
               f"| {MOST_MEMORY} MB | | {verdict} |")


def ours_and_cd(done, group):
    jobs = [job for job in done if job.group == group]
    return jobs[0], next(job for job in jobs if "'cd'" in job.name)


def rows_beside(done, group, task, at_least):
    ours, peer = ours_and_cd(done, group)
    times = statistics.median(peer.wall) / statistics.median(ours.wall)
    wrong = ours.error() > peer.error() * (1 + AGREEMENT)
    verdict = "missed: a larger error" if wrong else judged(times, at_least)
    yield f"| {task} | {ours.name} | {milliseconds(ours.wall)} | | | {ours.error():.8g} | |"
    yield (f"| | {peer.name} | {milliseconds(peer.wall)} | {times:.1f} | {at_least} | {peer.error():.8g} "
           f"| {verdict} |")

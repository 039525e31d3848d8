"""Whole processes side by side, from the archive to the topics."""

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

HERE = pathlib.Path(__file__).resolve().parent.parent
TOPICS = [
    "topics", "--remove", "headers,footers,quotes", "--topics", "5", "--json",
    "--categories", "alt.atheism,comp.graphics,sci.space,talk.religion.misc",
]
# Errors of one method agree to this share: the solvers stop by rules of their own.
AGREEMENT = 5e-5


class Job:
    """A command, and what its runs took."""

    def __init__(self, group, name, command, **environment):
        self.group, self.name, self.command = group, name, command
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


def jobs(lowrank, python, archive):
    topics = [lowrank, *TOPICS, "--corpus", archive]
    one, svd = ["--threads", "1"], ["--method", "svd"]
    threads = f"all threads ({len(os.sched_getaffinity(0))})"
    single = {"OPENBLAS_NUM_THREADS": "1"}

    def script(group, name, file, *rest):
        return Job(group, name, [python, str(HERE / file), archive, *rest], **single)

    imports = "import newsgroups, sklearn.decomposition, sklearn.feature_extraction.text"
    return [
        Job("NMF", f"lowrank, {threads}", topics),
        Job("NMF", "lowrank, one thread", topics + one),
        Job("NMF", "lowrank, `--backend core`", topics + ["--backend", "core"]),
        script("NMF", "scikit-learn, `solver='cd'`", "topics_sklearn.py", "cd"),
        script("NMF", "scikit-learn, `solver='mu'`", "topics_sklearn.py", "mu"),
        Job("SVD", f"lowrank, {threads}", topics + svd),
        Job("SVD", "lowrank, one thread", topics + svd + one),
        script("SVD", "scikit-learn, `randomized_svd`", "svd_sklearn.py"),
        Job("for scale", "inflating the archive (`gzip -dc > /dev/null`)",
            ["sh", "-c", 'exec gzip -dc "$0" > /dev/null', archive]),
        Job("for scale", "starting Python, importing scikit-learn",
            [python, "-c", imports], PYTHONPATH=str(HERE), **single),
    ]


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
        best = min(errors.values())
        for name, error in errors.items():
            if error > best * (1 + AGREEMENT):
                sys.exit(f"{group}: {name} ends at {error}, another one at {best}")


def check_topics(done):
    """The same five topics: at least seven of the eight words of each."""
    cd = next(job for job in done if "'cd'" in job.name)
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

"""Programs that answer one request after another, so that they can take turns within one run."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent.parent
SINGLE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


class Side:
    """A process that has the matrices in memory: a request is a line of JSON, or of words such as k=5, and its answer
    is a line of JSON. `makes`: the names of the matrices that it makes itself; None for all."""

    def __init__(self, name, command, makes=None, in_words=False, **environment):
        self.name, self.makes, self.in_words = name, makes, in_words
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **environment})

    def ask(self, case, **request):
        request = {"case": case, **request}
        words = " ".join(f"{key}={value}" for key, value in request.items())
        self.process.stdin.write((words if self.in_words else json.dumps(request)) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} ended in {request}")
        return json.loads(line)

    def must(self, case, **request):
        """An answer without which nothing can be compared."""
        answer = self.ask(case, **request)
        if "refused" in answer:
            sys.exit(f"{self.name} refuses {case} {request}: {answer['refused']}")
        return answer

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def has_packages(rscript):
    """That R has the peers."""
    loads = "for (name in c('Matrix', 'RSpectra', 'irlba')) library(name, character.only = TRUE)"
    return subprocess.run([rscript, "-e", loads], capture_output=True).returncode == 0


def start(program, python):
    """One thread each, and lowrank with two. The peers in R and in C++ are left out, loudly, where ./setup could not
    install them."""
    made = {"four", "all", "faces", "ratings"}
    running = {
        "one": Side("lowrank", [program, "1"]),
        "two": Side("lowrank, two threads", [program, "2"]),
        "python": Side("Python", [python, str(HERE / "python" / "side.py")], made, **SINGLE),
    }
    rscript, spectra = shutil.which("Rscript"), pathlib.Path(python).parent / "lowrank-spectra"
    if rscript and has_packages(rscript):
        running["r"] = Side("R", [rscript, str(HERE / "r" / "side.R")], set(), True, **SINGLE)
    else:
        left_out("RSpectra and irlba", "R with Matrix, RSpectra and irlba")
    if spectra.exists():
        running["cpp"] = Side("C++", [str(spectra)], set(), True)
    else:
        left_out("Spectra", str(spectra))
    return running


def left_out(peers, missing):
    print(f"LEFT OUT: {peers}. There is no {missing}: benches/peers/setup says why", file=sys.stderr)


def hand_over(running, used):
    """Gives each side the matrices that it does not make. `used`: of each matrix, the names of its sides."""
    for matrix, names in used.items():
        takers = [running[name] for name in names if running[name].makes is not None]
        takers = [side for side in takers if matrix not in side.makes]
        if takers:
            with tempfile.NamedTemporaryFile(suffix=".matrix") as file:
                running["one"].must("export", matrix=matrix, path=file.name)
                for side in takers:
                    side.must("take", matrix=matrix, path=file.name)


def check_matrices(running, used):
    """That all factor the same matrices: sizes, nonzeros and norms are equal."""
    for matrix, names in used.items():
        found = [running[name].must("describe", matrix=matrix) for name in names]
        first = found[0]
        for other in found[1:]:
            same = all(first[key] == other[key] for key in ("rows", "columns", "nonzeros"))
            if not same or abs(first["norm"] / other["norm"] - 1) > 1e-10:
                sys.exit(f"the matrices {matrix} differ: {found}")

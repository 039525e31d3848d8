"""Programs that answer one request after another, so that they can take turns within one run."""

import json
import os
import subprocess
import sys


class Side:
    """A process that has the matrices in memory: a request is a line of JSON, and so is its answer."""

    def __init__(self, name, command, **environment):
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **environment})

    def ask(self, case, **request):
        self.process.stdin.write(json.dumps({"case": case, **request}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} ended in {case} {request}")
        return json.loads(line)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def start(program, python, script):
    """One thread each, and lowrank with two."""
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return {
        "one": Side("lowrank", [program, "1"]),
        "two": Side("lowrank, two threads", [program, "2"]),
        "python": Side("Python", [python, script], **single),
    }


def check_matrices(sides, names):
    """That all factor the same matrices: sizes, nonzeros and norms are equal."""
    descriptions = {}
    for name in names:
        found = [side.ask("describe", matrix=name) for side in sides.values()]
        first = found[0]
        for other in found[1:]:
            same = all(first[key] == other[key] for key in ("rows", "columns", "nonzeros"))
            if not same or abs(first["norm"] / other["norm"] - 1) > 1e-10:
                sys.exit(f"the matrices {name} differ: {found}")
        descriptions[name] = first
    return descriptions

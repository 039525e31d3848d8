"""How the cost grows with the nonzeros and with k, and the picture of it."""

import json
import statistics
import subprocess
import sys

# Of the rows of all groups, one part of so many.
SHARES = (16, 8, 4, 2, 1)
RANKS = (5, 10, 20, 40, 80)
ITERATIONS = 20

# Method, program, side, case, request, runs.
CURVES = [
    ("svd", "lowrank", "one", "svd", {"by": "lowrank"}, 3),
    ("svd", "scipy, propack", "python", "svd", {"by": "propack"}, 1),
    ("nmf", "lowrank, HALS", "one", "nmf", {"tolerance": 0, "iterations": ITERATIONS}, 3),
    ("nmf", "scikit-learn, cd", "python", "nmf", {"tolerance": 0, "iterations": ITERATIONS}, 1),
]


def measure(sides):
    """Points (x, seconds) of each curve: [method, x axis, program, points]."""
    curves = []
    for method, program, side, case, request, runs in CURVES:
        def seconds(**matrix):
            answers = [sides[side].ask(case, **request, **matrix) for _ in range(runs)]
            return statistics.median(answer["seconds"] for answer in answers)

        print(f"\rgrowth: {method}, {program:30}", end="", file=sys.stderr)
        by_share = []
        for share in SHARES:
            a = sides[side].ask("describe", matrix="all", share=share)
            by_share.append((a["nonzeros"], seconds(matrix="all", share=share, k=20)))
        curves.append([method, "nonzeros", program, by_share])
        by_rank = [(k, seconds(matrix="four", k=k)) for k in RANKS]
        curves.append([method, "k", program, by_rank])
    print(file=sys.stderr)
    return curves


def exponents(curves):
    """The slope of each curve in logarithms: 1 is linear."""
    from math import log

    def slope(points):
        x, y = [log(x) for x, _ in points], [log(y) for _, y in points]
        mean_x, mean_y = statistics.mean(x), statistics.mean(y)
        above = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))
        return above / sum((a - mean_x) ** 2 for a in x)

    lines = ["| cost grows with the power | of nonzeros | of k |", "|---|---|---|"]
    for method, program in dict.fromkeys((method, program) for method, _, program, _ in curves):
        found = {axis: slope(points) for m, axis, p, points in curves if (m, p) == (method, program)}
        lines.append(f"| {method.upper()}, {program} | {found['nonzeros']:.2f} | {found['k']:.2f} |")
    return "\n".join(lines)


def draw(curves, python, script, path):
    subprocess.run([python, script, path], input=json.dumps(curves), text=True, check=True)

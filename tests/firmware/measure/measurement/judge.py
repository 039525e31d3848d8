"""Judges results in double precision, apart from the arithmetic that is measured."""

import math
import sys


def dot(x, y):
    return math.fsum(a * b for a, b in zip(x, y))


def from_identity(q):
    """max |Q^T Q - I| for a list of columns."""
    return largest(
        dot(x, y) - (i == j) for i, x in enumerate(q) for j, y in enumerate(q) if i <= j
    )


def largest(values):
    """The largest magnitude; infinity where one is NaN."""
    found = 0.0
    for x in values:
        found = max(found, abs(x)) if math.isfinite(x) else math.inf
    return found


def residual(a, u, s, v):
    """max |A - U diag(s) V^T| / max |A|."""
    rows = list(zip(*u))
    scaled = [[x * sigma for x, sigma in zip(row, s)] for row in rows]
    columns_of_v = list(zip(*v))
    return largest(
        a[j][i] - dot(scaled[i], columns_of_v[j]) for j in range(len(a)) for i in range(len(rows))
    ) / largest(x for column in a for x in column)


def svd(case, a, reader):
    u = reader.matrix(case.m, case.k, case.scalar)
    s = reader.scalars(case.k, case.scalar)
    v = reader.matrix(case.n, case.k, case.scalar)
    if list(s) != sorted(s, reverse=True) or s[-1] < 0:
        sys.exit(f"{case.name}: singular values that do not descend: {s}")
    return largest([residual(a, u, s, v), from_identity(u), from_identity(v)])


# The largest error that each kind is allowed, in epsilon times the longer side.
KINDS = {"svd": (svd, 4.0)}


def judge(case, a, reader):
    """The largest error of the result that the reader comes to."""
    kind, allowed = KINDS[case.kind]
    error = kind(case, a, reader)
    if not error <= allowed * case.epsilon() * max(case.m, case.n):
        sys.exit(f"{case.name}: an error of {error:.1e} is a wrong answer")
    return error

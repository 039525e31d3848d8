"""Judges results in double precision, apart from the arithmetic that is measured.

Each judge returns the error that the table shows and the largest one that is rounding; a result
that is wrong in another way raises `Wrong`.
"""

import functools
import math

from . import line


class Wrong(Exception):
    """A case that measures a wrong answer."""


def dot(x, y):
    return math.fsum(a * b for a, b in zip(x, y))


def largest(values):
    """The largest magnitude; infinity where one is NaN."""
    found = 0.0
    for x in values:
        found = max(found, abs(x)) if math.isfinite(x) else math.inf
    return found


def entries(a):
    return (x for column in a for x in column)


def squares(a):
    return math.fsum(x * x for x in entries(a))


def transposed(a):
    return [list(row) for row in zip(*a)]


def product(w, h):
    """The columns of W H^T."""
    rows, columns = transposed(w), transposed(h)
    return [[dot(row, column) for row in rows] for column in columns]


def difference(a, b):
    return [[x - y for x, y in zip(p, q)] for p, q in zip(a, b)]


def from_identity(q):
    """max |Q^T Q - I| for a list of columns."""
    return largest(dot(x, y) - (i == j) for i, x in enumerate(q) for j, y in enumerate(q) if i <= j)


@functools.lru_cache(maxsize=None)
def squared_singular_values(a):
    """Descending, by one-sided Jacobi (Hestenes 1958); `a` is a tuple of columns."""
    columns = [list(column) for column in a]
    turned = True
    while turned:
        turned = False
        for q in range(1, len(columns)):
            for p in range(q):
                x, y = columns[p], columns[q]
                xx, yy, xy = dot(x, x), dot(y, y), dot(x, y)
                if abs(xy) <= 1e-10 * math.sqrt(xx * yy):
                    continue
                turned = True
                angle = 0.5 * math.atan2(2.0 * xy, xx - yy)
                c, s = math.cos(angle), math.sin(angle)
                columns[p] = [c * u + s * v for u, v in zip(x, y)]
                columns[q] = [c * v - s * u for u, v in zip(x, y)]
    return sorted((dot(x, x) for x in columns), reverse=True)


def check(holds, what):
    if not holds:
        raise Wrong(what)


def full_svd(task, a, reader):
    """The larger of max |A - U diag(s) V^T| / max |A| and the distances from orthogonality."""
    u = reader.matrix(task.m, task.k, task.scalar)
    s = reader.scalars(task.k, task.scalar)
    v = reader.matrix(task.n, task.k, task.scalar)
    check(list(s) == sorted(s, reverse=True) and s[-1] >= 0, "the values do not descend")
    scaled = [[x * sigma for x in column] for column, sigma in zip(u, s)]
    residual = largest(entries(difference(a, product(scaled, v)))) / largest(entries(a))
    allowed = 4 * max(task.m, task.n) * task.epsilon()
    return largest([residual, from_identity(u), from_identity(v)]), allowed


def truncated_svd(task, a, reader):
    """The larger of max |A^T U - V diag(s)| / s_1 and the distances from orthogonality."""
    u = reader.matrix(task.m, task.k, task.scalar)
    s = reader.scalars(task.k, task.scalar)
    v = reader.matrix(task.n, task.k, task.scalar)
    residuals = reader.scalars(task.k, task.scalar)
    best = squared_singular_values(a)
    for found, wanted in zip(s, best):
        check(abs(found * found - wanted) <= 0.02 * wanted, f"{found} for {math.sqrt(wanted)}")
    errors = [from_identity(u), from_identity(v)]
    rows = transposed(a)
    for u, s_i, v, told in zip(u, s, v, residuals):
        errors += [(dot(column, u) - s_i * x) / s[0] for column, x in zip(a, v)]
        residual = math.sqrt(math.fsum((dot(row, v) - s_i * x) ** 2 for row, x in zip(rows, u)))
        errors.append((residual - told) / s[0])
    return largest(errors), 4 * max(task.m, task.n) * task.epsilon()


def range_finder(task, a, reader):
    """The distance from orthogonality."""
    q = reader.matrix(task.m, task.k, task.scalar)
    best = squared_singular_values(a)
    inside = math.fsum(dot(column, x) ** 2 for column in a for x in q)
    left, least = math.fsum(best) - inside, math.fsum(best[task.k :])
    check(left <= 1.05 * least, f"{left} left outside the range instead of {least}")
    return from_identity(q), 4 * max(task.m, task.n) * task.epsilon()


def nmf(task, a, reader):
    """How wrong the ||A - W H^T|| is that the call returned, relative to ||A||."""
    w = reader.matrix(task.m, task.k, task.scalar)
    h = reader.matrix(task.n, task.k, task.scalar)
    (told,) = reader.scalars(1, task.scalar)
    check(min(entries(w)) >= 0 and min(entries(h)) >= 0, "a negative entry")
    found = squares(difference(a, product(w, h)))
    least = math.fsum(squared_singular_values(a)[task.k :])
    check(found <= 1.1 * least, f"||A - W H^T||^2 is {found}, rank {task.k} allows {least}")
    error = abs(told - math.sqrt(found)) / math.sqrt(squares(a))
    return error, 4 * max(task.m, task.n) * task.epsilon()


def topics(task, a, reader):
    """The largest error of a weight, relative to the largest one, and of the share that is left."""
    found = reader.scalars(task.k, task.scalar)
    (left,) = reader.scalars(1, task.scalar)
    weights, share = line.Model(line.MODEL.read_bytes()).fold_in(bytes(int(x) for x in a[0]))
    check(abs(left - share) <= 1e-3, f"{left} left instead of {share}")
    errors = [x - y for x, y in zip(found, weights)]
    return largest(errors) / largest(weights), task.m * task.epsilon()


KINDS = {
    "svd": full_svd,
    "truncated": truncated_svd,
    "range": range_finder,
    "nmf": nmf,
    "line": topics,
}


def judge(task, a, reader):
    """The error of the result that the reader comes to."""
    error, allowed = KINDS[task.kind](task, a, reader)
    check(error <= allowed, f"an error of {error:.1e}")
    return error

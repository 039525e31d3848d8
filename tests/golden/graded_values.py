"""Writes graded_values.json: singular values of B D, B of small integers and D of powers of two, for the judge's tests.

    pip install mpmath==1.4.1
    python3 tests/golden/graded_values.py

Computed with 700 decimal digits, more than twice the decades between the largest and the smallest value, so that all of them
have all the digits that are written. Each is (high / 2^52 + low / 2^105) 2^exponent with integers.
"""

import json
from pathlib import Path

import mpmath

SHAPES = [(3, 2), (6, 4), (5, 5), (12, 7), (9, 9)]
DIGITS = 700


def integers(count, state):
    """Whole numbers from -99 to 99 (the generator of Park and Miller)."""
    drawn = []
    for _ in range(count):
        state = state * 48271 % (2**31 - 1)
        drawn.append(state % 199 - 99)
    return drawn


def matrix(nrows, ncols, seed):
    """Integers, column after column, and the exponent of each column: from 0 to -1000, out of order."""
    steps = max(ncols - 1, 1)
    exponents = [-1000 * (j * 2 % ncols if ncols % 2 else j) // steps for j in range(ncols)]
    return integers(nrows * ncols, seed), exponents


def written(value):
    """A positive number as three integers."""
    _, exponent = mpmath.frexp(value)
    exponent = int(exponent) - 1
    mantissa = mpmath.ldexp(value, -exponent + 52)
    high = int(mpmath.floor(mantissa))
    low = int(mpmath.floor(mpmath.ldexp(mantissa - high, 53)))
    return [high, low, exponent]


def describe(nrows, ncols, seed):
    entries, exponents = matrix(nrows, ncols, seed)
    a = mpmath.matrix(nrows, ncols)
    for j in range(ncols):
        for i in range(nrows):
            a[i, j] = mpmath.ldexp(entries[nrows * j + i], exponents[j])
    values = sorted(mpmath.svd_r(a, compute_uv=False), reverse=True)
    return {
        "nrows": nrows,
        "ncols": ncols,
        "integers": entries,
        "exponents": exponents,
        "singular_values": [written(value) for value in values],
    }


def main():
    mpmath.mp.dps = DIGITS
    matrices = [describe(m, n, 1 + i) for i, (m, n) in enumerate(SHAPES)]
    golden = {"made_by": f"mpmath {mpmath.__version__}, {DIGITS} digits", "matrices": matrices}
    target = Path(__file__).with_name("graded_values.json")
    target.write_text(json.dumps(golden) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

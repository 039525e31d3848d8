"""Columns of row 0 of the draws of seed 0 that lie far out in the lower tail of the normal law, and
their quantiles: the numbers in ../judge/tests/borders.rs.

    pip install mpmath==1.4.1
    python3 tests/golden/tail_quantiles.py

A draw is the quantile of (h + 1/2) / 2^52, where h are the high 52 bits of a word. The columns with
a wanted word are found by running the finaliser of SplitMix64 backwards.
"""

import mpmath

MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15
FIRST, SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def mix(z):
    z = (z ^ (z >> 30)) * FIRST & MASK
    z = (z ^ (z >> 27)) * SECOND & MASK
    return z ^ (z >> 31)


def unshift(y, shift):
    z = y
    for _ in range(3):
        z = y ^ (z >> shift)
    return z


def unmix(y):
    z = unshift(y, 31) * pow(SECOND, -1, 2**64) & MASK
    z = unshift(z, 27) * pow(FIRST, -1, 2**64) & MASK
    return unshift(z, 30)


def quantile(p):
    start = -mpmath.sqrt(-2 * mpmath.log(p))
    return mpmath.findroot(lambda x: mpmath.log(mpmath.ncdf(x) / p), start)


mpmath.mp.dps = 40
row_key = mix(mix(GOLDEN))
for high in 0, 1000, 60000, 62900:
    column = (unmix(high << 12) - row_key) * pow(GOLDEN, -1, 2**64) & MASK
    assert mix((row_key + GOLDEN * column) & MASK) == high << 12
    print(column, high, float(quantile(mpmath.mpf(2 * high + 1) / 2**53)))

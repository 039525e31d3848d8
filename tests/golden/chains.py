"""Writes chains.json, for tests/chains.rs: losses of torchnmf's BetaMu on a chain of factors.

    pip install torch==2.15.0 torchnmf==0.3.5
    python3 tests/golden/chains.py > tests/golden/chains.json

torchnmf computes V ~ H W1^T W2^T W3^T; here that is the transposed matrix A = V^T ~ W3 W2 W1 H^T, 1024 x 64
with ranks 24, 10 and 4, whose entries and factors come from a generator that the test repeats. An epoch updates
W1, H, W2, W3.
"""

import json

import torch
from torchnmf.metrics import beta_div
from torchnmf.nmf import NMF
from torchnmf.trainer import BetaMu

EPOCHS = 200
MASK = (1 << 64) - 1


def draws(seed, count):
    """Numbers between 0 and 1 by SplitMix64, as exact fractions of 2^53."""
    state, found = seed, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        found.append(((z ^ (z >> 31)) >> 11) / 2**53)
    return found


def matrix(seed, rows, columns):
    """Row after row."""
    return torch.tensor(draws(seed, rows * columns), dtype=torch.float64).reshape(rows, columns)


def losses(beta, **penalties):
    a = matrix(1, 1024, 64)
    w3, w2, w1, h = matrix(2, 1024, 24), matrix(3, 24, 10), matrix(4, 10, 4), matrix(5, 64, 4)
    chain = torch.nn.Sequential(NMF(W=w1, H=h), NMF(W=w2), NMF(W=w3)).double()
    rule = BetaMu(chain.parameters(), beta=beta, **penalties)
    target = a.T
    found = []

    def closure():
        rule.zero_grad()
        return target, chain(None)

    for epoch in range(EPOCHS):
        rule.step(closure)
        if epoch + 1 in (1, 10, EPOCHS):
            with torch.no_grad():
                found.append(float(beta_div(chain(None), target, beta)))
    return found


print(json.dumps({
    "epochs": [1, 10, EPOCHS],
    "beta 1": losses(1),
    "beta 2": losses(2),
    "beta 1.5 penalised": losses(1.5, l1_reg=0.3, l2_reg=0.2, orthogonal=0.1),
}))

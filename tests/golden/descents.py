"""Writes descents.json, for tests/descents.rs: factors after some steps of PyTorch's optimizers on the
gradients that its autograd finds.

    pip install numpy==2.4.6 torch==2.15.0
    python3 tests/golden/descents.py > tests/golden/descents.json
"""

import json

import numpy as np
import torch

STEPS = 40
M, N, K = 12, 9, 3

draws = np.random.default_rng(7)
a = draws.random((M, N)).round(3)
w0 = draws.normal(0.3, 0.3, (M, K)).round(3)
h0 = draws.normal(0.3, 0.3, (N, K)).round(3)


def squared(w, h):
    return ((torch.tensor(a) - w @ h.T) ** 2).sum() / 2


def norm(w, h):
    return (torch.tensor(a) - w @ h.T).norm()


def below(x, floor):
    return torch.clamp(x - floor, max=0.0) ** 2


def descend(loss, optimizer, projected=False):
    w = torch.tensor(w0, requires_grad=True)
    h = torch.tensor(h0, requires_grad=True)
    rule = optimizer([w, h])
    for _ in range(STEPS):
        rule.zero_grad()
        loss(w, h).backward()
        rule.step()
        if projected:
            with torch.no_grad():
                w.clamp_(min=0.0)
                h.clamp_(min=0.0)
    return {"w": w.tolist(), "h": h.tolist()}


def penalised(w, h):
    return squared(w, h) + 3.0 / 2 * (below(w, 1e-2).sum() + below(h, 1e-2).sum())


def mean_penalised(w, h):
    return norm(w, h) + 0.7 * (below(w, 0.0).mean() + below(h, 0.0).mean())


sgd = lambda x: torch.optim.SGD(x, lr=0.02)
heavy_ball = lambda x: torch.optim.SGD(x, lr=0.01, momentum=0.8)
adam = lambda x: torch.optim.Adam(x, lr=0.01, betas=(0.9, 0.99), eps=1e-7)

golden = {
    "a": a.tolist(),
    "w": w0.tolist(),
    "h": h0.tolist(),
    "steps": STEPS,
    "penalised": descend(penalised, sgd),
    "projected": descend(squared, sgd, projected=True),
    "heavy_ball": descend(mean_penalised, heavy_ball),
    "adam": descend(mean_penalised, adam),
    "projected_adam": descend(norm, adam, projected=True),
}
print(json.dumps(golden))

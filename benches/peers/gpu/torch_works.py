"""The works of docs/gpu.md in PyTorch and torchnmf, on the matrices that `gpu-works prepare` made.

    python torch_works.py FOLDER [--device cuda|cpu] [--only TEXT]

A line of JSON for each program at each work, as gpu-works prints them. Matrices are on the device before
anything is timed, and what it took to bring them there stands beside it; the device is waited for before
a clock is read. Iterations start from the factors in the folder, so that all sides do the same steps, and
nothing waits between those that are timed:

- torchnmf: `fit`, whose time for an iteration is that of many less that of few, its loss after every
  tenth counted; and the optimizer BetaMu.
- PyTorch: the same updates written plainly with `mm`, TF32 off as PyTorch has it. The gradient step is the
  one of a notebook: the residual as a matrix, a product with it on either side.
- torch.sparse: the same updates with matrices in CSR, A^T stored beside A.
- torch.svd_lowrank: with so many power iterations and columns.
"""

import argparse
import json
import pathlib
import statistics
import time
import warnings

import numpy as np
import torch

EPS = 1e-8
# The largest square product of f32 that is timed, and the bytes of a copy.
PRODUCT = {"cuda": 8192, "cpu": 512}
COPY = {"cuda": 1 << 30, "cpu": 1 << 24}


class Device:
    def __init__(self, name):
        self.name = name
        self.title = torch.cuda.get_device_name() if name == "cuda" else "CPU"

    def wait(self):
        if self.name == "cuda":
            torch.cuda.synchronize()

    def seconds(self, work):
        """Of one call, with the device idle before and after."""
        self.wait()
        start = time.perf_counter()
        result = work()
        self.wait()
        return time.perf_counter() - start, result


def spread(seconds):
    """Median, smallest and largest, in milliseconds."""
    return [1e3 * f(seconds) for f in (statistics.median, min, max)]


class Work:
    """A work of the plan, its matrix on the device."""

    def __init__(self, folder, plan, device):
        self.folder, self.plan, self.device = folder, plan, device
        for name in ("name", "kind", "rank", "iterations", "warm_up", "runs"):
            setattr(self, name, plan[name])
        self.is_sparse = plan["shape"]["nonzeros"] is not None
        host = self.read()
        seconds, self.a = device.seconds(lambda: host.to(device.name))
        self.load_ms = 1e3 * seconds
        self.squared_norm = float(self.values().double().square().sum())

    def read(self):
        path = self.folder / self.plan["file"]
        if path.suffix == ".npy":
            return torch.from_numpy(np.ascontiguousarray(np.load(path)))
        arrays = np.load(path)
        shape = tuple(int(size) for size in arrays["shape"])
        parts = (torch.from_numpy(arrays[name]) for name in ("indptr", "indices", "data"))
        a = torch.sparse_csr_tensor(*parts, size=shape)
        return a.to_sparse_coo().coalesce() if self.is_sparse else a.to_dense()

    def values(self):
        return self.a.values() if self.is_sparse else self.a

    def start(self):
        """W, m x k, and H, n x k."""
        return [
            torch.from_numpy(np.ascontiguousarray(np.load(self.folder / file))).to(self.device.name)
            for file in self.plan["start"]
        ]

    def error(self, w, h):
        """||A - W H^T||_F, or the divergence, in f64."""
        w, h = w.detach().double(), h.detach().double()
        if not (bool(w.isfinite().all()) and bool(h.isfinite().all())):
            raise ArithmeticError("the factors are not finite")
        if self.is_sparse:
            i, j = self.a.indices()
            model = (w[i] * h[j]).sum(1)
            inner = float((self.a.values().double() * model).sum())
            square = float(((w.T @ w) * (h.T @ h)).sum())
            return max(self.squared_norm - 2 * inner + square, 0.0) ** 0.5
        total = 0.0
        for rows in torch.arange(len(self.a), device=self.device.name).split(512):
            a, v = self.a[rows].double(), w[rows] @ h.T
            if self.kind == "kl":
                entries = torch.special.xlogy(a, a / v.clamp_min(1e-300)) - a + v
                total += float(entries.sum())
            else:
                total += float((a - v).square().sum())
        return total if self.kind == "kl" else total ** 0.5

    def report(self, program, **found):
        line = {"work": self.name, "program": program, "device": self.device.title}
        print(json.dumps({**line, **found}), flush=True)

    def attempt(self, program, measure):
        """The line of a program; what it says where it fails, so that the others go on."""
        try:
            times, error = measure()
            self.report(program, ms=spread(times), load_ms=self.load_ms, error=error)
        except (ArithmeticError, ImportError, RuntimeError, TypeError, ValueError) as failure:
            reason = str(failure).strip().splitlines()
            self.report(program, refused=f"{type(failure).__name__}: {reason[0] if reason else ''}")
        if self.device.name == "cuda":
            torch.cuda.empty_cache()

    def steps(self, make_step):
        """Seconds of a step after the warm-up, one figure a run, and the error after all of a run."""
        seconds, timed = [], self.iterations - self.warm_up
        for _ in range(self.runs):
            w, h = self.start()
            step = make_step(w, h)
            for _ in range(self.warm_up):
                step()
            took, _ = self.device.seconds(lambda: [step() for _ in range(timed)])
            seconds.append(took / timed)
        return seconds, self.error(w, h)

    def plain_updates(self):
        """Multiplicative updates for the Frobenius norm."""
        at = self.a.T
        if self.is_sparse:
            a, at = self.a.to_sparse_csr(), at.coalesce().to_sparse_csr()
        else:
            a = self.a

        def make_step(w, h):
            def step():
                w.mul_((a @ h) / (w @ (h.T @ h)).clamp_min_(EPS))
                h.mul_((at @ w) / (h @ (w.T @ w)).clamp_min_(EPS))
            return step
        return self.steps(make_step)

    def plain_kl(self):
        """Multiplicative updates for the divergence of Kullback and Leibler."""
        a = self.a

        def make_step(w, h):
            def step():
                w.mul_(((a / (w @ h.T).clamp_min_(EPS)) @ h) / h.sum(0).clamp_min(EPS))
                h.mul_(((a / (w @ h.T).clamp_min_(EPS)).T @ w) / w.sum(0).clamp_min(EPS))
            return step
        return self.steps(make_step)

    def plain_gradient(self):
        a, rate = self.a, self.plan["rate"]

        def make_step(w, h):
            def step():
                residual = w @ h.T - a
                to_w, to_h = residual @ h, residual.T @ w
                w.sub_(rate * to_w).clamp_min_(0)
                h.sub_(rate * to_h).clamp_min_(0)
            return step
        return self.steps(make_step)

    def autograd_gradient(self):
        """The same, the gradient left to PyTorch."""
        a, rate = self.a, self.plan["rate"]

        def make_step(w, h):
            w.requires_grad_(True)
            h.requires_grad_(True)

            def step():
                ((w @ h.T - a).square().sum() / 2).backward()
                with torch.no_grad():
                    for x in (w, h):
                        x.sub_(rate * x.grad).clamp_min_(0)
                        x.grad = None
            return step
        return self.steps(make_step)

    def turned(self):
        """A^T, stored as A is: torchnmf improves the factor on the side of the columns first, all others
        that of the rows."""
        return self.a.T.coalesce() if self.is_sparse else self.a.T.contiguous()

    def fit_of_torchnmf(self, beta):
        from torchnmf.nmf import NMF
        at = self.turned()

        def run(iterations):
            w, h = self.start()
            model = NMF(W=w, H=h).to(self.device.name)
            fit = lambda: model.fit(at, beta=beta, tol=float("-inf"), max_iter=iterations)
            return self.device.seconds(fit)[0], model
        run(self.warm_up)
        seconds = []
        for _ in range(self.runs):
            few, _ = run(self.warm_up)
            many, model = run(self.iterations)
            seconds.append((many - few) / (self.iterations - self.warm_up))
        seconds = [each for each in seconds if each > 0]
        if not seconds:
            raise ArithmeticError("many iterations took no longer than few")
        return seconds, self.error(model.W, model.H)

    def steps_of_torchnmf(self, beta):
        from torchnmf.nmf import NMF
        from torchnmf.trainer import BetaMu
        at = self.turned()

        def make_step(w, h):
            # The model copies its start: from here on w and h are what it has made of them.
            model = NMF(W=w, H=h).to(self.device.name)
            trainer = BetaMu(model.parameters(), beta=beta)
            w.data, h.data = model.W.data, model.H.data

            def closure():
                trainer.zero_grad()
                return at, model()
            return lambda: trainer.step(closure)
        return self.steps(make_step)

    def svd(self, rounds):
        k = self.rank
        columns = k + self.plan["oversampling"]
        seconds = []
        for run in range(self.runs + 1):
            torch.manual_seed(run)
            took, (u, s, v) = self.device.seconds(
                lambda: torch.svd_lowrank(self.a, q=columns, niter=rounds))
            if run > 0:
                seconds.append(took)
        return seconds, self.error(u[:, :k] * s[:k], v[:, :k])

    def measure(self):
        if self.kind == "svd":
            for rounds in self.plan["rounds"]:
                self.attempt(f"torch.svd_lowrank, {rounds} rounds", lambda: self.svd(rounds))
        elif self.kind == "gradient":
            self.attempt("PyTorch, the notebook's step", self.plain_gradient)
            self.attempt("PyTorch, autograd", self.autograd_gradient)
        else:
            beta = {"mu": 2, "kl": 1}[self.kind]
            self.attempt("torchnmf, fit", lambda: self.fit_of_torchnmf(beta))
            if not self.is_sparse:
                self.attempt("torchnmf, BetaMu", lambda: self.steps_of_torchnmf(beta))
            plain = self.plain_kl if self.kind == "kl" else self.plain_updates
            name = "torch.sparse" if self.is_sparse else "plain torch"
            self.attempt(f"{name}, the same updates", plain)


def ceilings(device):
    """Bytes a second of a copy, read and written, and flops a second of a product of f32."""
    a = torch.rand(COPY[device.name] // 4, device=device.name)
    b = torch.empty_like(a)
    n = PRODUCT[device.name]
    x, y = torch.rand(2, n, n, device=device.name)

    def best(work):
        for _ in range(3):
            work()
        return statistics.median(device.seconds(work)[0] for _ in range(10))

    def copies():
        for _ in range(10):
            b.copy_(a)
    found = {"copy": 10 * 2 * 4 * len(a) / best(copies), "flops": 2 * n ** 3 / best(lambda: x @ y)}
    line = {"work": "ceilings", "program": f"PyTorch {torch.__version__}", "device": device.title}
    print(json.dumps({**line, "ceilings": found}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--only", default="", metavar="TEXT", help="works with this in their names")
    arguments = parser.parse_args()
    # What the libraries say to their own users.
    warnings.simplefilter("ignore")
    device = Device(arguments.device)
    plan = json.loads((arguments.folder / "works.json").read_text())
    ceilings(device)
    for work in plan["works"]:
        if arguments.only in work["name"]:
            Work(arguments.folder, work, device).measure()


main()

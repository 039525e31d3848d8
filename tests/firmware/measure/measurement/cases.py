"""What is measured: the cases, the processors, and the levels of optimisation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """A factorization that `src/cases.rs` names."""

    name: str
    kind: str
    m: int
    n: int
    k: int
    scalar: str = "f"

    def epsilon(self):
        return 2.0**-23 if self.scalar == "f" else 2.0**-52


@dataclass(frozen=True)
class Processor:
    name: str
    target: str
    machine: str


CASES = [
    Case("svd-8x4", "svd", 8, 4, 4),
    Case("svd-16x8", "svd", 16, 8, 8),
    Case("svd-8x4-f64", "svd", 8, 4, 4, "d"),
    Case("svd-16x8-f64", "svd", 16, 8, 8, "d"),
]

# The M0's code runs on the board of an M3: the instructions are the same.
PROCESSORS = [
    Processor("M4F", "thumbv7em-none-eabihf", "mps2-an386"),
    Processor("M3", "thumbv7m-none-eabi", "mps2-an385"),
    Processor("M0", "thumbv6m-none-eabi", "mps2-an385"),
]

PROFILES = {"3": "release", "s": "size"}

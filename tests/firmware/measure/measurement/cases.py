"""What is measured: the cases, the processors, and the levels of optimisation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """A factorization of m x n matrices that several programs compute; k columns result."""

    title: str
    kind: str
    m: int
    n: int
    k: int
    scalar: str = "f"
    settings: str = ""

    def epsilon(self):
        return 2.0**-23 if self.scalar == "f" else 2.0**-52


@dataclass(frozen=True)
class Case:
    """A task by one program. The name is that in src/cases.rs, or of an image of Eigen."""

    name: str
    task: Task
    code: str
    sizes: str = "fixed"
    # What the call may need of the stack, in bytes, on every processor at every level.
    stack: int = 0
    quick: bool = False

    def is_ours(self):
        return self.code == "lowrank"


@dataclass(frozen=True)
class Processor:
    name: str
    target: str
    machine: str
    # What makes GCC compile for the same instructions.
    gcc: tuple
    quick: bool = True


# The M0's code runs on the board of an M3: the instructions are the same.
PROCESSORS = (
    Processor(
        "M4F",
        "thumbv7em-none-eabihf",
        "mps2-an386",
        ("-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"),
    ),
    Processor("M3", "thumbv7m-none-eabi", "mps2-an385", ("-mcpu=cortex-m3",), quick=False),
    Processor("M0", "thumbv6m-none-eabi", "mps2-an385", ("-mcpu=cortex-m0",)),
)

# The profile of Cargo, and what GCC is told, for each level.
LEVELS = {"3": ("release", "-O2"), "s": ("size", "-Os")}

SVD_16 = Task("SVD of 16 x 8, f32", "svd", 16, 8, 8)
SVD_8 = Task("SVD of 8 x 4, f32", "svd", 8, 4, 4)
SVD_16_DOUBLE = Task("SVD of 16 x 8, f64", "svd", 16, 8, 8, "d")
SVD_8_DOUBLE = Task("SVD of 8 x 4, f64", "svd", 8, 4, 4, "d")
RANGE = Task(
    "Range finder of 64 x 32, f32",
    "range",
    64,
    32,
    8,
    settings="l = 8, uniform sketch, 8 power iterations with LU on both sides",
)
TRUNCATED = Task(
    "Truncated SVD of 64 x 32, f32",
    "truncated",
    64,
    32,
    4,
    settings="k = 4, l = 8, uniform sketch, 8 power iterations with LU on both sides",
)
NMF = Task(
    "NMF of 64 x 32, f32",
    "nmf",
    64,
    32,
    4,
    settings="k = 4, NNDSVDa from the truncated SVD above, 50 iterations of HALS, tolerance 0",
)

LINE = Task(
    "Topics of a line of 90 bytes, f32",
    "line",
    90,
    1,
    6,
    settings="k = 6, 1,953 terms, u8, at most 20 sweeps; without the model of 23 kB",
)

TASKS = (SVD_16, SVD_8, SVD_16_DOUBLE, SVD_8_DOUBLE, RANGE, TRUNCATED, NMF, LINE)

CASES = (
    Case("svd-16x8", SVD_16, "lowrank", "run-time", stack=1024, quick=True),
    Case("svd-16x8-fixed", SVD_16, "lowrank", stack=1024, quick=True),
    Case("nalgebra-16x8", SVD_16, "nalgebra 0.35"),
    Case("eigen-16x8", SVD_16, "Eigen 3.4"),
    Case("eigen-16x8-thin", SVD_16, "Eigen 3.4", "maximal"),
    Case("svd-8x4", SVD_8, "lowrank", "run-time", stack=1024),
    Case("svd-8x4-fixed", SVD_8, "lowrank", stack=1024),
    Case("nalgebra-8x4", SVD_8, "nalgebra 0.35"),
    Case("eigen-8x4", SVD_8, "Eigen 3.4"),
    Case("eigen-8x4-thin", SVD_8, "Eigen 3.4", "maximal"),
    Case("svd-16x8-f64", SVD_16_DOUBLE, "lowrank", "run-time", stack=1280),
    Case("svd-8x4-f64", SVD_8_DOUBLE, "lowrank", "run-time", stack=1280),
    Case("range-64x32", RANGE, "lowrank", stack=1024),
    Case("truncated-64x32", TRUNCATED, "lowrank", stack=1792, quick=True),
    Case("nmf-64x32", NMF, "lowrank", stack=2048),
    Case("log-line", LINE, "lowrank", "run-time", stack=576),
)

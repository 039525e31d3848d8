"""The figures of a case on a processor at a level of optimisation."""

from dataclasses import dataclass

from . import images, qemu
from .elf import Elf
from .judge import Wrong, judge
from .stack import Code

# The function that board_measure calls.
CALL = "measure5cases4call"


@dataclass
class Figures:
    # Bytes of code and constants that the call brings in.
    flash: int
    # Bytes of input, result and workspace.
    ram: int
    # Bytes of stack below the call, at most.
    stack: int
    # The same for any input, from the machine code; for lowrank-core only.
    bound: int
    # Instructions of a call, in the mean over all matrices.
    instructions: int
    # See judge.py, at most.
    error: float
    # How many matrices there were, the last of them, and the bytes of all results.
    matrices: int
    last: tuple
    results: bytes


def measure(case, processor, level):
    image = images.image(case, processor, level)
    control = images.image(case, processor, level, "control")
    run = qemu.run(image, processor.machine)
    reader = qemu.Reader(run.output)
    ram = reader.integer()
    stacks, errors, results = [], [], b""
    while not reader.ended():
        a = reader.matrix(case.task.m, case.task.n, case.task.scalar)
        stacks.append(reader.integer())
        start = reader.at
        try:
            errors.append(judge(case.task, a, reader))
        except Wrong as wrong:
            raise SystemExit(f"{case.name}, {processor.name}, {level}: {wrong}")
        results += run.output[start : reader.at]
    assert len(run.instructions) == len(errors) > 0
    figures = Figures(
        flash=Elf(image).flash() - Elf(control).flash(),
        ram=ram,
        stack=max(stacks),
        bound=Code(Elf(image)).deepest(CALL)[0] if case.is_ours() else 0,
        instructions=round(sum(run.instructions) / len(run.instructions)),
        error=max(errors),
        matrices=len(errors),
        last=a,
        results=results,
    )
    assert not case.is_ours() or figures.stack <= figures.bound
    return figures

"""One row of the table: a case on a processor at a level of optimisation."""

from dataclasses import dataclass

from . import images, qemu
from .cases import Case, Processor
from .elf import Elf
from .judge import judge


@dataclass
class Figures:
    case: Case
    processor: Processor
    opt: str
    flash: int
    ram: int
    stack: int
    instructions: float
    error: float
    inputs: list


def measure(case, processor, opt):
    image = images.image(case, processor.target, opt)
    control = images.image(case, processor.target, opt, control=True)
    run = qemu.run(image, processor.machine)
    reader = qemu.Reader(run.output)
    ram = reader.integer()
    stacks, errors, inputs = [], [], []
    while not reader.ended():
        a = reader.matrix(case.m, case.n, case.scalar)
        stacks.append(reader.integer())
        errors.append(judge(case, a, reader))
        inputs.append(a)
    assert len(run.instructions) == len(inputs) > 0
    return Figures(
        case,
        processor,
        opt,
        flash=Elf(image).flash() - Elf(control).flash(),
        ram=ram,
        stack=max(stacks),
        instructions=sum(run.instructions) / len(run.instructions),
        error=max(errors),
        inputs=inputs,
    )

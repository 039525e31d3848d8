"""The tables of a run, in Markdown. A run is a dictionary from (case, processor, level)."""

from dataclasses import dataclass

from . import eigen, tools
from .cases import CASES, LEVELS, LINE, PROCESSORS, TASKS


def row(*cells):
    return "| " + " | ".join(cells) + " |"


def head(*cells):
    return [row(*cells), "|" + "---|" * len(cells)]


def both(figures, name):
    """The figure at each level, with a slash between them."""
    values = [getattr(f, name) for f in figures]
    return " / ".join(f"{x:.1e}" if isinstance(x, float) else f"{x:,}" for x in values)


def costs(figures):
    """Flash, RAM, stack and instructions at each level; the RAM is the same at all of them."""
    ram = f"{figures[0].ram:,}"
    return [both(figures, "flash"), ram, both(figures, "stack"), both(figures, "instructions")]


def measured(run):
    """A table for each task: every program on every processor."""
    lines = []
    for task in TASKS:
        rows = []
        for processor in PROCESSORS:
            for case in CASES:
                found = [run.get((case, processor, level)) for level in LEVELS]
                found = [figures for figures in found if figures]
                if case.task != task or not found:
                    continue
                cells = [*costs(found), both(found, "error")]
                rows.append(row(processor.name, case.code, case.sizes, *cells))
                matrices = found[0].matrices
        if rows:
            settings = f" {task.settings}." if task.settings else ""
            lines += [f"**{task.title}.**{settings} Mean of {matrices} matrices.", ""]
            lines += head(
                *("core", "code", "sizes", "flash, B", "RAM, B", "stack, B"),
                *("instructions", "error"),
            )
            lines += rows + [""]
    return lines


def summary(run):
    """One table for a Cortex-M4F."""
    lines = head(
        *("factorization", "code", "flash, B", "RAM, B", "stack, B", "instructions")
    )
    for case in CASES:
        found = [run.get((case, PROCESSORS[0], level)) for level in LEVELS]
        if not all(found) or case.sizes == "maximal" or case.task == LINE:
            continue
        code = f"{case.code}, sizes of the run time" if case.sizes == "run-time" else case.code
        lines.append(row(case.task.title, code, *costs(found)))
    return lines


def stacks(run):
    """What is promised of the stack, what any input can make of it, and what was seen."""
    lines = head("algorithm", "sizes", "promised, B", "any input, B", "seen, B")
    for case in CASES:
        found = [figures for (c, _, _), figures in run.items() if c == case and c.is_ours()]
        if found:
            bound, seen = max(f.bound for f in found), max(f.stack for f in found)
            sizes = (f"{x:,}" for x in (case.stack, bound, seen))
            lines.append(row(case.task.title, case.sizes, *sizes))
    return lines + [""] if len(lines) > 2 else []


@dataclass(frozen=True)
class Goal:
    what: str
    case: str
    processor: str
    level: str
    name: str
    limit: int
    peers: bool = False


GOALS = (
    Goal("M4F, instructions, fixed sizes", "svd-16x8-fixed", "M4F", "3", "instructions", 42_000),
    Goal("M4F, instructions, run-time sizes", "svd-16x8", "M4F", "3", "instructions", 55_000),
    Goal("M4F, stack in bytes, fixed sizes", "svd-16x8-fixed", "M4F", "3", "stack", 512),
    Goal("M4F, stack in bytes, run-time sizes", "svd-16x8", "M4F", "3", "stack", 512),
    Goal("M4F, flash in bytes, opt-level s", "svd-16x8", "M4F", "s", "flash", 4_096),
    Goal("M0, instructions, run-time sizes", "svd-16x8", "M0", "3", "instructions", 1_700_000),
    Goal("topics of a line, M4F, instructions", "log-line", "M4F", "s", "instructions", 12_000),
    Goal("topics of a line, M0, instructions", "log-line", "M0", "s", "instructions", 95_000),
    Goal("topics of a line, M4F, flash in bytes", "log-line", "M4F", "s", "flash", 4_096),
    Goal("topics of a line, M0, flash in bytes", "log-line", "M0", "s", "flash", 5_632),
    Goal("topics of a line, M4F, stack in bytes", "log-line", "M4F", "s", "stack", 512),
    Goal("topics of a line, M0, stack in bytes", "log-line", "M0", "s", "stack", 512),
)


def goals(run):
    """What the SVD of 16 x 8 in f32 and a line of text shall cost, what they cost, and what the SVD costs the peers."""
    names = ("nalgebra-16x8", "eigen-16x8") if any(c.name.startswith("svd") for c, _, _ in run) else ()
    lines = head("goal", "at most", "reached", "", *("nalgebra 0.35", "Eigen 3.4")[: len(names)])
    for goal in GOALS:
        found = {
            case.name: getattr(figures, goal.name)
            for (case, processor, level), figures in run.items()
            if processor.name == goal.processor and level == goal.level
        }
        if goal.case not in found:
            continue
        value = found[goal.case]
        peers = [found.get(name) for name in names]
        cells = [f"{x:,}" if x is not None else "" for x in (goal.limit, value, *peers)]
        cells.insert(2, "yes" if value <= goal.limit else "no")
        lines.append(row(goal.what, *cells))
    return lines + [""] if len(lines) > 2 else []


def programs(run):
    """What compiled and what ran."""
    target = next(iter(run))[1].target
    found = [tools.rustc(target)]
    if any(case.code.startswith("Eigen") for case, _, _ in run):
        found.append(eigen.version())
    found.append(tools.run(tools.emulator(), "--version").splitlines()[0])
    return [", ".join(found) + ".", ""]


def tables(run):
    return programs(run) + measured(run) + stacks(run) + goals(run)

"""What each figure of lowrank-core may be: what it was, and two percent."""

import json

from . import tools

FILE = tools.MEASURE / "budget.json"
NAMES = ("flash", "ram", "stack", "bound", "instructions")
GROWTH = 1.02


def entries(run):
    return {
        f"{case.name} {processor.name} {level}": {name: getattr(figures, name) for name in NAMES}
        for (case, processor, level), figures in run.items()
        if case.is_ours()
    }


def compiler(run):
    return tools.rustc(next(iter(run))[1].target)


def write(run):
    """What was not measured keeps its figures, if the compiler is the same."""
    was = json.loads(FILE.read_text())
    if was["compiler"] != compiler(run):
        was = {}
    budget = was | {"compiler": compiler(run)} | entries(run)
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in budget.items()]
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def exceeded(run):
    """A sentence for everything that grew too much or needs more stack than is promised."""
    budget = json.loads(FILE.read_text())
    found = [*too_large(run, budget), *too_deep(run)]
    if found and budget["compiler"] != compiler(run):
        found.append(f"the budget is that of {budget['compiler']}, this was {compiler(run)}")
    return found


def too_large(run, budget):
    for key, found in entries(run).items():
        if key not in budget:
            yield f"{key}: not in {FILE.name}; renew it by table --write-budget"
            continue
        for name in NAMES:
            was, now = budget[key][name], found[name]
            if now > was * GROWTH:
                yield f"{key}: {name} grew from {was:,} to {now:,}, {now / was - 1:.1%}"


def too_deep(run):
    for (case, processor, level), figures in run.items():
        if case.is_ours() and figures.bound > case.stack:
            what = f"{case.name} {processor.name} {level}"
            yield f"{what}: needs {figures.bound:,} B of stack, {case.stack:,} are promised"

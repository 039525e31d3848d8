"""The pages that hold the tables, each between two comments."""

import sys

from . import tools
from .cases import LINE, TASKS

ROOT = tools.WORKSPACE.parent.parent
FILE = ROOT / "docs" / "firmware.md"
README = ROOT / "core" / "README.md"
# The marks of each table of the docs, and its tasks.
TABLES = (("table", tuple(task for task in TASKS if task != LINE)), ("line-table", (LINE,)))


def write(file, marks, lines):
    first, last = f"<!-- {marks}: begin -->", f"<!-- {marks}: end -->"
    before, begin, rest = file.read_text().partition(first)
    _, end, after = rest.partition(last)
    if not begin or not end:
        sys.exit(f"{file} has no '{first}' or no '{last}'")
    tables = "\n".join(lines).strip()
    file.write_text(f"{before}{begin}\n\n{tables}\n\n{end}{after}")

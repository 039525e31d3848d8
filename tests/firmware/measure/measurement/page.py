"""The pages that hold the tables, each between two comments."""

import sys

from . import tools

ROOT = tools.WORKSPACE.parent.parent
FILE = ROOT / "docs" / "firmware.md"
README = ROOT / "core" / "README.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


def write(file, lines):
    before, begin, rest = file.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{file} has no '{BEGIN}' or no '{END}'")
    tables = "\n".join(lines).strip()
    file.write_text(f"{before}{begin}\n\n{tables}\n\n{end}{after}")

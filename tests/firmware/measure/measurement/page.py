"""The page that holds the tables, between two comments."""

import sys

from . import tools

FILE = tools.WORKSPACE.parent.parent / "docs" / "firmware.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


def write(lines):
    before, begin, rest = FILE.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{FILE} has no '{BEGIN}' or no '{END}'")
    tables = "\n".join(lines).strip()
    FILE.write_text(f"{before}{begin}\n\n{tables}\n\n{end}{after}")

"""The blocks of Python in docs/python.md run, in their order, and the examples do."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1]
PAGE = PACKAGE.parents[1] / "docs" / "python.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_blocks_of_the_page_run():
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) >= 4
    names = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)


@pytest.mark.parametrize("example", sorted((PACKAGE / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_the_examples_run_on_small_data(example, capsys, monkeypatch):
    monkeypatch.delenv("LOWRANK_DATA", raising=False)
    runpy.run_path(str(example), run_name="__main__")
    assert len(capsys.readouterr().out.splitlines()) >= 5


@pytest.mark.skipif("LOWRANK_DATA" not in os.environ, reason="LOWRANK_DATA names no folder of data")
@pytest.mark.parametrize("example", sorted((PACKAGE / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_the_examples_run_on_real_data(example):
    ended = subprocess.run([sys.executable, example], capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr

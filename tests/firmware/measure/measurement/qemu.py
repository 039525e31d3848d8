"""Runs an image in QEMU and reads what it wrote."""

import struct
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from . import tools
from .elf import Elf


@dataclass
class Run:
    """What one image told: the output, the instructions of each call, those at each address."""

    output: bytes
    instructions: list
    profile: Counter


def run(image, machine, profile=False):
    elf = Elf(image)
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts"
        enter, leave = elf.address("board_enter"), elf.address("board_leave")
        plugin = f"{tools.plugin()},enter={enter:#x},leave={leave:#x},out={counts}"
        if profile:
            plugin += f",limit={elf.end_of_code():#x}"
        command = [tools.emulator(), "-machine", machine, "-kernel", str(image)]
        command += ["-plugin", plugin, "-semihosting-config", "enable=on,target=native"]
        command += ["-display", "none", "-monitor", "none", "-serial", "null"]
        done = subprocess.run(command, capture_output=True, timeout=3600)
        if done.returncode != 0:
            sys.exit(f"{image} exits with {done.returncode}: {done.stderr.decode()}")
        lines = [line.split() for line in counts.read_text().splitlines()]
    instructions = [int(line[1]) for line in lines if line[0] == "interval"]
    at = Counter({int(line[1], 16): int(line[2]) for line in lines if line[0] == "at"})
    return Run(done.stdout, instructions, at)


class Reader:
    """Reads the output of an image from front to end."""

    def __init__(self, output):
        self.output, self.at = output, 0

    def ended(self):
        return self.at == len(self.output)

    def take(self, layout):
        values = struct.unpack_from(f"<{layout}", self.output, self.at)
        self.at += struct.calcsize(f"<{layout}")
        return values

    def integer(self):
        return self.take("I")[0]

    def scalars(self, count, scalar):
        return self.take(f"{count}{scalar}")

    def matrix(self, rows, columns, scalar):
        """A tuple of columns."""
        values = self.scalars(rows * columns, scalar)
        return tuple(values[j * rows : (j + 1) * rows] for j in range(columns))

"""Where the instructions of a case go: by function, and by line of source.

Functions that were inlined are told apart by the debug information of a second image, which is
built for this alone; its instructions are those of the first.
"""

import bisect
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from . import images, qemu, tools
from .elf import Elf

ROOT = tools.WORKSPACE.parent.parent


def ask(program, *arguments, lines):
    found = shutil.which(program)
    if not found:
        sys.exit(f"no {program}: a profile needs the binutils")
    asked = "".join(f"{line}\n" for line in lines)
    done = subprocess.run([found, *arguments], input=asked, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def frames(image, addresses):
    """For each address the (function, file:line) at it, then those that it was inlined into."""
    chains = []
    for line in ask("addr2line", "-a", "-f", "-i", "-C", "-e", image, lines=map(hex, addresses)):
        if line.startswith("0x"):
            chains.append([])
        else:
            chains[-1].append(line)
    return [list(zip(chain[0::2], chain[1::2])) for chain in chains]


def symbols(image, addresses):
    """For each address the function of the image that it is in, as its source calls it."""
    functions = sorted((at, name) for name, at, _, function in Elf(image).symbols() if function)
    starts = [at for at, _ in functions]
    names = [functions[max(bisect.bisect_right(starts, at) - 1, 0)][1] for at in addresses]
    return ask("c++filt", lines=names)


def short(function):
    """A function without its path and its generic arguments: inlined, it has neither in full."""
    path, _, rest = function.partition("<")
    if not path:
        return rest.rpartition("::")[2]
    return path.rstrip(":").rpartition("::")[2]


def place(line):
    path, _, number = line.partition(" ")[0].rpartition(":")
    path = Path(path)
    return f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name}:{number}"


def is_ours(line):
    """Whether a line stands outside Rust's own library, whose loops are those of their callers."""
    return "/library/core/" not in line


def profile(case, processor, level):
    """Prints the shares of the instructions of all matrices."""
    image = images.image(case, processor, level, "lines")
    counts = qemu.run(image, processor.machine, profile=True).profile
    own, inclusive, by_line = Counter(), Counter(), Counter()
    for count, chain, symbol in zip(counts.values(), frames(image, counts), symbols(image, counts)):
        chain = chain[:-1] + [(symbol, chain[-1][1])]
        ours = [frame for frame in chain if is_ours(frame[1])] or chain[-1:]
        own[short(ours[0][0])] += count
        by_line[place(ours[0][1])] += count
        for name in {short(function) for function, _ in ours}:
            inclusive[name] += count
    total = sum(counts.values())
    print(f"\n{case.name}, {processor.name}, opt-level {level}, by function")
    print("  with what is inlined into it, and without")
    for name, count in inclusive.most_common(40):
        if own[name] or count < total:
            print(f"{count / total:7.1%} {own[name] / total:6.1%}  {name}")
    print("by line")
    for name, count in by_line.most_common(20):
        print(f"{count / total:7.1%}         {name}")

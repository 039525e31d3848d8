"""Where compilers and the emulator are found, and where what is made is kept.

What the system lacks is looked for where `tests/firmware/install` unpacks it.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

MEASURE = Path(__file__).resolve().parent.parent
WORKSPACE = MEASURE.parent
TARGET = WORKSPACE / "target"
MADE = TARGET / "measure"

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
UNPACKED = Path(os.environ.get("LOWRANK_FIRMWARE_TOOLS") or CACHE / "lowrank-firmware")


def run(*command, **arguments):
    """What a command prints; the end, with what it says, where it fails."""
    command = [str(word) for word in command]
    done = subprocess.run(command, capture_output=True, text=True, **arguments)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def succeeds(*command):
    return subprocess.run(command, capture_output=True).returncode == 0


def cargo(target):
    """The command and the environment that build for a target."""
    library = run("rustc", "--print", "target-libdir", "--target", target).strip()
    if Path(library).is_dir():
        return ["cargo"], {}
    if succeeds("rustc", "+fw", "--version"):
        return ["cargo", "+fw", "-Zbuild-std=core"], {"RUSTC_BOOTSTRAP": "1"}
    sys.exit(f"{target}: neither the target nor a toolchain named fw is installed")


def rustc(target):
    """The compiler behind `cargo`, as it calls itself."""
    toolchain = [word for word in cargo(target)[0] if word.startswith("+")]
    return " ".join(run("rustc", *toolchain, "--version").split()[:2])


def emulator():
    unpacked = UNPACKED / "bin" / "qemu-system-arm"
    found = os.environ.get("QEMU_ARM") or shutil.which("qemu-system-arm")
    if not found and unpacked.exists():
        found = str(unpacked)
    return found or sys.exit("no qemu-system-arm: name it in QEMU_ARM, or run ../install arm")


def plugin():
    """The plugin of QEMU that counts instructions, compiled for its version."""
    version = re.search(r"version (\d+)", run(emulator(), "--version")).group(1)
    known = 1 if int(version) < 9 else 2
    source, made = MEASURE / "plugin" / "count.c", MADE / f"count-{known}.so"
    if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
        made.parent.mkdir(parents=True, exist_ok=True)
        compiler = [os.environ.get("CC", "cc"), "-O2", "-Wall", "-Wextra", f"-DVERSION={known}"]
        run(*compiler, "-shared", "-fPIC", "-o", made, source)
    return made

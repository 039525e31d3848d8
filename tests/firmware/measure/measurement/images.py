"""Builds images and the plugin that counts, into tests/firmware/target."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from .cases import PROFILES

MEASURE = Path(__file__).resolve().parent.parent
WORKSPACE = MEASURE.parent
TARGET = WORKSPACE / "target"
MADE = TARGET / "measure"


def _run(command, **arguments):
    done = subprocess.run(command, capture_output=True, text=True, **arguments)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def cargo(target):
    """The cargo command for a target: a toolchain named fw that builds core, or an installed one."""
    toolchains = _run(["rustup", "toolchain", "list"])
    if any(line.split()[0] == "fw" for line in toolchains.splitlines() if line.strip()):
        return ["cargo", "+fw", "-Zbuild-std=core"], {"RUSTC_BOOTSTRAP": "1"}
    if target in _run(["rustup", "target", "list", "--installed"]).split():
        return ["cargo"], {}
    sys.exit(f"{target}: neither a toolchain named fw nor the target is installed")


def image(case, target, opt, control=False, lines=False):
    """The image that measures a case; with `control`, the one without the call."""
    command, environment = cargo(target)
    profile = PROFILES[opt]
    environment = os.environ | environment
    environment |= {"CARGO_TARGET_DIR": str(TARGET), "MEASURE_CASE": case.name}
    environment.pop("MEASURE_CONTROL", None)
    if control:
        environment["MEASURE_CONTROL"] = "1"
    if lines:
        environment[f"CARGO_PROFILE_{profile.upper()}_DEBUG"] = "line-tables-only"
    _run(
        command
        + ["build", "--locked", "--package", "measure", "--target", target, "--profile", profile],
        cwd=WORKSPACE,
        env=environment,
    )
    kind = "-control" if control else "-lines" if lines else ""
    kept = MADE / target / opt / f"{case.name}{kind}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(TARGET / target / profile / "measure", kept)
    return kept


def plugin():
    """The plugin that counts instructions."""
    source, made = MEASURE / "plugin" / "count.c", MADE / "count.so"
    if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
        made.parent.mkdir(parents=True, exist_ok=True)
        compiler = os.environ.get("CC", "cc")
        _run([compiler, "-O2", "-Wall", "-Wextra", "-shared", "-fPIC", "-o", made, source])
    return made

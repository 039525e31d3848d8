"""Builds the images of Eigen, with GCC for ARM and newlib as Debian packages them."""

import shutil
import sys
import tempfile
from pathlib import Path

from . import tools
from .cases import LEVELS

PACKAGES = (
    "gcc-arm-none-eabi",
    "binutils-arm-none-eabi",
    "libnewlib-dev",
    "libnewlib-arm-none-eabi",
    "libstdc++-arm-none-eabi-dev",
    "libeigen3-dev",
)

# No exceptions, no run-time types, no guards, no errno: what firmware in C++ does without.
FLAGS = (
    *("-std=c++17", "-mthumb", "-DNDEBUG", "-Wall", "-Wextra"),
    *("-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-fno-math-errno"),
    *("-ffunction-sections", "-fdata-sections", "-nostdlib", "-Wl,--gc-sections"),
)


def prefix():
    """The folder whose usr/ has everything: the root, or where Debian's packages are unpacked."""
    for found in (Path("/"), tools.UNPACKED):
        wanted = ("bin/arm-none-eabi-g++", "include/eigen3/Eigen/SVD", "include/newlib/c++")
        if all((found / "usr" / path).exists() for path in wanted):
            return found
    unpack()
    return tools.UNPACKED


def unpack():
    """Unpacks the packages, without the processors that are not measured (1 GB of 1.1)."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        sys.exit(f"Eigen needs {', '.join(PACKAGES)}, and here is no apt-get to unpack them with")
    tools.UNPACKED.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        tools.run("apt-get", "--quiet", "download", *PACKAGES, cwd=folder)
        for package in Path(folder).glob("*.deb"):
            tools.run("dpkg", "--extract", package, tools.UNPACKED)
    libraries = tools.UNPACKED / "usr" / "lib"
    for family in [*libraries.glob("gcc/arm-none-eabi/*"), libraries / "arm-none-eabi" / "newlib"]:
        for found in [family / "arm", *(family / "thumb").glob("*")]:
            if found.name not in ("v6-m", "v7-m", "v7e-m+fp"):
                shutil.rmtree(found)


def compiler():
    return prefix() / "usr" / "bin" / "arm-none-eabi-g++"


def version():
    return tools.run(compiler(), "--version").splitlines()[0]


def build(case, processor, level, variant, made):
    usr = prefix() / "usr"
    multilib = tools.run(compiler(), "-mthumb", *processor.gcc, "-print-multi-directory").strip()
    newlib = usr / "include" / "newlib"
    (library,) = (newlib / "c++").iterdir()
    includes = [library, library / "arm-none-eabi" / multilib, newlib, usr / "include" / "eigen3"]
    defined = [f"-DROWS={case.task.m}", f"-DCOLUMNS={case.task.n}"]
    if case.sizes == "maximal":
        defined.append("-DMAXIMUM_SIZE")
    if variant == "control":
        defined.append("-DCONTROL")
    if variant == "lines":
        defined.append("-g1")
    tools.run(
        *(compiler(), *processor.gcc, *FLAGS, LEVELS[level][1], *defined),
        *(f"-isystem{folder}" for folder in includes),
        *("-T", tools.MEASURE / "board.ld", "-o", made),
        *(tools.MEASURE / "eigen" / "measure.cpp", tools.MEASURE / "board.s"),
        *(f"-L{usr}/lib/arm-none-eabi/newlib/{multilib}", "-lm", "-lc", "-lgcc"),
    )

"""Builds the images of lowrank-core and nalgebra."""

import os
import shutil

from . import eigen, tools
from .cases import LEVELS


def image(case, processor, level, variant=""):
    """The image that measures a case; `variant` is "control" for the one without the call, and
    "lines" for one that knows its lines of source."""
    kept = tools.MADE / processor.target / level / f"{case.name}{variant and '-' + variant}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    if case.code.startswith("Eigen"):
        eigen.build(case, processor, level, variant, kept)
        return kept
    command, environment = tools.cargo(processor.target)
    profile = LEVELS[level][0]
    environment = os.environ | environment
    environment |= {"CARGO_TARGET_DIR": str(tools.TARGET), "MEASURE_CASE": case.name}
    environment.pop("MEASURE_CONTROL", None)
    if variant == "control":
        environment["MEASURE_CONTROL"] = "1"
    if variant == "lines":
        environment[f"CARGO_PROFILE_{profile.upper()}_DEBUG"] = "line-tables-only"
    command += ["build", "--locked", "--package", "measure"]
    command += ["--target", processor.target, "--profile", profile]
    tools.run(*command, cwd=tools.WORKSPACE, env=environment)
    shutil.copy(tools.TARGET / processor.target / profile / "measure", kept)
    return kept

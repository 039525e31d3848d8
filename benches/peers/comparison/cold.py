"""The first factorization of a process."""

import json
import subprocess

from comparison.goal import Line


class Cold(Line):
    """The step of lowrank's command that factors: with what it prints of it, and memory that no one has touched."""

    def __init__(self, program, command):
        super().__init__(program, "", "", {})
        self.command = command

    def run(self, sides, number):
        report = json.loads(subprocess.check_output(self.command))
        if number > 0:
            self.done.append((report["seconds"]["factorize"], report["error"]))

"""A goal: a task, lowrank and its peers at it, and what came of it."""

import statistics
import sys
from dataclasses import dataclass, field


@dataclass
class Line:
    """A program at a task. `at_least`: so many times as long as lowrank it should take, if there is
    a goal; the case and the rest are its request.

    `seeds`: so many runs with seeds of their own; the error is the largest of them. `one_reaches`: one of the seeds is
    to come to this error, and those that do not are left out if any does. `runs`: at most so many.
    """

    program: str
    side: str
    case: str
    request: dict
    at_least: float | None = None
    seeds: int = 1
    one_reaches: float | None = None
    runs: int | None = None
    # (seconds, error) of each counted run.
    done: list = field(default_factory=list)
    refused: str | None = None

    def run(self, sides, number):
        """Run `number`, of which 0 does not count."""
        if self.side not in sides:
            self.refused = "left out"
            return
        request = {**self.request, "seed": max(number - 1, 0)} if self.seeds > 1 else self.request
        answer = sides[self.side].ask(self.case, **request)
        if "refused" in answer:
            self.refused = answer["refused"].strip().splitlines()[-1]
        elif number > 0:
            self.done.append((answer["seconds"], answer.get("error")))

    def counted(self):
        if self.one_reaches is not None:
            there = [run for run in self.done if run[1] <= self.one_reaches]
            return there or self.done
        return self.done

    @property
    def seconds(self):
        return [seconds for seconds, _ in self.counted()]

    @property
    def error(self):
        errors = [error for _, error in self.counted() if error is not None]
        return max(errors, default=None)

    def name(self):
        if self.one_reaches is not None:
            there = sum(error <= self.one_reaches for _, error in self.done)
            return f"{self.program}, {there} of {self.seeds} seeds"
        return self.program + (f", {self.seeds} seeds" if self.seeds > 1 else "")


class Measured(Line):
    """A program that was measured once, elsewhere: it takes no turns."""

    def __init__(self, program, seconds, error, at_least):
        super().__init__(f"{program} (measured once)", "", "", {}, at_least)
        self.done = [(seconds, error)]

    def run(self, sides, number):
        pass


@dataclass
class Goal:
    """lowrank's line and those of its peers.

    `runs`: counted ones, after one that is not, unless the task is so long that none is warm. `within`: lowrank's error
    may be above the smallest of all lines by this share. `target`: it may be no more than this; "peer": than the first
    peer's, which is told to lowrank.
    """

    task: str
    ours: Line
    peers: list
    runs: int = 7
    within: float | None = None
    target: float | str | None = None
    warm: bool = True

    def run(self, sides):
        last = max(self.runs, self.ours.seeds)
        for number in range(0 if self.warm else 1, last + 1):
            for line in [*self.peers, self.ours]:
                print(f"\r{self.task[:60]:60} {number} of {last}: {line.program[:30]:30}", end="",
                      file=sys.stderr)
                most = max(self.runs if line.runs is None else line.runs, line.seeds)
                if not line.refused and number <= most:
                    line.run(sides, number)
                if self.target == "peer" and line is self.peers[0] and line.error is not None:
                    self.target = self.ours.request["target"] = line.error
        print(file=sys.stderr)

    def best(self):
        errors = [line.error for line in [self.ours, *self.peers] if line.error is not None]
        return min(errors, default=None)

    def wrong(self):
        """What is wrong with lowrank's error, if anything is."""
        error = self.ours.error
        if self.within is not None and error > self.best() * (1 + self.within):
            return f"error {error / self.best() - 1:.1e} above the best"
        if self.target is not None and self.target != "peer" and error > self.target:
            return f"error above {self.target:.8g}"
        return None

    def verdict(self, peer):
        if self.ours.refused:
            return f"open: {self.ours.refused}"
        if not peer.done:
            return ""
        return "; ".join(filter(None, [self.wanted(peer), self.ahead(peer)]))

    def wanted(self, peer):
        if peer.at_least is None:
            return ""
        if wrong := self.wrong():
            return f"missed: {wrong}"
        return judged(self.times(peer), peer.at_least)

    def ahead(self, peer):
        """That a peer is faster; where its error is larger than lowrank's and than what is asked for, that too."""
        if peer.request.get("by") == "lowrank" or self.times(peer) >= 1:
            return ""
        if peer.error is None or peer.error <= max(self.ours.error, self.best() * (1 + (self.within or 0))):
            return "the peer is ahead"
        return "the peer is ahead, at a larger error"

    def seeds_right(self):
        """Of several seeds, how many come to an error that is right."""
        if self.ours.seeds == 1 or self.within is None:
            return ""
        right = sum(error <= self.best() * (1 + self.within) for _, error in self.ours.done)
        verdict = "met" if right == self.ours.seeds else "missed"
        return f"{verdict}: right in {right} of {self.ours.seeds} seeds"

    def times(self, peer):
        return statistics.median(peer.seconds) / statistics.median(self.ours.seconds)

    def rows(self):
        yield row(self.task, self.ours, "", self.best(), self.seeds_right())
        for peer in self.peers:
            both = peer.done and self.ours.done
            times = f"{self.times(peer):.2g}" if both else ""
            yield row("", peer, times, self.best(), self.verdict(peer))


def judged(times, at_least):
    return "met" if times >= at_least else f"missed by {100 * (1 - times / at_least):.0f} %"


def row(task, line, times, best, verdict):
    if line.refused and not line.done:
        seconds, error = line.refused.replace("|", "/")[:80], ""
    else:
        seconds, error = milliseconds(line.seconds), error_of(line, best)
    wanted = "" if line.at_least is None else f"{line.at_least:.3g}"
    return f"| {task} | {line.name()} | {seconds} | {times} | {wanted} | {error} | {verdict} |"


def error_of(line, best):
    """The error, and by what share it is above the best."""
    if line.error is None:
        return ""
    excess = line.error / best - 1
    return f"{line.error:.8g}" + (f" (+{excess:.0e})" if excess > 1e-12 else "")


def milliseconds(seconds):
    def digits(x):
        return f"{1e3 * x:.3g}" if x < 1 else f"{1e3 * x:.0f}"

    if len(seconds) == 1:
        return digits(seconds[0])
    return f"{digits(statistics.median(seconds))} ({digits(min(seconds))}..{digits(max(seconds))})"


HEAD = """| task | program | ms | times | wanted | error | |
|---|---|---|---|---|---|---|"""


def table(goals, more_rows):
    return "\n".join([HEAD, *(row for goal in goals for row in goal.rows()), *more_rows])

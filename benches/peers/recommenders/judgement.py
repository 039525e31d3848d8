"""Choosing settings on a validation part, and judging by the held-out part, which chooses nothing."""

import json
import pathlib
import statistics
import sys

import numpy as np
from recommenders import models, quality, splits

SHARE, SEEDS = 0.2, (0, 1, 2)
CHOSEN = pathlib.Path(__file__).with_name("settings.json")


class Task:
    """What the models of a kind are judged by. `divide` (part, seed) divides all ratings, or a part of them."""

    def __init__(self, name, found, divide, figures, best):
        self.name, self.models, self.divide, self.figures = name, found, divide, figures
        # The figure that chooses settings, and whether more of it is better.
        self.best, self.more = best

    def validation(self):
        """Of the training part of the first division, another division of the same kind."""
        training, _ = self.divide(None, 0)
        return self.divide(training, 100 if self.name == "lists" else 1)


def lists(a):
    ones = a.copy()
    ones.data = np.ones_like(ones.data)

    def figures(scores, parts):
        return quality.ranking(scores, *parts)

    def divide(part, seed):
        return splits.each_user_split(ones if part is None else part, SHARE, seed)

    return Task("lists", models.lists(), divide, figures, ("nDCG@10", True))


def ratings(a):
    def figures(predicted, parts):
        held_out = parts[1]
        if predicted.ndim == 2:
            predicted = quality.at(predicted, held_out)
        return quality.errors(predicted, held_out)

    def divide(part, seed):
        return splits.random_split(a if part is None else part, SHARE, seed)

    return Task("ratings", models.ratings(), divide, figures, ("RMSE", False))


def say(text):
    print(text, file=sys.stderr, flush=True)


def tune(task, ours):
    """Of each model, the settings that are best on the validation part, and their figure there."""
    parts = task.validation()
    ours.take(parts[0])
    chosen = {}
    for model in task.models:
        if not model.there():
            continue
        tried = []
        for settings in model.grid:
            scores, seconds = model.fit(parts, ours, settings, 0)
            figure = task.figures(scores, parts)[task.best]
            say(f"{model.name} {settings}: {task.best} {figure:.4f}, {seconds:.1f} s")
            tried.append((figure if task.more else -figure, settings))
        figure, settings = max(tried, key=lambda one: one[0])
        chosen[model.name] = {"settings": settings, f"validation {task.best}": round(abs(figure), 4)}
    return chosen


def keep(task, chosen):
    everything = json.loads(CHOSEN.read_text()) if CHOSEN.exists() else {}
    everything[task.name] = {**everything.get(task.name, {}), **chosen}
    CHOSEN.write_text(json.dumps(everything, indent=1) + "\n")


def kept(task):
    """The settings of each model: those that were chosen, or the only ones."""
    chosen = json.loads(CHOSEN.read_text()).get(task.name, {})
    found = {}
    for model in task.models:
        if model.name in chosen:
            found[model.name] = chosen[model.name]["settings"]
        elif len(model.grid) == 1:
            found[model.name] = model.grid[0]
        else:
            say(f"LEFT OUT: {model.name}. Its settings were not chosen: judge-recommenders tune-{task.name}")
    return found


def judge(task, ours):
    """Figures of each model over the seeds, at the settings that were chosen."""
    chosen = kept(task)
    found = {model.name: [] for model in task.models if model.name in chosen and model.there()}
    for seed in SEEDS:
        parts = task.divide(None, seed)
        ours.take(parts[0])
        for model in task.models:
            if model.name not in found:
                continue
            scores, seconds = model.fit(parts, ours, chosen[model.name], seed)
            figures = {**task.figures(scores, parts), "s": seconds}
            say(f"seed {seed}: {model.name}: " + ", ".join(f"{name} {x:.4f}" for name, x in figures.items()))
            found[model.name].append(figures)
    return {name: (chosen[name], figures) for name, figures in found.items()}


def table(found, columns):
    """Mean and deviation over the seeds of each figure, and the seconds of a fit."""
    lines = ["| | settings | " + " | ".join(columns) + " | s |", "|---" * (len(columns) + 3) + "|"]
    for name, (settings, figures) in found.items():
        shown = {setting: value for setting, value in settings.items() if f"{value} factors" not in name}
        told = ", ".join(f"{setting} {value:g}" for setting, value in shown.items())
        cells = [spread([of[column] for of in figures]) for column in columns]
        seconds = statistics.median(of["s"] for of in figures)
        lines.append(f"| {name} | {told} | " + " | ".join(cells) + f" | {seconds:.2g} |")
    return "\n".join(lines)


def spread(values):
    return f"{statistics.mean(values):.4f} +- {statistics.stdev(values):.4f}"

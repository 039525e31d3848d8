"""The division of fast.ai's course, on which its model was published."""

import statistics

from recommenders import models, peers, quality, splits
from recommenders.judgement import SEEDS, say


def table(a, lines, ours):
    """The mean square errors on the division of fast.ai's course, of three seeds."""
    training, held_out = splits.fast_ai_split(a, lines)
    ours.take(training)
    rows = ["| | MSE, three seeds | mean | s |", "|---|---|---|---|"]

    def of_lowrank(model):
        def fit(seed):
            scores, taken = ours.scores(model, seed=seed)
            return quality.at(scores, held_out), taken

        return fit

    def by_numpy(seed):
        return models.timed(lambda: peers.embedding_dot_bias(training, held_out, seed))

    fits = {"lowrank, `dot-bias`": of_lowrank("dot-bias"), "`EmbeddingDotBias`, by NumPy": by_numpy,
            "lowrank, `gibbs`": of_lowrank("gibbs")}
    for name, fit in fits.items():
        errors, seconds = [], []
        for seed in SEEDS:
            predicted, taken = fit(seed)
            errors.append(quality.errors(predicted, held_out)["RMSE"] ** 2)
            seconds.append(taken)
            say(f"fast.ai: {name}, seed {seed}: {errors[-1]:.4f}, {taken:.1f} s")
        told = ", ".join(f"{error:.4f}" for error in errors)
        rows.append(f"| {name} | {told} | {statistics.mean(errors):.4f} | {statistics.median(seconds):.2g} |")
    rows.append("| `EmbeddingDotBias`, as fast.ai's course published it | 0.765 | | |")
    return "\n".join(rows)
